//! Rejections in gRPC: a status in the header, and no body.

use http::StatusCode;

use crate::auth_error::{AuthError, AuthErrorKind};
use crate::plain_response::PlainResponse;

/// gRPC `PERMISSION_DENIED`.
const PERMISSION_DENIED: u8 = 7;
/// gRPC `UNAVAILABLE`.
const UNAVAILABLE: u8 = 14;
/// gRPC `UNAUTHENTICATED`.
const UNAUTHENTICATED: u8 = 16;

impl AuthError {
    /// Returns the status code of gRPC.
    ///
    /// | status of HTTP | status of gRPC |
    /// |---|---|
    /// | 400, 401 | 16 `UNAUTHENTICATED` |
    /// | 403 | 7 `PERMISSION_DENIED` |
    /// | 503 | 14 `UNAVAILABLE` |
    #[must_use]
    pub fn grpc_status(&self) -> u8 {
        match self.status() {
            StatusCode::FORBIDDEN => PERMISSION_DENIED,
            StatusCode::SERVICE_UNAVAILABLE => UNAVAILABLE,
            _ => UNAUTHENTICATED,
        }
    }

    /// Returns the response of a gRPC server in the format that gRPC calls Trailers-Only: status 200, `grpc-status` and
    /// `grpc-message` among the headers, no body. `www-authenticate` is present as in HTTP.
    #[must_use]
    pub fn grpc_response(&self) -> PlainResponse {
        let response = PlainResponse::new(StatusCode::OK)
            .header("content-type", "application/grpc")
            .header("grpc-status", self.grpc_status().to_string())
            .header("grpc-message", self.grpc_message());
        let challenge =
            self.plain_response().headers.into_iter().find(|(name, _)| *name == "www-authenticate");
        challenge.into_iter().fold(response, |response, (name, value)| response.header(name, value))
    }

    /// Returns one of a few fixed sentences, of characters that `grpc-message` does not encode.
    pub(crate) fn grpc_message(&self) -> &'static str {
        match self.kind() {
            AuthErrorKind::Missing => "no token was presented",
            kind => kind.answer().error.map_or("", |error| error.description),
        }
    }
}
