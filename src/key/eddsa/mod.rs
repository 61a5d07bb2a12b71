//! EdDSA over Ed25519: RFC 8037 §3.1, RFC 8032 §5.1.

mod public_key;
mod table;

use alloc::sync::Arc;

use ed25519_dalek::{Signature as Ed25519Signature, Signer, SigningKey, VerifyingKey};

use self::public_key::EddsaPublicKey;
use super::Precomputation;
use super::primitive::{Private, Public, Sign, Signature};
use crate::algorithm::Algorithm;
use crate::curve::Curve;
use crate::error::{KeyError, SignError};
use crate::numbers::Numbers;
use crate::unbound::UnboundKey;

const CURVE: Curve = Curve::Ed25519;

pub(super) fn signer(algorithm: Algorithm, unbound: &UnboundKey) -> Result<Private, KeyError> {
    let Numbers::Ec { curve: CURVE, public, private } = unbound.numbers() else {
        return Err(unbound.wrong_type(algorithm));
    };
    let private = private.as_ref().ok_or(KeyError::NotPrivate { found: unbound.format() })?;
    let seed = private.as_slice().try_into().map_err(|_| KeyError::InvalidScalar { curve: CURVE })?;
    let key = SigningKey::from_bytes(seed);
    match public {
        Some(public) if *key.verifying_key().as_bytes() != **public => Err(KeyError::PublicKeyMismatch),
        _ => Ok(Private {
            numbers: Numbers::Ec {
                curve: CURVE,
                public: Some(key.verifying_key().as_bytes().to_vec()),
                private: Some(private.clone()),
            },
            verifier: Arc::new(EddsaPublicKey::new(key.verifying_key(), Precomputation::default())),
            signer: Arc::new(key),
        }),
    }
}

pub(super) fn verifier(algorithm: Algorithm, unbound: &UnboundKey) -> Result<Public, KeyError> {
    let Numbers::Ec { curve: CURVE, public: Some(public), .. } = unbound.numbers() else {
        return Err(unbound.wrong_type(algorithm));
    };
    let key: Option<VerifyingKey> = public
        .as_slice()
        .try_into()
        .ok()
        .and_then(|bytes| VerifyingKey::from_bytes(bytes).ok())
        // RFC 8032 §5.1.3: y must be reduced, so that a point has one encoding.
        .filter(|key| key.to_edwards().compress().as_bytes() == key.as_bytes())
        // Under a key of small order, signatures verify that its holder never made.
        .filter(|key| !key.is_weak());
    let key = key.ok_or(KeyError::InvalidPoint { curve: CURVE })?;
    let numbers = Numbers::Ec { curve: CURVE, public: Some(public.clone()), private: None };
    Ok(Public { verifier: Arc::new(EddsaPublicKey::new(key, Precomputation::default())), numbers })
}

#[cfg(feature = "std")]
pub(super) fn generate(_: Algorithm) -> Result<Numbers, KeyError> {
    let private = Some(super::random::bytes(CURVE.field_len())?);
    Ok(Numbers::Ec { curve: CURVE, public: None, private })
}

impl Sign for SigningKey {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        let signature: Ed25519Signature = Signer::sign(self, message);
        Ok(signature.to_bytes().as_slice().into())
    }
}
