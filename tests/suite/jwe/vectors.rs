//! The examples of RFC 7516, RFC 7520 and RFC 8037: each is decrypted, or rejected for the reason that is given here.

use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, Header, JsonJwe, KeyManagement};
use jotwell::{
    Algorithm, Audience, Claims, Expiry, Issuer, Jwk, KeyError, KeyFormat, KeyType, NumericDate, Validator,
    VerifyError, VerifyingKey,
};
use serde_json::Value;

use super::common::on_every_backend;

fn vectors() -> Vec<Value> {
    let files = [
        include_str!("../../../vectors/jwe/rfc7516.json"),
        include_str!("../../../vectors/jwe/rfc7520.json"),
    ];
    let vectors = |text| -> Value { serde_json::from_str(text).expect("JSON") };
    files.into_iter().flat_map(|text| vectors(text)["vectors"].as_array().expect("vectors").clone()).collect()
}

fn vector(id: &str) -> Value {
    vectors().into_iter().find(|vector| vector["id"] == id).expect(id)
}

fn text<'v>(vector: &'v Value, member: &str) -> &'v str {
    vector[member].as_str().expect(member)
}

fn jwk(value: &Value) -> Jwk {
    // The sender names the key, and some examples omit the name in the token.
    value.to_string().parse().expect("a JWK")
}

/// Returns the key for the algorithms that the vector names, as its recipient would bind it.
fn key(vector: &Value, algorithm: &str, jwk_of: &Value) -> Result<DecryptingKey, KeyError> {
    let algorithm: KeyManagement = algorithm.parse().expect("an algorithm");
    let enc: ContentEncryption = text(vector, "enc").parse().expect("an encryption");
    match vector["password"].as_str() {
        Some(password) => DecryptingKey::from_password(algorithm, &[enc], password, 10_000),
        None => DecryptingKey::from_jwk(algorithm, &[enc], &jwk(jwk_of)),
    }
}

/// Returns the result for a vector with a key of its recipient.
fn decrypt(vector: &Value, key: DecryptingKey) -> Result<(Header, Vec<u8>), VerifyError> {
    let decrypter = Decrypter::new(key);
    let decrypted = match vector["token"].as_str() {
        Some(token) => decrypter.decrypt(token),
        None => JsonJwe::parse(&vector["jwe"].to_string()).and_then(|jwe| decrypter.decrypt_json(&jwe)),
    }?;
    Ok((decrypted.header().clone(), decrypted.into_inner()))
}

/// Returns a key of the right algorithm for tokens that are rejected before any key is used.
fn any_key() -> DecryptingKey {
    DecryptingKey::from_secret(KeyManagement::A128KW, &[ContentEncryption::A128GCM], [7; 16]).expect("a key")
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn every_example_is_decrypted_or_rejected_by_name() {
    let (mut decrypted, mut rejected) = (Vec::new(), Vec::new());
    for vector in vectors() {
        let id = text(&vector, "id").to_owned();
        if vector["expect"] == "refuse" {
            let error = decrypt(&vector, any_key()).expect_err(&id);
            rejected.push((id, error));
            continue;
        }
        // With several recipients, each except the one that uses RSA1_5.
        let keys: Vec<_> = match vector["jwks"].as_array() {
            Some(jwks) => {
                let algorithms = vector["algs"].as_array().expect("algorithms").iter();
                let pairs = algorithms.map(|name| name.as_str().expect("a name")).zip(jwks);
                pairs.filter(|(name, _)| *name != "RSA1_5").collect()
            }
            None => vec![(text(&vector, "alg"), &vector["jwk"])],
        };
        for (algorithm, jwk) in keys {
            for key in on_every_backend(&key(&vector, algorithm, jwk).expect(&id)) {
                let backend = key.backend();
                let (header, content) = decrypt(&vector, key).expect(&id);
                assert_eq!(content, text(&vector, "plaintext_utf8").as_bytes(), "{id} {backend}");
                assert_eq!(
                    (header.algorithm().name(), header.enc().name()),
                    (algorithm, text(&vector, "enc"))
                );
            }
            decrypted.push(format!("{id} {algorithm}"));
        }
    }
    let zip = VerifyError::Compressed;
    let rsa1_5 = VerifyError::UnknownAlgorithm { found: "RSA1_5".into() };
    assert_eq!(
        rejected.iter().map(|(id, error)| (id.as_str(), error.clone())).collect::<Vec<_>>(),
        [
            ("RFC 7516 A.2", rsa1_5.clone()),
            ("RFC 7520 5.1", rsa1_5.clone()),
            ("RFC 7520 5.1 general", rsa1_5.clone()),
            ("RFC 7520 5.1 flattened", rsa1_5.clone()),
            ("RFC 7520 5.9", zip.clone()),
            ("RFC 7520 5.9 general", zip.clone()),
            ("RFC 7520 5.9 flattened", zip),
        ]
    );
    // RFC 7516 A.1, A.3, A.4 (its second recipient) and A.5; RFC 7520 5.2 to 5.8 and 5.10 to 5.12 in each
    // serialization, 5.13 (its second and third recipient), and 6.
    assert_eq!(decrypted.len(), 34, "{decrypted:#?}");
}

/// RFC 7519 A.1 and A.2 use RSA1_5.
#[test]
fn encrypted_tokens_of_rfc_7519_are_rejected_by_their_algorithm() {
    let file: Value = serde_json::from_str(include_str!("../../../vectors/rfc/rfc7519.json")).expect("JSON");
    let tokens: Vec<_> = file["vectors"]
        .as_array()
        .expect("vectors")
        .iter()
        .filter(|vector| vector["kind"] == "jwe")
        .map(|vector| text(vector, "token"))
        .collect();
    assert_eq!(tokens.len(), 2);
    for token in tokens {
        let error = Decrypter::new(any_key()).decrypt(token).expect_err("RSA1_5");
        assert_eq!(error, VerifyError::UnknownAlgorithm { found: "RSA1_5".into() });
    }
}

/// RFC 7520 §6: signed with PS256, then encrypted.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn the_nested_token_of_rfc_7520_is_verified() {
    let vector = vector("RFC 7520 6");
    let signer = jwk(&vector["signer_jwk"]).to_public().expect("a public key");
    let signer = VerifyingKey::from_jwk(Algorithm::PS256, &signer).expect("a key");
    let recipient = key(&vector, "RSA-OAEP", &vector["jwk"]).expect("a key");
    let at = |secs| {
        let clock = move || NumericDate::from_secs(secs);
        Validator::with_clock(&signer, Issuer::is("hobbiton.example"), Audience::unchecked(), clock)
    };
    let token = text(&vector, "token");
    let claims = at(1_300_819_379).verify_nested::<Claims>(token, &recipient).expect("claims");
    assert_eq!(claims.issuer.as_deref(), Some("hobbiton.example"));
    let expired = at(1_300_819_380).verify_nested::<Claims>(token, &recipient).map(drop);
    assert!(matches!(expired, Err(VerifyError::Expired { .. })));
    let lax = at(1_300_819_380).expiry(Expiry::Unchecked).verify_nested::<Claims>(token, &recipient);
    assert!(lax.is_ok());
}

