//! The key of a recipient.

use alloc::boxed::Box;
#[cfg(feature = "pem")]
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::agreement::Agreement;
use super::pbes2::Password;
use super::substitute::Substitute;
use super::unwrapping::Unwrapping;
use super::wrap::KeyWrap;
use super::{
    EncryptingKey, check, check_backend, check_encryptions, ecdh, encrypting, rejected, rsa_oaep, secret,
    wrong_type,
};
use crate::backend::Backend;
use crate::content_encryption::ContentEncryption;
#[cfg(feature = "std")]
use crate::curve::Curve;
#[cfg(feature = "pem")]
use crate::der;
use crate::error::{KeyError, VerifyError};
use crate::jwe::content::{ContentKey, Failed, Gcm, MessageKey};
use crate::jwe::header::Header;
use crate::jwk::Jwk;
use crate::key_management::{Family, KeyManagement};
use crate::key_type::KeyType;
use crate::numbers::{Numbers, RsaPrivate, Secret};
use crate::unbound::UnboundKey;

/// A recipient's private key, shared secret or password, bound to one [`KeyManagement`] and to a list of
/// [`ContentEncryption`] that it accepts.
///
/// Its results are [`Decrypted`](super::super::Decrypted) and not verified: anyone can encrypt to a public key, and
/// each of several recipients of one token can replace its content.
///
/// Checked once, when it is created; cheap to clone and shared between threads. Private numbers are wiped when the last
/// clone is dropped, and `Debug` does not show them.
///
/// ```
/// use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, KeyManagement};
///
/// # fn example(pem: &str, token: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let accepted = [ContentEncryption::A256GCM, ContentEncryption::A128CbcHs256];
/// let key = DecryptingKey::from_pem(KeyManagement::RsaOaep256, &accepted, pem)?;
/// let content = Decrypter::new(key).decrypt(token)?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct DecryptingKey {
    key_id: Option<Arc<str>>,
    bound: Arc<Bound>,
}

struct Bound {
    backend: Backend,
    algorithm: KeyManagement,
    encryptions: Vec<ContentEncryption>,
    unwrapping: Unwrapping,
    numbers: Numbers,
    /// The public half, without a `kid`.
    encrypting: EncryptingKey,
}

impl DecryptingKey {
    /// Binds a private key or a shared secret to an algorithm and to the content encryptions that it accepts. The key
    /// gets its `kid`.
    ///
    /// # Errors
    /// [`KeyError::UseNotAllowed`] if the `alg`, `use` or `key_ops` of a JWK does not allow it,
    /// [`KeyError::WrongEncryptionKeyType`], [`KeyError::NotPrivate`], [`KeyError::SecretLength`],
    /// [`KeyError::ContentEncryptions`], [`KeyError::PasswordAlgorithm`], [`KeyError::InvalidPoint`],
    /// [`KeyError::InvalidScalar`], [`KeyError::PublicKeyMismatch`], [`KeyError::RsaModulusSize`],
    /// [`KeyError::RsaExponent`], [`KeyError::InvalidRsaKey`], [`KeyError::EncryptionDisabled`].
    pub fn new(
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
        key: &UnboundKey,
    ) -> Result<Self, KeyError> {
        check(algorithm, encryptions, key, true)?;
        let backend = Backend::default();
        let (unwrapping, numbers) = unwrapping(backend, algorithm, encryptions, key)?;
        let public = UnboundKey::from_numbers(numbers.public())?;
        let (wrapping, public) = encrypting::wrapping(backend, algorithm, encryptions, &public)?;
        let encrypting = EncryptingKey::from_parts(algorithm, encryptions.to_vec(), wrapping, public);
        let encryptions = encryptions.to_vec();
        let bound = Bound { backend, algorithm, encryptions, unwrapping, numbers, encrypting };
        Ok(Self { key_id: key.key_id().map(Arc::from), bound: Arc::new(bound) })
    }

