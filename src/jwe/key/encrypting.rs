//! The key that encrypts to a recipient.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::pbes2::Password;
use super::wrap::KeyWrap;
use super::wrapping::{Established, Wrapped, Wrapping};
use super::{check, check_backend, check_encryptions, ecdh, rsa_oaep, secret, wrong_type};
use crate::backend::Backend;
use crate::content_encryption::ContentEncryption;
#[cfg(feature = "pem")]
use crate::der;
use crate::error::{EncryptError, KeyError};
use crate::jwe::compact;
use crate::jwe::content::{ContentKey, Failed, Gcm};
use crate::jwe::header::{Header, Parameters};
use crate::jwk::Jwk;
use crate::key_management::{Family, KeyManagement};
use crate::numbers::{Numbers, Secret};
use crate::unbound::UnboundKey;

/// A recipient's public key, a shared secret or a password, bound to one [`KeyManagement`] and to a list of
/// [`ContentEncryption`]. The first of these is the default; a header can select another.
///
/// Anyone who has a recipient's public key can encrypt to it, so an encrypted token does not authenticate its sender.
/// If that matters, sign the content first: [`Claims::sign_and_encrypt`](crate::Claims::sign_and_encrypt).
///
/// Checked once, when it is created; cheap to clone and shared between threads. Secrets are wiped when the last clone
/// is dropped, and `Debug` does not show them.
///
/// ```
/// use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, KeyManagement};
///
/// let key = DecryptingKey::generate(KeyManagement::EcdhEsA256KW, &[ContentEncryption::A256GCM])?;
/// let token = key.encrypting_key().encrypt(b"for one recipient")?;
/// assert_eq!(**Decrypter::new(key).decrypt(&token)?, *b"for one recipient");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct EncryptingKey {
    key_id: Option<Arc<str>>,
    bound: Arc<Bound>,
}

struct Bound {
    backend: Backend,
    algorithm: KeyManagement,
    encryptions: Vec<ContentEncryption>,
    wrapping: Wrapping,
    numbers: Numbers,
}

impl EncryptingKey {
    /// Binds a public key or a shared secret to an algorithm and a list of content encryptions. The key gets its `kid`.
    ///
    /// # Errors
    /// [`KeyError::UseNotAllowed`] if the `alg`, `use` or `key_ops` of a JWK does not allow it,
    /// [`KeyError::WrongEncryptionKeyType`], [`KeyError::NotPublic`] for a private key, [`KeyError::SecretLength`],
    /// [`KeyError::ContentEncryptions`], [`KeyError::PasswordAlgorithm`], [`KeyError::InvalidPoint`],
    /// [`KeyError::RsaModulusSize`], [`KeyError::RsaExponent`], [`KeyError::InvalidRsaKey`],
    /// [`KeyError::EncryptionDisabled`].
    pub fn new(
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
        key: &UnboundKey,
    ) -> Result<Self, KeyError> {
        check(algorithm, encryptions, key, false)?;
        let backend = Backend::default();
        let (wrapping, numbers) = wrapping(backend, algorithm, encryptions, key)?;
        let bound = Bound { backend, algorithm, encryptions: encryptions.to_vec(), wrapping, numbers };
        Ok(Self { key_id: key.key_id().map(Arc::from), bound: Arc::new(bound) })
    }

    /// Creates a key from the bytes of a shared secret, for `dir`, AES Key Wrap and AES-GCM key wrapping. If the secret
    /// has one recipient that verifies tokens with it, use [`SharedKey`](super::SharedKey).
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

    /// Creates a key from a password, for PBES2. PBKDF2 runs `iterations` times for each token, at least 1000; 600,000
    /// are usual for SHA-256 today. A memorable password can be found by a brute-force search on a single token.
    ///
    /// # Errors
    /// [`KeyError::PasswordAlgorithm`] for another algorithm, [`KeyError::ContentEncryptions`],
    /// [`KeyError::EmptySecret`], [`KeyError::Iterations`].
    pub fn from_password(
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
        password: impl AsRef<[u8]>,
        iterations: u32,
    ) -> Result<Self, KeyError> {
        if !algorithm.is_password_based() {
            return Err(KeyError::PasswordAlgorithm { algorithm });
        }
        check_encryptions(algorithm, encryptions)?;
        let password = Password::new(password.as_ref(), iterations)?;
        let numbers = Numbers::Secret(password.password.clone());
        let wrapping = Wrapping::Pbes2(password);
        let backend = Backend::default();
        let bound = Bound { backend, algorithm, encryptions: encryptions.to_vec(), wrapping, numbers };
        Ok(Self { key_id: None, bound: Arc::new(bound) })
    }

