//! RSASSA-PSS-SIGN and RSASSA-PKCS1-V1_5-SIGN: RFC 8017 §8.1.1 and §8.2.1, by the `rsa` crate.

use alloc::sync::Arc;
use core::marker::PhantomData;

use rand_core::TryRng;
use rsa::signature::{RandomizedSigner, SignatureEncoding};
use rsa::traits::PrivateKeyParts;
use rsa::{BoxedUint, PrivateKey, pkcs1v15, pss};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::public::PublicKey;
use super::verify;
use crate::algorithm::{Algorithm, Family, Hash};
use crate::backend::Backend;
use crate::error::{KeyError, SignError};
use crate::key::primitive::{Private, Sign, Signature};
use crate::key::random::SystemRng;
use crate::numbers::{Numbers, RsaFactors, RsaPrivate, Secret, trimmed};
use crate::unbound::UnboundKey;

pub(in crate::key) fn signer(algorithm: Algorithm, unbound: &UnboundKey) -> Result<Private, KeyError> {
    let Numbers::Rsa { n, e, private, .. } = unbound.numbers() else {
        return Err(unbound.wrong_type(algorithm));
    };
    unbound.check_type(algorithm)?;
    let private = private.as_ref().ok_or(KeyError::NotPrivate { found: unbound.format() })?;
    let public = PublicKey::new(n, e)?;
    let (key, complete) = checked_private_key(&public, private)?;
    let verifier = verify::verifier(algorithm, &public)?;
    let signer = match (algorithm.family(), algorithm.hash()) {
        (Family::RsaPss, Hash::Sha256) => Signer::arc(pss::SigningKey::<Sha256>::new(key)),
        (Family::RsaPss, Hash::Sha384) => Signer::arc(pss::SigningKey::<Sha384>::new(key)),
        (Family::RsaPss, Hash::Sha512) => Signer::arc(pss::SigningKey::<Sha512>::new(key)),
        (_, Hash::Sha256) => Signer::arc(pkcs1v15::SigningKey::<Sha256>::new(key)),
        (_, Hash::Sha384) => Signer::arc(pkcs1v15::SigningKey::<Sha384>::new(key)),
        (_, Hash::Sha512) => Signer::arc(pkcs1v15::SigningKey::<Sha512>::new(key)),
    };
    Ok(Private { signer, verifier, numbers: public.numbers(Some(complete)) })
}

/// Generates a key of the smallest accepted size, 2048 bits, which is the default of most tools. For a larger key, use
/// `openssl genpkey` and read its PEM.
#[cfg(feature = "std")]
pub(in crate::key) fn generate(_: Algorithm) -> Result<Numbers, KeyError> {
    generate_numbers()
}

/// Generates a random key for any use.
#[cfg(feature = "std")]
pub(crate) fn generate_numbers() -> Result<Numbers, KeyError> {
    use rsa::traits::PublicKeyParts;

    use crate::algorithm::RSA_MIN_BITS;

    let key = PrivateKey::new(&mut SystemRng, RSA_MIN_BITS).map_err(|_| KeyError::Randomness)?;
    let (n, e) = (key.n_bytes().to_vec(), key.e_bytes().to_vec());
    Ok(Numbers::Rsa { n, e, private: Some(private_numbers(&key)), pss: None })
}

fn private_numbers(key: &PrivateKey) -> RsaPrivate {
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
    RsaPrivate { d: secret(key.d()), factors }
}

/// Returns the key with these numbers, which match each other, and all of its private numbers.
fn checked_private_key(
    public: &PublicKey<'_>,
    private: &RsaPrivate,
) -> Result<(PrivateKey, RsaPrivate), KeyError> {
    let key = private_key(public, private)?;
    let complete = private_numbers(&key);
    if private.factors.is_some() && private.factors != complete.factors {
        return Err(KeyError::InvalidRsaKey);
    }
    Ok((key, complete))
}

