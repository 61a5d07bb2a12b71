//! Attacks on encrypted tokens, each with the error that stops it: RFC 7516 §11, RFC 8725 §3.

use jotwell::jwe::{
    ContentEncryption, Decrypter, DecryptingKey, EncryptingKey, Header, JsonEncrypter, JsonJwe,
    KeyManagement, SharedKey,
};
use jotwell::{
    Algorithm, Audience, Claims, Curve, Issuer, Jwk, KeyError, NoClaims, SigningKey, Validator, VerifyError,
    base64url, jws,
};
use serde_json::{Value, json};

use super::common::{every_key, is_slow, joined, on_every_backend, parts, token};

const ENC: [ContentEncryption; 2] = [ContentEncryption::A128GCM, ContentEncryption::A128CbcHs256];

fn error(key: &DecryptingKey, token: &str) -> VerifyError {
    Decrypter::new(key).decrypt(token).expect_err("an attack")
}

/// Returns every key with one token that it decrypts, for each content encryption.
fn tokens() -> Vec<(DecryptingKey, String)> {
    let mut tokens = Vec::new();
    for key in every_key(&ENC) {
        let encrypting = key.encrypting_key();
        for &enc in key.encryptions() {
            let header = Header::for_key(&encrypting).with_enc(enc);
            let token = encrypting.encrypt_with([7; 40], &header).expect("a token");
            tokens.push((key.clone(), token));
        }
    }
    tokens
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_flipped_bit_in_any_part_is_rejected() {
    for (key, token) in tokens() {
        let original = parts(&token);
        for (index, part) in original.iter().enumerate() {
            // Each bit of a short part, and some bits of each byte of a long one.
            let step = if is_slow(&key) { 97 } else { 1 + part.len() / 24 };
            for bit in (0..part.len() * 8).step_by(step) {
                let mut changed = original.clone();
                changed[index][bit / 8] ^= 1 << (bit % 8);
                let error = error(&key, &joined(&changed));
                if index > 0 {
                    // The error does not say which part it was.
                    assert_eq!(error, VerifyError::DecryptionFailed, "{} {index} {bit}", key.algorithm());
                }
            }
        }
    }
}

/// A changed header with the same meaning is detected only by the tag.
#[test]
fn a_header_that_is_written_in_another_way_is_rejected() {
    for (key, token) in tokens().into_iter().filter(|(key, _)| !is_slow(key)) {
        let mut changed = parts(&token);
        changed[0].push(b' ');
        assert_eq!(error(&key, &joined(&changed)), VerifyError::DecryptionFailed, "{}", key.algorithm());
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn every_failure_between_unwrapping_and_the_tag_is_one_error() {
    for (key, token) in tokens() {
        let original = parts(&token);
        let mut others = Vec::new();
        for (index, part) in original.iter().enumerate().skip(1) {
            if part.is_empty() {
                continue;
            }
            let mut changed = original.clone();
            let last = part.len() - 1;
            changed[index][last] ^= 1;
            others.push(changed);
        }
        if !original[1].is_empty() {
            // Lengths that no encrypted key has get the same error as a key that does not unwrap.
            for length in [0, 1, 8, 16, 24, original[1].len() - 1, original[1].len() + 1, 500] {
                let mut changed = original.clone();
                changed[1].resize(length, 7);
                if changed != original {
                    others.push(changed);
                }
            }
        }
        for changed in others {
            let error = error(&key, &joined(&changed));
            assert_eq!(error, VerifyError::DecryptionFailed, "{}", key.algorithm());
            assert!(error.to_string().starts_with("the token does not decrypt: "), "{error}");
        }
    }
}

#[test]
fn truncated_tags_of_each_length_are_rejected() {
    for &enc in ContentEncryption::ALL {
        let key = DecryptingKey::generate(KeyManagement::A128KW, &[enc]).expect("a key");
        for key in on_every_backend(&key) {
            truncated_tags_are_rejected(&key, enc);
        }
    }
}

fn truncated_tags_are_rejected(key: &DecryptingKey, enc: ContentEncryption) {
    let original = parts(&key.encrypting_key().encrypt(b"content").expect("a token"));
    for length in (0..enc.tag_len()).chain([enc.tag_len() + 1, 64]) {
        let mut changed = original.clone();
        changed[4].resize(length, 0);
        assert_eq!(error(key, &joined(&changed)), VerifyError::InvalidJwe { member: "tag" }, "{enc}");
    }
    for length in [0, 1, enc.iv_len() - 1, enc.iv_len() + 1, 32] {
        let mut changed = original.clone();
        changed[2].resize(length, 0);
        assert_eq!(error(key, &joined(&changed)), VerifyError::InvalidJwe { member: "iv" }, "{enc}");
    }
    if enc.name().contains("CBC") {
        for length in [0, 1, 15, 17] {
            let mut changed = original.clone();
            changed[3].resize(length, 0);
            let expected = VerifyError::InvalidJwe { member: "ciphertext" };
            assert_eq!(error(key, &joined(&changed)), expected, "{enc}");
        }
    }
}

#[test]
fn an_encrypted_key_longer_than_any_is_rejected_before_it_is_decoded() {
    let key = DecryptingKey::generate(KeyManagement::A128KW, &ENC).expect("a key");
    let mut changed = parts(&key.encrypting_key().encrypt(b"content").expect("a token"));
    changed[1].resize(513, 0);
    assert_eq!(error(&key, &joined(&changed)), VerifyError::InvalidJwe { member: "encrypted_key" });
}

#[test]
fn direct_algorithms_have_no_encrypted_key() {
    for algorithm in [KeyManagement::Dir, KeyManagement::EcdhEs] {
        let key = DecryptingKey::generate(algorithm, &[ContentEncryption::A128GCM]).expect("a key");
        let mut changed = parts(&key.encrypting_key().encrypt(b"content").expect("a token"));
        changed[1] = vec![7; 24];
        assert_eq!(error(&key, &joined(&changed)), VerifyError::InvalidJwe { member: "encrypted_key" });
    }
}

/// The key decides both algorithms; the token decides neither.
#[test]
fn another_enc_than_the_key_accepts_is_rejected() {
    let strong =
        DecryptingKey::generate(KeyManagement::A256KW, &[ContentEncryption::A256GCM]).expect("a key");
    for &found in ContentEncryption::ALL {
        let header = format!(r#"{{"alg":"A256KW","enc":"{found}"}}"#);
        let forged = token(&header, &[0; 40], &[0; 12], &[0; 16], &[0; 16]);
        let expected = match found {
            ContentEncryption::A256GCM => VerifyError::DecryptionFailed,
            found => VerifyError::EncNotAllowed { found },
        };
        assert_eq!(error(&strong, &forged), expected);
    }
}

/// A secret for AES Key Wrap, used as the content key, would turn a wrapped key into content and vice versa.
#[test]
fn alg_swapped_between_dir_and_key_wrap_is_rejected() {
    let secret = [7; 32];
    let encs = [ContentEncryption::A256GCM];
    let key = |algorithm| DecryptingKey::from_secret(algorithm, &encs, secret).expect("a key");
    let algorithms = [KeyManagement::Dir, KeyManagement::A256KW, KeyManagement::A256GCMKW];
    for bound in algorithms {
        let original = key(bound).encrypting_key().encrypt(b"content").expect("a token");
        for found in algorithms.into_iter().filter(|found| *found != bound) {
            let mut changed = parts(&original);
            let mut header: Value = serde_json::from_slice(&changed[0]).expect("a header");
            header["alg"] = found.name().into();
            changed[0] = header.to_string().into_bytes();
            let expected = VerifyError::KeyManagementMismatch { expected: bound, found };
            assert_eq!(error(&key(bound), &joined(&changed)), expected);
            // The other key does not accept it either.
            assert_ne!(error(&key(found), &original), VerifyError::DecryptionFailed);
        }
    }
}

/// RFC 8725 §2.1, for encryption: a public key is not a secret that both sides share.
#[test]
fn a_public_key_is_not_a_shared_secret() {
    let pem = include_str!("../../../vectors/interop/keys/p256.spki.pem");
    for algorithm in KeyManagement::ALL.iter().copied().filter(|algorithm| algorithm.is_symmetric()) {
        let made = SharedKey::from_secret(algorithm, &[ContentEncryption::A128GCM], pem).map(drop);
        assert!(matches!(made, Err(KeyError::SecretLooksLikeKey { .. })), "{algorithm}: {made:?}");
    }
    let key =
        DecryptingKey::generate(KeyManagement::EcdhEsA128KW, &[ContentEncryption::A128GCM]).expect("a key");
    let symmetric = SharedKey::generate(KeyManagement::A128KW, &[ContentEncryption::A128GCM]).expect("a key");
    let forged = symmetric.encrypt(b"content").expect("a token");
    let expected = VerifyError::KeyManagementMismatch {
        expected: KeyManagement::EcdhEsA128KW,
        found: KeyManagement::A128KW,
    };
    assert_eq!(error(&key, &forged), expected);
}

#[test]
fn points_off_the_curve_and_of_small_order_are_rejected_by_name() {
    let enc = [ContentEncryption::A128GCM];
    let header = |epk: &Value| json!({"alg": "ECDH-ES", "enc": "A128GCM", "epk": epk}).to_string();
    let invalid = VerifyError::InvalidHeader { parameter: "epk" };
    let rejected = |curve: Curve, epk: &Value| {
        let key = DecryptingKey::generate_on(curve, KeyManagement::EcdhEs, &enc).expect("a key");
        let forged = token(&header(epk), &[], &[0; 12], b"content", &[0; 16]);
        for key in on_every_backend(&key) {
            assert_eq!(error(&key, &forged), invalid, "{epk} {}", key.backend());
        }
    };
    let field = |curve: Curve, byte: u8| base64url::encode(vec![byte; curve.field_len()]);
    for curve in [Curve::P256, Curve::P384, Curve::P521] {
        for byte in [0, 1, 2] {
            let coordinate = field(curve, byte);
            rejected(curve, &json!({"kty": "EC", "crv": curve.name(), "x": coordinate, "y": coordinate}));
        }
        rejected(curve, &json!({"kty": "EC", "crv": curve.name(), "x": field(curve, 1)}));
        rejected(curve, &Value::Null);
    }
    // A valid point of another curve.
    let other = DecryptingKey::generate_on(Curve::P384, KeyManagement::EcdhEs, &enc).expect("a key");
    let other: Value =
        serde_json::from_str(&other.encrypting_key().to_jwk().to_json().expect("JSON")).expect("JSON");
    rejected(Curve::P256, &json!({"kty": "EC", "crv": "P-384", "x": other["x"], "y": other["y"]}));
    rejected(Curve::X25519, &json!({"kty": "EC", "crv": "P-384", "x": other["x"], "y": other["y"]}));

    // RFC 7748 §6.1 and §7: the points of small order, and equivalent encodings.
    let mut small = Vec::new();
    for low in [0, 1] {
        small.push([&[low][..], &[0; 31]].concat());
    }
    small.push(base64url::decode("4Ot6fDtBuK4WVuP68Z_EatoJjeucMrH9hmIFFl9JuAA").expect("base64url"));
    small.push(base64url::decode("X5yVvKNQjCSx0LFVnIPvWwREXMRYHI6G2CJO3dCfEVc").expect("base64url"));
    for last in [0xec, 0xed, 0xee] {
        small.push([&[last][..], &[0xff; 30], &[0x7f]].concat());
    }
    for point in small {
        let mut high = point.clone();
        high[31] |= 0x80;
        for point in [point, high] {
            rejected(Curve::X25519, &json!({"kty": "OKP", "crv": "X25519", "x": base64url::encode(&point)}));
            // Encryption to such a key is rejected, too.
            let jwk = json!({"kty": "OKP", "crv": "X25519", "x": base64url::encode(&point)});
            let jwk: Jwk = jwk.to_string().parse().expect("a JWK");
            let made = EncryptingKey::from_jwk(KeyManagement::EcdhEs, &enc, &jwk).map(drop);
            assert_eq!(made, Err(KeyError::InvalidPoint { curve: Curve::X25519 }));
        }
    }
    rejected(Curve::X25519, &json!({"kty": "OKP", "crv": "X25519", "x": base64url::encode([9; 31])}));
}

#[test]
fn an_epk_with_a_private_member_is_rejected() {
    let enc = [ContentEncryption::A128GCM];
    for curve in [Curve::P256, Curve::X25519] {
        let key = DecryptingKey::generate_on(curve, KeyManagement::EcdhEs, &enc).expect("a key");
        let ephemeral = DecryptingKey::generate_on(curve, KeyManagement::EcdhEs, &enc).expect("a key");
        let private = ephemeral.to_jwk().to_json_with_private_members().expect("JSON");
        let header = format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM","epk":{private}}}"#);
        let forged = token(&header, &[], &[0; 12], b"content", &[0; 16]);
        assert_eq!(error(&key, &forged), VerifyError::InvalidHeader { parameter: "epk" });
    }
}

/// Two recipients share the content key. One of them encrypts another content with it, and keeps the other's
/// `encrypted_key`: to the other it looks like a message from the sender.
#[test]
fn a_lifted_encrypted_key_never_makes_a_verified_token() {
    let enc = ContentEncryption::A256GCM;
    let alice = DecryptingKey::generate(KeyManagement::A256KW, &[enc]).expect("a key").with_key_id("alice");
    let mallory =
        DecryptingKey::generate(KeyManagement::A256KW, &[enc]).expect("a key").with_key_id("mallory");
    let message = JsonEncrypter::new(enc)
        .recipient(alice.encrypting_key())
        .recipient(mallory.encrypting_key())
        .encrypt(b"from the sender")
        .expect("a message");
    let message: Value = serde_json::from_str(&message.to_general_json()).expect("JSON");
    // The token that Mallory would build: compact, with the encrypted key of Alice.
    let lifted = message["recipients"][0]["encrypted_key"].as_str().expect("a key");
    let header = base64url::encode(r#"{"alg":"A256KW","enc":"A256GCM","kid":"alice"}"#);
    let iv = message["iv"].as_str().expect("an iv");
    let forged = format!("{header}.{lifted}.{iv}.AAAA.{}", base64url::encode([0; 16]));

    // As a decrypting key, Alice's returns only `Decrypted`. As a shared key it was never part of a message for several
    // recipients: there is no way to create one with it.
    let secret = alice.to_jwk();
    let shared = SharedKey::from_jwk(KeyManagement::A256KW, &[enc], &secret).expect("a key");
    assert!(Decrypter::new(&shared).verify(&forged).is_err());
    // `Decrypter<SharedKey>::decrypt_json` and `JsonEncrypter::recipient(SharedKey)` do not compile: see their
    // documentation.
    let two = JsonJwe::parse(&message.to_string()).expect("a message");
    assert_eq!(**Decrypter::new(alice).decrypt_json(&two).expect("decrypted"), *b"from the sender");
}

#[test]
fn direct_algorithms_with_several_recipients_are_rejected() {
    for (algorithm, name) in [(KeyManagement::Dir, "dir"), (KeyManagement::EcdhEs, "ECDH-ES")] {
        let enc = ContentEncryption::A128GCM;
        let key = DecryptingKey::generate(algorithm, &[enc]).expect("a key");
        let other = DecryptingKey::generate(KeyManagement::A128KW, &[enc]).expect("a key");
        let encrypter =
            JsonEncrypter::new(enc).recipient(key.encrypting_key()).recipient(other.encrypting_key());
        let made = encrypter.encrypt(b"content").map(drop);
        assert_eq!(made, Err(jotwell::EncryptError::OneRecipientOnly { algorithm }));

        let message = json!({
            "protected": base64url::encode(r#"{"enc":"A128GCM"}"#),
            "recipients": [{"header": {"alg": name}}, {"header": {"alg": "A128KW"}, "encrypted_key": "AAAA"}],
            "iv": base64url::encode([0; 12]), "ciphertext": "AAAA", "tag": base64url::encode([0; 16]),
        });
        let message = JsonJwe::parse(&message.to_string()).expect("a message");
        let error = Decrypter::new(&other).decrypt_json(&message).expect_err(name);
        assert_eq!(error, VerifyError::InvalidJwe { member: "recipients" });
    }
}

#[test]
fn compression_is_rejected_by_name_wherever_it_is_announced() {
    let key = DecryptingKey::generate(KeyManagement::A128KW, &ENC).expect("a key");
    let header = r#"{"alg":"A128KW","enc":"A128GCM","zip":"DEF"}"#;
    let forged = token(header, &[0; 24], &[0; 12], b"content", &[0; 16]);
    assert_eq!(error(&key, &forged), VerifyError::Compressed);
    for member in ["unprotected", "header"] {
        let mut message = json!({
            "protected": base64url::encode(r#"{"alg":"A128KW","enc":"A128GCM"}"#),
            "encrypted_key": base64url::encode([0; 24]),
            "iv": base64url::encode([0; 12]), "ciphertext": "AAAA", "tag": base64url::encode([0; 16]),
        });
        message[member] = json!({"zip": "DEF"});
        let message = JsonJwe::parse(&message.to_string()).expect("a message");
        let error = Decrypter::new(&key).decrypt_json(&message).expect_err("compressed");
        assert_eq!(error, VerifyError::Compressed);
    }
    let encrypting = key.encrypting_key();
    assert!(Header::for_key(&encrypting).with("zip", &"DEF").is_err());
}

#[test]
fn a_password_token_cannot_ask_for_more_work_than_the_key_allows() {
    let algorithm = KeyManagement::Pbes2Hs256A128KW;
    let key = DecryptingKey::from_password(algorithm, &ENC, "password", 2000).expect("a key");
    let rejected = |p2c: &str, p2s: &str| {
        let header = format!(r#"{{"alg":"{algorithm}","enc":"A128GCM","p2s":"{p2s}","p2c":{p2c}}}"#);
        error(&key, &token(&header, &[0; 24], &[0; 12], b"content", &[0; 16]))
    };
    let salt = base64url::encode([7; 8]);
    assert_eq!(rejected("2000", &salt), VerifyError::DecryptionFailed);
    for found in [2001, 2_147_483_648, u32::MAX] {
        let expected = VerifyError::IterationsNotAllowed { found, max: 2000 };
        assert_eq!(rejected(&found.to_string(), &salt), expected);
    }
    for p2c in ["0", "999", "-1", "1e3", "4294967296", "1000.5", "\"2000\"", "null"] {
        assert_eq!(rejected(p2c, &salt), VerifyError::InvalidHeader { parameter: "p2c" }, "{p2c}");
    }
    for salt in ["", &base64url::encode([7; 7]), "=", "AAAAAAAAAA="] {
        assert_eq!(rejected("2000", salt), VerifyError::InvalidHeader { parameter: "p2s" }, "{salt}");
    }
}

/// At most sixteen recipients, and at most one by password.
#[test]
fn thousands_of_recipients_are_rejected_before_any_of_them_is_tried() {
    let message = |count: usize| {
        let recipient = json!({"header": {"alg": "A128KW"}, "encrypted_key": base64url::encode([0; 24])});
        json!({
            "protected": base64url::encode(r#"{"enc":"A128GCM"}"#),
            "recipients": vec![recipient; count],
            "iv": base64url::encode([0; 12]), "ciphertext": "AAAA", "tag": base64url::encode([0; 16]),
        })
        .to_string()
    };
    let key = DecryptingKey::generate(KeyManagement::A128KW, &ENC).expect("a key");
    let most = JsonJwe::parse_up_to(1 << 20, &message(16)).expect("a message");
    let error = Decrypter::new(&key).decrypt_json(&most).expect_err("forged");
    assert_eq!(error, VerifyError::DecryptionFailed);
    for count in [0, 17, 5000] {
        let error = JsonJwe::parse_up_to(1 << 20, &message(count)).expect_err("recipients");
        assert_eq!(error, VerifyError::InvalidJwe { member: "recipients" });
    }
    assert!(matches!(JsonJwe::parse(&message(5000)), Err(VerifyError::TooLong { .. })));
    let many = (0..17).fold(JsonEncrypter::new(ContentEncryption::A128GCM), |encrypter, _| {
        encrypter.recipient(key.encrypting_key())
    });
    let made = many.encrypt(b"content").map(drop);
    assert_eq!(made, Err(jotwell::EncryptError::RecipientCount { found: 17, limit: 16 }));
}

/// A content with `cty: JWT` that is not signed, or has an invalid signature.
#[test]
fn nested_plaintext_is_rejected() {
    let enc = [ContentEncryption::A128GCM];
    let recipient = DecryptingKey::generate(KeyManagement::EcdhEs, &enc).expect("a key");
    let signer = SigningKey::generate(Algorithm::ES256).expect("a key");
    let issuer = "https://auth.example";
    let validator = Validator::new(signer.verifying_key(), Issuer::is(issuer), Audience::unchecked());
    let rejected = |content: &[u8], header: Header| {
        let token = recipient.encrypting_key().encrypt_with(content, &header).expect("a token");
        validator.verify_nested::<Claims>(&token, &recipient).expect_err("not signed")
    };
    let header = Header::for_key(&recipient.encrypting_key());
    let nested = || header.clone().with_content_type("JWT");
    let claims = br#"{"iss":"https://auth.example","exp":4102444800}"#;
    assert_eq!(rejected(claims, nested()), VerifyError::SegmentCount { found: 2 });
    assert_eq!(rejected(claims, header.clone()), VerifyError::NotNested);
    assert_eq!(rejected(b"\xff\xfe", nested()), VerifyError::NotNested);

    let none = format!("{}.{}.", base64url::encode(r#"{"alg":"none"}"#), base64url::encode(claims));
    assert_eq!(rejected(none.as_bytes(), nested()), VerifyError::Unsecured);
    let other = SigningKey::generate(Algorithm::ES256).expect("a key");
    let forged = jws::sign(claims, &other).expect("a token");
    assert_eq!(rejected(forged.as_bytes(), nested()), VerifyError::InvalidSignature);
    // Nested encryption is not a signature either.
    let inner = recipient.encrypting_key().encrypt(claims).expect("a token");
    assert_eq!(rejected(inner.as_bytes(), nested()), VerifyError::SegmentCount { found: 5 });
    // A signed content is accepted, but only with `cty`.
    let signed = Claims::new(NoClaims)
        .issuer(issuer)
        .expires_in(std::time::Duration::from_secs(60))
        .sign(&signer)
        .expect("a token");
    assert_eq!(rejected(signed.as_bytes(), header.clone()), VerifyError::NotNested);
    for content_type in ["JWT", "jwt", "application/jwt"] {
        let header = header.clone().with_content_type(content_type);
        let token = recipient.encrypting_key().encrypt_with(&signed, &header).expect("a token");
        assert!(validator.verify_nested::<Claims>(&token, &recipient).is_ok(), "{content_type}");
    }
}

#[test]
fn only_errors_of_an_unknown_alg_or_kid_contain_a_part_of_the_token() {
    const MARK: &str = "cafecafecafe";
    let key = DecryptingKey::generate(KeyManagement::A128KW, &ENC).expect("a key");
    let mut errors = Vec::new();
    for header in [
        format!(r#"{{"alg":"A128KW","enc":"{MARK}"}}"#),
        format!(r#"{{"alg":"A128KW","enc":"A128GCM","crit":["{MARK}"],"{MARK}":1}}"#),
        format!(r#"{{"alg":"A128KW","enc":"A128GCM","epk":"{MARK}"}}"#),
        format!(r#"{{"alg":"A128KW","enc":"A128GCM","{MARK}":}}"#),
    ] {
        let named = key.clone().with_key_id("name");
        errors.push(error(&named, &token(&header, &[0; 24], &[0; 12], MARK.as_bytes(), &[0; 16])));
    }
    for error in errors {
        assert!(!format!("{error} {error:?}").contains(MARK), "{error:?}");
    }
    let header = r#"{"alg":"A128KW","enc":"A128GCM","kid":"2026-11"}"#;
    let error = error(&key.clone().with_key_id("name"), &token(header, &[0; 24], &[0; 12], b"", &[0; 16]));
    assert_eq!(error, VerifyError::unknown_key(Some("2026-11")));
    assert!(!format!("{:?}", key.encrypting_key()).contains(&base64url::encode([0; 4])));
}
