//! The result of decryption.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;

use super::header::Header;
use crate::claims::{ClaimsReader, FromClaims};
use crate::error::VerifyError;

/// The content of an encrypted token. **It is not verified**: anyone can encrypt to a public key, any of several
/// recipients can replace the content for the others, and a password can be guessed.
///
/// It was confidential and was not changed in transit, and nothing more. No function of this crate turns it into a
/// [`Verified`](crate::Verified); verify a signature inside
/// ([`Validator::verify_nested`](crate::Validator::verify_nested)), or use a [`SharedKey`](super::SharedKey).
///
/// It derefs to the value. `Debug` does not show it.
#[derive(Clone)]
pub struct Decrypted<T> {
    header: Arc<Header>,
    value: T,
}

impl<T> Decrypted<T> {
    pub(super) fn new(header: Arc<Header>, value: T) -> Self {
        Self { header, value }
    }

    /// Returns the header. That of a JWE in JSON includes unprotected parameters, which anyone in between could have
    /// written.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the value only. Its type no longer says where it comes from.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl Decrypted<Vec<u8>> {
    /// Deserializes the content as claims. No claim is checked, not even the expiry.
    ///
    /// # Errors
    /// [`VerifyError::Json`], [`VerifyError::InvalidClaim`], [`VerifyError::Deserialize`].
    pub fn claims_without_verification<'a, T: FromClaims<'a>>(&'a self) -> Result<T, VerifyError> {
        ClaimsReader::read_unverified(&self.value)
    }
}

impl<T> Deref for Decrypted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> fmt::Debug for Decrypted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decrypted").field("header", &self.header).finish_non_exhaustive()
    }
}
