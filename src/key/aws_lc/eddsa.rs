//! EdDSA over Ed25519: RFC 8037 §3.1, RFC 8032 §5.1.
//!
//! AWS-LC computes R from S and the key, and compares its encoding with that in the signature. So R has one encoding,
//! and S is below the order of the group; the equation is that of the default backend. It accepts one additional case:
//! an R of small order, which only the holder of the key can create, and with which the signature does not commit to a
//! message.

use alloc::sync::Arc;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, ParsedPublicKey};

use super::{BACKEND, failed};
use crate::backend::Backend;
use crate::error::SignError;
use crate::key::primitive::{Sign, Signature, Verify};
use crate::key::small_order::has_small_order;
use crate::numbers::Numbers;

pub(super) fn signer(numbers: &Numbers) -> Option<Arc<dyn Sign>> {
    let Numbers::Ec { public: Some(public), private: Some(seed), .. } = numbers else { return None };
    let key = Ed25519KeyPair::from_seed_and_public_key(seed, public).ok()?;
    Some(Arc::new(key))
}

pub(super) fn verifier(numbers: &Numbers) -> Option<Arc<dyn Verify>> {
    let Numbers::Ec { public: Some(public), .. } = numbers else { return None };
    Some(Arc::new(Strict(ParsedPublicKey::new(&ED25519, public).ok()?)))
}

impl Sign for Ed25519KeyPair {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        Ok(self.try_sign(message).map_err(failed)?.as_ref().into())
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}

struct Strict(ParsedPublicKey);

impl Verify for Strict {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.first_chunk().is_some_and(|r| !has_small_order(r))
            && self.0.verify_sig(message, signature).is_ok()
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}
