//! Verification with RSA keys of every size, also in a build that cannot sign. OpenSSL created the keys and
//! signatures: see `vectors/interop/README.md`.
#![forbid(unsafe_code)]
#![cfg(not(miri))]

use jotwell::{Algorithm, Jwk, KeyError, KeyFormat, SigningKey, VerifyError, VerifyingKey, base64url};
use serde_json::Value;

/// Name, bits of the modulus, and the exponent as in a JWK.
const KEYS: &[(&str, usize, &str)] = &[
    ("rsa2048", 2048, "AQAB"),
    ("rsa2048-e33", 2048, "Af____8"),
    ("rsa2049", 2049, "AQAB"),
    ("rsa2056", 2056, "AQAB"),
    ("rsa3072", 3072, "AQAB"),
    ("rsa3073", 3073, "AQAB"),
    ("rsa4096", 4096, "AQAB"),
];

fn file(name: &str) -> String {
    std::fs::read_to_string(format!("{}/vectors/interop/{name}", env!("CARGO_MANIFEST_DIR"))).expect(name)
}

fn public(algorithm: Algorithm, name: &str) -> VerifyingKey {
    VerifyingKey::from_pem(algorithm, file(&format!("keys/{name}.spki.pem"))).expect(name)
}

fn rsa() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.key_type() == "RSA")
}

struct Signature {
    key: String,
    algorithm: Algorithm,
    bytes: Vec<u8>,
    accepted: bool,
    how: String,
}

/// The message, and what was signed.
fn signatures() -> (Vec<u8>, Vec<Signature>) {
    let vectors: Value = serde_json::from_str(&file("rsa_signatures.json")).expect("JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let signatures = vectors["signatures"].as_array().expect("signatures").iter().map(|one| Signature {
        key: text(&one["key"]),
        algorithm: text(&one["alg"]).parse().expect("an algorithm"),
        bytes: base64url::decode(text(&one["signature"])).expect("base64url"),
        accepted: one["expect"] == "accept",
        how: text(&one["how"]),
    });
    (text(&vectors["message"]).into_bytes(), signatures.collect())
}

#[test]
fn agrees_with_openssl_for_every_key_and_algorithm() {
    let (message, signatures) = signatures();
    assert_eq!(signatures.len(), KEYS.len() * 12);
    for Signature { key, algorithm, bytes, accepted, how } in signatures {
        let answer = if accepted { Ok(()) } else { Err(VerifyError::InvalidSignature) };
        assert_eq!(public(algorithm, &key).verify(&message, &bytes), answer, "{key} {algorithm}: {how}");
        // A signature that is valid for one algorithm is invalid for the others, with the same key.
        for other in rsa().filter(|other| *other != algorithm) {
            let found = public(other, &key).verify(&message, &bytes);
            assert_eq!(found, Err(VerifyError::InvalidSignature), "{key} {algorithm} as {other}: {how}");
        }
    }
}

#[test]
fn rejects_other_messages_lengths_and_bits() {
    let (message, signatures) = signatures();
    for Signature { key: name, algorithm, bytes, .. } in signatures.into_iter().filter(|one| one.accepted) {
        let key = public(algorithm, &name);
        let refuses = |message: &[u8], signature: &[u8]| key.verify(message, signature).is_err();
        assert!(refuses(b"", &bytes) && refuses(&message[1..], &bytes), "{name} {algorithm}");
        assert!(refuses(&message, b"") && refuses(&message, &bytes[1..]), "{name} {algorithm}");
        assert!(refuses(&message, &bytes[..bytes.len() - 1]), "{name} {algorithm}");
        assert!(refuses(&message, &[&[0], &bytes[..]].concat()), "{name} {algorithm}");
        assert!(refuses(&message, &[&bytes[..], &[0]].concat()), "{name} {algorithm}");
        assert!(refuses(&message, &vec![0; bytes.len()]), "{name} {algorithm}");
        assert!(refuses(&message, &vec![0xff; bytes.len()]), "{name} {algorithm}");
        for at in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(refuses(&message, &changed), "{name} {algorithm}: {at}");
        }
    }
}

