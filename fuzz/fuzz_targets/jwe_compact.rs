//! No text decrypts under keys whose owner did not encrypt it. A content comes back as it was, and not at all once the token was
//! changed.
#![no_main]

use base64ct::{Base64UrlUnpadded, Encoding};
use jotwell::VerifyError;
use jotwell::jwe::Decrypter;
use jotwell_fuzz::encryption::{KEYS, SHARED};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // Of a content nothing counts but its bytes and their number, so a part of the inputs is enough.
    let turn = data.iter().fold(data.len(), |sum, byte| sum + usize::from(*byte));
    if turn.is_multiple_of(8) {
        comes_back(data, turn / 8);
    }
    let Ok(text) = core::str::from_utf8(data) else { return };
    for key in &*KEYS {
        match Decrypter::new(key).decrypt(text) {
            Ok(_) => panic!("a forgery"),
            Err(VerifyError::DecryptionFailed) => is_canonical(text),
            Err(_) => {}
        }
    }
    assert!(Decrypter::new(&*SHARED).verify(text).is_err(), "a forgery");
});

/// Whatever came to the tag has five parts, each in its one encoding.
fn is_canonical(text: &str) {
    let parts: Vec<_> = text.split('.').collect();
    assert_eq!(parts.len(), 5);
    for part in parts {
        let bytes = Base64UrlUnpadded::decode_vec(part).expect("base64url");
        assert_eq!(Base64UrlUnpadded::encode_string(&bytes), part);
    }
}

fn comes_back(data: &[u8], turn: usize) {
    let key = &KEYS[turn % KEYS.len()];
    let token = key.encrypting_key().encrypt(data).expect("a token");
    let decrypter = Decrypter::new(key).max_length(token.len());
    assert_eq!(**decrypter.decrypt(&token).expect("its own token"), *data);
    let mut changed = token.into_bytes();
    let at = turn % changed.len();
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).expect("ASCII");
    assert!(decrypter.decrypt(&changed).is_err(), "a change was not noticed");
}
