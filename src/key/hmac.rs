//! HMAC with SHA-2: RFC 7518 §3.2.

use alloc::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use super::primitive::{Private, Public, Sign, Signature, Verify};
use crate::algorithm::{Algorithm, Hash};
use crate::error::{KeyError, SignError};
use crate::material::{Material, Numbers};

pub(super) fn signer(algorithm: Algorithm, material: &Material) -> Result<Private, KeyError> {
    let secret = secret(algorithm, material)?;
    let numbers = material.numbers.clone();
    match algorithm.hash() {
        Hash::Sha256 => keyed::<Hmac<Sha256>>(secret, numbers),
        Hash::Sha384 => keyed::<Hmac<Sha384>>(secret, numbers),
        Hash::Sha512 => keyed::<Hmac<Sha512>>(secret, numbers),
    }
}

pub(super) fn verifier(algorithm: Algorithm, material: &Material) -> Result<Public, KeyError> {
    let Private { verifier, numbers, .. } = signer(algorithm, material)?;
    Ok(Public { verifier, numbers })
}

#[cfg(feature = "std")]
pub(super) fn generate(algorithm: Algorithm) -> Result<Material, KeyError> {
    Ok(Material::secret(&super::random::bytes(algorithm.hash().output_len())?))
}

fn secret(algorithm: Algorithm, material: &Material) -> Result<&[u8], KeyError> {
    match &material.numbers {
        Numbers::Secret(secret) if secret.is_empty() => Err(KeyError::EmptySecret),
        Numbers::Secret(secret) => Ok(secret),
        _ => Err(material.wrong_kind(algorithm)),
    }
}

/// One key in both roles.
fn keyed<M>(secret: &[u8], numbers: Numbers) -> Result<Private, KeyError>
where
    M: Mac + KeyInit + Clone + Send + Sync + 'static,
{
    // HMAC takes keys of any length, and an empty one is refused above.
    let mac = <M as KeyInit>::new_from_slice(secret).map_err(|_| KeyError::EmptySecret)?;
    let key = Arc::new(Keyed(mac));
    Ok(Private { signer: key.clone(), verifier: key, numbers })
}

/// The state after the key has gone in: hashing the key again for each token would double the time
/// of a short one. It wipes itself.
struct Keyed<M>(M);

impl<M: Mac + Clone> Keyed<M> {
    fn tag(&self, message: &[u8]) -> hmac::digest::Output<M> {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.finalize().into_bytes()
    }
}

impl<M: Mac + Clone + Send + Sync> Sign for Keyed<M> {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        Ok(self.tag(message).as_slice().into())
    }
}

impl<M: Mac + Clone + Send + Sync> Verify for Keyed<M> {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // Lengths are public. Words are compared, since there are eight times fewer of them than bytes.
        let tag = self.tag(message);
        let ((words, rest), (other_words, other_rest)) = (tag.as_chunks(), signature.as_chunks());
        let equal = words
            .iter()
            .zip(other_words)
            .fold(rest.ct_eq(other_rest), |equal, (one, other)| equal & word(one).ct_eq(&word(other)));
        tag.len() == signature.len() && equal.into()
    }
}

fn word(bytes: &[u8; 8]) -> u64 {
    u64::from_ne_bytes(*bytes)
}
