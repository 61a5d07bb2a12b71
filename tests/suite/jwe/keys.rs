//! Keys that are bound to a key management algorithm: which ones fit, and their formats.

use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, EncryptingKey, KeyManagement, SharedKey};
use jotwell::{
    Algorithm, Curve, Jwk, KeyError, KeyFormat, KeyType, SigningKey, UnboundKey, VerifyingKey, base64url,
};
use serde_json::{Value, json};

use super::common::every_key;

const GCM: [ContentEncryption; 1] = [ContentEncryption::A128GCM];

fn jwk(value: &Value) -> Jwk {
    value.to_string().parse().expect("a JWK")
}

fn private_json(key: &DecryptingKey) -> Value {
    serde_json::from_str(&key.to_jwk().to_json_with_private_members().expect("JSON")).expect("JSON")
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_key_survives_a_round_trip_in_each_format() {
    for key in every_key(&GCM) {
        let key = key.with_key_id("name");
        let (algorithm, name) = (key.algorithm(), key.algorithm().name());
        if algorithm.is_password_based() {
            continue;
        }
        let token = key.encrypting_key().encrypt(b"content").expect(name);
        let decrypts =
            |key: &DecryptingKey| Decrypter::new(key).decrypt(&token).is_ok_and(|it| **it == *b"content");
        let json = key.to_jwk().to_json_with_private_members().expect(name);
        let read = DecryptingKey::from_jwk(algorithm, &GCM, &json.parse().expect(name)).expect(name);
        assert!(decrypts(&read) && read.key_id() == Some("name"), "{name}");
        assert!(json.contains(r#""use":"enc""#) && json.contains(name), "{json}");
        if algorithm.is_symmetric() {
            let unsupported = KeyError::UnsupportedFormat { found: KeyFormat::Bytes };
            assert_eq!(key.to_private_pem(), Err(unsupported.clone()), "{name}");
            assert_eq!(key.encrypting_key().to_pem(), Err(unsupported), "{name}");
            continue;
        }
        let pem = key.to_private_pem().expect(name);
        assert!(decrypts(&DecryptingKey::from_pem(algorithm, &GCM, &pem).expect(name)), "{name}");
        let der = key.to_private_der().expect(name);
        assert!(decrypts(&DecryptingKey::from_der(algorithm, &GCM, &der).expect(name)), "{name}");

        let public = key.encrypting_key();
        assert_eq!(public.key_id(), Some("name"));
        let forms = [
            EncryptingKey::from_pem(algorithm, &GCM, public.to_pem().expect(name)),
            EncryptingKey::from_der(algorithm, &GCM, public.to_der().expect(name)),
            EncryptingKey::from_jwk(algorithm, &GCM, &public.to_jwk()),
        ];
        for form in forms {
            let token = form.expect(name).encrypt(b"content").expect(name);
            assert!(Decrypter::new(&key).decrypt(&token).is_ok(), "{name}");
        }
        assert_eq!(public.to_jwk().thumbprint(), key.to_jwk().thumbprint());
    }
}

/// X25519 keys from OpenSSL.
#[test]
fn x25519_keys_of_openssl_are_read_and_written_byte_for_byte() {
    let private = include_str!("../../../vectors/interop/keys/x25519.pkcs8.pem");
    let public = include_str!("../../../vectors/interop/keys/x25519.spki.pem");
    let key = DecryptingKey::from_pem(KeyManagement::EcdhEs, &GCM, private).expect("a key");
    assert_eq!(key.to_private_pem().as_deref(), Ok(private));
    assert_eq!(key.encrypting_key().to_pem().as_deref(), Ok(public));
    let unbound = UnboundKey::from_pem(private).expect("a key");
    assert_eq!((unbound.key_type(), unbound.is_private()), (KeyType::X25519, true));
    assert_eq!(unbound.algorithms(), []);
}

#[test]
fn a_signing_key_is_not_a_decrypting_key() {
    let signer = SigningKey::generate(Algorithm::ES256).expect("a key");
    let public = signer.verifying_key().to_jwk();
    let algorithm = KeyManagement::EcdhEs;
    // By `alg`, which names a signature algorithm, then by `use`, then by `key_ops`.
    let rejected = |member| Err(KeyError::UseNotAllowed { member });
    assert_eq!(EncryptingKey::from_jwk(algorithm, &GCM, &public).map(drop), rejected("alg"));
    assert_eq!(DecryptingKey::from_jwk(algorithm, &GCM, &signer.to_jwk()).map(drop), rejected("alg"));
    let bare: Value = serde_json::from_str(&public.to_json().expect("JSON")).expect("JSON");
    let with = |member: &str, value: Value| {
        let mut jwk_value = json!({"kty": bare["kty"], "crv": bare["crv"], "x": bare["x"], "y": bare["y"]});
        jwk_value[member] = value;
        EncryptingKey::from_jwk(algorithm, &GCM, &jwk(&jwk_value)).map(drop)
    };
    assert_eq!(with("use", json!("sig")), rejected("use"));
    assert_eq!(with("key_ops", json!(["verify"])), rejected("key_ops"));
    assert_eq!(with("key_ops", json!(["deriveBits"])), Ok(()));
    // As the WebCrypto API writes a public key for ECDH.
    assert_eq!(with("key_ops", json!([])), Ok(()));
    assert_eq!(with("use", json!("enc")), Ok(()));
    // And vice versa.
    let key = DecryptingKey::generate(algorithm, &GCM).expect("a key");
    assert_eq!(SigningKey::from_jwk(Algorithm::ES256, &key.to_jwk()).map(drop), rejected("alg"));
    let mut enc = private_json(&key);
    enc.as_object_mut().expect("an object").remove("alg");
    assert_eq!(SigningKey::from_jwk(Algorithm::ES256, &jwk(&enc)).map(drop), rejected("use"));
    let public = key.encrypting_key().to_jwk();
    assert_eq!(VerifyingKey::from_jwk(Algorithm::ES256, &public).map(drop), rejected("alg"));
}

#[test]
fn a_secret_has_exactly_the_length_that_aes_needs() {
    for &algorithm in KeyManagement::ALL.iter().filter(|algorithm| algorithm.is_symmetric()) {
        for &enc in ContentEncryption::ALL {
            let (name, expected) = match algorithm.name() {
                "dir" => (enc.name(), enc.key_len()),
                name if name.contains("128") => (name, 16),
                name if name.contains("192") => (name, 24),
                name => (name, 32),
            };
            for found in [0, 1, 15, 16, 17, 24, 32, 33, 48, 64, 65] {
                let made = DecryptingKey::from_secret(algorithm, &[enc], vec![7; found]).map(drop);
                let wrong = KeyError::SecretLength { algorithm: name, expected, found };
                assert_eq!(made, if found == expected { Ok(()) } else { Err(wrong) }, "{algorithm} {enc}");
            }
        }
    }
}

#[test]
fn dir_needs_exactly_one_content_encryption_and_the_others_at_least_one() {
    let two = [ContentEncryption::A128GCM, ContentEncryption::A256GCM];
    for &algorithm in KeyManagement::ALL.iter().filter(|algorithm| !algorithm.is_password_based()) {
        let made = DecryptingKey::generate(algorithm, &[]).map(drop);
        assert_eq!(made, Err(KeyError::ContentEncryptions { algorithm, found: 0 }), "{algorithm}");
    }
    let algorithm = KeyManagement::Dir;
    let made = SharedKey::generate(algorithm, &two).map(drop);
    assert_eq!(made, Err(KeyError::ContentEncryptions { algorithm, found: 2 }));
    assert!(SharedKey::generate(KeyManagement::A128KW, &two).is_ok());
}

#[test]
fn passwords_are_for_pbes2_only_and_pbes2_is_only_for_passwords() {
    for &algorithm in KeyManagement::ALL {
        let password_based = algorithm.is_password_based();
        let wrong = Err(KeyError::PasswordAlgorithm { algorithm });
        let by_password = DecryptingKey::from_password(algorithm, &GCM, "password", 1000).map(drop);
        assert_eq!(by_password == wrong, !password_based, "{algorithm}");
        let by_secret = DecryptingKey::from_secret(algorithm, &GCM, [7; 16]).map(drop);
        assert_eq!(by_secret == wrong, password_based, "{algorithm}");
        assert_eq!(DecryptingKey::generate(algorithm, &GCM).is_err(), password_based, "{algorithm}");
    }
    let algorithm = KeyManagement::Pbes2Hs512A256KW;
    let made = |password: &str, iterations| {
        EncryptingKey::from_password(algorithm, &GCM, password, iterations).map(drop)
    };
    assert_eq!(made("password", 999), Err(KeyError::Iterations { found: 999, min: 1000 }));
    assert_eq!(made("", 1000), Err(KeyError::EmptySecret));
    assert_eq!(made("password", 1000), Ok(()));
}

#[test]
fn keys_of_other_types_and_halves_are_rejected() {
    let ec =
        UnboundKey::from_pem(include_str!("../../../vectors/interop/keys/p256.pkcs8.pem")).expect("a key");
    let public =
        UnboundKey::from_pem(include_str!("../../../vectors/interop/keys/p256.spki.pem")).expect("a key");
    let ed =
        UnboundKey::from_pem(include_str!("../../../vectors/interop/keys/ed25519.pkcs8.pem")).expect("a key");
    let secret = UnboundKey::from_secret([7; 16]).expect("a key");
    let decrypting = |algorithm, key: &UnboundKey| DecryptingKey::new(algorithm, &GCM, key).map(drop);
    let encrypting = |algorithm, key: &UnboundKey| EncryptingKey::new(algorithm, &GCM, key).map(drop);
    let wrong = |algorithm, found, format| Err(KeyError::WrongEncryptionKeyType { algorithm, found, format });
    use KeyManagement::{A128KW, EcdhEs, RsaOaep256};
    let p256 = KeyType::Ec(Curve::P256);
    assert_eq!(decrypting(RsaOaep256, &ec), wrong(RsaOaep256, p256, KeyFormat::Pkcs8));
    assert_eq!(decrypting(A128KW, &ec), wrong(A128KW, p256, KeyFormat::Pkcs8));
    assert_eq!(decrypting(EcdhEs, &secret), wrong(EcdhEs, KeyType::Secret, KeyFormat::Bytes));
    assert_eq!(decrypting(EcdhEs, &ed), wrong(EcdhEs, KeyType::Ec(Curve::Ed25519), KeyFormat::Pkcs8));
    assert_eq!(decrypting(EcdhEs, &public), Err(KeyError::NotPrivate { found: KeyFormat::Spki }));
    assert_eq!(encrypting(EcdhEs, &ec), Err(KeyError::NotPublic { found: KeyFormat::Pkcs8 }));
    assert_eq!(encrypting(EcdhEs, &public), Ok(()));
    let rsa =
        UnboundKey::from_pem(include_str!("../../../vectors/interop/keys/rsa2048.spki.pem")).expect("a key");
    assert_eq!(decrypting(RsaOaep256, &rsa), Err(KeyError::NotPrivate { found: KeyFormat::Spki }));
    assert_eq!(encrypting(RsaOaep256, &rsa), Ok(()));
    // Its identifier restricts it to signatures with RSASSA-PSS.
    for (file, private) in [("rsapss2048.pkcs8.pem", true), ("rsapss2048.spki.pem", false)] {
        let path = format!("{}/vectors/interop/keys/{file}", env!("CARGO_MANIFEST_DIR"));
        let key = UnboundKey::from_pem(std::fs::read(path).expect(file)).expect(file);
        let made = if private { decrypting(RsaOaep256, &key) } else { encrypting(RsaOaep256, &key) };
        let format = if private { KeyFormat::Pkcs8 } else { KeyFormat::Spki };
        assert_eq!(made, wrong(RsaOaep256, KeyType::RsaPss, format), "{file}");
    }
}

#[test]
fn a_jwk_may_name_the_content_encryption_of_a_direct_key() {
    // RFC 7520 §5.6.1.
    let key = |alg: &str| {
        let jwk_value = json!({"kty": "oct", "alg": alg, "k": base64url::encode([7; 16])});
        DecryptingKey::from_jwk(KeyManagement::Dir, &GCM, &jwk(&jwk_value)).map(drop)
    };
    assert_eq!(key("dir"), Ok(()));
    assert_eq!(key("A128GCM"), Ok(()));
    assert_eq!(key("A256GCM"), Err(KeyError::UseNotAllowed { member: "alg" }));
    assert_eq!(key("HS256"), Err(KeyError::UseNotAllowed { member: "alg" }));
}

#[test]
fn a_private_key_with_another_public_half_is_rejected() {
    for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::X25519] {
        let keys = [(); 2]
            .map(|()| DecryptingKey::generate_on(curve, KeyManagement::EcdhEs, &GCM).expect("a key"))
            .map(|key| private_json(&key));
        let [mut one, other] = keys;
        one["d"] = other["d"].clone();
        let made = DecryptingKey::from_jwk(KeyManagement::EcdhEs, &GCM, &jwk(&one)).map(drop);
        assert_eq!(made, Err(KeyError::PublicKeyMismatch), "{curve}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let secret = *b"0123456789abcdef";
    let shared = SharedKey::from_secret(KeyManagement::A128KW, &GCM, secret).expect("a key");
    let password = EncryptingKey::from_password(KeyManagement::Pbes2Hs256A128KW, &GCM, "0123456789", 1000)
        .expect("a key");
    let decrypting = DecryptingKey::from_secret(KeyManagement::A128KW, &GCM, secret).expect("a key");
    let content = decrypting.encrypting_key().encrypt(b"0123456789").expect("a token");
    let content = Decrypter::new(&decrypting).decrypt(&content).expect("decrypted");
    for shown in [
        format!("{shared:?}"),
        format!("{password:?}"),
        format!("{decrypting:?}"),
        format!("{:?}", decrypting.encrypting_key()),
        format!("{content:?}"),
    ] {
        for secret in ["0123456789", "48, 49, 50", &base64url::encode("0123456789")[..12]] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

/// Only the public half for key agreement may have an empty `key_ops`, as WebCrypto writes it.
#[test]
fn a_key_without_any_operation_is_rejected() {
    let without = |mut value: Value| {
        for name in ["alg", "use"] {
            value.as_object_mut().expect("an object").remove(name);
        }
        value["key_ops"] = json!([]);
        jwk(&value)
    };
    let rejected = Err(KeyError::UseNotAllowed { member: "key_ops" });
    let ec = DecryptingKey::generate(KeyManagement::EcdhEs, &GCM).expect("a key");
    let made = DecryptingKey::from_jwk(KeyManagement::EcdhEs, &GCM, &without(private_json(&ec))).map(drop);
    assert_eq!(made, rejected);
    let pem = include_str!("../../../vectors/interop/keys/rsa2048.spki.pem");
    let rsa = EncryptingKey::from_pem(KeyManagement::RsaOaep256, &GCM, pem).expect("a key");
    let rsa = serde_json::from_str(&rsa.to_jwk().to_json().expect("JSON")).expect("JSON");
    let made = EncryptingKey::from_jwk(KeyManagement::RsaOaep256, &GCM, &without(rsa)).map(drop);
    assert_eq!(made, rejected);
}

#[test]
fn debug_names_a_key_and_shows_nothing_of_it() {
    let key = DecryptingKey::from_secret(KeyManagement::A128KW, &GCM, [7; 16]).expect("a key");
    let key = key.with_key_id("k");
    let shown = r#" { algorithm: A128KW, encryptions: [A128GCM], key_id: Some("k"), .. }"#;
    assert_eq!(format!("{key:?}"), format!("DecryptingKey{shown}"));
    assert_eq!(format!("{:?}", key.encrypting_key()), format!("EncryptingKey{shown}"));
    let shared =
        SharedKey::from_secret(KeyManagement::A128KW, &GCM, [7; 16]).expect("a key").with_key_id("k");
    assert_eq!(format!("{shared:?}"), format!("SharedKey{shown}"));
    assert_eq!(shared.encryptions(), GCM);
}

#[test]
fn each_encryption_algorithm_names_its_specification() {
    assert_eq!(KeyManagement::Dir.reference(), "RFC 7518 §4.5");
    assert_eq!(KeyManagement::EcdhEsA128KW.reference(), "RFC 7518 §4.6");
    assert_eq!(ContentEncryption::A128CbcHs256.reference(), "RFC 7518 §5.2.3");
    assert_eq!(ContentEncryption::A256GCM.reference(), "RFC 7518 §5.3");
}

/// An unbound key can be bound to exactly the algorithms that it lists.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn an_unbound_key_lists_the_algorithms_that_bind_it() {
    let mut keys = vec![];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/interop/keys");
    for entry in std::fs::read_dir(folder).expect("keys") {
        let path = entry.expect("a file").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("text");
        // Exponents are checked when a key is bound.
        if name.ends_with(".pem") && !name.contains("-e3") {
            // Some have formats that are not supported.
            keys.extend(UnboundKey::from_pem(std::fs::read(path).expect("a file")));
        }
    }
    for length in [1, 15, 16, 24, 32, 48, 64, 65] {
        keys.push(UnboundKey::from_secret(vec![7; length]).expect("a key"));
    }
    for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::X25519] {
        let key =
            DecryptingKey::generate_on(curve, KeyManagement::EcdhEs, ContentEncryption::ALL).expect("a key");
        let bare = |jwk: String| {
            let mut jwk: serde_json::Value = serde_json::from_str(&jwk).expect("JSON");
            for member in ["alg", "use"] {
                jwk.as_object_mut().expect("an object").remove(member);
            }
            jwk
        };
        let private = bare(key.to_jwk().to_json_with_private_members().expect("JSON"));
        let public = bare(key.encrypting_key().to_jwk().to_json().expect("JSON"));
        for jwk in [private, public] {
            for (member, value) in [
                ("kid", json!("k")),
                ("alg", json!("ECDH-ES+A128KW")),
                ("alg", json!("ES256")),
                ("use", json!("enc")),
                ("use", json!("sig")),
                ("key_ops", json!(["deriveBits"])),
                ("key_ops", json!(["sign"])),
                ("key_ops", json!([])),
            ] {
                let mut jwk = jwk.clone();
                jwk[member] = value;
                keys.push(UnboundKey::from_jwk(jwk.to_string()).expect("a key"));
            }
        }
    }
    for (alg, k) in [("A128GCM", 16), ("dir", 16), ("dir", 17), ("A128KW", 16), ("A256KW", 16), ("HS256", 32)]
    {
        let jwk = json!({"kty": "oct", "alg": alg, "k": base64url::encode(vec![7; k])});
        keys.push(UnboundKey::from_jwk(jwk.to_string()).expect("a key"));
    }
    let mut listed = 0;
    for key in keys {
        let binds = |algorithm: KeyManagement, encryptions: &[ContentEncryption]| match key.is_private() {
            true => DecryptingKey::new(algorithm, encryptions, &key).is_ok(),
            false => EncryptingKey::new(algorithm, encryptions, &key).is_ok(),
        };
        let binding = KeyManagement::ALL.iter().copied().filter(|algorithm| match algorithm {
            KeyManagement::Dir => ContentEncryption::ALL.iter().any(|one| binds(*algorithm, &[*one])),
            _ => binds(*algorithm, ContentEncryption::ALL),
        });
        let fitting = key.key_management_algorithms();
        assert_eq!(fitting, binding.collect::<Vec<_>>(), "{key:?} {:?}", key.algorithm());
        listed += fitting.len();
    }
    assert!(listed > 100, "{listed}");
}
