//! What went wrong between here and Redis.

use std::fmt;
use std::io;

use ::redis::{ErrorKind, RedisError};

use crate::store::StoreError;

/// In our own words. Redis may quote the command that it does not like, and so the password; whatever the
/// `redis` crate makes of that does not get any further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Late,
    Io(io::ErrorKind),
    /// The first word of what Redis said.
    Refused(String),
    /// It would not let us in.
    Login,
    Other,
}

impl Fault {
    pub(super) fn of(error: &RedisError) -> Self {
        if error.is_timeout() {
            return Self::Late;
        }
        if let Some(code) = error.code() {
            let is_word = code.len() <= 16 && code.bytes().all(|byte| byte.is_ascii_uppercase());
            return if is_word { Self::Refused(code.to_owned()) } else { Self::Other };
        }
        match error.kind() {
            ErrorKind::AuthenticationFailed => Self::Login,
            ErrorKind::Io => {
                Self::Io(std::error::Error::source(error).and_then(io_kind).unwrap_or(io::ErrorKind::Other))
            }
            _ => Self::Other,
        }
    }

    /// Whether the connection was lost, so that a command may not even have left.
    pub(super) const fn is_lost_connection(&self) -> bool {
        matches!(self, Self::Io(_))
    }
}

fn io_kind(error: &(dyn std::error::Error + 'static)) -> Option<io::ErrorKind> {
    error.downcast_ref::<io::Error>().map(io::Error::kind)
}

/// Where Redis answered that an entry is not what was put there, it is not unreachable.
pub(super) fn is_corrupt(error: &RedisError) -> bool {
    matches!(error.code(), Some("CORRUPT" | "WRONGTYPE")) || error.kind() == ErrorKind::UnexpectedReturnType
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late => f.write_str("no answer in time"),
            Self::Io(kind) => write!(f, "{kind}"),
            Self::Refused(code) => write!(f, "Redis answered {code}"),
            Self::Login => f.write_str("Redis does not know the user or the password"),
            Self::Other => f.write_str("Redis and its client do not understand each other"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::unreachable(fault)
    }
}