/// Returns a private key for decryption, checked like one for signing, and its numbers in canonical form.
#[cfg(feature = "jwe")]
pub(crate) fn decryption_key(
    n: &[u8],
    e: &[u8],
    private: &RsaPrivate,
) -> Result<(PrivateKey, Numbers), KeyError> {
    let public = PublicKey::new(n, e)?;
    let (key, complete) = checked_private_key(&public, private)?;
    Ok((key, public.numbers(Some(complete))))
}

/// Returns a public key for encryption, checked like one for verification, and its numbers in canonical form.
#[cfg(feature = "jwe")]
pub(crate) fn encryption_key(n: &[u8], e: &[u8]) -> Result<(rsa::PublicKey, Numbers), KeyError> {
    let public = PublicKey::new(n, e)?;
    let key = rsa::PublicKey::new(uint(public.n()), uint(public.e())).map_err(|_| KeyError::InvalidRsaKey)?;
    Ok((key, public.numbers(None)))
}

/// Returns the key with the larger prime as `p`, as most tools write it. RFC 8017 leaves the order open.
#[cfg(all(feature = "graviola", any(target_arch = "aarch64", target_arch = "x86_64")))]
pub(in crate::key) fn with_larger_prime_first(
    n: &[u8],
    e: &[u8],
    RsaPrivate { d, factors }: &RsaPrivate,
) -> Result<Numbers, KeyError> {
    let public = PublicKey::new(n, e)?;
    let RsaFactors { p, q, dp, dq, qi } = factors.clone().ok_or(KeyError::InvalidRsaKey)?;
    // Both have the same length.
    let private = if *p > *q {
        RsaPrivate { d: d.clone(), factors: Some(RsaFactors { p, q, dp, dq, qi }) }
    } else {
        // The derived numbers depend on the order of the primes, so they are computed again.
        let swapped = Some(RsaFactors { p: q, q: p, dp: dq, dq: dp, qi });
        private_numbers(&private_key(&public, &RsaPrivate { d: d.clone(), factors: swapped })?)
    };
    Ok(public.numbers(Some(private)))
}

fn private_key(public: &PublicKey<'_>, private: &RsaPrivate) -> Result<PrivateKey, KeyError> {
    let primes = private.factors.iter().flat_map(|factors| [uint(&factors.p), uint(&factors.q)]).collect();
    // Checks that the product of the primes is n, and that d inverts e. If there are no primes, as is possible only in
    // a JWK, it searches for them, which would panic for a d of zero.
    PrivateKey::from_components(uint(public.n()), uint(public.e()), uint(&private.d), primes).map_err(
        |error| match error {
            // The modulus is odd, so a prime that is odd, above 1 and different from the first is too long.
            rsa::errors::Error::InvalidPrime if !private.has_trivial_factor() => KeyError::UnequalRsaPrimes,
            _ => KeyError::InvalidRsaKey,
        },
    )
}

impl RsaPrivate {
    /// Returns whether a factor is 1, or both are the same.
    fn has_trivial_factor(&self) -> bool {
        self.factors.as_ref().is_some_and(|RsaFactors { p, q, .. }| p == q || **p == [1] || **q == [1])
    }
}

fn uint(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(bytes)
}

/// Returns the error of a failed signature. The library does not say why: either randomness failed, or its own check
/// of the signature.
fn failure() -> SignError {
    match SystemRng.try_next_u64() {
        Ok(_) => SignError::Backend { backend: Backend::RustCrypto },
        Err(_) => SignError::Randomness,
    }
}

struct Signer<K, S> {
    key: K,
    signature: PhantomData<fn() -> S>,
}

impl<K, S> Signer<K, S>
where
    K: RandomizedSigner<S> + Send + Sync + 'static,
    S: SignatureEncoding + 'static,
{
    fn arc(key: K) -> Arc<dyn Sign> {
        Arc::new(Self { key, signature: PhantomData })
    }
}

impl<K, S> Sign for Signer<K, S>
where
    K: RandomizedSigner<S> + Send + Sync,
    S: SignatureEncoding,
{
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        // Randomness blinds the private operation (RUSTSEC-2023-0071), and is the salt of PSS.
        let signature = self.key.try_sign_with_rng(&mut SystemRng, message).map_err(|_| failure())?;
        Ok(Signature::Long(signature.to_vec()))
    }
}
