//! HMAC with SHA-2: RFC 7518 §3.2.

use alloc::sync::Arc;

use aws_lc_rs::hmac::{self, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512, Key};

use super::BACKEND;
use crate::algorithm::{Algorithm, Hash};
use crate::backend::Backend;
use crate::error::SignError;
use crate::key::primitive::{Sign, Signature, Verify};
use crate::numbers::Numbers;

pub(super) fn signer(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Sign>> {
    Some(Arc::new(keyed(algorithm, numbers)?))
}

pub(super) fn verifier(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Verify>> {
    Some(Arc::new(keyed(algorithm, numbers)?))
}

fn keyed(algorithm: Algorithm, numbers: &Numbers) -> Option<Key> {
    let Numbers::Secret(secret) = numbers else { return None };
    let hash = match algorithm.hash() {
        Hash::Sha256 => HMAC_SHA256,
        Hash::Sha384 => HMAC_SHA384,
        Hash::Sha512 => HMAC_SHA512,
    };
    Some(Key::new(hash, secret))
}

/// The state after the secret was hashed. It wipes itself, and so do copies of it.
impl Sign for Key {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        // It panics on an uninitialized context, which a `Key` never has.
        Ok(hmac::sign(self, message).as_ref().into())
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}

impl Verify for Key {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // Compares in constant time, and rejects any other length.
        hmac::verify(self, message, signature).is_ok()
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}
