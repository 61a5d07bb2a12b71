//! Keys on a backend other than the default one.

use jotwell::jwe::{ContentEncryption, Decrypter, Header, JsonEncrypter, KeyManagement, KeyRing, SharedKey};
use jotwell::{Backend, KeyError};

use super::common::{default_keys, every_key, on_every_backend};

const ENC: [ContentEncryption; 2] = [ContentEncryption::A192GCM, ContentEncryption::A192CbcHs384];

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_key_is_on_the_default_backend_until_it_is_moved() {
    for key in default_keys(&ENC) {
        assert_eq!(
            (key.backend(), key.encrypting_key().backend()),
            (Backend::RustCrypto, Backend::RustCrypto)
        );
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_moved_key_is_the_same_key() {
    for key in default_keys(&ENC) {
        let key = key.with_key_id("2026-11");
        for moved in on_every_backend(&key) {
            let (name, backend) = (key.algorithm().name(), moved.backend());
            assert_eq!(moved.encrypting_key().backend(), backend, "{name}");
            assert_eq!((moved.key_id(), moved.algorithm()), (Some("2026-11"), key.algorithm()));
            assert_eq!(moved.encryptions(), key.encryptions());
            assert_eq!(moved.clone().with_key_id("2026-12").backend(), backend);
            let json = |jwk: jotwell::Jwk| jwk.to_json_with_private_members().expect("JSON");
            assert_eq!(json(moved.to_jwk()), json(key.to_jwk()), "{name}");
            let (encrypting, original) = (moved.encrypting_key(), key.encrypting_key());
            assert_eq!(json(encrypting.to_jwk()), json(original.to_jwk()), "{name}");
            assert_eq!(format!("{moved:?} {encrypting:?}"), format!("{key:?} {original:?}"));
            let again = original.with_backend(backend).expect(name);
            assert_eq!((again.backend(), again.key_id()), (backend, Some("2026-11")), "{name}");

            let back = moved.clone().with_backend(Backend::RustCrypto).expect(name);
            assert_eq!(back.backend(), Backend::RustCrypto);
            let token = moved.encrypting_key().encrypt(b"content").expect(name);
            assert_eq!(**Decrypter::new(back).decrypt(&token).expect(name), *b"content");
        }
    }
}

/// AWS-LC lacks AES Key Wrap with 192 bits; there is no fallback to the default.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn an_unsupported_algorithm_is_named_when_the_key_is_moved() {
    let lacking = ["A192KW", "ECDH-ES+A192KW", "PBES2-HS384+A192KW"];
    for key in default_keys(&ENC) {
        let algorithm = key.algorithm();
        assert_eq!(algorithm.runs_on(Backend::AwsLcRs), !lacking.contains(&algorithm.name()), "{algorithm}");
        assert!(algorithm.runs_on(Backend::RustCrypto) && !algorithm.runs_on(Backend::Graviola));
        for backend in [Backend::AwsLcRs, Backend::Graviola] {
            let expected = match (backend.is_enabled(), backend.is_available()) {
                (false, _) => Some(KeyError::BackendDisabled { backend }),
                (true, false) => Some(KeyError::UnsupportedProcessor { backend }),
                (true, true) => (!algorithm.runs_on(backend))
                    .then_some(KeyError::EncryptionUnsupportedByBackend { backend, algorithm }),
            };
            assert_eq!(key.clone().with_backend(backend).err(), expected, "{algorithm}");
            assert_eq!(key.encrypting_key().with_backend(backend).err(), expected, "{algorithm}");
            if algorithm.is_symmetric() {
                let shared = SharedKey::generate(algorithm, key.encryptions()).expect("a key");
                assert_eq!(shared.with_backend(backend).err(), expected, "{algorithm}");
            }
        }
    }
}

#[test]
fn a_shared_key_moves_with_both_halves() {
    for algorithm in [KeyManagement::Dir, KeyManagement::A128KW, KeyManagement::A192GCMKW] {
        let key = SharedKey::generate(algorithm, &ENC[..1]).expect("a key").with_key_id("2026-11");
        for &backend in Backend::ALL.iter().filter(|it| it.is_available() && algorithm.runs_on(**it)) {
            let moved = key.clone().with_backend(backend).expect("a key");
            assert_eq!((moved.backend(), moved.key_id()), (backend, Some("2026-11")));
            assert_eq!(moved.header().to_json(), key.header().to_json());
            for (encrypts, decrypts) in [(&key, &moved), (&moved, &key), (&moved, &moved)] {
                let token = encrypts.encrypt(b"content").expect("a token");
                assert_eq!(**Decrypter::new(decrypts).verify(&token).expect("verified"), *b"content");
            }
            let ring = KeyRing::new([moved]).expect("a ring");
            let token = ring.encrypt(b"content").expect("a token");
            assert_eq!(**Decrypter::new(&ring).verify(&token).expect("verified"), *b"content");
        }
    }
}

/// The content key is common to all recipients, each of which may be on another backend.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn recipients_of_one_message_may_be_on_different_backends() {
    for enc in ENC {
        let keys: Vec<_> = every_key(&[enc])
            .into_iter()
            .filter(|key| key.algorithm().name().ends_with("KW") && !key.algorithm().is_password_based())
            .collect();
        for pair in keys.windows(2) {
            let encrypter = pair
                .iter()
                .fold(JsonEncrypter::new(enc), |encrypter, key| encrypter.recipient(key.encrypting_key()));
            let message = encrypter.encrypt(b"content").expect("a message");
            for (index, key) in pair.iter().enumerate() {
                let named = key.clone().with_key_id(index.to_string());
                let decrypted = Decrypter::new(named).decrypt_json(&message);
                assert_eq!(**decrypted.expect("decrypted"), *b"content", "{}", key.algorithm());
            }
        }
    }
}

/// Header parameters are part of the key agreement in the same way.
#[test]
fn party_information_is_agreed_on_across_backends() {
    let keys = every_key(&[ContentEncryption::A256GCM]);
    for key in keys.iter().filter(|key| key.algorithm() == KeyManagement::EcdhEs) {
        let header = Header::for_key(&key.encrypting_key()).with_party_info("Alice", "Bob");
        let token = key.encrypting_key().encrypt_with(b"content", &header).expect("a token");
        for other in on_every_backend(key) {
            assert_eq!(**Decrypter::new(other).decrypt(&token).expect("decrypted"), *b"content");
        }
    }
}
