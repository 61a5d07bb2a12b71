//! Responses of handlers.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};

use crate::auth_error::AuthError;
use crate::plain_response::PlainResponse;
use crate::session::{SessionError, TokenResponse};

impl From<PlainResponse> for HttpResponse {
    fn from(plain: PlainResponse) -> Self {
        let mut response = Self::build(status(plain.status));
        for header in plain.headers {
            response.append_header(header);
        }
        if plain.body.is_empty() { response.finish() } else { response.body(plain.body) }
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl Responder for PlainResponse {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.into()
    }
}

/// The extensions of the response hold the error, so that outer middleware can see the reason.
impl ResponseError for AuthError {
    fn status_code(&self) -> StatusCode {
        status(self.status().as_u16())
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::from(self.plain_response());
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl ResponseError for SessionError {
    fn status_code(&self) -> StatusCode {
        status(self.status().as_u16())
    }

    fn error_response(&self) -> HttpResponse {
        self.plain_response().into()
    }
}

/// RFC 6749 §5.1: JSON that must not be cached. For a page use [`TokenResponse::cookies`] instead.
impl Responder for TokenResponse {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.plain_response().into()
    }
}
