//! The JSON serializations: RFC 7516 §7.2.

use jotwell::error::TokenPart;
use jotwell::jwe::{
    ContentEncryption, Decrypter, DecryptingKey, JsonEncrypter, JsonJwe, KeyManagement, KeyRing,
};
use jotwell::{EncryptError, JsonError, VerifyError, base64url};
use serde_json::{Value, json};

const ENC: ContentEncryption = ContentEncryption::A128GCM;

fn key(name: &str) -> DecryptingKey {
    DecryptingKey::generate(KeyManagement::A128KW, &[ENC]).expect("a key").with_key_id(name.to_owned())
}

/// Returns a message in the flattened form, as an object.
fn flattened(key: &DecryptingKey) -> Value {
    let message =
        JsonEncrypter::new(ENC).recipient(key.encrypting_key()).encrypt(b"content").expect("a message");
    serde_json::from_str(&message.to_flattened_json().expect("one recipient")).expect("JSON")
}

fn parsed(message: &Value) -> Result<(), VerifyError> {
    JsonJwe::parse(&message.to_string()).map(drop)
}

fn decrypted(key: &DecryptingKey, message: &Value) -> Result<Vec<u8>, VerifyError> {
    let message = JsonJwe::parse(&message.to_string())?;
    Decrypter::new(key).decrypt_json(&message).map(|decrypted| decrypted.into_inner())
}

#[test]
fn members_are_present_with_the_right_type_and_not_empty() {
    let key = key("k");
    let good = flattened(&key);
    assert_eq!(decrypted(&key, &good), Ok(b"content".to_vec()));
    for member in ["iv", "ciphertext", "tag", "protected", "encrypted_key"] {
        let mut changed = good.clone();
        changed.as_object_mut().expect("an object").remove(member);
        let error = decrypted(&key, &changed).expect_err(member);
        assert_eq!(error, VerifyError::InvalidJwe { member }, "{member}");
    }
    for member in ["protected", "encrypted_key", "iv", "tag", "aad", "ciphertext"] {
        for wrong in [json!(1), json!(null), json!({}), json!("")] {
            let mut changed = good.clone();
            changed[member] = wrong.clone();
            // The ciphertext of an empty content is empty, but this content is not.
            let expected = match (member, &wrong) {
                ("ciphertext", Value::String(_)) => Err(VerifyError::DecryptionFailed),
                _ => Err(VerifyError::InvalidJwe { member }),
            };
            assert_eq!(decrypted(&key, &changed).map(drop), expected, "{member} {wrong}");
        }
    }
    for member in ["unprotected", "header"] {
        for wrong in [json!(1), json!("{}"), json!({}), json!([])] {
            let mut changed = good.clone();
            changed[member] = wrong;
            assert_eq!(parsed(&changed), Err(VerifyError::InvalidJwe { member }));
        }
    }
    let mut changed = good.clone();
    changed["anything"] = json!("is ignored");
    assert_eq!(decrypted(&key, &changed), Ok(b"content".to_vec()));
}

#[test]
fn an_empty_content_has_an_empty_ciphertext() {
    let key = key("k");
    let message = JsonEncrypter::new(ENC).recipient(key.encrypting_key()).encrypt(b"").expect("a message");
    let message: Value = serde_json::from_str(&message.to_general_json()).expect("JSON");
    assert_eq!(message["ciphertext"], "");
    assert_eq!(decrypted(&key, &message), Ok(Vec::new()));
}

#[test]
fn the_two_forms_do_not_mix() {
    let key = key("k");
    let good = flattened(&key);
    for (member, value) in [("header", json!({"alg": "A128KW"})), ("encrypted_key", json!("AAAA"))] {
        let mut changed = good.clone();
        changed.as_object_mut().expect("an object").remove("encrypted_key");
        changed["recipients"] = json!([{"encrypted_key": good["encrypted_key"]}]);
        assert_eq!(decrypted(&key, &changed), Ok(b"content".to_vec()));
        changed[member] = value;
        assert_eq!(parsed(&changed), Err(VerifyError::InvalidJwe { member: "recipients" }));
    }
    for recipients in [json!({}), json!([1]), json!([[]]), json!(null)] {
        let mut changed = good.clone();
        changed["recipients"] = recipients;
        assert_eq!(parsed(&changed), Err(VerifyError::InvalidJwe { member: "recipients" }));
    }
}

/// RFC 7516 §9.
#[test]
fn a_message_with_a_payload_is_neither_signed_nor_encrypted() {
    let mut changed = flattened(&key("k"));
    changed["payload"] = json!("AAAA");
    assert_eq!(parsed(&changed), Err(VerifyError::InvalidJwe { member: "payload" }));
}

