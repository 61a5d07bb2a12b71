//! Errors of remote key sets.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use jotwell::{Algorithm, KeyError};

use super::address::AddressError;
use super::fetch::FetchError;

/// The reason why a set cannot be created, or why a fetch failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RemoteError {
    /// The list of accepted algorithms is empty.
    NoAlgorithm,
    /// An algorithm with a shared secret: anyone who fetches the key could sign with it.
    SymmetricAlgorithm {
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// The address is rejected.
    Address(AddressError),
    /// There is no complete response.
    Fetch(FetchError),
    /// The response is a redirect, which is not followed: its address has not been checked.
    Redirected {
        /// The status.
        status: u16,
    },
    /// The status of the response is not 200.
    Status {
        /// The status.
        status: u16,
    },
    /// The document is not a JWK Set.
    NotAKeySet(KeyError),
    /// The document is not a map of certificates by `kid`.
    NotCertificates,
    /// The set has more keys than [`max_keys`](super::RemoteJwkSetBuilder::max_keys).
    TooManyKeys {
        /// How many keys it has.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The metadata document of the issuer is not the expected JSON (OpenID Connect Discovery 1.0 §4.2).
    NotMetadata,
    /// The metadata document is that of another issuer (OpenID Connect Discovery 1.0 §4.3).
    IssuerMismatch {
        /// The configured issuer.
        expected: String,
        /// The issuer in the document, escaped and truncated.
        found: String,
    },
    /// The `jwks_uri` in the metadata document is rejected.
    SetAddress(AddressError),
    /// A bearer token would be sent over `http` to another machine.
    CredentialsOverHttp,
    /// The file with the bearer token cannot be read, or does not contain exactly one token.
    Credentials {
        /// The reason.
        source: Arc<std::io::Error>,
    },
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
            Self::Address(_) => f.write_str("the address is rejected"),
            Self::Fetch(_) => f.write_str("the document could not be fetched"),
            Self::Redirected { status } => {
                write!(f, "the response is a redirect, {status}, which is not followed")
            }
            Self::Status { status } => write!(f, "the response has the status {status}"),
            Self::NotAKeySet(_) => f.write_str("the document is not a JWK Set"),
            Self::NotCertificates => f.write_str("the document is not a map of certificates by `kid`"),
            Self::TooManyKeys { found, limit } => {
                write!(
                    f,
                    "the set has {found} keys, the limit is {limit}; raise `max_keys` if all are needed"
                )
            }
            Self::NotMetadata => f.write_str("the document does not describe an issuer"),
            Self::IssuerMismatch { expected, found } => {
                write!(f, "asked for the issuer {expected:?}, the document describes \"{found}\"; ")?;
                f.write_str(match expected.trim_end_matches('/') == found.trim_end_matches('/') {
                    true => "configure the issuer with exactly the trailing slashes that the document has",
                    false => "if that is your issuer, configure it exactly as the document has it",
                })
            }
            Self::CredentialsOverHttp => {
                f.write_str("a bearer token is not sent over http to another machine; use an https address")
            }
            Self::Credentials { .. } => f.write_str("the file with the bearer token cannot be used"),
            Self::SetAddress(_) => f.write_str("the `jwks_uri` of the issuer is rejected"),
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
            Self::Credentials { source } => Some(source),
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

/// An error and its sources, in one line for a log.
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
