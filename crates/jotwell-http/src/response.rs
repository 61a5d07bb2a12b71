//! Error responses, all of one format: RFC 6749 §5.2, RFC 6750 §3.1.

use std::time::Duration;

use http::StatusCode;

use crate::plain_response::PlainResponse;

/// The body of an error response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// `None` if there is no body.
    pub(crate) error: Option<ErrorBody>,
}

/// A code for programs and a sentence for people, both constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) code: &'static str,
    pub(crate) description: &'static str,
}

/// How long a client should wait if the reason of the error is temporary.
const WAIT: Duration = Duration::from_secs(5);

impl Answer {
    /// A cookie came without its anti-forgery token.
    pub(crate) const FORGED: Self = Self::new(
        StatusCode::FORBIDDEN,
        "invalid_request",
        "the request lacks the anti-forgery token that belongs to its cookie",
    );

    pub(crate) const fn new(status: StatusCode, code: &'static str, description: &'static str) -> Self {
        Self { status, error: Some(ErrorBody { code, description }) }
    }

    /// A dependency is unavailable at the moment.
    pub(crate) const fn unavailable(description: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", description)
    }

    /// How long to wait before the next attempt, if waiting helps.
    pub(crate) fn retry_after(self) -> Option<Duration> {
        (self.status == StatusCode::SERVICE_UNAVAILABLE).then_some(WAIT)
    }

    pub(crate) fn response(self) -> PlainResponse {
        // A cache must not send this to another client (RFC 6750 §5.3).
        let mut response = PlainResponse::new(self.status).header("cache-control", "no-store");
        if let Some(ErrorBody { code, description }) = self.error {
            let body = format!(r#"{{"error":"{code}","error_description":"{description}"}}"#);
            response = response.body("application/json", body);
        }
        match self.retry_after() {
            Some(after) => response.header("retry-after", after.as_secs().to_string()),
            None => response,
        }
    }
}
