//! The one place where an algorithm's family is chosen, and the backend that computes.

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
use self::no_aws_lc as aws_lc;
#[cfg(feature = "aws-lc-rs")]
use super::aws_lc;
#[cfg(feature = "ecdsa")]
use super::ecdsa;
#[cfg(feature = "eddsa")]
use super::eddsa;
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

/// Replaces a family whose feature is off, and for that half of RSA which signs.
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

/// The key of these numbers, which one of that algorithm holds already.
pub(super) fn signer_on(
    backend: Backend,
    algorithm: Algorithm,
    numbers: &Numbers,
) -> Result<Private, KeyError> {
    match backend {
        Backend::RustCrypto => signer(algorithm, &UnboundKey::from_numbers(numbers.clone())?),
        Backend::AwsLcRs => Ok(Private {
            signer: aws_lc::signer(algorithm, numbers)?,
            verifier: aws_lc::verifier(algorithm, numbers)?,
            numbers: numbers.clone(),
        }),
    }
}

/// The key of these numbers that only verifies, likewise.
pub(super) fn verifier_on(
    backend: Backend,
    algorithm: Algorithm,
    numbers: &Numbers,
) -> Result<Public, KeyError> {
    match backend {
        Backend::RustCrypto => verifier(algorithm, &UnboundKey::from_numbers(numbers.clone())?),
        Backend::AwsLcRs => {
            Ok(Public { verifier: aws_lc::verifier(algorithm, numbers)?, numbers: numbers.clone() })
        }
    }
}

/// Replaces a backend whose feature is off.
#[cfg(not(feature = "aws-lc-rs"))]
mod no_aws_lc {
    use alloc::sync::Arc;

    use super::{Algorithm, Backend, KeyError, Numbers};
    use crate::key::primitive::{Sign, Verify};

    const DISABLED: KeyError = KeyError::BackendDisabled { backend: Backend::AwsLcRs };

    pub(super) fn signer(_: Algorithm, _: &Numbers) -> Result<Arc<dyn Sign>, KeyError> {
        Err(DISABLED)
    }

    pub(super) fn verifier(_: Algorithm, _: &Numbers) -> Result<Arc<dyn Verify>, KeyError> {
        Err(DISABLED)
    }
}
