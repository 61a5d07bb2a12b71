//! What an operator does about a key of the wrong format or type: the second half of a
//! [`KeyError`](super::KeyError)'s text.

use core::fmt;

use crate::algorithm::{Algorithm, Family};
#[cfg(feature = "jwe")]
use crate::key_management::KeyManagement;
use crate::key_type::{KeyFormat, KeyType};

/// Describes what to do with a format that is never supported.
pub(super) fn of_unread_format(found: KeyFormat) -> &'static str {
    match found {
        KeyFormat::Encrypted => {
            "decrypt it with `from_encrypted_pem` (feature `encrypted-pem`) or `openssl pkey -in KEY -out NEW`"
        }
        KeyFormat::EncryptedTraditional => {
            "decrypt it with `openssl pkey -in KEY -out NEW`, or encrypt it as PKCS#8 with `openssl pkcs8 -topk8 -in \
             KEY -out NEW`"
        }
        KeyFormat::CertificateRequest => {
            "use the certificate itself, or the public key that `openssl req -in FILE -pubkey -noout` prints"
        }
        KeyFormat::OpenSsh => {
            "`ssh-keygen -p -m PKCS8 -f COPY` converts a copy of the file, of an Ed25519 key from OpenSSH 9.6 on"
        }
        KeyFormat::OpenSshPublic => {
            "`ssh-keygen -e -m PKCS8 -f KEY.pub` converts it, an Ed25519 key from OpenSSH 9.6 on"
        }
        KeyFormat::Putty => {
            "export it from PuTTYgen as an OpenSSH key, then `ssh-keygen -p -m PKCS8 -f COPY`"
        }
        KeyFormat::DsaTraditional => {
            "no algorithm of JWS uses DSA; make another key, such as with `openssl genpkey -algorithm ed25519`"
        }
        KeyFormat::Parameters => "it holds no key; pass the block that begins with `-----BEGIN … KEY-----`",
        KeyFormat::Pgp => {
            "keys of OpenPGP cannot be used; make one with `openssl genpkey -algorithm ed25519`"
        }
        KeyFormat::Pkcs7 => "`openssl pkcs7 -in FILE -print_certs` prints the certificates in it",
        KeyFormat::Pkcs12 => {
            "`openssl pkcs12 -in FILE -nodes` prints the key and the certificates in it as PEM"
        }
        KeyFormat::RevocationList => "it holds no key; pass the certificate or the public key",
        _ => {
            "PKCS#8, PKCS#1, SEC 1, SubjectPublicKeyInfo and X.509 are read in PEM and DER; `openssl pkey -in KEY` \
             converts what OpenSSL can read"
        }
    }
}

/// Names the function for a format that is supported, but not by the function that was called.
pub(super) fn of_other_reader(found: KeyFormat) -> &'static str {
    match found {
        KeyFormat::Pem => "use `from_pem`",
        KeyFormat::Jwk => "use `from_jwk`",
        KeyFormat::JwkSet => "use `JwkSet::from_json`",
        KeyFormat::IssuerMetadata => "fetch the address in its `jwks_uri` and pass that document",
        KeyFormat::CertificateMap => {
            "use the JWK Set of the issuer, or `from_pem` for the certificate under the token's `kid`"
        }
        KeyFormat::Encrypted => "use `from_encrypted_pem` or `from_encrypted_der`",
        KeyFormat::Base64 => "decode it first",
        KeyFormat::Pkcs8
        | KeyFormat::Pkcs1Private
        | KeyFormat::Pkcs1Public
        | KeyFormat::Sec1
        | KeyFormat::Spki
        | KeyFormat::Certificate
        | KeyFormat::Der => "use `from_der`",
        other => of_unread_format(other),
    }
}

/// Returns the PEM label of a format, if it has one.
pub(super) fn label_of(format: KeyFormat) -> Option<&'static str> {
    match format {
        KeyFormat::Pkcs8 => Some("PRIVATE KEY"),
        KeyFormat::Pkcs1Private => Some("RSA PRIVATE KEY"),
        KeyFormat::Pkcs1Public => Some("RSA PUBLIC KEY"),
        KeyFormat::Sec1 => Some("EC PRIVATE KEY"),
        KeyFormat::Spki => Some("PUBLIC KEY"),
        KeyFormat::Certificate => Some("CERTIFICATE"),
        KeyFormat::Encrypted => Some("ENCRYPTED PRIVATE KEY"),
        _ => None,
    }
}

/// Describes the key that a key management algorithm needs (RFC 7518 §4).
#[cfg(feature = "jwe")]
pub(super) fn of_encryption(algorithm: KeyManagement) -> &'static str {
    use crate::key_management::Family::{AesGcmKw, AesKw, Direct, EcdhEs, Pbes2, RsaOaep};
    match algorithm.family() {
        Direct | AesKw | AesGcmKw => "pass a shared secret",
        EcdhEs => "pass a key on P-256, P-384, P-521 or X25519",
        RsaOaep(_) => "pass an RSA key",
        Pbes2(_) => "make the key of a password",
    }
}

/// Describes what to do with a key that does not fit the algorithm.
pub(super) struct OfOtherType(pub(super) KeyType);

impl fmt::Display for OfOtherType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == KeyType::EcExplicit {
            return f.write_str(
                "name its curve: `openssl pkey -in KEY -ec_param_enc named_curve -out NEW`, with `-pubin` for a \
                 public key",
            );
        }
        let fits = |algorithm: &&Algorithm| match self.0 {
            KeyType::RsaPss => algorithm.family() == Family::RsaPss,
            found => KeyType::required_by(**algorithm) == found,
        };
        let mut fitting = Algorithm::ALL.iter().filter(fits).peekable();
        if fitting.peek().is_none() {
            return f.write_str("no supported signature algorithm uses it, so make another key");
        }
        f.write_str("use another key, or")?;
        for (index, algorithm) in fitting.enumerate() {
            write!(f, "{} {algorithm}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
