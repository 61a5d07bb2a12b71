//! Several shared secrets, and key sources of different types used together.

use std::sync::Arc;
use std::time::Duration;

use jotwell::jws::{self, DynKeySource, UnsignedToken, Verifier};
use jotwell::{
    Algorithm, Audience, Claims, Header, HmacKeySet, Issuer, JwkSet, KeyError, KeySource,
    MultiIssuerValidator, NoClaims, NumericDate, SigningKey, Validator, VerifyError, VerifyingKey,
};

use super::key;

fn secret(byte: u8, algorithm: Algorithm) -> SigningKey {
    SigningKey::hmac(algorithm, [byte; 64]).expect("a key")
}

fn named(byte: u8, kid: &str) -> SigningKey {
    secret(byte, Algorithm::HS256).with_key_id(kid)
}

fn set(keys: &[&SigningKey]) -> HmacKeySet {
    HmacKeySet::new(keys.iter().map(|key| key.verifying_key())).expect("a set")
}

fn verify(keys: impl KeySource, token: &str) -> Result<(), VerifyError> {
    Verifier::new(keys).verify(token).map(drop)
}

#[test]
fn several_secrets_are_selected_by_kid() {
    let (current, former) = (named(1, "2026-11"), named(2, "2026-10"));
    let keys = set(&[&current, &former]);
    assert_eq!(keys.keys().len(), 2);
    for key in [&current, &former] {
        assert_eq!(verify(&keys, &jws::sign(b"", key).expect("a token")), Ok(()));
    }
    // A token with the name of the other secret does not verify with that one.
    let renamed = named(2, "2026-11");
    assert_eq!(
        verify(&keys, &jws::sign(b"", &renamed).expect("a token")),
        Err(VerifyError::InvalidSignature)
    );
    let unknown = named(1, "2026-09");
    assert_eq!(
        verify(&keys, &jws::sign(b"", &unknown).expect("a token")),
        Err(VerifyError::unknown_key(Some("2026-09")))
    );
    // Without a name, none of two is tried; a single one is used.
    let algorithm = Algorithm::HS256;
    let nameless = UnsignedToken::new(&Header::new(algorithm), b"").sign(&current).expect("a token");
    assert_eq!(verify(&keys, &nameless), Err(VerifyError::AmbiguousKey { algorithm, keys: 2 }));
    assert_eq!(verify(set(&[&current]), &nameless), Ok(()));
    // One name may have a secret for each algorithm.
    let long = secret(3, Algorithm::HS512).with_key_id("2026-11");
    let keys = set(&[&current, &long]);
    for key in [&current, &long] {
        assert_eq!(verify(&keys, &jws::sign(b"", key).expect("a token")), Ok(()));
    }
}

#[test]
fn a_set_of_secrets_rejects_other_keys() {
    let refused = |keys: Vec<VerifyingKey>| HmacKeySet::new(keys).map(drop).unwrap_err();
    let public = VerifyingKey::from_pem(Algorithm::ES256, key("p256.spki.pem")).expect("a key");
    let not_secret = KeyError::NotSecret { algorithm: Algorithm::ES256 };
    assert_eq!(refused(vec![named(1, "a").verifying_key(), public.with_key_id("b")]), not_secret);
    assert_eq!(refused(vec![secret(1, Algorithm::HS256).verifying_key()]), KeyError::MissingKeyId);
    let twice = vec![named(1, "a").verifying_key(), named(2, "a").verifying_key()];
    assert_eq!(refused(twice), KeyError::DuplicateKeyId);
    // A secret cannot be added to a set that is published.
    let error = JwkSet::from_keys([named(1, "a").verifying_key()]).map(drop).unwrap_err();
    assert!(matches!(error, KeyError::NotPublic { .. }));
}

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const OURS: &str = "https://auth.example";
const THEIRS: &str = "https://partner.example";

fn token(issuer: &str, key: &SigningKey) -> String {
    let claims = Claims::new(NoClaims).issuer(issuer).audience("orders-api");
    claims.expires_in(Duration::from_secs(60)).sign(key).expect("a token")
}

