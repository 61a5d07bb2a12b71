//! HMAC with SHA-2: RFC 7518 §3.2.

use alloc::sync::Arc;

use hmac::KeyInit;
use hmac::block_api::HmacCore;
use hmac::digest::Output;
use hmac::digest::block_api::{Buffer, FixedOutputCore, UpdateCore};
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use super::primitive::{Private, Public, Sign, Signature, Verify};
use crate::algorithm::{Algorithm, Hash};
use crate::error::{KeyError, SignError};
use crate::numbers::Numbers;
use crate::unbound::UnboundKey;

pub(super) fn signer(algorithm: Algorithm, key: &UnboundKey) -> Result<Private, KeyError> {
    let secret = secret(algorithm, key)?;
    let numbers = key.numbers().clone();
    match algorithm.hash() {
        Hash::Sha256 => keyed::<HmacCore<Sha256>>(secret, numbers),
        Hash::Sha384 => keyed::<HmacCore<Sha384>>(secret, numbers),
        Hash::Sha512 => keyed::<HmacCore<Sha512>>(secret, numbers),
    }
}

pub(super) fn verifier(algorithm: Algorithm, key: &UnboundKey) -> Result<Public, KeyError> {
    let Private { verifier, numbers, .. } = signer(algorithm, key)?;
    Ok(Public { verifier, numbers })
}

#[cfg(feature = "std")]
pub(super) fn generate(algorithm: Algorithm) -> Result<Numbers, KeyError> {
    super::random::bytes(algorithm.hash().output_len()).map(Numbers::Secret)
}

fn secret(algorithm: Algorithm, key: &UnboundKey) -> Result<&[u8], KeyError> {
    match key.numbers() {
        Numbers::Secret(secret) if secret.is_empty() => Err(KeyError::EmptySecret),
        Numbers::Secret(secret) => Ok(secret),
        _ => Err(key.wrong_type(algorithm)),
    }
}

/// Creates one key for both signing and verifying.
fn keyed<M: Core>(secret: &[u8], numbers: Numbers) -> Result<Private, KeyError> {
    // HMAC accepts keys of any length, and an empty one has been rejected above.
    let mac = M::new_from_slice(secret).map_err(|_| KeyError::EmptySecret)?;
    let key = Arc::new(Keyed(mac));
    Ok(Private { signer: key.clone(), verifier: key, numbers })
}

/// HMAC over blocks. `hmac::Hmac` would add a buffer for an incomplete block, and copy it with the state for each
/// token.
trait Core: KeyInit + UpdateCore + FixedOutputCore + Clone + Send + Sync + 'static {}

impl<M: KeyInit + UpdateCore + FixedOutputCore + Clone + Send + Sync + 'static> Core for M {}

/// The state after the key has been hashed. Hashing it again for each token would double the time of a short one. The
/// state is zeroized on drop.
struct Keyed<M>(M);

impl<M: Core> Keyed<M> {
    fn tag(&self, message: &[u8]) -> Output<M> {
        let (mut mac, mut buffer, mut tag) = (self.0.clone(), Buffer::<M>::default(), Output::<M>::default());
        buffer.digest_blocks(message, |blocks| mac.update_blocks(blocks));
        mac.finalize_fixed_core(&mut buffer, &mut tag);
        tag
    }
}

impl<M: Core> Sign for Keyed<M> {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        Ok(self.tag(message).as_slice().into())
    }
}

impl<M: Core> Verify for Keyed<M> {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // Lengths are public. Words are compared instead of bytes, since there are fewer of them.
        let tag = self.tag(message);
        let ((words, rest), (other_words, other_rest)) = (tag.as_chunks(), signature.as_chunks());
        let equal = words
            .iter()
            .zip(other_words)
            .fold(rest.ct_eq(other_rest), |equal, (one, other)| equal & word(one).ct_eq(&word(other)));
        tag.len() == signature.len() && equal.into()
    }
}

fn word(bytes: &[u8; 16]) -> u128 {
    u128::from_ne_bytes(*bytes)
}
