//! JSON in the body of a request.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde::de::DeserializeOwned;

use crate::app::error;

/// The largest body of a request in bytes: several times what the routes need.
pub(crate) const MAX_BODY: usize = 16 * 1024;

/// A JSON object as a `T`.
///
/// Unlike `axum::Json` it rejects arrays, which serde reads into structs, and its responses do not name types of this
/// program. A page of another origin cannot send `application/json` without a preflight request (Fetch §2.2.2), which is
/// not answered here.
pub(crate) struct JsonObject<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonObject<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let description = "send application/json";
            return Err(error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", description));
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| {
            error(rejection.status(), "invalid_request", "the body is too long or broke off")
        })?;
        let object = body.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(&body).ok());
        object.flatten().map(Self).ok_or_else(|| {
            error(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "the body is not a JSON object with the required members",
            )
        })
    }
}
