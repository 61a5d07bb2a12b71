//! What can be wrong with keys that are kept somewhere.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::PathBuf;

use jotwell::{KeyError, KeyRingError, NumericDate};

/// Keys or a secret cannot be had, or the keys do not turn.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeysError {
    /// A file cannot be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file with secrets can be changed by its group, or be read or changed by all others.
    InsecurePermissions {
        /// Which.
        path: PathBuf,
        /// Its permissions, as of `chmod`.
        mode: u32,
    },
    /// The ring in a file is for another algorithm than was asked for, or keeps other times.
    ConfigMismatch {
        /// Which.
        path: PathBuf,
    },
    /// A variable of the environment is not set, nor the one that names a file in its place.
    MissingEnv {
        /// Which.
        variable: String,
    },
    /// Both are set: the variable, and the one that names a file.
    Ambiguous {
        /// Which.
        variable: String,
    },
    /// The keys do not turn: there is no ring.
    NotRotatable,
    /// The next key has not been published for long enough: verifiers may not know it yet.
    TooEarly {
        /// When it will have been.
        ready_at: NumericDate,
    },
    /// A key cannot be made or read.
    Key(KeyError),
    /// The ring does not turn, for another reason than these.
    Ring(KeyRingError),
}

impl From<KeyError> for KeysError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl From<KeyRingError> for KeysError {
    fn from(error: KeyRingError) -> Self {
        match error {
            KeyRingError::TooEarly { ready_at } => Self::TooEarly { ready_at },
            KeyRingError::Key(error) => Self::Key(error),
            other => Self::Ring(other),
        }
    }
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, .. } => write!(f, "{} cannot be read or written", path.display()),
            Self::InsecurePermissions { path, mode } => {
                write!(f, "{} is open to others than its owner and group (mode {mode:o})", path.display())
            }
            Self::ConfigMismatch { path } => {
                write!(f, "the ring in {} is for another algorithm, or keeps other times", path.display())
            }
            Self::MissingEnv { variable } => write!(f, "neither {variable} nor {variable}_FILE is set"),
            Self::Ambiguous { variable } => write!(f, "both {variable} and {variable}_FILE are set"),
            Self::NotRotatable => f.write_str("these keys do not turn"),
            Self::TooEarly { ready_at } => {
                write!(f, "the next key is known to all verifiers only at {ready_at}")
            }
            Self::Key(_) => f.write_str("a key cannot be made or read"),
            Self::Ring(_) => f.write_str("the ring does not turn"),
        }
    }
}

impl StdError for KeysError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Key(error) => Some(error),
            Self::Ring(error) => Some(error),
            _ => None,
        }
    }
}
