//! ECDSA: RFC 7518 §3.4, RFC 8812 §3.2. A signature is `r ‖ s`, each as long as a field element.

use alloc::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P256K1_SHA256_FIXED,
    ECDSA_P256K1_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    EcdsaVerificationAlgorithm, ParsedPublicKey,
};

use super::{BACKEND, failed};
use crate::algorithm::Algorithm;
use crate::backend::Backend;
use crate::curve::Curve;
use crate::error::SignError;
use crate::key::primitive::{Sign, Signature, Verify};
use crate::numbers::Numbers;

/// How the algorithm signs, and how that is verified: high and low `s` are accepted, as in RFC 7518.
fn parameters(
    algorithm: Algorithm,
) -> Option<(&'static EcdsaSigningAlgorithm, &'static EcdsaVerificationAlgorithm)> {
    Some(match algorithm.curve()? {
        Curve::P256 => (&ECDSA_P256_SHA256_FIXED_SIGNING, &ECDSA_P256_SHA256_FIXED),
        Curve::P384 => (&ECDSA_P384_SHA384_FIXED_SIGNING, &ECDSA_P384_SHA384_FIXED),
        Curve::P521 => (&ECDSA_P521_SHA512_FIXED_SIGNING, &ECDSA_P521_SHA512_FIXED),
        Curve::Secp256k1 => (&ECDSA_P256K1_SHA256_FIXED_SIGNING, &ECDSA_P256K1_SHA256_FIXED),
        Curve::Ed25519 | Curve::X25519 => return None,
    })
}

pub(super) fn signer(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Sign>> {
    let Numbers::Ec { public: Some(public), private: Some(private), .. } = numbers else { return None };
    let (parameters, _) = parameters(algorithm)?;
    let key = EcdsaKeyPair::from_private_key_and_public_key(parameters, private, public).ok()?;
    Some(Arc::new(key))
}

pub(super) fn verifier(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Verify>> {
    let Numbers::Ec { public: Some(public), .. } = numbers else { return None };
    let (_, parameters) = parameters(algorithm)?;
    Some(Arc::new(ParsedPublicKey::new(parameters, public).ok()?))
}

impl Sign for EcdsaKeyPair {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        // The nonce is random, from the library's own generator; the argument is ignored.
        let signature = self.sign(&SystemRandom::new(), message).map_err(failed)?;
        Ok(signature.as_ref().into())
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}
