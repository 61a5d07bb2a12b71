//! A shared secret whose tokens are authentic.

use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

use super::source::sealed;
use super::{DecryptingKey, EncryptingKey};
use crate::backend::Backend;
use crate::content_encryption::ContentEncryption;
use crate::error::{EncryptError, KeyError};
use crate::jwe::header::Header;
use crate::jwk::Jwk;
use crate::key_management::KeyManagement;
use crate::unbound::UnboundKey;

/// A random secret that encrypts and decrypts compact tokens for one recipient, bound to `dir`, AES Key Wrap or AES-GCM
/// key wrapping.
///
/// Only holders of the secret can create a token that decrypts, so such a token is authentic, like one with an HMAC
/// signature: [`Validator::verify_encrypted`](crate::Validator::verify_encrypted) returns [`Verified`](crate::Verified)
/// claims.
///
/// This requires that each token has a single recipient. Recipients of one token share its content key, so each of them
/// can replace the content and keep another's `encrypted_key`. This type therefore neither creates nor accepts a token
/// for several recipients, or in JSON. **Do not give the same secret to an [`EncryptingKey`].**
///
/// Initialization vectors are random. With one secret encrypt at most 2³² tokens with `dir` and AES-GCM, or with
/// AES-GCM key wrapping (NIST SP 800-38D §8.3); rotate it with a [`KeyRing`](super::KeyRing).
///
/// ```
/// use std::time::Duration;
/// use jotwell::jwe::{ContentEncryption, KeyManagement, SharedKey};
/// use jotwell::{Audience, Claims, Issuer, NoClaims, Validator};
///
/// let key = SharedKey::generate(KeyManagement::Dir, &[ContentEncryption::A256GCM])?;
/// let token = Claims::new(NoClaims)
///     .issuer("https://app.example")
///     .audience("https://app.example")
///     .subject("user-42")
///     .expires_in(Duration::from_secs(3600))
///     .encrypt(&key)?;
///
/// let validator =
///     Validator::for_encrypted(key, Issuer::is("https://app.example"), Audience::is("https://app.example"));
/// let claims = validator.verify_encrypted::<Claims>(&token)?;
/// assert_eq!(claims.subject.as_deref(), Some("user-42"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SharedKey {
    decrypting: DecryptingKey,
    encrypting: EncryptingKey,
}

impl SharedKey {
    /// Binds a secret to an algorithm and to the content encryptions that it accepts; the first is used for encryption.
    /// The key gets its `kid`.
    ///
    /// # Errors
    /// [`KeyError::NotSymmetric`] for an algorithm without a random shared secret, [`KeyError::UseNotAllowed`] if the
    /// `alg`, `use` or `key_ops` of a JWK does not allow it, [`KeyError::WrongEncryptionKeyType`],
    /// [`KeyError::SecretLength`], [`KeyError::ContentEncryptions`].
    pub fn new(
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
        key: &UnboundKey,
    ) -> Result<Self, KeyError> {
        if !algorithm.is_symmetric() {
            return Err(KeyError::NotSymmetric { algorithm });
        }
        let decrypting = DecryptingKey::new(algorithm, encryptions, key)?;
        Ok(Self { encrypting: EncryptingKey::new(algorithm, encryptions, key)?, decrypting })
    }

    /// Creates a key from the bytes of a secret, of the length that AES Key Wrap or the content encryption needs.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), and [`KeyError::SecretLooksLikeKey`].
    pub fn from_secret(
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
        secret: impl AsRef<[u8]>,
    ) -> Result<Self, KeyError> {
        Self::new(algorithm, encryptions, &UnboundKey::from_secret(secret)?)
    }

    /// Creates a key from a JSON Web Key, with its `kid`.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), and [`KeyError::SecretLooksLikeKey`].
    pub fn from_jwk(
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
        jwk: &Jwk,
    ) -> Result<Self, KeyError> {
        Self::new(algorithm, encryptions, &jwk.try_into()?)
    }

    /// Generates a random secret.
    ///
    /// # Errors
    /// [`KeyError::NotSymmetric`], [`KeyError::ContentEncryptions`], [`KeyError::Randomness`].
    #[cfg(feature = "std")]
    pub fn generate(algorithm: KeyManagement, encryptions: &[ContentEncryption]) -> Result<Self, KeyError> {
        if !algorithm.is_symmetric() {
            return Err(KeyError::NotSymmetric { algorithm });
        }
        let decrypting = DecryptingKey::generate(algorithm, encryptions)?;
        Ok(Self { encrypting: decrypting.encrypting_key(), decrypting })
    }

    /// Returns the same key with this `kid`, which tokens will have. It rejects tokens with another `kid`.
    #[must_use]
    pub fn with_key_id(self, key_id: impl Into<Arc<str>>) -> Self {
        let key_id = key_id.into();
        Self {
            encrypting: self.encrypting.with_key_id(key_id.clone()),
            decrypting: self.decrypting.with_key_id(key_id),
        }
    }

    /// Returns the same key with its operations on that backend. The key, and the tokens that it creates and verifies,
    /// do not change.
    ///
    /// # Errors
    /// [`KeyError::BackendDisabled`] without the feature of the backend, [`KeyError::EncryptionUnsupportedByBackend`],
    /// [`KeyError::UnsupportedProcessor`]. There is no fallback to another backend.
    pub fn with_backend(self, backend: Backend) -> Result<Self, KeyError> {
        Ok(Self {
            decrypting: self.decrypting.with_backend(backend)?,
            encrypting: self.encrypting.with_backend(backend)?,
        })
    }

    /// Returns the backend that computes its operations. Defaults to [`Backend::RustCrypto`]; see
    /// [`with_backend`](Self::with_backend).
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.decrypting.backend()
    }

    /// Returns the key as a JWK with `use: enc`. Only an [explicit method](Jwk::to_json_with_private_members) writes
    /// the secret to JSON.
    #[must_use]
    pub fn to_jwk(&self) -> Jwk {
        self.decrypting.to_jwk()
    }

    /// Returns the algorithm that the key is bound to.
    #[must_use]
    pub fn algorithm(&self) -> KeyManagement {
        self.decrypting.algorithm()
    }

    /// Returns the content encryptions that the key accepts, at least one.
    #[must_use]
    pub fn encryptions(&self) -> &[ContentEncryption] {
        self.decrypting.encryptions()
    }

    /// Returns the key's name, `kid`.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.decrypting.key_id()
    }

    /// Returns a header with the key's algorithm, its first content encryption and its `kid`.
    #[must_use]
    pub fn header(&self) -> Header {
        Header::for_key(&self.encrypting)
    }

    /// Encrypts `content` to a token in compact form, for [`Decrypter::verify`](super::super::Decrypter::verify). For
    /// claims use [`Claims::encrypt`](crate::Claims::encrypt).
    ///
    /// # Errors
    /// Those of [`EncryptingKey::encrypt`].
    pub fn encrypt(&self, content: impl AsRef<[u8]>) -> Result<String, EncryptError> {
        self.encrypting.encrypt(content)
    }

    /// Encrypts `content` to a token in compact form, with a custom header.
    ///
    /// # Errors
    /// Those of [`EncryptingKey::encrypt_with`].
    pub fn encrypt_with(&self, content: impl AsRef<[u8]>, header: &Header) -> Result<String, EncryptError> {
        self.encrypting.encrypt_with(content, header)
    }
}

impl sealed::Key for SharedKey {
    fn decrypting(&self) -> &DecryptingKey {
        &self.decrypting
    }
}

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedKey")
            .field("algorithm", &self.algorithm())
            .field("encryptions", &self.encryptions())
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}
