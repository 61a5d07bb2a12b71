//! Errors of keys that are stored in a file or in the environment.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;

use jotwell::private_file::PrivateFileError;
use jotwell::{KeyError, KeyRingError, KeyRingFileError, NumericDate};

/// Keys or a secret cannot be read, or the keys cannot be rotated.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeysError {
    /// A file cannot be opened, read or written, or other users have access to it.
    File(PrivateFileError),
    /// The content of a file is not a key ring.
    NotAKeyRing {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: KeyError,
    },
    /// The ring in a file has another algorithm or another rotation policy than the application configures.
    ConfigMismatch {
        /// The file.
        path: PathBuf,
    },
    /// Neither the environment variable nor the one that names a file instead is set.
    MissingEnv {
        /// The environment variable.
        variable: String,
    },
    /// Both the environment variable and the one that names a file instead are set.
    Ambiguous {
        /// The environment variable.
        variable: String,
    },
    /// The keys cannot be rotated: there is a single key and no ring.
    NotRotatable,
    /// The next key has not been published for long enough: verifiers may not know it yet.
    TooEarly {
        /// When it will be known to all verifiers.
        ready_at: NumericDate,
    },
    /// A key cannot be created, read or published.
    Key(KeyError),
    /// The key ring cannot be read, written or rotated, for another reason.
    Ring(KeyRingFileError),
}

impl From<KeyError> for KeysError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl From<PrivateFileError> for KeysError {
    fn from(error: PrivateFileError) -> Self {
        Self::File(error)
    }
}

impl From<KeyRingError> for KeysError {
    fn from(error: KeyRingError) -> Self {
        match error {
            KeyRingError::TooEarly { ready_at } => Self::TooEarly { ready_at },
            KeyRingError::Key(error) => Self::Key(error),
            other => Self::Ring(other.into()),
        }
    }
}

impl From<KeyRingFileError> for KeysError {
    fn from(error: KeyRingFileError) -> Self {
        match error {
            KeyRingFileError::File(error) => Self::File(error),
            KeyRingFileError::NotAKeyRing { path, source } => Self::NotAKeyRing { path, source },
            KeyRingFileError::Rotation(error) => error.into(),
            KeyRingFileError::Key(error) => Self::Key(error),
            other => Self::Ring(other),
        }
    }
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::NotAKeyRing { path, .. } => write!(f, "{} does not hold a key ring", path.display()),
            Self::ConfigMismatch { path } => write!(
                f,
                "the key ring in {} has another algorithm or rotation policy than configured; configure those, or \
                 begin a new ring in another file",
                path.display()
            ),
            Self::MissingEnv { variable } => write!(f, "neither {variable} nor {variable}_FILE is set"),
            Self::Ambiguous { variable } => {
                write!(f, "both {variable} and {variable}_FILE are set; unset one of them")
            }
            Self::NotRotatable => f.write_str("a single key cannot be rotated; open a key ring instead"),
            Self::TooEarly { ready_at } => {
                write!(f, "the next key is not known to all verifiers before {ready_at}; rotate then")
            }
            Self::Key(_) => f.write_str("a key cannot be created, read or published"),
            Self::Ring(error) => error.fmt(f),
        }
    }
}

impl StdError for KeysError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::File(error) => error.source(),
            Self::NotAKeyRing { source, .. } => Some(source),
            Self::Key(error) => Some(error),
            Self::Ring(error) => error.source(),
            _ => None,
        }
    }
}
