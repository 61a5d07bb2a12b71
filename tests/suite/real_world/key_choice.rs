//! Which key of a set a token selects, and what the error says if no key fits.

use jotwell::jws::{self, UnsignedToken, Verifier};
use jotwell::{
    Algorithm, Header, JwkSet, JwkSetReader, KeyError, KeyFormat, KeySource as _, SigningKey, VerifyError,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{base64, bytes, key, says};

const ALGORITHM: Algorithm = Algorithm::ES256;

fn public(name: &str) -> Value {
    serde_json::from_str(&key(&format!("{name}.pub.jwk.json"))).expect("JSON")
}

fn with(mut jwk: Value, member: &str, value: impl Into<Value>) -> Value {
    jwk[member] = value.into();
    jwk
}

fn set(keys: &[Value]) -> JwkSet {
    JwkSet::from_json(json!({ "keys": keys }).to_string(), &[ALGORITHM, Algorithm::RS256]).expect("a set")
}

fn signing() -> SigningKey {
    SigningKey::from_pem(ALGORITHM, key("p256.pkcs8.pem")).expect("a key")
}

/// Returns a token signed with that key, with these header parameters in addition to `alg`.
fn token(key: &SigningKey, parameters: Value) -> String {
    let mut header = Header::new(key.algorithm());
    for (name, value) in parameters.as_object().expect("an object") {
        header = match (name.as_str(), value.as_str()) {
            ("kid", Some(kid)) => header.with_key_id(kid),
            _ => header.with(name, value).expect("a header"),
        };
    }
    UnsignedToken::new(&header, b"payload").sign(key).expect("a token")
}

/// Returns a [`token`] with a header that a strict issuer would not write.
fn token_with_header(key: &SigningKey, header: Value) -> String {
    let input = format!("{}.cGF5bG9hZA", jotwell::base64url::encode(header.to_string()));
    let signature = key.sign(input.as_bytes()).expect("a signature");
    format!("{input}.{}", jotwell::base64url::encode(signature))
}

fn verify(set: &JwkSet, token: &str) -> Result<(), VerifyError> {
    Verifier::new(set).verify(token).map(drop)
}

fn explains(error: &VerifyError, words: &[&str]) {
    let text = error.to_string();
    assert!(words.iter().all(|word| text.contains(word)), "{text}");
    assert!(error.is_key_not_found());
}

fn sha256(certificate: &[u8]) -> String {
    jotwell::base64url::encode(Sha256::digest(certificate))
}

#[test]
fn errors_say_why_no_key_was_found() {
    let two = set(&[with(public("p256"), "kid", "a"), with(public("p256"), "kid", "b")]);
    let error = verify(&two, &token(&signing(), json!({}))).unwrap_err();
    assert_eq!(error, VerifyError::AmbiguousKey { algorithm: ALGORITHM, keys: 2 });
    explains(&error, &["no \"kid\"", "2 keys are for ES256", "have the issuer write a \"kid\""]);

    let error = verify(&two, &token(&signing(), json!({"kid": "c"}))).unwrap_err();
    assert_eq!(error, VerifyError::unknown_key(Some("c")));
    explains(&error, &["no key has the token's \"kid\" \"c\"", "up to date"]);

    let other = set(&[with(public("rsa2048"), "kid", "a")]);
    let error = verify(&other, &token(&signing(), json!({}))).unwrap_err();
    assert_eq!(error, VerifyError::NoKeyForAlgorithm { algorithm: ALGORITHM, skipped: 0 });
    explains(&error, &["no key is for ES256"]);

    // If a key was found but does not verify the token, fetching keys again does not help.
    let found = Algorithm::RS256;
    for error in
        [VerifyError::InvalidSignature, VerifyError::AlgorithmMismatch { expected: ALGORITHM, found }]
    {
        assert!(!error.is_key_not_found(), "{error}");
    }
}

#[test]
fn a_skipped_key_is_named_with_its_reason_even_if_all_were_skipped() {
    let unreadable = with(with(public("p256"), "kid", "short"), "x", "AAAA");
    let encryption = with(with(public("p256"), "kid", "enc"), "use", "enc");
    let set = set(&[unreadable, encryption, json!({"kid": "new", "kty": "AKP", "pub": "AA"})]);
    assert!(set.is_empty());
    let skipped: Vec<_> = set.skipped().iter().map(|key| key.key_id.as_deref()).collect();
    assert_eq!(skipped, [Some("short"), Some("enc"), Some("new")]);
    for (kid, words) in [
        ("short", &["wrong \"x\"", "zeros in front"][..]),
        ("enc", &["by its \"use\"", "\"sig\""]),
        ("new", &["a key of an unknown type"]),
    ] {
        let error = verify(&set, &token(&signing(), json!({ "kid": kid }))).unwrap_err();
        assert!(matches!(error, VerifyError::SkippedKey { .. }), "{error:?}");
        explains(&error, &["skipped when the key set was read"]);
        explains(&error, words);
    }
    let error = verify(&set, &token(&signing(), json!({}))).unwrap_err();
    assert_eq!(error, VerifyError::NoKeyForAlgorithm { algorithm: ALGORITHM, skipped: 3 });
    explains(&error, &["3 of the key set were skipped", "`JwkSet::skipped`"]);
}

/// The text of a key may be untrusted, and so may its `kid`. The diagnostics show it to the operator as a value.
#[test]
fn the_kid_of_an_unreadable_key_is_shown() {
    let kids =
        [(json!("a\"b\n"), Some("a\"b\n")), (json!(7), None), (json!(null), None), (json!(["a"]), None)];
    for (kid, found) in kids {
        let set = set(&[json!({"kty": "EC", "kid": kid})]);
        assert_eq!(set.skipped()[0].key_id.as_deref(), found, "{kid}");
    }
}

#[test]
fn different_keys_under_one_kid_are_named() {
    let other = SigningKey::generate(ALGORITHM).expect("a key").with_key_id("k");
    let other: Value =
        serde_json::from_str(&other.verifying_key().to_jwk().to_json().expect("JSON")).expect("JSON");
    let set = set(&[with(public("p256"), "kid", "k"), other]);
    let error = verify(&set, &token(&signing(), json!({"kid": "k"}))).unwrap_err();
    assert_eq!(error, VerifyError::SkippedKey { reason: KeyError::DuplicateKeyId });
    explains(&error, &["different keys with this \"kid\"", "`JwkSet::from_keys`"]);
}

#[test]
fn other_documents_of_an_issuer_are_named() {
    use KeyFormat::{CertificateMap, IssuerMetadata, Jwk, JwkSet as Set, Pem};
    let map = json!({"a": key("p256.cert.pem"), "b": key("rsa2048.cert.pem")}).to_string();
    let metadata = r#"{"issuer":"https://auth.example","jwks_uri":"https://auth.example/keys"}"#;
    for (text, found, remedy) in [
        (metadata, IssuerMetadata, "`jwks_uri`"),
        (&map, CertificateMap, "JWK Set of the issuer"),
        (&key("p256.pub.jwk.json"), Jwk, "`from_jwk`"),
        (&key("p256.spki.pem"), Pem, "`from_pem`"),
    ] {
        let error = JwkSet::from_json(text, &[ALGORITHM]).unwrap_err();
        assert_eq!(error, KeyError::UnexpectedFormat { expected: Set, found }, "{text}");
        says(&error, &[remedy]);
    }
    says(&JwkSet::from_json("{}", &[ALGORITHM]).unwrap_err(), &["`jwks_uri`"]);
    // A set with a truncated certificate is not PEM.
    let cut_off = JwkSet::from_json(r#"{"keys":["-----BEGIN CERTIFICATE-----"#, &[ALGORITHM]).unwrap_err();
    assert!(matches!(cut_off, KeyError::Json(_)), "{cut_off:?}");
}

#[test]
fn the_use_of_spiffe_is_accepted_by_name() {
    let spiffe = with(with(public("p256"), "kid", "a"), "use", "jwt-svid");
    let x509 = with(with(public("p256"), "kid", "b"), "use", "x509-svid");
    let document = json!({"keys": [spiffe, x509], "spiffe_refresh_hint": 300}).to_string();
    let reader = JwkSetReader::new([ALGORITHM]).accept_use("jwt-svid");
    let keys = reader.read(&document).expect("a set");
    assert_eq!(verify(&keys, &token(&signing(), json!({"kid": "a"}))), Ok(()));
    let not_allowed = KeyError::UseNotAllowed { member: "use" };
    assert_eq!(
        verify(&keys, &token(&signing(), json!({"kid": "b"}))),
        Err(VerifyError::SkippedKey { reason: not_allowed.clone() })
    );
    assert!(JwkSet::from_json(&document, &[ALGORITHM]).expect("a set").is_empty());
    // A key for encryption never verifies, even if its use is accepted, and case matters.
    for refused in ["enc", "JWT-SVID", "jwt-svid "] {
        let keys = json!({"keys": [with(public("p256"), "use", refused)]}).to_string();
        let keys = reader.clone().accept_use("enc").read(keys).expect("a set");
        assert_eq!(keys.skipped()[0].reason, not_allowed, "{refused}");
    }
}

#[test]
fn a_token_without_kid_selects_by_its_certificate() {
    let (p256, issued) =
        (bytes("interop/keys/p256.cert.der"), SigningKey::generate(ALGORITHM).expect("a key"));
    let second: Value =
        serde_json::from_str(&issued.verifying_key().to_jwk().to_json().expect("JSON")).expect("JSON");
    let sha1 = jotwell::base64url::encode([7; 20]);
    let by_chain = with(public("p256"), "x5c", json!([base64(&p256)]));
    let by_sha256 = with(public("p256"), "x5t#S256", sha256(&p256));
    let by_sha1 = with(public("p256"), "x5t", sha1.clone());
    for (first, parameters) in [
        (by_chain, json!({"x5t#S256": sha256(&p256)})),
        (by_sha256, json!({"x5t#S256": sha256(&p256)})),
        (by_sha1, json!({"x5t": sha1})),
    ] {
        // Without the certificate, the choice would be ambiguous.
        let set = set(&[first, second.clone()]);
        let ambiguous = Err(VerifyError::AmbiguousKey { algorithm: ALGORITHM, keys: 2 });
        assert_eq!(verify(&set, &token(&signing(), json!({}))), ambiguous);
        assert_eq!(verify(&set, &token(&signing(), parameters.clone())), Ok(()), "{parameters}");
        // It selects and proves nothing: a token signed with another key does not verify.
        let forged = token(&issued, parameters.clone());
        assert_eq!(verify(&set, &forged), Err(VerifyError::InvalidSignature), "{parameters}");
        // The key still decides the algorithm.
        let rsa = SigningKey::from_pem(Algorithm::RS256, key("rsa2048.pkcs8.pem")).expect("a key");
        let mismatch = VerifyError::AlgorithmMismatch { expected: ALGORITHM, found: Algorithm::RS256 };
        assert_eq!(verify(&set, &token(&rsa, parameters.clone())), Err(mismatch));
        // `kid` takes precedence.
        let mut named = parameters.clone();
        named["kid"] = "unknown".into();
        assert_eq!(verify(&set, &token(&signing(), named)), Err(VerifyError::unknown_key(Some("unknown"))));
    }
    // If several keys claim the certificate, it does not select one.
    let parameters = json!({ "x5t": sha1 });
    let both = set(&[with(public("p256"), "x5t", sha1.clone()), with(second, "x5t", sha1)]);
    let ambiguous = Err(VerifyError::AmbiguousKey { algorithm: ALGORITHM, keys: 2 });
    assert_eq!(verify(&both, &token(&signing(), parameters)), ambiguous);
}

/// Some servers write `x5t` as base64url of hexadecimal. It matches no certificate, so the token is treated as if it
/// had none.
#[test]
fn a_malformed_certificate_digest_is_ignored() {
    let certificate = bytes("interop/keys/p256.cert.der");
    let one = set(&[with(public("p256"), "x5t#S256", sha256(&certificate))]);
    let hexadecimal = jotwell::base64url::encode("0123456789ABCDEF0123456789ABCDEF01234567");
    for value in
        [json!(hexadecimal), json!("AAAA"), json!(""), json!(7), json!(null), json!([sha256(&certificate)])]
    {
        for parameter in ["x5t", "x5t#S256"] {
            let header = json!({"alg": "ES256", parameter: value});
            assert_eq!(verify(&one, &token_with_header(&signing(), header.clone())), Ok(()), "{header}");
        }
    }
    // Well-formed, but of no key in the set: it selects the only key of the algorithm, as without it.
    assert_eq!(verify(&one, &token(&signing(), json!({"x5t#S256": sha256(b"another")}))), Ok(()));
    // In the set, it is not a reason to skip the key.
    let set = set(&[with(with(public("p256"), "x5t", hexadecimal), "x5t#S256", 7)]);
    assert_eq!((set.len(), set.skipped().len()), (1, 0));
    assert!(set.key_for(&Header::new(ALGORITHM)).is_ok());
}

/// A key in a token is never used.
#[test]
fn a_key_in_a_token_is_never_used() {
    let stranger = SigningKey::generate(ALGORITHM).expect("a key");
    let jwk: Value =
        serde_json::from_str(&stranger.verifying_key().to_jwk().to_json().expect("JSON")).expect("JSON");
    let certificate = bytes("interop/keys/p256.cert.der");
    let set = set(&[with(public("p256"), "x5c", json!([base64(&certificate)]))]);
    for header in [
        json!({"alg": "ES256", "jwk": jwk}),
        json!({"alg": "ES256", "jwk": jwk, "x5t#S256": sha256(&certificate)}),
        json!({"alg": "ES256", "x5c": [base64(&certificate)]}),
    ] {
        let token = token_with_header(&stranger, header.clone());
        assert_eq!(verify(&set, &token), Err(VerifyError::InvalidSignature), "{header}");
    }
    let other = JwkSet::from_json(r#"{"keys":[]}"#, &[ALGORITHM]).expect("a set");
    let token = token_with_header(&signing(), json!({"alg": "ES256", "x5c": [base64(&certificate)]}));
    assert!(matches!(verify(&other, &token), Err(VerifyError::NoKeyForAlgorithm { .. })));
    assert!(jws::sign(b"", &stranger).is_ok());
}