    /// Creates a key from the bytes of a shared secret, for `dir`, AES Key Wrap and AES-GCM key wrapping.
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

    /// Creates a key from a password, for PBES2. A token chooses the iterations of PBKDF2, so it is rejected above
    /// `max_iterations`: a million takes about a second of CPU time.
    ///
    /// # Errors
    /// [`KeyError::PasswordAlgorithm`] for another algorithm, [`KeyError::ContentEncryptions`],
    /// [`KeyError::EmptySecret`], [`KeyError::Iterations`] if the limit is below 1000.
    pub fn from_password(
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
        password: impl AsRef<[u8]>,
        max_iterations: u32,
    ) -> Result<Self, KeyError> {
        if !algorithm.is_password_based() {
            return Err(KeyError::PasswordAlgorithm { algorithm });
        }
        check_encryptions(algorithm, encryptions)?;
        let encrypting = EncryptingKey::from_password(algorithm, encryptions, &password, max_iterations)?;
        let password = Password::new(password.as_ref(), max_iterations)?;
        let numbers = Numbers::Secret(password.password.clone());
        let substitute = Substitute::new(&password.password);
        let unwrapping = Unwrapping::Pbes2(password, substitute);
        let (backend, encryptions) = (Backend::default(), encryptions.to_vec());
        let bound = Bound { backend, algorithm, encryptions, unwrapping, numbers, encrypting };
        Ok(Self { key_id: None, bound: Arc::new(bound) })
    }

    /// Creates a key from PEM: `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY` (PKCS#1) or `EC PRIVATE KEY` (SEC 1).
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

    /// Creates a key from DER: PKCS#8, PKCS#1 or SEC 1, distinguished by structure.
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

    /// Generates a random key: a secret, a 2048-bit RSA key, or a key on P-256. For another curve use
    /// [`generate_on`](Self::generate_on).
    ///
    /// # Errors
    /// [`KeyError::ContentEncryptions`], [`KeyError::PasswordAlgorithm`], [`KeyError::EncryptionDisabled`],
    /// [`KeyError::Randomness`].
    ///
    /// # Panics
    /// Only for RSA, if the system's random number generator fails during the search for primes.
    #[cfg(feature = "std")]
    pub fn generate(algorithm: KeyManagement, encryptions: &[ContentEncryption]) -> Result<Self, KeyError> {
        Self::generate_on(Curve::P256, algorithm, encryptions)
    }

    /// Generates a random key on that curve, for ECDH-ES: P-256, P-384, P-521 or X25519. Other algorithms ignore the
    /// curve.
    ///
    /// # Errors
    /// As [`generate`](Self::generate), and [`KeyError::InvalidPoint`] for a curve without key agreement.
    #[cfg(feature = "std")]
    pub fn generate_on(
        curve: Curve,
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
    ) -> Result<Self, KeyError> {
        check_encryptions(algorithm, encryptions)?;
        let numbers = match (algorithm.family(), algorithm.wrap_len(), encryptions) {
            (Family::EcdhEs, _, _) => ecdh::PrivateKey::generate(curve)?.numbers(),
            (Family::RsaOaep(_), _, _) => rsa_numbers(algorithm)?,
            (Family::Pbes2(_), _, _) => return Err(KeyError::PasswordAlgorithm { algorithm }),
            (_, Some(len), _) => Numbers::Secret(crate::key::random::bytes(len)?),
            (_, None, [encryption, ..]) => Numbers::Secret(crate::key::random::bytes(encryption.key_len())?),
            (_, None, []) => return Err(KeyError::ContentEncryptions { algorithm, found: 0 }),
        };
        Self::new(algorithm, encryptions, &UnboundKey::from_numbers(numbers)?)
    }

    /// Returns the same key with this `kid`. It does not decrypt tokens with another `kid`.
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

