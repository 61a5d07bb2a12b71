//! A JWE in JSON is written as it was read, decrypts for its recipients, and for no one else.
#![no_main]

use jotwell::jwe::{Decrypter, JsonEncrypter, JsonJwe};
use jotwell_fuzz::encryption::{ENC, KEYS};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if data.iter().fold(data.len(), |sum, byte| sum + usize::from(*byte)).is_multiple_of(8) {
        comes_back(data);
    }
    let Ok(text) = core::str::from_utf8(data) else { return };
    let Ok(read) = JsonJwe::parse(text) else { return };
    let general = read.to_general_json();
    let again = JsonJwe::parse_up_to(1 << 20, &general).expect("its own message");
    assert_eq!(again.to_general_json(), general);
    assert_eq!(again.to_flattened_json(), read.to_flattened_json());
    assert_eq!(again.aad(), read.aad());
    for key in &*KEYS {
        assert!(Decrypter::new(key).decrypt_json(&read).is_err(), "a forgery");
    }
});

fn comes_back(data: &[u8]) {
    let recipients: Vec<_> = KEYS.iter().filter(|key| !key.algorithm().is_direct()).take(2).collect();
    let [one, other] = recipients.as_slice() else { panic!("two keys") };
    let message = JsonEncrypter::new(ENC)
        .aad(data)
        .recipient(one.encrypting_key())
        .recipient(other.encrypting_key())
        .encrypt(data)
        .expect("a message");
    let read = JsonJwe::parse_up_to(1 << 20, &message.to_general_json()).expect("its own message");
    for key in &*KEYS {
        let is_recipient = recipients.iter().any(|recipient| recipient.key_id() == key.key_id());
        match Decrypter::new(key).decrypt_json(&read) {
            Ok(content) => assert!(is_recipient && **content == *data),
            Err(_) => assert!(!is_recipient),
        }
    }
}
