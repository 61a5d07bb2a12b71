//! What can be wrong with a key.

use core::fmt;

use crate::algorithm::{Algorithm, RSA_MAX_BITS, RSA_MIN_BITS};
use crate::backend::Backend;
use crate::curve::Curve;
use crate::json::JsonError;

/// The form that a key is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyFormat {
    /// Plain bytes, the form of HMAC secrets.
    Bytes,
    /// JSON Web Key (RFC 7517).
    Jwk,
    /// PEM of whatever kind (RFC 7468).
    Pem,
    /// PKCS#8 `PRIVATE KEY` (RFC 5958).
    Pkcs8,
    /// PKCS#1 `RSA PRIVATE KEY` (RFC 8017 §A.1.2).
    Pkcs1Private,
    /// PKCS#1 `RSA PUBLIC KEY` (RFC 8017 §A.1.1).
    Pkcs1Public,
    /// SEC 1 `EC PRIVATE KEY` (RFC 5915).
    Sec1,
    /// SubjectPublicKeyInfo `PUBLIC KEY` (RFC 5280 §4.1).
    Spki,
    /// X.509 `CERTIFICATE` (RFC 5280).
    Certificate,
    /// A private key under a password: `ENCRYPTED PRIVATE KEY`, or one with a `Proc-Type` header.
    Encrypted,
    /// PKCS#10 `CERTIFICATE REQUEST`.
    CertificateRequest,
    /// `OPENSSH PRIVATE KEY`, or the one-line public key of OpenSSH.
    OpenSsh,
    /// A PEM label, or a structure, that this crate does not know.
    Unknown,
}

impl fmt::Display for KeyFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Jwk => "JSON Web Key",
            Self::Pem => "PEM",
            Self::Pkcs8 => "PKCS#8 private key",
            Self::Pkcs1Private => "PKCS#1 private key",
            Self::Pkcs1Public => "PKCS#1 public key",
            Self::Sec1 => "SEC 1 private key",
            Self::Spki => "SubjectPublicKeyInfo",
            Self::Certificate => "X.509 certificate",
            Self::Encrypted => "encrypted private key",
            Self::CertificateRequest => "certificate request",
            Self::OpenSsh => "OpenSSH key",
            Self::Unknown => "unknown form",
        })
    }
}

/// What kind of key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// A shared secret, `oct`.
    Secret,
    /// RSA.
    Rsa,
    /// RSA whose use is restricted to RSASSA-PSS by its object identifier (RFC 4055 §1.2).
    RsaPss,
    /// An elliptic curve that this crate knows.
    Ec(Curve),
    /// An elliptic curve that it does not, or one given by explicit parameters.
    EcOther,
    /// Ed448.
    Ed448,
    /// X25519, for key agreement.
    X25519,
    /// X448, for key agreement.
    X448,
    /// DSA.
    Dsa,
    /// Another.
    Unknown,
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret => f.write_str("a shared secret"),
            Self::Rsa => f.write_str("an RSA key"),
            Self::RsaPss => f.write_str("an RSA key restricted to RSASSA-PSS by its identifier"),
            Self::Ec(curve) => write!(f, "a key on {curve}"),
            Self::EcOther => f.write_str("a key on another elliptic curve"),
            Self::Ed448 => f.write_str("an Ed448 key"),
            Self::X25519 => f.write_str("an X25519 key"),
            Self::X448 => f.write_str("an X448 key"),
            Self::Dsa => f.write_str("a DSA key"),
            Self::Unknown => f.write_str("a key of another kind"),
        }
    }
}

