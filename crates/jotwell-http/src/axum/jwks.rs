//! The published keys: RFC 7517 §5.

use axum::Router;
use axum::routing::get;
use http::header::IF_NONE_MATCH;
use http::{HeaderMap, HeaderValue};

use crate::jwks::PATH;
use crate::keys::IssuerKeys;

/// `GET /.well-known/jwks.json`: the current public keys of an issuer.
///
/// Clients may cache the response for [`IssuerKeys::max_age`], after which all of them know a published key and it may
/// sign. A client that sends the `ETag` of its copy gets a 304 while the copy is current.
///
/// ```
/// use axum::Router;
/// use jotwell_http::{IssuerKeys, jwks_router};
///
/// fn router(keys: IssuerKeys) -> Router {
///     Router::new().merge(jwks_router(keys))
/// }
/// ```
pub fn jwks_router<S: Clone + Send + Sync + 'static>(keys: IssuerKeys) -> Router<S> {
    Router::new().route(
        PATH,
        get(async move |headers: HeaderMap| {
            let known = headers.get_all(IF_NONE_MATCH).iter().map(HeaderValue::as_bytes);
            keys.jwks_response(known)
        }),
    )
}
