//! The worked examples of the RFCs, through the public API. `vectors/README.md` describes their origin.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jotwell::algorithm::Family;
use jotwell::{
    Algorithm, Audience, Claims, Curve, Header, Issuer, Jwk, JwkSet, KeyError, KeyFormat, KeySource, KeyType,
    NumericDate, SigningKey, Validator, VerifyError, VerifyingKey, base64url, jws,
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

/// Returns the public half: JWKs of the RFCs are mostly private, which a verifying key rejects.
fn public(jwk: &Value) -> Jwk {
    let mut jwk = jwk.clone();
    if jwk["kty"] != "oct" {
        let members = jwk.as_object_mut().expect("an object");
        members.retain(|member, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&member.as_str()));
    }
    jwk.to_string().parse().expect("a JWK")
}

fn verifying_key(algorithm: Algorithm, vector: &Value) -> VerifyingKey {
    VerifyingKey::from_jwk(algorithm, &public(&vector["jwk"])).expect("a key")
}

/// Returns algorithm and JWK of each signature, in order.
fn signers(vector: &Value) -> Vec<(Algorithm, Value)> {
    let (algorithms, jwks) = match (&vector["algs"], &vector["jwks"]) {
        (Value::Array(algorithms), Value::Array(jwks)) => (algorithms.clone(), jwks.clone()),
        _ => (vec![vector["alg"].clone()], vec![vector["jwk"].clone()]),
    };
    let algorithms = algorithms.iter().map(|name| name.as_str().expect("a name").parse().expect("known"));
    algorithms.zip(jwks).collect()
}

/// Returns the signatures of either JSON form.
fn signatures(jws: &Value) -> Vec<&Value> {
    match &jws["signatures"] {
        Value::Array(signatures) => signatures.iter().collect(),
        _ => vec![jws],
    }
}

/// All keys of a vector. A JWK Set would not work: it rejects the secret of RFC 7520 4.8, and the other two keys there
/// share their `kid`.
struct Keys(Vec<VerifyingKey>);

impl KeySource for Keys {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        let key = self.0.iter().find(|key| key.algorithm() == header.algorithm());
        key.ok_or_else(|| VerifyError::unknown_key(header.key_id()))?.key_for(header)
    }
}

fn keys(vector: &Value) -> Keys {
    let key = |(algorithm, jwk): (_, Value)| VerifyingKey::from_jwk(algorithm, &public(&jwk)).expect("a key");
    Keys(signers(vector).into_iter().map(key).collect())
}

/// Returns the JWS of a vector, with its payload if that is separate.
fn json_jws(vector: &Value) -> jws::JsonJws {
    let jws = jws::JsonJws::parse(&vector["jws"].to_string()).expect("a JWS");
    match vector["detached"] == true {
        true => jws.with_detached_payload(text(vector, "payload_utf8").as_bytes()).expect("detached"),
        false => jws,
    }
}

fn is_json(vector: &Value) -> bool {
    text(vector, "kind").starts_with("json-")
}

fn vector(id: &str) -> Value {
    vectors().into_iter().find(|vector| vector["id"] == id).expect(id)
}

