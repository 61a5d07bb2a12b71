//! The answers to requests that do not get through: RFC 6750 §3.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use jotwell::VerifyError;

use crate::access::Scope;
use crate::store::StoreError;

/// A request is refused: for what reason, and what its sender gets to read.
///
/// | reason | status | `WWW-Authenticate: Bearer realm="…"` and |
/// |---|---|---|
/// | nothing was presented | 401 | nothing more |
/// | the request is malformed | 400 | `error="invalid_request"` |
/// | the token is not valid, revoked, or was used | 401 | `error="invalid_token"` |
/// | scope or role are missing | 403 | `error="insufficient_scope"`, and `scope` where one is |
/// | a cookie came without its anti-forgery token | 403 | no such header |
/// | store or keys cannot be reached | 503 | no such header, but `Retry-After` |
///
/// The body is JSON with the same `error` and `error_description`; there is none where nothing was presented.
/// A description is one of a few fixed sentences. What exactly was wrong is in [`reason`](Self::reason) and in
/// the log, where no piece of a token is either.
#[derive(Clone, Debug)]
pub struct Refusal {
    reason: Reason,
    realm: Arc<str>,
}

/// Why a request is refused. For the log, not for its sender.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reason {
    /// No token was presented.
    Missing,
    /// The request does not carry one well-formed token: two headers, no token behind `Bearer`, a token in a
    /// header and another in a cookie.
    Malformed,
    /// The token came in a cookie, and the proof that a page of one's own sent it is missing or wrong.
    Forged,
    /// The token is not valid.
    Token(VerifyError),
    /// The token, its session or everything of its subject was revoked.
    Revoked,
    /// The token may be used once, and was.
    Replayed,
    /// The token lacks a scope.
    Scope {
        /// What would do.
        required: Scope,
    },
    /// The token does not allow this.
    Forbidden {
        /// Which rule says so.
        rule: &'static str,
    },
    /// The keys cannot be got at the moment.
    Keys,
    /// The store did not answer.
    Store(StoreError),
}

/// How long whoever is refused for a reason that passes should wait.
pub(crate) const RETRY_AFTER_SECONDS: u64 = 5;

impl Refusal {
    pub(crate) fn new(reason: Reason, realm: &Arc<str>) -> Self {
        Self { reason, realm: realm.clone() }
    }

    /// Why, for the log.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.reason.answer().status
    }

    /// How long the sender should wait before the next attempt, where that helps.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        (self.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(Duration::from_secs(RETRY_AFTER_SECONDS))
    }

    /// The answer, for any framework. Its extensions hold the refusal, so that middleware further out can see
    /// why.
    #[must_use]
    pub fn response(&self) -> Response<String> {
        let Answer { status, error } = self.reason.answer();
        let mut body = String::new();
        let mut challenge = format!("Bearer realm=\"{}\"", self.realm);
        if let Some(Fault { code, description, .. }) = error {
            body = format!(r#"{{"error":"{code}","error_description":"{description}"}}"#);
            challenge.push_str(&format!(", error=\"{code}\", error_description=\"{description}\""));
        }
        if let Reason::Scope { required } = &self.reason {
            challenge.push_str(&format!(", scope=\"{required}\""));
        }
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        // A cache must not hand this to somebody else (RFC 6750 §5.3).
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if error.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        // Realm and scope were checked when they were made, so this is a header.
        if let (true, Ok(value)) =
            (error.is_none_or(|fault| fault.challenge), HeaderValue::try_from(challenge))
        {
            headers.insert(WWW_AUTHENTICATE, value);
        }
        if let Some(after) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(after.as_secs()));
        }
        response.extensions_mut().insert(self.clone());
        response
    }

    /// For the log: without the token, and without what its sender could choose.
    pub(crate) fn log(&self) {
        let status = self.status().as_u16();
        match &self.reason {
            Reason::Missing => tracing::debug!(status, "no token was presented"),
            Reason::Store(error) => {
                tracing::error!(
                    status,
                    error = error as &dyn std::error::Error,
                    "a token could not be checked"
                );
            }
            Reason::Keys | Reason::Token(VerifyError::Unavailable { .. }) => {
                tracing::error!(status, reason = %self.reason, "a token could not be checked");
            }
            reason => tracing::info!(status, %reason, "a request was refused"),
        }
    }
}

/// What the sender of a request gets to know.
#[derive(Clone, Copy)]
struct Answer {
    status: StatusCode,
    error: Option<Fault>,
}

#[derive(Clone, Copy)]
struct Fault {
    code: &'static str,
    description: &'static str,
    /// Whether another token would help, and `WWW-Authenticate` says so.
    challenge: bool,
}

impl Reason {
    /// The table of answers.
    fn answer(&self) -> Answer {
        const INVALID_TOKEN: &str = "invalid_token";
        const INSUFFICIENT_SCOPE: &str = "insufficient_scope";
        const UNAVAILABLE: &str = "temporarily_unavailable";

        let fault = |status, code, description, challenge| Answer {
            status,
            error: Some(Fault { code, description, challenge }),
        };
        let token = |description| fault(StatusCode::UNAUTHORIZED, INVALID_TOKEN, description, true);
        let unavailable = || {
            let description = "the token cannot be checked at the moment";
            fault(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, description, false)
        };
        match self {
            Self::Missing => Answer { status: StatusCode::UNAUTHORIZED, error: None },
            Self::Malformed => fault(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "the request does not carry exactly one well-formed token",
                true,
            ),
            Self::Forged => fault(
                StatusCode::FORBIDDEN,
                "invalid_request",
                "the request lacks the anti-forgery token that belongs to its cookie",
                false,
            ),
            Self::Token(VerifyError::Unavailable { .. }) | Self::Keys | Self::Store(_) => unavailable(),
            Self::Token(VerifyError::Expired { .. } | VerifyError::TooOld { .. }) => {
                token("the token has expired")
            }
            Self::Token(VerifyError::NotYetValid { .. } | VerifyError::IssuedInFuture { .. }) => {
                token("the token is not valid yet")
            }
            Self::Token(_) => token("the token is not valid"),
            Self::Revoked => token("the token has been revoked"),
            Self::Replayed => token("the token has been used"),
            Self::Scope { .. } => {
                fault(StatusCode::FORBIDDEN, INSUFFICIENT_SCOPE, "the token lacks the required scope", true)
            }
            Self::Forbidden { .. } => {
                fault(StatusCode::FORBIDDEN, INSUFFICIENT_SCOPE, "the token does not allow this", true)
            }
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no token was presented"),
            Self::Malformed => f.write_str("the request does not carry exactly one well-formed token"),
            Self::Forged => f.write_str("the anti-forgery token is missing or wrong"),
            Self::Token(error) => error.fmt(f),
            Self::Revoked => f.write_str("the token has been revoked"),
            Self::Replayed => f.write_str("the token has been used before"),
            Self::Scope { required } => write!(f, "the token lacks the scope {:?}", required.as_str()),
            Self::Forbidden { rule } => write!(f, "the token does not satisfy the rule {rule:?}"),
            Self::Keys => f.write_str("the keys cannot be got at the moment"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            Reason::Token(error) => Some(error),
            Reason::Store(error) => Some(error),
            _ => None,
        }
    }
}