/// RFC 8037 A.7.
#[test]
fn x448_is_rejected_by_name() {
    let x448 = r#"{"kty":"OKP","crv":"X448","kid":"Dave",
        "x":"PreoKbDNIPW8_AtZm2_sz22kYnEHvbDU80W0MCfYuXL8PjT7QjKhPKcG3LV67D2uB73BxnvzNgk"}"#;
    let enc = [ContentEncryption::A256GCM];
    let error = jotwell::jwe::EncryptingKey::from_jwk(
        KeyManagement::EcdhEsA256KW,
        &enc,
        &x448.parse().expect("a JWK"),
    )
    .map(drop);
    assert_eq!(
        error,
        Err(KeyError::WrongEncryptionKeyType {
            algorithm: KeyManagement::EcdhEsA256KW,
            found: KeyType::X448,
            format: KeyFormat::Jwk,
        })
    );
    let header = r#"{"alg":"ECDH-ES+A256KW","epk":{"kty":"OKP","crv":"X448",
        "x":"mwj3zDG34-Z9ItWuoSEHSic70rg94Jxj-qc9LCLF2bvINmRyQdlT1AxbEtqIEg1TF3-A5TLEH6A"},
        "enc":"A256GCM"}"#;
    let key =
        DecryptingKey::generate_on(jotwell::Curve::X25519, KeyManagement::EcdhEsA256KW, &enc).expect("a key");
    let token = super::common::token(header, &[0; 40], &[0; 12], b"content", &[0; 16]);
    let error = Decrypter::new(key).decrypt(&token).expect_err("another curve");
    assert_eq!(error, VerifyError::InvalidHeader { parameter: "epk" });
}

/// RFC 7516 A.3, and RFC 7520 §5.6 to §5.8.
#[test]
fn a_changed_example_does_not_decrypt() {
    for id in ["RFC 7516 A.3", "RFC 7520 5.6", "RFC 7520 5.7", "RFC 7520 5.8"] {
        let vector = vector(id);
        let algorithm = text(&vector, "alg");
        let key = key(&vector, algorithm, &vector["jwk"]).expect(id);
        let token = text(&vector, "token");
        let (start, tag) = token.rsplit_once('.').expect("a tag");
        let mut tag = jotwell::base64url::decode(tag).expect("base64url");
        tag[0] ^= 1;
        let changed = format!("{start}.{}", jotwell::base64url::encode(tag));
        for key in on_every_backend(&key) {
            let error = Decrypter::new(key).decrypt(&changed).expect_err(id);
            assert_eq!(error, VerifyError::DecryptionFailed, "{id}");
        }
    }
}