    /// Returns the same key with all operations, including decryption of the content, on that backend. The key, the
    /// accepted tokens and the errors do not change; [`encrypting_key`](Self::encrypting_key) is on that backend, too.
    ///
    /// ```
    /// use jotwell::jwe::{ContentEncryption, DecryptingKey, KeyManagement};
    /// use jotwell::{Backend, KeyError};
    ///
    /// let key = DecryptingKey::generate(KeyManagement::EcdhEs, &[ContentEncryption::A256GCM])?;
    /// # #[cfg(feature = "aws-lc-rs")]
    /// let key = key.with_backend(Backend::AwsLcRs)?;
    /// # #[cfg(feature = "aws-lc-rs")]
    /// assert_eq!(key.encrypting_key().backend(), Backend::AwsLcRs);
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    /// [`KeyError::BackendDisabled`] without the feature of the backend, [`KeyError::EncryptionUnsupportedByBackend`],
    /// [`KeyError::EncryptionRejectedByBackend`], [`KeyError::UnsupportedProcessor`]. There is no fallback to another
    /// backend.
    pub fn with_backend(self, backend: Backend) -> Result<Self, KeyError> {
        if backend == self.backend() {
            return Ok(self);
        }
        let Bound { algorithm, encryptions, unwrapping: former, numbers, encrypting, .. } = &*self.bound;
        check_backend(backend, *algorithm)?;
        let unwrapping = match former {
            Unwrapping::Pbes2(password, substitute) => {
                Unwrapping::Pbes2(password.clone(), substitute.clone())
            }
            _ => unwrapping(backend, *algorithm, encryptions, &UnboundKey::from_numbers(numbers.clone())?)?.0,
        };
        let bound = Bound {
            backend,
            algorithm: *algorithm,
            encryptions: encryptions.clone(),
            unwrapping,
            numbers: numbers.clone(),
            encrypting: encrypting.clone().with_backend(backend)?,
        };
        Ok(Self { bound: Arc::new(bound), ..self })
    }

    /// Returns the backend that computes its operations. Defaults to [`Backend::RustCrypto`]; see
    /// [`with_backend`](Self::with_backend).
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.bound.backend
    }

    /// Returns the key that encrypts to this one: the public half, or the same secret, with the same `kid`. For a
    /// password it uses the maximum number of iterations.
    #[must_use]
    pub fn encrypting_key(&self) -> EncryptingKey {
        match &self.key_id {
            Some(key_id) => self.bound.encrypting.clone().with_key_id(key_id.clone()),
            None => self.bound.encrypting.clone(),
        }
    }

    /// Returns the key as a JWK with `use: enc`, including private numbers; only an [explicit
    /// method](Jwk::to_json_with_private_members) writes those to JSON.
    #[must_use]
    pub fn to_jwk(&self) -> Jwk {
        Jwk::for_use(self.bound.numbers.clone(), "enc", self.algorithm().name(), self.key_id())
    }

    /// Returns the private key as PKCS#8 in PEM, `PRIVATE KEY`, not encrypted. Only for a secret store.
    ///
    /// # Errors
    /// [`KeyError::UnsupportedFormat`] for a shared secret, which has no such format.
    #[cfg(feature = "pem")]
    pub fn to_private_pem(&self) -> Result<String, KeyError> {
        Ok(der::pem::write("PRIVATE KEY", &der::private_der(&self.bound.numbers)?))
    }

    /// Returns the private key as PKCS#8 in DER, not encrypted.
    ///
    /// # Errors
    /// As [`to_private_pem`](Self::to_private_pem).
    #[cfg(feature = "pem")]
    pub fn to_private_der(&self) -> Result<Vec<u8>, KeyError> {
        Ok(der::private_der(&self.bound.numbers)?.to_vec())
    }

    /// Returns the algorithm that the key is bound to.
    #[must_use]
    pub fn algorithm(&self) -> KeyManagement {
        self.bound.algorithm
    }

    /// Returns the content encryptions that the key accepts, at least one.
    #[must_use]
    pub fn encryptions(&self) -> &[ContentEncryption] {
        &self.bound.encryptions
    }

    /// Returns the key's name, `kid`.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    pub(in crate::jwe) fn unwrap(
        &self,
        header: &Header,
        encrypted: &[u8],
    ) -> Result<MessageKey<'_>, VerifyError> {
        self.bound.unwrapping.unwrap(self.backend(), self.algorithm(), header, encrypted)
    }
}

