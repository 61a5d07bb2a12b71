//! One key and two tokens per algorithm, created once.

use std::sync::LazyLock;

use jotwell::algorithm::Family;
use jotwell::{Algorithm, Curve, KeyError, Precomputation, SigningKey, VerifyingKey, jws};

/// The payloads of [`TOKENS`].
const PAYLOADS: [&str; 2] = [r#"{"sub":"user-42"}"#, r#"{"sub":"root","admin":true}"#];

/// The private key of each algorithm, in the order of [`Algorithm::ALL`].
pub static SIGNING: LazyLock<Vec<SigningKey>> =
    LazyLock::new(|| Algorithm::ALL.iter().map(|algorithm| read(*algorithm).expect("a key")).collect());

/// The public halves.
pub static VERIFIERS: LazyLock<Vec<jws::Verifier<VerifyingKey>>> =
    LazyLock::new(|| SIGNING.iter().map(|key| jws::Verifier::new(verifying(key))).collect());

/// Two valid tokens of each algorithm.
pub static TOKENS: LazyLock<Vec<[String; 2]>> = LazyLock::new(|| {
    let sign = |key, payload: &str| jws::sign(payload.as_bytes(), key).expect("a token");
    SIGNING.iter().map(|key| PAYLOADS.map(|payload| sign(key, payload))).collect()
});

/// With its table, if it has one. Forgeries never cause a table to be built, and would take ten times as long without.
fn verifying(key: &SigningKey) -> VerifyingKey {
    key.verifying_key().with_precomputation(Precomputation::Eager)
}

macro_rules! key_file {
    ($name:literal) => {
        include_bytes!(concat!("../../vectors/interop/keys/", $name))
    };
}

fn read(algorithm: Algorithm) -> Result<SigningKey, KeyError> {
    match (algorithm.family(), algorithm.curve()) {
        (Family::Hmac, _) => {
            SigningKey::hmac(algorithm, &key_file!("hs512.bin")[..algorithm.min_key_bits() / 8])
        }
        (_, None) => SigningKey::from_pem(algorithm, key_file!("rsa2048.pkcs8.pem")),
        (_, Some(Curve::P256)) => SigningKey::from_pem(algorithm, key_file!("p256.pkcs8.pem")),
        (_, Some(Curve::P384)) => SigningKey::from_pem(algorithm, key_file!("p384.pkcs8.pem")),
        (_, Some(Curve::P521)) => SigningKey::from_pem(algorithm, key_file!("p521.pkcs8.pem")),
        (_, Some(Curve::Secp256k1)) => SigningKey::from_pem(algorithm, key_file!("secp256k1.pkcs8.pem")),
        (_, Some(_)) => SigningKey::from_pem(algorithm, key_file!("ed25519.pkcs8.pem")),
    }
}
