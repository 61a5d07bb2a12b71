//! Selects the implementation of an algorithm's family, and the backend.

use super::primitive::{Private, Public};
use crate::algorithm::{Algorithm, Family};
use crate::backend::Backend;
use crate::error::KeyError;
use crate::numbers::Numbers;
use crate::unbound::UnboundKey;

#[cfg(not(feature = "ecdsa"))]
use self::disabled as ecdsa;
#[cfg(not(feature = "eddsa"))]
use self::disabled as eddsa;
#[cfg(not(feature = "hmac"))]
use self::disabled as hmac;
#[cfg(not(feature = "rsa-verify"))]
use self::disabled as rsa;
#[cfg(not(feature = "aws-lc-rs"))]
use self::no_backend as aws_lc;
#[cfg(not(all(feature = "graviola", any(target_arch = "aarch64", target_arch = "x86_64"))))]
use self::no_backend as graviola;
#[cfg(feature = "aws-lc-rs")]
use super::aws_lc;
#[cfg(feature = "ecdsa")]
use super::ecdsa;
#[cfg(feature = "eddsa")]
use super::eddsa;
#[cfg(all(feature = "graviola", any(target_arch = "aarch64", target_arch = "x86_64")))]
use super::graviola;
#[cfg(feature = "hmac")]
use super::hmac;
#[cfg(feature = "rsa-verify")]
use super::rsa;

pub(super) fn signer(algorithm: Algorithm, key: &UnboundKey) -> Result<Private, KeyError> {
    match algorithm.family() {
        Family::Hmac => hmac::signer(algorithm, key),
        Family::RsaPkcs1 | Family::RsaPss => rsa::signer(algorithm, key),
        Family::Ecdsa => ecdsa::signer(algorithm, key),
        Family::Eddsa => eddsa::signer(algorithm, key),
    }
}

pub(super) fn verifier(algorithm: Algorithm, key: &UnboundKey) -> Result<Public, KeyError> {
    match algorithm.family() {
        Family::Hmac => hmac::verifier(algorithm, key),
        Family::RsaPkcs1 | Family::RsaPss => rsa::verifier(algorithm, key),
        Family::Ecdsa => ecdsa::verifier(algorithm, key),
        Family::Eddsa => eddsa::verifier(algorithm, key),
    }
}

#[cfg(feature = "std")]
pub(super) fn generate(algorithm: Algorithm) -> Result<Numbers, KeyError> {
    match algorithm.family() {
        Family::Hmac => hmac::generate(algorithm),
        Family::RsaPkcs1 | Family::RsaPss => rsa::generate(algorithm),
        Family::Ecdsa => ecdsa::generate(algorithm),
        Family::Eddsa => eddsa::generate(algorithm),
    }
}

/// Replaces a family whose feature is disabled, and the signing half of RSA if only that is disabled.
#[cfg(not(all(feature = "ecdsa", feature = "eddsa", feature = "hmac", feature = "rsa")))]
pub(super) mod disabled {
    use super::{Algorithm, KeyError, Private, Public, UnboundKey};

    pub(in crate::key) fn signer(algorithm: Algorithm, _: &UnboundKey) -> Result<Private, KeyError> {
        Err(KeyError::Disabled { algorithm })
    }

    pub(in crate::key) fn verifier(algorithm: Algorithm, _: &UnboundKey) -> Result<Public, KeyError> {
        Err(KeyError::Disabled { algorithm })
    }

    #[cfg(feature = "std")]
    pub(in crate::key) fn generate(algorithm: Algorithm) -> Result<super::Numbers, KeyError> {
        Err(KeyError::Disabled { algorithm })
    }
}

/// Checks that a backend is available.
pub(crate) fn check_backend(backend: Backend) -> Result<(), KeyError> {
    if !backend.is_enabled() {
        return Err(KeyError::BackendDisabled { backend });
    }
    if !backend.is_available() {
        return Err(KeyError::UnsupportedProcessor { backend });
    }
    Ok(())
}

