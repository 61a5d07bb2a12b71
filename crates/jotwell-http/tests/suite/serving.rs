//! An axum server with routes of this crate. The package `tests/frameworks` uses an actix-web server instead.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Request, Response};
use http_body_util::BodyExt;
use jotwell_http::{AuthRoutes, IssuerMetadata, IssuerRoutes, ResourceMetadata};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt;

#[derive(Clone, Default)]
pub(crate) struct Server(Router);

impl Server {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn auth<T>(self, routes: AuthRoutes<T>) -> Self
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        Self(self.0.merge(routes))
    }

    pub(crate) fn issuer<T>(self, routes: IssuerRoutes<T>) -> Self
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        Self(self.0.merge(routes))
    }

    pub(crate) fn issuer_metadata(self, metadata: IssuerMetadata) -> Self {
        Self(self.0.merge(metadata))
    }

    pub(crate) fn resource_metadata(self, metadata: ResourceMetadata) -> Self {
        Self(self.0.merge(metadata))
    }

    /// Sends a request from the [`SocketAddr`] in its extensions.
    pub(crate) async fn ask(&self, request: Request<String>) -> Response<String> {
        let mut request = request.map(Body::from);
        if let Some(client) = request.extensions_mut().remove::<SocketAddr>() {
            request.extensions_mut().insert(ConnectInfo(client));
        }
        let (parts, body) = self.0.clone().oneshot(request).await.expect("a response").into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Response::from_parts(parts, String::from_utf8(body.to_vec()).expect("text"))
    }
}
