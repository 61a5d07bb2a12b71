//! A JWS in JSON is written as it was read, and verifies only with its signers' keys.
#![no_main]

use std::sync::LazyLock;

use jotwell::jws::{JsonJws, Verifier};
use jotwell::{Header, VerifyingKey};
use jotwell_fuzz::keys::{SIGNING, VERIFIERS};
use libfuzzer_sys::fuzz_target;

static UNENCODED: LazyLock<Vec<Verifier<VerifyingKey>>> =
    LazyLock::new(|| VERIFIERS.iter().map(|verifier| verifier.clone().allow_unencoded_payload()).collect());

fuzz_target!(|data: &[u8]| {
    // Only the bytes and the length of a payload matter, so an eighth of the inputs is enough.
    if data.iter().fold(data.len(), |sum, byte| sum + usize::from(*byte)).is_multiple_of(8) {
        signs(data);
    }
    let Ok(text) = core::str::from_utf8(data) else { return };
    let Ok(read) = JsonJws::parse(text) else { return };
    let general = read.to_general_json();
    let again = JsonJws::parse_up_to(1 << 20, &general).expect("its own JWS");
    assert_eq!(again.to_general_json(), general);
    assert_eq!(again.to_flattened_json(), read.to_flattened_json());
    for (verifier, unencoded) in VERIFIERS.iter().zip(&*UNENCODED) {
        assert!(verifier.verify_any(&read).is_err(), "a forgery");
        assert!(unencoded.verify_all(&read).is_err(), "a forgery");
    }
});

fn signs(data: &[u8]) {
    let (one, other) = (&SIGNING[0], &SIGNING[1]);
    let signed = JsonJws::new(data).sign(one, &Header::for_key(one)).expect("a signature");
    let flattened = signed.to_flattened_json().expect("one signature");
    let general = signed.sign(other, &Header::for_key(other)).expect("a signature").to_general_json();
    for text in [&flattened, &general] {
        let read = JsonJws::parse_up_to(1 << 20, text).expect("its own JWS");
        assert_eq!(*VERIFIERS[0].verify_any(&read).expect("its own signature"), data);
        assert_eq!(VERIFIERS[1].verify_any(&read).is_ok(), text == &general);
        assert_eq!(VERIFIERS[0].verify_all(&read).is_ok(), text == &flattened);
        assert!(VERIFIERS[2].verify_any(&read).is_err());
    }
}
