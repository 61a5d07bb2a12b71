//! What can be wrong with a key.

use core::fmt;

use crate::algorithm::{Algorithm, RSA_MAX_BITS, RSA_MIN_BITS};
use crate::backend::Backend;
use crate::curve::Curve;
use crate::json::JsonError;
use crate::key_type::{KeyFormat, KeyType};

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
        /// The format that it was in.
        format: KeyFormat,
    },
    /// A key that this crate can do nothing with.
    UnsupportedKeyType {
        /// The key that was found.
        found: KeyType,
    },
    /// A private key was needed.
    NotPrivate {
        /// The format that was found.
        found: KeyFormat,
    },
    /// A public key was needed, and a private one given: a mistake that spreads private keys.
    NotPublic {
        /// The format that was found.
        found: KeyFormat,
    },
    /// A format that this crate does not read.
    UnsupportedFormat {
        /// The format that was found.
        found: KeyFormat,
    },
    /// The text holds no PEM block, or one that is damaged.
    InvalidPem,
    /// The text holds several keys, so which is meant is open.
    MultipleKeys,
    /// The bytes are not the DER that the format asks for.
    InvalidDer {
        /// The format that was expected, by the PEM label or the outermost structure.
        format: KeyFormat,
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
    /// The list has this key already.
    DuplicateKey {
        /// The position of the second one.
        index: usize,
    },
    /// The list has no key, where at least one is required.
    NoKey,
    /// The set has more keys than the limit of [`JwkSet::from_json_up_to`](crate::JwkSet::from_json_up_to).
    TooManyKeys {
        /// How many keys it has.
        found: usize,
        /// The limit.
        limit: usize,
    },
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
        /// The format that was found.
        format: KeyFormat,
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
    /// One of the two primes of the RSA key is longer than half of the modulus. Such a key is valid (RFC 8017 §3.2), but
    /// no common tool makes one, and the `rsa` crate signs with it only in slower code that has to be chosen without
    /// looking at the primes.
    UnequalRsaPrimes,
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
            Self::WrongKeyType { algorithm, found, format } => {
                write!(f, "{algorithm} needs {}, found {found} ({format})", KeyType::required_by(*algorithm))
            }
            Self::UnsupportedKeyType { found } => write!(f, "no algorithm of this crate can use {found}"),
            Self::NotPrivate { found } => write!(f, "a private key is needed, found a public one ({found})"),
            Self::NotPublic { found } => write!(f, "a public key is needed, found a private one ({found})"),
            Self::UnsupportedFormat { found } => write!(f, "keys in this format are not read: {found}"),
            Self::InvalidPem => f.write_str("the text holds no intact PEM block"),
            Self::MultipleKeys => f.write_str("the text holds several keys"),
            Self::InvalidDer { format } => write!(f, "the bytes are not the DER of this format: {format}"),
            Self::Json(_) => f.write_str("the JSON Web Key is not one strict JSON object"),
            Self::MissingMember { member } => write!(f, "the JSON Web Key has no {member:?}"),
            Self::InvalidMember { member } => {
                write!(f, "the JSON Web Key has a {member:?} of wrong type, length or encoding")
            }
            Self::UseNotAllowed { member } => {
                write!(f, "the JSON Web Key is meant for something else, says its {member:?}")
            }
            Self::DuplicateKeyId => f.write_str("the set has another key with this \"kid\" and algorithm"),
            Self::DuplicateKey { index } => {
                write!(f, "the key at position {index} is in the list already; name each signer once")
            }
            Self::NoKey => f.write_str("the list has no key; give at least one"),
            Self::TooManyKeys { found, limit } => {
                write!(
                    f,
                    "the set has {found} keys, the limit is {limit}; raise it if all of them are needed"
                )
            }
            Self::EmptySecret => f.write_str("the secret is empty"),
            Self::ShortSecret { algorithm, min, found } => {
                write!(f, "{algorithm} needs a secret of at least {min} bytes, found {found}")
            }
            Self::SecretLooksLikeKey { format } => {
                write!(f, "the secret is itself a key ({format}), and everybody knows a public one")
            }
            Self::RsaModulusSize { bits } => {
                write!(f, "the RSA modulus has {bits} bits, taken are {RSA_MIN_BITS} to {RSA_MAX_BITS}")
            }
            Self::RsaExponent => f.write_str("the RSA public exponent is not odd and within 65537 to 2^33"),
            Self::InvalidRsaKey => f.write_str("the numbers of the RSA key do not fit each other"),
            Self::UnequalRsaPrimes => f.write_str(
                "the primes of the RSA key differ in length; make a new key: openssl genpkey -algorithm RSA",
            ),
            Self::InvalidPoint { curve } => write!(f, "the public key is no point on {curve}"),
            Self::InvalidScalar { curve } => write!(f, "the private key is out of range for {curve}"),
            Self::PublicKeyMismatch => f.write_str("the public key does not belong to the private key"),
            Self::Randomness => f.write_str("the system gave no randomness"),
        }
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
