//! A response without types of a framework.

use std::fmt;

use http::header::SET_COOKIE;
use http::{HeaderName, HeaderValue, Response, StatusCode};

/// A status, headers and a body, for a framework that does not use the types of `http` 1.
///
/// `Debug` does not show the values of headers or the body, which can contain tokens.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlainResponse {
    /// The status code.
    pub status: u16,
    /// The headers: names in lower case, values of visible ASCII. A name can appear several times.
    pub headers: Vec<(&'static str, String)>,
    /// The body. If it is not empty, the headers have its `content-type`.
    pub body: String,
}

impl PlainResponse {
    pub(crate) fn new(status: StatusCode) -> Self {
        Self { status: status.as_u16(), headers: Vec::new(), body: String::new() }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn body(self, content_type: &'static str, body: String) -> Self {
        Self { body, ..self.header("content-type", content_type) }
    }
}

/// Creates it from a response of `http` 1. A header that is not UTF-8 is left out; this crate creates none.
impl From<PlainResponse> for Response<String> {
    fn from(plain: PlainResponse) -> Self {
        let mut response = Self::new(plain.body);
        *response.status_mut() =
            StatusCode::from_u16(plain.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in plain.headers {
            if let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                // Not shown in logs of headers.
                value.set_sensitive(name == SET_COOKIE);
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

impl fmt::Debug for PlainResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("PlainResponse")
            .field("status", &self.status)
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_not_shown_in_logs_of_headers() {
        let plain = PlainResponse::new(StatusCode::OK).header("set-cookie", "a=b").header("etag", "\"c\"");
        let response = Response::<String>::from(plain);
        assert!(response.headers()["set-cookie"].is_sensitive());
        assert!(!response.headers()["etag"].is_sensitive());
    }
}
