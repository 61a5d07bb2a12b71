//! The published keys: RFC 7517 §5.

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use jotwell::base64url;
use sha2::{Digest, Sha256};

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
    Router::new()
        .route("/.well-known/jwks.json", get(async move |headers: HeaderMap| answer(&keys, &headers)))
}

fn answer(keys: &IssuerKeys, headers: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    // A set that this crate made can be written; the type does not know that.
    let Ok(text) = keys.published().to_json() else {
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return response;
    };
    let tag = format!("\"{}\"", base64url::encode(Sha256::digest(&text)));
    let known = headers.get_all(IF_NONE_MATCH).iter().any(|value| is_among(&tag, value));
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = Body::from(text);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json"));
    }
    let lifetime = format!("public, max-age={}", keys.max_age().as_secs());
    for (name, value) in [(CACHE_CONTROL, lifetime), (ETAG, tag)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Weak comparison: RFC 9110 §13.1.2.
fn is_among(tag: &str, value: &HeaderValue) -> bool {
    let Ok(value) = value.to_str() else { return false };
    value.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}
