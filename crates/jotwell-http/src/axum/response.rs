//! What handlers answer with.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};

use crate::auth_error::AuthError;
use crate::session::{SessionError, TokenResponse};

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        self.response().map(Body::from)
    }
}

impl IntoResponse for SessionError {
    fn into_response(self) -> Response {
        self.response().map(Body::from)
    }
}

/// RFC 6749 §5.1: JSON that no cache keeps. For a page take [`TokenResponse::cookies`] instead.
impl IntoResponse for TokenResponse {
    fn into_response(self) -> Response {
        let Ok(text) = serde_json::to_string(&self) else { return SessionError::Claims.into_response() };
        let mut response = Response::new(Body::from(text));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
        response
    }
}
