//! The behaviour of a build without some features. Runs in every configuration.

use jotwell::algorithm::Family;
use jotwell::{Algorithm, Backend, Jwk, JwkSet, KeyError, KeyFormat, SigningKey, VerifyingKey};

/// Returns whether this build can sign with keys of that algorithm.
fn signs(algorithm: Algorithm) -> bool {
    match algorithm.family() {
        Family::RsaPkcs1 | Family::RsaPss => cfg!(feature = "rsa"),
        _ => verifies(algorithm),
    }
}

fn verifies(algorithm: Algorithm) -> bool {
    match algorithm.family() {
        Family::Hmac => cfg!(feature = "hmac"),
        Family::RsaPkcs1 | Family::RsaPss => cfg!(feature = "rsa-verify"),
        Family::Ecdsa => cfg!(feature = "ecdsa"),
        Family::Eddsa => cfg!(feature = "eddsa"),
        other => panic!("{other:?} has no feature"),
    }
}

#[test]
fn a_disabled_algorithm_exists_and_returns_an_error() {
    let jwk: Jwk = r#"{"kty":"AKP"}"#.parse().expect("a JWK");
    for algorithm in Algorithm::ALL {
        let errors = [
            (signs(*algorithm), SigningKey::from_jwk(*algorithm, &jwk).unwrap_err()),
            (verifies(*algorithm), VerifyingKey::from_jwk(*algorithm, &jwk).unwrap_err()),
        ];
        for (enabled, error) in errors {
            let disabled = error == KeyError::Disabled { algorithm: *algorithm };
            let wrong_kind = matches!(error, KeyError::WrongKeyType { format: KeyFormat::Jwk, .. });
            assert!(if enabled { wrong_kind } else { disabled }, "{error}");
        }
    }
}

/// Returns why keys cannot be moved to a backend in this build.
fn unavailable(backend: Backend) -> Option<KeyError> {
    match (backend.is_enabled(), backend.is_available()) {
        (false, _) => Some(KeyError::BackendDisabled { backend }),
        (true, false) => Some(KeyError::UnsupportedProcessor { backend }),
        (true, true) => None,
    }
}

#[test]
fn a_disabled_backend_exists_and_returns_an_error() {
    assert!(Backend::RustCrypto.is_enabled());
    assert_eq!(Backend::AwsLcRs.is_enabled(), cfg!(feature = "aws-lc-rs"));
    assert_eq!(Backend::Graviola.is_enabled(), cfg!(feature = "graviola"));
    for &backend in Backend::ALL {
        // An empty set too, since keys may be added to it later.
        assert_eq!(JwkSet::default().with_backend(backend).err(), unavailable(backend));
    }
    let error = KeyError::BackendDisabled { backend: Backend::AwsLcRs };
    assert_eq!(
        error.to_string(),
        "the backend aws-lc-rs is switched off in this build: enable the feature of that name"
    );
}

#[cfg(feature = "std")]
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_key_moves_only_to_backends_that_have_its_algorithm() {
    for &algorithm in Algorithm::ALL {
        if !signs(algorithm) || algorithm.key_type() == "RSA" {
            continue;
        }
        let key = SigningKey::generate(algorithm).expect("a key");
        assert_eq!(key.backend(), Backend::RustCrypto);
        for &backend in Backend::ALL {
            let unsupported = (!algorithm.runs_on(backend))
                .then_some(KeyError::UnsupportedByBackend { backend, algorithm });
            let expected = unavailable(backend).or(unsupported);
            assert_eq!(key.clone().with_backend(backend).err(), expected);
            assert_eq!(key.verifying_key().with_backend(backend).err(), expected);
            if expected.is_none() {
                assert_eq!(key.clone().with_backend(backend).expect("a key").backend(), backend);
            }
        }
    }
}

#[cfg(feature = "std")]
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn keys_are_generated_for_what_is_enabled() {
    for algorithm in Algorithm::ALL {
        // Searching for RSA primes takes seconds without optimization.
        if signs(*algorithm) && algorithm.key_type() != "RSA" {
            assert_eq!(SigningKey::generate(*algorithm).expect("a key").algorithm(), *algorithm);
        }
        if !signs(*algorithm) {
            let error = SigningKey::generate(*algorithm).unwrap_err();
            assert_eq!(error, KeyError::Disabled { algorithm: *algorithm });
        }
    }
}

#[cfg(all(feature = "std", feature = "rsa"))]
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_generated_rsa_key_signs() {
    let key = SigningKey::generate(Algorithm::PS256).expect("a key");
    let signature = key.sign(b"message").expect("a signature");
    assert_eq!(signature.len(), 256);
    assert_eq!(key.verifying_key().verify(b"message", &signature), Ok(()));
}

/// The file of a key in `vectors/interop/keys`, as a JWK.
#[cfg(any(all(not(feature = "std"), feature = "rsa"), all(feature = "rsa-verify", not(feature = "rsa"))))]
fn jwk(name: &str) -> Jwk {
    let path = format!("{}/vectors/interop/keys/{name}.jwk.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect(name).parse().expect("a JWK")
}

/// Private keys are rejected, and not treated as public keys.
#[cfg(all(feature = "rsa-verify", not(feature = "rsa")))]
#[test]
fn a_build_that_only_verifies_rsa_rejects_private_keys() {
    for algorithm in [Algorithm::RS256, Algorithm::PS256] {
        let disabled = KeyError::Disabled { algorithm };
        assert_eq!(SigningKey::from_jwk(algorithm, &jwk("rsa2048")).unwrap_err(), disabled);
        assert_eq!(SigningKey::from_jwk(algorithm, &jwk("rsa2048.pub")).unwrap_err(), disabled);
        let private = KeyError::NotPublic { found: KeyFormat::Jwk };
        assert_eq!(VerifyingKey::from_jwk(algorithm, &jwk("rsa2048")).unwrap_err(), private);
        let key = VerifyingKey::from_jwk(algorithm, &jwk("rsa2048.pub")).expect("a key");
        assert!(key.verify(b"message", &[1; 256]).is_err());
    }
}

/// A signature that is not blinded leaks the key (RUSTSEC-2023-0071), so signing fails.
#[cfg(all(not(feature = "std"), feature = "rsa"))]
#[test]
fn rsa_signs_nothing_without_randomness() {
    for algorithm in [Algorithm::RS256, Algorithm::PS256] {
        let key = SigningKey::from_jwk(algorithm, &jwk("rsa2048")).expect("a key");
        assert_eq!(key.sign(b"message").unwrap_err(), jotwell::SignError::Randomness);
    }
}
