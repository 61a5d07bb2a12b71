//! Errors of keys.

use core::fmt;

use super::{PemError, remedy};
use crate::algorithm::{Algorithm, Family, RSA_MAX_BITS, RSA_MIN_BITS};
use crate::backend::Backend;
use crate::base64url::DecodeError;
use crate::curve::Curve;
use crate::json::JsonError;
#[cfg(feature = "jwe")]
use crate::key_management::KeyManagement;
use crate::key_type::{KeyFormat, KeyType};

/// A key cannot be used. The error is for the operator, who holds the key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The crate was built without the feature that this algorithm needs. For RSA, verifying needs
    /// `rsa-verify`, and signing or making a key needs `rsa`.
    Disabled {
        /// The algorithm that was requested.
        algorithm: Algorithm,
    },
    /// The crate was built without the feature that this backend needs.
    BackendDisabled {
        /// The backend that was requested.
        backend: Backend,
    },
    /// The backend cannot run on this processor. The default one can.
    UnsupportedProcessor {
        /// The backend that was requested.
        backend: Backend,
    },
    /// The backend does not support the algorithm of the key. The default one does.
    UnsupportedByBackend {
        /// The backend that was requested.
        backend: Backend,
        /// The algorithm of the key.
        algorithm: Algorithm,
    },
    /// The backend does not accept this key, although the default one does. Graviola accepts RSA keys whose modulus
    /// length is a multiple of 128 bits and whose public exponent is below 2³².
    RejectedByBackend {
        /// The backend that was requested.
        backend: Backend,
        /// The algorithm of the key.
        algorithm: Algorithm,
    },
    /// The backend does not have the key management algorithm of the key. The default one does.
    #[cfg(feature = "jwe")]
    EncryptionUnsupportedByBackend {
        /// The backend that was asked for.
        backend: Backend,
        /// The algorithm of the key.
        algorithm: KeyManagement,
    },
    /// The backend does not accept the numbers of a key for encrypted tokens, although the default one does.
    #[cfg(feature = "jwe")]
    EncryptionRejectedByBackend {
        /// The backend that was asked for.
        backend: Backend,
        /// The algorithm of the key.
        algorithm: KeyManagement,
    },
    /// The key is valid, but not for this algorithm.
    WrongKeyType {
        /// The algorithm that was requested.
        algorithm: Algorithm,
        /// The key that was found.
        found: KeyType,
        /// The format that it was in.
        format: KeyFormat,
    },
    /// The key is of a type that this crate cannot use.
    UnsupportedKeyType {
        /// The key that was found.
        found: KeyType,
    },
    /// A private key is required, but the key is public.
    NotPrivate {
        /// The format that was found.
        found: KeyFormat,
    },
    /// A public key is required, but the key is private. Passing private keys where public ones suffice spreads them.
    NotPublic {
        /// The format that was found.
        found: KeyFormat,
    },
    /// A format that this crate does not read.
    UnsupportedFormat {
        /// The format that was found.
        found: KeyFormat,
    },
    /// The format is supported, but not by the function that was called.
    UnexpectedFormat {
        /// The format that the function reads.
        expected: KeyFormat,
        /// The format that was found.
        found: KeyFormat,
    },
    /// The text is not one PEM block.
    InvalidPem(PemError),
    /// The text contains several keys, so it is ambiguous which one to use.
    MultipleKeys {
        /// The format of the first.
        first: KeyFormat,
        /// The format of the next one.
        second: KeyFormat,
    },
    /// The label of the PEM block names another format than that of its content.
    WrongPemLabel {
        /// The format that the label names.
        label: KeyFormat,
        /// The format that was found.
        found: KeyFormat,
    },
    /// The bytes are not valid DER of the format.
    InvalidDer {
        /// The format that was expected, by the PEM label or the outermost structure.
        format: KeyFormat,
    },
    /// The DER declares another length than it has, for example because a line is missing.
    DerLength {
        /// The declared length in bytes.
        expected: usize,
        /// The actual length in bytes.
        found: usize,
    },
    /// The key is not encrypted, but was passed to the function for encrypted keys.
    NotEncrypted {
        /// The format that was found.
        found: KeyFormat,
    },
    /// The key is encrypted by another scheme than PBES2 with PBKDF2-HMAC-SHA-2 or scrypt, and AES-CBC (RFC 8018 §6.2,
    /// RFC 7914 §7).
    UnsupportedEncryption,
    /// Decryption would take more work than the limit. Nothing has been computed.
    EncryptionCost {
        /// The cost that the file asks for: iterations of PBKDF2, or N · r · p of scrypt.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// The passphrase is wrong, or the key is damaged.
    WrongPassphrase,
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
    /// The JSON Web Key is for another use, according to its `alg`, `use` or `key_ops`.
    UseNotAllowed {
        /// The member that says so.
        member: &'static str,
    },
    /// The set has different keys with this `kid` and an algorithm in common.
    DuplicateKeyId,
    /// The list contains this key twice.
    DuplicateKey {
        /// The position of the second one.
        index: usize,
    },
    /// The list contains no key; at least one is required.
    NoKey,
    /// The set has more keys than the limit of [`JwkSet::from_json_up_to`](crate::JwkSet::from_json_up_to).
    TooManyKeys {
        /// How many keys it has.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The certificate in `x5c` contains another key than the JSON Web Key itself (RFC 7517 §4.7).
    CertificateMismatch,
    /// The set accepts only shared secrets.
    NotSecret {
        /// The algorithm of the key that was passed.
        algorithm: Algorithm,
    },
    /// A key of the set has no `kid`, so tokens cannot refer to it.
    MissingKeyId,
    /// The secret is empty.
    EmptySecret,
    /// The secret is shorter than the hash, so it can be found by brute force (RFC 7518 §3.2).
    ShortSecret {
        /// The algorithm that was requested.
        algorithm: Algorithm,
        /// The smallest accepted length in bytes.
        min: usize,
        /// The length of the secret in bytes.
        found: usize,
    },
    /// The secret is not in the specified encoding.
    SecretEncoding {
        /// The encoding.
        expected: SecretEncoding,
        /// What is wrong with the text.
        error: DecodeError,
    },
    /// The secret is the text or DER of a key, possibly encoded in base64 or hexadecimal. Using a public key as an
    /// HMAC secret is how a token for RS256 gets accepted as HS256 (RFC 8725 §2.1).
    SecretLooksLikeKey {
        /// The format that was found.
        format: KeyFormat,
    },
    /// The RSA key is restricted to RSASSA-PSS with parameters other than the algorithm's (RFC 4055 §1.2, RFC 7518
    /// §3.5).
    PssParameters {
        /// The algorithm that was requested.
        algorithm: Algorithm,
    },
    /// The RSA modulus is outside 2048 to 4096 bits.
    RsaModulusSize {
        /// Its size.
        bits: usize,
    },
    /// The RSA public exponent is even, below 65537, or longer than 33 bits.
    RsaExponent,
    /// The RSA numbers do not match each other, or the modulus is even.
    InvalidRsaKey,
    /// One of the two primes of the RSA key is longer than half of the modulus. Such a key is valid (RFC 8017 §3.2),
    /// but no common tool generates one, and the `rsa` crate signs with it only in slower code that has to be selected
    /// without inspecting the primes.
    UnequalRsaPrimes,
    /// The public point is not on the curve, or is not a valid public key on it.
    InvalidPoint {
        /// The curve.
        curve: Curve,
    },
    /// The private scalar is zero or not below the order of the curve.
    InvalidScalar {
        /// The curve.
        curve: Curve,
    },
    /// The public key that was given with the private key does not belong to it.
    PublicKeyMismatch,
    /// The system's random number generator failed.
    Randomness,
    /// The crate was built without the feature that this key management algorithm needs: `rsa` for RSA-OAEP.
    #[cfg(feature = "jwe")]
    EncryptionDisabled {
        /// The algorithm that was requested.
        algorithm: KeyManagement,
    },
    /// The key is of a type that this key management algorithm cannot use.
    #[cfg(feature = "jwe")]
    WrongEncryptionKeyType {
        /// The algorithm that was requested.
        algorithm: KeyManagement,
        /// The key that was found.
        found: KeyType,
        /// The format that it was in.
        format: KeyFormat,
    },
    /// The secret does not have the length that AES needs.
    #[cfg(feature = "jwe")]
    SecretLength {
        /// The name of the algorithm: the `alg`, or for `dir` the `enc`.
        algorithm: &'static str,
        /// The required length in bytes.
        expected: usize,
        /// The length of the secret in bytes.
        found: usize,
    },
    /// The list of content encryption algorithms is empty, or has more than one for `dir`, where the secret itself is
    /// the content encryption key and must not be used with two algorithms.
    #[cfg(feature = "jwe")]
    ContentEncryptions {
        /// The key management algorithm.
        algorithm: KeyManagement,
        /// How many there were.
        found: usize,
    },
    /// PBES2 needs a password, and no other algorithm accepts one.
    #[cfg(feature = "jwe")]
    PasswordAlgorithm {
        /// The key management algorithm.
        algorithm: KeyManagement,
    },
    /// The number of PBKDF2 iterations is out of range.
    #[cfg(feature = "jwe")]
    Iterations {
        /// The number that was given.
        found: u32,
        /// The smallest number.
        min: u32,
    },
    /// A [`SharedKey`](crate::jwe::SharedKey) is a secret that issuer and recipient share: for `dir`, AES Key Wrap or
    /// AES-GCM key wrapping.
    #[cfg(feature = "jwe")]
    NotSymmetric {
        /// The key management algorithm that was given.
        algorithm: KeyManagement,
    },
}

/// The encoding of a shared secret in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretEncoding {
    /// Base64 (RFC 4648 §4).
    Base64,
    /// Base64url (RFC 4648 §5).
    Base64url,
}

