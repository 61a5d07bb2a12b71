//! EdDSA over Ed25519: RFC 8037 §3.1, RFC 8032 §5.1.
//!
//! Like AWS-LC, Graviola computes R from S and the key, compares encodings, and requires S to be below the order of
//! the group. It accepts an R of small order, which this module rejects.

use alloc::sync::Arc;

use ::graviola::signing::eddsa::{Ed25519SigningKey, Ed25519VerifyingKey};

use super::BACKEND;
use crate::backend::Backend;
use crate::error::SignError;
use crate::key::primitive::{Sign, Signature, Verify};
use crate::key::small_order::has_small_order;
use crate::numbers::Numbers;

pub(super) fn signer(numbers: &Numbers) -> Option<Arc<dyn Sign>> {
    let Numbers::Ec { public: Some(public), private: Some(seed), .. } = numbers else { return None };
    let key = Ed25519SigningKey::from_bytes(seed).ok()?;
    if key.public_key().as_bytes() != public.as_slice() {
        return None;
    }
    Some(Arc::new(Signer(key)))
}

pub(super) fn verifier(numbers: &Numbers) -> Option<Arc<dyn Verify>> {
    let Numbers::Ec { public: Some(public), .. } = numbers else { return None };
    Some(Arc::new(Strict(Ed25519VerifyingKey::from_bytes(public).ok()?)))
}

struct Signer(Ed25519SigningKey);

impl Sign for Signer {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        Ok(self.0.sign(message).as_slice().into())
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}

struct Strict(Ed25519VerifyingKey);

impl Verify for Strict {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.first_chunk().is_some_and(|r| !has_small_order(r))
            && self.0.verify(signature, message).is_ok()
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}
