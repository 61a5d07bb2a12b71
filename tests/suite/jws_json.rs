//! JWS in JSON with one or more signatures, and detached payloads: RFC 7515 §7.2 and appendix F, RFC 7797.

use std::borrow::Cow;

use crate::attacks_common::algorithms;
use jotwell::algorithm::Family;
use jotwell::error::TokenPart;
use jotwell::jws::{self, JsonJws, RequiredSigners, Verifier};
use jotwell::{
    Algorithm, Audience, Expiry, Header, Issuer, JsonError, JwkSet, KeyError, KeySource, NoClaims, SignError,
    SigningKey, Validator, VerifyError, VerifyingKey, base64url,
};
use serde_json::{Value, json};

const PAYLOAD: &[u8] = b"We agree.";

/// Returns a key of every algorithm; for RSA, where creating one takes seconds, a stored one.
fn key(algorithm: Algorithm) -> SigningKey {
    match algorithm.key_type() {
        "RSA" => {
            // Two keys, since one key with two algorithms is one signer.
            let name = if algorithm.family() == Family::RsaPss { "rsa3072" } else { "rsa2048" };
            let path = format!("{}/vectors/interop/keys/{name}.pkcs8.pem", env!("CARGO_MANIFEST_DIR"));
            SigningKey::from_pem(algorithm, std::fs::read(path).expect("a file"))
        }
        _ => SigningKey::generate(algorithm),
    }
    .expect("a key")
    .with_key_id(format!("{algorithm}-key"))
}

fn hmac() -> SigningKey {
    SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key")
}

/// A source for one key per algorithm, as RFC 8725 §3.1 requires: it returns the first that fits.
struct Keys(Vec<VerifyingKey>);

impl KeySource for Keys {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        let key = self.0.iter().find(|key| key.algorithm() == header.algorithm());
        key.ok_or_else(|| VerifyError::unknown_key(header.key_id()))?.key_for(header)
    }
}

fn signed(keys: &[&SigningKey]) -> JsonJws {
    let sign = |jws: JsonJws, key: &&SigningKey| jws.sign(key, &Header::for_key(key)).expect("signed");
    keys.iter().fold(JsonJws::new(PAYLOAD), sign)
}

/// A flattened JWS of parts that need not match, with a valid signature.
fn by_hand(protected: Option<&str>, header: Option<Value>, payload: &str) -> Value {
    let protected = protected.map(base64url::encode);
    let input = format!("{}.{payload}", protected.as_deref().unwrap_or_default());
    let signature = base64url::encode(hmac().sign(input.as_bytes()).expect("a signature"));
    let mut jws = json!({ "payload": payload, "signature": signature });
    if let Some(protected) = protected {
        jws["protected"] = protected.into();
    }
    if let Some(header) = header {
        jws["header"] = header;
    }
    jws
}

fn parse(jws: &Value) -> Result<JsonJws, VerifyError> {
    JsonJws::parse(&jws.to_string())
}

fn verify(jws: &Value) -> Result<Vec<u8>, VerifyError> {
    let verifier = Verifier::new(hmac().verifying_key());
    verifier.verify_any(&parse(jws)?).map(jws::Verified::into_inner)
}

