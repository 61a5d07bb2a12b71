//! The header of an encrypted token, and how it is distinguished from that of a signed one: RFC 7516 §4 and §9.

use jotwell::error::TokenPart;
use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, Header, KeyManagement};
use jotwell::{EncryptError, JsonError, MAX_HEADER_VALUES, VerifyError, base64url};

use super::common::token;

fn key() -> DecryptingKey {
    DecryptingKey::from_secret(KeyManagement::A128KW, &[ContentEncryption::A128GCM], [7; 16]).expect("a key")
}

fn rejected(header: &str) -> VerifyError {
    let token = token(header, &[0; 24], &[0; 12], b"content", &[0; 16]);
    Decrypter::new(key()).decrypt(&token).expect_err(header)
}

#[test]
fn five_segments_without_enc_are_rejected_by_name() {
    for header in [r#"{"alg":"A128KW"}"#, r#"{"alg":"HS256"}"#, r#"{"alg":"ES256","typ":"JWT"}"#] {
        assert_eq!(rejected(header), VerifyError::MissingEnc, "{header}");
    }
}

#[test]
fn signature_algorithms_and_none_do_not_encrypt() {
    for name in ["HS256", "RSA1_5", "a128kw"] {
        let header = format!(r#"{{"alg":"{name}","enc":"A128GCM"}}"#);
        assert_eq!(rejected(&header), VerifyError::UnknownAlgorithm { found: name.into() });
    }
    assert_eq!(rejected(r#"{"alg":"none","enc":"A128GCM"}"#), VerifyError::Unsecured);
    assert_eq!(rejected(r#"{"enc":"A128GCM"}"#), VerifyError::MissingAlgorithm);
    assert_eq!(rejected(r#"{"alg":"A128KW","enc":"A128CBC"}"#), VerifyError::UnknownEnc);
    assert_eq!(rejected(r#"{"alg":"A128KW","enc":1}"#), VerifyError::InvalidHeader { parameter: "enc" });
}

#[test]
fn other_numbers_of_segments_are_rejected() {
    for (token, found) in [("", 1), ("a.b.c", 3), ("a.b.c.d", 4), ("a.b.c.d.e.f", 6), ("......", 7)] {
        let error = Decrypter::new(key()).decrypt(token).expect_err(token);
        assert_eq!(error, VerifyError::SegmentCount { found }, "{token}");
    }
}

#[test]
fn crit_is_as_strict_as_in_a_signed_token() {
    for (crit, error) in [
        (r#"["exp"],"exp":1"#, VerifyError::UnsupportedCrit),
        (r#"["b64"],"b64":true"#, VerifyError::UnsupportedCrit),
        (r#"["exp"]"#, VerifyError::InvalidCrit),
        ("[]", VerifyError::InvalidCrit),
        (r#"["alg"]"#, VerifyError::InvalidCrit),
        (r#""exp","exp":1"#, VerifyError::InvalidCrit),
        (r#"["exp","exp"],"exp":1"#, VerifyError::InvalidCrit),
    ] {
        assert_eq!(
            rejected(&format!(r#"{{"alg":"A128KW","enc":"A128GCM","crit":{crit}}}"#)),
            error,
            "{crit}"
        );
    }
}

#[test]
fn a_header_is_one_strict_json_object() {
    let json = |error| VerifyError::Json { part: TokenPart::Header, error };
    let twice = r#"{"alg":"A128KW","enc":"A128GCM","enc":"A128GCM"}"#;
    assert_eq!(rejected(twice), json(JsonError::DuplicateMember { offset: 32 }));
    assert_eq!(rejected("[]"), json(JsonError::NotAnObject));
    let mut many = String::from(r#"{"alg":"A128KW","enc":"A128GCM","x":["#);
    many.push_str(&"1,".repeat(MAX_HEADER_VALUES));
    many.push_str("1]}");
    assert!(matches!(rejected(&many), VerifyError::Json { error: JsonError::TooManyValues { .. }, .. }));
    for (parameter, value) in
        [("apu", "1"), ("apv", "\"=\""), ("iv", "[]"), ("tag", "\"a b\""), ("p2s", "{}")]
    {
        let error = rejected(&format!(r#"{{"alg":"A128KW","enc":"A128GCM","{parameter}":{value}}}"#));
        assert_eq!(error, VerifyError::InvalidHeader { parameter });
    }
}

#[test]
fn a_header_is_returned_unchanged() {
    let key = DecryptingKey::generate(KeyManagement::EcdhEs, &[ContentEncryption::A128GCM]).expect("a key");
    let token = key.encrypting_key().encrypt(b"content").expect("a token");
    let decrypted = Decrypter::new(&key).decrypt(&token).expect("decrypted");
    let written = base64url::decode(token.split('.').next().expect("a header")).expect("base64url");
    assert_eq!(decrypted.header().to_json().as_bytes(), written);
}

#[test]
fn every_part_is_canonical_base64url() {
    let good = key().encrypting_key().encrypt(b"content").expect("a token");
    let parts: Vec<_> = good.split('.').collect();
    for (index, part) in [
        (0, TokenPart::Header),
        (1, TokenPart::EncryptedKey),
        (2, TokenPart::InitializationVector),
        (3, TokenPart::Ciphertext),
        (4, TokenPart::AuthenticationTag),
    ] {
        let mut changed: Vec<_> = parts.iter().map(ToString::to_string).collect();
        changed[index].replace_range(..1, "+");
        let error = Decrypter::new(key()).decrypt(&changed.join(".")).expect_err("not base64url");
        let expected = base64url::DecodeError::InvalidSymbol;
        assert_eq!(error, VerifyError::Base64 { part, error: expected });
    }
}

#[test]
fn lengths_are_bounded_before_anything_is_decoded() {
    let decrypter = Decrypter::new(key());
    let long = "a".repeat(16 * 1024 + 1);
    let too_long = VerifyError::TooLong { length: long.len(), limit: 16 * 1024 };
    assert_eq!(decrypter.decrypt(&long).expect_err("too long"), too_long);
    let header = format!("{}....", "a".repeat(8 * 1024 + 1));
    let error = decrypter.decrypt(&header).expect_err("a long header");
    assert_eq!(error, VerifyError::HeaderTooLong { length: 8 * 1024 + 1, limit: 8 * 1024 });
    let content = vec![7; 20_000];
    let token = key().encrypting_key().encrypt(&content).expect("a token");
    assert_eq!(**decrypter.max_length(1 << 20).decrypt(&token).expect("decrypted"), *content);
}

#[test]
fn encryption_sets_its_parameters_itself() {
    let header = Header::for_key(&key().encrypting_key());
    for name in ["alg", "enc", "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c", "crit", "b64"] {
        let error = header.with(name, &"AAAA").map(drop);
        assert_eq!(error, Err(EncryptError::InvalidHeader { parameter: name.into() }), "{name}");
    }
    let header = header.with("tenant", &7).expect("a header").with_typ("JWT").with_key_id("k");
    assert_eq!(header.to_json(), r#"{"alg":"A128KW","enc":"A128GCM","typ":"JWT","kid":"k","tenant":7}"#);
    assert_eq!(header.get::<u8>("tenant"), Ok(Some(7)));
    assert!(header.with("tenant", &8).is_err());
    assert!(header.with("x5c", &1).is_err());
}

#[test]
fn a_header_for_another_key_is_not_used() {
    let key = key().encrypting_key();
    let algorithm = KeyManagement::A256KW;
    let other = Header::new(algorithm, ContentEncryption::A128GCM);
    let expected = EncryptError::KeyManagementMismatch { key: KeyManagement::A128KW, header: algorithm };
    assert_eq!(key.encrypt_with(b"content", &other), Err(expected));
    let found = ContentEncryption::A256GCM;
    let other = Header::for_key(&key).with_enc(found);
    assert_eq!(key.encrypt_with(b"content", &other), Err(EncryptError::EncNotAllowed { found }));
}

#[test]
fn party_information_is_part_of_the_agreed_key() {
    let key = DecryptingKey::generate(KeyManagement::EcdhEs, &[ContentEncryption::A128GCM]).expect("a key");
    let header = Header::for_key(&key.encrypting_key()).with_party_info("Alice", "Bob");
    let token = key.encrypting_key().encrypt_with(b"content", &header).expect("a token");
    let decrypted = Decrypter::new(&key).decrypt(&token).expect("decrypted");
    assert_eq!(decrypted.header().apu(), Some(&b"Alice"[..]));
    assert_eq!(decrypted.header().apv(), Some(&b"Bob"[..]));
}
