//! Answers that say what is wrong, all of one shape: RFC 6749 §5.2, RFC 6750 §3.1.

use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};

/// What the sender of a request gets to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// None where there is nothing to say.
    pub(crate) fault: Option<Fault>,
}

/// A code for programs and a sentence for people, both fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
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
        Self { status, fault: Some(Fault { code, description }) }
    }

    /// What is needed cannot be reached at the moment.
    pub(crate) const fn unavailable(description: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", description)
    }

    /// How long to wait before the next attempt, where that helps.
    pub(crate) fn retry_after(self) -> Option<Duration> {
        (self.status == StatusCode::SERVICE_UNAVAILABLE).then_some(WAIT)
    }

    pub(crate) fn response(self) -> Response<String> {
        let mut response = Response::new(String::new());
        *response.status_mut() = self.status;
        // A cache must not hand this to somebody else (RFC 6750 §5.3).
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(Fault { code, description }) = self.fault {
            *response.body_mut() = format!(r#"{{"error":"{code}","error_description":"{description}"}}"#);
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(after) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(after.as_secs()));
        }
        response
    }
}