#[test]
fn every_vector_has_a_kind_that_is_tested() {
    let mut kinds = BTreeMap::new();
    for vector in vectors() {
        *kinds.entry((text(&vector, "kind").to_owned(), text(&vector, "expect").to_owned())).or_insert(0) +=
            1;
    }
    let counted: Vec<_> =
        kinds.iter().map(|((kind, expect), count)| (kind.as_str(), expect.as_str(), *count)).collect();
    // The tests below check the same numbers. Thumbprints are tested in `key_forms.rs`.
    assert_eq!(
        counted,
        [
            ("compact", "accept", 12),
            ("compact", "refuse", 2),
            ("detached", "accept", 2),
            ("json-flattened", "accept", 10),
            ("json-general", "accept", 9),
            ("jwe", "refuse", 2),
            ("jwk-set", "accept", 5),
            ("thumbprint", "accept", 2),
        ]
    );
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
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
#[cfg_attr(miri, ignore = "minutes under Miri")]
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
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn signatures_by_the_private_keys_of_the_rfcs_verify_with_the_public_ones() {
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
    let vector = vector("RFC 7519 3.1");
    let key = verifying_key(Algorithm::HS256, &vector);
    let at = |secs| {
        let clock = NumericDate::from_secs(secs);
        Validator::with_clock(key.clone(), Issuer::is("joe"), Audience::unchecked(), clock)
            .verify::<Claims<Value>>(text(&vector, "token"))
    };
    let token = at(1_300_819_379).expect("valid in its last second");
    assert_eq!(token.issuer.as_deref(), Some("joe"));
    assert_eq!(token.expires_at, Some(NumericDate::from_secs(1_300_819_380)));
    assert_eq!(token.custom["http://example.com/is_root"], true);

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
            ("RFC 7519 A.1", VerifyError::SegmentCount { found: 5 }),
            ("RFC 7519 A.2", VerifyError::SegmentCount { found: 5 }),
        ]
    );
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn json_serializations_verify_by_any_and_by_all_signatures() {
    let (mut count, mut named) = (BTreeMap::new(), 0);
    for vector in vectors().iter().filter(|vector| is_json(vector)) {
        let id = text(vector, "id");
        let verifier = jws::Verifier::new(keys(vector)).allow_unencoded_payload();
        let payload = text(vector, "payload_utf8").as_bytes();
        let jws = json_jws(vector);
        let any = verifier.verify_any(&jws).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(*any, payload, "{id}");
        let all = verifier.verify_all(&jws).unwrap_or_else(|error| panic!("{id}: {error}"));
        let signers = signers(vector);
        assert_eq!((all.len(), jws.signatures().len()), (signers.len(), signers.len()), "{id}");
        for (verified, (algorithm, jwk)) in all.iter().zip(signers) {
            assert_eq!(**verified, payload, "{id}");
            assert_eq!(verified.header().algorithm(), algorithm, "{id}");
            // It selected the key from either header, and is returned if it was protected.
            if let Some(key_id) = verified.header().key_id() {
                assert_eq!(jwk["kid"].as_str(), Some(key_id), "{id}");
                named += 1;
            }
        }
        *count.entry(text(vector, "kind").to_owned()).or_insert(0) += 1;
    }
    assert_eq!(named, 11);
    assert_eq!(count, BTreeMap::from([("json-flattened".into(), 10), ("json-general".into(), 9)]));
}

