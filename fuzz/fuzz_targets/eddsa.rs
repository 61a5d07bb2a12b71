//! With tables an EdDSA signature is valid exactly if the library accepts it, for any key and numbers.
#![no_main]

use std::sync::LazyLock;

use jotwell_fuzz::eddsa::{Choice, Key, keys};
use libfuzzer_sys::fuzz_target;

static KEYS: LazyLock<Vec<Key>> = LazyLock::new(keys);

fuzz_target!(|input: (u8, Choice, Option<u16>, &[u8])| {
    let (key, choice, flip, message) = input;
    KEYS[usize::from(key) % KEYS.len()].agree(message, choice, flip);
});
