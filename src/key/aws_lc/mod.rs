//! Signing and verification by AWS-LC.
//!
//! Keys arrive as numbers that this crate's own families have checked and completed, so what counts as a
//! key is the same on every backend. What counts as a signature is evened out here: see `eddsa.rs`.

mod ecdsa;
mod eddsa;
mod hmac;
mod rsa;

use alloc::sync::Arc;

use aws_lc_rs::signature::ParsedPublicKey;

use super::primitive::{Sign, Verify};
use crate::algorithm::{Algorithm, Family};
use crate::backend::Backend;
use crate::error::{KeyError, SignError};
use crate::numbers::Numbers;

const BACKEND: Backend = Backend::AwsLcRs;

pub(super) fn signer(algorithm: Algorithm, numbers: &Numbers) -> Result<Arc<dyn Sign>, KeyError> {
    match algorithm.family() {
        Family::Hmac => hmac::signer(algorithm, numbers),
        Family::RsaPkcs1 | Family::RsaPss => rsa::signer(algorithm, numbers),
        Family::Ecdsa => ecdsa::signer(algorithm, numbers),
        Family::Eddsa => eddsa::signer(numbers),
    }
    .ok_or(KeyError::RejectedByBackend { backend: BACKEND, algorithm })
}

pub(super) fn verifier(algorithm: Algorithm, numbers: &Numbers) -> Result<Arc<dyn Verify>, KeyError> {
    match algorithm.family() {
        Family::Hmac => hmac::verifier(algorithm, numbers),
        Family::RsaPkcs1 | Family::RsaPss => rsa::verifier(algorithm, numbers),
        Family::Ecdsa => ecdsa::verifier(algorithm, numbers),
        Family::Eddsa => eddsa::verifier(numbers),
    }
    .ok_or(KeyError::RejectedByBackend { backend: BACKEND, algorithm })
}

/// Whatever fails inside, the library says no more than that it did.
fn failed(_: aws_lc_rs::error::Unspecified) -> SignError {
    SignError::Backend { backend: BACKEND }
}

/// A public key whose rules for signatures need nothing added.
impl Verify for ParsedPublicKey {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verify_sig(message, signature).is_ok()
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::curve::Curve;
    use crate::numbers::{RsaFactors, RsaPrivate, Secret};

    /// Keys reach a backend checked. That numbers which do not belong together are refused here as well
    /// is the second lock on the door.
    #[test]
    fn numbers_that_are_no_key_are_refused() {
        let secret = |len| Secret::new(vec![7; len]);
        let ec = |curve: Curve| {
            let (public, len) = match curve {
                Curve::Ed25519 => (vec![7; 32], 32),
                other => (vec![4; 2 * other.field_len() + 1], other.field_len()),
            };
            Numbers::Ec { curve, public: Some(public), private: Some(secret(len)) }
        };
        for &algorithm in Algorithm::ALL {
            let refused = Some(KeyError::RejectedByBackend { backend: BACKEND, algorithm });
            let numbers = match algorithm.curve() {
                Some(curve) => ec(curve),
                None if algorithm.is_symmetric() => ec(Curve::P256),
                None => {
                    let [p, q, dp, dq, qi] = [(); 5].map(|()| secret(128));
                    let factors = Some(RsaFactors { p, q, dp, dq, qi });
                    let private = Some(RsaPrivate { d: secret(256), factors });
                    Numbers::Rsa { n: vec![7; 256], e: vec![1, 0, 1], private, pss: None }
                }
            };
            assert_eq!(signer(algorithm, &numbers).err(), refused, "{algorithm}");
            assert_eq!(signer(algorithm, &numbers.public()).err(), refused, "{algorithm}");
            // A wrong kind, whatever the algorithm.
            let other = if algorithm.is_symmetric() { ec(Curve::P256) } else { Numbers::Secret(secret(64)) };
            assert_eq!(signer(algorithm, &other).err(), refused, "{algorithm}");
            assert_eq!(verifier(algorithm, &other).err(), refused, "{algorithm}");
        }
        let error = KeyError::RejectedByBackend { backend: BACKEND, algorithm: Algorithm::ES256 };
        let text = alloc::string::ToString::to_string(&error);
        assert_eq!(text, "the backend aws-lc-rs does not take this key for ES256");
    }
}
