//! Key rings: an active key and its predecessors.

use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, KeyManagement, KeyRing, SharedKey};
use jotwell::{KeyError, VerifyError};

const ENC: [ContentEncryption; 1] = [ContentEncryption::A256GCM];

fn shared(name: &str) -> SharedKey {
    SharedKey::generate(KeyManagement::Dir, &ENC).expect("a key").with_key_id(name.to_owned())
}

#[test]
fn only_the_active_key_encrypts() {
    let mut ring = KeyRing::new([shared("a"), shared("b")]).expect("a ring");
    for name in ["a", "c", "d"] {
        if name != "a" {
            ring.rotate(shared(name)).expect("rotated");
        }
        let token = ring.encrypt(b"content").expect("a token");
        let verified = Decrypter::new(&ring).verify(&token).expect("verified");
        assert_eq!(verified.header().key_id(), Some(name));
    }
    let retiring: Vec<_> = ring.retiring().iter().map(SharedKey::key_id).collect();
    assert_eq!(retiring, [Some("c"), Some("a"), Some("b")]);
}

#[test]
fn two_keys_that_tokens_cannot_distinguish_are_rejected() {
    let ring = KeyRing::new([shared("a"), shared("a")]).map(drop);
    assert_eq!(ring, Err(KeyError::DuplicateKeyId));
    let mut ring = KeyRing::new([shared("a")]).expect("a ring");
    assert_eq!(ring.rotate(shared("a")), Err(KeyError::DuplicateKeyId));
    assert_eq!(ring.active().key_id(), Some("a"));
    assert!(ring.retiring().is_empty());
    // The same name with another algorithm is another key.
    let other = SharedKey::generate(KeyManagement::A256KW, &ENC).expect("a key").with_key_id("a");
    assert!(ring.rotate(other).is_ok());
    assert!(KeyRing::<SharedKey>::new([]).is_err());
}

#[test]
fn a_token_selects_a_key_by_kid_then_by_algorithm() {
    let key = |algorithm, name: &str| {
        DecryptingKey::generate(algorithm, &ENC).expect("a key").with_key_id(name.to_owned())
    };
    let (a, b) = (key(KeyManagement::A256KW, "a"), key(KeyManagement::A256GCMKW, "b"));
    let ring = KeyRing::new([a.clone(), b.clone()]).expect("a ring");
    let decrypter = Decrypter::new(&ring);
    for key in [&a, &b] {
        let named = key.encrypting_key().encrypt(b"content").expect("a token");
        assert!(decrypter.decrypt(&named).is_ok());
        // Without a name, the only key of the algorithm.
        let header = jotwell::jwe::Header::new(key.algorithm(), ENC[0]);
        let unnamed = key.encrypting_key().encrypt_with(b"content", &header).expect("a token");
        assert!(decrypter.decrypt(&unnamed).is_ok());
        let renamed = key.encrypting_key().with_key_id("c").encrypt(b"content").expect("a token");
        assert_eq!(decrypter.decrypt(&renamed).expect_err("unknown"), VerifyError::unknown_key(Some("c")));
    }
    let swapped = a.encrypting_key().with_key_id("b").encrypt(b"content").expect("a token");
    let expected = VerifyError::KeyManagementMismatch {
        expected: KeyManagement::A256GCMKW,
        found: KeyManagement::A256KW,
    };
    assert_eq!(decrypter.decrypt(&swapped).expect_err("another algorithm"), expected);
    let ambiguous = KeyRing::new([a.clone(), key(KeyManagement::A256KW, "c")]).expect("a ring");
    let header = jotwell::jwe::Header::new(KeyManagement::A256KW, ENC[0]);
    let unnamed = a.encrypting_key().encrypt_with(b"content", &header).expect("a token");
    assert_eq!(
        Decrypter::new(&ambiguous).decrypt(&unnamed).expect_err("two"),
        VerifyError::unknown_key(None)
    );
}
