//! The key that verifies tokens.

use alloc::sync::Arc;
use core::fmt;

use serde::{Serialize, Serializer};

use super::primitive::Public;
use super::{Precomputation, family};
use crate::algorithm::Algorithm;
use crate::backend::Backend;
#[cfg(feature = "pem")]
use crate::der;
use crate::error::{KeyError, VerifyError};
use crate::jwk::Jwk;
use crate::key_type::KeyType;
use crate::unbound::UnboundKey;

/// A public key, or for HMAC the shared secret, bound to one [`Algorithm`].
///
/// It is parsed and checked once, when it is created. It is cheap to clone and can be shared between threads.
///
/// ```
/// use jotwell::{Algorithm, VerifyingKey};
///
/// let key = VerifyingKey::from_pem(Algorithm::EdDSA, "
/// -----BEGIN PUBLIC KEY-----
/// MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
/// -----END PUBLIC KEY-----
/// ")?;
/// assert!(key.verify(b"message", &[0; 64]).is_err());
/// # Ok::<(), jotwell::KeyError>(())
/// ```
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    key_id: Option<Arc<str>>,
    pub(super) public: Arc<Public>,
}

impl VerifyingKey {
    /// Binds a public key, or for HMAC the shared secret, to an algorithm. The key keeps its `kid`.
    ///
    /// ```
    /// use jotwell::{Algorithm, KeyError, UnboundKey, VerifyingKey};
    ///
    /// let key = UnboundKey::from_jwk(r#"{"kty":"OKP","crv":"Ed25519","use":"sig",
    ///     "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)?;
    /// assert!(VerifyingKey::new(Algorithm::EdDSA, &key).is_ok());
    /// assert!(matches!(VerifyingKey::new(Algorithm::ES256, &key), Err(KeyError::WrongKeyType { .. })));
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    /// [`KeyError::UseNotAllowed`] if the `alg`, `use` or `key_ops` of a JWK does not allow it,
    /// [`KeyError::NotPublic`] for a private key: use [`SigningKey::verifying_key`](crate::SigningKey::verifying_key)
    /// instead, [`KeyError::WrongKeyType`] with the type that was found, [`KeyError::PssParameters`],
    /// [`KeyError::EmptySecret`], [`KeyError::ShortSecret`], [`KeyError::RsaModulusSize`], [`KeyError::RsaExponent`],
    /// [`KeyError::InvalidRsaKey`], [`KeyError::InvalidPoint`], [`KeyError::Disabled`].
    pub fn new(algorithm: Algorithm, key: &UnboundKey) -> Result<Self, KeyError> {
        key.parameters().allow(algorithm, &["verify"])?;
        // Checked before the type: a verifier must not have a private key of any type.
        if key.is_private() && key.key_type() != KeyType::Secret {
            return Err(KeyError::NotPublic { found: key.format() });
        }
        key.check_secret_length(algorithm)?;
        Self::bind(algorithm, key)
    }

