//! The one place where an algorithm's family is chosen.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::algorithm::{Algorithm, Family};
use crate::error::{KeyError, SignError};
use crate::material::Material;

#[cfg(not(feature = "ecdsa"))]
use self::disabled as ecdsa;
#[cfg(not(feature = "eddsa"))]
use self::disabled as eddsa;
#[cfg(not(feature = "hmac"))]
use self::disabled as hmac;
#[cfg(not(feature = "rsa"))]
use self::disabled as rsa;
#[cfg(feature = "ecdsa")]
use super::ecdsa;
#[cfg(feature = "eddsa")]
use super::eddsa;
#[cfg(feature = "hmac")]
use super::hmac;
#[cfg(feature = "rsa")]
use super::rsa;

/// A key that signs bytes.
pub(crate) trait Sign: Send + Sync {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError>;

    /// The key that verifies what this one signs.
    fn verifier(&self) -> Arc<dyn Verify>;
}

/// A key that verifies signatures over bytes.
pub(crate) trait Verify: Send + Sync {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool;
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
            Self::Short { bytes, len } => bytes.get(..*len).unwrap_or_default(),
            Self::Long(bytes) => bytes,
        }
    }
}

pub(super) fn signer(algorithm: Algorithm, material: &Material) -> Result<Arc<dyn Sign>, KeyError> {
    match algorithm.family() {
        Family::Hmac => hmac::signer(algorithm, material),
        Family::RsaPkcs1 | Family::RsaPss => rsa::signer(algorithm, material),
        Family::Ecdsa => ecdsa::signer(algorithm, material),
        Family::Eddsa => eddsa::signer(algorithm, material),
    }
}

pub(super) fn verifier(algorithm: Algorithm, material: &Material) -> Result<Arc<dyn Verify>, KeyError> {
    match algorithm.family() {
        Family::Hmac => hmac::verifier(algorithm, material),
        Family::RsaPkcs1 | Family::RsaPss => rsa::verifier(algorithm, material),
        Family::Ecdsa => ecdsa::verifier(algorithm, material),
        Family::Eddsa => eddsa::verifier(algorithm, material),
    }
}

#[cfg(feature = "std")]
pub(super) fn generate(algorithm: Algorithm) -> Result<Material, KeyError> {
    match algorithm.family() {
        Family::Hmac => hmac::generate(algorithm),
        Family::RsaPkcs1 | Family::RsaPss => rsa::generate(algorithm),
        Family::Ecdsa => ecdsa::generate(algorithm),
        Family::Eddsa => eddsa::generate(algorithm),
    }
}

/// Stands in for a family whose feature is off.
#[cfg(not(all(feature = "ecdsa", feature = "eddsa", feature = "hmac", feature = "rsa")))]
mod disabled {
    use super::{Algorithm, Arc, KeyError, Material, Sign, Verify};

    pub(super) fn signer(algorithm: Algorithm, _: &Material) -> Result<Arc<dyn Sign>, KeyError> {
        Err(KeyError::Disabled { algorithm })
    }

    pub(super) fn verifier(algorithm: Algorithm, _: &Material) -> Result<Arc<dyn Verify>, KeyError> {
        Err(KeyError::Disabled { algorithm })
    }

    #[cfg(feature = "std")]
    pub(super) fn generate(algorithm: Algorithm) -> Result<Material, KeyError> {
        Err(KeyError::Disabled { algorithm })
    }
}
