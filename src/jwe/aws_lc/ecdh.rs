//! Key agreement: RFC 7518 §4.6, RFC 8037 §3.2.

use alloc::vec::Vec;

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521, UnparsedPublicKey, X25519};

use crate::curve::Curve;
use crate::jwe::content::Failed;
use crate::numbers::Secret;

pub(in crate::jwe) struct PrivateKey(agreement::PrivateKey);

impl PrivateKey {
    /// Creates it from a scalar as long as the field, or the 32 bytes of X25519.
    pub(in crate::jwe) fn new(curve: Curve, private: &[u8]) -> Result<Self, Failed> {
        Ok(Self(agreement::PrivateKey::from_private_key(algorithm(curve)?, private)?))
    }

    pub(in crate::jwe) fn generate(curve: Curve) -> Result<Self, Failed> {
        Ok(Self(agreement::PrivateKey::generate(algorithm(curve)?)?))
    }

    /// Returns an uncompressed point, or the 32 bytes of X25519.
    pub(in crate::jwe) fn public(&self) -> Result<Vec<u8>, Failed> {
        Ok(self.0.compute_public_key()?.as_ref().to_vec())
    }

    /// Returns the shared secret Z. `public` is on the same curve; a result of zero is an error.
    pub(in crate::jwe) fn agree(&self, public: &[u8]) -> Result<Secret, Failed> {
        let public = UnparsedPublicKey::new(self.0.algorithm(), public);
        agreement::agree(&self.0, public, Failed, |z| Ok(Secret::new(z.to_vec())))
    }
}

fn algorithm(curve: Curve) -> Result<&'static agreement::Algorithm, Failed> {
    match curve {
        Curve::P256 => Ok(&ECDH_P256),
        Curve::P384 => Ok(&ECDH_P384),
        Curve::P521 => Ok(&ECDH_P521),
        Curve::X25519 => Ok(&X25519),
        Curve::Secp256k1 | Curve::Ed25519 => Err(Failed),
    }
}
