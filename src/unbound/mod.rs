//! Keys that are not bound to an algorithm yet.

mod deserialize;
#[cfg(feature = "jwe")]
mod encryption;
mod secret;

use alloc::vec::Vec;
use core::fmt;

use crate::algorithm::{Algorithm, Family, RSA_MAX_BITS, RSA_MIN_BITS};
use crate::der;
use crate::error::{KeyError, SecretEncoding};
use crate::jwk::{CommonParameters, Jwk};
use crate::key_type::{KeyFormat, KeyType};
use crate::numbers::{Numbers, Secret, bit_len};

/// A key that is not bound to an algorithm yet: read, but not usable until it is bound.
///
/// Read such a key if the algorithm depends on it, or to inspect it. [`SigningKey::new`](crate::SigningKey::new) and
/// [`VerifyingKey::new`](crate::VerifyingKey::new) bind it to an [`Algorithm`]. They also check whether its numbers are
/// a valid key, such as a point on its curve.
///
/// If the algorithm is known from the start, [`SigningKey::from_pem`](crate::SigningKey::from_pem) and similar
/// functions do both in one step. Private numbers are wiped when the key is dropped, and `Debug` does not show them.
///
/// ```
/// use jotwell::{Algorithm, Curve, KeyFormat, KeyType, UnboundKey, VerifyingKey};
///
/// let key = UnboundKey::from_jwk(r#"{"kty":"OKP","crv":"Ed25519","kid":"2011",
///     "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)?;
/// assert_eq!(key.format(), KeyFormat::Jwk);
/// assert_eq!(key.key_type(), KeyType::Ec(Curve::Ed25519));
/// assert!(!key.is_private());
/// assert_eq!(key.algorithms(), [Algorithm::EdDSA, Algorithm::Ed25519]);
///
/// let key = VerifyingKey::new(Algorithm::EdDSA, &key)?;
/// assert_eq!(key.key_id(), Some("2011"));
/// # Ok::<(), jotwell::KeyError>(())
/// ```
#[derive(Clone)]
pub struct UnboundKey {
    format: KeyFormat,
    numbers: Numbers,
    parameters: CommonParameters,
}

/// The number of layers of base64 or hexadecimal that the check of secrets decodes: a PEM text in base64, as platforms
/// store files in environment variables, and the base64 inside it.
const ENCODINGS_OF_SECRETS: u8 = 2;

