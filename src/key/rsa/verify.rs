//! RSASSA-PSS-VERIFY and RSASSA-PKCS1-V1_5-VERIFY: RFC 8017 §8.1.2 and §8.2.2.

use alloc::boxed::Box;
use alloc::sync::Arc;

use crypto_bigint::{U2048, U3072, U4096};
use sha2::{Sha256, Sha384, Sha512};

use super::modexp::Power;
use super::pkcs1::Pkcs1;
use super::pss::Pss;
use super::public::PublicKey;
use crate::algorithm::{Algorithm, Family, Hash, RSA_MAX_BITS};
use crate::error::KeyError;
use crate::key::primitive::Verify;

/// Length of the longest signature in bytes, and so of the longest encoded message.
pub(super) const MAX_LEN: usize = RSA_MAX_BITS / 8;

/// How a message is encoded as a number.
pub(super) trait Encoding: Send + Sync {
    /// Returns whether the representative, as long as the modulus, is one of this message.
    fn is_consistent(&self, message: &[u8], representative: &[u8]) -> bool;
}

/// Creates the verifier of a key.
pub(super) fn verifier(algorithm: Algorithm, key: &PublicKey<'_>) -> Result<Arc<dyn Verify>, KeyError> {
    // Montgomery arithmetic works for any odd modulus that fits, so sizes in between use the next larger one.
    match key.bits() {
        ..=2048 => of_size::<{ U2048::LIMBS }>(algorithm, key),
        2049..=3072 => of_size::<{ U3072::LIMBS }>(algorithm, key),
        _ => of_size::<{ U4096::LIMBS }>(algorithm, key),
    }
}

fn of_size<const LIMBS: usize>(
    algorithm: Algorithm,
    key: &PublicKey<'_>,
) -> Result<Arc<dyn Verify>, KeyError> {
    let power = Power::<LIMBS>::new(key).ok_or(KeyError::InvalidRsaKey)?;
    Ok(Arc::new(KeyWithEncoding { power, encoding: encoding(algorithm, key) }))
}

fn encoding(algorithm: Algorithm, key: &PublicKey<'_>) -> Box<dyn Encoding> {
    let (bits, len) = (key.bits(), key.n().len());
    match (algorithm.family(), algorithm.hash()) {
        (Family::RsaPss, Hash::Sha256) => Box::new(Pss::<Sha256>::new(bits)),
        (Family::RsaPss, Hash::Sha384) => Box::new(Pss::<Sha384>::new(bits)),
        (Family::RsaPss, Hash::Sha512) => Box::new(Pss::<Sha512>::new(bits)),
        (_, Hash::Sha256) => Box::new(Pkcs1::<Sha256>::new(len)),
        (_, Hash::Sha384) => Box::new(Pkcs1::<Sha384>::new(len)),
        (_, Hash::Sha512) => Box::new(Pkcs1::<Sha512>::new(len)),
    }
}

struct KeyWithEncoding<const LIMBS: usize> {
    power: Power<LIMBS>,
    encoding: Box<dyn Encoding>,
}

impl<const LIMBS: usize> Verify for KeyWithEncoding<LIMBS> {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.power
            .representative(signature)
            .is_some_and(|number| self.encoding.is_consistent(message, number.as_bytes()))
    }
}
