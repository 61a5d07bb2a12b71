//! JSON in the body of a request.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use super::answer::error;

/// The largest body in bytes: several times what the routes need.
pub(super) const MAX_BODY: usize = 16 * 1024;

/// Reads a JSON object.
///
/// Arrays, which serde reads into structs, are refused, and the answers do not name types of the service. A page of another
/// origin cannot send `application/json` without a preflight request (Fetch §2.2.2), which these routes do not answer.
pub(super) async fn json<T: DeserializeOwned>(request: Request) -> Result<T, Response> {
    let mut kinds = request.headers().get_all(CONTENT_TYPE).into_iter();
    let kind = kinds.next().and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") || kinds.next().is_some() {
        let description = "send application/json";
        return Err(error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", description));
    }
    // Up to the limit that the router has set.
    let bytes = Bytes::from_request(request, &()).await.map_err(|rejection| {
        error(rejection.status(), "invalid_request", "the body is too long, or broke off")
    })?;
    let object = bytes.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(&bytes).ok());
    object.flatten().ok_or_else(|| {
        let description = "the body is not a JSON object with the required members";
        error(StatusCode::BAD_REQUEST, "invalid_request", description)
    })
}