impl UnboundKey {
    /// Reads a key from PEM. The label determines the format: `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY` and `RSA PUBLIC
    /// KEY` (PKCS#1), `EC PRIVATE KEY` (SEC 1, also after `EC PARAMETERS`), `PUBLIC KEY` (SubjectPublicKeyInfo) or
    /// `CERTIFICATE` (X.509; in a chain, the first).
    ///
    /// Line breaks may be written as `\n`, and quotes may surround the text, as in environment variables. Only the key
    /// of a certificate is read. Its signature, dates and issuer are not checked.
    ///
    /// ```
    /// use jotwell::{KeyError, UnboundKey, error::PemError};
    ///
    /// let variable = r#""-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n""#;
    /// assert!(UnboundKey::from_pem(variable).is_ok());
    ///
    /// let error = UnboundKey::from_pem("/etc/keys/public.pem").unwrap_err();
    /// assert_eq!(error, KeyError::InvalidPem(PemError::FileName));
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    /// [`KeyError::InvalidPem`] with the mistake, [`KeyError::UnexpectedFormat`] for DER or a JWK,
    /// [`KeyError::MultipleKeys`], [`KeyError::UnsupportedFormat`] (for example of an encrypted key),
    /// [`KeyError::WrongPemLabel`], [`KeyError::DerLength`], [`KeyError::InvalidDer`], [`KeyError::PublicKeyMismatch`].
    #[cfg(feature = "pem")]
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let (format, numbers) = der::pem::read(pem.as_ref())?;
        Self::new(format, numbers, CommonParameters::default())
    }

    /// Reads a key from DER: PKCS#8, PKCS#1, SEC 1, SubjectPublicKeyInfo or X.509, distinguished by structure.
    ///
    /// # Errors
    /// [`KeyError::UnsupportedFormat`], [`KeyError::UnexpectedFormat`] for PEM or a JWK, [`KeyError::DerLength`],
    /// [`KeyError::InvalidDer`], [`KeyError::PublicKeyMismatch`].
    #[cfg(feature = "pem")]
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let (format, numbers) = der::read(der.as_ref())?;
        Self::new(format, numbers, CommonParameters::default())
    }

    /// Reads an encrypted private key from PEM, `ENCRYPTED PRIVATE KEY`: PKCS#8 under a passphrase, by PBES2 with
    /// PBKDF2-HMAC-SHA-2 or scrypt, and AES-CBC (RFC 8018 §6.2, RFC 7914 §7).
    ///
    /// The file specifies the cost of decryption, so it is limited: 5,000,000 iterations of PBKDF2, or N · r · p = 2²⁰
    /// of scrypt, which takes 128 MiB. The passphrase is used verbatim, byte for byte.
    ///
    /// # Errors
    /// [`KeyError::WrongPassphrase`], [`KeyError::NotEncrypted`], [`KeyError::UnsupportedEncryption`],
    /// [`KeyError::EncryptionCost`], and those of [`from_pem`](Self::from_pem).
    #[cfg(feature = "encrypted-pem")]
    pub fn from_encrypted_pem(pem: impl AsRef<[u8]>, passphrase: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let (format, numbers) = der::encrypted::read_pem(pem.as_ref(), passphrase.as_ref())?;
        Self::new(format, numbers, CommonParameters::default())
    }

    /// Reads an encrypted private key from DER, as [`from_encrypted_pem`](Self::from_encrypted_pem) does from PEM.
    ///
    /// # Errors
    /// Those of [`from_encrypted_pem`](Self::from_encrypted_pem) and of [`from_der`](Self::from_der).
    #[cfg(feature = "encrypted-pem")]
    pub fn from_encrypted_der(der: impl AsRef<[u8]>, passphrase: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let (format, numbers) = der::encrypted::read_der(der.as_ref(), passphrase.as_ref())?;
        Self::new(format, numbers, CommonParameters::default())
    }

    /// Reads a key from the JSON text of a JSON Web Key.
    ///
    /// # Errors
    /// [`KeyError::Json`], [`KeyError::MissingMember`], [`KeyError::InvalidMember`], and
    /// [`KeyError::SecretLooksLikeKey`] if `k` is the text or DER of a key.
    pub fn from_jwk(json: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Jwk::from_json(json)?.try_into()
    }

    /// Creates a key from the bytes of a shared secret. They are not decoded: for a secret in base64 use
    /// [`from_base64_secret`](Self::from_base64_secret).
    ///
    /// # Errors
    /// [`KeyError::SecretLooksLikeKey`] if the bytes are the text or DER of a key, also in up to two layers of base64
    /// or hexadecimal. A server that verifies HS256 with the text of its public key accepts tokens that anyone can
    /// create (RFC 8725 §2.1).
    pub fn from_secret(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let numbers = Numbers::Secret(Secret::new(secret.as_ref().to_vec()));
        Self::new(KeyFormat::Bytes, numbers, CommonParameters::default())
    }

    /// Creates a key from a shared secret in base64 (RFC 4648 §4), as in environment variables: padded or not, white
    /// space ignored. The unused bits of the last symbol must be zero.
    ///
    /// ```
    /// use jotwell::UnboundKey;
    ///
    /// let key = UnboundKey::from_base64_secret("A+c/jnIbV1H61quTgPfCoZ2AuZP0E0Q4z/yuyo4T0uQ=\n")?;
    /// assert!(UnboundKey::from_base64_secret("A-c_jnIbV1H61quTgPfCoZ2AuZP0E0Q4z_yuyo4T0uQ").is_err());
    /// # Ok::<(), jotwell::KeyError>(())
    /// ```
    ///
    /// # Errors
    /// [`KeyError::SecretEncoding`], and those of [`from_secret`](Self::from_secret) about the decoded bytes.
    pub fn from_base64_secret(text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::from_secret(&*secret::decode(SecretEncoding::Base64, text.as_ref())?)
    }

    /// Creates a key from a shared secret in base64url (RFC 4648 §5): padded or not, white space ignored.
    ///
    /// # Errors
    /// Those of [`from_base64_secret`](Self::from_base64_secret).
    pub fn from_base64url_secret(text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::from_secret(&*secret::decode(SecretEncoding::Base64url, text.as_ref())?)
    }

    /// Creates a key from numbers that were generated here.
    pub(crate) fn from_numbers(numbers: Numbers) -> Result<Self, KeyError> {
        Self::new(KeyFormat::Bytes, numbers, CommonParameters::default())
    }

    /// All keys are created here, so a secret that looks like a key reaches no algorithm.
    fn new(format: KeyFormat, numbers: Numbers, parameters: CommonParameters) -> Result<Self, KeyError> {
        if let Numbers::Secret(secret) = &numbers
            && let Some(format) = der::format_of_key(secret, ENCODINGS_OF_SECRETS)
        {
            return Err(KeyError::SecretLooksLikeKey { format });
        }
        Ok(Self { format, numbers, parameters })
    }

    /// Returns the format that the key was read from.
    #[must_use]
    pub fn format(&self) -> KeyFormat {
        self.format
    }

    /// Returns the type of the key, with its curve if it has one.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        self.numbers.key_type()
    }

    /// Returns whether this is a private key or a shared secret.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.numbers.is_private()
    }

    /// Returns the key's identifier, the `kid` of a JWK.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.parameters.key_id.as_deref()
    }

    /// Returns the `alg` of a JWK. It may name an algorithm that this crate does not implement.
    #[must_use]
    pub fn algorithm(&self) -> Option<&str> {
        self.parameters.algorithm.as_deref()
    }

    /// Returns the `use` of a JWK, such as `sig` or `enc`.
    #[must_use]
    pub fn public_key_use(&self) -> Option<&str> {
        self.parameters.public_key_use.as_deref()
    }

    /// Returns the algorithms that the key fits, in the order of [`Algorithm::ALL`]: those that [`check`](Self::check)
    /// accepts.
    #[must_use]
    pub fn algorithms(&self) -> Vec<Algorithm> {
        Algorithm::ALL.iter().copied().filter(|algorithm| self.check(*algorithm).is_ok()).collect()
    }

    /// Checks whether the key fits an algorithm: by its type, its curve, its size, and the `alg`, `use` and
    /// `key_ops` of a JWK. Whether its numbers are a valid key is checked when it is bound.
    ///
    /// # Errors
    /// [`KeyError::UseNotAllowed`], [`KeyError::WrongKeyType`], [`KeyError::PssParameters`], [`KeyError::EmptySecret`],
    /// [`KeyError::ShortSecret`], [`KeyError::RsaModulusSize`].
    pub fn check(&self, algorithm: Algorithm) -> Result<(), KeyError> {
        let operations: &[&str] = match self.key_type() {
            KeyType::Secret => &["sign", "verify"],
            _ if self.is_private() => &["sign"],
            _ => &["verify"],
        };
        self.parameters.allow(algorithm, operations)?;
        self.check_type(algorithm)?;
        self.check_secret_length(algorithm)?;
        match &self.numbers {
            Numbers::Secret(secret) if secret.is_empty() => Err(KeyError::EmptySecret),
            Numbers::Rsa { n, .. } => match bit_len(n) {
                RSA_MIN_BITS..=RSA_MAX_BITS => Ok(()),
                bits => Err(KeyError::RsaModulusSize { bits }),
            },
            _ => Ok(()),
        }
    }

    /// Rejects a key of another type than the algorithm needs. An RSA key that is restricted to RSASSA-PSS fits the
    /// algorithms that have its parameters (RFC 4055 §1.2).
    pub(crate) fn check_type(&self, algorithm: Algorithm) -> Result<(), KeyError> {
        match self.key_type() {
            KeyType::RsaPss if algorithm.family() == Family::RsaPss => {
                match self.numbers.pss_parameters_allow(algorithm) {
                    true => Ok(()),
                    false => Err(KeyError::PssParameters { algorithm }),
                }
            }
            found if found == KeyType::required_by(algorithm) => Ok(()),
            _ => Err(self.wrong_type(algorithm)),
        }
    }

    /// Rejects a secret that is shorter than the hash (RFC 7518 §3.2).
    pub(crate) fn check_secret_length(&self, algorithm: Algorithm) -> Result<(), KeyError> {
        let min = algorithm.min_key_bits() / 8;
        match &self.numbers {
            Numbers::Secret(secret)
                if algorithm.is_symmetric() && !secret.is_empty() && secret.len() < min =>
            {
                Err(KeyError::ShortSecret { algorithm, min, found: secret.len() })
            }
            _ => Ok(()),
        }
    }

    #[cfg_attr(
        not(any(feature = "ecdsa", feature = "eddsa", feature = "hmac", feature = "rsa-verify")),
        allow(dead_code, reason = "only a family of algorithms reads the numbers")
    )]
    pub(crate) fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    pub(crate) fn parameters(&self) -> &CommonParameters {
        &self.parameters
    }

    pub(crate) fn wrong_type(&self, algorithm: Algorithm) -> KeyError {
        KeyError::WrongKeyType { algorithm, found: self.key_type(), format: self.format }
    }
}

/// Copies the numbers of a JWK; [`UnboundKey::from_jwk`] reads its text without the copy.
impl TryFrom<&Jwk> for UnboundKey {
    type Error = KeyError;

    fn try_from(jwk: &Jwk) -> Result<Self, KeyError> {
        jwk.clone().try_into()
    }
}

impl TryFrom<Jwk> for UnboundKey {
    type Error = KeyError;

    fn try_from(jwk: Jwk) -> Result<Self, KeyError> {
        let (numbers, parameters) = jwk.into_parts();
        Self::new(KeyFormat::Jwk, numbers, parameters)
    }
}

impl fmt::Debug for UnboundKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnboundKey")
            .field("format", &self.format)
            .field("key_type", &self.key_type())
            .field("is_private", &self.is_private())
            .field("key_id", &self.parameters.key_id)
            .finish_non_exhaustive()
    }
}
