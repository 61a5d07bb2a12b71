//! Errors between this crate and Redis.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use ::redis::{ErrorKind, RedisError};

use crate::store::StoreError;

/// The code of this crate's error for a write that too few replicas have confirmed.
pub(super) const UNCONFIRMED: &str = "UNCONFIRMED";

/// An error with fixed texts. Redis may quote the command that it rejects, and so the password; the message of the
/// `redis` crate is not passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Late,
    Io(io::ErrorKind),
    /// The first word of the error from Redis.
    Refused(String),
    /// Redis rejected the user or the password.
    Login,
    /// Too few replicas have confirmed a write.
    Unconfirmed,
    Other,
}

impl Fault {
    pub(super) fn of(error: &RedisError) -> Self {
        if error.is_timeout() {
            return Self::Late;
        }
        if error.code() == Some(UNCONFIRMED) {
            return Self::Unconfirmed;
        }
        if let Some(code) = error.code() {
            let is_word = code.len() <= 16 && code.bytes().all(|byte| byte.is_ascii_uppercase());
            return if is_word { Self::Refused(code.to_owned()) } else { Self::Other };
        }
        match error.kind() {
            ErrorKind::AuthenticationFailed => Self::Login,
            ErrorKind::Io => Self::Io(error.source().and_then(io_kind).unwrap_or(io::ErrorKind::Other)),
            _ => Self::Other,
        }
    }

    /// Returns whether the connection was lost, so that a command may not have been sent.
    pub(super) const fn is_lost_connection(&self) -> bool {
        matches!(self, Self::Io(_))
    }
}

/// The crate stores the cause of its error in an `Arc`.
fn io_kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    let behind: &Arc<dyn Error + Send + Sync> = error.downcast_ref()?;
    behind.downcast_ref().map(io::Error::kind)
}

/// If Redis reports that an entry has the wrong type, it is not unreachable.
pub(super) fn is_corrupt(error: &RedisError) -> bool {
    matches!(error.code(), Some("CORRUPT" | "WRONGTYPE")) || error.kind() == ErrorKind::UnexpectedReturnType
}

/// Returns the format of the store, if a script has rejected it.
pub(super) fn format_of(error: &RedisError) -> Option<u64> {
    if error.code() != Some("FORMAT") {
        return None;
    }
    error.detail()?.split_ascii_whitespace().next()?.parse().ok()
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late => f.write_str("no response in time"),
            Self::Io(kind) => write!(f, "{kind}"),
            Self::Refused(code) => write!(f, "Redis returned the error {code}"),
            Self::Login => f.write_str("Redis does not know the user or the password"),
            Self::Unconfirmed => {
                f.write_str("too few replicas have confirmed the write in time; it may have happened")
            }
            Self::Other => f.write_str("Redis and its client do not understand each other"),
        }
    }
}

impl Error for Fault {}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::unreachable(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_code_of_an_error_of_redis_is_shown() {
        let said =
            |code: &str| Fault::of(&::redis::make_extension_error(code.to_owned(), Some("secret".into())));
        assert_eq!(said("MISCONF"), Fault::Refused("MISCONF".into()));
        assert_eq!(said("SIXTEENCHARACTER"), Fault::Refused("SIXTEENCHARACTER".into()));
        for code in ["SEVENTEENCHARACTE", "hunter2", "A B", "LETMEIN1"] {
            assert_eq!(said(code), Fault::Other, "{code}");
        }
    }

    #[test]
    fn other_errors_are_shown_by_their_kind() {
        let of = |kind| Fault::of(&RedisError::from((kind, "what the crate says")));
        assert_eq!(of(ErrorKind::AuthenticationFailed), Fault::Login);
        assert_eq!(of(ErrorKind::Io), Fault::Io(io::ErrorKind::Other));
        assert_eq!(of(ErrorKind::Client), Fault::Other);
        let refused = RedisError::from(io::Error::from(io::ErrorKind::ConnectionRefused));
        assert_eq!(Fault::of(&refused), Fault::Io(io::ErrorKind::ConnectionRefused));
    }

    #[test]
    fn errors_of_the_system_mean_a_lost_connection() {
        assert!(Fault::Io(io::ErrorKind::ConnectionReset).is_lost_connection());
        for fault in [Fault::Late, Fault::Refused("READONLY".into()), Fault::Login, Fault::Other] {
            assert!(!fault.is_lost_connection(), "{fault}");
        }
    }
}