/// A key cannot be used. For the operator, who holds the key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The crate was built without the feature that this algorithm needs. For RSA, verifying needs
    /// `rsa-verify`, and signing or making a key needs `rsa`.
    Disabled {
        /// The algorithm that was asked for.
        algorithm: Algorithm,
    },
    /// The crate was built without the feature that this backend needs.
    BackendDisabled {
        /// The backend that was asked for.
        backend: Backend,
    },
    /// The backend does not take the key, although the default one does: it lacks the algorithm, or is
    /// stricter about the numbers.
    RejectedByBackend {
        /// The backend that was asked for.
        backend: Backend,
        /// The algorithm of the key.
        algorithm: Algorithm,
    },
    /// The key is good for something, but not for this algorithm.
    WrongKeyType {
        /// The algorithm that was asked for.
        algorithm: Algorithm,
        /// The key that was found.
        found: KeyType,
        /// The form that it was in.
        form: KeyFormat,
    },
    /// A key that this crate can do nothing with.
    UnsupportedKeyType {
        /// The key that was found.
        found: KeyType,
    },
    /// A private key was needed.
    NotPrivate {
        /// The form that was found.
        found: KeyFormat,
    },
    /// A public key was needed, and a private one given: a mistake that spreads private keys.
    NotPublic {
        /// The form that was found.
        found: KeyFormat,
    },
    /// A form that this crate does not read.
    UnsupportedFormat {
        /// The form that was found.
        found: KeyFormat,
    },
    /// The text holds no PEM block, or one that is damaged.
    InvalidPem,
    /// The text holds several keys, so which is meant is open.
    MultipleKeys,
    /// The bytes are not the DER that the form asks for.
    InvalidDer {
        /// The form that was expected, by the PEM label or the outermost structure.
        form: KeyFormat,
    },
    /// The JSON Web Key is not one strict JSON object.
    Json(JsonError),
    /// A member of the JSON Web Key is missing.
    MissingMember {
        /// Its name.
        member: &'static str,
    },
    /// A member of the JSON Web Key has the wrong type, length or encoding.
    InvalidMember {
        /// Its name.
        member: &'static str,
    },
    /// The JSON Web Key is meant for something else, by its `alg`, `use` or `key_ops`.
    UseNotAllowed {
        /// The member that says so.
        member: &'static str,
    },
    /// The set has a key of this name and algorithm already.
    DuplicateKeyId,
    /// The secret is empty.
    EmptySecret,
    /// The secret is shorter than the hash, so it can be searched for (RFC 7518 §3.2).
    ShortSecret {
        /// The algorithm that was asked for.
        algorithm: Algorithm,
        /// The least number of bytes for it.
        min: usize,
        /// The number of bytes that were given.
        found: usize,
    },
    /// The secret is the text or DER of a key: that is how RS256 gets verified as HS256 with a
    /// public key (RFC 8725 §2.1).
    SecretLooksLikeKey {
        /// The form that was found.
        form: KeyFormat,
    },
    /// The RSA modulus is outside 2048 to 4096 bits.
    RsaModulusSize {
        /// Its size.
        bits: usize,
    },
    /// The RSA public exponent is even, below 65537, or longer than 33 bits.
    RsaExponent,
    /// The RSA numbers do not fit each other, or the modulus is even.
    InvalidRsaKey,
    /// The public point is not on the curve, or is no public key there.
    InvalidPoint {
        /// The curve.
        curve: Curve,
    },
    /// The private scalar is zero or not below the order of the curve.
    InvalidScalar {
        /// The curve.
        curve: Curve,
    },
    /// The public key given with the private one belongs to another.
    PublicKeyMismatch,
    /// The system gave no randomness.
    Randomness,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disabled { algorithm } => {
                write!(f, "{algorithm}, or signing with it, is switched off in this build")
            }
            Self::BackendDisabled { backend } => {
                write!(f, "the backend {backend} is switched off in this build")
            }
            Self::RejectedByBackend { backend, algorithm } => {
                write!(f, "the backend {backend} does not take this key for {algorithm}")
            }
            Self::WrongKeyType { algorithm, found, form } => {
                write!(f, "{algorithm} wants {}, found {found} ({form})", wanted(*algorithm))
            }
            Self::UnsupportedKeyType { found } => write!(f, "nothing can be done here with {found}"),
            Self::NotPrivate { found } => write!(f, "a private key is needed, found a public one ({found})"),
            Self::NotPublic { found } => write!(f, "a public key is needed, found a private one ({found})"),
            Self::UnsupportedFormat { found } => write!(f, "keys in this form are not read: {found}"),
            Self::InvalidPem => f.write_str("the text holds no intact PEM block"),
            Self::MultipleKeys => f.write_str("the text holds several keys"),
            Self::InvalidDer { form } => write!(f, "the bytes are no DER of this form: {form}"),
            Self::Json(_) => f.write_str("the JSON Web Key is not one strict JSON object"),
            Self::MissingMember { member } => write!(f, "the JSON Web Key has no {member:?}"),
            Self::InvalidMember { member } => {
                write!(f, "the JSON Web Key has a {member:?} of wrong type, length or encoding")
            }
            Self::UseNotAllowed { member } => {
                write!(f, "the JSON Web Key is meant for something else, says its {member:?}")
            }
            Self::DuplicateKeyId => f.write_str("the set has another key with this \"kid\" and algorithm"),
            Self::EmptySecret => f.write_str("the secret is empty"),
            Self::ShortSecret { algorithm, min, found } => {
                write!(f, "{algorithm} wants a secret of at least {min} bytes, found {found}")
            }
            Self::SecretLooksLikeKey { form } => {
                write!(f, "the secret is itself a key ({form}), and a public one is known to everybody")
            }
            Self::RsaModulusSize { bits } => {
                write!(f, "the RSA modulus has {bits} bits, taken are {RSA_MIN_BITS} to {RSA_MAX_BITS}")
            }
            Self::RsaExponent => f.write_str("the RSA public exponent is not odd and within 65537 to 2^33"),
            Self::InvalidRsaKey => f.write_str("the numbers of the RSA key do not fit each other"),
            Self::InvalidPoint { curve } => write!(f, "the public key is no point on {curve}"),
            Self::InvalidScalar { curve } => write!(f, "the private key is out of range for {curve}"),
            Self::PublicKeyMismatch => f.write_str("the public key does not belong to the private key"),
            Self::Randomness => f.write_str("the system gave no randomness"),
        }
    }
}

fn wanted(algorithm: Algorithm) -> KeyType {
    match algorithm.curve() {
        Some(curve) => KeyType::Ec(curve),
        None if algorithm.is_symmetric() => KeyType::Secret,
        None => KeyType::Rsa,
    }
}

impl core::error::Error for KeyError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            _ => None,
        }
    }
}

impl From<JsonError> for KeyError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}
