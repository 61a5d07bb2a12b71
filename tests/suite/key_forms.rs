//! Export of keys: PEM, DER, JWK, thumbprints. Round trips are the identity.

use jotwell::{Algorithm, Jwk, KeyError, KeyFormat, KeyType, SigningKey, VerifyingKey};
use serde_json::{Value, json};

/// Every valid key of `vectors/interop/keys` that is not a secret.
const KEYS: &[(&str, Algorithm)] = &[
    ("rsa2048", Algorithm::RS256),
    ("rsa3072", Algorithm::PS384),
    ("rsa4096", Algorithm::RS512),
    ("p256", Algorithm::ES256),
    ("p384", Algorithm::ES384),
    ("p521", Algorithm::ES512),
    ("secp256k1", Algorithm::ES256K),
    ("ed25519", Algorithm::EdDSA),
];

fn file(name: &str) -> String {
    std::fs::read_to_string(format!("{}/vectors/interop/keys/{name}", env!("CARGO_MANIFEST_DIR")))
        .expect(name)
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Returns the numbers of a JWK, without the members about its use.
fn numbers(text: &str) -> Value {
    let mut jwk = parsed(text);
    jwk.as_object_mut()
        .expect("an object")
        .retain(|name, _| !["alg", "use", "kid", "key_ops"].contains(&name.as_str()));
    jwk
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn pem_is_written_byte_for_byte_as_openssl_writes_it() {
    for (name, algorithm) in KEYS {
        let (private, public) = (file(&format!("{name}.pkcs8.pem")), file(&format!("{name}.spki.pem")));
        let key = SigningKey::from_pem(*algorithm, &private).expect(name);
        assert_eq!(key.to_private_pem().expect(name), private, "{name}");
        assert_eq!(key.verifying_key().to_pem().expect(name), public, "{name}");
        let read = VerifyingKey::from_pem(*algorithm, &public).expect(name);
        assert_eq!(read.to_pem().expect(name), public, "{name}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn from_pem_through_jwk_to_pem_is_the_identity() {
    for (name, algorithm) in KEYS {
        let (private, public) = (file(&format!("{name}.pkcs8.pem")), file(&format!("{name}.spki.pem")));
        let jwk = SigningKey::from_pem(*algorithm, &private).expect(name).with_key_id("k").to_jwk();
        let text = jwk.to_json_with_private_members().expect(name);
        let again = SigningKey::from_jwk(*algorithm, &text.parse().expect(name)).expect(name);
        assert_eq!(again.key_id(), Some("k"));
        assert_eq!(again.to_private_pem().expect(name), private, "{name}");

        let jwk = VerifyingKey::from_pem(*algorithm, &public).expect(name).to_jwk();
        let again =
            VerifyingKey::from_jwk(*algorithm, &jwk.to_json().expect(name).parse().expect(name)).expect(name);
        assert_eq!(again.to_pem().expect(name), public, "{name}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn jwks_have_the_same_numbers_as_from_other_tools() {
    for (name, algorithm) in KEYS {
        let jwk = SigningKey::from_pem(*algorithm, file(&format!("{name}.pkcs8.pem"))).expect(name).to_jwk();
        let private = jwk.to_json_with_private_members().expect(name);
        assert_eq!(numbers(&private), numbers(&file(&format!("{name}.jwk.json"))), "{name}");
        let public = jwk.to_json().expect(name);
        assert_eq!(numbers(&public), numbers(&file(&format!("{name}.pub.jwk.json"))), "{name}");
        assert_eq!(
            (&parsed(&public)["alg"], &parsed(&public)["use"]),
            (&algorithm.name().into(), &"sig".into())
        );
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn generated_keys_of_every_algorithm_survive_every_form() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(*algorithm).expect("a key");
        let signature = key.sign(b"message").expect("a signature");
        let jwk = key.to_jwk().to_json_with_private_members().expect("JSON");
        let again = SigningKey::from_jwk(*algorithm, &jwk.parse().expect("a JWK")).expect("a key");
        assert_eq!(again.verifying_key().verify(b"message", &signature), Ok(()), "{algorithm}");
        if !algorithm.is_symmetric() {
            let again = SigningKey::from_der(*algorithm, key.to_private_der().expect("DER")).expect("a key");
            assert_eq!(again.verifying_key().verify(b"message", &signature), Ok(()), "{algorithm}");
            let public = VerifyingKey::from_der(*algorithm, key.verifying_key().to_der().expect("DER"));
            assert_eq!(public.expect("a key").verify(b"message", &signature), Ok(()), "{algorithm}");
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn private_members_are_written_only_by_the_explicit_method() {
    for (name, algorithm) in KEYS {
        let jwk = SigningKey::from_pem(*algorithm, file(&format!("{name}.pkcs8.pem"))).expect(name).to_jwk();
        assert!(jwk.is_private());
        let public = parsed(&jwk.to_json().expect(name));
        for member in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert_eq!(public.get(member), None, "{name}");
        }
        let half = jwk.to_public().expect(name);
        assert!(!half.is_private());
        assert_eq!(half.to_json_with_private_members(), half.to_json());
    }
    let secret = SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    let not_public = KeyError::NotPublic { found: KeyFormat::Jwk };
    assert_eq!(secret.to_jwk().to_json(), Err(not_public.clone()));
    assert_eq!(secret.verifying_key().to_jwk().to_json(), Err(not_public.clone()));
    assert_eq!(secret.to_jwk().to_public().unwrap_err(), not_public);
    assert_eq!(secret.to_jwk().thumbprint(), Err(not_public.clone()));
    assert_eq!(secret.clone().with_thumbprint_key_id().unwrap_err(), not_public);
    let no_form = KeyError::UnsupportedFormat { found: KeyFormat::Bytes };
    assert_eq!(secret.to_private_pem(), Err(no_form.clone()));
    assert_eq!(secret.verifying_key().to_pem(), Err(no_form));
    let text = secret.to_jwk().to_json_with_private_members().expect("JSON");
    assert_eq!(
        text,
        r#"{"kty":"oct","k":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc","alg":"HS256","use":"sig"}"#
    );
}

#[test]
fn a_key_of_an_unknown_type_is_named_and_not_written() {
    let jwk: Jwk = r#"{"kty":"AKP","alg":"ML-DSA-44","kid":"pq"}"#.parse().expect("a JWK");
    assert_eq!(
        (jwk.key_type(), jwk.algorithm(), jwk.key_id()),
        (KeyType::Unknown, Some("ML-DSA-44"), Some("pq"))
    );
    let unsupported = KeyError::UnsupportedKeyType { found: KeyType::Unknown };
    assert_eq!(jwk.to_json(), Err(unsupported.clone()));
    assert_eq!(jwk.to_json_with_private_members(), Err(unsupported.clone()));
    assert_eq!(jwk.thumbprint(), Err(unsupported));
}

#[test]
fn the_public_half_keeps_names_and_cannot_sign() {
    let mut private = parsed(&file("ed25519.jwk.json"));
    private["kid"] = "k".into();
    private["key_ops"] = serde_json::json!(["sign"]);
    let jwk: Jwk = private.to_string().parse().expect("a JWK");
    let public = parsed(&jwk.to_public().expect("public").to_json().expect("JSON"));
    assert_eq!((&public["kid"], &public["key_ops"]), (&"k".into(), &serde_json::json!(["verify"])));
    assert!(VerifyingKey::from_jwk(Algorithm::EdDSA, &public.to_string().parse().expect("a JWK")).is_ok());
    // The public half of a public key is the key itself, with the same uses.
    let again: Jwk = public.to_string().parse().expect("a JWK");
    assert_eq!(parsed(&again.to_public().expect("public").to_json().expect("JSON")), public);
}

/// RFC 7517 §4.3: the uses of the public half follow from those of the private one, and are not more.
#[test]
fn the_public_half_has_the_counterparts_of_the_private_uses() {
    let to_public = |operations: Value| {
        let mut private = parsed(&file("p256.jwk.json"));
        private["key_ops"] = operations;
        let jwk: Jwk = private.to_string().parse().expect("a JWK");
        jwk.to_public().expect("public")
    };
    for (private, public) in [
        (json!(["sign"]), json!(["verify"])),
        (json!(["verify", "sign"]), json!(["verify"])),
        (json!(["decrypt", "unwrapKey"]), json!(["encrypt", "wrapKey"])),
        (json!(["deriveKey", "deriveBits"]), json!([])),
        (json!(["deriveKey", "sign"]), json!(["verify"])),
        (json!(["another"]), json!([])),
        (json!([]), json!([])),
    ] {
        let half = to_public(private.clone());
        assert_eq!(parsed(&half.to_json().expect("JSON"))["key_ops"], public, "{private}");
        let verifies = public.as_array().expect("an array").contains(&"verify".into());
        let want = if verifies { Ok(()) } else { Err(KeyError::UseNotAllowed { member: "key_ops" }) };
        assert_eq!(VerifyingKey::from_jwk(Algorithm::ES256, &half).map(drop), want, "{private}");
    }
}

#[test]
fn thumbprints_are_those_of_the_rfcs() {
    let mut count = 0;
    for rfc in ["rfc7638", "rfc8037"] {
        let path = format!("{}/vectors/rfc/{rfc}.json", env!("CARGO_MANIFEST_DIR"));
        let vectors = parsed(&std::fs::read_to_string(path).expect("vectors"));
        for vector in vectors["vectors"].as_array().expect("vectors") {
            if vector["kind"] == "thumbprint" {
                let jwk: Jwk = vector["jwk"].to_string().parse().expect("a JWK");
                let expected = vector["thumbprint"].as_str().expect("text");
                assert_eq!(jwk.thumbprint().expect("a thumbprint"), expected, "{}", vector["id"]);
                let uri = format!("urn:ietf:params:oauth:jwk-thumbprint:sha-256:{expected}");
                assert_eq!(jwk.thumbprint_uri(), Ok(uri));
                count += 1;
            }
        }
    }
    assert_eq!(count, 2);
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_thumbprint_is_the_same_for_every_form_of_the_key() {
    for (name, algorithm) in KEYS {
        let private = SigningKey::from_pem(*algorithm, file(&format!("{name}.pkcs8.pem"))).expect(name);
        let public = VerifyingKey::from_pem(*algorithm, file(&format!("{name}.spki.pem"))).expect(name);
        let thumbprint = private.to_jwk().thumbprint().expect(name);
        assert_eq!(thumbprint.len(), 43);
        assert_eq!(public.to_jwk().thumbprint().expect(name), thumbprint);
        assert_eq!(private.with_thumbprint_key_id().expect(name).key_id(), Some(&*thumbprint));
        assert_eq!(public.with_thumbprint_key_id().expect(name).key_id(), Some(&*thumbprint));
    }
}

#[test]
fn rejects_crt_numbers_that_do_not_match_the_primes() {
    for member in ["dp", "dq", "qi"] {
        let mut key = parsed(&file("rsa2048.jwk.json"));
        let mut number = jotwell::base64url::decode(key[member].as_str().expect("text")).expect("base64url");
        *number.last_mut().expect("a byte") ^= 2;
        key[member] = jotwell::base64url::encode(number).into();
        let jwk: Jwk = key.to_string().parse().expect("a JWK");
        assert_eq!(
            SigningKey::from_jwk(Algorithm::RS256, &jwk).unwrap_err(),
            KeyError::InvalidRsaKey,
            "{member}"
        );
    }
}