    /// Creates a key from the shared secret for HS256, HS384 or HS512. Anyone who has the secret can also issue
    /// tokens.
    ///
    /// # Errors
    /// As [`SigningKey::hmac`](crate::SigningKey::hmac).
    pub fn hmac(algorithm: Algorithm, secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_secret(secret)?)
    }

    /// Creates a key from the shared secret in base64 (RFC 4648 §4). Padding is optional, and white space is ignored.
    ///
    /// # Errors
    /// As [`SigningKey::hmac_base64`](crate::SigningKey::hmac_base64).
    pub fn hmac_base64(algorithm: Algorithm, text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_base64_secret(text)?)
    }

    /// Creates a key from the shared secret in base64url (RFC 4648 §5). Padding is optional, and white space is
    /// ignored.
    ///
    /// # Errors
    /// As [`SigningKey::hmac_base64`](crate::SigningKey::hmac_base64).
    pub fn hmac_base64url(algorithm: Algorithm, text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_base64url_secret(text)?)
    }

    /// Creates a key like [`hmac`](Self::hmac), from a secret of any length but zero. **An attacker can find a short
    /// secret by brute force**, offline and from a single token, and can then issue tokens.
    ///
    /// # Errors
    /// As [`hmac`](Self::hmac), except [`KeyError::ShortSecret`].
    pub fn hmac_dangerously_short(algorithm: Algorithm, secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::bind(algorithm, &UnboundKey::from_secret(secret)?)
    }

    /// Reads a public key from PEM: `PUBLIC KEY` (SubjectPublicKeyInfo), `RSA PUBLIC KEY` (PKCS#1) or `CERTIFICATE`
    /// (X.509; the first one of a chain). The label decides the format.
    ///
    /// Only the key of a certificate is read. Its dates and its issuer are not checked; that is up to the caller.
    ///
    /// # Errors
    /// Those of [`UnboundKey::from_pem`] and [`new`](Self::new).
    #[cfg(feature = "pem")]
    pub fn from_pem(algorithm: Algorithm, pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_pem(pem)?)
    }

    /// Reads a public key from DER: SubjectPublicKeyInfo, PKCS#1 or X.509, distinguished by structure.
    ///
    /// # Errors
    /// Those of [`UnboundKey::from_der`] and [`new`](Self::new).
    #[cfg(feature = "pem")]
    pub fn from_der(algorithm: Algorithm, der: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::new(algorithm, &UnboundKey::from_der(der)?)
    }

    /// Reads a public key from a JSON Web Key, or for HMAC the secret. The key keeps its `kid`.
    ///
    /// # Errors
    /// [`KeyError::UseNotAllowed`] if the `alg`, `use` or `key_ops` of the JWK does not allow it, and those of
    /// [`from_der`](Self::from_der) and [`hmac`](Self::hmac).
    pub fn from_jwk(algorithm: Algorithm, jwk: &Jwk) -> Result<Self, KeyError> {
        Self::new(algorithm, &jwk.try_into()?)
    }

    /// Sets `kid`, the name of the key. The key does not verify tokens with another `kid`.
    #[must_use]
    pub fn with_key_id(self, key_id: impl Into<Arc<str>>) -> Self {
        Self { key_id: Some(key_id.into()), ..self }
    }

    /// Sets `kid` to the thumbprint of the key (RFC 7638).
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] for a shared secret, whose thumbprint would help to guess it.
    pub fn with_thumbprint_key_id(self) -> Result<Self, KeyError> {
        let thumbprint = self.to_jwk().thumbprint()?;
        Ok(self.with_key_id(thumbprint))
    }

    /// Returns the same key with signatures verified by that backend. The set of valid signatures does not change.
    ///
    /// ```
    /// use jotwell::{Algorithm, Backend, KeyError, VerifyingKey};
    ///
    /// let key = VerifyingKey::from_pem(Algorithm::EdDSA, "
    /// -----BEGIN PUBLIC KEY-----
    /// MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
    /// -----END PUBLIC KEY-----
    /// ")?;
    /// # #[cfg(feature = "aws-lc-rs")]
    /// let key = key.with_backend(Backend::AwsLcRs)?;
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
        let public = family::verifier_on(backend, self.algorithm, &self.public.numbers)?;
        Ok(Self { public: Arc::new(public), ..self })
    }

    /// Returns the backend that verifies. Defaults to [`Backend::RustCrypto`]; [`with_backend`](Self::with_backend)
    /// sets it.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.public.verifier.backend()
    }

    /// Sets which tables the key precomputes: see [`Precomputation`] for memory and time.
    ///
    /// Clones that were made before keep their tables and their choice. Clones that are made afterwards share those of
    /// this key. Only keys for ECDSA or EdDSA on the default backend have tables; for other keys the call has no
    /// effect. A key that is [moved](Self::with_backend) to another backend and back has the default choice.
    ///
    /// ```
    /// use jotwell::{Algorithm, Precomputation, SigningKey};
    ///
    /// let key = SigningKey::generate(Algorithm::ES256)?;
    /// let verifying = key.verifying_key().with_precomputation(Precomputation::Eager);
    /// verifying.verify(b"message", &key.sign(b"message")?)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_precomputation(self, precomputation: Precomputation) -> Self {
        match self.public.verifier.with_precomputation(precomputation) {
            Some(verifier) => {
                let public = Public { verifier, numbers: self.public.numbers.clone() };
                Self { public: Arc::new(public), ..self }
            }
            None => self,
        }
    }

    /// Returns the key as a JWK. Only [a method with an explicit name](Jwk::to_json_with_private_members) writes a
    /// shared secret to JSON.
    #[must_use]
    pub fn to_jwk(&self) -> Jwk {
        Jwk::of_key(self.public.numbers.clone(), self.algorithm, self.key_id())
    }

    /// Returns the public key as SubjectPublicKeyInfo in PEM, `PUBLIC KEY`.
    ///
    /// # Errors
    /// [`KeyError::UnsupportedFormat`] for a shared secret, which has no such form.
    #[cfg(feature = "pem")]
    pub fn to_pem(&self) -> Result<alloc::string::String, KeyError> {
        Ok(der::pem::write("PUBLIC KEY", &self.to_der()?))
    }

    /// Returns the public key as SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    /// As [`to_pem`](Self::to_pem).
    #[cfg(feature = "pem")]
    pub fn to_der(&self) -> Result<alloc::vec::Vec<u8>, KeyError> {
        der::public_der(&self.public.numbers)
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

    /// Verifies a signature over bytes that are not in a token. HMACs are compared in constant time.
    ///
    /// # Errors
    /// [`VerifyError::InvalidSignature`], for any reason.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        if self.public.verifier.verify(message, signature) {
            Ok(())
        } else {
            Err(VerifyError::InvalidSignature)
        }
    }

    /// Verifies like [`verify`](Self::verify) for ECDSA, but takes a hash, which a test cannot choose through a
    /// message.
    #[cfg(fuzzing)]
    #[doc(hidden)]
    #[must_use]
    pub fn verify_prehash(&self, hash: &[u8], signature: &[u8]) -> bool {
        self.public.verifier.verify_prehash(hash, signature)
    }

    /// Returns whether the two are the same key, even if their `kid` differs. Two copies of a secret are not compared.
    pub(crate) fn is_same_key(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.public, &other.public)
            || self.public.numbers.is_same_public_key(&other.public.numbers)
    }

    pub(super) fn from_parts(algorithm: Algorithm, key_id: Option<Arc<str>>, public: Public) -> Self {
        Self { algorithm, key_id, public: Arc::new(public) }
    }

    fn bind(algorithm: Algorithm, key: &UnboundKey) -> Result<Self, KeyError> {
        let public = family::verifier(algorithm, key)?;
        Ok(Self::from_parts(algorithm, key.key_id().map(Arc::from), public))
    }
}

/// Serializes a JWK with its `alg`, `use` and `kid`. A shared secret is an error.
impl Serialize for VerifyingKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_jwk().serialize(serializer)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}
