//! RSASSA-PKCS1-v1_5 and RSASSA-PSS: RFC 7518 §3.3 and §3.5.

use alloc::sync::Arc;
use core::marker::PhantomData;

use rsa::signature::{RandomizedSigner, SignatureEncoding, Verifier};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BoxedUint, RsaPrivateKey, RsaPublicKey, pkcs1v15, pss};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::primitive::{Private, Public, Sign, Signature, Verify};
use super::random::SystemRng;
use crate::algorithm::{Algorithm, Family, Hash, RSA_MAX_BITS, RSA_MIN_BITS};
use crate::error::{KeyError, SignError};
use crate::material::{Material, Numbers, RsaFactors, RsaPrivate, Secret};

pub(super) fn signer(algorithm: Algorithm, material: &Material) -> Result<Private, KeyError> {
    let Numbers::Rsa { n, e, private } = &material.numbers else {
        return Err(material.wrong_kind(algorithm));
    };
    let private = private.as_ref().ok_or(KeyError::NotPrivate { found: material.form })?;
    let public = public_key(n, e)?;
    let key = private_key(&public, private)?;
    let numbers = numbers_of(&key);
    if let Numbers::Rsa { private: Some(complete), .. } = &numbers
        && private.factors.is_some()
        && private.factors != complete.factors
    {
        return Err(KeyError::InvalidRsaKey);
    }
    let verifier = verifier_of(algorithm, public);
    let signer = match (algorithm.family(), algorithm.hash()) {
        (Family::RsaPss, Hash::Sha256) => Signer::arc(pss::SigningKey::<Sha256>::new(key), verifier),
        (Family::RsaPss, Hash::Sha384) => Signer::arc(pss::SigningKey::<Sha384>::new(key), verifier),
        (Family::RsaPss, Hash::Sha512) => Signer::arc(pss::SigningKey::<Sha512>::new(key), verifier),
        (_, Hash::Sha256) => Signer::arc(pkcs1v15::SigningKey::<Sha256>::new(key), verifier),
        (_, Hash::Sha384) => Signer::arc(pkcs1v15::SigningKey::<Sha384>::new(key), verifier),
        (_, Hash::Sha512) => Signer::arc(pkcs1v15::SigningKey::<Sha512>::new(key), verifier),
    };
    Ok(Private { signer, numbers })
}

pub(super) fn verifier(algorithm: Algorithm, material: &Material) -> Result<Public, KeyError> {
    let Numbers::Rsa { n, e, .. } = &material.numbers else {
        return Err(material.wrong_kind(algorithm));
    };
    let key = public_key(n, e)?;
    let numbers = Numbers::Rsa { n: key.n_bytes().to_vec(), e: key.e_bytes().to_vec(), private: None };
    Ok(Public { verifier: verifier_of(algorithm, key), numbers })
}

fn verifier_of(algorithm: Algorithm, key: RsaPublicKey) -> Arc<dyn Verify> {
    match (algorithm.family(), algorithm.hash()) {
        // The salt must be as long as the hash, which is what `new` asks for: RFC 7518 §3.5.
        (Family::RsaPss, Hash::Sha256) => Verifying::arc(pss::VerifyingKey::<Sha256>::new(key)),
        (Family::RsaPss, Hash::Sha384) => Verifying::arc(pss::VerifyingKey::<Sha384>::new(key)),
        (Family::RsaPss, Hash::Sha512) => Verifying::arc(pss::VerifyingKey::<Sha512>::new(key)),
        (_, Hash::Sha256) => Verifying::arc(pkcs1v15::VerifyingKey::<Sha256>::new(key)),
        (_, Hash::Sha384) => Verifying::arc(pkcs1v15::VerifyingKey::<Sha384>::new(key)),
        (_, Hash::Sha512) => Verifying::arc(pkcs1v15::VerifyingKey::<Sha512>::new(key)),
    }
}

/// A key of the smallest size that is allowed: the default of most of the field. Larger ones are
/// made by `openssl genpkey` and read from PEM.
#[cfg(feature = "std")]
pub(super) fn generate(_: Algorithm) -> Result<Material, KeyError> {
    use rand_core::{TryRng, UnwrapErr};

    // `RsaPrivateKey::new` cannot report that randomness fails half-way, only panic: ask once first.
    SystemRng.try_next_u64().map_err(|_| KeyError::Randomness)?;
    let key =
        RsaPrivateKey::new(&mut UnwrapErr(SystemRng), RSA_MIN_BITS).map_err(|_| KeyError::Randomness)?;
    Ok(Material { form: crate::error::KeyForm::Bytes, numbers: numbers_of(&key) })
}

