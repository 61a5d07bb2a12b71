//! The one place where an algorithm's family is chosen.

use super::primitive::{Private, Public};
use crate::algorithm::{Algorithm, Family};
use crate::error::KeyError;
use crate::unbound::UnboundKey;

#[cfg(not(feature = "ecdsa"))]
use self::disabled as ecdsa;
#[cfg(not(feature = "eddsa"))]
use self::disabled as eddsa;
#[cfg(not(feature = "hmac"))]
use self::disabled as hmac;
#[cfg(not(feature = "rsa-verify"))]
use self::disabled as rsa;
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
pub(super) fn generate(algorithm: Algorithm) -> Result<crate::numbers::Numbers, KeyError> {
    match algorithm.family() {
        Family::Hmac => hmac::generate(algorithm),
        Family::RsaPkcs1 | Family::RsaPss => rsa::generate(algorithm),
        Family::Ecdsa => ecdsa::generate(algorithm),
        Family::Eddsa => eddsa::generate(algorithm),
    }
}

/// Stands in for a family whose feature is off, and for that half of RSA which signs.
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
    pub(in crate::key) fn generate(algorithm: Algorithm) -> Result<crate::numbers::Numbers, KeyError> {
        Err(KeyError::Disabled { algorithm })
    }
}
