//! One set of tests that runs for every row of [`Algorithm::ALL`] on every backend of the build. A new row is tested
//! without further code.

use std::path::PathBuf;
use std::time::Duration;

use crate::attacks_common::{algorithms, backends_of};
use jotwell::algorithm::Family;
use jotwell::{
    Algorithm, Audience, Backend, Claims, Curve, Header, Issuer, Jwk, KeyError, KeyFormat, KeyType, NoClaims,
    Precomputation, SignError, SigningKey, UnsignedToken, UnverifiedToken, Validator, Verified, VerifyError,
    VerifyingKey, base64url, jws,
};

const MESSAGE: &[u8] = b"an arbitrary message";

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/interop/keys").join(file)
}

fn read(file: &str) -> Vec<u8> {
    std::fs::read(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn jwk(file: &str) -> Jwk {
    Jwk::from_json(read(file)).unwrap()
}

/// Returns the name of the stored key for this algorithm.
fn kept(algorithm: Algorithm) -> &'static str {
    match (algorithm.family(), algorithm.curve()) {
        (Family::Hmac, _) => match algorithm.hash().output_len() {
            32 => "hs256",
            48 => "hs384",
            _ => "hs512",
        },
        (_, None) => "rsa2048",
        (_, Some(Curve::P256)) => "p256",
        (_, Some(Curve::P384)) => "p384",
        (_, Some(Curve::P521)) => "p521",
        (_, Some(Curve::Secp256k1)) => "secp256k1",
        (_, Some(Curve::Ed25519)) => "ed25519",
        (family, curve) => panic!("no key is kept for {family:?} {curve:?}"),
    }
}

/// Returns every algorithm with every backend that has it.
fn cases() -> impl Iterator<Item = (Backend, Algorithm)> {
    algorithms().flat_map(|algorithm| backends_of(algorithm).map(move |backend| (backend, algorithm)))
}

/// Returns whether signing twice gives the same signature: what the table says, except that only the default backend
/// takes the nonce of ECDSA from RFC 6979 without added randomness.
fn is_deterministic(backend: Backend, algorithm: Algorithm) -> bool {
    let random_nonce = backend != Backend::default() && algorithm.family() == Family::Ecdsa;
    algorithm.is_deterministic() && !random_nonce
}

/// Returns a new key; for RSA, where creating one takes seconds, a stored one.
fn key(backend: Backend, algorithm: Algorithm) -> SigningKey {
    let key = match algorithm.key_type() {
        "RSA" => SigningKey::from_pem(algorithm, read("rsa2048.pkcs8.pem")),
        _ => SigningKey::generate(algorithm),
    };
    on(backend, key)
}

/// Returns the key on that backend, together with its public half.
fn on(backend: Backend, key: Result<SigningKey, KeyError>) -> SigningKey {
    let key = key.unwrap().with_backend(backend).unwrap();
    assert_eq!(key.backend(), backend);
    assert_eq!(key.verifying_key().backend(), backend);
    key
}

/// Returns a key of the same type that differs from [`key`].
fn another_key(backend: Backend, algorithm: Algorithm) -> SigningKey {
    let key = match algorithm.key_type() {
        "RSA" => SigningKey::from_pem(algorithm, read("rsa3072.pkcs8.pem")),
        _ => SigningKey::generate(algorithm),
    };
    on(backend, key)
}

/// Returns one key for all algorithms that can use it: the case of key confusion. On the default backend if the other
/// one does not have the algorithm.
fn shared_key(backend: Backend, algorithm: Algorithm) -> SigningKey {
    let key = match algorithm.key_type() {
        "oct" => SigningKey::hmac(algorithm, read("hs512.bin")),
        _ => SigningKey::from_jwk(algorithm, &jwk(&format!("{}.jwk.json", kept(algorithm)))),
    };
    on(if algorithm.runs_on(backend) { backend } else { Backend::default() }, key)
}

fn claims() -> Claims {
    Claims::new(NoClaims)
        .issuer("https://auth.example")
        .subject("user-42")
        .audience("orders-api")
        .expires_in(Duration::from_secs(900))
}

fn validator(key: VerifyingKey) -> Validator<VerifyingKey> {
    Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"))
}

/// Returns the header's JSON text, as it is in the token.
fn header_json(token: &str) -> String {
    String::from_utf8(base64url::decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

fn verify_jws(key: &SigningKey, token: &str) -> Result<Vec<u8>, VerifyError> {
    jws::Verifier::new(key.verifying_key()).verify(token).map(Verified::into_inner)
}

#[test]
fn a_raw_signature_verifies_and_has_the_length_of_the_table() {
    for (backend, algorithm) in cases() {
        let key = key(backend, algorithm);
        // RFC 7518 §3.3: an RSA signature is as long as the modulus, here 2048 bits.
        let len = algorithm.signature_len().unwrap_or(256);
        for message in [&b""[..], b"\0", MESSAGE, &[0xff; 300]] {
            let signature = key.sign(message).unwrap();
            assert_eq!(signature.len(), len, "{backend} {algorithm}");
            assert_eq!(key.verifying_key().verify(message, &signature), Ok(()), "{backend} {algorithm}");
        }
    }
}

#[test]
fn a_signature_is_reproducible_exactly_if_the_table_says_so() {
    for (backend, algorithm) in cases() {
        let key = key(backend, algorithm);
        let (first, second) = (key.sign(MESSAGE).unwrap(), key.sign(MESSAGE).unwrap());
        assert_eq!(first == second, is_deterministic(backend, algorithm), "{backend} {algorithm}");
        let (first, second) = (jws::sign(MESSAGE, &key).unwrap(), jws::sign(MESSAGE, &key).unwrap());
        assert_eq!(first == second, is_deterministic(backend, algorithm), "{backend} {algorithm}");
        let claims = claims();
        let (first, second) = (claims.sign(&key).unwrap(), claims.sign(&key).unwrap());
        assert_eq!(first == second, is_deterministic(backend, algorithm), "{backend} {algorithm}");
    }
}

#[test]
fn a_token_verifies_and_its_header_has_the_name_of_the_table() {
    for (backend, algorithm) in cases() {
        let key = key(backend, algorithm);
        let token = jws::sign(MESSAGE, &key).unwrap();
        assert_eq!(header_json(&token), format!(r#"{{"alg":"{algorithm}"}}"#));
        let verified = jws::Verifier::new(key.verifying_key()).verify(&token).unwrap();
        assert_eq!(*verified, MESSAGE, "{backend} {algorithm}");
        assert_eq!(verified.header().algorithm(), algorithm);

        let claims = claims();
        let token = claims.sign(&key).unwrap();
        assert_eq!(header_json(&token), format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#));
        let verified = validator(key.verifying_key()).verify::<Claims>(&token).unwrap();
        assert_eq!(*verified, claims, "{backend} {algorithm}");
        assert_eq!(verified.header().algorithm(), algorithm);
        assert_eq!(UnverifiedToken::parse(&token).unwrap().header().algorithm(), algorithm);
    }
}

#[test]
fn all_forms_of_a_key_are_the_same_key() {
    for (backend, algorithm) in cases() {
        let name = kept(algorithm);
        let has = |form: &str| Some(format!("{name}.{form}")).filter(|file| path(file).exists());
        let mut signing = vec![SigningKey::from_jwk(algorithm, &jwk(&format!("{name}.jwk.json")))];
        let mut verifying = Vec::new();
        if algorithm.is_symmetric() {
            let secret = read(&format!("{name}.bin"));
            signing.push(SigningKey::hmac(algorithm, &secret));
            verifying.push(VerifyingKey::hmac(algorithm, &secret));
            verifying.push(VerifyingKey::from_jwk(algorithm, &jwk(&format!("{name}.jwk.json"))));
        } else {
            verifying.push(VerifyingKey::from_jwk(algorithm, &jwk(&format!("{name}.pub.jwk.json"))));
        }
        for form in ["pkcs8", "pkcs1", "sec1"] {
            let (pem, der) = (has(&format!("{form}.pem")), has(&format!("{form}.der")));
            signing.extend(pem.map(|file| SigningKey::from_pem(algorithm, read(&file))));
            signing.extend(der.map(|file| SigningKey::from_der(algorithm, read(&file))));
        }
        for form in ["spki", "pkcs1-public", "cert"] {
            let (pem, der) = (has(&format!("{form}.pem")), has(&format!("{form}.der")));
            verifying.extend(pem.map(|file| VerifyingKey::from_pem(algorithm, read(&file))));
            verifying.extend(der.map(|file| VerifyingKey::from_der(algorithm, read(&file))));
        }
        // JWK and bytes; or JWK, and PEM and DER in each format.
        let forms = match algorithm.family() {
            Family::Hmac => (2, 2),
            Family::RsaPkcs1 | Family::RsaPss => (5, 7),
            Family::Ecdsa => (5, 5),
            _ => (3, 5),
        };
        assert_eq!((signing.len(), verifying.len()), forms, "{backend} {algorithm}");

        let signing = signing.into_iter().map(|key| on(backend, key)).collect::<Vec<_>>();
        let verifying = verifying.into_iter().map(|key| key.unwrap().with_backend(backend).unwrap());
        let mut verifying = verifying.collect::<Vec<_>>();
        verifying.extend(signing.iter().map(SigningKey::verifying_key));
        let first = signing[0].sign(MESSAGE).unwrap();
        for key in &signing {
            let signature = key.sign(MESSAGE).unwrap();
            assert_eq!(signature == first, is_deterministic(backend, algorithm), "{backend} {algorithm}");
            for key in &verifying {
                assert_eq!(key.verify(MESSAGE, &signature), Ok(()), "{backend} {algorithm}");
                assert_eq!(key.algorithm(), algorithm);
            }
        }
    }
}

#[test]
fn a_key_rejects_the_tokens_of_every_other_algorithm() {
    for (backend, algorithm) in cases() {
        let key = shared_key(backend, algorithm);
        let refused = |token: &str| {
            let jws = verify_jws(&key, token).unwrap_err();
            let jwt = validator(key.verifying_key()).verify::<Claims>(token).unwrap_err();
            assert_eq!(jws, jwt, "{backend} {algorithm}");
            jws
        };
        for other in algorithms().filter(|other| *other != algorithm) {
            let token = claims().sign(&shared_key(backend, other)).unwrap();
            let mismatch = VerifyError::AlgorithmMismatch { expected: algorithm, found: other };
            assert_eq!(refused(&token), mismatch, "{backend} {algorithm} {other}");

            // The same token under a false header, although some of these algorithms share the key.
            let (_, rest) = token.split_once('.').unwrap();
            let header = base64url::encode(Header::new(algorithm).with_typ("JWT").to_json());
            assert_eq!(
                refused(&format!("{header}.{rest}")),
                VerifyError::InvalidSignature,
                "{backend} {algorithm} {other}"
            );
        }
    }
}

#[test]
fn a_raw_signature_is_invalid_for_other_algorithms_with_the_same_key() {
    for (backend, algorithm) in cases() {
        let verifying = shared_key(backend, algorithm).verifying_key();
        for other in algorithms() {
            let signature = shared_key(backend, other).sign(MESSAGE).unwrap();
            // RFC 9864 §2.2: two names of one algorithm; tokens differ in their signed header.
            let same =
                other == algorithm || (algorithm.family(), other.family()) == (Family::Eddsa, Family::Eddsa);
            let expected = if same { Ok(()) } else { Err(VerifyError::InvalidSignature) };
            assert_eq!(verifying.verify(MESSAGE, &signature), expected, "{backend} {algorithm} {other}");
        }
    }
}

#[test]
fn a_changed_message_is_refused() {
    for (backend, algorithm) in cases() {
        let key = key(backend, algorithm);
        let verifying = key.verifying_key();
        let signature = key.sign(MESSAGE).unwrap();
        for index in 0..MESSAGE.len() {
            let mut message = MESSAGE.to_vec();
            message[index] ^= 1 << (index % 8);
            let verified = verifying.verify(&message, &signature);
            assert_eq!(verified, Err(VerifyError::InvalidSignature), "{backend} {algorithm} byte {index}");
        }
        for message in [&b""[..], &MESSAGE[1..], &MESSAGE[..MESSAGE.len() - 1], &[MESSAGE, b"\0"].concat()] {
            let verified = verifying.verify(message, &signature);
            assert_eq!(verified, Err(VerifyError::InvalidSignature), "{backend} {algorithm}");
        }

        // In a token: another payload, another header.
        let token = jws::sign(MESSAGE, &key).unwrap();
        let [header, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        let other = base64url::encode(b"another message");
        let changed = format!("{header}.{other}.{signature}");
        assert_eq!(verify_jws(&key, &changed), Err(VerifyError::InvalidSignature), "{backend} {algorithm}");
        let other = base64url::encode(Header::new(algorithm).with_typ("JWT").to_json());
        let changed = format!("{other}.{payload}.{signature}");
        assert_eq!(verify_jws(&key, &changed), Err(VerifyError::InvalidSignature), "{backend} {algorithm}");
        // RFC 7515 §5.2: the text is signed, so equivalent JSON does not verify.
        let other = base64url::encode(format!(r#"{{"alg": "{algorithm}"}}"#));
        let changed = format!("{other}.{payload}.{signature}");
        assert_eq!(verify_jws(&key, &changed), Err(VerifyError::InvalidSignature), "{backend} {algorithm}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_changed_signature_is_refused() {
    for (backend, algorithm) in cases() {
        let key = key(backend, algorithm);
        let verifying = key.verifying_key();
        let signature = key.sign(MESSAGE).unwrap();
        let len = signature.len();
        let mut changed = (0..len)
            .map(|index| {
                let mut changed = signature.clone();
                changed[index] ^= 1 << (index % 8);
                changed
            })
            .collect::<Vec<_>>();
        changed.push(Vec::new());
        changed.push(vec![0]);
        changed.push(signature[1..].to_vec());
        changed.push(signature[..len - 1].to_vec());
        changed.push(signature[..len / 2].to_vec());
        changed.push([&signature[..], &[0]].concat());
        changed.push([&[0], &signature[..]].concat());
        changed.push([&signature[..], &signature[..]].concat());
        changed.push(vec![0; len]);
        changed.push(vec![0xff; len]);
        changed.push([&vec![0; len - 1][..], &[1]].concat());
        // ECDSA with r = s = 1.
        changed.push([&vec![0; len / 2 - 1][..], &[1], &vec![0; len / 2 - 1], &[1]].concat());
        changed.push(signature.iter().rev().copied().collect());
        changed.push([&signature[len / 2..], &signature[..len / 2]].concat());
        let header = base64url::encode(Header::new(algorithm).to_json());
        let payload = base64url::encode(MESSAGE);
        for changed in changed {
            let refused = Err(VerifyError::InvalidSignature);
            assert_eq!(verifying.verify(MESSAGE, &changed), refused, "{backend} {algorithm} {changed:02x?}");
            let token = format!("{header}.{payload}.{}", base64url::encode(&changed));
            assert_eq!(verify_jws(&key, &token).map(drop), refused, "{backend} {algorithm} {changed:02x?}");
        }
    }
}

#[test]
fn another_key_of_the_same_kind_is_refused() {
    for (backend, algorithm) in cases() {
        let (key, other) = (key(backend, algorithm), another_key(backend, algorithm));
        let refused = VerifyError::InvalidSignature;
        let signature = key.sign(MESSAGE).unwrap();
        assert_eq!(
            other.verifying_key().verify(MESSAGE, &signature),
            Err(refused.clone()),
            "{backend} {algorithm}"
        );
        let token = jws::sign(MESSAGE, &key).unwrap();
        assert_eq!(verify_jws(&other, &token), Err(refused.clone()), "{backend} {algorithm}");
        let token = claims().sign(&key).unwrap();
        let found = validator(other.verifying_key()).verify::<Claims>(&token).unwrap_err();
        assert_eq!(found, refused, "{backend} {algorithm}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn precomputation_changes_no_result() {
    for (backend, algorithm) in cases() {
        let key = key(backend, algorithm).with_key_id("2026-11");
        let signature = key.sign(b"message").unwrap();
        for choice in [Precomputation::Never, Precomputation::Lazy, Precomputation::Eager] {
            let verifying = key.verifying_key().with_precomputation(choice);
            // Lazy tables are built during these verifications.
            for _ in 0..10 {
                assert_eq!(
                    verifying.verify(b"message", &signature),
                    Ok(()),
                    "{backend} {algorithm} {choice:?}"
                );
                assert_eq!(
                    verifying.verify(b"massage", &signature),
                    Err(VerifyError::InvalidSignature),
                    "{backend} {algorithm} {choice:?}"
                );
            }
            assert_eq!(verifying.backend(), backend);
            assert_eq!((verifying.algorithm(), verifying.key_id()), (algorithm, Some("2026-11")));
            let json = |key: &VerifyingKey| key.to_jwk().to_json_with_private_members();
            assert_eq!(json(&verifying), json(&key.verifying_key()));
        }
    }
}

#[test]
fn new_keys_differ() {
    for algorithm in algorithms().filter(|algorithm| algorithm.key_type() != "RSA") {
        let one = SigningKey::generate(algorithm).unwrap().sign(MESSAGE).unwrap();
        let two = SigningKey::generate(algorithm).unwrap().sign(MESSAGE).unwrap();
        assert_ne!(one, two, "{algorithm}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_new_rsa_key_has_2048_bits() {
    let key = SigningKey::generate(Algorithm::PS256).unwrap();
    let signature = key.sign(MESSAGE).unwrap();
    assert_eq!(signature.len(), 2048 / 8);
    assert_eq!(key.verifying_key().verify(MESSAGE, &signature), Ok(()));
    assert_eq!(key.key_id(), None);
}

#[test]
fn a_token_has_the_kid_of_its_key() {
    for (backend, algorithm) in cases() {
        let bare = key(backend, algorithm);
        assert_eq!(bare.key_id(), None);
        let key = bare.clone().with_key_id("2026-11");
        assert_eq!(key.key_id(), Some("2026-11"));
        assert_eq!(key.verifying_key().key_id(), Some("2026-11"));

        let token = jws::sign(MESSAGE, &key).unwrap();
        assert_eq!(header_json(&token), format!(r#"{{"alg":"{algorithm}","kid":"2026-11"}}"#));
        let verified = jws::Verifier::new(key.verifying_key()).verify(&token).unwrap();
        assert_eq!(verified.header().key_id(), Some("2026-11"), "{backend} {algorithm}");
        let token = claims().sign(&key).unwrap();
        assert_eq!(header_json(&token), format!(r#"{{"alg":"{algorithm}","typ":"JWT","kid":"2026-11"}}"#));
        let verified = validator(key.verifying_key()).verify::<Claims>(&token).unwrap();
        assert_eq!(verified.header().key_id(), Some("2026-11"), "{backend} {algorithm}");

        // A key without a name accepts tokens with any `kid`, a named one only its own.
        assert_eq!(verify_jws(&bare, &jws::sign(MESSAGE, &key).unwrap()).unwrap(), MESSAGE);
        assert_eq!(verify_jws(&key, &jws::sign(MESSAGE, &bare).unwrap()).unwrap(), MESSAGE);
        let other = bare.with_key_id("2026-12");
        assert_eq!(
            verify_jws(&other, &jws::sign(MESSAGE, &key).unwrap()),
            Err(VerifyError::unknown_key(Some("2026-11"))),
            "{backend} {algorithm}"
        );
    }
}

/// Returns a big-endian number in decimal.
fn decimal(number: &[u8]) -> String {
    let mut digits = vec![0_u8];
    for byte in number {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            let value = u32::from(*digit) * 256 + carry;
            *digit = (value % 10) as u8;
            carry = value / 10;
        }
        while carry > 0 {
            digits.push((carry % 10) as u8);
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

/// Returns whether `text` shows a substantial part of these bytes, in a form in which bytes are printed.
fn shows(text: &str, secret: &[u8]) -> bool {
    use base64ct::{Base64, Encoding};

    const PIECE: usize = 10;
    let hex = secret.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let octets = secret.iter().map(u8::to_string).collect::<Vec<_>>();
    let flat = text.replace([' ', '\n', ','], "").to_ascii_lowercase();
    let texts =
        [hex, Base64::encode_string(secret), base64url::encode(secret), decimal(secret), octets.concat()];
    texts.iter().any(|encoded| {
        let encoded = encoded.to_ascii_lowercase();
        encoded.as_bytes().windows(PIECE).any(|piece| flat.contains(std::str::from_utf8(piece).unwrap()))
    })
}

/// Returns the private numbers of a stored key.
fn secrets(name: &str) -> Vec<Vec<u8>> {
    let json: serde_json::Value = serde_json::from_slice(&read(&format!("{name}.jwk.json"))).unwrap();
    let secrets = ["k", "d", "p", "q", "dp", "dq", "qi"]
        .iter()
        .filter_map(|member| json.get(member))
        .map(|value| base64url::decode(value.as_str().unwrap()).unwrap())
        .collect::<Vec<_>>();
    assert!(!secrets.is_empty(), "{name}");
    secrets
}

#[test]
fn shown_secrets_are_noticed() {
    assert_eq!(decimal(&[1, 0, 0]), "65536");
    let secret = (100..132).collect::<Vec<u8>>();
    assert!(!shows("SigningKey { algorithm: ES256, key_id: None, .. }", &secret));
    assert!(shows(&format!("{secret:?}"), &secret));
    assert!(shows(&format!("{secret:#?}"), &secret));
    assert!(shows("Key(6465666768696A6B)", &secret));
    assert!(shows(&base64url::encode(&secret), &secret));
    assert!(shows(&format!("d: {}", decimal(&secret)), &secret));
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn debug_shows_no_secret() {
    for (backend, algorithm) in cases() {
        let name = kept(algorithm);
        let jwk = jwk(&format!("{name}.jwk.json"));
        let key = on(backend, SigningKey::from_jwk(algorithm, &jwk)).with_key_id("2026-11");
        let fields = format!(r#"{{ algorithm: {algorithm}, key_id: Some("2026-11"), .. }}"#);
        assert_eq!(format!("{key:?}"), format!("SigningKey {fields}"));
        let verifying = key.verifying_key();
        assert_eq!(format!("{verifying:?}"), format!("VerifyingKey {fields}"));

        let verifier = jws::Verifier::new(verifying.clone());
        let validator = validator(verifying.clone());
        let texts = [
            format!("{key:?} {key:#?} {:?}", Ok::<_, KeyError>(key.clone())),
            format!("{verifying:?} {verifying:#?}"),
            format!("{jwk:?} {jwk:#?}"),
            format!("{verifier:?} {verifier:#?}"),
            format!("{validator:?} {validator:#?}"),
        ];
        for secret in secrets(name) {
            for text in &texts {
                assert!(!shows(text, &secret), "{backend} {algorithm}: {text}");
            }
        }
    }
}

#[test]
fn types_can_be_sent_between_threads() {
    fn everywhere<T: Clone + Send + Sync + 'static>() {}
    everywhere::<Algorithm>();
    everywhere::<SigningKey>();
    everywhere::<VerifyingKey>();
    everywhere::<Jwk>();
    everywhere::<Header>();
    everywhere::<UnsignedToken>();
    everywhere::<UnverifiedToken>();
    everywhere::<jws::Verifier<VerifyingKey>>();
    everywhere::<Validator<VerifyingKey>>();
    everywhere::<Claims>();
    everywhere::<Verified<Claims>>();
    everywhere::<KeyError>();
    everywhere::<SignError>();
    everywhere::<VerifyError>();
}

#[test]
fn a_clone_is_the_same_key_also_in_another_thread() {
    for (backend, algorithm) in cases() {
        let key = key(backend, algorithm).with_key_id("2026-11");
        let clone = key.clone();
        let verifying = key.verifying_key();
        let signature = key.sign(MESSAGE).unwrap();
        // The clone outlives the original.
        drop(key);
        let theirs = std::thread::spawn(move || {
            assert_eq!(verifying.verify(MESSAGE, &signature), Ok(()), "{backend} {algorithm}");
            assert_eq!(clone.key_id(), Some("2026-11"));
            assert_eq!(clone.algorithm(), algorithm);
            let again = clone.sign(MESSAGE).unwrap();
            assert_eq!(again == signature, is_deterministic(backend, algorithm), "{backend} {algorithm}");
            verifying.clone().verify(MESSAGE, &again)
        });
        assert_eq!(theirs.join().unwrap(), Ok(()), "{backend} {algorithm}");
    }
}

#[test]
fn a_token_that_is_signed_externally_is_the_same() {
    for (backend, algorithm) in cases() {
        let key = key(backend, algorithm).with_key_id("2026-11");
        let header = Header::for_key(&key).with_typ("JWT");
        let claims = claims();
        let unsigned = claims.unsigned(&header).unwrap();
        assert_eq!(unsigned.algorithm(), algorithm);
        let signature = key.sign(unsigned.signing_input().as_bytes()).unwrap();
        let elsewhere = unsigned.clone().with_signature(&signature).unwrap();
        let here = claims.sign(&key).unwrap();
        assert_eq!(elsewhere == here, is_deterministic(backend, algorithm), "{backend} {algorithm}");
        assert_eq!(elsewhere.rsplit_once('.').unwrap().0, here.rsplit_once('.').unwrap().0);
        let verified = validator(key.verifying_key()).verify::<Claims>(&elsewhere).unwrap();
        assert_eq!(*verified, claims, "{backend} {algorithm}");

        let payload = UnsignedToken::new(&Header::for_key(&key), MESSAGE);
        let signature = key.sign(payload.signing_input().as_bytes()).unwrap();
        let elsewhere = payload.with_signature(&signature).unwrap();
        let here = jws::sign(MESSAGE, &key).unwrap();
        assert_eq!(elsewhere == here, is_deterministic(backend, algorithm), "{backend} {algorithm}");
        assert_eq!(verify_jws(&key, &elsewhere).unwrap(), MESSAGE);

        // A signature of this length cannot be of another algorithm.
        let lengths = match algorithm.signature_len() {
            Some(len) => vec![0, 1, len - 1, len + 1, len * 2],
            // Whole bytes of a modulus of 2048 to 4096 bits.
            None => vec![0, 32, 64, 255, 513, 1024],
        };
        for found in lengths {
            let refused = unsigned.clone().with_signature(&vec![1; found]);
            assert_eq!(
                refused,
                Err(SignError::SignatureLength { algorithm, found }),
                "{backend} {algorithm}"
            );
        }
        for other in algorithms().filter(|other| *other != algorithm) {
            let refused = unsigned.clone().sign(&shared_key(backend, other));
            let mismatch = SignError::AlgorithmMismatch { key: other, header: algorithm };
            assert_eq!(refused, Err(mismatch), "{backend} {algorithm} {other}");
        }
    }
}

/// `ECDSA-Sig-Value` of `r ‖ s` (RFC 3279 §2.2.3).
fn der_signature(fixed: &[u8]) -> Vec<u8> {
    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let len = u8::try_from(content.len()).unwrap();
        let prefix = if len < 0x80 { vec![tag, len] } else { vec![tag, 0x81, len] };
        [&prefix[..], content].concat()
    }
    let integer = |number: &[u8]| {
        let number = &number[number.iter().take_while(|byte| **byte == 0).count()..];
        let sign = if number[0] >= 0x80 { &[0][..] } else { &[] };
        element(2, &[sign, number].concat())
    };
    let (r, s) = fixed.split_at(fixed.len() / 2);
    element(0x30, &[integer(r), integer(s)].concat())
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_signature_in_der_is_accepted_for_ecdsa_only() {
    for (backend, algorithm) in cases() {
        let key = key(backend, algorithm);
        // Often enough that r and s begin with a zero byte, and with a byte that looks negative.
        for count in 0_u16..300 {
            let payload = count.to_be_bytes();
            let unsigned = UnsignedToken::new(&Header::new(algorithm), &payload);
            if algorithm.family() != Family::Ecdsa {
                let der = der_signature(&[1; 64]);
                let refused = unsigned.with_der_signature(&der);
                assert_eq!(refused, Err(SignError::SignatureDer { algorithm }), "{backend} {algorithm}");
                break;
            }
            let signature = key.sign(unsigned.signing_input().as_bytes()).unwrap();
            let converted = unsigned.clone().with_der_signature(&der_signature(&signature));
            assert_eq!(converted, unsigned.with_signature(&signature), "{backend} {algorithm}");
            assert_eq!(verify_jws(&key, &converted.unwrap()).unwrap(), payload);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn payloads_may_be_empty_and_large() {
    for (backend, algorithm) in cases() {
        let key = key(backend, algorithm);
        let token = jws::sign(b"", &key).unwrap();
        assert!(token.contains(".."), "{backend} {algorithm}");
        assert_eq!(verify_jws(&key, &token).unwrap(), b"");

        let payload = (0..1024 * 1024).map(|index: u32| (index % 251) as u8).collect::<Vec<_>>();
        let token = jws::sign(&payload, &key).unwrap();
        let length = token.len();
        let too_long = |limit| Err(VerifyError::TooLong { length, limit });
        assert_eq!(
            verify_jws(&key, &token).map(drop),
            too_long(jws::DEFAULT_MAX_LENGTH),
            "{backend} {algorithm}"
        );
        let verifier = |limit| jws::Verifier::new(key.verifying_key()).max_length(limit);
        assert_eq!(
            verifier(length - 1).verify(&token).map(drop),
            too_long(length - 1),
            "{backend} {algorithm}"
        );
        assert_eq!(*verifier(length).verify(&token).unwrap(), payload, "{backend} {algorithm}");
    }
}

/// Returns the key type that an algorithm needs.
fn wanted(algorithm: Algorithm) -> KeyType {
    match (algorithm.key_type(), algorithm.curve()) {
        ("oct", None) => KeyType::Secret,
        ("RSA", None) => KeyType::Rsa,
        (_, Some(curve)) => KeyType::Ec(curve),
        (other, None) => panic!("{other}"),
    }
}

/// Keys of every kind in PEM.
const PEMS: &[(&str, KeyType)] = &[
    ("rsa2048", KeyType::Rsa),
    ("rsapss2048", KeyType::RsaPss),
    ("rsapss2048-sha256", KeyType::RsaPss),
    ("p256", KeyType::Ec(Curve::P256)),
    ("p384", KeyType::Ec(Curve::P384)),
    ("p521", KeyType::Ec(Curve::P521)),
    ("secp256k1", KeyType::Ec(Curve::Secp256k1)),
    ("ed25519", KeyType::Ec(Curve::Ed25519)),
    ("brainpoolp256r1", KeyType::EcOther),
    ("prime192v1", KeyType::EcOther),
    ("ed448", KeyType::Ed448),
    ("x25519", KeyType::X25519),
    ("dsa2048", KeyType::Dsa),
];

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn an_algorithm_accepts_only_its_type_of_key() {
    for &algorithm in Algorithm::ALL {
        for &(name, found) in PEMS {
            let (private, public) = (read(&format!("{name}.pkcs8.pem")), read(&format!("{name}.spki.pem")));
            let pss = found == KeyType::RsaPss && algorithm.family() == Family::RsaPss;
            // Restricted keys fit by their parameters, which are those of SHA-256 here (RFC 4055 §1.2).
            let restricted = pss && name == "rsapss2048-sha256" && algorithm != Algorithm::PS256;
            let fits = wanted(algorithm) == found || (pss && !restricted);
            let wrong = |form| {
                Some(match restricted {
                    true => KeyError::PssParameters { algorithm },
                    false => KeyError::WrongKeyType { algorithm, found, format: form },
                })
            };
            let case = format!("{algorithm} {name}");

            let made = SigningKey::from_pem(algorithm, &private).err();
            assert_eq!(made, if fits { None } else { wrong(KeyFormat::Pkcs8) }, "{case}");
            let made = SigningKey::from_pem(algorithm, &public).err();
            let not_private = Some(KeyError::NotPrivate { found: KeyFormat::Spki });
            assert_eq!(made, if fits { not_private } else { wrong(KeyFormat::Spki) }, "{case}");

            let made = VerifyingKey::from_pem(algorithm, &public).err();
            assert_eq!(made, if fits { None } else { wrong(KeyFormat::Spki) }, "{case}");
            // A private key in place of a public one is the more serious mistake, so it is reported.
            let made = VerifyingKey::from_pem(algorithm, &private).err();
            let not_public = Some(KeyError::NotPublic { found: KeyFormat::Pkcs8 });
            assert_eq!(made, not_public, "{case}");
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn an_algorithm_accepts_only_its_type_of_jwk() {
    const JWKS: &[(&str, KeyType)] = &[
        ("hs256", KeyType::Secret),
        ("hs384", KeyType::Secret),
        ("hs512", KeyType::Secret),
        ("rsa2048", KeyType::Rsa),
        ("p256", KeyType::Ec(Curve::P256)),
        ("p384", KeyType::Ec(Curve::P384)),
        ("p521", KeyType::Ec(Curve::P521)),
        ("secp256k1", KeyType::Ec(Curve::Secp256k1)),
        ("ed25519", KeyType::Ec(Curve::Ed25519)),
    ];
    const FOREIGN: &[(&str, KeyType)] = &[
        (r#"{"kty":"EC","crv":"P-192","x":"AA","y":"AA"}"#, KeyType::EcOther),
        (r#"{"kty":"EC","crv":"p-256","x":"AA","y":"AA"}"#, KeyType::EcOther),
        (r#"{"kty":"OKP","crv":"Ed448","x":"AA"}"#, KeyType::Ed448),
        (
            r#"{"kty":"OKP","crv":"X25519","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}"#,
            KeyType::X25519,
        ),
        (r#"{"kty":"OKP","crv":"X448","x":"AA"}"#, KeyType::X448),
        (r#"{"kty":"OKP","crv":"Ed999","x":"AA"}"#, KeyType::Unknown),
        (r#"{"kty":"AKP","pub":"AA"}"#, KeyType::Unknown),
    ];

    for &algorithm in Algorithm::ALL {
        let len = algorithm.hash().output_len();
        for &(name, found) in JWKS {
            let private = jwk(&format!("{name}.jwk.json"));
            let wrong = KeyError::WrongKeyType { algorithm, found, format: KeyFormat::Jwk };
            let secret_len = path(&format!("{name}.bin")).metadata().map_or(0, |file| file.len() as usize);
            let expected = match found {
                // A secret of another length may be too short or long enough (RFC 7518 §3.2).
                KeyType::Secret if algorithm.is_symmetric() && secret_len < len => {
                    Some(KeyError::ShortSecret { algorithm, min: len, found: secret_len })
                }
                _ if found == wanted(algorithm) => None,
                _ => Some(wrong.clone()),
            };
            let case = format!("{algorithm} {name}");
            assert_eq!(SigningKey::from_jwk(algorithm, &private).err(), expected, "{case}");

            let not_public = Some(KeyError::NotPublic { found: KeyFormat::Jwk });
            let made = VerifyingKey::from_jwk(algorithm, &private).err();
            assert_eq!(made, if found == KeyType::Secret { expected.clone() } else { not_public }, "{case}");
            if found != KeyType::Secret {
                let public = jwk(&format!("{name}.pub.jwk.json"));
                assert_eq!(VerifyingKey::from_jwk(algorithm, &public).err(), expected, "{case}");
                let not_private = KeyError::NotPrivate { found: KeyFormat::Jwk };
                let expected = expected.unwrap_or(not_private);
                assert_eq!(SigningKey::from_jwk(algorithm, &public).err(), Some(expected), "{case}");
            }
        }
        for &(json, found) in FOREIGN {
            let jwk = json.parse::<Jwk>().unwrap();
            let wrong = Some(KeyError::WrongKeyType { algorithm, found, format: KeyFormat::Jwk });
            assert_eq!(VerifyingKey::from_jwk(algorithm, &jwk).err(), wrong, "{algorithm} {json}");
            assert_eq!(SigningKey::from_jwk(algorithm, &jwk).err(), wrong, "{algorithm} {json}");
        }
    }
}

#[test]
fn a_secret_of_bytes_is_for_hmac_only() {
    for &algorithm in Algorithm::ALL {
        let wrong = KeyError::WrongKeyType { algorithm, found: KeyType::Secret, format: KeyFormat::Bytes };
        let expected = (!algorithm.is_symmetric()).then_some(wrong);
        for secret in [&[7; 64][..], &[7; 65], &[7; 1000]] {
            assert_eq!(SigningKey::hmac(algorithm, secret).err(), expected);
            assert_eq!(VerifyingKey::hmac(algorithm, secret).err(), expected);
            assert_eq!(SigningKey::hmac_dangerously_short(algorithm, secret).err(), expected);
            assert_eq!(VerifyingKey::hmac_dangerously_short(algorithm, secret).err(), expected);
        }
    }
}

/// RFC 8725 §2.1: with the public key as the secret, anyone could sign.
#[test]
fn a_key_is_rejected_as_a_secret() {
    for &algorithm in Algorithm::ALL.iter().filter(|algorithm| algorithm.is_symmetric()) {
        for &(name, _) in PEMS {
            for file in [format!("{name}.spki.pem"), format!("{name}.pkcs8.pem")] {
                let secret = read(&file);
                let refused = Some(KeyError::SecretLooksLikeKey { format: KeyFormat::Pem });
                assert_eq!(SigningKey::hmac(algorithm, &secret).err(), refused, "{file}");
                assert_eq!(VerifyingKey::hmac(algorithm, &secret).err(), refused, "{file}");
                assert_eq!(VerifyingKey::hmac_dangerously_short(algorithm, &secret).err(), refused, "{file}");
            }
        }
        for (file, form) in [
            ("rsa2048.spki.der", KeyFormat::Spki),
            ("rsa2048.pkcs1-public.der", KeyFormat::Pkcs1Public),
            ("rsa2048.pkcs8.der", KeyFormat::Pkcs8),
            ("rsa2048.cert.der", KeyFormat::Certificate),
            ("p256.sec1.der", KeyFormat::Sec1),
            ("p256.spki.der", KeyFormat::Spki),
            ("rsa2048.pub.jwk.json", KeyFormat::Jwk),
            ("ssh-ed25519.openssh-public.txt", KeyFormat::OpenSshPublic),
        ] {
            let secret = read(file);
            let refused = Some(KeyError::SecretLooksLikeKey { format: form });
            assert_eq!(SigningKey::hmac(algorithm, &secret).err(), refused, "{file}");
            assert_eq!(VerifyingKey::hmac(algorithm, &secret).err(), refused, "{file}");
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_key_below_the_smallest_size_is_refused() {
    for &algorithm in Algorithm::ALL {
        match algorithm.family() {
            Family::Hmac => {
                let min = algorithm.min_key_bits() / 8;
                assert_eq!(min, algorithm.hash().output_len());
                let expect = |secret: &[u8], usual: Option<KeyError>, short: Option<KeyError>| {
                    assert_eq!(SigningKey::hmac(algorithm, secret).err(), usual);
                    assert_eq!(VerifyingKey::hmac(algorithm, secret).err(), usual);
                    assert_eq!(SigningKey::hmac_dangerously_short(algorithm, secret).err(), short);
                    assert_eq!(VerifyingKey::hmac_dangerously_short(algorithm, secret).err(), short);
                };
                for found in [1, min - 1] {
                    expect(&vec![7; found], Some(KeyError::ShortSecret { algorithm, min, found }), None);
                }
                expect(&vec![7; min], None, None);
                expect(&[], Some(KeyError::EmptySecret), Some(KeyError::EmptySecret));
            }
            Family::RsaPkcs1 | Family::RsaPss => {
                assert_eq!(algorithm.min_key_bits(), 2048);
                for (name, expected) in [
                    ("rsa1024", Some(KeyError::RsaModulusSize { bits: 1024 })),
                    ("rsa2048-e3", Some(KeyError::RsaExponent)),
                    ("rsa2048", None),
                    ("rsa3072", None),
                    ("rsa4096", None),
                ] {
                    let private = read(&format!("{name}.pkcs8.pem"));
                    assert_eq!(SigningKey::from_pem(algorithm, private).err(), expected, "{name}");
                    let public = read(&format!("{name}.spki.pem"));
                    assert_eq!(VerifyingKey::from_pem(algorithm, public).err(), expected, "{name}");
                }
            }
            // RFC 7518 §6.2.1.2, RFC 8037 §2: a coordinate must have the length of the field.
            _ => {
                let curve = algorithm.curve().unwrap();
                let len = curve.field_len();
                assert_eq!(algorithm.min_key_bits().div_ceil(8), len);
                for found in [0, 1, len - 1, len + 1] {
                    let x = base64url::encode(vec![7; found]);
                    let kty = algorithm.key_type();
                    let jwk = format!(r#"{{"kty":"{kty}","crv":"{curve}","x":"{x}","y":"{x}"}}"#);
                    let refused = jwk.parse::<Jwk>().err();
                    assert_eq!(refused, Some(KeyError::InvalidMember { member: "x" }), "{algorithm} {found}");
                }
            }
        }
    }
}
