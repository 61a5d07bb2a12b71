//! Errors of a store.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use jotwell::private_file::PrivateFileError;

/// The reason why an operation of a store failed. It may have succeeded if there was no response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The store is unavailable, or did not respond in time.
    Unreachable {
        /// The cause.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// The store contains data that this crate did not write.
    Corrupt {
        /// The part of the store.
        what: &'static str,
    },
    /// Other users can access or replace the file of the store.
    InsecureFile {
        /// The problem and its remedy.
        source: Arc<PrivateFileError>,
    },
    /// A session of that name exists already.
    Occupied,
    /// The subject was revoked after the login began, so its session does not begin.
    SubjectRevoked,
    /// Another process has the store open.
    InUse,
    /// The store was written by another version of this crate.
    Format {
        /// The version of the format that the store has.
        found: u64,
        /// The version that this crate reads and writes.
        expected: u64,
    },
    /// The address, the name or an option of the store is wrong.
    Misconfigured {
        /// The problem.
        what: &'static str,
    },
    /// The data of a session are longer than a store accepts.
    TooLong {
        /// Their length in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
}

impl StoreError {
    /// Creates a [`StoreError::Unreachable`] with this cause.
    pub fn unreachable(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Unreachable { source: Arc::new(source) }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { .. } => f.write_str("the store cannot be reached"),
            Self::Corrupt { what } => {
                write!(f, "the store contains data that this crate did not write: {what}")
            }
            Self::InsecureFile { source } => source.fmt(f),
            Self::Occupied => f.write_str("a session of that name exists already"),
            Self::SubjectRevoked => f.write_str("the subject was revoked after the login had begun"),
            Self::Format { found, expected } => write!(
                f,
                "the store has format {found} and this version of jotwell-http has format {expected}; \
                 use the version that wrote it, or begin with an empty store, which ends all sessions"
            ),
            Self::InUse => f.write_str("another process has the store open"),
            Self::Misconfigured { what } => write!(f, "the store is misconfigured: {what}"),
            Self::TooLong { length, limit } => {
                write!(f, "the data of a session have {length} bytes; the limit is {limit}")
            }
        }
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unreachable { source } => Some(source),
            Self::InsecureFile { source } => source.source(),
            _ => None,
        }
    }
}