fn numbers_of(key: &RsaPrivateKey) -> Numbers {
    let secret = |number: &BoxedUint| {
        let bytes = Zeroizing::new(number.to_be_bytes());
        Secret::new(trimmed(&bytes).to_vec())
    };
    let factors = match (key.primes(), key.dp(), key.dq(), key.crt_coefficient()) {
        ([p, q], Some(dp), Some(dq), Some(qi)) => {
            let qi = Zeroizing::new(qi);
            Some(RsaFactors { p: secret(p), q: secret(q), dp: secret(dp), dq: secret(dq), qi: secret(&qi) })
        }
        _ => None,
    };
    let private = Some(RsaPrivate { d: secret(key.d()), factors });
    Numbers::Rsa { n: key.n_bytes().to_vec(), e: key.e_bytes().to_vec(), private }
}

fn public_key(n: &[u8], e: &[u8]) -> Result<RsaPublicKey, KeyError> {
    let (n, e) = (trimmed(n), trimmed(e));
    let bits = bit_len(n);
    if !(RSA_MIN_BITS..=RSA_MAX_BITS).contains(&bits) {
        return Err(KeyError::RsaModulusSize { bits });
    }
    if n.last().is_none_or(|byte| byte & 1 == 0) {
        return Err(KeyError::InvalidRsaKey);
    }
    // Small exponents are no weakness of RSA itself, but where one stands a forger's work is
    // easier whenever padding is checked laxly; none has been in use for decades.
    let exponent = e.iter().try_fold(0_u64, |value, byte| Some(value.checked_mul(256)? | u64::from(*byte)));
    match exponent {
        Some(value) if (65537..=RsaPublicKey::MAX_PUB_EXPONENT).contains(&value) && value & 1 == 1 => {}
        _ => return Err(KeyError::RsaExponent),
    }
    RsaPublicKey::new(uint(n), uint(e)).map_err(|_| KeyError::InvalidRsaKey)
}

fn private_key(public: &RsaPublicKey, private: &RsaPrivate) -> Result<RsaPrivateKey, KeyError> {
    let primes = private.factors.iter().flat_map(|factors| [uint(&factors.p), uint(&factors.q)]).collect();
    // The library searches for the primes by arithmetic that assumes as much.
    let at_least_two = |number: &[u8]| bit_len(trimmed(number)) >= 2;
    let factors = private.factors.iter().flat_map(|factors| [&factors.p, &factors.q]);
    if !at_least_two(&private.d) || !factors.into_iter().all(|prime| at_least_two(prime)) {
        return Err(KeyError::InvalidRsaKey);
    }
    // Checks that the primes multiply to n, and that d inverts e.
    RsaPrivateKey::from_components(public.n().as_ref().clone(), public.e().clone(), uint(&private.d), primes)
        .map_err(|_| KeyError::InvalidRsaKey)
}

fn uint(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(bytes)
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    bytes.get(bytes.iter().take_while(|byte| **byte == 0).count()..).unwrap_or_default()
}

fn bit_len(trimmed: &[u8]) -> usize {
    let unused = trimmed.first().map_or(0, |byte| byte.leading_zeros() as usize);
    trimmed.len().saturating_mul(8).saturating_sub(unused)
}

struct Signer<K, S> {
    key: K,
    verifier: Arc<dyn Verify>,
    signature: PhantomData<fn() -> S>,
}

impl<K, S> Signer<K, S>
where
    K: RandomizedSigner<S> + Send + Sync + 'static,
    S: SignatureEncoding + 'static,
{
    fn arc(key: K, verifier: Arc<dyn Verify>) -> Arc<dyn Sign> {
        Arc::new(Self { key, verifier, signature: PhantomData })
    }
}

impl<K, S> Sign for Signer<K, S>
where
    K: RandomizedSigner<S> + Send + Sync,
    S: SignatureEncoding,
{
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        // Randomness blinds the private operation (RUSTSEC-2023-0071), and is the salt of PSS.
        let signature =
            self.key.try_sign_with_rng(&mut SystemRng, message).map_err(|_| SignError::Randomness)?;
        Ok(Signature::Long(signature.to_vec()))
    }

    fn verifier(&self) -> Arc<dyn Verify> {
        self.verifier.clone()
    }
}

struct Verifying<K, S> {
    key: K,
    signature: PhantomData<fn() -> S>,
}

impl<K, S> Verifying<K, S>
where
    K: Verifier<S> + Send + Sync + 'static,
    S: for<'a> TryFrom<&'a [u8]> + 'static,
{
    fn arc(key: K) -> Arc<dyn Verify> {
        Arc::new(Self { key, signature: PhantomData })
    }
}

impl<K, S> Verify for Verifying<K, S>
where
    K: Verifier<S> + Send + Sync,
    S: for<'a> TryFrom<&'a [u8]>,
{
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        S::try_from(signature).is_ok_and(|signature| self.key.verify(message, &signature).is_ok())
    }
}
