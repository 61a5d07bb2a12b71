//! EdDSA over Ed25519: RFC 8037 §3.1, RFC 8032 §5.1.

use alloc::sync::Arc;

use ed25519_dalek::{Signature as Ed25519Signature, SigningKey, Verifier, VerifyingKey};

use super::primitive::{Private, Public, Sign, Signature, Verify};
use super::small_order::has_small_order;
use crate::algorithm::Algorithm;
use crate::curve::Curve;
use crate::error::{KeyError, SignError};
use crate::material::{Material, Numbers};

const CURVE: Curve = Curve::Ed25519;

pub(super) fn signer(algorithm: Algorithm, material: &Material) -> Result<Private, KeyError> {
    let Numbers::Ec { curve: CURVE, public, private } = &material.numbers else {
        return Err(material.wrong_kind(algorithm));
    };
    let private = private.as_ref().ok_or(KeyError::NotPrivate { found: material.form })?;
    let seed = private.as_slice().try_into().map_err(|_| KeyError::InvalidScalar { curve: CURVE })?;
    let key = SigningKey::from_bytes(seed);
    match public {
        Some(public) if *key.verifying_key().as_bytes() != **public => Err(KeyError::PublicMismatch),
        _ => Ok(Private {
            numbers: Numbers::Ec {
                curve: CURVE,
                public: Some(key.verifying_key().as_bytes().to_vec()),
                private: Some(private.clone()),
            },
            signer: Arc::new(key),
        }),
    }
}

pub(super) fn verifier(algorithm: Algorithm, material: &Material) -> Result<Public, KeyError> {
    let Numbers::Ec { curve: CURVE, public: Some(public), .. } = &material.numbers else {
        return Err(material.wrong_kind(algorithm));
    };
    let key: Option<VerifyingKey> = public
        .as_slice()
        .try_into()
        .ok()
        .and_then(|bytes| VerifyingKey::from_bytes(bytes).ok())
        // RFC 8032 §5.1.3: y is reduced, so a point has one encoding.
        .filter(|key| key.to_edwards().compress().as_bytes() == key.as_bytes())
        // A point of small order verifies signatures that nobody made.
        .filter(|key| !key.is_weak());
    let key = key.ok_or(KeyError::InvalidPoint { curve: CURVE })?;
    let numbers = Numbers::Ec { curve: CURVE, public: Some(public.clone()), private: None };
    Ok(Public { verifier: Arc::new(key), numbers })
}

#[cfg(feature = "std")]
pub(super) fn generate(_: Algorithm) -> Result<Material, KeyError> {
    let private = Some(super::random::bytes(CURVE.field_len())?);
    Ok(Material {
        form: crate::error::KeyForm::Bytes,
        numbers: Numbers::Ec { curve: CURVE, public: None, private },
    })
}

impl Sign for SigningKey {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        let signature: Ed25519Signature = ed25519_dalek::Signer::sign(self, message);
        Ok(signature.to_bytes().as_slice().into())
    }

    fn verifier(&self) -> Arc<dyn Verify> {
        Arc::new(self.verifying_key())
    }
}

impl Verify for VerifyingKey {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // Strict: of the equations of RFC 8032 §5.1.7 the one that leaves a single answer for every
        // signature, whoever made the key. Keys of small order are refused when they are made.
        let Ok(bytes) = signature.try_into() else { return false };
        let signature = Ed25519Signature::from_bytes(bytes);
        !has_small_order(signature.r_bytes()) && Verifier::verify(self, message, &signature).is_ok()
    }
}
