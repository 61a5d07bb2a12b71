//! The key that issues tokens.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::VerifyingKey;
use super::family;
use super::primitive::{Private, Public, Signature};
use crate::algorithm::Algorithm;
use crate::backend::Backend;
#[cfg(feature = "pem")]
use crate::der;
use crate::error::{KeyError, SignError};
use crate::jwk::Jwk;
use crate::sync::Once;
use crate::unbound::UnboundKey;

/// A private key or shared secret, bound to one [`Algorithm`].
///
/// It is parsed and checked once, when it is created. It is cheap to clone and can be shared between threads. Private
/// numbers are zeroized when the last clone is dropped, and `Debug` does not show them.
///
/// ```
/// use jotwell::{Algorithm, SigningKey};
///
/// let key = SigningKey::generate(Algorithm::ES256)?.with_key_id("2026-11");
/// let signature = key.sign(b"message")?;
/// key.verifying_key().verify(b"message", &signature)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SigningKey {
    algorithm: Algorithm,
    key_id: Option<Arc<str>>,
    private: Arc<Private>,
    /// The encoded header of the tokens that it issues, which is always the same.
    header: Arc<Once<Box<str>>>,
}

impl SigningKey {
    /// Binds a private key or shared secret to an algorithm. The key keeps its `kid`.
    ///
    /// ```
    /// use jotwell::{SigningKey, UnboundKey};
    ///
    /// let key = UnboundKey::from_pem("
    /// -----BEGIN PRIVATE KEY-----
    /// MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
    /// -----END PRIVATE KEY-----
    /// ")?;
    /// assert!(key.is_private());
    /// let algorithm = key.algorithms()[0];
    /// let key = SigningKey::new(algorithm, &key)?;
    /// # Ok::<(), jotwell::KeyError>(())
    /// ```
    ///
    /// # Errors
    /// [`KeyError::UseNotAllowed`] if the `alg`, `use` or `key_ops` of a JWK does not allow it,
    /// [`KeyError::WrongKeyType`] with the type that was found, [`KeyError::PssParameters`], [`KeyError::NotPrivate`],
    /// [`KeyError::EmptySecret`], [`KeyError::ShortSecret`], [`KeyError::RsaModulusSize`], [`KeyError::RsaExponent`],
    /// [`KeyError::InvalidRsaKey`], [`KeyError::InvalidPoint`], [`KeyError::InvalidScalar`],
    /// [`KeyError::PublicKeyMismatch`], [`KeyError::Disabled`].
    pub fn new(algorithm: Algorithm, key: &UnboundKey) -> Result<Self, KeyError> {
        key.parameters().allow(algorithm, &["sign"])?;
        key.check_secret_length(algorithm)?;
        Self::bind(algorithm, key)
    }

