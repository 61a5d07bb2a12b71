//! The credentials of a login, and the errors of their check.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use zeroize::Zeroizing;

/// A name and a password, for `auth_routes`: `{"name":"…","password":"…"}`. Any other type that deserializes from a
/// JSON object can be used instead.
///
/// `Debug` does not show the password.
#[derive(Clone, Deserialize)]
pub struct Credentials {
    /// The name, as the user typed it.
    pub name: String,
    /// The password.
    pub password: Zeroizing<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The reason why credentials are rejected.
///
/// | variant | status | `error` |
/// |---|---|---|
/// | `Invalid` | 400 | `invalid_grant` |
/// | `TooManyAttempts` | 429 with `Retry-After` | `temporarily_unavailable` |
/// | `Unavailable` | 503 with `Retry-After` | `temporarily_unavailable` |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialsError {
    /// They are wrong, or the user does not exist or may not log in. The response does not say which.
    Invalid,
    /// There were too many attempts for this user.
    TooManyAttempts {
        /// How long to wait.
        retry_after: Duration,
    },
    /// They cannot be checked at the moment.
    Unavailable,
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid => f.write_str("the credentials are wrong"),
            Self::TooManyAttempts { retry_after } => {
                write!(
                    f,
                    "there were too many attempts for this user; wait {} seconds",
                    retry_after.as_secs()
                )
            }
            Self::Unavailable => f.write_str("the credentials cannot be checked at the moment; try again"),
        }
    }
}

impl std::error::Error for CredentialsError {}
