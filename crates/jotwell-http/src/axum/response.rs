//! Responses of handlers.

use axum::body::Body;
use axum::response::{IntoResponse, Response};

use crate::auth_error::AuthError;
use crate::plain_response::PlainResponse;
use crate::session::{SessionError, TokenResponse};

impl IntoResponse for PlainResponse {
    fn into_response(self) -> Response {
        http::Response::<String>::from(self).map(Body::from)
    }
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        self.response().map(Body::from)
    }
}

impl IntoResponse for SessionError {
    fn into_response(self) -> Response {
        self.plain_response().into_response()
    }
}

/// RFC 6749 §5.1: JSON that must not be cached. For a page use [`TokenResponse::cookies`] instead.
impl IntoResponse for TokenResponse {
    fn into_response(self) -> Response {
        self.plain_response().into_response()
    }
}