/// s + n represents the same number, and if there is room for it, it would be a second encoding of the signature.
#[test]
fn rejects_a_signature_above_the_modulus() {
    let (message, signatures) = signatures();
    let mut tried = 0;
    for Signature { key: name, algorithm, bytes, .. } in signatures.into_iter().filter(|one| one.accepted) {
        let key = public(algorithm, &name);
        let jwk: Value = serde_json::from_str(&key.to_jwk().to_json().expect("JSON")).expect("JSON");
        let n = base64url::decode(jwk["n"].as_str().expect("n")).expect("base64url");
        let mut carry = 0;
        let mut sum: Vec<u8> = bytes
            .iter()
            .zip(&n)
            .rev()
            .map(|(one, other)| {
                let sum = u16::from(*one) + u16::from(*other) + carry;
                carry = sum >> 8;
                sum as u8
            })
            .collect();
        sum.reverse();
        if carry == 0 {
            tried += 1;
            assert!(key.verify(&message, &sum).is_err(), "{name} {algorithm}");
        }
    }
    // A modulus of 2049 or 3073 bits has seven unused bits in its first byte.
    assert!(tried >= 12, "{tried}");
}

#[test]
fn public_keys_are_exported_in_every_form_as_they_were_read() {
    for (name, bits, exponent) in KEYS {
        let pem = file(&format!("keys/{name}.spki.pem"));
        let key = public(Algorithm::RS256, name);
        assert_eq!(key.to_pem().expect(name), pem);
        let jwk = key.to_jwk();
        let members: Value = serde_json::from_str(&jwk.to_json().expect(name)).expect("JSON");
        assert_eq!(members["e"], *exponent, "{name}");
        let n = base64url::decode(members["n"].as_str().expect("n")).expect("base64url");
        assert_eq!(n.len() * 8 - n[0].leading_zeros() as usize, *bits, "{name}");
        for again in [
            VerifyingKey::from_jwk(Algorithm::RS256, &jwk).expect(name),
            VerifyingKey::from_der(Algorithm::RS256, key.to_der().expect(name)).expect(name),
        ] {
            assert_eq!(again.to_pem().expect(name), pem);
            assert_eq!(again.to_jwk().thumbprint(), jwk.thumbprint());
        }
    }
}

#[test]
fn a_private_key_has_its_own_error_if_it_cannot_be_used() {
    let jwk: Jwk = file("keys/rsa2048.jwk.json").parse().expect("a JWK");
    for (name, ..) in KEYS {
        let pem = file(&format!("keys/{name}.pkcs8.pem"));
        for algorithm in rsa() {
            let not_public = |form| Some(KeyError::NotPublic { found: form });
            assert_eq!(VerifyingKey::from_pem(algorithm, &pem).err(), not_public(KeyFormat::Pkcs8));
            assert_eq!(VerifyingKey::from_jwk(algorithm, &jwk).err(), not_public(KeyFormat::Jwk));
            let disabled = if cfg!(feature = "rsa") { None } else { Some(KeyError::Disabled { algorithm }) };
            assert_eq!(SigningKey::from_pem(algorithm, &pem).err(), disabled, "{name}");
            assert_eq!(SigningKey::from_jwk(algorithm, &jwk).err(), disabled, "{name}");
        }
    }
}

/// Signs with the other half of the family, for sizes that `generate` does not create.
#[cfg(all(feature = "std", feature = "rsa"))]
#[test]
fn what_is_signed_verifies_for_every_size() {
    for (name, ..) in KEYS {
        for algorithm in [Algorithm::RS384, Algorithm::PS256] {
            let pem = file(&format!("keys/{name}.pkcs8.pem"));
            let key = SigningKey::from_pem(algorithm, &pem).expect(name);
            assert_eq!(key.to_private_pem().expect(name), pem);
            let signature = key.sign(b"message").expect("a signature");
            assert_eq!(public(algorithm, name).verify(b"message", &signature), Ok(()), "{name} {algorithm}");
            assert_eq!(key.verifying_key().verify(b"message", &signature), Ok(()), "{name} {algorithm}");
        }
    }
}
