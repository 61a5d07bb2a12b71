//! The interface of token verifiers.

use std::sync::Arc;

#[cfg(feature = "cache")]
use jotwell::{CachedValidator, FromClaims};
use jotwell::{Claims, KeySource, MultiIssuerValidator, Validator, Verified, VerifyError};
use serde::de::DeserializeOwned;

use crate::access_claims::AccessClaims;

/// Verifies the tokens of an [`Authenticator`](crate::Authenticator): a [`Validator`], a [`MultiIssuerValidator`], or a
/// `CachedValidator` (feature `cache`).
pub trait TokenVerifier<T>: Send + Sync + 'static {
    /// Verifies a token.
    ///
    /// # Errors
    /// Those of [`Validator::verify`].
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<T>>>>, VerifyError>;
}

impl<T, K> TokenVerifier<T> for Validator<K>
where
    T: DeserializeOwned,
    K: KeySource + Send + Sync + 'static,
{
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<T>>>>, VerifyError> {
        Self::verify(self, token).map(Arc::new)
    }
}

impl<T, K> TokenVerifier<T> for MultiIssuerValidator<K>
where
    T: DeserializeOwned,
    K: KeySource + Clone + Send + Sync + 'static,
{
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<T>>>>, VerifyError> {
        Self::verify(self, token).map(Arc::new)
    }
}

#[cfg(feature = "cache")]
impl<T, K> TokenVerifier<T> for CachedValidator<Claims<AccessClaims<T>>, K>
where
    Claims<AccessClaims<T>>: for<'de> FromClaims<'de>,
    T: Send + Sync + 'static,
    K: KeySource + Send + Sync + 'static,
{
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<T>>>>, VerifyError> {
        Self::verify(self, token)
    }
}
