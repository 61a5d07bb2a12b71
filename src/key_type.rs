//! Formats and types of keys: RFC 7517, RFC 7468, RFC 7518 §6.1.

use core::fmt;

use crate::algorithm::Algorithm;
use crate::curve::Curve;

/// The format that a key is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyFormat {
    /// Plain bytes, the format of HMAC secrets.
    Bytes,
    /// JSON Web Key (RFC 7517).
    Jwk,
    /// PEM with any label (RFC 7468).
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
    /// PKCS#8 `ENCRYPTED PRIVATE KEY`, encrypted with a passphrase (RFC 5958 §3).
    Encrypted,
    /// A PKCS#1 or SEC 1 key encrypted with a passphrase, with a `Proc-Type` header (RFC 1421 §4.6.1.1).
    EncryptedTraditional,
    /// PKCS#10 `CERTIFICATE REQUEST`.
    CertificateRequest,
    /// `OPENSSH PRIVATE KEY`.
    OpenSsh,
    /// An OpenSSH public key: one line that begins with `ssh-` or `ecdsa-`, or `SSH2 PUBLIC KEY` (RFC 4716).
    OpenSshPublic,
    /// A PuTTY private key.
    Putty,
    /// `DSA PRIVATE KEY`.
    DsaTraditional,
    /// Parameters without a key, such as `EC PARAMETERS`.
    Parameters,
    /// An OpenPGP key or message.
    Pgp,
    /// PKCS#7, a container of certificates.
    Pkcs7,
    /// PKCS#12, a container of a key and its certificates.
    Pkcs12,
    /// `X509 CRL`.
    RevocationList,
    /// DER of any structure.
    Der,
    /// Base64 of a key in another format.
    Base64,
    /// JWK Set (RFC 7517 §5).
    JwkSet,
    /// The metadata of an issuer, which contains the URL of its JWK Set (RFC 8414, OpenID Connect Discovery).
    IssuerMetadata,
    /// A JSON object of PEM certificates by `kid`, which Google publishes in addition to its JWK Set.
    CertificateMap,
    /// A PEM label or a structure that is not listed here.
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
            Self::Encrypted => "encrypted PKCS#8 private key",
            Self::EncryptedTraditional => "private key encrypted in the traditional format of OpenSSL",
            Self::CertificateRequest => "certificate request",
            Self::OpenSsh => "OpenSSH private key",
            Self::OpenSshPublic => "OpenSSH public key",
            Self::Putty => "PuTTY private key",
            Self::DsaTraditional => "DSA private key",
            Self::Parameters => "parameters without a key",
            Self::Pgp => "OpenPGP block",
            Self::Pkcs7 => "PKCS#7",
            Self::Pkcs12 => "PKCS#12",
            Self::RevocationList => "certificate revocation list",
            Self::Der => "DER",
            Self::Base64 => "base64",
            Self::JwkSet => "JWK Set",
            Self::IssuerMetadata => "issuer metadata",
            Self::CertificateMap => "certificates by `kid`",
            Self::Unknown => "unknown format",
        })
    }
}

/// The type of a key: its `kty` and, if it has one, its curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// A shared secret, `oct`.
    Secret,
    /// RSA.
    Rsa,
    /// RSA whose use is restricted to RSASSA-PSS by its object identifier (RFC 4055 §1.2).
    RsaPss,
    /// A key on a curve that this crate supports.
    Ec(Curve),
    /// A key on another elliptic curve.
    EcOther,
    /// A key whose elliptic curve is given by its numbers instead of its name, which RFC 5480 §2.1.1 forbids.
    EcExplicit,
    /// Ed448.
    Ed448,
    /// X25519, for key agreement.
    X25519,
    /// X448, for key agreement.
    X448,
    /// DSA.
    Dsa,
    /// A type that is not listed here.
    Unknown,
}

impl KeyType {
    /// Returns the type of key that an algorithm needs.
    ///
    /// ```
    /// use jotwell::{Algorithm, Curve, KeyType};
    ///
    /// assert_eq!(KeyType::required_by(Algorithm::ES256), KeyType::Ec(Curve::P256));
    /// assert_eq!(KeyType::required_by(Algorithm::PS512), KeyType::Rsa);
    /// ```
    #[must_use]
    pub const fn required_by(algorithm: Algorithm) -> Self {
        match algorithm.curve() {
            Some(curve) => Self::Ec(curve),
            None if algorithm.is_symmetric() => Self::Secret,
            None => Self::Rsa,
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret => f.write_str("a shared secret"),
            Self::Rsa => f.write_str("an RSA key"),
            Self::RsaPss => f.write_str("an RSA key restricted to RSASSA-PSS by its identifier"),
            Self::Ec(curve) => write!(f, "a key on {curve}"),
            Self::EcOther => f.write_str("a key on another elliptic curve"),
            Self::EcExplicit => f.write_str("a key whose curve is given by numbers instead of a name"),
            Self::Ed448 => f.write_str("an Ed448 key"),
            Self::X25519 => f.write_str("an X25519 key"),
            Self::X448 => f.write_str("an X448 key"),
            Self::Dsa => f.write_str("a DSA key"),
            Self::Unknown => f.write_str("a key of an unknown type"),
        }
    }
}
