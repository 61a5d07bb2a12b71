//! JWKs with a certificate, `x5c`: RFC 7517 §4.7.

use jotwell::{Algorithm, Jwk, JwkSet, KeyError, KeyType, SigningKey, VerifyingKey};
use serde_json::{Value, json};

use super::{base64, belong_together, bytes, key, says};

const KEYS: [(&str, &str, Algorithm); 4] = [
    ("rsa2048", "RSA", Algorithm::RS256),
    ("p256", "EC", Algorithm::ES256),
    ("p521", "EC", Algorithm::ES512),
    ("ed25519", "OKP", Algorithm::EdDSA),
];

fn certificate(name: &str) -> String {
    base64(bytes(&format!("interop/keys/{name}.cert.der")))
}

fn public(name: &str) -> Value {
    serde_json::from_str(&key(&format!("{name}.pub.jwk.json"))).expect("JSON")
}

fn with_chain(mut jwk: Value, chain: impl Into<Value>) -> Value {
    jwk["x5c"] = chain.into();
    jwk
}

fn read(jwk: &Value) -> Result<Jwk, KeyError> {
    Jwk::from_json(jwk.to_string())
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_key_with_only_x5c_is_read_from_its_certificate() {
    for (name, kty, algorithm) in KEYS {
        let private = SigningKey::from_pem(algorithm, key(&format!("{name}.pkcs8.pem"))).expect(name);
        let jwk = json!({"kty": kty, "kid": "a", "use": "sig", "x5c": [certificate(name), "not looked at"]});
        let set = JwkSet::from_json(json!({"keys": [jwk]}).to_string(), &[algorithm]).expect("a set");
        assert_eq!(set.skipped(), [], "{name}");
        assert!(belong_together(&private, &set.keys()[0]), "{name}");
        // It is written with its numbers.
        let written: Value =
            serde_json::from_str(&set.keys()[0].to_jwk().to_json().expect("JSON")).expect("JSON");
        let member = if kty == "RSA" { "n" } else { "x" };
        assert_eq!(written[member], public(name)[member], "{name}");
    }
    // Line breaks from software that uses the body of a PEM file.
    let body: String =
        key("p256.cert.pem").lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n");
    assert!(read(&json!({"kty": "EC", "x5c": [body]})).is_ok());
}

#[test]
fn a_certificate_of_the_key_is_accepted_with_its_numbers() {
    for (name, ..) in KEYS {
        assert!(read(&with_chain(public(name), json!([certificate(name)]))).is_ok(), "{name}");
    }
}

/// An attacker who can replace one of the two must not have it used if the other was checked.
#[test]
fn a_certificate_of_another_key_is_refused() {
    let others = [
        ("rsa2048", "p256"),
        ("p256", "p384"),
        ("p256", "ed25519"),
        ("ed25519", "p256"),
        ("p384", "rsa2048"),
    ];
    for (name, other) in others {
        let error = read(&with_chain(public(name), json!([certificate(other)]))).unwrap_err();
        assert_eq!(error, KeyError::CertificateMismatch, "{name} with {other}");
        says(
            &error,
            &["\"x5c\"", "RFC 7517"]
                .map(|word| if word == "RFC 7517" { "certificate of this key" } else { word }),
        );
    }
    // Of the same type, with one different number.
    for (name, member) in [("rsa2048", "n"), ("rsa2048", "e"), ("p256", "x"), ("p256", "y"), ("ed25519", "x")]
    {
        let mut jwk = with_chain(public(name), json!([certificate(name)]));
        let mut number = jotwell::base64url::decode(jwk[member].as_str().expect("text")).expect("base64url");
        *number.last_mut().expect("a byte") ^= 2;
        jwk[member] = jotwell::base64url::encode(number).into();
        assert_eq!(read(&jwk).unwrap_err(), KeyError::CertificateMismatch, "{name} {member}");
    }
    // Without numbers, the remaining members must still match.
    for jwk in [
        json!({"kty": "EC", "x5c": [certificate("rsa2048")]}),
        json!({"kty": "RSA", "x5c": [certificate("p256")]}),
        json!({"kty": "OKP", "x5c": [certificate("p256")]}),
        json!({"kty": "EC", "crv": "P-384", "x5c": [certificate("p256")]}),
    ] {
        assert_eq!(read(&jwk).unwrap_err(), KeyError::CertificateMismatch, "{jwk}");
    }
    // A shared secret has no certificate.
    let secret = json!({"kty": "oct", "k": "AQAB", "x5c": [certificate("p256")]});
    assert_eq!(read(&secret).unwrap_err(), KeyError::CertificateMismatch);
    assert!(read(&json!({"kty": "oct", "x5c": [certificate("p256")]})).is_err());
}

#[test]
fn a_malformed_certificate_is_ignored_with_numbers_and_rejected_alone() {
    for chain in [
        json!([]),
        json!("text"),
        json!([7]),
        json!(["AAAA"]),
        json!(["not base64!"]),
        json!(null),
        json!([""]),
    ] {
        assert!(read(&with_chain(public("p256"), chain.clone())).is_ok(), "{chain}");
        let alone = read(&json!({"kty": "RSA", "x5c": chain})).unwrap_err();
        assert_eq!(alone, KeyError::MissingMember { member: "n" }, "{chain}");
    }
    // `kty` is required (RFC 7517 §4.1).
    let error = read(&json!({"x5c": [certificate("p256")]})).unwrap_err();
    assert_eq!(error, KeyError::MissingMember { member: "kty" });
}

#[test]
fn a_key_from_a_certificate_follows_the_same_rules() {
    let jwk = read(&json!({"kty": "EC", "use": "enc", "x5c": [certificate("p256")]})).expect("a JWK");
    assert_eq!(jwk.key_type(), KeyType::required_by(Algorithm::ES256));
    let error = VerifyingKey::from_jwk(Algorithm::ES256, &jwk).unwrap_err();
    assert_eq!(error, KeyError::UseNotAllowed { member: "use" });
    let jwk = read(&json!({"kty": "EC", "x5c": [certificate("p256")]})).expect("a JWK");
    assert!(matches!(VerifyingKey::from_jwk(Algorithm::HS256, &jwk), Err(KeyError::WrongKeyType { .. })));
}
