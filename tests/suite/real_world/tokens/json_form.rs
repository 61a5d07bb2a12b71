//! What can be verified in JSON can be created in JSON.

use std::collections::BTreeMap;

use jotwell::{Algorithm, Header, JwkSet, SignError, SigningKey, jws};

fn key(kid: &str) -> SigningKey {
    SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id(kid)
}

#[test]
fn an_unprotected_header_is_written_and_selects_the_key() {
    let (first, second) = (key("1"), key("2"));
    let header = Header::new(Algorithm::ES256);
    let hint = BTreeMap::from([("kid", "2")]);
    let jws =
        jws::JsonJws::new(b"payload").sign_with_unprotected_header(&second, &header, &hint).expect("a JWS");
    let keys = || JwkSet::from_keys([first.verifying_key(), second.verifying_key()]).expect("a set");
    for text in [jws.to_general_json(), jws.to_flattened_json().expect("one signature")] {
        let jws = jws::JsonJws::parse(&text).expect("a JWS");
        assert_eq!(jws.signatures()[0].unprotected_header(), Some(r#"{"kid":"2"}"#));
        assert_eq!(*jws::Verifier::new(keys()).verify_any(&jws).expect("verified"), b"payload");
    }
    // A header that a verifier would reject cannot be signed.
    for unprotected in [
        serde_json::json!({}),
        serde_json::json!([]),
        serde_json::json!({"crit": ["exp"]}),
        serde_json::json!({"b64": false}),
        serde_json::json!({"alg": "ES256"}),
    ] {
        let error =
            jws::JsonJws::new(b"").sign_with_unprotected_header(&first, &header, &unprotected).unwrap_err();
        assert!(matches!(error, SignError::InvalidHeader { .. }), "{unprotected}: {error}");
    }
}

#[test]
fn a_payload_that_is_not_encoded_is_written_in_both_forms() {
    let (first, second) = (key("1"), key("2"));
    let text = "{\"amount\":\"0.02 €\"}\n";
    let one = jws::JsonJws::unencoded(text).sign(&first, &Header::for_key(&first)).expect("a JWS");
    let flattened = one.to_flattened_json().expect("one signature");
    let two = one.sign(&second, &Header::for_key(&second)).expect("a JWS");
    assert!(two.to_flattened_json().is_none());
    for json in [flattened, two.to_general_json()] {
        let jws = jws::JsonJws::parse(&json).expect("a JWS");
        for key in &[&first, &second][..jws.signatures().len()] {
            let verifier = jws::Verifier::new(key.verifying_key());
            assert!(verifier.verify_any(&jws).is_err(), "it has to be asked for");
            let verifier = verifier.allow_unencoded_payload();
            assert_eq!(*verifier.verify_any(&jws).expect("verified"), text.as_bytes());
        }
    }
    // Together with an unprotected header.
    let hint = BTreeMap::from([("kid", "1")]);
    let header = Header::new(Algorithm::ES256);
    let jws =
        jws::JsonJws::unencoded(text).sign_with_unprotected_header(&first, &header, &hint).expect("a JWS");
    let jws = jws::JsonJws::parse(&jws.to_general_json()).expect("a JWS");
    let verifier = jws::Verifier::new(first.verifying_key()).allow_unencoded_payload();
    assert!(verifier.verify_any(&jws).is_ok());
}