    /// Creates a key from PEM: `PUBLIC KEY` (SubjectPublicKeyInfo), `RSA PUBLIC KEY` (PKCS#1) or `CERTIFICATE`.
    ///
    /// # Errors
    /// Those of [`new`](Self::new) and of [`UnboundKey::from_pem`].
    #[cfg(feature = "pem")]
    pub fn from_pem(
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
        pem: impl AsRef<[u8]>,
    ) -> Result<Self, KeyError> {
        Self::new(algorithm, encryptions, &UnboundKey::from_pem(pem)?)
    }

    /// Creates a key from DER: SubjectPublicKeyInfo, PKCS#1 or X.509, distinguished by structure.
    ///
    /// # Errors
    /// Those of [`new`](Self::new) and of [`UnboundKey::from_der`].
    #[cfg(feature = "pem")]
    pub fn from_der(
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
        der: impl AsRef<[u8]>,
    ) -> Result<Self, KeyError> {
        Self::new(algorithm, encryptions, &UnboundKey::from_der(der)?)
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

    /// Returns the same key with this `kid`, which tokens will have.
    #[must_use]
    pub fn with_key_id(self, key_id: impl Into<Arc<str>>) -> Self {
        Self { key_id: Some(key_id.into()), ..self }
    }

    /// Returns the same key with the thumbprint of its public half (RFC 7638) as its `kid`.
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] for a shared secret, whose thumbprint would help to guess it.
    pub fn with_thumbprint_key_id(self) -> Result<Self, KeyError> {
        let thumbprint = self.to_jwk().thumbprint()?;
        Ok(self.with_key_id(thumbprint))
    }

    /// Returns the same key with all operations, including encryption of the content, on that backend. The key and the
    /// accepted tokens do not change.
    ///
    /// # Errors
    /// [`KeyError::BackendDisabled`] without the feature of the backend, [`KeyError::EncryptionUnsupportedByBackend`],
    /// [`KeyError::EncryptionRejectedByBackend`], [`KeyError::UnsupportedProcessor`]. There is no fallback to another
    /// backend.
    pub fn with_backend(self, backend: Backend) -> Result<Self, KeyError> {
        if backend == self.backend() {
            return Ok(self);
        }
        let Bound { algorithm, encryptions, wrapping: former, numbers, .. } = &*self.bound;
        check_backend(backend, *algorithm)?;
        let wrapping = match former {
            Wrapping::Pbes2(password) => Wrapping::Pbes2(password.clone()),
            _ => wrapping(backend, *algorithm, encryptions, &UnboundKey::from_numbers(numbers.clone())?)?.0,
        };
        let (algorithm, encryptions) = (*algorithm, encryptions.clone());
        let bound = Bound { backend, algorithm, encryptions, wrapping, numbers: numbers.clone() };
        Ok(Self { bound: Arc::new(bound), ..self })
    }

