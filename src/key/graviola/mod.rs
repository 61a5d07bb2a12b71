//! Signing and verification by Graviola.
//!
//! Keys arrive as numbers that this crate has already checked and completed. Graviola accepts fewer keys than this
//! crate: see `rsa.rs`. It accepts more signatures, which `eddsa.rs` corrects.

mod ecdsa;
mod eddsa;
#[cfg_attr(
    not(feature = "rsa"),
    allow(dead_code, reason = "a build that only verifies RSA has no private RSA keys")
)]
mod rsa;

use alloc::sync::Arc;

use super::primitive::{Sign, Verify};
use crate::algorithm::{Algorithm, Family};
use crate::backend::Backend;
use crate::error::SignError;
use crate::numbers::Numbers;

const BACKEND: Backend = Backend::Graviola;

pub(super) fn signer(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Sign>> {
    match algorithm.family() {
        Family::Hmac => None,
        Family::RsaPkcs1 | Family::RsaPss => rsa::signer(algorithm, numbers),
        Family::Ecdsa => ecdsa::signer(algorithm, numbers),
        Family::Eddsa => eddsa::signer(numbers),
    }
}

pub(super) fn verifier(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Verify>> {
    match algorithm.family() {
        Family::Hmac => None,
        Family::RsaPkcs1 | Family::RsaPss => rsa::verifier(algorithm, numbers),
        Family::Ecdsa => ecdsa::verifier(algorithm, numbers),
        Family::Eddsa => eddsa::verifier(numbers),
    }
}

/// Returns what failed. The nonce of ECDSA and the salt of RSASSA-PSS need randomness.
fn failed(error: ::graviola::Error) -> SignError {
    match error {
        ::graviola::Error::RngFailed => SignError::Randomness,
        _ => SignError::Backend { backend: BACKEND },
    }
}
