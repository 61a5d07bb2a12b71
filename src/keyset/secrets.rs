//! Several shared secrets.

use alloc::borrow::Cow;

use super::index::{CertificateDigests, KeyIndex, Skipped};
use crate::error::{KeyError, VerifyError};
use crate::header::Header;
use crate::jws::KeySource;
use crate::key::VerifyingKey;

/// Shared secrets from which a token selects one by `kid`, then by `alg`: for rotation, or one secret for each client.
///
/// A token without `kid` selects the only secret of its algorithm. This set contains no public keys, and a
/// [`JwkSet`](crate::JwkSet) no secrets, so a token cannot have one mistaken for the other.
///
/// ```
/// use jotwell::{Algorithm, HmacKeySet, KeyError, SigningKey, VerifyingKey, jws};
///
/// # let (current, former) = ([1; 32], [2; 32]);
/// let keys = HmacKeySet::new([
///     VerifyingKey::hmac(Algorithm::HS256, current)?.with_key_id("2026-11"),
///     VerifyingKey::hmac(Algorithm::HS256, former)?.with_key_id("2026-10"),
/// ])?;
/// let token = jws::sign(b"payload", &SigningKey::hmac(Algorithm::HS256, former)?.with_key_id("2026-10"))?;
/// assert!(jws::Verifier::new(keys).verify(&token).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct HmacKeySet(KeyIndex);

impl HmacKeySet {
    /// Creates a set of these secrets. Each must have its own `kid`: see [`VerifyingKey::with_key_id`].
    ///
    /// # Errors
    /// [`KeyError::NotSecret`] for a public key, [`KeyError::MissingKeyId`], [`KeyError::DuplicateKeyId`].
    pub fn new(keys: impl IntoIterator<Item = VerifyingKey>) -> Result<Self, KeyError> {
        let mut set = Self::default();
        for key in keys {
            if !key.algorithm().is_symmetric() {
                return Err(KeyError::NotSecret { algorithm: key.algorithm() });
            }
            if key.key_id().is_none() {
                return Err(KeyError::MissingKeyId);
            }
            set.0.insert(key, CertificateDigests::default())?;
        }
        Ok(set)
    }

    /// Returns the keys, in the order in which they were passed.
    #[must_use]
    pub fn keys(&self) -> &[VerifyingKey] {
        self.0.keys()
    }
}

impl KeySource for HmacKeySet {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        self.0.choose(header, |_| Skipped { reason: None, count: 0 }).map(Cow::Borrowed)
    }
}
