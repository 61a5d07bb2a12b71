//! Keys that are not bound to an algorithm yet.

use alloc::vec::Vec;
use core::fmt;

use crate::algorithm::{Algorithm, RSA_MAX_BITS, RSA_MIN_BITS};
use crate::base64url;
use crate::der;
use crate::error::KeyError;
use crate::json::{self, JsonError};
use crate::jwk::{CommonParameters, Jwk};
use crate::key_type::{KeyFormat, KeyType};
use crate::numbers::{Numbers, Secret, bit_len};

/// A key that is not bound to an algorithm yet: read, but not usable until it is bound.
///
/// Read one where the algorithm depends on the key, or to find out what a key is.
/// [`SigningKey::new`](crate::SigningKey::new) and [`VerifyingKey::new`](crate::VerifyingKey::new) bind it to an
/// [`Algorithm`]. Whether its numbers are a valid key, such as a point on its curve, is checked then.
///
/// Where the algorithm is known from the start, [`SigningKey::from_pem`](crate::SigningKey::from_pem) and its
/// siblings do both in one step. Private numbers are wiped when the key is dropped, and `Debug` does not show them.
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

impl UnboundKey {
    /// Reads a key from PEM. The label says what the block holds: `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY` and
    /// `RSA PUBLIC KEY` (PKCS#1), `EC PRIVATE KEY` (SEC 1, also after `EC PARAMETERS`), `PUBLIC KEY`
    /// (SubjectPublicKeyInfo) or `CERTIFICATE` (X.509; of a chain, the first).
    ///
    /// Of a certificate only the key is read. Its signature, dates and issuer are not checked.
    ///
    /// # Errors
    /// [`KeyError::InvalidPem`], [`KeyError::MultipleKeys`], [`KeyError::UnsupportedFormat`] (for example of an
    /// encrypted key), [`KeyError::InvalidDer`], [`KeyError::PublicKeyMismatch`].
    #[cfg(feature = "pem")]
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let (format, numbers) = der::pem::read(pem.as_ref())?;
        Self::new(format, numbers, CommonParameters::default())
    }

    /// Reads a key from DER: PKCS#8, PKCS#1, SEC 1, SubjectPublicKeyInfo or X.509, told apart by structure.
    ///
    /// # Errors
    /// [`KeyError::UnsupportedFormat`], [`KeyError::InvalidDer`], [`KeyError::PublicKeyMismatch`].
    #[cfg(feature = "pem")]
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let (format, numbers) = der::read(der.as_ref())?;
        Self::new(format, numbers, CommonParameters::default())
    }

    /// Reads a key from the JSON text of a JSON Web Key.
    ///
    /// # Errors
    /// [`KeyError::Json`], [`KeyError::MissingMember`], [`KeyError::InvalidMember`], and
    /// [`KeyError::SecretLooksLikeKey`] where `k` is the text or DER of a key.
    pub fn from_jwk(json: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Jwk::from_json(json)?.try_into()
    }

    /// Creates a key from the bytes of a shared secret. They are not decoded.
    ///
    /// # Errors
    /// [`KeyError::SecretLooksLikeKey`] where the bytes are the text or DER of a key. A server that verifies HS256
    /// with the text of its public key accepts tokens that anyone can make (RFC 8725 §2.1).
    pub fn from_secret(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let numbers = Numbers::Secret(Secret::new(secret.as_ref().to_vec()));
        Self::new(KeyFormat::Bytes, numbers, CommonParameters::default())
    }

    /// Creates a key from numbers that were made here.
    pub(crate) fn from_numbers(numbers: Numbers) -> Result<Self, KeyError> {
        Self::new(KeyFormat::Bytes, numbers, CommonParameters::default())
    }

    /// Every key comes from here, so no secret that looks like a key reaches an algorithm of any kind.
    fn new(format: KeyFormat, numbers: Numbers, parameters: CommonParameters) -> Result<Self, KeyError> {
        if let Numbers::Secret(secret) = &numbers
            && let Some(format) = format_of_secret(secret)
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

    /// Returns the type of the key, with its curve where it has one.
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

    /// Returns the algorithms that the key fits, in the order of [`Algorithm::ALL`]: those for which
    /// [`check`](Self::check) finds nothing wrong.
    #[must_use]
    pub fn algorithms(&self) -> Vec<Algorithm> {
        Algorithm::ALL.iter().copied().filter(|algorithm| self.check(*algorithm).is_ok()).collect()
    }

    /// Checks whether the key fits an algorithm: by its type, its curve, its size, and the `alg`, `use` and
    /// `key_ops` of a JWK. Whether its numbers are a valid key is checked when it is bound.
    ///
    /// # Errors
    /// [`KeyError::UseNotAllowed`], [`KeyError::WrongKeyType`], [`KeyError::EmptySecret`],
    /// [`KeyError::ShortSecret`], [`KeyError::RsaModulusSize`].
    pub fn check(&self, algorithm: Algorithm) -> Result<(), KeyError> {
        let operations: &[&str] = match self.key_type() {
            KeyType::Secret => &["sign", "verify"],
            _ if self.is_private() => &["sign"],
            _ => &["verify"],
        };
        self.parameters.allow(algorithm, operations)?;
        if self.key_type() != KeyType::required_by(algorithm) {
            return Err(self.wrong_type(algorithm));
        }
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
        allow(dead_code, reason = "only a family of algorithms looks at the numbers")
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

/// The numbers of a JWK are copied; reading its text with [`UnboundKey::from_jwk`] does without the copy.
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

/// Returns the format of the key that these bytes are, or `None` where they could well be a random secret.
///
/// White space and a byte order mark in front do not help, and neither does UTF-16.
fn format_of_secret(bytes: &[u8]) -> Option<KeyFormat> {
    if let Some(format) = der::format_of(bytes).or_else(|| der::format_of(bytes.trim_ascii_end())) {
        return Some(format);
    }
    // In UTF-16 each second byte of an ASCII text is zero; byte order marks are not ASCII.
    let mut text = Secret::new(Vec::with_capacity(bytes.len()));
    text.extend(bytes.iter().filter(|byte| byte.is_ascii() && **byte != 0));
    let text = text.trim_ascii();
    // PEM may follow an explanation (RFC 7468 §2).
    if contains(text, b"-----BEGIN") {
        Some(KeyFormat::Pem)
    } else if [&b"ssh-"[..], b"ecdsa-sha2-", b"---- BEGIN SSH2"].iter().any(|prefix| text.starts_with(prefix))
    {
        Some(KeyFormat::OpenSsh)
    } else if text.starts_with(b"{") || text.starts_with(b"[") {
        // A JWK, or several.
        (contains(text, b"\"kty\"") || has_key_members(text)).then_some(KeyFormat::Jwk)
    } else {
        format_of_base64(text)
    }
}

/// Returns the format of a key in DER that is written in base64 without the lines around PEM, as some issuers
/// publish theirs.
fn format_of_base64(text: &[u8]) -> Option<KeyFormat> {
    let mut symbols = Secret::new(Vec::with_capacity(text.len()));
    symbols.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=').map(|byte| {
        match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => *other,
        }
    }));
    der::format_of(&Secret::new(base64url::decode(&*symbols).ok()?))
}

/// Returns whether this is a JWK or a set of them, whatever escapes its names have.
fn has_key_members(text: &[u8]) -> bool {
    let mut found = false;
    let read = json::read_object::<JsonError>(text, |member| {
        found |= member.name == *"kty" || member.name == *"keys";
        Ok(())
    });
    read.is_ok() && found
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}
