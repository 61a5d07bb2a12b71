//! Why a session does not begin, or not go on.

use std::error::Error as StdError;
use std::fmt;

use http::{Response, StatusCode};
use jotwell::SignError;

use crate::response::Answer;
use crate::store::StoreError;

/// A session does not begin, or does not go on.
///
/// | variant | status | `error` |
/// |---|---|---|
/// | `Malformed` | 400 | `invalid_request` |
/// | `Ended`, `Reused` | 400 | `invalid_grant`: log in again |
/// | `CsrfFailed` | 403 | `invalid_request` |
/// | `Store`, where it is `Unreachable` or `InUse` | 503 with `Retry-After` | `temporarily_unavailable` |
/// | any other `Store`; `Sign`, `Claims`, `Randomness` | 500 | `server_error` |
///
/// The first two are of RFC 6749 §5.2, which has none for what the server is to blame for; the others have the names of
/// §4.1.2.1.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SessionError {
    /// There is no refresh token, or more than one, or what came is none.
    Malformed,
    /// The session has ended, or never was.
    Ended,
    /// The refresh token is an old one: someone has it who should not. The session has ended.
    Reused,
    /// The refresh token came in a cookie, and the proof that a page of one's own sent it is missing or wrong.
    CsrfFailed,
    /// The store did not answer, or with an error. The exchange may have happened; the same token can be presented again
    /// within the time of grace.
    Store(StoreError),
    /// The access token cannot be signed.
    Sign(SignError),
    /// The claims cannot be written, or what the store has is not of their type.
    Claims,
    /// The system has no randomness.
    Randomness,
}

impl SessionError {
    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.answer().status
    }

    /// The answer, for any framework.
    #[must_use]
    pub fn response(&self) -> Response<String> {
        self.answer().response()
    }

    fn answer(&self) -> Answer {
        match self {
            Self::Malformed => Answer::new(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "the request does not carry exactly one refresh token",
            ),
            Self::Ended | Self::Reused => {
                Answer::new(StatusCode::BAD_REQUEST, "invalid_grant", "the session has ended")
            }
            Self::CsrfFailed => Answer::FORGED,
            Self::Store(StoreError::Unreachable { .. } | StoreError::InUse) => {
                Answer::unavailable("sessions cannot be reached at the moment")
            }
            // Trying again would not help.
            Self::Store(_) | Self::Sign(_) | Self::Claims | Self::Randomness => {
                Answer::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "the session could not go on")
            }
        }
    }
}

impl From<StoreError> for SessionError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the request does not carry exactly one refresh token",
            Self::Ended => "the session has ended",
            Self::Reused => "an old refresh token was presented, and the session has ended for it",
            Self::CsrfFailed => "the anti-forgery token is missing or wrong",
            Self::Store(_) => "the store of sessions did not answer",
            Self::Sign(_) => "the access token cannot be signed",
            Self::Claims => "the claims of a session cannot be written or read",
            Self::Randomness => "the system has no randomness",
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