#[test]
fn headers_have_no_name_in_common() {
    let key = key("k");
    let good = flattened(&key);
    for (unprotected, header) in [
        (json!({"alg": "A128KW"}), Value::Null),
        (Value::Null, json!({"alg": "A128KW"})),
        (json!({"x": 1}), json!({"x": 1})),
        (json!({"enc": "A128GCM"}), Value::Null),
    ] {
        let mut changed = good.clone();
        for (member, value) in [("unprotected", &unprotected), ("header", &header)] {
            if !value.is_null() {
                changed[member] = value.clone();
            }
        }
        assert_eq!(decrypted(&key, &changed), Err(VerifyError::DuplicateParameter), "{unprotected} {header}");
    }
    let mut changed = good;
    changed["unprotected"] = json!({"x": 1});
    changed["header"] = json!({"y": {"x": 1}});
    assert_eq!(decrypted(&key, &changed), Ok(b"content".to_vec()));
}

#[test]
fn crit_has_no_place_in_an_unprotected_header() {
    let key = key("k");
    for member in ["unprotected", "header"] {
        let mut changed = flattened(&key);
        changed[member] = json!({"crit": ["x"], "x": 1});
        assert_eq!(decrypted(&key, &changed), Err(VerifyError::UnsupportedCrit));
    }
}

