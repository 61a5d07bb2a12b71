//! Errors of sessions.

use std::error::Error as StdError;
use std::fmt;

use http::{Response, StatusCode};
use jotwell::SignError;

use crate::plain_response::PlainResponse;
use crate::response::Answer;
use crate::store::StoreError;

/// The reason why a session cannot begin or continue.
///
/// | variant | status | `error` |
/// |---|---|---|
/// | `Malformed` | 400 | `invalid_request` |
/// | `Ended`, `Reused`, `SubjectRevoked` | 400 | `invalid_grant`: log in again |
/// | `CsrfFailed` | 403 | `invalid_request` |
/// | `Store`, if it is `Unreachable` or `InUse` | 503 with `Retry-After` | `temporarily_unavailable` |
/// | any other `Store`; `Sign`, `Claims`, `Randomness` | 500 | `server_error` |
///
/// `invalid_request` and `invalid_grant` are from RFC 6749 §5.2, which has no codes for server errors; those are from
/// §4.1.2.1.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SessionError {
    /// The refresh token is missing, duplicated or malformed.
    Malformed,
    /// The session has ended, or never existed.
    Ended,
    /// Two clients have used the refresh token: it is an old one, or one of two copies that were both used. The session
    /// has ended.
    Reused,
    /// All sessions of the subject were ended after the login began.
    SubjectRevoked,
    /// The refresh token came in a cookie, and the anti-forgery token is missing or wrong.
    CsrfFailed,
    /// The store failed or did not respond. The exchange may have happened; the same token can be presented again
    /// within the grace period.
    Store(StoreError),
    /// The access token cannot be signed.
    Sign(SignError),
    /// The claims cannot be serialized, or the data in the store do not have their type.
    Claims,
    /// The system's random number generator failed.
    Randomness,
}

impl SessionError {
    /// Returns the status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.answer().status
    }

    /// Returns the response.
    #[must_use]
    pub fn response(&self) -> Response<String> {
        self.plain_response().into()
    }

    /// Returns the response for a framework that does not use the types of `http` 1.
    #[must_use]
    pub fn plain_response(&self) -> PlainResponse {
        self.answer().response()
    }

    fn answer(&self) -> Answer {
        match self {
            Self::Malformed => Answer::new(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "the request does not carry exactly one refresh token",
            ),
            Self::Ended | Self::Reused | Self::SubjectRevoked => {
                Answer::new(StatusCode::BAD_REQUEST, "invalid_grant", "the session has ended")
            }
            Self::CsrfFailed => Answer::FORGED,
            Self::Store(StoreError::Unreachable { .. } | StoreError::InUse) => {
                Answer::unavailable("sessions are unavailable at the moment")
            }
            // A retry would not help.
            Self::Store(_) | Self::Sign(_) | Self::Claims | Self::Randomness => Answer::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                "the session could not continue",
            ),
        }
    }
}

impl From<StoreError> for SessionError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::SubjectRevoked => Self::SubjectRevoked,
            error => Self::Store(error),
        }
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the request does not carry exactly one refresh token",
            Self::Ended => "the session has ended",
            Self::Reused => "a reused refresh token was presented, so its session has ended",
            Self::SubjectRevoked => {
                "all sessions of the subject were ended after the login had begun; check the credentials again"
            }
            Self::CsrfFailed => "the anti-forgery token is missing or wrong",
            Self::Store(_) => "the store of sessions failed",
            Self::Sign(_) => "the access token cannot be signed",
            Self::Claims => "the claims of a session cannot be written or read",
            Self::Randomness => "the system's random number generator failed",
        })
    }
}

impl StdError for SessionError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::Sign(error) => Some(error),
            _ => None,
        }
    }
}
