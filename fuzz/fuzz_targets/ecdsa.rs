//! With tables a signature is valid exactly if the library accepts it, for any numbers in verification.
#![no_main]

use std::sync::LazyLock;

use jotwell_fuzz::ecdsa::{Choice, Damage, Kept};
use k256::Secp256k1;
use libfuzzer_sys::fuzz_target;
use p256::NistP256;

static P256: LazyLock<Kept<NistP256>> = LazyLock::new(Kept::new);
static SECP256K1: LazyLock<Kept<Secp256k1>> = LazyLock::new(Kept::new);

fuzz_target!(|input: (u8, u8, Choice, Damage)| {
    let (curve, key, choice, damage) = input;
    match curve % 4 {
        3 => SECP256K1.agree(key, choice, damage),
        _ => P256.agree(key, choice, damage),
    }
});