#[test]
fn enc_is_the_same_for_all_recipients() {
    let key = key("k");
    let mut message = flattened(&key);
    message["protected"] = json!(base64url::encode(r#"{"typ":"x"}"#));
    message.as_object_mut().expect("an object").remove("encrypted_key");
    let recipient = |enc: &str| json!({"header": {"alg": "A128KW", "enc": enc}, "encrypted_key": "AAAA"});
    message["recipients"] = json!([recipient("A128GCM"), recipient("A256GCM")]);
    assert_eq!(decrypted(&key, &message), Err(VerifyError::InvalidHeader { parameter: "enc" }));
}

#[test]
fn protected_header_and_additional_data_are_authenticated() {
    let key = key("k");
    let message = JsonEncrypter::new(ENC)
        .aad(b"visible")
        .recipient(key.encrypting_key())
        .encrypt(b"content")
        .expect("a message");
    let good: Value = serde_json::from_str(&message.to_general_json()).expect("JSON");
    assert_eq!(decrypted(&key, &good), Ok(b"content".to_vec()));
    let mut changed = good.clone();
    changed["aad"] = json!(base64url::encode("visiblf"));
    assert_eq!(decrypted(&key, &changed), Err(VerifyError::DecryptionFailed));
    changed.as_object_mut().expect("an object").remove("aad");
    assert_eq!(decrypted(&key, &changed), Err(VerifyError::DecryptionFailed));
    let mut changed = good;
    let protected = base64url::decode(changed["protected"].as_str().expect("text")).expect("base64url");
    changed["protected"] = json!(base64url::encode([&protected[..], b" "].concat()));
    assert_eq!(decrypted(&key, &changed), Err(VerifyError::DecryptionFailed));
}

#[test]
fn headers_are_returned_unchanged() {
    let key = key("k");
    let message = JsonEncrypter::new(ENC)
        .typ("example")
        .content_type("text/plain")
        .with_unprotected("jku", &"https://a.example/keys")
        .expect("a header")
        .recipient(key.encrypting_key())
        .recipient(key.encrypting_key())
        .encrypt(b"content")
        .expect("a message");
    let read = JsonJwe::parse(&message.to_general_json()).expect("a message");
    for message in [&message, &read] {
        assert_eq!(message.unprotected_header(), Some(r#"{"jku":"https://a.example/keys"}"#));
        let recipient = Some(r#"{"alg":"A128KW","kid":"k"}"#);
        assert_eq!([0, 1, 2].map(|index| message.recipient_header(index)), [recipient, recipient, None]);
        assert_eq!(format!("{message:?}"), "JsonJwe { recipients: 2, .. }");
    }
    let decrypted = Decrypter::new(&key).decrypt_json(&read).expect("decrypted");
    assert_eq!(decrypted.header().typ(), Some("example"));
    assert_eq!(decrypted.header().content_type(), Ok(Some("text/plain".into())));

    let alone =
        JsonEncrypter::new(ENC).recipient(key.encrypting_key()).encrypt(b"content").expect("a message");
    assert_eq!((alone.unprotected_header(), alone.recipient_header(0)), (None, None));
}

#[test]
fn the_same_number_of_recipients_can_be_written_and_parsed() {
    let key = key("k");
    let with = |count: usize| {
        (0..count)
            .fold(JsonEncrypter::new(ENC), |it, _| it.recipient(key.encrypting_key()))
            .encrypt(b"content")
    };
    let most = with(16).expect("a message");
    assert_eq!(most.recipient_count(), 16);
    assert_eq!(with(17).map(drop), Err(EncryptError::RecipientCount { found: 17, limit: 16 }));
    let text = most.to_general_json();
    assert_eq!(JsonJwe::parse_up_to(text.len(), &text).map(drop), Ok(()));
    let (length, limit) = (text.len(), text.len() - 1);
    assert_eq!(JsonJwe::parse_up_to(limit, &text).map(drop), Err(VerifyError::TooLong { length, limit }));
}

#[test]
fn each_recipient_decrypts_and_no_one_else() {
    let (alice, bob, eve) = (key("alice"), key("bob"), key("eve"));
    let message = JsonEncrypter::new(ENC)
        .recipient(alice.encrypting_key())
        .recipient(bob.encrypting_key())
        .encrypt(b"content")
        .expect("a message");
    assert_eq!((message.recipient_count(), message.to_flattened_json()), (2, None));
    let text = message.to_general_json();
    let message: Value = serde_json::from_str(&text).expect("JSON");
    // The header of each recipient has only its own parameters.
    let protected = base64url::decode(message["protected"].as_str().expect("text")).expect("base64url");
    assert_eq!(protected, br#"{"enc":"A128GCM"}"#);
    assert_eq!(message["recipients"][0]["header"], json!({"alg": "A128KW", "kid": "alice"}));
    for key in [&alice, &bob] {
        assert_eq!(decrypted(key, &message), Ok(b"content".to_vec()));
    }
    assert_eq!(decrypted(&eve, &message), Err(VerifyError::unknown_key(Some("alice"))));
    let unnamed = DecryptingKey::generate(KeyManagement::A128KW, &[ENC]).expect("a key");
    assert_eq!(decrypted(&unnamed, &message), Err(VerifyError::DecryptionFailed));
    let ring = KeyRing::new([eve, bob]).expect("a ring");
    let read = JsonJwe::parse(&text).expect("a message");
    assert_eq!(**Decrypter::new(ring).decrypt_json(&read).expect("decrypted"), *b"content");
}

#[test]
fn a_message_that_could_not_be_parsed_is_not_encrypted() {
    let key = key("k");
    let encrypter = || JsonEncrypter::new(ENC).recipient(key.encrypting_key());
    let rejected = |name: &'static str| Err(EncryptError::InvalidHeader { parameter: name.into() });
    for name in ["alg", "kid", "enc", "zip", "crit", "epk"] {
        assert_eq!(encrypter().with(name, &"x").map(drop), rejected(name));
        assert_eq!(encrypter().with_unprotected(name, &"x").map(drop), rejected(name));
    }
    let twice = encrypter().with("x", &1).and_then(|encrypter| encrypter.with_unprotected("x", &1)).map(drop);
    assert_eq!(twice, rejected("x"));
    let twice = encrypter().with_unprotected("x", &1).and_then(|it| it.with_unprotected("x", &1)).map(drop);
    assert_eq!(twice, rejected("x"));
    let none = JsonEncrypter::new(ENC).encrypt(b"content").map(drop);
    assert_eq!(none, Err(EncryptError::RecipientCount { found: 0, limit: 16 }));
    let other = JsonEncrypter::new(ContentEncryption::A256GCM).recipient(key.encrypting_key());
    let found = ContentEncryption::A256GCM;
    assert_eq!(other.encrypt(b"content").map(drop), Err(EncryptError::EncNotAllowed { found }));
}

#[test]
fn text_that_is_not_strict_json_is_rejected() {
    let json = |error| Err(VerifyError::Json { part: TokenPart::WholeJwe, error });
    assert_eq!(JsonJwe::parse("[]").map(drop), json(JsonError::NotAnObject));
    assert_eq!(
        JsonJwe::parse(r#"{"iv":"","iv":""}"#).map(drop),
        Err(VerifyError::InvalidJwe { member: "iv" })
    );
    assert_eq!(
        JsonJwe::parse(r#"{"x":"","x":""}"#).map(drop),
        json(JsonError::DuplicateMember { offset: 8 })
    );
    assert_eq!(JsonJwe::parse("{}").map(drop), Err(VerifyError::InvalidJwe { member: "protected" }));
    assert!(matches!(JsonJwe::parse_up_to(1, "{}"), Err(VerifyError::TooLong { length: 2, limit: 1 })));
    let long = format!(r#"{{"unprotected":{{"x":"{}"}}}}"#, "x".repeat(8 * 1024));
    assert!(matches!(JsonJwe::parse(&long), Err(VerifyError::HeaderTooLong { .. })));
    let good = key("k");
    let compact = good.encrypting_key().encrypt(b"content").expect("a token");
    assert!(JsonJwe::parse(&compact).is_err());
}
