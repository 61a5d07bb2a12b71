//! All backends behave the same: each verifies what another signs, and rejects what another rejects.

use std::time::Duration;

use crate::attacks_common::backends_of;
use jotwell::{
    Algorithm, Audience, Backend, Claims, Issuer, Jwk, JwkSet, KeyError, KeyRing, KeyRotationPolicy,
    NoClaims, NumericDate, SignError, SigningKey, Validator, VerifyError, VerifyingKey, base64url,
};

const MESSAGE: &[u8] = b"an arbitrary message";

fn vector(file: &str) -> Vec<u8> {
    let path = format!("{}/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns all pairs of backends that have the algorithm, including pairs of the same one.
fn pairs(algorithm: Algorithm) -> impl Iterator<Item = (Backend, Backend)> {
    let backends = backends_of(algorithm);
    backends.clone().flat_map(move |one| backends.clone().map(move |other| (one, other)))
}

/// Returns a new key; for RSA, where creating one takes seconds, stored ones of every size.
fn keys(algorithm: Algorithm) -> Vec<SigningKey> {
    let kept = |name| SigningKey::from_pem(algorithm, vector(&format!("interop/keys/{name}.pkcs8.pem")));
    match algorithm.key_type() {
        "RSA" => ["rsa2048", "rsa3072", "rsa4096"].map(kept).into_iter().map(Result::unwrap).collect(),
        _ => vec![SigningKey::generate(algorithm).unwrap()],
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_key_is_on_the_default_backend_until_it_is_moved() {
    assert_eq!(Backend::default(), Backend::RustCrypto);
    for &algorithm in Algorithm::ALL {
        for key in keys(algorithm) {
            assert_eq!(key.backend(), Backend::RustCrypto);
            assert_eq!(key.verifying_key().backend(), Backend::RustCrypto);
            let again = SigningKey::from_jwk(algorithm, &key.to_jwk()).unwrap();
            assert_eq!(again.backend(), Backend::RustCrypto);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_token_signed_on_one_backend_verifies_on_the_other() {
    for &algorithm in Algorithm::ALL {
        for key in keys(algorithm) {
            for (signs, verifies) in pairs(algorithm) {
                let signing = key.clone().with_backend(signs).unwrap();
                let verifying = key.verifying_key().with_backend(verifies).unwrap();
                assert_eq!((signing.backend(), verifying.backend()), (signs, verifies));
                let token = Claims::new(NoClaims)
                    .issuer("https://auth.example")
                    .audience("orders-api")
                    .expires_in(Duration::from_secs(900))
                    .sign(&signing)
                    .unwrap();
                let issuer = Issuer::is("https://auth.example");
                let validator = Validator::new(verifying, issuer, Audience::is("orders-api"));
                assert!(validator.verify::<Claims>(&token).is_ok(), "{algorithm} {signs} {verifies}");

                let (input, signature) = token.rsplit_once('.').unwrap();
                let mut signature = base64url::decode(signature).unwrap();
                *signature.last_mut().unwrap() ^= 1;
                let changed = format!("{input}.{}", base64url::encode(signature));
                let error = validator.verify::<Claims>(&changed).unwrap_err();
                assert_eq!(error, VerifyError::InvalidSignature, "{algorithm} {signs} {verifies}");
            }
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_moved_key_is_the_same_key() {
    for &algorithm in Algorithm::ALL {
        for key in keys(algorithm) {
            let key = key.with_key_id("2026-11");
            for backend in backends_of(algorithm) {
                let moved = key.clone().with_backend(backend).unwrap();
                assert_eq!(moved.backend(), backend);
                assert_eq!(moved.verifying_key().backend(), backend);
                assert_eq!((moved.key_id(), moved.algorithm()), (Some("2026-11"), algorithm));
                let renamed = moved.clone().with_key_id("2026-12");
                assert_eq!(renamed.backend(), backend);
                assert_eq!(renamed.verifying_key().with_key_id("2027-01").backend(), backend);
                if !algorithm.is_symmetric() {
                    assert_eq!(moved.clone().with_thumbprint_key_id().unwrap().backend(), backend);
                }
                let private = |key: &SigningKey| key.to_jwk().to_json_with_private_members().unwrap();
                assert_eq!(private(&moved), private(&key));
                assert_eq!(moved.to_private_pem(), key.to_private_pem());
                assert_eq!(moved.verifying_key().to_pem(), key.verifying_key().to_pem());
                assert_eq!(format!("{moved:?}"), format!("{key:?}"));

                let back = moved.with_backend(Backend::RustCrypto).unwrap();
                assert_eq!(back.backend(), Backend::RustCrypto);
                assert_eq!(private(&back), private(&key));
                let back = key.verifying_key().with_backend(backend).unwrap();
                let back = back.with_backend(Backend::RustCrypto).unwrap();
                assert_eq!(back.verify(MESSAGE, &key.sign(MESSAGE).unwrap()), Ok(()));
            }
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn signatures_without_randomness_are_the_same_everywhere() {
    for &algorithm in Algorithm::ALL {
        // RFC 6979 concerns signing, not verification, and only the default backend follows it without added
        // randomness.
        if !algorithm.is_deterministic() || algorithm.key_type() == "EC" {
            continue;
        }
        for key in keys(algorithm) {
            let expected = key.sign(MESSAGE).unwrap();
            for backend in backends_of(algorithm) {
                let moved = key.clone().with_backend(backend).unwrap();
                assert_eq!(moved.sign(MESSAGE).unwrap(), expected, "{algorithm} {backend}");
            }
        }
    }
}

#[test]
fn a_secret_that_is_short_on_purpose_can_be_moved() {
    for backend in backends_of(Algorithm::HS256) {
        let key = SigningKey::hmac_dangerously_short(Algorithm::HS256, b"short").unwrap();
        let moved = key.clone().with_backend(backend).unwrap();
        assert_eq!(moved.sign(MESSAGE), key.sign(MESSAGE));
    }
}

/// A public key of full order with a component of order eight: the sum of the point of order eight below and the base
/// point times a scalar a. For S = k·a the equation of RFC 8032 §5.1.7 leaves −k times that point as R, so each of the
/// eight points of small order is right for one message in eight.
const MIXED_ORDER_KEY: &str = "7e24d87f5ce7af395fd23873f251ee339eb68f4d1d04338bab14b23160453c20";

/// Message, R, S.
const SMALL_ORDER: [(&str, &str, &str); 8] = [
    (
        "4",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "d8e67b5692cf7b40873adb3cd3c41269faefe2a0dd709e186daa1c58d41ba304",
    ),
    (
        "13",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "94a99e362ac0871ca5709cde783e210aec80b40f77411aaa1d9e1ae6b9fad503",
    ),
    (
        "4",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "83bbe35b7d02c6e25e8904d5034a2f0a916419abee2557c259442a7909cf6502",
    ),
    (
        "6",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "431d9dbf0476f2c2f18ca427170a0d256c5a424fb9a881fca9fb1e0ddc0b8205",
    ),
    (
        "5",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "f155cd5cd689d6fd39b5fd7d29688ea62b37a6d62ae73019631ce80c74775003",
    ),
    (
        "6",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "e7c8aa2bf28c507420818c98262a80100b1de24adcde403f5e86429b3ff12c02",
    ),
    (
        "1",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "571465a2b643bc5cf076c0fd1134d14cc8980f4aa77b1bee1d58a1be54b3b507",
    ),
    (
        "0",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "9161976f37c5e95517e5fe552dbb0a064d63c9d5f7953c2a826a3551937e550f",
    ),
];

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn no_backend_accepts_an_ed25519_signature_with_r_of_small_order() {
    let x = base64url::encode(unhex(MIXED_ORDER_KEY));
    let jwk: Jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#).parse().unwrap();
    for algorithm in [Algorithm::EdDSA, Algorithm::Ed25519] {
        for backend in backends_of(algorithm) {
            let key = VerifyingKey::from_jwk(algorithm, &jwk).unwrap().with_backend(backend).unwrap();
            for (message, r, s) in SMALL_ORDER {
                let verdict = key.verify(message.as_bytes(), &unhex(&[r, s].concat()));
                assert_eq!(verdict, Err(VerifyError::InvalidSignature), "{backend} {r}");
            }
        }
    }
}

/// Numbers that pass every check of a key but make wrong signatures. None is returned, since a wrong RSA signature
/// reveals the factors.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn no_backend_returns_a_wrong_rsa_signature() {
    let jwk = Jwk::from_json(vector("rsa-composite.jwk.json")).unwrap();
    for algorithm in [Algorithm::RS256, Algorithm::PS256] {
        let key = SigningKey::from_jwk(algorithm, &jwk).unwrap();
        for backend in backends_of(algorithm) {
            let refused = key.clone().with_backend(backend).unwrap().sign(MESSAGE);
            assert_eq!(refused, Err(SignError::Backend { backend }), "{algorithm}");
        }
    }
    let error = SignError::Backend { backend: Backend::AwsLcRs };
    assert!(error.to_string().starts_with("the backend aws-lc-rs could not sign: "), "{error}");
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_set_is_moved_as_a_whole() {
    let public = || Algorithm::ALL.iter().copied().filter(|algorithm| !algorithm.is_symmetric());
    for backend in Backend::ALL.iter().copied().filter(|backend| backend.is_available()) {
        let mut signing = Vec::new();
        for algorithm in public().filter(|algorithm| algorithm.runs_on(backend)) {
            signing.extend(keys(algorithm).into_iter().map(|key| key.with_thumbprint_key_id().unwrap()));
        }
        let set = JwkSet::from_keys(signing.iter().map(SigningKey::verifying_key)).unwrap();
        let moved = set.clone().with_backend(backend).unwrap();
        assert_eq!(moved.len(), set.len());
        assert_eq!(moved.to_json(), set.to_json());
        assert!(moved.keys().iter().all(|key| key.backend() == backend));
        let verifier = jotwell::jws::Verifier::new(moved);
        for key in &signing {
            let token = jotwell::jws::sign(MESSAGE, key).unwrap();
            assert_eq!(*verifier.verify(&token).unwrap(), MESSAGE, "{key:?}");
        }
        assert!(JwkSet::default().with_backend(backend).unwrap().is_empty());

        // One key with an algorithm that the backend does not have is enough.
        if let Some(algorithm) = public().find(|algorithm| !algorithm.runs_on(backend)) {
            signing.extend(keys(algorithm));
            let set = JwkSet::from_keys(signing.iter().map(SigningKey::verifying_key)).unwrap();
            let expected = KeyError::UnsupportedByBackend { backend, algorithm };
            assert_eq!(set.with_backend(backend).err(), Some(expected));
        }
    }
}

#[test]
fn a_ring_stays_where_it_was_moved() {
    let rotation = KeyRotationPolicy::new()
        .publish_ahead(Duration::from_secs(300))
        .token_lifetime(Duration::from_secs(900))
        .leeway(Duration::from_secs(60));
    let mut now = NumericDate::from_secs(1_800_000_000);
    for backend in backends_of(Algorithm::ES256) {
        let mut ring = KeyRing::generate(Algorithm::ES256, rotation, now).unwrap();
        now = ring.ready_at();
        ring.rotate(now).unwrap();
        let published = ring.published(now).unwrap();
        let mut ring = ring.with_backend(backend).unwrap();
        assert_eq!(ring.published(now).unwrap().to_json(), published.to_json());
        for _ in 0..3 {
            assert_eq!(ring.signing_key().backend(), backend);
            let published = ring.published(now).unwrap();
            assert_eq!(published.len(), 3);
            assert!(published.keys().iter().all(|key| key.backend() == backend));
            now = now.saturating_add(Duration::from_secs(86_400));
            ring.rotate(now).unwrap();
        }
        let read = KeyRing::from_json(ring.to_json_with_private_members().unwrap()).unwrap();
        assert_eq!(read.signing_key().backend(), Backend::RustCrypto);
    }
}

/// Public RSA keys that are valid but rare. If a backend does not accept one, the result is an error, never a key that
/// rejects each signature.
#[test]
fn a_backend_names_the_rsa_keys_that_it_does_not_accept() {
    let jwk = |n: &[u8], e: &[u8]| -> Jwk {
        let (n, e) = (base64url::encode(n), base64url::encode(e));
        format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#).parse().unwrap()
    };
    let modulus = |bits: usize| {
        let mut modulus = vec![0xff; bits.div_ceil(8)];
        modulus[0] >>= 8 * modulus.len() - bits;
        modulus
    };
    for algorithm in [Algorithm::RS256, Algorithm::PS256] {
        for backend in backends_of(algorithm) {
            let moved = |jwk| VerifyingKey::from_jwk(algorithm, &jwk).unwrap().with_backend(backend).err();
            let rejected = KeyError::RejectedByBackend { backend, algorithm };
            let expected = (backend == Backend::Graviola).then_some(rejected);
            for bits in [2049, 2055, 2056, 2112, 3071, 4032, 4095] {
                assert_eq!(moved(jwk(&modulus(bits), &[1, 0, 1])), expected, "{backend} {bits}");
            }
            for bits in [2048, 2176, 3072, 4096] {
                assert_eq!(moved(jwk(&modulus(bits), &[1, 0, 1])), None, "{backend} {bits}");
            }
            assert_eq!(moved(jwk(&modulus(2048), &[1, 0, 0, 0, 1])), expected, "{backend}");
            assert_eq!(moved(jwk(&modulus(2048), &[0xff; 4])), None, "{backend}");
        }
    }
}

/// RFC 8017 §3.2 leaves the order of the primes open. The second one of this key is larger by a third.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn every_backend_signs_with_a_key_whose_second_prime_is_larger() {
    let jwk = Jwk::from_json(vector("rsa-larger-second-prime.jwk.json")).unwrap();
    let key = SigningKey::from_jwk(Algorithm::RS256, &jwk).unwrap();
    let private = |key: &SigningKey| key.to_jwk().to_json_with_private_members().unwrap();
    for backend in backends_of(Algorithm::RS256) {
        let moved = key.clone().with_backend(backend).unwrap();
        assert_eq!(private(&moved), private(&key), "{backend}");
        for message in 0..100_u8 {
            let signature = moved.sign(&[message]).unwrap_or_else(|error| panic!("{backend}: {error}"));
            assert_eq!(key.verifying_key().verify(&[message], &signature), Ok(()), "{backend}");
        }
    }
}

/// Graviola would panic on such a processor. Its debug builds, which tests use, read from the environment which
/// instructions to ignore, so the test runs itself again.
#[cfg(all(feature = "graviola", target_arch = "x86_64", not(miri)))]
#[test]
fn a_backend_names_a_processor_that_it_cannot_run_on() {
    const WITHOUT: &str = "GRAVIOLA_CPU_DISABLE_avx2";
    let backend = Backend::Graviola;
    if std::env::var_os(WITHOUT).is_none() {
        let test = "backend::a_backend_names_a_processor_that_it_cannot_run_on";
        let again = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test])
            .env(WITHOUT, "1")
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&again.stdout);
        assert!(again.status.success() && output.contains("1 passed"), "{output}");
        return;
    }
    assert!(backend.is_enabled() && !backend.is_available());
    let expected = Some(KeyError::UnsupportedProcessor { backend });
    for algorithm in [Algorithm::ES256, Algorithm::ES512, Algorithm::HS256] {
        let key = SigningKey::generate(algorithm).unwrap();
        assert_eq!(key.verifying_key().with_backend(backend).err(), expected);
        assert_eq!(key.with_backend(backend).err(), expected);
    }
    assert_eq!(JwkSet::default().with_backend(backend).err(), expected);
}

/// If nothing may be skipped, each backend of the build must be tested.
#[test]
fn every_backend_of_the_build_is_tested_if_nothing_may_be_skipped() {
    for backend in Backend::ALL.iter().filter(|backend| backend.is_enabled()) {
        let skipped = std::env::var_os("JOTWELL_TESTS_SKIP_NOTHING").is_some() && !backend.is_available();
        assert!(!skipped, "{backend} does not run on this processor");
    }
}
