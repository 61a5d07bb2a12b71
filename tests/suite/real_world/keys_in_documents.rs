//! Keys in configuration files and responses, with serde; names that a user types.

use jotwell::{Algorithm, Curve, Jwk, JwkSet, KeyFormat, KeyType, SigningKey, UnboundKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{base64, bytes, key};

#[derive(Deserialize)]
struct Settings {
    key: UnboundKey,
}

fn settings(key: impl Into<Value>) -> Result<UnboundKey, String> {
    let document = json!({"key": key.into()}).to_string();
    serde_json::from_str::<Settings>(&document)
        .map(|settings| settings.key)
        .map_err(|error| error.to_string())
}

fn parsed(name: &str) -> Value {
    serde_json::from_str(&key(name)).expect("JSON")
}

#[test]
fn public_keys_and_sets_are_serialized_as_jwk() {
    #[derive(Serialize)]
    struct Document<'a> {
        issuer: &'a str,
        #[serde(flatten)]
        keys: &'a JwkSet,
        first: &'a VerifyingKey,
        cnf: Jwk,
    }
    let signing =
        SigningKey::from_pem(Algorithm::ES256, key("p256.pkcs8.pem")).expect("a key").with_key_id("a");
    let set = JwkSet::from_keys([signing.verifying_key()]).expect("a set");
    let (issuer, first) = ("https://auth.example", &signing.verifying_key());
    let document = Document { issuer, keys: &set, first, cnf: signing.to_jwk() };
    let written = serde_json::to_value(&document).expect("JSON");
    let jwk: Value = serde_json::from_str(&signing.to_jwk().to_json().expect("JSON")).expect("JSON");
    assert_eq!(written, json!({"issuer": issuer, "keys": [jwk], "first": jwk, "cnf": jwk}));
    assert_eq!(serde_json::to_string(&set).expect("JSON"), set.to_json().expect("JSON"));
}

/// `Serialize` never writes a private key, and a secret is an error.
#[test]
fn nothing_private_is_serialized() {
    for name in ["rsa2048", "p256", "ed25519"] {
        let jwk: Jwk = key(&format!("{name}.jwk.json")).parse().expect("a JWK");
        assert!(jwk.is_private());
        let written = serde_json::to_value(&jwk).expect("JSON");
        for member in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert_eq!(written.get(member), None, "{name}");
        }
    }
    let secret = VerifyingKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    for error in [serde_json::to_string(&secret), serde_json::to_string(&secret.to_jwk())] {
        assert!(error.unwrap_err().to_string().contains("a public key is needed"));
    }
}

#[test]
fn an_unbound_key_is_deserialized_from_pem_or_jwk() {
    let pem = settings(key("p256.spki.pem")).expect("a key");
    assert_eq!((pem.format(), pem.algorithms()), (KeyFormat::Spki, vec![Algorithm::ES256]));
    let text = settings(key("p256.pub.jwk.json")).expect("a key");
    let map = settings(parsed("p256.pub.jwk.json")).expect("a key");
    for key in [text, map] {
        assert_eq!((key.format(), key.algorithms()), (KeyFormat::Jwk, vec![Algorithm::ES256]));
    }
    let private = settings(parsed("rsa2048.jwk.json")).expect("a key");
    assert!(private.is_private() && SigningKey::new(Algorithm::RS256, &private).is_ok());
    let certified = settings(json!({"kty": "EC", "x5c": [base64(bytes("interop/keys/p256.cert.der"))]}));
    assert_eq!(certified.expect("a key").key_type(), KeyType::Ec(Curve::P256));
    // The error has the same reason as with the other readers.
    assert!(settings("/etc/keys/private.pem").unwrap_err().contains("read the file"));
    assert!(settings("changeme").unwrap_err().contains("not PEM"));
    assert!(settings(7).unwrap_err().contains("PEM or the text of a JSON Web Key"));
    let jwk: Jwk = serde_json::from_value(parsed("ed25519.pub.jwk.json")).expect("a JWK");
    assert_eq!(jwk.key_type(), KeyType::Ec(Curve::Ed25519));
}

/// As strict as the reader of JSON texts, even if the surrounding format is lax.
#[test]
fn a_deserialized_jwk_is_read_strictly() {
    let read = |text: &str| serde_json::from_str::<Jwk>(text).map(drop).map_err(|error| error.to_string());
    let refused = |text: &str, words: &str| {
        let error = read(text).unwrap_err();
        assert!(error.contains(words), "{text}: {error}");
        assert!(Jwk::from_json(text).is_err(), "{text}");
    };
    refused(r#"{"kty":"oct","k":"AQAB","k":"AQAC"}"#, "twice");
    refused(r#"{"kty":"oct","k":"AQAB","other":1,"other":2}"#, "twice");
    refused(r#"{"kty":"oct","k":"AQAB="}"#, "\"k\"");
    refused(r#"{"kty":"oct","k":7}"#, "\"k\"");
    refused(r#"{"kty":"oct","k":"AQAB","kid":null}"#, "\"kid\"");
    refused(r#"{"kty":"oct","k":"AQAB","key_ops":["sign",1]}"#, "\"key_ops\"");
    refused(r#"{"kty":"oct","k":"AQAB","key_ops":["sign","sign"]}"#, "\"key_ops\"");
    refused(r#"{"k":"AQAB"}"#, "\"kty\"");
    for ignored in [
        r#""a":1"#,
        r#""a":-1.5"#,
        r#""a":[[1],{"b":null}]"#,
        r#""a":{"b":true}"#,
        r#""a":false"#,
        r#""x5c":[7]"#,
    ] {
        assert_eq!(read(&format!(r#"{{"kty":"oct","k":"AQAB",{ignored}}}"#)), Ok(()), "{ignored}");
    }
    // A public key as a secret, also in a map.
    let secret = json!({"kty": "oct", "k": jotwell::base64url::encode(key("p256.spki.pem"))});
    assert!(settings(secret).unwrap_err().contains("itself a key"));
}

#[test]
fn algorithms_and_curves_are_parsed_and_the_error_lists_them() {
    assert_eq!("RS256".parse(), Ok(Algorithm::RS256));
    assert_eq!("P-521".parse(), Ok(Curve::P521));
    for (error, names) in [
        ("rs256".parse::<Algorithm>().unwrap_err().to_string(), ["HS256, ", ", Ed25519"]),
        ("p-256".parse::<Curve>().unwrap_err().to_string(), ["P-256, ", ", Ed25519"]),
    ] {
        assert!(names.iter().all(|name| error.contains(name)), "{error}");
    }
    assert!("none".parse::<Algorithm>().is_err());
}
