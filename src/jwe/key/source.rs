//! Sources of decryption keys.

use alloc::borrow::Cow;
use alloc::sync::Arc;

use super::{DecryptingKey, SharedKey};
use crate::error::VerifyError;
use crate::jwe::header::Header;

pub(in crate::jwe) mod sealed {
    use super::DecryptingKey;

    /// The parts of a recipient's key.
    pub trait Key {
        #[doc(hidden)]
        fn decrypting(&self) -> &DecryptingKey;
    }
}

/// A key of a recipient: a [`DecryptingKey`] or a [`SharedKey`]. No other type can implement this.
pub trait RecipientKey: Clone + sealed::Key {}

impl RecipientKey for DecryptingKey {}

impl RecipientKey for SharedKey {}

impl sealed::Key for DecryptingKey {
    fn decrypting(&self) -> &DecryptingKey {
        self
    }
}

/// One key or a collection of keys, from which a token's header selects by `kid`, then by `alg`.
///
/// The header is not authenticated yet, so it only selects among known keys, and the selected key still decides both
/// algorithms.
pub trait DecryptingKeySource {
    /// The type of the keys, which decides the type of the result: [`Decrypted`](super::super::Decrypted) or
    /// [`Verified`](crate::Verified).
    type Key: RecipientKey;

    /// Returns the key for a token with this header.
    ///
    /// # Errors
    /// [`VerifyError::UnknownKey`] if no key has the `kid`, and [`VerifyError::KeyManagementMismatch`] if the key with
    /// this `kid` has another algorithm.
    fn key_for(&self, header: &Header) -> Result<Cow<'_, Self::Key>, VerifyError>;
}

/// A single key is for every token with its `kid` or without one.
fn single<'k, K: RecipientKey>(key: &'k K, header: &Header) -> Result<Cow<'k, K>, VerifyError> {
    let bound = key.decrypting();
    if bound.algorithm() != header.algorithm() {
        let (expected, found) = (bound.algorithm(), header.algorithm());
        return Err(VerifyError::KeyManagementMismatch { expected, found });
    }
    match (bound.key_id(), header.key_id()) {
        (Some(ours), Some(theirs)) if ours != theirs => Err(VerifyError::unknown_key(Some(theirs))),
        _ => Ok(Cow::Borrowed(key)),
    }
}

impl DecryptingKeySource for DecryptingKey {
    type Key = Self;

    fn key_for(&self, header: &Header) -> Result<Cow<'_, Self>, VerifyError> {
        single(self, header)
    }
}

impl DecryptingKeySource for SharedKey {
    type Key = Self;

    fn key_for(&self, header: &Header) -> Result<Cow<'_, Self>, VerifyError> {
        single(self, header)
    }
}

impl<K: DecryptingKeySource + ?Sized> DecryptingKeySource for &K {
    type Key = K::Key;

    fn key_for(&self, header: &Header) -> Result<Cow<'_, K::Key>, VerifyError> {
        (**self).key_for(header)
    }
}

impl<K: DecryptingKeySource + ?Sized> DecryptingKeySource for Arc<K> {
    type Key = K::Key;

    fn key_for(&self, header: &Header) -> Result<Cow<'_, K::Key>, VerifyError> {
        (**self).key_for(header)
    }
}
