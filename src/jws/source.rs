//! Where verification takes its key from.

use alloc::borrow::Cow;
use alloc::sync::Arc;

use crate::error::VerifyError;
use crate::header::Header;
use crate::key::VerifyingKey;

/// One key or a collection of them, out of which a token's header chooses by `kid`, then by `alg`.
///
/// The header is not verified yet, so it only ever chooses among keys that are known beforehand,
/// and the key that is found still decides the algorithm.
pub trait KeySource {
    /// The key for a token with this header.
    ///
    /// # Errors
    /// [`VerifyError::UnknownKey`] where no key has the `kid`, and
    /// [`VerifyError::AlgorithmMismatch`] where one has it, for another algorithm.
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError>;
}

/// A single key is for every token that names its `kid` or none.
impl KeySource for VerifyingKey {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        if self.algorithm() != header.algorithm() {
            return Err(VerifyError::AlgorithmMismatch {
                expected: self.algorithm(),
                found: header.algorithm(),
            });
        }
        match (self.key_id(), header.key_id()) {
            (Some(ours), Some(theirs)) if ours != theirs => Err(VerifyError::UnknownKey),
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