fn good() -> Value {
    by_hand(Some(r#"{"alg":"HS256"}"#), None, &base64url::encode(PAYLOAD))
}

/// Converts it to the general form, since an error must be detected in both.
fn general(mut flattened: Value) -> Value {
    let payload = flattened.as_object_mut().expect("an object").remove("payload");
    let mut jws = json!({ "signatures": [flattened] });
    if let Some(payload) = payload {
        jws["payload"] = payload;
    }
    jws
}

fn without(mut jws: Value, member: &str) -> Value {
    jws.as_object_mut().expect("an object").remove(member).expect("the member");
    jws
}

fn with(mut jws: Value, member: &str, value: impl Into<Value>) -> Value {
    jws[member] = value.into();
    jws
}

#[test]
fn one_key_of_every_algorithm_signs_both_forms() {
    for algorithm in algorithms() {
        let key = key(algorithm);
        let jws = signed(&[&key]);
        let forms = [jws.to_flattened_json().expect("one signature"), jws.to_general_json()];
        for form in forms {
            let jws = JsonJws::parse(&form).expect("a JWS");
            let verifier = Verifier::new(key.verifying_key());
            let any = verifier.verify_any(&jws).expect("verified");
            assert_eq!(*any, PAYLOAD, "{algorithm}");
            assert_eq!((any.header().algorithm(), any.header().key_id()), (algorithm, key.key_id()));
            let all = verifier.verify_all(&jws).expect("verified");
            assert_eq!((all.len(), &**all[0]), (1, PAYLOAD), "{algorithm}");
        }
    }
}

#[test]
fn two_and_three_keys_of_every_algorithm_sign_the_same_payload() {
    let keys: Vec<_> = algorithms().map(key).collect();
    for index in 0..keys.len() {
        for count in [2, 3] {
            let signers: Vec<_> = (0..count).map(|next| &keys[(index + 4 * next) % keys.len()]).collect();
            let jws = signed(&signers);
            assert_eq!(jws.to_flattened_json(), None);
            let jws = JsonJws::parse(&jws.to_general_json()).expect("a JWS");
            let source = Keys(signers.iter().map(|key| key.verifying_key()).collect());
            let all = Verifier::new(source).verify_all(&jws).expect("verified");
            let algorithms: Vec<_> = all.iter().map(|one| one.header().algorithm()).collect();
            assert_eq!(algorithms, signers.iter().map(|key| key.algorithm()).collect::<Vec<_>>());
            assert!(all.iter().all(|one| **one == PAYLOAD));

            // Each key alone verifies its own signature, and not those of the others.
            for (position, signer) in signers.iter().enumerate() {
                let verifier = Verifier::new(signer.verifying_key());
                assert_eq!(*verifier.verify_any(&jws).expect("its own"), PAYLOAD);
                let other = signers[usize::from(position == 0)].algorithm();
                let mismatch = VerifyError::AlgorithmMismatch { expected: signer.algorithm(), found: other };
                assert_eq!(verifier.verify_all(&jws).unwrap_err(), mismatch);
            }
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_jwk_set_verifies_all_signatures_of_its_keys() {
    let (alice, bob, carol) = (key(Algorithm::ES256), key(Algorithm::EdDSA), key(Algorithm::PS256));
    let jws = JsonJws::parse(&signed(&[&alice, &bob, &carol]).to_general_json()).expect("a JWS");
    let set =
        |keys: &[&SigningKey]| JwkSet::from_keys(keys.iter().map(|key| key.verifying_key())).expect("a set");
    assert_eq!(Verifier::new(set(&[&carol, &bob, &alice])).verify_all(&jws).expect("verified").len(), 3);
    let two = Verifier::new(set(&[&bob, &carol]));
    assert_eq!(two.verify_all(&jws).unwrap_err(), VerifyError::unknown_key(Some("ES256-key")));
    assert_eq!(two.verify_any(&jws).expect("verified").header().key_id(), Some("EdDSA-key"));
}

#[test]
fn the_forms_are_written_as_rfc_7515_shows_them() {
    let jws = JsonJws::new(b"x").sign(&hmac(), &Header::new(Algorithm::HS256)).expect("signed");
    let input = "eyJhbGciOiJIUzI1NiJ9.eA";
    let signature = base64url::encode(hmac().sign(input.as_bytes()).expect("a signature"));
    let one = format!(r#""protected":"eyJhbGciOiJIUzI1NiJ9","signature":"{signature}""#);
    assert_eq!(jws.to_flattened_json().expect("one signature"), format!(r#"{{"payload":"eA",{one}}}"#));
    assert_eq!(jws.to_general_json(), format!(r#"{{"payload":"eA","signatures":[{{{one}}}]}}"#));
    let twice = jws.sign(&hmac(), &Header::new(Algorithm::HS256)).expect("signed");
    assert_eq!(twice.to_flattened_json(), None);
    assert_eq!(twice.to_general_json(), format!(r#"{{"payload":"eA","signatures":[{{{one}}},{{{one}}}]}}"#));
    assert_eq!(JsonJws::new(b"x").to_flattened_json(), None);
}

#[test]
fn either_form_can_be_converted_to_the_other_and_back() {
    let jws = with(good(), "header", json!({"x": [1, {"y": "é\"\\"}]}));
    let flattened = parse(&jws).expect("a JWS").to_flattened_json().expect("one signature");
    let general = JsonJws::parse(&flattened).expect("a JWS").to_general_json();
    let again = JsonJws::parse(&general).expect("a JWS").to_flattened_json().expect("one signature");
    assert_eq!(again, flattened);
    assert_eq!(serde_json::from_str::<Value>(&again).expect("JSON"), jws);
    for form in [flattened, general] {
        let verified =
            Verifier::new(hmac().verifying_key()).verify_any(&JsonJws::parse(&form).expect("a JWS"));
        assert_eq!(*verified.expect("verified"), PAYLOAD);
    }
}

/// RFC 7515 §7.2.1: unknown members are ignored.
#[test]
fn members_of_other_names_are_ignored() {
    let extended = with(good(), "comment", json!({"payload": 7}));
    assert_eq!(verify(&extended).expect("verified"), PAYLOAD);
    assert_eq!(verify(&with(general(extended), "comment", 7)).expect("verified"), PAYLOAD);
}

#[test]
fn unprotected_headers_are_kept_apart() {
    let jws = by_hand(
        Some(r#"{"alg":"HS256"}"#),
        Some(json!({"kid": "k", "tenant": 7})),
        &base64url::encode(PAYLOAD),
    );
    for jws in [jws.clone(), general(jws)] {
        let jws = parse(&jws).expect("a JWS");
        assert_eq!(jws.signatures()[0].unprotected_header(), Some(r#"{"kid":"k","tenant":7}"#));
        // Its `kid` selects the key, although anyone may have written it, and is not returned as if it had been
        // signed.
        let verifier = Verifier::new(hmac().verifying_key().with_key_id("k"));
        let verified = verifier.verify_any(&jws).expect("verified");
        assert_eq!((verified.header().key_id(), verified.header().get::<u8>("tenant")), (None, Ok(None)));
        let verifier = Verifier::new(hmac().verifying_key().with_key_id("other"));
        assert_eq!(verifier.verify_any(&jws).unwrap_err(), VerifyError::unknown_key(Some("k")));
    }
    assert_eq!(parse(&good()).expect("a JWS").signatures()[0].unprotected_header(), None);
}

/// It is not signed, so anyone can change it, and the signature remains valid.
#[test]
fn unprotected_headers_are_not_protected() {
    let jws = by_hand(Some(r#"{"alg":"HS256"}"#), Some(json!({"tenant": 7})), &base64url::encode(PAYLOAD));
    assert_eq!(verify(&with(jws.clone(), "header", json!({"tenant": 8}))).expect("verified"), PAYLOAD);
    assert_eq!(verify(&without(jws, "header")).expect("verified"), PAYLOAD);
}

/// RFC 7515 §4.1.11: `crit` must be integrity protected.
#[test]
fn crit_in_the_unprotected_header_is_refused() {
    let payload = base64url::encode(PAYLOAD);
    for header in
        [json!({"crit": ["x"], "x": 1}), json!({"crit": ["b64"], "b64": false}), json!({"crit": []})]
    {
        let jws = by_hand(Some(r#"{"alg":"HS256"}"#), Some(header.clone()), &payload);
        assert_eq!(verify(&jws), Err(VerifyError::InvalidCrit), "{header}");
        assert_eq!(verify(&general(jws)), Err(VerifyError::InvalidCrit), "{header}");
        let mut alone = header;
        alone["alg"] = "HS256".into();
        assert_eq!(verify(&by_hand(None, Some(alone), &payload)), Err(VerifyError::InvalidCrit));
    }
}

#[test]
fn crit_in_the_protected_header_is_checked() {
    let payload = base64url::encode(PAYLOAD);
    for (protected, error) in [
        (r#"{"alg":"HS256","crit":["x"],"x":1}"#, VerifyError::UnsupportedCrit),
        (r#"{"alg":"HS256","crit":["x"]}"#, VerifyError::InvalidCrit),
        (r#"{"alg":"HS256","crit":["alg"]}"#, VerifyError::InvalidCrit),
        (r#"{"alg":"HS256","crit":["x","x"],"x":1}"#, VerifyError::InvalidCrit),
    ] {
        assert_eq!(verify(&by_hand(Some(protected), None, &payload)), Err(error), "{protected}");
    }
}

/// RFC 7515 §7.2.1: the names in the two headers must be disjoint.
#[test]
fn a_parameter_in_both_headers_is_refused() {
    let payload = base64url::encode(PAYLOAD);
    for (protected, header) in [
        (r#"{"alg":"HS256"}"#, json!({"alg": "HS256"})),
        (r#"{"alg":"HS256","kid":"k"}"#, json!({"kid": "k"})),
        (r#"{"alg":"HS256","x":1}"#, json!({"y": 1, "x": 1})),
        // The same name after unescaping.
        (r#"{"alg":"HS256","\u0078":1}"#, json!({"x": 2})),
    ] {
        let jws = by_hand(Some(protected), Some(header), &payload);
        assert_eq!(verify(&jws), Err(VerifyError::DuplicateParameter), "{protected}");
        assert_eq!(verify(&general(jws)), Err(VerifyError::DuplicateParameter), "{protected}");
    }
}

#[test]
fn members_that_are_missing_or_of_the_wrong_type_are_named() {
    let invalid = |member| Err(VerifyError::InvalidJws { member });
    let refused = |jws: &Value| parse(jws).map(drop);
    for value in [json!(null), json!(7), json!(true), json!([]), json!({}), json!([good()["signature"]])] {
        for member in ["payload", "protected", "signature"] {
            assert_eq!(refused(&with(good(), member, value.clone())), invalid(member), "{value}");
            assert_eq!(refused(&general(with(good(), member, value.clone()))), invalid(member), "{value}");
        }
    }
    // RFC 7515 §7.2.1: an empty unprotected header must be absent.
    for value in [json!(null), json!(7), json!(true), json!([]), json!("{}"), json!([{}]), json!({})] {
        assert_eq!(refused(&with(good(), "header", value.clone())), invalid("header"), "{value}");
        assert_eq!(refused(&general(with(good(), "header", value.clone()))), invalid("header"), "{value}");
    }
    for value in
        [json!(null), json!(7), json!("text"), json!({}), good(), json!([]), json!([7]), json!(["a"])]
    {
        let jws = json!({ "payload": "eA", "signatures": value });
        assert_eq!(refused(&jws), invalid("signatures"), "{value}");
    }
    for member in ["protected", "signature"] {
        assert_eq!(refused(&without(good(), member)), invalid(member));
        assert_eq!(refused(&general(without(good(), member))), invalid(member));
    }
    // One valid signature does not compensate for a malformed one.
    let mut jws = general(good());
    jws["signatures"].as_array_mut().expect("an array").push(json!({"signature": "AA"}));
    assert_eq!(refused(&jws), invalid("protected"));
    assert_eq!(refused(&json!({})), invalid("protected"));
    assert_eq!(refused(&json!({"payload": "eA"})), invalid("protected"));
    // RFC 7515 §7.2.1: an empty protected header must be absent.
    assert_eq!(refused(&with(good(), "protected", "")), invalid("protected"));
    assert_eq!(refused(&general(with(good(), "protected", ""))), invalid("protected"));
}

/// RFC 7515 §7.2.2: the flattened form has no `signatures`, since it would be ambiguous which members count.
#[test]
fn members_of_both_forms_are_refused() {
    let general = general(good());
    for member in ["protected", "signature"] {
        let mixed = with(general.clone(), member, good()[member].clone());
        assert_eq!(
            parse(&mixed).map(drop),
            Err(VerifyError::InvalidJws { member: "signatures" }),
            "{member}"
        );
    }
    let mixed = with(general, "header", json!({"kid": "k"}));
    assert_eq!(parse(&mixed).map(drop), Err(VerifyError::InvalidJws { member: "signatures" }));
}

/// RFC 7515 §5.2 step 1 and §10.12: no duplicate members, at any depth, for every reader.
#[test]
fn duplicate_members_are_refused() {
    let text = good().to_string();
    let inside = text.strip_prefix('{').expect("an object");
    for (text, offset) in [
        (format!(r#"{{"payload":"eA",{inside}"#), 16),
        (r#"{"payload":"eA","signatures":[{"protected":"e30","protected":"e30"}]}"#.to_owned(), 49),
        (r#"{"signature":"AA","\u0073ignature":"AA"}"#.to_owned(), 18),
        (r#"{"header":{"kid":"a","kid":"b"}}"#.to_owned(), 21),
        (r#"{"x":{"y":[{"z":1,"z":2}]}}"#.to_owned(), 18),
    ] {
        let error = JsonError::DuplicateMember { offset };
        let expected = VerifyError::Json { part: TokenPart::Whole, error };
        assert_eq!(JsonJws::parse(&text).map(drop), Err(expected), "{text}");
    }
    // A duplicate inside the protected header is reported for that header.
    let jws = by_hand(Some(r#"{"alg":"HS256","alg":"HS256"}"#), None, "eA");
    let error = JsonError::DuplicateMember { offset: 15 };
    assert_eq!(verify(&jws), Err(VerifyError::Json { part: TokenPart::Header, error }));
}

#[test]
fn a_text_that_is_not_a_json_object_is_rejected() {
    for (text, error) in [
        ("", JsonError::Syntax { offset: 0 }),
        ("[]", JsonError::NotAnObject),
        (r#""text""#, JsonError::NotAnObject),
        ("{} {}", JsonError::TrailingData { offset: 3 }),
        ("\u{feff}{}", JsonError::ByteOrderMark),
        (r#"{"payload":"eA",}"#, JsonError::Syntax { offset: 16 }),
        (r#"{"header":{"kid":01}}"#, JsonError::Syntax { offset: 18 }),
    ] {
        let expected = VerifyError::Json { part: TokenPart::Whole, error };
        assert_eq!(JsonJws::parse(text).map(drop), Err(expected), "{text}");
    }
    let deep = format!(r#"{{"header":{{"x":{}{}}}}}"#, "[".repeat(100), "]".repeat(100));
    let error = JsonJws::parse(&deep).unwrap_err();
    assert!(
        matches!(error, VerifyError::Json { part: TokenPart::Whole, error: JsonError::TooDeep { .. } }),
        "{error}"
    );
}

#[test]
fn texts_beyond_the_limit_are_not_read() {
    let text = good().to_string();
    let length = text.len();
    assert!(JsonJws::parse_up_to(length, &text).is_ok());
    assert_eq!(
        JsonJws::parse_up_to(length - 1, &text).map(drop),
        Err(VerifyError::TooLong { length, limit: length - 1 })
    );
    // Not even to detect that it is not JSON.
    let limit = jws::DEFAULT_MAX_LENGTH;
    let long = "x".repeat(limit + 1);
    assert_eq!(JsonJws::parse(&long).map(drop), Err(VerifyError::TooLong { length: limit + 1, limit }));
    let payload = "A".repeat(limit);
    let long = by_hand(Some(r#"{"alg":"HS256"}"#), None, &payload).to_string();
    let jws = JsonJws::parse_up_to(2 * limit, &long).expect("a JWS");
    let verified = Verifier::new(hmac().verifying_key()).verify_any(&jws).expect("verified");
    assert_eq!(verified.len(), limit / 4 * 3);
}

#[test]
fn verify_any_needs_one_valid_signature_and_verify_all_needs_all() {
    let (alice, bob) = (key(Algorithm::EdDSA), key(Algorithm::Ed25519));
    let set = JwkSet::from_keys([alice.verifying_key(), bob.verifying_key()]).expect("a set");
    let verifier = Verifier::new(set);
    let text = signed(&[&alice, &bob]).to_general_json();
    let broken = |broken: &[usize]| {
        let mut jws: Value = serde_json::from_str(&text).expect("JSON");
        for index in broken {
            let signature = &mut jws["signatures"][*index]["signature"];
            let mut bytes = base64url::decode(signature.as_str().expect("text")).expect("base64url");
            bytes[40] ^= 4;
            *signature = base64url::encode(bytes).into();
        }
        parse(&jws).expect("a JWS")
    };
    for (bad, by) in [(0, "Ed25519-key"), (1, "EdDSA-key")] {
        let any = verifier.verify_any(&broken(&[bad])).expect("the other is good");
        assert_eq!(any.header().key_id(), Some(by));
        assert_eq!(verifier.verify_all(&broken(&[bad])).unwrap_err(), VerifyError::InvalidSignature);
    }
    assert_eq!(verifier.verify_any(&broken(&[0, 1])).unwrap_err(), VerifyError::InvalidSignature);
    assert_eq!(verifier.verify_all(&broken(&[])).expect("both").len(), 2);

    // Whatever is wrong with it, the error is that of the first signature.
    let mut jws: Value = serde_json::from_str(&text).expect("JSON");
    jws["signatures"][0] = json!({"header": {"alg": "none"}, "signature": ""});
    let jws = parse(&jws).expect("a JWS");
    assert_eq!(verifier.verify_any(&jws).expect("bob's").header().key_id(), Some("Ed25519-key"));
    assert_eq!(verifier.verify_all(&jws).unwrap_err(), VerifyError::Unsecured);
    let nobody = Verifier::new(hmac().verifying_key());
    assert_eq!(nobody.verify_any(&jws).unwrap_err(), VerifyError::Unsecured);
    // There is no signature, so nothing is verified.
    let unsigned = JsonJws::new(PAYLOAD);
    assert_eq!(verifier.verify_any(&unsigned).unwrap_err(), VerifyError::InvalidSignature);
    assert!(JsonJws::parse(&unsigned.to_general_json()).is_err());
}

/// Keeps the signatures at these positions of the list, in this order.
fn keep(jws: &JsonJws, positions: &[usize]) -> JsonJws {
    let mut value: Value = serde_json::from_str(&jws.to_general_json()).expect("JSON");
    let all = value["signatures"].take();
    value["signatures"] = positions.iter().map(|position| all[*position].clone()).collect();
    parse(&value).expect("a JWS")
}

#[test]
fn each_required_key_must_have_signed() {
    let keys = [key(Algorithm::ES256), key(Algorithm::EdDSA), key(Algorithm::RS256)];
    let required = |keys: &[&SigningKey]| {
        RequiredSigners::new(keys.iter().map(|key| key.verifying_key())).expect("different keys")
    };
    let [one, two, three] = &keys;
    let jws = signed(&[one, two, three]);
    // Results are in the order of the keys, not of the signatures.
    let all = required(&[three, one]).verify(&keep(&jws, &[1, 0, 2])).expect("both have signed");
    assert_eq!(
        all.iter().map(|one| one.header().key_id()).collect::<Vec<_>>(),
        [three.key_id(), one.key_id()]
    );
    assert!(all.iter().all(|one| **one == PAYLOAD));

    // Unlike with `verify_all`, a removed signature is detected.
    let set = JwkSet::from_keys(keys.iter().map(SigningKey::verifying_key)).expect("a set");
    for (positions, missing) in [(&[1, 2][..], 0), (&[0, 2], 1), (&[0, 1], 2), (&[2], 0), (&[0, 0, 2, 2], 1)]
    {
        let cut = keep(&jws, positions);
        assert_eq!(
            required(&[one, two, three]).verify(&cut).unwrap_err(),
            VerifyError::MissingSigner { index: missing },
            "{positions:?}"
        );
        if positions.len() < 4 {
            assert!(Verifier::new(set.clone()).verify_all(&cut).is_ok());
        }
    }

    // So is an invalid one, or one by another key with the same name and algorithm.
    let mut value: Value = serde_json::from_str(&jws.to_general_json()).expect("JSON");
    value["signatures"][1]["signature"] = value["signatures"][0]["signature"].clone();
    let changed = parse(&value).expect("a JWS");
    assert_eq!(required(&[one, two]).verify(&changed).unwrap_err(), VerifyError::MissingSigner { index: 1 });
    let stranger = SigningKey::generate(Algorithm::EdDSA).expect("a key").with_key_id("EdDSA-key");
    assert_eq!(
        required(&[one, &stranger]).verify(&jws).unwrap_err(),
        VerifyError::MissingSigner { index: 1 }
    );
    // There may be other signatures, even unsupported ones.
    value["signatures"][1] = json!({"protected": "e30", "signature": "AA"});
    assert!(required(&[one, three]).verify(&parse(&value).expect("a JWS")).is_ok());
}

#[test]
fn required_keys_are_different_and_at_least_one() {
    assert_eq!(RequiredSigners::new([]).map(drop), Err(KeyError::NoKey));
    let one = key(Algorithm::EdDSA).verifying_key();
    let again = VerifyingKey::from_jwk(Algorithm::EdDSA, &one.to_jwk()).expect("a key").with_key_id("other");
    let other = key(Algorithm::EdDSA).verifying_key();
    let list = |keys: &[&VerifyingKey]| RequiredSigners::new(keys.iter().copied().cloned()).map(drop);
    assert_eq!(list(&[&one, &other, &again]), Err(KeyError::DuplicateKey { index: 2 }));
    assert_eq!(list(&[&one, &other]), Ok(()));
}

#[test]
fn required_signers_agree_on_the_payload() {
    let (one, two) = (key(Algorithm::ES256), key(Algorithm::EdDSA));
    let both = RequiredSigners::new([one.verifying_key(), two.verifying_key()]).expect("keys");
    assert!(format!("{both:?}").starts_with("RequiredSigners { keys: [VerifyingKey {"), "{both:?}");
    let detached = {
        let mut value: Value = serde_json::from_str(&signed(&[&one, &two]).to_general_json()).expect("JSON");
        value.as_object_mut().expect("an object").remove("payload");
        parse(&value).expect("a JWS")
    };
    assert_eq!(both.verify(&detached).unwrap_err(), VerifyError::InvalidJws { member: "payload" });
    let given = detached.with_detached_payload(PAYLOAD).expect("none inside");
    assert_eq!(both.verify(&given).expect("both have signed").len(), 2);

    // RFC 7797 §3: the same `b64` for all.
    let unencoded = |key: &SigningKey| {
        let protected = format!(
            r#"{{"alg":"{}","kid":"{}","b64":false,"crit":["b64"]}}"#,
            key.algorithm(),
            key.key_id().expect("a name")
        );
        let protected = base64url::encode(protected);
        let signature = key.sign(format!("{protected}.abcd").as_bytes()).expect("a signature");
        json!({"protected": protected, "signature": base64url::encode(signature)})
    };
    let encoded = |key: &SigningKey| {
        let protected = base64url::encode(Header::for_key(key).to_json());
        let signature = key.sign(format!("{protected}.abcd").as_bytes()).expect("a signature");
        json!({"protected": protected, "signature": base64url::encode(signature)})
    };
    let jws =
        |signatures: [Value; 2]| parse(&json!({"payload": "abcd", "signatures": signatures})).expect("a JWS");
    let same = jws([unencoded(&one), unencoded(&two)]);
    assert_eq!(both.verify(&same).unwrap_err(), VerifyError::MissingSigner { index: 0 });
    let lenient = both.clone().allow_unencoded_payload();
    assert_eq!(*lenient.verify(&same).expect("both have signed")[0], b"abcd");
    let mixed = jws([encoded(&one), unencoded(&two)]);
    assert_eq!(lenient.verify(&mixed).unwrap_err(), VerifyError::InvalidHeader { parameter: "b64" });
}

/// "All signatures are valid" must not be true of an empty list.
#[test]
fn nothing_is_verified_without_signatures() {
    let all = Verifier::new(hmac().verifying_key()).verify_all(&JsonJws::new(PAYLOAD));
    assert_eq!(all.unwrap_err(), VerifyError::InvalidJws { member: "signatures" });
}

#[test]
fn a_changed_part_is_rejected() {
    let invalid = Err(VerifyError::InvalidSignature);
    assert_eq!(verify(&good()).expect("verified"), PAYLOAD);
    assert_eq!(verify(&with(good(), "payload", base64url::encode("We don't."))), invalid);
    assert_eq!(verify(&with(good(), "payload", "")), invalid);
    // An equivalent header in other bytes: the text is signed.
    let spaced = base64url::encode(r#"{"alg": "HS256"}"#);
    assert_eq!(verify(&with(good(), "protected", spaced)), invalid);
    let more = base64url::encode(r#"{"alg":"HS256","kid":"k"}"#);
    assert_eq!(verify(&with(good(), "protected", more)), invalid);
    // Moving the header to the unprotected one changes the signed text too.
    let unprotected = with(without(good(), "protected"), "header", json!({"alg": "HS256"}));
    assert_eq!(verify(&unprotected), invalid);
    assert_eq!(verify(&with(good(), "signature", "")), invalid);
    let short = good()["signature"].as_str().expect("text")[..42].to_owned();
    let error = verify(&with(good(), "signature", short)).unwrap_err();
    assert!(matches!(
        error,
        VerifyError::Base64 { part: TokenPart::Signature, .. } | VerifyError::InvalidSignature
    ));
}

#[test]
fn parts_that_are_not_base64url_are_named() {
    for (member, part) in [("protected", TokenPart::Header), ("signature", TokenPart::Signature)] {
        for text in ["AA==", "A A", "A", "+/", "AB"] {
            let error = verify(&with(good(), member, text)).unwrap_err();
            assert!(
                matches!(error, VerifyError::Base64 { part: found, .. } if found == part),
                "{text}: {error}"
            );
        }
    }
    // The payload is decoded only after its signature has been verified.
    let jws = by_hand(Some(r#"{"alg":"HS256"}"#), None, "We agree.");
    let error = base64url::DecodeError::InvalidLength { length: 9 };
    assert_eq!(verify(&jws), Err(VerifyError::Base64 { part: TokenPart::Payload, error }));
    let invalid = with(jws, "signature", good()["signature"].clone());
    assert_eq!(verify(&invalid), Err(VerifyError::InvalidSignature));
}

/// RFC 8725 §3.1: the token does not choose the algorithm, in either header.
#[test]
fn the_unprotected_header_does_not_choose_the_algorithm() {
    let payload = base64url::encode(PAYLOAD);
    for found in [Algorithm::HS384, Algorithm::RS256, Algorithm::EdDSA] {
        let mismatch = VerifyError::AlgorithmMismatch { expected: Algorithm::HS256, found };
        let jws = by_hand(None, Some(json!({"alg": found.name()})), &payload);
        assert_eq!(verify(&jws), Err(mismatch.clone()));
        assert_eq!(verify(&general(jws)), Err(mismatch));
    }
    // The public key's own text as an HMAC secret, with an `alg` that is not signed.
    let rsa = key(Algorithm::RS256).verifying_key();
    let jws = parse(&by_hand(None, Some(json!({"alg": "HS256"})), &payload)).expect("a JWS");
    let mismatch = VerifyError::AlgorithmMismatch { expected: Algorithm::RS256, found: Algorithm::HS256 };
    assert_eq!(Verifier::new(rsa).verify_any(&jws).unwrap_err(), mismatch);
}

#[test]
fn alg_none_is_unsecured_in_either_header() {
    let payload = base64url::encode(PAYLOAD);
    for name in ["none", "None", "NONE", " none"] {
        let header = json!({ "alg": name });
        assert_eq!(
            verify(&by_hand(None, Some(header.clone()), &payload)),
            Err(VerifyError::Unsecured),
            "{name}"
        );
        assert_eq!(verify(&by_hand(Some(&header.to_string()), None, &payload)), Err(VerifyError::Unsecured));
    }
    let jws = by_hand(Some(r#"{"kid":"k"}"#), Some(json!({"typ": "JOSE"})), &payload);
    assert_eq!(verify(&jws), Err(VerifyError::MissingAlgorithm));
    let jws = by_hand(None, Some(json!({"alg": "HS257"})), &payload);
    assert_eq!(verify(&jws), Err(VerifyError::UnknownAlgorithm { found: "HS257".into() }));
    let jws = by_hand(None, Some(json!({"alg": 7})), &payload);
    assert_eq!(verify(&jws), Err(VerifyError::InvalidHeader { parameter: "alg" }));
}

/// RFC 7797 §6: an implementation that does not support `b64` must reject it.
#[test]
fn unencoded_payloads_are_accepted_only_if_allowed() {
    let header = r#"{"alg":"HS256","crit":["b64"],"b64":false}"#;
    let text = "$.02 \"quoted\" é\n";
    let jws = by_hand(Some(header), None, text);
    let asks = Verifier::new(hmac().verifying_key()).allow_unencoded_payload();
    for jws in [jws.clone(), general(jws)] {
        assert_eq!(verify(&jws), Err(VerifyError::UnsupportedCrit));
        let jws = parse(&jws).expect("a JWS");
        assert_eq!(*asks.verify_any(&jws).expect("verified"), text.as_bytes());
        // Written again, it is the same text.
        let again = JsonJws::parse(&jws.to_general_json()).expect("a JWS");
        assert_eq!(*asks.verify_any(&again).expect("verified"), text.as_bytes());
        // This crate can add no signature to it (RFC 7797 §3).
        let error = jws.sign(&hmac(), &Header::new(Algorithm::HS256)).unwrap_err();
        assert_eq!(error, SignError::InvalidHeader { parameter: "b64".into() });
    }
    // A verifier that allows it still reads encoded payloads.
    assert_eq!(*asks.verify_any(&parse(&good()).expect("a JWS")).expect("verified"), PAYLOAD);
    let encoded =
        by_hand(Some(r#"{"alg":"HS256","crit":["b64"],"b64":true}"#), None, &base64url::encode(PAYLOAD));
    assert_eq!(*asks.verify_any(&parse(&encoded).expect("a JWS")).expect("verified"), PAYLOAD);
}

/// Only an unprotected `b64` is an error.
#[test]
fn an_unprotected_header_may_be_used_with_b64() {
    let verifier = Verifier::new(hmac().verifying_key()).allow_unencoded_payload();
    let header = r#"{"alg":"HS256","crit":["b64"],"b64":false}"#;
    let jws = by_hand(Some(header), Some(json!({"kid": "k", "tenant": 7})), "$.02");
    let verified = verifier.verify_any(&parse(&jws).expect("a JWS")).expect("verifies");
    assert_eq!(*verified, b"$.02");
}

/// RFC 7797 §6: `b64: false` without `crit` would be ignored by some verifiers.
#[test]
fn unencoded_payloads_must_be_listed_in_crit() {
    let asks = Verifier::new(hmac().verifying_key()).allow_unencoded_payload();
    let invalid = VerifyError::InvalidHeader { parameter: "b64" };
    for header in [r#"{"alg":"HS256","b64":false}"#, r#"{"alg":"HS256","crit":["b64"],"b64":"false"}"#] {
        let jws = parse(&by_hand(Some(header), None, "$.02")).expect("a JWS");
        assert_eq!(asks.verify_any(&jws).unwrap_err(), invalid, "{header}");
    }
    let jws = by_hand(Some(r#"{"alg":"HS256"}"#), Some(json!({"b64": false})), "$.02");
    assert_eq!(asks.verify_any(&parse(&jws).expect("a JWS")).unwrap_err(), invalid);
    // Supporting one extension does not imply another.
    let jws = by_hand(Some(r#"{"alg":"HS256","crit":["b64","x"],"b64":false,"x":1}"#), None, "$.02");
    assert_eq!(asks.verify_any(&parse(&jws).expect("a JWS")).unwrap_err(), VerifyError::UnsupportedCrit);
}

/// RFC 7797 §3: `b64` "MUST occur only within the JWS Protected Header". Outside it, anyone could change `false` to
/// `true` and so replace a payload by its decoded form, with a valid signature.
#[test]
fn b64_counts_only_if_it_is_protected() {
    let asks = Verifier::new(hmac().verifying_key()).allow_unencoded_payload();
    for b64 in [false, true] {
        let jws = by_hand(Some(r#"{"alg":"HS256","crit":["b64"]}"#), Some(json!({ "b64": b64 })), "abcd");
        let result = asks.verify_any(&parse(&jws).expect("a JWS")).map(jws::Verified::into_inner);
        assert!(result.is_err(), "b64 {b64} was believed: {result:?}");
    }
}

/// What can be verified can also be created.
#[test]
fn unprotected_headers_and_unencoded_payloads_can_be_written() {
    let (one, other) = (&key(Algorithm::ES256), &key(Algorithm::EdDSA));
    let hint = serde_json::json!({"note": [1]});
    let jws = jws::JsonJws::unencoded("$.02 \"and\" more")
        .sign_with_unprotected_header(one, &Header::new(Algorithm::ES256), &hint)
        .and_then(|jws| jws.sign(other, &Header::for_key(other)))
        .expect("signed");
    let text = jws.to_general_json();
    assert!(text.contains(r#""payload":"$.02 \"and\" more""#), "{text}");
    let read = jws::JsonJws::parse(&text).expect("a JWS");
    assert_eq!(read.signatures()[0].unprotected_header(), Some(r#"{"note":[1]}"#));
    for key in [one, other] {
        let strict = jws::Verifier::new(key.verifying_key());
        assert_eq!(strict.verify_any(&read).map(drop), Err(VerifyError::UnsupportedCrit));
        let verified = strict.allow_unencoded_payload().verify_any(&read).expect("verified");
        assert_eq!(*verified, b"$.02 \"and\" more");
        assert_eq!(verified.header().get::<String>("note"), Ok(None));
    }
}

#[test]
fn an_unprotected_header_that_verifiers_reject_cannot_be_signed() {
    let key = &key(Algorithm::ES256);
    let protected = Header::new(Algorithm::ES256).with_key_id("k");
    let refused = |protected: &Header, unprotected: serde_json::Value| {
        let jws = jws::JsonJws::new(b"x").sign_with_unprotected_header(key, protected, &unprotected);
        assert_eq!(
            jws.unwrap_err(),
            SignError::InvalidHeader { parameter: "header".into() },
            "{unprotected}"
        );
    };
    for unprotected in [
        serde_json::json!({}),
        serde_json::json!([]),
        serde_json::json!("x"),
        serde_json::json!({"kid": "k"}),
        serde_json::json!({"alg": "ES256"}),
        serde_json::json!({"crit": ["x"], "x": 1}),
        serde_json::json!({"b64": false}),
        serde_json::json!({"typ": 7}),
    ] {
        refused(&protected, unprotected);
    }
}

/// RFC 7797 §3: a payload that one signature covers verbatim must not be signed in its decoded form by another. That a
/// text can be decoded does not prove that it was encoded.
#[test]
fn a_payload_that_another_signer_left_unencoded_cannot_be_signed() {
    let invalid = SignError::InvalidHeader { parameter: "b64".into() };
    let other = SigningKey::hmac(Algorithm::HS256, [9; 32]).expect("a key");
    let sign = |jws: JsonJws| jws.sign(&other, &Header::for_key(&other)).map(drop);
    let unencoded = by_hand(Some(r#"{"alg":"HS256","crit":["b64"],"b64":false}"#), None, "abcd");
    assert_eq!(sign(parse(&unencoded).expect("a JWS")), Err(invalid.clone()));
    let detached = parse(&without(unencoded.clone(), "payload")).expect("a JWS");
    let given = detached.clone().with_detached_payload(b"abcd").expect("detached");
    assert_eq!(sign(given), Err(invalid.clone()));
    assert_eq!(sign(detached), Err(SignError::DetachedPayload));
    // Nor if that is unclear: some verifier may read the rest of the header.
    for protected in ["e30x*", "bm8gSlNPTg", &base64url::encode(r#"{"b64":0}"#)] {
        let jws = with(unencoded.clone(), "protected", protected);
        assert_eq!(sign(parse(&jws).expect("a JWS")), Err(invalid.clone()), "{protected}");
    }
    let undecodable = parse(&by_hand(Some(r#"{"alg":"HS256"}"#), None, "$.02")).expect("a JWS");
    assert_eq!(sign(undecodable), Err(SignError::InvalidPayload));
    // A header that is unsupported here may also say that the payload is encoded.
    for (protected, header) in [
        (Some(r#"{"alg":"HS257","crit":["b64","x"],"b64":true,"x":1}"#), None),
        (Some(r#"{"typ":"JOSE"}"#), Some(json!({"alg": "HS256"}))),
        (None, Some(json!({"alg": "HS256"}))),
    ] {
        let jws = parse(&by_hand(protected, header, "abcd")).expect("a JWS");
        let jws = jws.sign(&other, &Header::for_key(&other)).expect("signed");
        let verified = Verifier::new(other.verifying_key()).verify_any(&jws).expect("verified");
        assert_eq!(*verified, base64url::decode("abcd").expect("base64url"));
    }
}

/// What is signed here can be read here.
#[test]
fn no_more_signatures_are_added_than_are_accepted() {
    let key = hmac();
    let mut jws = JsonJws::new(PAYLOAD);
    for _ in 0..jws::MAX_SIGNATURES {
        jws = jws.sign(&key, &Header::for_key(&key)).expect("signed");
    }
    assert!(JsonJws::parse(&jws.to_general_json()).is_ok());
    let error = jws.sign(&key, &Header::for_key(&key)).unwrap_err();
    assert_eq!(error, SignError::TooManySignatures { limit: jws::MAX_SIGNATURES });
}

/// A valid token could be assembled from its parts.
#[test]
fn debug_shows_no_signature() {
    let jws = good();
    let debug = format!("{:?}", parse(&jws).expect("a JWS"));
    for member in ["payload", "protected", "signature"] {
        assert!(!debug.contains(jws[member].as_str().expect("text")), "{debug}");
    }
    let jws = parse(&with(jws, "header", json!({"kid": "name"}))).expect("a JWS");
    let debug = format!("{:?} {:?}", jws, jws.signatures());
    assert_eq!(debug, "JsonJws { signatures: 1, .. } [JsonSignature { .. }]");
}

/// Keys are compared by their numbers, not by identity.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn one_key_read_twice_is_one_signer() {
    let es256 = SigningKey::generate(Algorithm::ES256).expect("a key");
    let pem = es256.verifying_key().to_pem().expect("PEM");
    let copy = |name: &str| VerifyingKey::from_pem(Algorithm::ES256, &pem).expect("a key").with_key_id(name);
    struct Named(Vec<VerifyingKey>);
    impl KeySource for Named {
        fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
            let key = self.0.iter().find(|key| key.key_id() == header.key_id());
            key.ok_or_else(|| VerifyError::unknown_key(header.key_id()))?.key_for(header)
        }
    }
    let other = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("c");
    let source = || Named(vec![copy("a"), copy("b"), other.verifying_key()]);
    let (a, b) = (es256.clone().with_key_id("a"), es256.with_key_id("b"));
    let one_key = VerifyError::InvalidJws { member: "signatures" };
    assert_eq!(Verifier::new(source()).verify_all(&signed(&[&a, &b])).unwrap_err(), one_key);
    assert_eq!(Verifier::new(source()).verify_all(&signed(&[&a, &other])).expect("two").len(), 2);
}

/// RFC 7515 appendix F.
#[test]
fn detached_payloads_are_given_once() {
    let verifier = Verifier::new(hmac().verifying_key());
    let detached = without(good(), "payload");
    let missing = VerifyError::InvalidJws { member: "payload" };
    for jws in [detached.clone(), general(detached)] {
        let jws = parse(&jws).expect("a JWS");
        assert_eq!(verifier.verify_any(&jws).unwrap_err(), missing);
        assert_eq!(verifier.verify_all(&jws).unwrap_err(), missing);
        let error = jws.clone().sign(&hmac(), &Header::new(Algorithm::HS256)).unwrap_err();
        assert_eq!(error, SignError::DetachedPayload);

        let given = jws.clone().with_detached_payload(PAYLOAD).expect("none inside");
        assert_eq!(*verifier.verify_any(&given).expect("verified"), PAYLOAD);
        assert_eq!(verifier.verify_all(&given).expect("verified").len(), 1);
        // It stays out of the written JSON.
        let again: Value = serde_json::from_str(&given.to_general_json()).expect("JSON");
        assert_eq!(again.get("payload"), None);
        assert_eq!(given.clone().with_detached_payload(PAYLOAD).map(drop), Err(missing.clone()));
        // A key that signs twice is still one signer.
        let twice = given.sign(&hmac(), &Header::new(Algorithm::HS256)).expect("signed");
        assert!(verifier.verify_any(&twice).is_ok());
        let one_key = VerifyError::InvalidJws { member: "signatures" };
        assert_eq!(verifier.verify_all(&twice).unwrap_err(), one_key);

        let other = jws.with_detached_payload(b"We don't.").expect("none inside");
        assert_eq!(verifier.verify_any(&other).unwrap_err(), VerifyError::InvalidSignature);
    }
    let attached = parse(&good()).expect("a JWS");
    assert_eq!(attached.with_detached_payload(PAYLOAD).map(drop), Err(missing.clone()));
    // An empty payload is a payload.
    let empty = by_hand(Some(r#"{"alg":"HS256"}"#), None, "");
    assert_eq!(verify(&empty).expect("verified"), b"");
    assert_eq!(parse(&empty).expect("a JWS").with_detached_payload(b"").map(drop), Err(missing));
}

#[test]
fn detached_tokens_of_every_algorithm_verify_over_their_payload_alone() {
    for algorithm in algorithms() {
        let key = key(algorithm);
        let verifier = Verifier::new(key.verifying_key());
        let token = jws::sign_detached(PAYLOAD, &key).expect("a token");
        assert_eq!(token.split('.').nth(1), Some(""));
        let verified = verifier.verify_detached(&token, PAYLOAD).expect("verified");
        assert_eq!((*verified, verified.header().key_id()), (PAYLOAD, key.key_id()), "{algorithm}");
        for other in [&b"We don't."[..], b"", b"We agree.\n"] {
            assert_eq!(
                verifier.verify_detached(&token, other).unwrap_err(),
                VerifyError::InvalidSignature,
                "{algorithm}"
            );
        }
        // Without its payload it is a token with an empty payload, which was not signed.
        assert_eq!(verifier.verify(&token).unwrap_err(), VerifyError::InvalidSignature, "{algorithm}");

        let unencoded = jws::sign_detached_unencoded(PAYLOAD, &key).expect("a token");
        assert_eq!(verifier.verify_detached(&unencoded, PAYLOAD).unwrap_err(), VerifyError::UnsupportedCrit);
        assert_eq!(verifier.verify(&unencoded).unwrap_err(), VerifyError::UnsupportedCrit);
        let asks = verifier.allow_unencoded_payload();
        assert_eq!(*asks.verify_detached(&unencoded, PAYLOAD).expect("verified"), PAYLOAD);
        assert_eq!(*asks.verify_detached(&token, PAYLOAD).expect("verified"), PAYLOAD);
        // The encoded payload is a different payload.
        let encoded = base64url::encode(PAYLOAD);
        assert_eq!(
            asks.verify_detached(&unencoded, encoded.as_bytes()).unwrap_err(),
            VerifyError::InvalidSignature
        );
    }
}

#[test]
fn unencoded_payloads_may_be_any_bytes() {
    let asks = Verifier::new(hmac().verifying_key()).allow_unencoded_payload();
    let bytes: Vec<u8> = (0..=255).collect();
    for payload in [&b""[..], b".", b"a.b.c", b"\0\xff", &bytes] {
        let token = jws::sign_detached_unencoded(payload, &hmac()).expect("a token");
        assert_eq!(*asks.verify_detached(&token, payload).expect("verified"), payload);
    }
    // The first dot ends the header.
    let token = jws::sign_detached_unencoded(b"a.b", &hmac()).expect("a token");
    assert_eq!(asks.verify_detached(&token, b"b").unwrap_err(), VerifyError::InvalidSignature);
}

#[test]
fn a_token_with_a_payload_is_not_detached() {
    let token = jws::sign(PAYLOAD, &hmac()).expect("a token");
    let verifier = Verifier::new(hmac().verifying_key());
    let attached = VerifyError::InvalidJws { member: "payload" };
    assert_eq!(verifier.verify_detached(&token, PAYLOAD).unwrap_err(), attached);
    assert_eq!(verifier.verify_detached(&token, b"").unwrap_err(), attached);
    assert_eq!(verifier.verify_detached("a.b", PAYLOAD).unwrap_err(), VerifyError::SegmentCount { found: 2 });
    let limit = token.len() - 1;
    assert_eq!(
        verifier.max_length(limit).verify_detached(&token, PAYLOAD).unwrap_err(),
        VerifyError::TooLong { length: token.len(), limit }
    );
    // The payload does not count towards the length.
    let long = vec![b'x'; 2 * jws::DEFAULT_MAX_LENGTH];
    let token = jws::sign_detached(&long, &hmac()).expect("a token");
    let verifier = Verifier::new(hmac().verifying_key()).max_length(token.len());
    assert!(verifier.verify_detached(&token, &long).is_ok());
}

/// Code for one form does not accept the other, so that neither is verified by the rules of the other.
#[test]
fn compact_and_json_are_not_confused() {
    let token = jws::sign(br#"{"sub":"user-42"}"#, &hmac()).expect("a token");
    let error = JsonError::Syntax { offset: 0 };
    let no_json = VerifyError::Json { part: TokenPart::Whole, error };
    assert_eq!(JsonJws::parse(&token).map(drop), Err(no_json));

    let jws = JsonJws::new(br#"{"sub":"user-42"}"#);
    let jws = jws.sign(&hmac(), &Header::new(Algorithm::HS256)).expect("signed");
    let verifier = Verifier::new(hmac().verifying_key());
    let validator = Validator::new(hmac().verifying_key(), Issuer::unchecked(), Audience::unchecked())
        .expiry(Expiry::Unchecked);
    for form in [jws.to_flattened_json().expect("one signature"), jws.to_general_json()] {
        let segments = VerifyError::SegmentCount { found: 1 };
        assert_eq!(verifier.verify(&form).unwrap_err(), segments);
        assert_eq!(verifier.verify_detached(&form, b"").unwrap_err(), segments);
        assert_eq!(validator.verify::<NoClaims>(&form).unwrap_err(), segments);
        assert_eq!(validator.explain(&form).error(), Some(&segments));
    }
}

#[test]
fn nothing_is_signed_if_key_and_header_disagree() {
    let error = JsonJws::new(PAYLOAD).sign(&hmac(), &Header::new(Algorithm::HS512)).unwrap_err();
    assert_eq!(error, SignError::AlgorithmMismatch { key: Algorithm::HS256, header: Algorithm::HS512 });
}

/// Each signature costs a pass over the payload, so their number is limited.
#[test]
fn rejects_more_signatures_than_the_limit() {
    let many = |count: usize| {
        let one = general(good());
        let signatures = vec![one["signatures"][0].clone(); count];
        JsonJws::parse_up_to(1 << 20, &with(one, "signatures", signatures).to_string()).map(drop)
    };
    assert_eq!(many(jws::MAX_SIGNATURES), Ok(()));
    assert_eq!(many(jws::MAX_SIGNATURES + 1), Err(VerifyError::InvalidJws { member: "signatures" }));
}

/// Both headers are read before the signature is verified.
#[test]
fn rejects_headers_beyond_the_limit() {
    const LIMIT: usize = jws::DEFAULT_MAX_HEADER_LENGTH;
    let parse = |jws: Value| JsonJws::parse(&jws.to_string()).map(drop);
    let too_long = |length| Err(VerifyError::HeaderTooLong { length, limit: LIMIT });
    for form in [good(), general(good())] {
        let signature = |jws: &Value, member: &str, value: Value| {
            let mut jws = jws.clone();
            match jws.get_mut("signatures") {
                Some(signatures) => signatures[0][member] = value,
                None => jws[member] = value,
            }
            jws
        };
        assert_eq!(parse(signature(&form, "protected", "A".repeat(LIMIT).into())), Ok(()));
        assert_eq!(parse(signature(&form, "protected", "A".repeat(LIMIT + 1).into())), too_long(LIMIT + 1));
        let kid = |length: usize| json!({ "kid": "k".repeat(length - r#"{"kid":""}"#.len()) });
        assert_eq!(parse(signature(&form, "header", kid(LIMIT))), Ok(()));
        assert_eq!(parse(signature(&form, "header", kid(LIMIT + 1))), too_long(LIMIT + 1));
        let raised = signature(&form, "header", kid(2 * LIMIT)).to_string();
        assert_eq!(JsonJws::parse_up_to(4 * LIMIT, &raised).map(drop), Ok(()));

        let many = Value::Object((0..65).map(|name| (format!("x{name}"), json!(0))).collect());
        let jws = JsonJws::parse(&signature(&form, "header", many).to_string()).expect("a JWS");
        let error = Verifier::new(hmac().verifying_key()).verify_any(&jws).unwrap_err();
        assert!(
            matches!(
                error,
                VerifyError::Json { part: TokenPart::Header, error: JsonError::TooManyValues { .. } }
            ),
            "{error:?}"
        );
    }
}

/// A header that was taken from such a JWS has `b64: false`, which is wrong for an encoded payload.
#[test]
fn headers_with_critical_extensions_cannot_be_signed() {
    let token = jws::sign_detached_unencoded(PAYLOAD, &hmac()).expect("a token");
    let verifier = Verifier::new(hmac().verifying_key()).allow_unencoded_payload();
    let header = verifier.verify_detached(&token, PAYLOAD).expect("verified").header().clone();
    let error = JsonJws::new(PAYLOAD).sign(&hmac(), &header).unwrap_err();
    assert_eq!(error, SignError::InvalidHeader { parameter: "crit".into() });
}

/// RFC 7797 §3: with several signatures, `b64` "MUST be the same for all of them". Otherwise one text is two payloads,
/// both of them signed. In either order, and by two keys, since a key that signs twice is rejected for that.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn signatures_that_differ_in_b64_are_refused() {
    let signed = |header: Value, key: &SigningKey| {
        let protected = base64url::encode(header.to_string());
        let signature = key.sign(format!("{protected}.abcd").as_bytes()).expect("a signature");
        json!({"protected": protected, "signature": base64url::encode(signature)})
    };
    let keys = [key(Algorithm::ES256), key(Algorithm::EdDSA)];
    let header = |key: &SigningKey, encoded: bool| match encoded {
        true => json!({"alg": key.algorithm().name(), "kid": key.key_id()}),
        false => {
            json!({"alg": key.algorithm().name(), "kid": key.key_id(), "crit": ["b64"], "b64": false})
        }
    };
    let set = JwkSet::from_keys(keys.iter().map(SigningKey::verifying_key)).expect("a set");
    let verifier = Verifier::new(set).allow_unencoded_payload();
    for encoded in [[true, true], [true, false], [false, true], [false, false]] {
        let signatures: Vec<Value> =
            keys.iter().zip(encoded).map(|(key, encoded)| signed(header(key, encoded), key)).collect();
        let jws = parse(&json!({"payload": "abcd", "signatures": signatures})).expect("a JWS");
        // Each of them is valid.
        assert!(verifier.verify_any(&jws).is_ok(), "{encoded:?}");
        let all = verifier.verify_all(&jws).map(|all| all.len());
        let want = if encoded[0] == encoded[1] {
            Ok(2)
        } else {
            Err(VerifyError::InvalidHeader { parameter: "b64" })
        };
        assert_eq!(all, want, "{encoded:?}");
    }
}
