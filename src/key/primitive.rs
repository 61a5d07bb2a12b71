//! The interface of every family of algorithms: signing and verifying bytes.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Precomputation;
use crate::backend::Backend;
use crate::error::SignError;
use crate::numbers::Numbers;

/// A private key or secret, ready for use: its signer, its verifier, and its numbers, complete and in canonical form.
pub(crate) struct Private {
    pub(crate) signer: Arc<dyn Sign>,
    /// Shared by all verifying keys, so that they share its tables.
    pub(crate) verifier: Arc<dyn Verify>,
    pub(crate) numbers: Numbers,
}

/// A public key or secret, ready for use.
pub(crate) struct Public {
    pub(crate) verifier: Arc<dyn Verify>,
    pub(crate) numbers: Numbers,
}

/// A key that signs bytes.
pub(crate) trait Sign: Send + Sync {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError>;

    /// Returns the backend that computes.
    fn backend(&self) -> Backend {
        Backend::RustCrypto
    }
}

/// A key that verifies signatures over bytes.
pub(crate) trait Verify: Send + Sync {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool;

    /// Returns the backend that computes.
    fn backend(&self) -> Backend {
        Backend::RustCrypto
    }

    /// Returns the same key with its own tables, if its family has tables.
    fn with_precomputation(&self, _: Precomputation) -> Option<Arc<dyn Verify>> {
        None
    }

    /// Like `verify` for ECDSA, but takes the hash of the message.
    #[cfg(fuzzing)]
    fn verify_prehash(&self, _: &[u8], _: &[u8]) -> bool {
        false
    }
}

/// A signature's bytes: on the stack except for RSA, where signing takes a thousand times as long as an allocation.
pub(crate) enum Signature {
    Short { bytes: [u8; Self::SHORT], len: usize },
    Long(Vec<u8>),
}

impl Signature {
    /// The longest signature that is not an RSA signature: ES512's.
    const SHORT: usize = 132;
}

impl From<&[u8]> for Signature {
    fn from(from: &[u8]) -> Self {
        let mut bytes = [0; Self::SHORT];
        match bytes.get_mut(..from.len()) {
            Some(to) => {
                to.copy_from_slice(from);
                Self::Short { bytes, len: from.len() }
            }
            None => Self::Long(from.to_vec()),
        }
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Short { bytes, len } => bytes.get(..*len).expect("no longer than the array"),
            Self::Long(bytes) => bytes,
        }
    }
}
