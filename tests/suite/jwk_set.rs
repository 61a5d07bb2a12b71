//! JWK Sets: which key a token selects, and which keys are skipped and why. RFC 7517 §5.

use std::time::Instant;

use jotwell::algorithm::Family;
use jotwell::jws::{self, Verifier};
use jotwell::{
    Algorithm, Curve, Header, JsonError, JwkSet, JwkSetReader, KeyError, KeyFormat, KeySource as _, KeyType,
    SigningKey, UnverifiedToken, VerifyError, VerifyingKey,
};
use serde_json::{Value, json};

/// The public key of RFC 8037 A.2.
const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
/// Its private half, of RFC 8037 A.1.
const D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

fn file(name: &str) -> String {
    std::fs::read_to_string(format!("{}/vectors/interop/{name}", env!("CARGO_MANIFEST_DIR"))).expect(name)
}

/// A public key from another tool, without `alg`, `use` or `kid`.
fn foreign(name: &str) -> Value {
    serde_json::from_str(&file(&format!("keys/{name}.pub.jwk.json"))).expect("JSON")
}

fn signing(name: &str, algorithm: Algorithm) -> SigningKey {
    SigningKey::from_pem(algorithm, file(&format!("keys/{name}.pkcs8.pem"))).expect(name)
}

fn generate(algorithm: Algorithm, key_id: &str) -> SigningKey {
    SigningKey::generate(algorithm).expect("a key").with_key_id(key_id)
}

fn with(mut jwk: Value, member: &str, value: impl Into<Value>) -> Value {
    jwk[member] = value.into();
    jwk
}

fn ed25519(key_id: &str) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": X, "kid": key_id})
}

fn set(keys: &[Value], algorithms: &[Algorithm]) -> JwkSet {
    JwkSet::from_json(json!({ "keys": keys }).to_string(), algorithms).expect("a set")
}

fn skipped(set: &JwkSet) -> Vec<(usize, Option<&str>, KeyError)> {
    set.skipped().iter().map(|key| (key.index, key.key_id.as_deref(), key.reason.clone())).collect()
}

fn kept(set: &JwkSet) -> Vec<(Algorithm, Option<&str>)> {
    set.keys().iter().map(|key| (key.algorithm(), key.key_id())).collect()
}

