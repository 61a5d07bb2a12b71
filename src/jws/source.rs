//! Sources of the keys that verify tokens.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::sync::Arc;

use crate::error::VerifyError;
use crate::header::Header;
use crate::key::VerifyingKey;

/// One key, or a collection from which a token's header selects one by `kid`, then by `alg`.
///
/// The header is not verified yet. It can only select among keys that are already known, and the selected key still
/// decides the algorithm.
///
/// Use [`DynKeySource`] to store sources of different types together: see
/// [`Validator::boxed`](crate::Validator::boxed).
///
/// A private key is not a key source:
///
/// ```compile_fail
/// use jotwell::{Algorithm, SigningKey, jws::Verifier};
///
/// let key = SigningKey::generate(Algorithm::EdDSA)?;
/// Verifier::new(key); // use `key.verifying_key()`
/// # Ok::<(), jotwell::KeyError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used to verify tokens",
    label = "not a source of verifying keys",
    note = "for a `SigningKey` use `key.verifying_key()`",
    note = "for an `UnboundKey` or a `Jwk` use `VerifyingKey::new` or `VerifyingKey::from_jwk` with its algorithm",
    note = "for several keys use a `JwkSet`, for several shared secrets an `HmacKeySet`"
)]
pub trait KeySource {
    /// Returns the key for a token with this header.
    ///
    /// # Errors
    /// [`VerifyError::UnknownKey`] if no key has the `kid`, [`VerifyError::SkippedKey`] if the key with that `kid` is
    /// unusable, and [`VerifyError::AlgorithmMismatch`] if it is for another algorithm. For a token without `kid`
    /// [`VerifyError::NoKeyForAlgorithm`] and [`VerifyError::AmbiguousKey`].
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError>;
}

/// A key source of any type, shared between clones.
pub type DynKeySource = Arc<dyn KeySource + Send + Sync>;

/// A single key is for every token with its `kid` or without one.
impl KeySource for VerifyingKey {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        if self.algorithm() != header.algorithm() {
            return Err(VerifyError::AlgorithmMismatch {
                expected: self.algorithm(),
                found: header.algorithm(),
            });
        }
        match (self.key_id(), header.key_id()) {
            (Some(ours), Some(theirs)) if ours != theirs => Err(VerifyError::unknown_key(Some(theirs))),
            _ => Ok(Cow::Borrowed(self)),
        }
    }
}

impl<K: KeySource + ?Sized> KeySource for &K {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        (**self).key_for(header)
    }
}

impl<K: KeySource + ?Sized> KeySource for Arc<K> {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        (**self).key_for(header)
    }
}

impl<K: KeySource + ?Sized> KeySource for Box<K> {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        (**self).key_for(header)
    }
}
