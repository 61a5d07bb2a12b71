//! Verified claims with another expiry, signed again.

use std::collections::BTreeMap;
use std::time::Duration;

use jotwell::{Claims, NumericDate, SignError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{NOW, key, payload, payload_of, token, validator};

/// Verifies, renews and signs, twice.
fn round_trip<T: Serialize + for<'de> jotwell::FromClaims<'de>>(text: &str) -> String {
    let mut token = token(text);
    for later in [60, 120] {
        let mut claims = validator().verify::<Claims<T>>(&token).expect("verified").into_inner();
        claims = claims.expires_at(NOW + Duration::from_secs(later));
        token = claims.sign(&key()).expect("a token");
    }
    payload_of(&token)
}

#[test]
fn a_type_that_flattens_the_rest_is_issued_again() {
    #[derive(Serialize, Deserialize)]
    struct Account {
        role: String,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }
    let text = payload(r#","role":"editor","tenant":{"id":7}"#);
    let again = r#"{"iss":"https://auth.example","aud":"orders-api","exp":1800000120,"role":"editor","tenant":{"id":7}}"#;
    assert_eq!(round_trip::<Account>(&text), again);
    let any: Value = serde_json::from_str(&round_trip::<Value>(&text)).expect("JSON");
    assert_eq!(any, serde_json::from_str::<Value>(again).expect("JSON"));
}

#[test]
fn a_type_with_registered_claims_is_issued_again() {
    #[derive(Serialize, Deserialize)]
    struct Session {
        sub: String,
        exp: i64,
        role: String,
    }
    let text = payload(r#","sub":"user-42","role":"editor""#);
    let again = r#"{"iss":"https://auth.example","sub":"user-42","aud":"orders-api","exp":1800000120,"role":"editor"}"#;
    assert_eq!(round_trip::<Session>(&text), again);
}

/// Claims that are not set keep the token's values, and the others are new.
#[test]
fn a_registered_claim_of_a_reissued_token_is_the_one_of_claims() {
    #[derive(Clone, Serialize, Deserialize)]
    struct Session {
        sub: String,
    }
    let claims = validator()
        .verify::<Claims<Session>>(&token(&payload(r#","sub":"user-42""#)))
        .expect("verified")
        .into_inner();
    let renamed = claims.clone().subject("user-43").sign(&key()).expect("a token");
    assert!(payload_of(&renamed).contains(r#""sub":"user-43""#) && !payload_of(&renamed).contains("user-42"));
}

#[test]
fn a_duplicate_that_an_issuer_would_write_is_named() {
    #[derive(Serialize)]
    struct Twice {
        role: &'static str,
        #[serde(flatten)]
        rest: BTreeMap<&'static str, Value>,
    }
    let twice =
        |name: &'static str| Twice { role: "editor", rest: BTreeMap::from([(name, Value::from("x"))]) };
    let duplicate = |name: &str| SignError::DuplicateMember { name: name.into() };
    assert_eq!(Claims::new(twice("role")).sign(&key()).unwrap_err(), duplicate("role"));
    assert_eq!(Claims::new(twice("sub")).subject("user-42").sign(&key()).unwrap_err(), duplicate("sub"));
    let error = Claims::new(twice("exp")).expires_at(NumericDate::MAX).sign(&key()).unwrap_err();
    assert!(!matches!(error, SignError::Serialize), "{error}");

    // Also in a verified token whose type now writes a name twice.
    #[derive(Clone, Serialize, Deserialize)]
    struct Renamed {
        #[serde(rename(serialize = "level", deserialize = "role"))]
        role: String,
        level: u8,
    }
    let text = payload(r#","role":"editor","level":7"#);
    let claims = validator().verify::<Claims<Renamed>>(&token(&text)).expect("verified").into_inner();
    assert_eq!(claims.sign(&key()).unwrap_err(), duplicate("level"));
}