fn check(backend: Backend, algorithm: Algorithm) -> Result<(), KeyError> {
    check_backend(backend)?;
    if !algorithm.runs_on(backend) {
        return Err(KeyError::UnsupportedByBackend { backend, algorithm });
    }
    Ok(())
}

/// Moves a signing key of that algorithm, with these numbers, to a backend.
pub(super) fn signer_on(
    backend: Backend,
    algorithm: Algorithm,
    numbers: &Numbers,
) -> Result<Private, KeyError> {
    check(backend, algorithm)?;
    let (signer, verifier) = match backend {
        Backend::RustCrypto => return signer(algorithm, &UnboundKey::from_numbers(numbers.clone())?),
        Backend::AwsLcRs => (aws_lc::signer(algorithm, numbers), aws_lc::verifier(algorithm, numbers)),
        Backend::Graviola => (graviola::signer(algorithm, numbers), graviola::verifier(algorithm, numbers)),
    };
    let (signer, verifier) =
        signer.zip(verifier).ok_or(KeyError::RejectedByBackend { backend, algorithm })?;
    Ok(Private { signer, verifier, numbers: numbers.clone() })
}

/// Moves a verifying key to a backend.
pub(super) fn verifier_on(
    backend: Backend,
    algorithm: Algorithm,
    numbers: &Numbers,
) -> Result<Public, KeyError> {
    check(backend, algorithm)?;
    let verifier = match backend {
        Backend::RustCrypto => return verifier(algorithm, &UnboundKey::from_numbers(numbers.clone())?),
        Backend::AwsLcRs => aws_lc::verifier(algorithm, numbers),
        Backend::Graviola => graviola::verifier(algorithm, numbers),
    };
    let verifier = verifier.ok_or(KeyError::RejectedByBackend { backend, algorithm })?;
    Ok(Public { verifier, numbers: numbers.clone() })
}

/// Replaces a backend that [`check_backend`] rejects in this build.
#[cfg(not(all(
    feature = "aws-lc-rs",
    feature = "graviola",
    any(target_arch = "aarch64", target_arch = "x86_64")
)))]
mod no_backend {
    use alloc::sync::Arc;

    use super::{Algorithm, Numbers};
    use crate::key::primitive::{Sign, Verify};

    pub(super) fn signer(_: Algorithm, _: &Numbers) -> Option<Arc<dyn Sign>> {
        None
    }

    pub(super) fn verifier(_: Algorithm, _: &Numbers) -> Option<Arc<dyn Verify>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::curve::Curve;
    use crate::numbers::{RsaFactors, RsaPrivate, Secret};

    /// Keys are checked before they reach a backend. That the backend also rejects numbers that do not match is a
    /// second check.
    #[test]
    fn a_backend_rejects_numbers_that_are_not_a_key() {
        let secret = |len| Secret::new(vec![7; len]);
        let ec = |curve: Curve| {
            let (public, len) = match curve {
                Curve::Ed25519 => (vec![7; 32], 32),
                other => (vec![4; 2 * other.field_len() + 1], other.field_len()),
            };
            Numbers::Ec { curve, public: Some(public), private: Some(secret(len)) }
        };
        let others = Backend::ALL.iter().filter(|&&other| other != Backend::default());
        for &backend in others.filter(|backend| backend.is_available()) {
            for &algorithm in Algorithm::ALL.iter().filter(|algorithm| algorithm.runs_on(backend)) {
                let rejected = Some(KeyError::RejectedByBackend { backend, algorithm });
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
                assert_eq!(signer_on(backend, algorithm, &numbers).err(), rejected, "{algorithm}");
                assert_eq!(signer_on(backend, algorithm, &numbers.public()).err(), rejected, "{algorithm}");
                // A key of the wrong type for any of the algorithms.
                let other =
                    if algorithm.is_symmetric() { ec(Curve::P256) } else { Numbers::Secret(secret(64)) };
                assert_eq!(signer_on(backend, algorithm, &other).err(), rejected, "{algorithm}");
                assert_eq!(verifier_on(backend, algorithm, &other).err(), rejected, "{algorithm}");
            }
        }
    }
}