#[test]
fn validators_with_different_key_sources_are_combined() {
    let secret = named(1, "1");
    let private =
        SigningKey::from_pem(Algorithm::ES256, key("p256.pkcs8.pem")).expect("a key").with_key_id("1");
    let validator = |issuer| {
        move |keys: DynKeySource| Validator::new(keys, Issuer::is(issuer), Audience::is("orders-api"))
    };
    let public = JwkSet::from_keys([private.verifying_key()]).expect("a set");
    let boxed = [
        Validator::new(set(&[&secret]), Issuer::is(OURS), Audience::is("orders-api")).boxed(),
        Validator::new(public.clone(), Issuer::is(THEIRS), Audience::is("orders-api")).boxed(),
    ];
    let by_hand = [validator(OURS)(Arc::new(set(&[&secret]))), validator(THEIRS)(Arc::new(public))];
    for validators in [boxed, by_hand] {
        let issuers = MultiIssuerValidator::new(validators).expect("issuers");
        let verify = |token: &str| issuers.verify::<NoClaims>(token).map(drop);
        assert_eq!(verify(&token(OURS, &secret)), Ok(()));
        assert_eq!(verify(&token(THEIRS, &private)), Ok(()));
        // Each issuer uses only its own keys and their algorithm.
        let mismatch = |expected, found| Err(VerifyError::AlgorithmMismatch { expected, found });
        assert_eq!(verify(&token(THEIRS, &secret)), mismatch(Algorithm::ES256, Algorithm::HS256));
        assert_eq!(verify(&token(OURS, &private)), mismatch(Algorithm::HS256, Algorithm::ES256));
    }
    let boxed: Box<dyn KeySource> = Box::new(secret.verifying_key());
    assert_eq!(verify(boxed, &jws::sign(b"", &secret).expect("a token")), Ok(()));
}

/// `boxed` changes only the type: each setting still has its effect.
#[test]
fn a_boxed_validator_keeps_its_policy() {
    let key = named(1, "1");
    let plain =
        Validator::with_clock(key.verifying_key(), Issuer::is(OURS), Audience::is("orders-api"), || NOW)
            .subject("user-42")
            .typ("at+jwt")
            .leeway(Duration::from_secs(60))
            .max_age(Duration::from_secs(600))
            .max_length(2000)
            .require("jti")
            .check(|claims| match claims.jwt_id().as_deref() {
                Some("revoked") => Err(VerifyError::CustomCheck { reason: "revoked" }),
                _ => Ok(()),
            });
    let boxed = plain.clone().boxed();
    let sign = |typ: &str, claims: Claims| {
        claims.sign_with(&key, &Header::for_key(&key).with_typ(typ)).expect("a token")
    };
    let after = |secs: i64| NumericDate::from_secs(NOW.as_secs() + secs);
    let good = || {
        let claims = Claims::new(NoClaims).issuer(OURS).audience("orders-api").subject("user-42").jwt_id("a");
        claims.issued_at(NOW).expires_at(after(900))
    };
    let mut accepted = 0;
    for token in [
        sign("at+jwt", good()),
        sign("at+jwt", good().expires_at(after(-30))),
        sign("JWT", good()),
        sign("at+jwt", good().subject("user-43")),
        sign("at+jwt", good().jwt_id("revoked")),
        sign("at+jwt", Claims::new(NoClaims).issuer(OURS).audience("orders-api").subject("user-42")),
        sign("at+jwt", good().issuer(THEIRS)),
        sign("at+jwt", Claims::new(NoClaims).issuer(OURS).audience("another").expires_at(after(900))),
        sign("at+jwt", good().expires_at(after(-90))),
        sign("at+jwt", good().issued_at(after(-700))),
        sign("at+jwt", good().issued_at(after(90))),
        "a".repeat(2001),
    ] {
        let result = boxed.verify::<NoClaims>(&token).map(drop);
        assert_eq!(result, plain.verify::<NoClaims>(&token).map(drop), "{token}");
        accepted += u8::from(result.is_ok());
    }
    assert_eq!(accepted, 2);
}
