//! The keys, which are published test keys of the main package, in every form that a peer may need.

use std::path::PathBuf;

use crate::Algorithm;

/// Returns a key file by its name in `vectors/interop/keys`.
///
/// # Panics
/// If there is no such file.
#[must_use]
pub fn bytes(file: &str) -> Vec<u8> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../vectors/interop/keys");
    let path = directory.join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the secret for HS256.
#[must_use]
pub fn secret() -> Vec<u8> {
    bytes("hs256.bin")
}

/// Returns the file of a key pair in that form, such as `pkcs8.pem`.
#[must_use]
pub fn file(algorithm: Algorithm, form: &str) -> Vec<u8> {
    let name = match algorithm {
        Algorithm::HS256 => "hs256",
        Algorithm::RS256 => "rsa2048",
        Algorithm::ES256 => "p256",
        Algorithm::EdDSA => "ed25519",
    };
    bytes(&format!("{name}.{form}"))
}

/// Returns the private key, PKCS#8 in DER.
#[must_use]
pub fn private_der(algorithm: Algorithm) -> Vec<u8> {
    file(algorithm, "pkcs8.der")
}

/// Returns the private key, PKCS#8 in PEM.
#[must_use]
pub fn private_pem(algorithm: Algorithm) -> Vec<u8> {
    file(algorithm, "pkcs8.pem")
}

/// Returns the public key, SubjectPublicKeyInfo in DER.
#[must_use]
pub fn public_der(algorithm: Algorithm) -> Vec<u8> {
    file(algorithm, "spki.der")
}

/// Returns the public key, SubjectPublicKeyInfo in PEM.
#[must_use]
pub fn public_pem(algorithm: Algorithm) -> Vec<u8> {
    file(algorithm, "spki.pem")
}

/// Returns the public key without DER: an uncompressed point of 65 bytes, or 32 bytes of Ed25519. Both are at the end
/// of their SubjectPublicKeyInfo.
///
/// # Panics
/// For an algorithm whose keys have no such form.
#[must_use]
pub fn public_raw(algorithm: Algorithm) -> Vec<u8> {
    let length = match algorithm {
        Algorithm::ES256 => 65,
        Algorithm::EdDSA => 32,
        other => panic!("{} has no raw keys", other.name()),
    };
    let der = public_der(algorithm);
    der[der.len() - length..].to_vec()
}
