//! Why a store did not do what it was asked.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use jotwell::private_file::PrivateFileError;

/// An operation of a store failed, or may have succeeded without an answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The store cannot be reached, or did not answer in time.
    Unreachable {
        /// What happened.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// The store holds something that this crate did not write.
    Corrupt {
        /// Where.
        what: &'static str,
    },
    /// Other users have access to the file of the store, or can replace it.
    InsecureFile {
        /// Who, and what to do about it.
        source: Arc<PrivateFileError>,
    },
    /// A session of that name exists already.
    Occupied,
    /// The subject was revoked after the login had begun, so its session does not begin.
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
        /// What is wrong.
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
                write!(f, "the store holds something that this crate did not write: {what}")
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
