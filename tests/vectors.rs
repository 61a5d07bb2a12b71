//! The worked examples of the RFCs, through the public API. `vectors/README.md` says where each
//! comes from.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;

use jotwell::{
    Algorithm, Audience, Claims, Issuer, Jwk, NumericDate, SigningKey, Validator, VerifyError, VerifyingKey,
    base64url, jws,
};
use serde_json::Value;

fn vectors() -> Vec<Value> {
    let folder = format!("{}/vectors/rfc", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the folder").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let read = |path| -> Vec<Value> {
        let text = std::fs::read_to_string(path).expect("a file");
        let mut file: Value = serde_json::from_str(&text).expect("JSON");
        serde_json::from_value(file["vectors"].take()).expect("vectors")
    };
    files.into_iter().flat_map(read).collect()
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().unwrap_or_else(|| panic!("{} has no {member}", vector["id"]))
}

fn jwk(vector: &Value) -> Jwk {
    vector["jwk"].to_string().parse().expect("a JWK")
}

/// The public half: JWKs of the RFCs are mostly private, and a verifying key wants none of that.
fn public(vector: &Value) -> Value {
    let mut jwk = vector["jwk"].clone();
    if jwk["kty"] != "oct" {
        let members = jwk.as_object_mut().expect("an object");
        members.retain(|member, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&member.as_str()));
    }
    jwk
}

fn verifying_key(algorithm: Algorithm, vector: &Value) -> VerifyingKey {
    let jwk = public(vector).to_string().parse().expect("a JWK");
    VerifyingKey::from_jwk(algorithm, &jwk).expect("a key")
}

#[test]
fn every_vector_is_of_a_kind_that_is_tested_or_kept_for_a_form_to_come() {
    let mut kinds = BTreeMap::new();
    for vector in vectors() {
        *kinds.entry(text(&vector, "kind").to_owned()).or_insert(0) += 1;
    }
    let counted: Vec<_> = kinds.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    let tested = [("compact", 14), ("jwe", 2)];
    let kept =
        [("detached", 2), ("json-flattened", 10), ("json-general", 9), ("jwk-set", 5), ("thumbprint", 2)];
    let mut expected: Vec<_> = tested.into_iter().chain(kept).collect();
    expected.sort_unstable();
    assert_eq!(counted, expected);
}

#[test]
fn compact_tokens_verify_and_give_their_payload() {
    let mut count = 0;
    for vector in vectors() {
        if vector["kind"] != "compact" || vector["expect"] != "accept" {
            continue;
        }
        let algorithm = text(&vector, "alg").parse().expect("an algorithm");
        let verifier = jws::Verifier::new(verifying_key(algorithm, &vector));
        let verified = verifier
            .verify(text(&vector, "token"))
            .unwrap_or_else(|error| panic!("{}: {error}", vector["id"]));
        assert_eq!(*verified, text(&vector, "payload_utf8").as_bytes(), "{}", vector["id"]);
        assert_eq!(verified.header().algorithm(), algorithm);
        count += 1;
    }
    assert_eq!(count, 12);
}

#[test]
fn deterministic_algorithms_reproduce_the_signature_byte_for_byte() {
    let mut count = 0;
    for vector in vectors() {
        if vector["kind"] != "compact" || vector["deterministic"] != true {
            continue;
        }
        let algorithm: Algorithm = text(&vector, "alg").parse().expect("an algorithm");
        assert!(algorithm.is_deterministic());
        let key = SigningKey::from_jwk(algorithm, &jwk(&vector)).expect("a key");
        let (signing_input, signature) = text(&vector, "token").rsplit_once('.').expect("a token");
        let ours = key.sign(signing_input.as_bytes()).expect("a signature");
        assert_eq!(base64url::encode(ours), signature, "{}", vector["id"]);
        count += 1;
    }
    assert_eq!(count, 7);
}

#[test]
fn what_we_sign_with_the_private_keys_of_the_rfcs_verifies_under_the_public_ones() {
    for vector in vectors() {
        if vector["kind"] != "compact" || vector["jwk"].get("d").is_none() {
            continue;
        }
        let algorithm: Algorithm = text(&vector, "alg").parse().expect("an algorithm");
        let key = SigningKey::from_jwk(algorithm, &jwk(&vector)).expect("a key");
        let token = jws::sign(b"payload", &key).expect("a token");
        let verified =
            jws::Verifier::new(verifying_key(algorithm, &vector)).verify(&token).expect("verified");
        assert_eq!(*verified, b"payload");
    }
}

#[test]
fn rfc_7519_3_1_is_a_token_until_it_expires() {
    let vector = vectors().into_iter().find(|vector| vector["id"] == "RFC 7519 3.1").expect("the vector");
    let key = verifying_key(Algorithm::HS256, &vector);
    let at = |secs| {
        let clock = NumericDate::from_secs(secs);
        Validator::with_clock(key.clone(), Issuer::is("joe"), Audience::unchecked(), clock)
            .verify::<Claims<Value>>(text(&vector, "token"))
    };
    let token = at(1_300_819_379).expect("valid in its last second");
    assert_eq!(token.issuer.as_deref(), Some("joe"));
    assert_eq!(token.expires_at, Some(NumericDate::from_secs(1_300_819_380)));
    assert_eq!(token.private["http://example.com/is_root"], true);

    let date = NumericDate::from_secs(1_300_819_380);
    assert_eq!(at(1_300_819_380).unwrap_err(), VerifyError::Expired { expired_at: date, now: date });
}

#[test]
fn unsecured_tokens_and_jwe_are_refused() {
    let key = VerifyingKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    let mut refused = Vec::new();
    for vector in vectors() {
        if vector["expect"] == "refuse" {
            let error = jws::Verifier::new(&key).verify(text(&vector, "token")).unwrap_err();
            refused.push((text(&vector, "id").to_owned(), error));
        }
    }
    let refused: Vec<_> = refused.iter().map(|(id, error)| (id.as_str(), error.clone())).collect();
    assert_eq!(
        refused,
        [
            ("RFC 7515 A.5", VerifyError::Unsecured),
            ("RFC 7519 6.1", VerifyError::Unsecured),
            ("RFC 7519 A.1", VerifyError::Segments { found: 5 }),
            ("RFC 7519 A.2", VerifyError::Segments { found: 5 }),
        ]
    );
}

#[test]
fn json_serializations_and_detached_payloads_are_no_compact_tokens() {
    let key = VerifyingKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    for vector in vectors() {
        let kind = text(&vector, "kind");
        if kind.starts_with("json-") {
            // One dot or more may stand in it, but never between three parts of base64url.
            let error = jws::Verifier::new(&key).verify(&vector["jws"].to_string()).unwrap_err();
            let named = matches!(error, VerifyError::Segments { .. } | VerifyError::Base64 { .. });
            assert!(named, "{}: {error}", vector["id"]);
        }
        if kind == "detached" {
            // The payload is missing from what was signed.
            let key = verifying_key(Algorithm::HS256, &vector);
            let error = jws::Verifier::new(&key).verify(text(&vector, "token")).unwrap_err();
            let expected = match text(&vector, "id") {
                "RFC 7797 4.2" => VerifyError::UnsupportedCrit,
                _ => VerifyError::InvalidSignature,
            };
            assert_eq!(error, expected, "{}", vector["id"]);
        }
    }
}