#[test]
fn unprotected_headers_of_the_rfcs_are_kept_apart() {
    let unprotected = |id: &str| -> Vec<Value> {
        let read = |text: &str| serde_json::from_str(text).expect("JSON");
        let jws = json_jws(&vector(id));
        jws.signatures().iter().map(|one| one.unprotected_header().map_or(Value::Null, read)).collect()
    };
    let kid = "018c0ae5-4d9b-471b-bfd6-eef314bc7037";
    let bilbo = "bilbo.baggins@hobbiton.example";
    let ec = "e9bc097a-ce51-4036-9562-d2ade882db0d";
    let json = |text: &str| -> Value { serde_json::from_str(text).expect("JSON") };
    assert_eq!(
        unprotected("RFC 7515 A.6"),
        [json(r#"{"kid":"2010-12-29"}"#), json(&format!(r#"{{"kid":"{ec}"}}"#))]
    );
    assert_eq!(unprotected("RFC 7515 A.7"), [json(&format!(r#"{{"kid":"{ec}"}}"#))]);
    assert_eq!(unprotected("RFC 7520 4.4 flattened"), [Value::Null]);
    assert_eq!(unprotected("RFC 7520 4.6 general"), [json(&format!(r#"{{"kid":"{kid}"}}"#))]);
    assert_eq!(unprotected("RFC 7520 4.7 flattened"), [json(&format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#))]);
    assert_eq!(
        unprotected("RFC 7520 4.8"),
        [
            json(&format!(r#"{{"kid":"{bilbo}"}}"#)),
            json(&format!(r#"{{"alg":"ES512","kid":"{bilbo}"}}"#)),
            Value::Null
        ]
    );
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn json_serializations_are_written_as_they_were_read() {
    for vector in vectors().iter().filter(|vector| is_json(vector)) {
        let (jws, id) = (json_jws(vector), text(vector, "id"));
        let read = |text: String| -> Value { serde_json::from_str(&text).expect("JSON") };
        let again = match text(vector, "kind") {
            "json-general" => read(jws.to_general_json()),
            _ => read(jws.to_flattened_json().expect("one signature")),
        };
        assert_eq!(again, vector["jws"], "{id}");
        // And in the other form, which still verifies.
        let other = match text(vector, "kind") {
            "json-general" => jws.to_flattened_json(),
            _ => Some(jws.to_general_json()),
        };
        let Some(other) = other else {
            assert!(jws.signatures().len() > 1, "{id}");
            continue;
        };
        let mut other = jws::JsonJws::parse(&other).expect("a JWS");
        if vector["detached"] == true {
            other = other.with_detached_payload(text(vector, "payload_utf8").as_bytes()).expect("detached");
        }
        let verifier = jws::Verifier::new(keys(vector)).allow_unencoded_payload();
        assert_eq!(*verifier.verify_any(&other).expect(id), text(vector, "payload_utf8").as_bytes());
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_changed_json_serialization_of_the_rfcs_is_refused() {
    for vector in vectors().iter().filter(|vector| is_json(vector)) {
        let id = text(vector, "id");
        let verifier = jws::Verifier::new(keys(vector)).allow_unencoded_payload();
        let refused = |jws: &Value, payload: &str| {
            let mut jws = jws::JsonJws::parse(&jws.to_string()).expect("a JWS");
            if vector["detached"] == true {
                jws = jws.with_detached_payload(payload.as_bytes()).expect("detached");
            }
            assert_eq!(verifier.verify_any(&jws).unwrap_err(), VerifyError::InvalidSignature, "{id}");
            assert_eq!(verifier.verify_all(&jws).unwrap_err(), VerifyError::InvalidSignature, "{id}");
        };
        let mut changed = vector["jws"].clone();
        if vector["detached"] != true {
            changed["payload"] = "QUFB".into();
        }
        refused(&changed, "AAA");

        let mut changed = vector["jws"].clone();
        let many = changed["signatures"].is_array();
        let count = signatures(&vector["jws"]).len();
        for index in 0..count {
            let signature = if many { &mut changed["signatures"][index] } else { &mut changed };
            let mut bytes =
                base64url::decode(signature["signature"].as_str().expect("text")).expect("base64url");
            bytes[9] ^= 1;
            signature["signature"] = base64url::encode(bytes).into();
        }
        refused(&changed, text(vector, "payload_utf8"));
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn deterministic_signatures_in_json_are_reproduced_byte_for_byte() {
    let (mut by_hand, mut by_json_jws) = (0, 0);
    for vector in vectors().iter().filter(|vector| is_json(vector)) {
        let (id, payload) = (text(vector, "id"), text(vector, "payload_utf8"));
        for (signature, (algorithm, jwk)) in signatures(&vector["jws"]).into_iter().zip(signers(vector)) {
            // No ECDSA example uses the nonce of RFC 6979.
            if !algorithm.is_deterministic() || algorithm.family() == Family::Ecdsa {
                continue;
            }
            let key =
                SigningKey::from_jwk(algorithm, &jwk.to_string().parse().expect("a JWK")).expect("a key");
            let protected = signature["protected"].as_str().unwrap_or_default();
            let encoded = base64url::encode(payload);
            // RFC 7797 §3: the payload itself is signed if `b64` is false.
            let signed = if id == "RFC 7797 4.2 flattened" { payload } else { &encoded };
            let ours = key.sign(format!("{protected}.{signed}").as_bytes()).expect("a signature");
            assert_eq!(base64url::encode(ours), signature["signature"], "{id}");
            by_hand += 1;

            // If this crate would write the same header.
            let headers = [Header::new(algorithm), Header::for_key(&key)];
            let same = |header: &&Header| base64url::encode(header.to_json()) == protected;
            if let Some(header) = headers.iter().find(same) {
                let jws = jws::JsonJws::new(payload.as_bytes()).sign(&key, header).expect("signed");
                let flattened = jws.to_flattened_json().expect("one signature");
                let flattened: Value = serde_json::from_str(&flattened).expect("JSON");
                assert_eq!(flattened["protected"], signature["protected"], "{id}");
                assert_eq!(flattened["signature"], signature["signature"], "{id}");
                assert_eq!(flattened["payload"], encoded, "{id}");
                by_json_jws += 1;
            }
        }
    }
    // This crate has another order of members in RFC 7797 4.2, and RFC 7520 4.7 protects nothing.
    assert_eq!((by_hand, by_json_jws), (15, 12));
}

#[test]
fn detached_payloads_verify_if_they_are_provided() {
    let mut count = 0;
    for vector in vectors().iter().filter(|vector| vector["kind"] == "detached") {
        let (id, token) = (text(vector, "id"), text(vector, "token"));
        let payload = text(vector, "payload_utf8").as_bytes();
        let key = verifying_key(Algorithm::HS256, vector);
        let verifier = jws::Verifier::new(&key).allow_unencoded_payload();
        assert_eq!(*verifier.verify_detached(token, payload).expect(id), payload);
        let other = [payload, b"."].concat();
        assert_eq!(
            verifier.verify_detached(token, &other).unwrap_err(),
            VerifyError::InvalidSignature,
            "{id}"
        );
        count += 1;
    }
    assert_eq!(count, 2);
    let vector = vector("RFC 7520 4.5");
    let key = SigningKey::from_jwk(Algorithm::HS256, &jwk(&vector)).expect("a key");
    let ours = jws::sign_detached(text(&vector, "payload_utf8").as_bytes(), &key).expect("a token");
    assert_eq!(ours, text(&vector, "token"));
}

/// RFC 7797 §6: because of `crit`, verifiers that would decode the payload reject it.
#[test]
fn rfc_7797_4_2_is_rejected_by_default() {
    let compact = vector("RFC 7797 4.2");
    let key = verifying_key(Algorithm::HS256, &compact);
    let verifier = jws::Verifier::new(&key);
    let error = verifier.verify_detached(text(&compact, "token"), b"$.02").unwrap_err();
    assert_eq!(error, VerifyError::UnsupportedCrit);
    let flattened = json_jws(&vector("RFC 7797 4.2 flattened"));
    assert_eq!(verifier.verify_any(&flattened).unwrap_err(), VerifyError::UnsupportedCrit);
    assert_eq!(verifier.verify_all(&flattened).unwrap_err(), VerifyError::UnsupportedCrit);
}

#[test]
fn rfc_7520_4_8_verifies_with_a_set_except_for_the_secret() {
    let vector = vector("RFC 7520 4.8");
    let jwks: Vec<_> = signers(&vector)
        .iter()
        .map(|(_, jwk)| public(jwk).to_json_with_private_members().expect("JSON"))
        .collect();
    let set = format!(r#"{{"keys":[{}]}}"#, jwks.join(","));
    let set = JwkSet::from_json(set, &[Algorithm::RS256, Algorithm::ES512]).expect("a set");
    // Two keys with one `kid`, distinguished by algorithm; no secret in a set.
    assert_eq!(set.keys()[0].key_id(), set.keys()[1].key_id());
    let skipped: Vec<_> = set.skipped().iter().map(|key| (key.index, key.reason.clone())).collect();
    assert_eq!(skipped, [(2, KeyError::NotPublic { found: KeyFormat::Jwk })]);
    let verifier = jws::Verifier::new(set);
    let jws = json_jws(&vector);
    assert_eq!(*verifier.verify_any(&jws).expect("two of three"), text(&vector, "payload_utf8").as_bytes());
    let reason = KeyError::NotPublic { found: KeyFormat::Jwk };
    assert_eq!(verifier.verify_all(&jws).unwrap_err(), VerifyError::SkippedKey { reason });
}

/// Returns the value of `keys` as a set, for every public-key algorithm that the RFCs' keys could be for.
fn set(id: &str) -> JwkSet {
    let text = serde_json::json!({ "keys": vector(id)["jwks"] }).to_string();
    JwkSet::from_json(text, &[Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA]).expect(id)
}

fn skipped(set: &JwkSet) -> Vec<(usize, Option<&str>, KeyError)> {
    set.skipped().iter().map(|key| (key.index, key.key_id.as_deref(), key.reason.clone())).collect()
}

fn kept(set: &JwkSet) -> Vec<(Algorithm, Option<&str>)> {
    set.keys().iter().map(|key| (key.algorithm(), key.key_id())).collect()
}

#[test]
fn jwk_sets_of_the_rfcs_keep_the_keys_that_can_verify() {
    let not_public = KeyError::NotPublic { found: KeyFormat::Jwk };
    let hmac = "HMAC key used in JWS spec Appendix A.1 example";

    let public = set("RFC 7517 A.1");
    assert_eq!(kept(&public), [(Algorithm::RS256, Some("2011-04-29"))]);
    assert_eq!(skipped(&public), [(0, Some("1"), KeyError::UseNotAllowed { member: "use" })]);

    let private = set("RFC 7517 A.2");
    assert_eq!(kept(&private), []);
    assert_eq!(
        skipped(&private),
        [(0, Some("1"), not_public.clone()), (1, Some("2011-04-29"), not_public.clone())]
    );

    let secrets = set("RFC 7517 A.3");
    assert_eq!(kept(&secrets), []);
    assert_eq!(skipped(&secrets), [(0, None, not_public.clone()), (1, Some(hmac), not_public.clone())]);

    let private = set("RFC 8037 A.1");
    assert_eq!((kept(&private), skipped(&private)), (vec![], vec![(0, None, not_public)]));
    let public = set("RFC 8037 A.2");
    assert_eq!((kept(&public), skipped(&public)), (vec![(Algorithm::EdDSA, None)], vec![]));
    let token = vector("RFC 8037 A.4");
    assert!(jws::Verifier::new(public).verify(text(&token, "token")).is_ok());

    let sets = vectors().iter().filter(|vector| vector["kind"] == "jwk-set").count();
    assert_eq!(sets, 5);
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn jwks_of_the_rfcs_have_their_stated_uses() {
    let jwk = |id: &str, index: usize| -> Jwk { vector(id)["jwks"][index].to_string().parse().expect(id) };
    let not_intended = |member| KeyError::UseNotAllowed { member };
    let not_public = KeyError::NotPublic { found: KeyFormat::Jwk };
    let verifying = |algorithm, jwk: &Jwk| VerifyingKey::from_jwk(algorithm, jwk).map(drop);
    let signing = |algorithm, jwk: &Jwk| SigningKey::from_jwk(algorithm, jwk).map(drop);

    // RFC 7517 A.1 and A.2: the same keys, the second time with their private members.
    for (id, private) in [("RFC 7517 A.1", false), ("RFC 7517 A.2", true)] {
        let (ec, rsa) = (jwk(id, 0), jwk(id, 1));
        assert_eq!((ec.key_type(), ec.key_id(), ec.algorithm()), (KeyType::Ec(Curve::P256), Some("1"), None));
        assert_eq!(
            (rsa.key_type(), rsa.key_id(), rsa.algorithm()),
            (KeyType::Rsa, Some("2011-04-29"), Some("RS256"))
        );
        assert_eq!((ec.is_private(), rsa.is_private()), (private, private));
        assert_eq!(verifying(Algorithm::ES256, &ec), Err(not_intended("use")));
        assert_eq!(signing(Algorithm::ES256, &ec), Err(not_intended("use")));
        assert_eq!(verifying(Algorithm::PS256, &rsa), Err(not_intended("alg")));
        let (verifies, signs) = match private {
            true => (Err(not_public.clone()), Ok(())),
            false => (Ok(()), Err(KeyError::NotPrivate { found: KeyFormat::Jwk })),
        };
        assert_eq!(verifying(Algorithm::RS256, &rsa), verifies);
        assert_eq!(signing(Algorithm::RS256, &rsa), signs);
        // RFC 7638 3.1 uses this key.
        assert_eq!(rsa.thumbprint().expect("a thumbprint"), text(&vector("RFC 7638 3.1"), "thumbprint"));
    }
    let (public, private) = (jwk("RFC 7517 A.1", 1), jwk("RFC 7517 A.2", 1));
    let key = SigningKey::from_jwk(Algorithm::RS256, &private).expect("a key");
    let token = jws::sign(b"payload", &key).expect("a token");
    let key = VerifyingKey::from_jwk(Algorithm::RS256, &public).expect("a key");
    assert!(jws::Verifier::new(key).verify(&token).is_ok());
    assert_eq!(private.to_public().expect("public").to_json(), public.to_json());

    // RFC 7517 A.3: one for key wrapping, one for any HMAC for which it is long enough.
    let (wrapping, hmac) = (jwk("RFC 7517 A.3", 0), jwk("RFC 7517 A.3", 1));
    assert_eq!(wrapping.algorithm(), Some("A128KW"));
    assert_eq!(verifying(Algorithm::HS256, &wrapping), Err(not_intended("alg")));
    assert_eq!(hmac.key_id(), Some("HMAC key used in JWS spec Appendix A.1 example"));
    for jwk in [wrapping, hmac.clone()] {
        assert_eq!((jwk.key_type(), jwk.is_private()), (KeyType::Secret, true));
        assert_eq!(jwk.to_json(), Err(not_public.clone()));
    }
    let key = VerifyingKey::from_jwk(Algorithm::HS256, &hmac).expect("a key");
    assert!(jws::Verifier::new(key).verify(text(&vector("RFC 7515 A.1"), "token")).is_ok());
    assert_eq!(verifying(Algorithm::HS512, &hmac), Ok(()));
    assert!(matches!(verifying(Algorithm::RS256, &hmac), Err(KeyError::WrongKeyType { .. })));

    // RFC 8037 A.1 and A.2: both halves of one key.
    let (private, public) = (jwk("RFC 8037 A.1", 0), jwk("RFC 8037 A.2", 0));
    assert_eq!((private.key_type(), private.is_private()), (KeyType::Ec(Curve::Ed25519), true));
    assert_eq!(signing(Algorithm::EdDSA, &private), Ok(()));
    assert_eq!(verifying(Algorithm::EdDSA, &private), Err(not_public));
    assert_eq!(verifying(Algorithm::EdDSA, &public), Ok(()));
    assert_eq!(signing(Algorithm::EdDSA, &public), Err(KeyError::NotPrivate { found: KeyFormat::Jwk }));
    assert_eq!(private.to_public().expect("public").to_json(), public.to_json());
    assert_eq!(public.thumbprint().expect("a thumbprint"), text(&vector("RFC 8037 A.3"), "thumbprint"));
}

#[test]
fn json_serializations_and_detached_payloads_are_not_compact_tokens() {
    let key = VerifyingKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    for vector in vectors() {
        let kind = text(&vector, "kind");
        if kind.starts_with("json-") {
            // It may contain dots, but never between three parts of base64url.
            let error = jws::Verifier::new(&key).verify(&vector["jws"].to_string()).unwrap_err();
            let named = matches!(error, VerifyError::SegmentCount { .. } | VerifyError::Base64 { .. });
            assert!(named, "{}: {error}", vector["id"]);
        }
        if kind == "detached" {
            // The payload is missing from the signing input.
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
