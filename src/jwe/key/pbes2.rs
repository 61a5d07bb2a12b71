//! Keys from passwords: RFC 7518 §4.8, RFC 8018.

use hmac::Hmac;
use pbkdf2::pbkdf2;
use sha2::{Sha256, Sha384, Sha512};

use super::wrap::KeyWrap;
use crate::algorithm::Hash;
use crate::backend::Backend;
use crate::error::KeyError;
#[cfg(feature = "aws-lc-rs")]
use crate::jwe::aws_lc;
use crate::jwe::content::Failed;
use crate::key_management::{Family, KeyManagement};
use crate::numbers::Secret;

/// The minimum number of iterations (RFC 7518 §4.8.1.2).
pub(super) const MIN_ITERATIONS: u32 = 1000;
/// The minimum length of the salt (RFC 7518 §4.8.1.1), in bytes.
pub(in crate::jwe) const MIN_SALT: usize = 8;
/// The length of the salt in tokens that are encrypted here, in bytes.
pub(super) const SALT: usize = 16;

/// A password, and a number of iterations: the number for encryption, or the maximum for decryption.
#[derive(Clone)]
pub(super) struct Password {
    pub(super) password: Secret,
    pub(super) iterations: u32,
}

impl Password {
    pub(super) fn new(password: &[u8], iterations: u32) -> Result<Self, KeyError> {
        if password.is_empty() {
            return Err(KeyError::EmptySecret);
        }
        if iterations < MIN_ITERATIONS {
            return Err(KeyError::Iterations { found: iterations, min: MIN_ITERATIONS });
        }
        Ok(Self { password: Secret::new(password.to_vec()), iterations })
    }

    /// Returns the wrapping key, for a salt from a header.
    pub(super) fn derive(
        &self,
        backend: Backend,
        algorithm: KeyManagement,
        salt: &[u8],
        iterations: u32,
    ) -> Result<KeyWrap, Failed> {
        let (Family::Pbes2(hash), Some(len)) = (algorithm.family(), algorithm.wrap_len()) else {
            return Err(Failed);
        };
        let salt = [algorithm.name().as_bytes(), &[0], salt].concat();
        let mut key = Secret::new(alloc::vec![0; len]);
        match (backend, hash) {
            #[cfg(feature = "aws-lc-rs")]
            (Backend::AwsLcRs, _) => {
                aws_lc::derive(hash, &self.password, &salt, iterations, &mut key)?;
                return KeyWrap::new(backend, &key);
            }
            (_, Hash::Sha256) => pbkdf2::<Hmac<Sha256>>(&self.password, &salt, iterations, &mut key),
            (_, Hash::Sha384) => pbkdf2::<Hmac<Sha384>>(&self.password, &salt, iterations, &mut key),
            (_, Hash::Sha512) => pbkdf2::<Hmac<Sha512>>(&self.password, &salt, iterations, &mut key),
        }
        .map_err(|_| Failed)?;
        KeyWrap::new(backend, &key)
    }
}