    /// Returns the backend that computes its operations. Defaults to [`Backend::RustCrypto`]; see
    /// [`with_backend`](Self::with_backend).
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.bound.backend
    }

    /// Returns the key as a JWK, with `use: enc`. Only an [explicit method](Jwk::to_json_with_private_members) writes a
    /// shared secret to JSON.
    #[must_use]
    pub fn to_jwk(&self) -> Jwk {
        Jwk::for_use(self.bound.numbers.clone(), "enc", self.algorithm().name(), self.key_id())
    }

    /// Returns the public key as SubjectPublicKeyInfo in PEM, `PUBLIC KEY`.
    ///
    /// # Errors
    /// [`KeyError::UnsupportedFormat`] for a shared secret, which has no such format.
    #[cfg(feature = "pem")]
    pub fn to_pem(&self) -> Result<String, KeyError> {
        Ok(der::pem::write("PUBLIC KEY", &self.to_der()?))
    }

    /// Returns the public key as SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    /// As [`to_pem`](Self::to_pem).
    #[cfg(feature = "pem")]
    pub fn to_der(&self) -> Result<Vec<u8>, KeyError> {
        der::public_der(&self.bound.numbers)
    }

    /// Returns the algorithm that the key is bound to.
    #[must_use]
    pub fn algorithm(&self) -> KeyManagement {
        self.bound.algorithm
    }

    /// Returns the content encryptions that the key is bound to, at least one.
    #[must_use]
    pub fn encryptions(&self) -> &[ContentEncryption] {
        &self.bound.encryptions
    }

    /// Returns the key's name, `kid`.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Encrypts `content` to a token in compact form, with a header of the key's algorithm, its first content
    /// encryption and its `kid`.
    ///
    /// # Errors
    /// [`EncryptError::Randomness`], and [`EncryptError::Backend`] above 64 GiB.
    pub fn encrypt(&self, content: impl AsRef<[u8]>) -> Result<String, EncryptError> {
        compact::encrypt(self, Header::for_key(self), content.as_ref())
    }

    /// Encrypts `content` to a token in compact form, with a custom header.
    ///
    /// ```
    /// use jotwell::jwe::{ContentEncryption, DecryptingKey, Header, KeyManagement};
    ///
    /// let key = DecryptingKey::generate(KeyManagement::EcdhEs, &[ContentEncryption::A128CbcHs256])?.encrypting_key();
    /// let token = key.encrypt_with(b"{}", &Header::for_key(&key).with_content_type("json"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt`](Self::encrypt), [`EncryptError::KeyManagementMismatch`], [`EncryptError::EncNotAllowed`].
    pub fn encrypt_with(&self, content: impl AsRef<[u8]>, header: &Header) -> Result<String, EncryptError> {
        compact::encrypt(self, header.clone(), content.as_ref())
    }

    /// Checks that a header is for this key.
    pub(in crate::jwe) fn check_header(&self, header: &Header) -> Result<(), EncryptError> {
        if header.algorithm() != self.algorithm() {
            return Err(EncryptError::KeyManagementMismatch {
                key: self.algorithm(),
                header: header.algorithm(),
            });
        }
        self.check_enc(header.enc())
    }

    pub(in crate::jwe) fn check_enc(&self, encryption: ContentEncryption) -> Result<(), EncryptError> {
        if self.encryptions().contains(&encryption) {
            Ok(())
        } else {
            Err(EncryptError::EncNotAllowed { found: encryption })
        }
    }

    pub(in crate::jwe) fn establish(
        &self,
        encryption: ContentEncryption,
        parameters: Parameters,
    ) -> Result<Established<'_>, EncryptError> {
        self.bound.wrapping.establish(self.backend(), self.algorithm(), encryption, parameters)
    }

    pub(in crate::jwe) fn wrap(&self, key: &[u8], parameters: Parameters) -> Result<Wrapped, EncryptError> {
        self.bound.wrapping.wrap(self.backend(), self.algorithm(), key, parameters)
    }

    /// The sender's key for the recipient's key.
    pub(super) fn from_parts(
        algorithm: KeyManagement,
        encryptions: Vec<ContentEncryption>,
        wrapping: Wrapping,
        numbers: Numbers,
    ) -> Self {
        let backend = Backend::default();
        Self { key_id: None, bound: Arc::new(Bound { backend, algorithm, encryptions, wrapping, numbers }) }
    }
}

/// The key of the family, and its numbers in canonical form.
pub(super) fn wrapping(
    backend: Backend,
    algorithm: KeyManagement,
    encryptions: &[ContentEncryption],
    key: &UnboundKey,
) -> Result<(Wrapping, Numbers), KeyError> {
    let wrong = || wrong_type(algorithm, key);
    let bytes = || secret(algorithm, encryptions, key);
    // The length is already checked.
    let failed = |_: Failed| wrong();
    let numbers = || bytes().map(|bytes| Numbers::Secret(Secret::new(bytes.to_vec())));
    Ok(match (algorithm.family(), encryptions) {
        (Family::Direct, [encryption, ..]) => {
            (Wrapping::Direct(ContentKey::new(backend, *encryption, bytes()?).map_err(failed)?), numbers()?)
        }
        (Family::AesKw, _) => {
            (Wrapping::AesKw(Box::new(KeyWrap::new(backend, bytes()?).map_err(failed)?)), numbers()?)
        }
        (Family::AesGcmKw, _) => {
            (Wrapping::AesGcmKw(Gcm::new(backend, bytes()?).map_err(failed)?), numbers()?)
        }
        (Family::EcdhEs, _) => {
            let public = ecdh::PublicKey::new(key.numbers()).ok_or_else(wrong)??;
            if !public.is_usable() {
                return Err(KeyError::InvalidPoint { curve: public.curve() });
            }
            let numbers = public.numbers();
            (Wrapping::EcdhEs(public), numbers)
        }
        (Family::RsaOaep(_), _) => {
            let (rsa, numbers) =
                rsa_oaep::Encryptor::new(backend, algorithm, key.numbers()).ok_or_else(wrong)??;
            (Wrapping::RsaOaep(Box::new(rsa)), numbers)
        }
        (Family::Direct | Family::Pbes2(_), _) => return Err(KeyError::PasswordAlgorithm { algorithm }),
    })
}

impl fmt::Debug for EncryptingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptingKey")
            .field("algorithm", &self.algorithm())
            .field("encryptions", &self.encryptions())
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}