fn unwrapping(
    backend: Backend,
    algorithm: KeyManagement,
    encryptions: &[ContentEncryption],
    key: &UnboundKey,
) -> Result<(Unwrapping, Numbers), KeyError> {
    let wrong = || match key.key_type() {
        // Of the right type only if that is public.
        KeyType::Rsa | KeyType::Ec(_) | KeyType::X25519 => {
            match encrypting::wrapping(backend, algorithm, encryptions, key) {
                Ok(_) => KeyError::NotPrivate { found: key.format() },
                Err(error) => error,
            }
        }
        _ => wrong_type(algorithm, key),
    };
    let bytes = || secret(algorithm, encryptions, key);
    // The length is already checked.
    let failed = |_: Failed| wrong();
    let numbers = || bytes().map(|bytes| Numbers::Secret(Secret::new(bytes.to_vec())));
    let substitute = || bytes().map(Substitute::new);
    Ok(match (algorithm.family(), encryptions) {
        (Family::Direct, [encryption, ..]) => {
            (Unwrapping::Direct(ContentKey::new(backend, *encryption, bytes()?).map_err(failed)?), numbers()?)
        }
        (Family::AesKw, _) => (
            Unwrapping::AesKw(Box::new(KeyWrap::new(backend, bytes()?).map_err(failed)?), substitute()?),
            numbers()?,
        ),
        (Family::AesGcmKw, _) => {
            (Unwrapping::AesGcmKw(Gcm::new(backend, bytes()?).map_err(failed)?, substitute()?), numbers()?)
        }
        (Family::EcdhEs, _) => {
            let private = ecdh::PrivateKey::new(key.numbers()).ok_or_else(wrong)??;
            let numbers = private.numbers();
            let substitute = Substitute::new(private_bytes(&numbers));
            let private =
                Agreement::new(backend, private).map_err(|_: Failed| rejected(backend, algorithm))?;
            (Unwrapping::EcdhEs(private, substitute), numbers)
        }
        (Family::RsaOaep(_), _) => {
            let (rsa, numbers) =
                rsa_oaep::Decryptor::new(backend, algorithm, key.numbers()).ok_or_else(wrong)??;
            let substitute = Substitute::new(private_bytes(&numbers));
            (Unwrapping::RsaOaep(rsa, substitute), numbers)
        }
        (Family::Direct | Family::Pbes2(_), _) => return Err(KeyError::PasswordAlgorithm { algorithm }),
    })
}

/// The secret part of the key.
fn private_bytes(numbers: &Numbers) -> &[u8] {
    match numbers {
        Numbers::Secret(secret) => secret,
        Numbers::Ec { private: Some(private), .. } => private,
        Numbers::Rsa { private: Some(RsaPrivate { d, .. }), .. } => d,
        Numbers::Ec { .. } | Numbers::Rsa { .. } | Numbers::Other { .. } => &[],
    }
}

#[cfg(all(feature = "std", feature = "rsa"))]
fn rsa_numbers(_: KeyManagement) -> Result<Numbers, KeyError> {
    crate::key::rsa::generate_numbers()
}

#[cfg(all(feature = "std", not(feature = "rsa")))]
fn rsa_numbers(algorithm: KeyManagement) -> Result<Numbers, KeyError> {
    Err(KeyError::EncryptionDisabled { algorithm })
}

impl fmt::Debug for DecryptingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptingKey")
            .field("algorithm", &self.algorithm())
            .field("encryptions", &self.encryptions())
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}
