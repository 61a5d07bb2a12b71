//! What can be wrong with a token that is to be encrypted.

use alloc::borrow::Cow;
use core::fmt;

use super::SignError;
use crate::content_encryption::ContentEncryption;
use crate::key_management::KeyManagement;

/// A token cannot be encrypted. The cause is the issuer's claims, header or keys.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncryptError {
    /// The claims cannot be written, or the inner token of a nested one cannot be signed.
    Sign(SignError),
    /// A recipient would not understand the header parameter: a critical extension, a repeated parameter, or one that
    /// encryption itself sets.
    InvalidHeader {
        /// The parameter's name.
        parameter: Cow<'static, str>,
    },
    /// The header is for another key management algorithm than the key.
    KeyManagementMismatch {
        /// The key's algorithm.
        key: KeyManagement,
        /// The header's.
        header: KeyManagement,
    },
    /// The key does not allow this content encryption.
    EncNotAllowed {
        /// The content encryption that was requested.
        found: ContentEncryption,
    },
    /// The message has no recipient, or more than are allowed.
    RecipientCount {
        /// How many it has.
        found: usize,
        /// The most that it may have.
        limit: usize,
    },
    /// The algorithm supports only one recipient: with `dir` and `ECDH-ES` the key determines the content encryption
    /// key.
    OneRecipientOnly {
        /// The algorithm.
        algorithm: KeyManagement,
    },
    /// The system's random number generator failed. Every encryption needs it.
    Randomness,
    /// The content is too long for the algorithm, or the cryptographic library failed without giving a reason.
    Backend,
}

impl fmt::Display for EncryptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sign(_) => f.write_str("the content of the encrypted token cannot be created"),
            Self::InvalidHeader { parameter } => {
                write!(f, "the header parameter {parameter:?} cannot be set, or would not be understood")
            }
            Self::KeyManagementMismatch { key, header } => {
                write!(f, "the header says {header}, the key is for {key}")
            }
            Self::EncNotAllowed { found } => write!(f, "the key is not meant for {found}"),
            Self::RecipientCount { found, limit } => {
                write!(f, "a JWE has 1 to {limit} recipients, found {found}")
            }
            Self::OneRecipientOnly { algorithm } => {
                write!(f, "{algorithm} is for a single recipient; use key wrapping for several")
            }
            Self::Randomness => f.write_str("the system's random number generator failed"),
            Self::Backend => f.write_str("the content could not be encrypted"),
        }
    }
}

impl core::error::Error for EncryptError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Sign(error) => Some(error),
            _ => None,
        }
    }
}

impl From<SignError> for EncryptError {
    fn from(error: SignError) -> Self {
        Self::Sign(error)
    }
}
