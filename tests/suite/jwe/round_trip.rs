//! One suite for every algorithm, every curve and every content encryption.

use jotwell::VerifyError;
use jotwell::jwe::{ContentEncryption, Decrypter, Header, JsonEncrypter, JsonJwe, KeyManagement, SharedKey};

use super::common::{default_keys, every_key, is_slow, on_every_backend, parts};

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_token_decrypts_with_its_key_and_no_other() {
    let mut count = 0;
    for key in default_keys(ContentEncryption::ALL) {
        let on_backends = on_every_backend(&key);
        let encrypting = key.encrypting_key();
        for &enc in key.encryptions() {
            let header = Header::for_key(&encrypting).with_enc(enc);
            let name = format!("{} {enc}", key.algorithm());
            for length in [0, 1, 15, 16, 17, 300] {
                let content = vec![length as u8; length];
                for (encrypts, decrypts) in
                    on_backends.iter().flat_map(|one| on_backends.iter().map(move |other| (one, other)))
                {
                    let name = format!("{name} {} {}", encrypts.backend(), decrypts.backend());
                    let token = encrypts.encrypting_key().encrypt_with(&content, &header).expect(&name);
                    let decrypted = Decrypter::new(decrypts).decrypt(&token).expect(&name);
                    assert_eq!(**decrypted, *content, "{name}");
                    let read = decrypted.header();
                    assert_eq!(read.to_json(), String::from_utf8_lossy(&parts(&token)[0]), "{name}");
                    assert_eq!((read.algorithm(), read.enc()), (key.algorithm(), enc), "{name}");
                }
                count += 1;
                if is_slow(&key) {
                    break;
                }
            }
        }
    }
    // `dir`, six wrapping algorithms, ECDH-ES four times on four curves; RSA and PBES2 with one length.
    assert_eq!(count, 6 * (6 * (1 + 6 + 4 * 4) + 5));
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn every_algorithm_encrypts_a_message_in_json() {
    for key in every_key(&[ContentEncryption::A128CbcHs256]) {
        let name = key.algorithm().name();
        let key = key.with_key_id("recipient");
        let message = JsonEncrypter::new(ContentEncryption::A128CbcHs256)
            .content_type("text/plain")
            .with_unprotected("jku", &"https://keys.example")
            .expect(name)
            .aad(b"visible")
            .recipient(key.encrypting_key())
            .encrypt(b"content")
            .expect(name);
        for text in [message.to_general_json(), message.to_flattened_json().expect("one recipient")] {
            let read = JsonJwe::parse(&text).expect(name);
            assert_eq!(read.aad(), Ok(Some(b"visible".to_vec())), "{name}");
            let decrypted = Decrypter::new(&key).decrypt_json(&read).expect(name);
            assert_eq!(**decrypted, *b"content", "{name}");
            assert_eq!(decrypted.header().content_type(), Ok(Some("text/plain".into())), "{name}");
            assert_eq!(decrypted.header().key_id(), Some("recipient"), "{name}");
            assert_eq!(read.to_general_json(), message.to_general_json(), "{name}");
        }
    }
}

#[test]
fn nothing_repeats_between_two_tokens_of_one_content() {
    for key in every_key(&[ContentEncryption::A256GCM]) {
        if is_slow(&key) {
            continue;
        }
        let encrypting = key.encrypting_key();
        let tokens = [(); 2].map(|()| parts(&encrypting.encrypt(b"content").expect("a token")));
        let [one, other] = tokens;
        let is_direct = key.algorithm().is_direct();
        // The header of ECDH-ES has an ephemeral key, that of AES-GCM key wrapping an initialization vector.
        let same_header = matches!(key.algorithm().name(), "dir" | "A128KW" | "A192KW" | "A256KW");
        assert_eq!(one[0] == other[0], same_header, "{}", key.algorithm());
        assert_eq!((one[1].is_empty(), one[1] == other[1]), (is_direct, is_direct), "{}", key.algorithm());
        for part in 2..5 {
            assert_ne!(one[part], other[part], "{} {part}", key.algorithm());
        }
    }
}

#[test]
fn a_shared_key_verifies_what_it_encrypts() {
    for algorithm in KeyManagement::ALL.iter().copied().filter(|algorithm| algorithm.is_symmetric()) {
        let key = SharedKey::generate(algorithm, &[ContentEncryption::A192CbcHs384]).expect("a key");
        let token = key.encrypt(b"content").expect("a token");
        let verified = Decrypter::new(&key).verify(&token).expect("verified");
        assert_eq!((&**verified, verified.header().algorithm()), (&b"content"[..], algorithm));
        let other = SharedKey::generate(algorithm, &[ContentEncryption::A192CbcHs384]).expect("a key");
        let error = Decrypter::new(&other).verify(&token).expect_err("another key");
        assert_eq!(error, VerifyError::DecryptionFailed);
    }
}

#[test]
fn a_token_of_the_maximum_length_is_accepted() {
    let key = SharedKey::generate(KeyManagement::Dir, &[ContentEncryption::A128GCM]).expect("a key");
    let token = key.encrypt(b"content").expect("a token");
    let decrypt = |limit: usize| Decrypter::new(&key).max_length(limit).decrypt(&token).map(drop);
    assert_eq!(decrypt(token.len()), Ok(()));
    let (length, limit) = (token.len(), token.len() - 1);
    assert_eq!(decrypt(limit), Err(VerifyError::TooLong { length, limit }));
}
