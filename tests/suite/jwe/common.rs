//! Common parts of the tests of encrypted tokens.

use jotwell::base64url;
use jotwell::jwe::{ContentEncryption, DecryptingKey, KeyManagement};
use jotwell::{Backend, Curve};

/// Returns a token of these parts.
pub(super) fn token(header: &str, encrypted_key: &[u8], iv: &[u8], ciphertext: &[u8], tag: &[u8]) -> String {
    let parts = [header.as_bytes(), encrypted_key, iv, ciphertext, tag];
    parts.map(base64url::encode).join(".")
}

/// Returns the parts of a token, decoded.
pub(super) fn parts(token: &str) -> [Vec<u8>; 5] {
    let parts: Vec<_> = token.split('.').map(|part| base64url::decode(part).expect("base64url")).collect();
    parts.try_into().expect("five parts")
}

/// Returns a token of these parts, without decoding.
pub(super) fn joined(parts: &[Vec<u8>; 5]) -> String {
    parts.each_ref().map(base64url::encode).join(".")
}

/// Returns the key on each backend of this build that has its algorithm, the default one first.
pub(super) fn on_every_backend(key: &DecryptingKey) -> Vec<DecryptingKey> {
    Backend::ALL
        .iter()
        .filter(|backend| backend.is_available() && key.algorithm().runs_on(**backend))
        .map(|backend| key.clone().with_backend(*backend).expect("it has the algorithm"))
        .collect()
}

/// Returns decrypting keys of every algorithm, ECDH-ES on each of its curves, for these content encryptions, on every
/// backend.
pub(super) fn every_key(encryptions: &[ContentEncryption]) -> Vec<DecryptingKey> {
    default_keys(encryptions).iter().flat_map(on_every_backend).collect()
}

/// Returns those on the default backend. RSA keys are slow to generate, so there is one for both algorithms.
pub(super) fn default_keys(encryptions: &[ContentEncryption]) -> Vec<DecryptingKey> {
    let mut keys = Vec::new();
    for &algorithm in KeyManagement::ALL {
        let name = algorithm.name();
        if name.starts_with("ECDH-ES") {
            for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::X25519] {
                keys.push(DecryptingKey::generate_on(curve, algorithm, encryptions).expect(name));
            }
        } else if algorithm.is_password_based() {
            keys.push(DecryptingKey::from_password(algorithm, encryptions, "password", 1000).expect(name));
        } else if name.starts_with("RSA") {
            let pem = include_str!("../../../vectors/interop/keys/rsa2048.pkcs8.pem");
            keys.push(DecryptingKey::from_pem(algorithm, encryptions, pem).expect(name));
        } else if algorithm == KeyManagement::Dir {
            for enc in encryptions {
                keys.push(DecryptingKey::generate(algorithm, &[*enc]).expect(name));
            }
        } else {
            keys.push(DecryptingKey::generate(algorithm, encryptions).expect(name));
        }
    }
    keys
}

/// Returns whether the key needs milliseconds, so that tests use fewer tokens of it.
pub(super) fn is_slow(key: &DecryptingKey) -> bool {
    key.algorithm().name().starts_with("RSA") || key.algorithm().is_password_based()
}
