//! A JWK that is read is written the same, and its private half is kept apart.
#![no_main]

use jotwell::{Algorithm, Jwk, KeyError, SigningKey, VerifyingKey};
use jotwell_fuzz::oracle::{self, Json};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|data: &[u8]| {
    let Ok(jwk) = Jwk::from_json(data) else { return };
    let read = match oracle::json(data) {
        Json::Accepted(read) => Some(read),
        Json::HugeNumber => None,
        Json::Refused => panic!("accepted what is no strict JSON object"),
    };
    for text in [jwk.to_json(), jwk.to_json_with_private_members()].into_iter().flatten() {
        let again: Jwk = text.parse().expect("its own JWK");
        let same = [again.to_json(), again.to_json_with_private_members()];
        assert!(same.contains(&Ok(text.clone())));
        let written: Map<String, Value> = serde_json::from_str(&text).expect("JSON");
        let is_read = |read: &Value| written.iter().all(|(name, value)| read.get(name) == Some(value));
        assert!(read.as_ref().is_none_or(is_read), "{text}");
    }
    match jwk.to_public() {
        Ok(public) => {
            assert!(!public.is_private());
            assert_eq!(public.thumbprint(), jwk.thumbprint());
            assert_eq!(public.to_json_with_private_members(), public.to_json());
        }
        Err(error) => assert!(matches!(error, KeyError::NotPublic { .. }) && jwk.to_json().is_err()),
    }
    for &algorithm in Algorithm::ALL {
        if let Ok(key) = VerifyingKey::from_jwk(algorithm, &jwk) {
            let again = VerifyingKey::from_jwk(algorithm, &key.to_jwk()).expect("its own JWK");
            assert_eq!(again.to_jwk().thumbprint(), jwk.thumbprint());
            assert!(algorithm.is_symmetric() || !jwk.is_private());
        }
        assert!(jwk.is_private() || SigningKey::from_jwk(algorithm, &jwk).is_err());
    }
});
