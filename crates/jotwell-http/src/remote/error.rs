//! Why there is no set, or not the newest.

use std::error::Error as StdError;
use std::fmt;

use jotwell::{Algorithm, KeyError};

use super::address::AddressError;
use super::fetch::FetchError;

/// A set cannot be made, or a fetch has brought no keys.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RemoteError {
    /// No algorithm is accepted, so no key could be.
    NoAlgorithm,
    /// An algorithm with a shared secret: whoever fetches the key could sign with it.
    SymmetricAlgorithm {
        /// Which.
        algorithm: Algorithm,
    },
    /// The address is not fetched from.
    Address(AddressError),
    /// There is no complete answer.
    Fetch(FetchError),
    /// The answer leads to another address. That is not followed: nobody has looked at it.
    Redirected {
        /// The status.
        status: u16,
    },
    /// The answer is no success.
    Status {
        /// The status.
        status: u16,
    },
    /// The document is no JWK Set.
    NotAKeySet(KeyError),
    /// No key of the set is of use: the accepted algorithms need others, or all are broken.
    NoUsableKey {
        /// How many keys there are.
        keys: usize,
    },
    /// What the issuer says of itself is not the JSON that it should be (OpenID Connect Discovery 1.0 §4.2).
    NotMetadata,
    /// It is what another issuer says of itself (OpenID Connect Discovery 1.0 §4.3).
    IssuerMismatch,
    /// The address of the set that it names is not fetched from.
    SetAddress(AddressError),
    /// The fetch ended without a result: it panicked, or its runtime was shut down.
    Aborted,
    /// There is no tokio runtime to fetch on.
    NoRuntime,
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAlgorithm => f.write_str("no algorithm is accepted"),
            Self::SymmetricAlgorithm { algorithm } => {
                write!(f, "{} has a shared secret, which cannot be fetched", algorithm.name())
            }
            Self::Address(_) => f.write_str("the address is not fetched from"),
            Self::Fetch(_) => f.write_str("the document could not be fetched"),
            Self::Redirected { status } => write!(f, "the answer is a redirect, {status}, and not followed"),
            Self::Status { status } => write!(f, "the answer has the status {status}"),
            Self::NotAKeySet(_) => f.write_str("the document is no JWK Set"),
            Self::NoUsableKey { keys } => write!(f, "of {keys} keys in the set none is of use"),
            Self::NotMetadata => f.write_str("the document does not describe an issuer"),
            Self::IssuerMismatch => f.write_str("the document describes another issuer"),
            Self::SetAddress(_) => f.write_str("the issuer's address for its keys is not fetched from"),
            Self::Aborted => f.write_str("the fetch ended without a result"),
            Self::NoRuntime => f.write_str("there is no tokio runtime to fetch on"),
        }
    }
}

impl StdError for RemoteError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Address(error) | Self::SetAddress(error) => Some(error),
            Self::Fetch(error) => Some(error),
            Self::NotAKeySet(error) => Some(error),
            _ => None,
        }
    }
}

impl From<AddressError> for RemoteError {
    fn from(error: AddressError) -> Self {
        Self::Address(error)
    }
}

impl From<FetchError> for RemoteError {
    fn from(error: FetchError) -> Self {
        Self::Fetch(error)
    }
}

/// An error and what is behind it, in one line for a log.
pub(super) struct Chain<'a>(pub(super) &'a (dyn StdError + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(error) = next {
            write!(f, ": {error}")?;
            next = error.source();
        }
        Ok(())
    }
}
