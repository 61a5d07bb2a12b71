//! The published keys: RFC 7517 §5.

use axum::Router;
use axum::routing::get;
use http::header::IF_NONE_MATCH;
use http::{HeaderMap, HeaderValue};

use crate::jwks::PATH;
use crate::keys::IssuerKeys;

/// `GET /.well-known/jwks.json`: the public keys of an issuer, as they are at that moment.
///
/// Others may keep the answer for [`IssuerKeys::max_age`], after which a key that was published is known to all
/// of them and may sign; and a client that sends the `ETag` of its copy learns that it is still current.
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