/// Returns which key of the set a token with this header selects.
fn chosen(set: &JwkSet, header: &Header) -> Result<Algorithm, VerifyError> {
    set.key_for(header).map(|key| key.algorithm())
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_token_selects_the_key_that_it_names() {
    let keys =
        [generate(Algorithm::EdDSA, "a"), generate(Algorithm::EdDSA, "b"), generate(Algorithm::ES256, "c")];
    let verifier =
        Verifier::new(JwkSet::from_keys(keys.iter().map(SigningKey::verifying_key)).expect("a set"));
    for key in &keys {
        let token = jws::sign(b"payload", key).expect("a token");
        assert_eq!(verifier.verify(&token).expect("verified").header().key_id(), key.key_id());
        // A token with the name of another key does not verify with that key.
        let renamed = key.clone().with_key_id(if key.key_id() == Some("a") { "b" } else { "a" });
        let error = verifier.verify(&jws::sign(b"payload", &renamed).expect("a token")).unwrap_err();
        let expected = match key.algorithm() {
            Algorithm::EdDSA => VerifyError::InvalidSignature,
            found => VerifyError::AlgorithmMismatch { expected: Algorithm::EdDSA, found },
        };
        assert_eq!(error, expected);
        // Names are compared exactly, and no other key is tried.
        for name in ["", "A", "a ", "d"] {
            let token = jws::sign(b"payload", &key.clone().with_key_id(name)).expect("a token");
            assert_eq!(
                verifier.verify(&token).unwrap_err(),
                VerifyError::unknown_key(Some(name)),
                "{name:?}"
            );
        }
    }
}

/// RFC 7517 §4.5: keys of different types may share a name if they are equivalent.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn keys_with_one_name_are_distinguished_by_algorithm() {
    let keys =
        [generate(Algorithm::ES256, "k"), generate(Algorithm::EdDSA, "k"), generate(Algorithm::ES384, "k")];
    let set = JwkSet::from_keys(keys.iter().map(SigningKey::verifying_key)).expect("a set");
    for key in &keys {
        assert!(Verifier::new(&set).verify(&jws::sign(b"payload", key).expect("a token")).is_ok());
    }
    let found = Algorithm::ES512;
    assert_eq!(
        chosen(&set, &Header::new(found).with_key_id("k")),
        Err(VerifyError::AlgorithmMismatch { expected: Algorithm::ES256, found })
    );
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_token_without_a_name_selects_the_only_key_of_its_algorithm() {
    let one = generate(Algorithm::ES256, "one");
    let nameless = SigningKey::generate(Algorithm::EdDSA).expect("a key");
    let other = generate(Algorithm::EdDSA, "other");
    let set =
        |keys: &[&SigningKey]| JwkSet::from_keys(keys.iter().map(|key| key.verifying_key())).expect("a set");
    let token = |key: &SigningKey| {
        jws::UnsignedToken::new(&Header::new(key.algorithm()), b"payload").sign(key).expect("a token")
    };
    let both = Verifier::new(set(&[&one, &nameless]));
    assert!(both.verify(&token(&one)).is_ok());
    assert!(both.verify(&token(&nameless)).is_ok());
    let algorithm = Algorithm::ES384;
    assert_eq!(
        chosen(&set(&[&one, &nameless]), &Header::new(algorithm)),
        Err(VerifyError::NoKeyForAlgorithm { algorithm, skipped: 0 })
    );

    // If there are several, none is tried: otherwise the sender of the token would choose.
    let several = Verifier::new(set(&[&one, &nameless, &other]));
    assert!(several.verify(&token(&one)).is_ok());
    let ambiguous = VerifyError::AmbiguousKey { algorithm: Algorithm::EdDSA, keys: 2 };
    assert_eq!(several.verify(&token(&nameless)).unwrap_err(), ambiguous);
    assert_eq!(several.verify(&token(&other)).unwrap_err(), ambiguous);
    assert!(several.verify(&jws::sign(b"payload", &other).expect("a token")).is_ok());

    // A key without a name is not for a token with one.
    let named = jws::sign(b"payload", &nameless.with_key_id("x")).expect("a token");
    assert_eq!(both.verify(&named).unwrap_err(), VerifyError::unknown_key(Some("x")));
}

#[test]
fn an_empty_set_rejects_every_token() {
    for empty in [JwkSet::default(), set(&[], Algorithm::ALL), JwkSet::from_keys([]).expect("a set")] {
        assert!(empty.is_empty() && empty.keys().is_empty() && empty.skipped().is_empty());
        assert_eq!((empty.len(), empty.to_json().expect("JSON")), (0, r#"{"keys":[]}"#.to_owned()));
        let (algorithm, skipped) = (Algorithm::EdDSA, 0);
        let none = Err(VerifyError::NoKeyForAlgorithm { algorithm, skipped });
        assert_eq!(chosen(&empty, &Header::new(algorithm)), none);
        assert_eq!(
            chosen(&empty, &Header::new(algorithm).with_key_id("k")),
            Err(VerifyError::unknown_key(Some("k")))
        );
    }
}

/// RFC 8725 §3.1: the verifier decides which algorithms are accepted, not the set.
#[test]
fn keys_of_algorithms_that_are_not_accepted_are_skipped() {
    let keys = [
        ed25519("ed"),
        with(ed25519("ed-alg"), "alg", "EdDSA"),
        with(foreign("p256"), "kid", "ec"),
        with(foreign("rsa2048"), "kid", "rsa"),
        with(with(foreign("rsa3072"), "kid", "rsa-oaep"), "alg", "RSA-OAEP"),
    ];
    let wrong = |algorithm, found| KeyError::WrongKeyType { algorithm, found, format: KeyFormat::Jwk };
    let not_intended = KeyError::UseNotAllowed { member: "alg" };

    let es256 = set(&keys, &[Algorithm::ES256]);
    assert_eq!(kept(&es256), [(Algorithm::ES256, Some("ec"))]);
    let ed_found = KeyType::Ec(Curve::Ed25519);
    assert_eq!(
        skipped(&es256),
        [
            (0, Some("ed"), wrong(Algorithm::ES256, ed_found)),
            (1, Some("ed-alg"), not_intended.clone()),
            (3, Some("rsa"), wrong(Algorithm::ES256, KeyType::Rsa)),
            (4, Some("rsa-oaep"), not_intended.clone()),
        ]
    );
    let none = set(&keys, &[]);
    assert!(none.is_empty());
    assert_eq!(none.skipped().len(), keys.len());
    assert!(none.skipped().iter().all(|key| key.reason == not_intended));
    // `alg` has one of two names for the same key.
    let fully_specified = set(&keys, &[Algorithm::Ed25519]);
    assert_eq!(kept(&fully_specified), [(Algorithm::Ed25519, Some("ed"))]);
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_key_without_alg_is_for_each_algorithm_that_it_fits() {
    let keys = [with(foreign("rsa2048"), "kid", "rsa")];
    let set = set(&keys, &[Algorithm::RS256, Algorithm::PS256, Algorithm::ES256]);
    assert_eq!(kept(&set), [(Algorithm::RS256, Some("rsa")), (Algorithm::PS256, Some("rsa"))]);
    assert_eq!(skipped(&set), []);
    for algorithm in [Algorithm::RS256, Algorithm::PS256] {
        let key = signing("rsa2048", algorithm);
        let named = jws::sign(b"payload", &key.clone().with_key_id("rsa")).expect("a token");
        let nameless = jws::sign(b"payload", &key).expect("a token");
        for token in [named, nameless] {
            let verified = Verifier::new(&set).verify(&token).expect("verified");
            assert_eq!(verified.header().algorithm(), algorithm);
        }
    }
    let found = Algorithm::RS512;
    assert_eq!(
        chosen(&set, &Header::new(found).with_key_id("rsa")),
        Err(VerifyError::AlgorithmMismatch { expected: Algorithm::RS256, found })
    );
}

/// A list with a duplicate is like one without it.
#[test]
fn a_duplicate_algorithm_is_ignored() {
    let nameless = json!({"kty": "OKP", "crv": "Ed25519", "x": X});
    let twice = set(&[nameless], &[Algorithm::EdDSA, Algorithm::EdDSA]);
    assert_eq!(kept(&twice), [(Algorithm::EdDSA, None)]);
    assert_eq!(chosen(&twice, &Header::new(Algorithm::EdDSA)), Ok(Algorithm::EdDSA));
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn unusable_keys_are_skipped_with_the_reason_and_the_rest_is_used() {
    let not_public = KeyError::NotPublic { found: KeyFormat::Jwk };
    let invalid = |member| KeyError::InvalidMember { member };
    let not_intended = |member| KeyError::UseNotAllowed { member };
    let wrong = |found| KeyError::WrongKeyType { algorithm: Algorithm::EdDSA, found, format: KeyFormat::Jwk };
    let private = with(ed25519("k"), "d", D);
    let rsa_private: Value = serde_json::from_str(&file("keys/rsa2048.jwk.json")).expect("JSON");
    let oct = json!({"kty": "oct", "kid": "k", "k": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"});
    let off_curve = with(with(foreign("p256"), "x", foreign("p256")["y"].clone()), "kid", "k");
    let long_zero = format!("AA{}", foreign("rsa2048")["n"].as_str().expect("text"));
    let cases: Vec<(Value, Option<&str>, KeyError)> = vec![
        // Of an unknown type, or on an unknown curve (RFC 7517 §5: ignore those).
        (json!({"kty": "AKP", "kid": "k", "pub": "AA"}), Some("k"), wrong(KeyType::Unknown)),
        (json!({"kty": "AKP", "kid": "k", "alg": "ML-DSA-44"}), Some("k"), not_intended("alg")),
        (json!({"kty": "OKP", "crv": "X25519", "x": X, "kid": "k"}), Some("k"), wrong(KeyType::X25519)),
        (json!({"kty": "OKP", "crv": "Ed448", "x": X, "kid": "k"}), Some("k"), wrong(KeyType::Ed448)),
        (json!({"kty": "EC", "crv": "P-257", "kid": "k"}), Some("k"), wrong(KeyType::EcOther)),
        // Malformed.
        (json!({"kid": "k"}), Some("k"), KeyError::MissingMember { member: "kty" }),
        (
            json!({"kty": "OKP", "crv": "Ed25519", "kid": "k"}),
            Some("k"),
            KeyError::MissingMember { member: "x" },
        ),
        (with(ed25519("k"), "x", "AAAA"), Some("k"), invalid("x")),
        (with(ed25519("k"), "x", format!("{X}=")), Some("k"), invalid("x")),
        (with(ed25519("k"), "kid", 7), None, invalid("kid")),
        (with(ed25519("k"), "kid", Value::Null), None, invalid("kid")),
        (with(with(foreign("rsa2048"), "n", long_zero), "kid", "k"), Some("k"), invalid("n")),
        (off_curve, Some("k"), KeyError::InvalidPoint { curve: Curve::P256 }),
        // RFC 8725 §3.2 and RFC 7518 §3.3.
        (with(with(foreign("rsa2048"), "e", "Aw"), "kid", "k"), Some("k"), KeyError::RsaExponent),
        (
            json!({"kty": "RSA", "kid": "k", "n": "_____w", "e": "AQAB"}),
            Some("k"),
            KeyError::RsaModulusSize { bits: 32 },
        ),
        // For another use.
        (with(ed25519("k"), "use", "enc"), Some("k"), not_intended("use")),
        (with(ed25519("k"), "key_ops", json!(["encrypt"])), Some("k"), not_intended("key_ops")),
        (with(ed25519("k"), "alg", "ES384"), Some("k"), not_intended("alg")),
        (
            with(ed25519("k"), "alg", "HS256"),
            Some("k"),
            KeyError::WrongKeyType {
                algorithm: Algorithm::HS256,
                found: KeyType::Ec(Curve::Ed25519),
                format: KeyFormat::Jwk,
            },
        ),
        // Keys that should not have been published.
        (private, Some("k"), not_public.clone()),
        (with(rsa_private, "kid", "k"), Some("k"), not_public.clone()),
        (oct.clone(), Some("k"), not_public.clone()),
        (with(oct, "alg", "HS256"), Some("k"), not_public.clone()),
        (json!({"kty": "AKP", "kid": "k", "priv": "AA"}), Some("k"), not_public),
        // Not a key.
        (json!(null), None, invalid("keys")),
        (json!("text"), None, invalid("keys")),
        (json!([ed25519("k")]), None, invalid("keys")),
    ];
    let algorithms = [Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256, Algorithm::HS256];
    let good = ed25519("good");
    for (bad, key_id, reason) in &cases {
        let set = set(&[good.clone(), bad.clone()], &algorithms);
        assert_eq!(kept(&set), [(Algorithm::EdDSA, Some("good"))], "{bad}");
        assert_eq!(skipped(&set), [(1, *key_id, reason.clone())], "{bad}");
    }
    // All together, in the order of the set, around the valid one.
    let mut keys: Vec<_> = cases.iter().map(|(bad, ..)| bad.clone()).collect();
    keys.insert(3, good);
    let set = set(&keys, &algorithms);
    assert_eq!(kept(&set), [(Algorithm::EdDSA, Some("good"))]);
    let expected: Vec<_> = cases
        .iter()
        .enumerate()
        .map(|(index, (_, key_id, reason))| (index + usize::from(index >= 3), *key_id, reason.clone()))
        .collect();
    assert_eq!(skipped(&set), expected);
    let key = SigningKey::from_jwk(
        Algorithm::EdDSA,
        &with(ed25519("good"), "d", D).to_string().parse().expect("a JWK"),
    );
    let token = jws::sign(b"payload", &key.expect("a key")).expect("a token");
    assert!(Verifier::new(set).verify(&token).is_ok());
}

/// RFC 7517 §4.5 recommends distinct names. With equal names it is ambiguous which key a token means, and an attacker
/// who can add a key to a set must not have it mistaken for another.
#[test]
fn different_keys_with_one_name_and_algorithm_are_all_skipped() {
    let (first, second) = (generate(Algorithm::EdDSA, "k"), generate(Algorithm::EdDSA, "k"));
    let other = generate(Algorithm::EdDSA, "other");
    let keys = [first.verifying_key(), second.verifying_key()];
    let jwk = |key: &VerifyingKey| -> Value {
        serde_json::from_str(&key.to_jwk().to_json().expect("JSON")).expect("JSON")
    };
    let jwks = [jwk(&keys[0]), jwk(&other.verifying_key()), jwk(&keys[1])];
    let both = set(&jwks, &[Algorithm::EdDSA]);
    let duplicate = KeyError::DuplicateKeyId;
    assert_eq!(skipped(&both), [(0, Some("k"), duplicate.clone()), (2, Some("k"), duplicate.clone())]);
    let verify = |set: &JwkSet, key: &SigningKey| {
        Verifier::new(set).verify(&jws::sign(b"", key).expect("a token")).map(drop)
    };
    for key in [&first, &second] {
        assert_eq!(verify(&both, key), Err(VerifyError::SkippedKey { reason: duplicate.clone() }));
    }
    assert_eq!(verify(&both, &other), Ok(()));
    // An application that combines keys gets an error.
    assert_eq!(JwkSet::from_keys(keys).map(drop), Err(duplicate));

    // The same key twice is one key, also if it is used for several algorithms.
    let twice = set(&[jwks[0].clone(), jwks[0].clone(), jwks[0].clone()], &[Algorithm::EdDSA]);
    assert_eq!((kept(&twice), skipped(&twice)), (vec![(Algorithm::EdDSA, Some("k"))], vec![]));
    assert_eq!(verify(&twice, &first), Ok(()));
    let rsa = with(foreign("rsa2048"), "kid", "rsa");
    let algorithms = [Algorithm::RS256, Algorithm::PS256];
    let twice = set(&[with(rsa.clone(), "alg", "PS256"), rsa], &algorithms);
    assert_eq!(kept(&twice), [(Algorithm::PS256, Some("rsa")), (Algorithm::RS256, Some("rsa"))]);
    assert_eq!(skipped(&twice), []);
}

#[test]
fn secrets_in_a_set_are_skipped() {
    let secret = VerifyingKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    let error = JwkSet::from_keys([secret]).map(drop).unwrap_err();
    assert_eq!(error, KeyError::NotPublic { found: KeyFormat::Bytes });
}

#[test]
fn a_document_that_is_not_a_set_is_rejected() {
    let json = |error| Err(KeyError::Json(error));
    for (text, error) in [
        ("", json(JsonError::Syntax { offset: 0 })),
        ("[]", json(JsonError::NotAnObject)),
        ("null", json(JsonError::NotAnObject)),
        (r#"{"keys":[]} x"#, json(JsonError::TrailingData { offset: 12 })),
        (r#"{"keys":[],"keys":[]}"#, json(JsonError::DuplicateMember { offset: 11 })),
        // Another reader may read the other of two names.
        (r#"{"keys":[{"kid":"a","kid":"b"}]}"#, json(JsonError::DuplicateMember { offset: 20 })),
        ("{}", Err(KeyError::MissingMember { member: "keys" })),
        (r#"{"Keys":[]}"#, Err(KeyError::MissingMember { member: "keys" })),
        (r#"{"keys":{}}"#, Err(KeyError::InvalidMember { member: "keys" })),
        (r#"{"keys":null}"#, Err(KeyError::InvalidMember { member: "keys" })),
        (r#"{"keys":"[]"}"#, Err(KeyError::InvalidMember { member: "keys" })),
        // A single key is not a set.
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            Err(KeyError::UnexpectedFormat { expected: KeyFormat::JwkSet, found: KeyFormat::Jwk }),
        ),
    ] {
        assert_eq!(JwkSet::from_json(text, &[Algorithm::EdDSA]).map(drop), error, "{text}");
    }
    assert_eq!(
        JwkSet::from_json(b"{\"keys\":[\"\xff\"]}", &[]).map(drop),
        json(JsonError::NotUtf8 { offset: 10 })
    );
    // RFC 7517 §5: unknown members are ignored.
    let extended = format!(r#"{{"expires":7,"keys":[{}],"issuer":{{}}}}"#, ed25519("k"));
    assert_eq!(JwkSet::from_json(extended, &[Algorithm::EdDSA]).expect("a set").len(), 1);
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_published_set_is_read_back_unchanged() {
    let keys = [
        generate(Algorithm::EdDSA, "a \"quoted\" \\ é😀"),
        generate(Algorithm::ES256, "a"),
        generate(Algorithm::ES512, "b"),
        SigningKey::generate(Algorithm::Ed25519).expect("a key"),
        signing("rsa2048", Algorithm::PS256).with_key_id("c"),
        signing("rsa2048", Algorithm::RS256).with_key_id("c"),
    ];
    let published = JwkSet::from_keys(keys.iter().map(SigningKey::verifying_key)).expect("a set");
    let text = published.to_json().expect("JSON");
    let fetched = JwkSet::from_json(&text, Algorithm::ALL).expect("a set");
    assert_eq!(kept(&fetched), kept(&published));
    assert_eq!(skipped(&fetched), []);
    assert_eq!(fetched.to_json().expect("JSON"), text);
    for key in &keys {
        let token = jws::sign(b"payload", key).expect("a token");
        assert!(Verifier::new(&fetched).verify(&token).is_ok(), "{key:?}");
    }
    let document: Value = serde_json::from_str(&text).expect("JSON");
    for jwk in document["keys"].as_array().expect("keys") {
        assert_eq!((jwk["use"].as_str(), jwk.get("d")), (Some("sig"), None));
        assert!(jwk["alg"].is_string());
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn ten_thousand_keys_are_found_by_name() {
    const COUNT: usize = 10_000;
    let keys: Vec<_> = (0..COUNT).map(|index| generate(Algorithm::EdDSA, &format!("key-{index}"))).collect();
    let published = JwkSet::from_keys(keys.iter().map(SigningKey::verifying_key)).expect("a set");
    let set = JwkSet::from_json(published.to_json().expect("JSON"), &[Algorithm::EdDSA]).expect("a set");
    assert_eq!((set.len(), set.skipped().len()), (COUNT, 0));
    let verifier = Verifier::new(&set);
    for index in [0, 1, COUNT / 2, COUNT - 1] {
        let token = jws::sign(b"payload", &keys[index]).expect("a token");
        let verified = verifier.verify(&token).expect("verified");
        assert_eq!(verified.header().key_id(), Some(&*format!("key-{index}")));
    }
    let unknown = |name: &str| chosen(&set, &Header::new(Algorithm::EdDSA).with_key_id(name));
    assert_eq!(unknown("key-10000"), Err(VerifyError::unknown_key(Some("key-10000"))));
    assert_eq!(unknown(""), Err(VerifyError::unknown_key(Some(""))));
    let ambiguous = VerifyError::AmbiguousKey { algorithm: Algorithm::EdDSA, keys: COUNT };
    assert_eq!(chosen(&set, &Header::new(Algorithm::EdDSA)), Err(ambiguous));

    // A limit that a linear search would exceed; a look-up takes well below 1 µs.
    let headers: Vec<_> =
        (0..COUNT).map(|index| Header::new(Algorithm::EdDSA).with_key_id(format!("key-{index}"))).collect();
    let start = Instant::now();
    for header in &headers {
        assert_eq!(set.key_for(header).expect("a key").key_id(), header.key_id());
    }
    assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
}

/// Sets with keys from other tools, and their tokens.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn tokens_of_other_makers_find_their_key() {
    const NAMES: [&str; 8] =
        ["rsa2048", "rsa3072", "rsa4096", "p256", "p384", "p521", "secp256k1", "ed25519"];
    // Tools name the same keys in two ways.
    let named = |suffix: &str| NAMES.map(|name| with(foreign(name), "kid", format!("{name}{suffix}")));
    let sets = ["", "-key"].map(|suffix| set(&named(suffix), Algorithm::ALL));
    for set in &sets {
        assert_eq!(skipped(set), []);
        // Each RSA key is for six algorithms, the Ed25519 key for two names of one.
        assert_eq!(set.len(), 3 * 6 + 4 + 2);
    }

    let document: Value = serde_json::from_str(&file("tokens.json")).expect("JSON");
    let (mut by_name, mut by_algorithm, mut ambiguous, mut secret) = (0, 0, 0, 0);
    for entry in document["tokens"].as_array().expect("tokens") {
        let text = |member: &str| entry[member].as_str().expect("text");
        let unverified = UnverifiedToken::parse(text("token")).expect("a token");
        let algorithm = unverified.header().algorithm();
        let results = sets.each_ref().map(|set| Verifier::new(set).verify(text("token")).map(drop));
        let unknown = Err(VerifyError::unknown_key(unverified.header().key_id()));
        let none = Err(VerifyError::NoKeyForAlgorithm { algorithm, skipped: 0 });
        let rsa = matches!(algorithm.family(), Family::RsaPkcs1 | Family::RsaPss);
        match unverified.header().key_id() {
            name if algorithm.is_symmetric() => {
                let refused = if name.is_some() { unknown } else { none };
                assert_eq!(results, [refused.clone(), refused], "{entry}");
                secret += 1;
            }
            Some(key_id) if key_id.ends_with("-key") => {
                assert_eq!(results, [unknown, Ok(())], "{entry}");
                by_name += 1;
            }
            Some(_) => {
                assert_eq!(results, [Ok(()), unknown], "{entry}");
                by_name += 1;
            }
            // Three keys are possible.
            None if rsa => {
                let several = Err(VerifyError::AmbiguousKey { algorithm, keys: 3 });
                assert_eq!(results, [several.clone(), several], "{entry}");
                let one = set(&[foreign(text("key"))], &[algorithm]);
                assert!(Verifier::new(one).verify(text("token")).is_ok(), "{entry}");
                ambiguous += 1;
            }
            None => {
                assert_eq!(results, [Ok(()), Ok(())], "{entry}");
                by_algorithm += 1;
            }
        }
    }
    assert!(by_name > 15 && by_algorithm > 10 && ambiguous > 10 && secret > 10);
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_set_is_empty_only_if_no_key_is_usable() {
    let key = SigningKey::generate(Algorithm::ES256).expect("a key");
    assert!(!JwkSet::from_keys([key.verifying_key()]).expect("a set").is_empty());
    assert!(JwkSet::from_keys([]).expect("a set").is_empty());
}

/// Members that would be skipped count, and the set is rejected as a whole.
#[test]
fn a_set_has_at_most_as_many_keys_as_the_reader_accepts() {
    let text = json!({"keys": [ed25519("a"), {"kty": "none"}, 7]}).to_string();
    let algorithms = [Algorithm::EdDSA];
    for limit in [0, 2, 3, 4] {
        let by_setting = JwkSetReader::new(algorithms).max_keys(limit).read(&text).map(drop);
        let by_argument = JwkSet::from_json_up_to(limit, &text, &algorithms).map(drop);
        let expected = if limit < 3 { Err(KeyError::TooManyKeys { found: 3, limit }) } else { Ok(()) };
        assert_eq!((&by_setting, &by_argument), (&expected, &expected), "{limit}");
    }
}
