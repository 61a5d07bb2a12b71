//! Encrypted tokens with a policy: RFC 7519 §5.2, §5.3 and §7.2.

use std::time::Duration;

use jotwell::explain::{Check, Outcome};
use jotwell::jwe::{
    ContentEncryption, DecryptingKey, DecryptingKeySource, EncryptingKey, Header, KeyManagement, KeyRing,
    SharedKey,
};
use jotwell::{
    Algorithm, Audience, Claims, EncryptError, Header as SignedHeader, Issuer, KeyError, NoClaims, SignError,
    SigningKey, Validator, VerifyError, VerifyingKey,
};

const ENC: [ContentEncryption; 1] = [ContentEncryption::A256GCM];
const ISSUER: &str = "https://auth.example";

fn claims() -> Claims {
    Claims::new(NoClaims)
        .issuer(ISSUER)
        .audience("orders-api")
        .subject("user-42")
        .expires_in(Duration::from_secs(60))
}

fn shared() -> SharedKey {
    SharedKey::generate(KeyManagement::Dir, &ENC).expect("a key")
}

fn policy(key: VerifyingKey) -> Validator<VerifyingKey> {
    Validator::new(key, Issuer::is(ISSUER), Audience::is("orders-api"))
}

fn encrypted_policy<K: DecryptingKeySource<Key = SharedKey>>(keys: K) -> Validator<K> {
    Validator::for_encrypted(keys, Issuer::is(ISSUER), Audience::is("orders-api"))
}

#[test]
fn claims_under_a_shared_key_pass_the_same_policy() {
    for algorithm in KeyManagement::ALL.iter().copied().filter(|algorithm| algorithm.is_symmetric()) {
        let key = SharedKey::generate(algorithm, &ENC).expect("a key");
        let validator = encrypted_policy(&key);
        let token = claims().encrypt(&key).expect("a token");
        let verified = validator.verify_encrypted::<Claims>(&token).expect("verified");
        assert_eq!(verified.subject.as_deref(), Some("user-42"));
        assert_eq!(verified.header().typ(), Some("JWT"));

        let rejected = |claims: Claims| {
            let token = claims.encrypt(&key).expect("a token");
            validator.verify_encrypted::<Claims>(&token).expect_err("rejected")
        };
        let long_ago = jotwell::NumericDate::from_secs(1_300_819_380);
        assert!(matches!(rejected(claims().expires_at(long_ago)), VerifyError::Expired { .. }));
        let other = rejected(claims().issuer("https://other.example"));
        assert!(matches!(other, VerifyError::IssuerMismatch { .. }));
        let other =
            Claims::new(NoClaims).issuer(ISSUER).audience("other").expires_in(Duration::from_secs(60));
        assert!(matches!(rejected(other), VerifyError::AudienceMismatch { .. }));
        let endless = Claims::new(NoClaims).issuer(ISSUER).audience("orders-api");
        assert_eq!(rejected(endless), VerifyError::MissingClaim { claim: "exp".into() });
        let header = key.header().with_typ("at+jwt");
        let token = claims().encrypt_with(&key, &header).expect("a token");
        let error = validator.verify_encrypted::<Claims>(&token).expect_err("another type");
        assert!(matches!(error, VerifyError::TypMismatch { .. }));
    }
}

