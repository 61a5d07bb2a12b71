//! What every family of algorithms provides: signing and verifying bytes.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Precomputation;
use crate::backend::Backend;
use crate::error::SignError;
use crate::numbers::Numbers;

/// A private key or secret, ready for use: what signs, what verifies that, and the numbers that it is made of,
/// complete and in canonical form.
pub(crate) struct Private {
    pub(crate) signer: Arc<dyn Sign>,
    /// One for all who ask, so that they share its tables.
    pub(crate) verifier: Arc<dyn Verify>,
    pub(crate) numbers: Numbers,
}

/// A public key or secret, likewise.
pub(crate) struct Public {
    pub(crate) verifier: Arc<dyn Verify>,
    pub(crate) numbers: Numbers,
}

/// A key that signs bytes.
pub(crate) trait Sign: Send + Sync {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError>;

    /// Who computes.
    fn backend(&self) -> Backend {
        Backend::RustCrypto
    }
}

/// A key that verifies signatures over bytes.
pub(crate) trait Verify: Send + Sync {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool;

    /// Who computes.
    fn backend(&self) -> Backend {
        Backend::RustCrypto
    }

    /// The same key with tables of its own, where its family has such.
    fn with_precomputation(&self, _: Precomputation) -> Option<Arc<dyn Verify>> {
        None
    }

    /// As `verify` for ECDSA, except that the hash is given.
    #[cfg(fuzzing)]
    fn verify_prehash(&self, _: &[u8], _: &[u8]) -> bool {
        false
    }
}

/// A signature's bytes: on the stack, save for RSA, whose signing takes a thousand times what an
/// allocation does.
pub(crate) enum Signature {
    Short { bytes: [u8; Self::SHORT], len: usize },
    Long(Vec<u8>),
}

impl Signature {
    /// The longest that is no RSA signature: ES512's.
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
            Self::Short { bytes, len } => bytes.get(..*len).expect("made no longer"),
            Self::Long(bytes) => bytes,
        }
    }
}