    /// Creates a key from a shared secret for HS256, HS384 or HS512. Use random bytes, at least as many as the hash
    /// has: 32, 48 or 64 (RFC 7518 §3.2). A password is not a key.
    ///
    /// ```
    /// use jotwell::{Algorithm, SigningKey};
    ///
    /// let secret = [7; 32]; // from a secret store in real life
    /// let key = SigningKey::hmac(Algorithm::HS256, secret)?;
    /// assert!(SigningKey::hmac(Algorithm::HS256, b"secret").is_err());
    /// # Ok::<(), jotwell::KeyError>(())
    /// ```
    ///
    /// # Errors
    /// [`KeyError::ShortSecret`], [`KeyError::EmptySecret`], [`KeyError::SecretLooksLikeKey`] if the secret is the
    /// text or DER of a key, [`KeyError::WrongKeyType`] if the algorithm is not HMAC.
    pub fn hmac(algorithm: Algorithm, secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_secret(secret)?)
    }

    /// Creates a key from a shared secret in base64 (RFC 4648 §4), as it is usual in environment variables. Padding is
    /// optional, and white space is ignored. `openssl rand -base64 32` creates a secret for HS256.
    ///
    /// ```
    /// use jotwell::{Algorithm, SigningKey};
    ///
    /// let variable = "A+c/jnIbV1H61quTgPfCoZ2AuZP0E0Q4z/yuyo4T0uQ="; // std::env::var("JWT_SECRET")? in real life
    /// let key = SigningKey::hmac_base64(Algorithm::HS256, variable)?;
    /// # Ok::<(), jotwell::KeyError>(())
    /// ```
    ///
    /// # Errors
    /// [`KeyError::SecretEncoding`], and those of [`hmac`](Self::hmac) about the decoded bytes.
    pub fn hmac_base64(algorithm: Algorithm, text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_base64_secret(text)?)
    }

    /// Creates a key from a shared secret in base64url (RFC 4648 §5). Padding is optional, and white space is ignored.
    ///
    /// # Errors
    /// As [`hmac_base64`](Self::hmac_base64).
    pub fn hmac_base64url(algorithm: Algorithm, text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_base64url_secret(text)?)
    }

    /// Creates a key like [`hmac`](Self::hmac), from a secret of any length but zero. **An attacker can find a short
    /// secret by brute force**, offline and from a single token, and can then issue tokens. Use it only for systems
    /// that cannot get a better secret today, and for old test vectors.
    ///
    /// # Errors
    /// As [`hmac`](Self::hmac), except [`KeyError::ShortSecret`].
    pub fn hmac_dangerously_short(algorithm: Algorithm, secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::bind(algorithm, &UnboundKey::from_secret(secret)?)
    }

    /// Reads a private key from PEM: `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY` (PKCS#1) or `EC PRIVATE KEY` (SEC 1,
    /// also after `EC PARAMETERS`). The label decides the format.
    ///
    /// ```
    /// use jotwell::{Algorithm, SigningKey};
    ///
    /// let key = SigningKey::from_pem(Algorithm::EdDSA, "
    /// -----BEGIN PRIVATE KEY-----
    /// MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
    /// -----END PRIVATE KEY-----
    /// ")?;
    /// # Ok::<(), jotwell::KeyError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`UnboundKey::from_pem`] and [`new`](Self::new).
    #[cfg(feature = "pem")]
    pub fn from_pem(algorithm: Algorithm, pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_pem(pem)?)
    }

    /// Reads an encrypted private key from PEM, `ENCRYPTED PRIVATE KEY`, with its passphrase. See
    /// [`UnboundKey::from_encrypted_pem`] for the supported ciphers and the limits on their cost.
    ///
    /// # Errors
    /// [`KeyError::WrongPassphrase`], [`KeyError::NotEncrypted`], [`KeyError::UnsupportedEncryption`],
    /// [`KeyError::EncryptionCost`], and those of [`from_pem`](Self::from_pem).
    #[cfg(feature = "encrypted-pem")]
    pub fn from_encrypted_pem(
        algorithm: Algorithm,
        pem: impl AsRef<[u8]>,
        passphrase: impl AsRef<[u8]>,
    ) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_encrypted_pem(pem, passphrase)?)
    }

    /// Reads a private key from DER: PKCS#8, PKCS#1 or SEC 1, distinguished by structure.
    ///
    /// # Errors
    /// Those of [`UnboundKey::from_der`] and [`new`](Self::new).
    #[cfg(feature = "pem")]
    pub fn from_der(algorithm: Algorithm, der: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_der(der)?)
    }

    /// Reads a private key or secret from a JSON Web Key. The key keeps its `kid`.
    ///
    /// # Errors
    /// [`KeyError::UseNotAllowed`] if the `alg`, `use` or `key_ops` of the JWK does not allow it,
    /// [`KeyError::NotPrivate`], and those of [`from_der`](Self::from_der) and [`hmac`](Self::hmac).
    pub fn from_jwk(algorithm: Algorithm, jwk: &Jwk) -> Result<Self, KeyError> {
        Self::new(algorithm, &jwk.try_into()?)
    }

    /// Generates a random key: a secret as long as the hash, an RSA key of 2048 bits, or a key on the
    /// algorithm's curve.
    ///
    /// # Errors
    /// [`KeyError::Disabled`], [`KeyError::Randomness`].
    ///
    /// # Panics
    /// Only for RSA, if the system's random number generator fails during the search for primes.
    #[cfg(feature = "std")]
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_numbers(family::generate(algorithm)?)?)
    }

    /// Sets `kid`, the name that tokens contain and by which verifiers select the key.
    #[must_use]
    pub fn with_key_id(self, key_id: impl Into<Arc<str>>) -> Self {
        Self { key_id: Some(key_id.into()), header: Arc::default(), ..self }
    }

    /// Sets `kid` to the thumbprint of its public half (RFC 7638): a name that everyone who has the public key can
    /// compute.
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] for a shared secret, whose thumbprint would help to guess it.
    pub fn with_thumbprint_key_id(self) -> Result<Self, KeyError> {
        let thumbprint = self.to_jwk().thumbprint()?;
        Ok(self.with_key_id(thumbprint))
    }

    /// Returns the same key with signatures computed by that backend. The key, its exported forms and the set of valid
    /// signatures do not change. [`verifying_key`](Self::verifying_key) uses that backend, too.
    ///
    /// ```
    /// use jotwell::{Algorithm, Backend, KeyError, SigningKey};
    ///
    /// let key = SigningKey::generate(Algorithm::ES256)?.with_key_id("2026-11");
    /// # #[cfg(feature = "aws-lc-rs")]
    /// let key = key.with_backend(Backend::AwsLcRs)?;
    /// # #[cfg(feature = "aws-lc-rs")]
    /// assert_eq!(key.verifying_key().backend(), Backend::AwsLcRs);
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    /// [`KeyError::BackendDisabled`] without the feature that the backend needs, [`KeyError::UnsupportedProcessor`],
    /// [`KeyError::UnsupportedByBackend`], [`KeyError::RejectedByBackend`]. There is no fallback to another backend.
    pub fn with_backend(self, backend: Backend) -> Result<Self, KeyError> {
        if backend == self.backend() {
            return Ok(self);
        }
        let private = family::signer_on(backend, self.algorithm, &self.private.numbers)?;
        Ok(Self { private: Arc::new(private), ..self })
    }

    /// Returns the backend that computes its signatures. Defaults to [`Backend::RustCrypto`];
    /// [`with_backend`](Self::with_backend) sets it.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.private.signer.backend()
    }

    /// Returns the key as a JWK, including private numbers. Only [a method with an explicit
    /// name](Jwk::to_json_with_private_members) writes these to JSON.
    #[must_use]
    pub fn to_jwk(&self) -> Jwk {
        Jwk::of_key(self.private.numbers.clone(), self.algorithm, self.key_id())
    }

    /// Returns the private key as PKCS#8 in PEM, `PRIVATE KEY`, not encrypted. Store it in a secret store only.
    ///
    /// # Errors
    /// [`KeyError::UnsupportedFormat`] for a shared secret, which has no such form.
    #[cfg(feature = "pem")]
    pub fn to_private_pem(&self) -> Result<alloc::string::String, KeyError> {
        Ok(der::pem::write("PRIVATE KEY", &der::private_der(&self.private.numbers)?))
    }

    /// Returns the private key as PKCS#8 in DER, not encrypted.
    ///
    /// # Errors
    /// As [`to_private_pem`](Self::to_private_pem).
    #[cfg(feature = "pem")]
    pub fn to_private_der(&self) -> Result<Vec<u8>, KeyError> {
        Ok(der::private_der(&self.private.numbers)?.to_vec())
    }

    /// Returns the algorithm that the key is bound to.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns the key's name, `kid`.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Returns the key that verifies what this one signs: the public half, or the same secret for HMAC. It keeps the
    /// `kid` and the backend. All keys that this method returns share their [tables](crate::Precomputation).
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        let Private { verifier, numbers, .. } = &*self.private;
        let public = Public { verifier: verifier.clone(), numbers: numbers.public() };
        VerifyingKey::from_parts(self.algorithm, self.key_id.clone(), public)
    }

    /// Signs bytes without creating a token. The result has [`Algorithm::signature_len`] bytes, or for RSA as many as
    /// the modulus.
    ///
    /// # Errors
    /// [`SignError::Randomness`], only for RSA, and [`SignError::Backend`], on the default backend only for RSA.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(self.sign_raw(message)?.as_ref().to_vec())
    }

    pub(crate) fn sign_raw(&self, message: &[u8]) -> Result<Signature, SignError> {
        self.private.signer.sign(message)
    }

    /// Returns the header that was encoded first, by `encode`.
    pub(crate) fn encoded_header(&self, encode: impl FnOnce() -> String) -> Cow<'_, str> {
        if let Some(header) = self.header.get() {
            return Cow::Borrowed(header);
        }
        let header = encode();
        // If another thread was faster, it has set the same value.
        let _ = self.header.set(header.as_str().into());
        Cow::Owned(header)
    }

    fn bind(algorithm: Algorithm, key: &UnboundKey) -> Result<Self, KeyError> {
        let private = Arc::new(family::signer(algorithm, key)?);
        Ok(Self { algorithm, key_id: key.key_id().map(Arc::from), private, header: Arc::default() })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}