#[test]
fn a_content_that_is_not_one_object_of_claims_is_rejected() {
    let key = shared();
    let rejected = |content: &str| {
        let token = key.encrypt(content).expect("a token");
        encrypted_policy(&key).verify_encrypted::<Claims>(&token).expect_err(content)
    };
    assert!(matches!(rejected("[]"), VerifyError::Json { .. }));
    assert!(matches!(rejected(r#"{"exp":1,"exp":1}"#), VerifyError::Json { .. }));
    assert_eq!(rejected(r#"{"exp":"1"}"#), VerifyError::InvalidClaim { claim: "exp" });
    let token = key.encrypt_with(b"a.b.c", &key.header().with_content_type("JWT")).expect("a token");
    let error = encrypted_policy(&key).verify_encrypted::<Claims>(&token).expect_err("nested");
    assert_eq!(error, VerifyError::Nested);
}

/// RFC 7516 §9: the key decides which of the two a token is, and rejects the other.
#[test]
fn signed_and_encrypted_tokens_are_not_confused() {
    let (shared, signer) = (shared(), SigningKey::generate(Algorithm::ES256).expect("a key"));
    let signed = claims().sign(&signer).expect("a token");
    let encrypted = claims().encrypt(&shared).expect("a token");
    let error = encrypted_policy(&shared).verify_encrypted::<Claims>(&signed).expect_err("signed");
    assert_eq!(error, VerifyError::SegmentCount { found: 3 });
    let error = policy(signer.verifying_key()).verify::<Claims>(&encrypted).expect_err("encrypted");
    assert_eq!(error, VerifyError::SegmentCount { found: 5 });
}

#[test]
fn only_symmetric_algorithms_bind_a_shared_key() {
    let secret = jotwell::UnboundKey::from_secret([7; 32]).expect("a secret");
    for &algorithm in KeyManagement::ALL {
        let made = SharedKey::new(algorithm, &ENC, &secret).map(drop);
        let refused = Err(KeyError::NotSymmetric { algorithm });
        assert_eq!(made == refused, !algorithm.is_symmetric(), "{algorithm}");
    }
}

#[test]
fn nested_tokens_are_verified_by_the_inner_signature() {
    let signer = SigningKey::generate(Algorithm::EdDSA).expect("a key").with_key_id("signer");
    let recipient = DecryptingKey::generate(KeyManagement::EcdhEsA256KW, &ENC).expect("a key");
    let validator = policy(signer.verifying_key());
    let token = claims().sign_and_encrypt(&signer, &recipient.encrypting_key()).expect("a token");
    let verified = validator.verify_nested::<Claims>(&token, &recipient).expect("verified");
    // The header is that of the signed token.
    assert_eq!((verified.header().key_id(), verified.header().typ()), (Some("signer"), Some("JWT")));
    let other = DecryptingKey::generate(KeyManagement::EcdhEsA256KW, &ENC).expect("a key");
    let error = validator.verify_nested::<Claims>(&token, &other).expect_err("another recipient");
    assert_eq!(error, VerifyError::DecryptionFailed);
    let stranger = SigningKey::generate(Algorithm::EdDSA).expect("a key");
    let error = policy(stranger.verifying_key()).verify_nested::<Claims>(&token, &recipient);
    assert_eq!(error.expect_err("another signer"), VerifyError::InvalidSignature);
    // A token for a password may contain a signed token, too.
    let algorithm = KeyManagement::Pbes2Hs256A128KW;
    let password = DecryptingKey::from_password(algorithm, &ENC, "password", 1000).expect("a key");
    let token = claims().sign_and_encrypt(&signer, &password.encrypting_key()).expect("a token");
    assert!(validator.verify_nested::<Claims>(&token, &password).is_ok());
}

/// Other spellings of one value: an escape, and white space.
#[test]
fn claims_in_the_header_are_compared_by_value() {
    let key = shared();
    let validator = encrypted_policy(&key);
    for (text, agrees) in [(r#""user\u002d42""#, true), (r#""user\u002d43""#, false), (r#""user-42""#, true)]
    {
        let value = serde_json::value::RawValue::from_string(text.to_owned()).expect("a value");
        let header = key.header().with("sub", &value).expect("a header");
        let token = claims().encrypt_with(&key, &header).expect("a token");
        let verified = validator.verify_encrypted::<Claims>(&token).map(drop);
        assert_eq!(verified, if agrees { Ok(()) } else { Err(VerifyError::HeaderClaimMismatch) }, "{text}");
    }
}

#[test]
fn claims_in_the_header_must_agree_with_those_inside() {
    let key = shared();
    let signer = SigningKey::generate(Algorithm::EdDSA).expect("a key");
    let recipient = DecryptingKey::generate(KeyManagement::A256KW, &ENC).expect("a key");
    let encrypting = recipient.encrypting_key();
    let nested = |header: &Header| {
        let inner = SignedHeader::for_key(&signer);
        claims().sign_and_encrypt_with(&signer, &inner, &encrypting, header).expect("a token")
    };
    for (name, value, agrees) in [
        ("iss", serde_json::json!(ISSUER), true),
        ("iss", serde_json::json!("https://other.example"), false),
        ("aud", serde_json::json!("orders-api"), true),
        ("aud", serde_json::json!(["orders-api"]), false),
        ("sub", serde_json::json!(null), false),
        ("sub", serde_json::json!("user-42"), true),
        ("tenant", serde_json::json!(7), true),
    ] {
        let header = key.header().with(name, &value).expect("a header");
        let token = claims().encrypt_with(&key, &header).expect("a token");
        let verified = encrypted_policy(&key).verify_encrypted::<Claims>(&token).map(drop);
        let header = Header::for_key(&encrypting).with(name, &value).expect("a header");
        let inside =
            policy(signer.verifying_key()).verify_nested::<Claims>(&nested(&header), &recipient).map(drop);
        let expected = if agrees { Ok(()) } else { Err(VerifyError::HeaderClaimMismatch) };
        assert_eq!((verified, inside), (expected.clone(), expected), "{name} {value}");
    }
}

#[test]
fn claims_with_a_duplicate_member_are_not_encrypted() {
    let signer = SigningKey::generate(Algorithm::EdDSA).expect("a key");
    let encrypting = EncryptingKey::from_secret(KeyManagement::A256KW, &ENC, [7; 32]).expect("a key");
    #[derive(serde::Serialize)]
    struct Twice {
        iss: &'static str,
    }
    let twice = Claims::new(Twice { iss: "a" }).issuer("b");
    let error = twice.sign_and_encrypt(&signer, &encrypting).expect_err("twice");
    assert!(matches!(error, EncryptError::Sign(SignError::DuplicateMember { .. })), "{error:?}");
    assert!(matches!(twice.encrypt(&shared()), Err(EncryptError::Sign(SignError::DuplicateMember { .. }))));
}

#[test]
fn a_ring_reads_tokens_of_retiring_keys() {
    let key = |name: &str| shared().with_key_id(name);
    let mut ring = KeyRing::new([key("a")]).expect("a ring");
    let token = claims().encrypt(ring.active()).expect("a token");
    ring.rotate(key("b")).expect("rotated");
    let validator = encrypted_policy(&ring);
    assert!(validator.verify_encrypted::<Claims>(&token).is_ok());
    let newer = claims().encrypt(ring.active()).expect("a token");
    let verified = validator.verify_encrypted::<Claims>(&newer).expect("verified");
    assert_eq!(verified.header().key_id(), Some("b"));
    ring.remove("a");
    let error = encrypted_policy(&ring).verify_encrypted::<Claims>(&token).expect_err("removed");
    assert_eq!(error, VerifyError::unknown_key(Some("a")));
}

fn failed_at(explanation: &jotwell::explain::Explanation) -> Option<Check> {
    let failed = |step: &&jotwell::explain::Step| matches!(step.outcome, Outcome::Failed(_));
    explanation.steps().iter().find(failed).map(|step| step.check)
}

#[test]
fn explain_names_the_step_that_rejects_an_encrypted_token() {
    let key = shared();
    let validator = encrypted_policy(&key);
    let explain = |token: &str| validator.explain_encrypted(token);
    let token = claims().encrypt(&key).expect("a token");
    let explanation = explain(&token);
    assert_eq!(explanation.error(), None, "{explanation}");
    assert!(explanation.to_string().contains("dir, A256GCM"), "{explanation}");
    assert!(explanation.to_string().contains("user-42") || !explanation.to_string().is_empty());
    for (token, check) in [
        ("a.b.c".to_owned(), Check::Form),
        (token.replacen("ey", "e", 1), Check::Header),
        (claims().encrypt(&shared().with_key_id("x")).expect("a token"), Check::Decryption),
        (claims().issuer("https://other.example").encrypt(&key).expect("a token"), Check::Issuer),
        (
            key.encrypt_with(b"a.b.c", &key.header().with_content_type("JWT")).expect("a token"),
            Check::ContentType,
        ),
        (key.encrypt(b"[]").expect("a token"), Check::Claims),
        ("x".repeat(20_000), Check::Length),
    ] {
        let explanation = explain(&token);
        assert_eq!(failed_at(&explanation), Some(check), "{explanation}");
        let verified = validator.verify_encrypted::<Claims>(&token).map(drop).expect_err("rejected");
        assert_eq!(explanation.error(), Some(&verified));
    }
}

#[test]
fn explain_of_a_nested_token_continues_inside() {
    let signer = SigningKey::generate(Algorithm::EdDSA).expect("a key");
    let recipient = DecryptingKey::generate(KeyManagement::EcdhEs, &ENC).expect("a key");
    let encrypting = recipient.encrypting_key();
    let validator = policy(signer.verifying_key());
    let token = claims().sign_and_encrypt(&signer, &encrypting).expect("a token");
    let explanation = validator.explain_nested(&token, &recipient);
    assert_eq!(explanation.error(), None, "{explanation}");
    let checks: Vec<_> = explanation.steps().iter().map(|step| step.check).collect();
    assert!(checks.contains(&Check::Decryption) && checks.contains(&Check::Signature));
    let expired = claims().expires_at(jotwell::NumericDate::from_secs(1_300_819_380));
    let expired = expired.sign_and_encrypt(&signer, &encrypting).expect("a token");
    assert_eq!(failed_at(&validator.explain_nested(&expired, &recipient)), Some(Check::Expiry));
    let named = DecryptingKey::generate(KeyManagement::EcdhEs, &ENC).expect("a key").with_key_id("k");
    let to_named = claims().sign_and_encrypt(&signer, &named.encrypting_key()).expect("a token");
    let explanation = validator.explain_nested(&to_named, &named).to_string();
    assert!(explanation.contains(r#"kid "k", ECDH-ES"#), "{explanation}");
    let stranger = DecryptingKey::generate(KeyManagement::EcdhEs, &ENC).expect("a key");
    assert_eq!(failed_at(&validator.explain_nested(&token, &stranger)), Some(Check::Decryption));
    let plain = encrypting.encrypt(b"{}").expect("a token");
    assert_eq!(failed_at(&validator.explain_nested(&plain, &recipient)), Some(Check::ContentType));
    let header = Header::for_key(&encrypting).with("iss", &"other").expect("a header");
    let inner = SignedHeader::for_key(&signer);
    let differs = claims().sign_and_encrypt_with(&signer, &inner, &encrypting, &header).expect("a token");
    let explanation = validator.explain_nested(&differs, &recipient);
    assert_eq!(explanation.error(), Some(&VerifyError::HeaderClaimMismatch), "{explanation}");
}
