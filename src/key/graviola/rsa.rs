//! RSASSA-PKCS1-v1_5 and RSASSA-PSS: RFC 7518 §3.3 and §3.5.
//!
//! Graviola computes with words of 64 bits and compares encoded messages of whole words, so both primes must fill
//! their words: the length of the modulus must be a multiple of 128 bits. The public exponent must fit in 32 bits.

use alloc::sync::Arc;
use alloc::vec;

use ::graviola::Error;
use ::graviola::signing::rsa::{SigningKey, VerifyingKey};

use super::{BACKEND, failed};
use crate::algorithm::{Algorithm, Family, Hash};
use crate::backend::Backend;
use crate::der;
use crate::error::SignError;
use crate::key::primitive::{Sign, Signature, Verify};
#[cfg(feature = "rsa")]
use crate::key::rsa::with_larger_prime_first;
use crate::numbers::{Numbers, bit_len};

const MODULUS_STEP: usize = 128;

/// Signs a message into a buffer that is as long as the modulus, and returns the part that was written.
type SignInto = for<'a> fn(&SigningKey, &'a mut [u8], &[u8]) -> Result<&'a [u8], Error>;
/// Verifies a signature, then a message.
type VerifyOver = fn(&VerifyingKey, &[u8], &[u8]) -> Result<(), Error>;

/// Returns how the algorithm signs and verifies. The salt of PSS is as long as the hash in both.
fn methods(algorithm: Algorithm) -> (SignInto, VerifyOver) {
    match (algorithm.family(), algorithm.hash()) {
        (Family::RsaPss, Hash::Sha256) => (SigningKey::sign_pss_sha256, VerifyingKey::verify_pss_sha256),
        (Family::RsaPss, Hash::Sha384) => (SigningKey::sign_pss_sha384, VerifyingKey::verify_pss_sha384),
        (Family::RsaPss, Hash::Sha512) => (SigningKey::sign_pss_sha512, VerifyingKey::verify_pss_sha512),
        (_, Hash::Sha256) => (SigningKey::sign_pkcs1_sha256, VerifyingKey::verify_pkcs1_sha256),
        (_, Hash::Sha384) => (SigningKey::sign_pkcs1_sha384, VerifyingKey::verify_pkcs1_sha384),
        (_, Hash::Sha512) => (SigningKey::sign_pkcs1_sha512, VerifyingKey::verify_pkcs1_sha512),
    }
}

#[cfg(feature = "rsa")]
pub(super) fn signer(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Sign>> {
    let Numbers::Rsa { n, e, private: Some(private), .. } = numbers else { return None };
    if !has_whole_words(n) {
        return None;
    }
    // Graviola subtracts a value reduced modulo `q` in arithmetic modulo `p`, so it fails for some messages if `q` is
    // larger.
    let ordered = with_larger_prime_first(n, e, private).ok()?;
    let der = der::private_der(&ordered).ok()?;
    let key = SigningKey::from_pkcs8_der(&der).ok()?;
    let (sign, _) = methods(algorithm);
    Some(Arc::new(Signer { key, sign }))
}

/// A build that only verifies has no private RSA keys.
#[cfg(not(feature = "rsa"))]
pub(super) fn signer(_: Algorithm, _: &Numbers) -> Option<Arc<dyn Sign>> {
    None
}

pub(super) fn verifier(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Verify>> {
    let Numbers::Rsa { n, e, .. } = numbers else { return None };
    if !has_whole_words(n) {
        return None;
    }
    let der = der::rsa_public_der(n, e).ok()?;
    let key = VerifyingKey::from_pkcs1_der(&der).ok()?;
    let (_, verify) = methods(algorithm);
    Some(Arc::new(Verifier { key, verify }))
}

fn has_whole_words(modulus: &[u8]) -> bool {
    bit_len(modulus).is_multiple_of(MODULUS_STEP)
}

struct Signer {
    key: SigningKey,
    sign: SignInto,
}

impl Sign for Signer {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        let mut signature = vec![0; self.key.modulus_len_bytes()];
        // The signature is verified before it is returned, so that a fault does not reveal the primes.
        let written = (self.sign)(&self.key, &mut signature, message).map_err(failed)?.len();
        // Graviola omits the leading word of a signature if it is zero.
        if written != signature.len() {
            return Err(SignError::Backend { backend: BACKEND });
        }
        Ok(Signature::Long(signature))
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}

struct Verifier {
    key: VerifyingKey,
    verify: VerifyOver,
}

impl Verify for Verifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        (self.verify)(&self.key, signature, message).is_ok()
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}
