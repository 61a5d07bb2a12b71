//! Signing and verification by AWS-LC.
//!
//! Keys arrive as numbers that this crate has checked and completed, so the same keys are valid as on the default
//! backend. Differences in the accepted signatures are removed here: see `eddsa.rs`.

mod ecdsa;
mod eddsa;
mod hmac;
pub(crate) mod rsa;

use alloc::sync::Arc;

use aws_lc_rs::signature::ParsedPublicKey;

use super::primitive::{Sign, Verify};
use crate::algorithm::{Algorithm, Family};
use crate::backend::Backend;
use crate::error::SignError;
use crate::numbers::Numbers;

const BACKEND: Backend = Backend::AwsLcRs;

pub(super) fn signer(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Sign>> {
    match algorithm.family() {
        Family::Hmac => hmac::signer(algorithm, numbers),
        Family::RsaPkcs1 | Family::RsaPss => rsa::signer(algorithm, numbers),
        Family::Ecdsa => ecdsa::signer(algorithm, numbers),
        Family::Eddsa => eddsa::signer(numbers),
    }
}

pub(super) fn verifier(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Verify>> {
    match algorithm.family() {
        Family::Hmac => hmac::verifier(algorithm, numbers),
        Family::RsaPkcs1 | Family::RsaPss => rsa::verifier(algorithm, numbers),
        Family::Ecdsa => ecdsa::verifier(algorithm, numbers),
        Family::Eddsa => eddsa::verifier(numbers),
    }
}

/// The library reports failures without details.
fn failed(_: aws_lc_rs::error::Unspecified) -> SignError {
    SignError::Backend { backend: BACKEND }
}

/// A public key whose signature rules need no additional check.
impl Verify for ParsedPublicKey {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verify_sig(message, signature).is_ok()
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}
