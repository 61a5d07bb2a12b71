//! ECDSA: RFC 7518 §3.4. A signature is `r ‖ s`, each as long as a field element.

use alloc::sync::Arc;
use core::marker::PhantomData;

use ::graviola::hashing::{Hash, Sha256, Sha384};
use ::graviola::signing::ecdsa::{Curve as KnownCurve, P256, P384, SigningKey, VerifyingKey};

use super::{BACKEND, failed};
use crate::algorithm::Algorithm;
use crate::backend::Backend;
use crate::curve::Curve;
use crate::der;
use crate::error::SignError;
use crate::key::primitive::{Sign, Signature, Verify};
use crate::numbers::Numbers;

/// Length of the longest signature, which is an ES384 signature.
const LONGEST: usize = 96;

pub(super) fn signer(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Sign>> {
    let Numbers::Ec { private: Some(_), .. } = numbers else { return None };
    let der = der::private_der(numbers).ok()?;
    // Graviola compares the public key in the DER with the one that it computes.
    match algorithm.curve()? {
        Curve::P256 => Some(Arc::new(Signer::<P256, Sha256>::new(SigningKey::from_pkcs8_der(&der).ok()?))),
        Curve::P384 => Some(Arc::new(Signer::<P384, Sha384>::new(SigningKey::from_pkcs8_der(&der).ok()?))),
        _ => None,
    }
}

pub(super) fn verifier(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Verify>> {
    let Numbers::Ec { public: Some(public), .. } = numbers else { return None };
    match algorithm.curve()? {
        Curve::P256 => {
            Some(Arc::new(Verifier::<P256, Sha256>::new(VerifyingKey::from_x962_uncompressed(public).ok()?)))
        }
        Curve::P384 => {
            Some(Arc::new(Verifier::<P384, Sha384>::new(VerifyingKey::from_x962_uncompressed(public).ok()?)))
        }
        _ => None,
    }
}

struct Signer<C: KnownCurve, H> {
    key: SigningKey<C>,
    hash: PhantomData<fn() -> H>,
}

impl<C: KnownCurve, H> Signer<C, H> {
    fn new(key: SigningKey<C>) -> Self {
        Self { key, hash: PhantomData }
    }
}

impl<C: KnownCurve, H: Hash> Sign for Signer<C, H>
where
    Self: Send + Sync,
{
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        let mut signature = [0; LONGEST];
        // The nonce is that of RFC 6979 with added randomness, which RFC 6979 §3.6 allows.
        let signature = self.key.sign::<H>(&[message], &mut signature).map_err(failed)?;
        Ok(signature.into())
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}

struct Verifier<C: KnownCurve, H> {
    key: VerifyingKey<C>,
    hash: PhantomData<fn() -> H>,
}

impl<C: KnownCurve, H> Verifier<C, H> {
    fn new(key: VerifyingKey<C>) -> Self {
        Self { key, hash: PhantomData }
    }
}

impl<C: KnownCurve, H: Hash> Verify for Verifier<C, H>
where
    Self: Send + Sync,
{
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify::<H>(&[message], signature).is_ok()
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}
