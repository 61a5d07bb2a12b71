//! The answers to requests that do not get through: RFC 6750 §3.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, Response, StatusCode};
use jotwell::VerifyError;

use crate::access::Scope;
use crate::answer::{Answer, Fault};
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

impl Refusal {
    /// Says no, and notes it in the log.
    pub(crate) fn logged(reason: Reason, realm: &Arc<str>) -> Self {
        let refusal = Self { reason, realm: realm.clone() };
        refusal.log();
        refusal
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
        self.reason.answer().retry_after()
    }

    /// The answer, for any framework. Its extensions hold the refusal, so that middleware further out can see
    /// why.
    #[must_use]
    pub fn response(&self) -> Response<String> {
        let answer = self.reason.answer();
        let mut response = answer.response();
        // Realm and scope were checked when they were made, so this is a header.
        if let Some(Ok(challenge)) = self.challenge(answer).map(HeaderValue::try_from) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(self.clone());
        response
    }

    /// `WWW-Authenticate`, where another token would help.
    fn challenge(&self, answer: Answer) -> Option<String> {
        if matches!(self.reason, Reason::Forged) || answer.retry_after().is_some() {
            return None;
        }
        let mut challenge = format!("Bearer realm=\"{}\"", self.realm);
        if let Some(Fault { code, description }) = answer.fault {
            challenge.push_str(&format!(", error=\"{code}\", error_description=\"{description}\""));
        }
        if let Reason::Scope { required } = &self.reason {
            challenge.push_str(&format!(", scope=\"{required}\""));
        }
        Some(challenge)
    }

    /// For the log: without the token, and without what its sender could choose.
    fn log(&self) {
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

impl Reason {
    /// The table of answers.
    fn answer(&self) -> Answer {
        let token = |description| Answer::new(StatusCode::UNAUTHORIZED, "invalid_token", description);
        let forbidden = |description| Answer::new(StatusCode::FORBIDDEN, "insufficient_scope", description);
        match self {
            Self::Missing => Answer { status: StatusCode::UNAUTHORIZED, fault: None },
            Self::Malformed => Answer::new(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "the request does not carry exactly one well-formed token",
            ),
            Self::Forged => Answer::FORGED,
            Self::Token(VerifyError::Unavailable { .. }) | Self::Keys | Self::Store(_) => {
                Answer::unavailable("the token cannot be checked at the moment")
            }
            Self::Token(VerifyError::Expired { .. } | VerifyError::TooOld { .. }) => {
                token("the token has expired")
            }
            Self::Token(VerifyError::NotYetValid { .. } | VerifyError::IssuedInFuture { .. }) => {
                token("the token is not valid yet")
            }
            Self::Token(_) => token("the token is not valid"),
            Self::Revoked => token("the token has been revoked"),
            Self::Replayed => token("the token has been used"),
            Self::Scope { .. } => forbidden("the token lacks the required scope"),
            Self::Forbidden { .. } => forbidden("the token does not allow this"),
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