impl fmt::Display for SecretEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base64 => "base64",
            Self::Base64url => "base64url",
        })
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disabled { algorithm } => {
                let feature = match algorithm.family() {
                    Family::Hmac => "`hmac`",
                    Family::RsaPkcs1 | Family::RsaPss => "`rsa`, or `rsa-verify` to verify only",
                    Family::Ecdsa => "`ecdsa`",
                    Family::Eddsa => "`eddsa`",
                };
                write!(f, "{algorithm} is switched off in this build: enable the feature {feature}")
            }
            Self::BackendDisabled { backend } => {
                write!(f, "the backend {backend} is switched off in this build: enable the feature of that name")
            }
            Self::UnsupportedProcessor { backend } => write!(
                f,
                "the backend {backend} has no code for this processor: see `Backend::is_available`, or use the default backend"
            ),
            Self::UnsupportedByBackend { backend, algorithm } => {
                write!(f, "the backend {backend} does not have {algorithm}: use the default backend")
            }
            Self::RejectedByBackend { backend, algorithm } => {
                write!(f, "the backend {backend} does not take this key for {algorithm}: use the default backend")
            }
            #[cfg(feature = "jwe")]
            Self::EncryptionUnsupportedByBackend { backend, algorithm } => {
                write!(f, "the backend {backend} does not have {algorithm}: use the default backend")
            }
            #[cfg(feature = "jwe")]
            Self::EncryptionRejectedByBackend { backend, algorithm } => {
                write!(f, "the backend {backend} does not take this key for {algorithm}: use the default backend")
            }
            Self::WrongKeyType { algorithm, found, format } => {
                let wanted = KeyType::required_by(*algorithm);
                let remedy = remedy::OfOtherType(*found);
                write!(f, "{algorithm} needs {wanted}, found {found} ({format}): {remedy}")
            }
            Self::UnsupportedKeyType { found } => {
                write!(f, "this crate cannot use {found}: {}", remedy::OfOtherType(*found))
            }
            Self::NotPrivate { found } => write!(
                f,
                "signing needs the private key, as does decrypting; found a public one ({found}): pass its private half"
            ),
            Self::NotPublic { found } => write!(
                f,
                "a public key is needed, found a private key or a shared secret ({found}): use \
                 `SigningKey::verifying_key`, `Jwk::to_public` or `openssl pkey -in KEY -pubout`"
            ),
            Self::UnsupportedFormat { found } => {
                write!(f, "a key in this format cannot be read ({found}): {}", remedy::of_unread_format(*found))
            }
            Self::UnexpectedFormat { expected, found } => {
                write!(f, "expected {expected}, found {found}: {}", remedy::of_other_reader(*found))
            }
            Self::InvalidPem(error) => error.fmt(f),
            Self::MultipleKeys { first, second } => write!(
                f,
                "the text holds several keys ({first}, {second}), and only one is read: pass the block to use, from \
                 its line `BEGIN` to its line `END`"
            ),
            Self::WrongPemLabel { label, found } => {
                write!(f, "the PEM label says {label}, the content is {found}: ")?;
                match remedy::label_of(*found) {
                    Some(label) => write!(f, "write `{label}` after both `BEGIN` and `END`"),
                    None => f.write_str(remedy::of_unread_format(*found)),
                }
            }
            Self::InvalidDer { format } => write!(
                f,
                "the bytes are not the DER of this format ({format}): the file is damaged, copy it again; `openssl \
                 pkey -in KEY -check` checks a private key"
            ),
            Self::DerLength { expected, found } => write!(
                f,
                "the DER says that it has {expected} bytes, found {found}: {}, copy the file again",
                if found < expected { "a piece is missing" } else { "something follows it" }
            ),
            Self::NotEncrypted { found } => {
                write!(f, "the key is not encrypted ({found}): use `from_pem` or `from_der`, without a passphrase")
            }
            Self::UnsupportedEncryption => f.write_str(
                "the key is encrypted in a way that is not read: encrypt it again with `openssl pkcs8 -topk8 -v2 \
                 aes-256-cbc -v2prf hmacWithSHA256 -in KEY -out NEW`",
            ),
            Self::EncryptionCost { found, limit } => write!(
                f,
                "decrypting the key costs {found} iterations, the limit is {limit}: encrypt it again with `openssl \
                 pkcs8 -topk8 -iter 600000 -in KEY -out NEW`"
            ),
            Self::WrongPassphrase => f.write_str(
                "the passphrase does not decrypt the key: check it for a line break at its end, and with `openssl pkey \
                 -in KEY -noout`",
            ),
            Self::Json(_) => f.write_str(
                "the JSON Web Key is not one strict JSON object: pass the text `{…}` itself, each member once",
            ),
            Self::MissingMember { member: "keys" } => f.write_str(
                "the JSON has no \"keys\": a JWK Set is `{\"keys\":[…]}`, the document that an issuer's `jwks_uri` names",
            ),
            Self::MissingMember { member } => {
                write!(f, "the JSON Web Key has no {member:?}: copy the whole object from where it was made")
            }
            Self::InvalidMember { member } => {
                write!(f, "the JSON Web Key has a wrong {member:?}: it must be {}", shape_of(member))
            }
            Self::UseNotAllowed { member } => {
                let remedy = match *member {
                    "alg" => "ask for the algorithm that it names, or use another key",
                    "use" => "keys for signatures have \"sig\", keys for encryption \"enc\"; use another key",
                    _ => "it does not list what the key would do, such as \"sign\" or \"verify\"; use another key",
                };
                write!(f, "the JSON Web Key is meant for something else, by its {member:?}: {remedy}")
            }
            Self::DuplicateKeyId => f.write_str(
                "the set has different keys with this \"kid\" and algorithm: give each key its own \"kid\", or make \
                 a set of the right ones with `JwkSet::from_keys`",
            ),
            Self::DuplicateKey { index } => {
                write!(f, "the key at position {index} is already in the list: name each signer once")
            }
            Self::NoKey => f.write_str("the list has no key: pass at least one"),
            Self::TooManyKeys { found, limit } => write!(
                f,
                "the set has {found} keys, the limit is {limit}: raise it with `max_keys` if all of them are needed"
            ),
            Self::CertificateMismatch => f.write_str(
                "the first certificate in the \"x5c\" of the JSON Web Key has another key than its other members: leave \
                 out \"x5c\", or publish the certificate of this key",
            ),
            Self::NotSecret { algorithm } => {
                write!(f, "the set is for shared secrets, found a key for {algorithm}: use `JwkSet` for public keys")
            }
            Self::MissingKeyId => {
                f.write_str("the key has no \"kid\" for tokens to choose it by: name it with `with_key_id`")
            }
            Self::EmptySecret => {
                f.write_str("the secret is empty: is the environment variable set, or the file written?")
            }
            Self::ShortSecret { algorithm, min, found } => write!(
                f,
                "{algorithm} needs a secret of at least {min} bytes, found {found}: make one with `openssl rand \
                 -base64 {min}` and read it with `hmac_base64`"
            ),
            Self::SecretEncoding { expected: SecretEncoding::Base64, error } => write!(
                f,
                "the secret is not base64 ({error}): use `hmac_base64url` where it has `-` or `_`, `hmac` where it is \
                 not encoded"
            ),
            Self::SecretEncoding { expected: SecretEncoding::Base64url, error } => write!(
                f,
                "the secret is not base64url ({error}): use `hmac_base64` where it has `+` or `/`, `hmac` where it is \
                 not encoded"
            ),
            Self::SecretLooksLikeKey { format } => write!(
                f,
                "the secret is itself a key ({format}), and everybody knows a public one: use `from_pem`, `from_der` \
                 or `from_jwk` with an algorithm such as RS256, or a random secret"
            ),
            Self::PssParameters { algorithm } => write!(
                f,
                "the RSA key is restricted to RSASSA-PSS with other parameters than {algorithm} has: use the \
                 algorithm with the hash of the key, or a key without parameters"
            ),
            Self::RsaModulusSize { bits } => write!(
                f,
                "the RSA modulus has {bits} bits, allowed are {RSA_MIN_BITS} to {RSA_MAX_BITS}: make another key, such \
                 as with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072`"
            ),
            Self::RsaExponent => f.write_str(
                "the RSA public exponent is not odd and within 65537 to 2^33: make another key, with 65537",
            ),
            Self::InvalidRsaKey => f.write_str(
                "the numbers of the RSA key do not fit each other: copy the key again; `openssl pkey -in KEY -check` \
                 checks a private key",
            ),
            Self::UnequalRsaPrimes => f.write_str(
                "the primes of the RSA key differ in length: make another key, such as with `openssl genpkey -algorithm RSA`",
            ),
            Self::InvalidPoint { curve } => {
                write!(f, "the public key is not a valid point on {curve}: copy it again from where it was made")
            }
            Self::InvalidScalar { curve } => {
                write!(f, "the private key is out of range for {curve}: copy it again from where it was made")
            }
            Self::PublicKeyMismatch => f.write_str(
                "the public key does not belong to the private key beside it: take both from one file, or leave out \
                 the public one",
            ),
            Self::Randomness => {
                f.write_str("the system's random number generator failed: is `/dev/urandom`, or the host's source, available?")
            }
            #[cfg(feature = "jwe")]
            Self::EncryptionDisabled { algorithm } => {
                write!(
                    f,
                    "{algorithm} is not enabled in this build; does it need the feature `rsa`, or `std`?"
                )
            }
            #[cfg(feature = "jwe")]
            Self::WrongEncryptionKeyType { algorithm, found, format } => {
                write!(f, "{algorithm} cannot use {found} ({format}): {}", remedy::of_encryption(*algorithm))
            }
            #[cfg(feature = "jwe")]
            Self::SecretLength { algorithm, expected, found } => {
                write!(f, "{algorithm} needs a secret of exactly {expected} bytes, found {found}")
            }
            #[cfg(feature = "jwe")]
            Self::ContentEncryptions { algorithm: algorithm @ KeyManagement::Dir, found } => {
                write!(
                    f,
                    "{algorithm} needs exactly one content encryption, found {found}; make a key for each"
                )
            }
            #[cfg(feature = "jwe")]
            Self::ContentEncryptions { algorithm, found } => {
                write!(f, "{algorithm} needs at least one content encryption, found {found}")
            }
            #[cfg(feature = "jwe")]
            Self::PasswordAlgorithm { algorithm } if algorithm.is_password_based() => {
                write!(f, "a key for {algorithm} needs a password and a number of iterations")
            }
            #[cfg(feature = "jwe")]
            Self::PasswordAlgorithm { algorithm } => {
                write!(f, "{algorithm} needs a key, not a password; only the PBES2 algorithms use a password")
            }
            #[cfg(feature = "jwe")]
            Self::Iterations { found, min } => {
                write!(f, "PBKDF2 needs at least {min} iterations, found {found}")
            }
            #[cfg(feature = "jwe")]
            Self::NotSymmetric { algorithm } => {
                write!(
                    f,
                    "{algorithm} does not use a random secret that both sides share; use an encrypting and a decrypting key"
                )
            }
        }
    }
}

/// Describes what a member of a JSON Web Key must be.
fn shape_of(member: &str) -> &'static str {
    match member {
        "keys" => "an array of objects",
        "key_ops" => "an array of strings, none of them twice",
        "x" | "y" => "unpadded base64url of all bytes of a coordinate, zeros in front included",
        "n" | "e" | "p" | "q" | "dp" | "dq" | "qi" => {
            "unpadded base64url of an integer without zeros in front"
        }
        "d" => {
            "unpadded base64url, of an integer without zeros in front for RSA, else as long as a coordinate"
        }
        "k" => "unpadded base64url",
        "crv" => "the name of a curve of this \"kty\"",
        "oth" => "absent, since keys with more than two primes are not supported",
        "x5c" => "an array of certificates in base64 of DER (not base64url), the first of which has this key",
        "x5t" => "unpadded base64url of a SHA-1 digest of 20 bytes",
        "x5t#S256" => "unpadded base64url of a SHA-256 digest of 32 bytes",
        _ => "of the type that its specification says",
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

impl From<PemError> for KeyError {
    fn from(error: PemError) -> Self {
        Self::InvalidPem(error)
    }
}

impl From<JsonError> for KeyError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}
