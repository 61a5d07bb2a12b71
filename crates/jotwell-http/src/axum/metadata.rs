//! The metadata of an issuer and of a protected resource as routes: RFC 8414, RFC 9728.

use axum::Router;
use axum::routing::get;

use crate::metadata::{IssuerMetadata, ResourceMetadata};
use crate::plain_response::PlainResponse;

impl<S: Clone + Send + Sync + 'static> From<IssuerMetadata> for Router<S> {
    fn from(metadata: IssuerMetadata) -> Self {
        document(metadata.path(), metadata.response())
    }
}

impl<S: Clone + Send + Sync + 'static> From<ResourceMetadata> for Router<S> {
    fn from(metadata: ResourceMetadata) -> Self {
        document(metadata.path(), metadata.response())
    }
}

fn document<S: Clone + Send + Sync + 'static>(path: &str, response: PlainResponse) -> Router<S> {
    Router::new().route(path, get(async move || response))
}
