//! A valid token, damaged: only a genuine token verifies.
//!
//! Mathematically `(r, n - s)` is as valid an ECDSA signature as `(r, s)`, and RFC 7518 does not reject it. No
//! sequence of these changes computes `n - s`, so there is no exception for it.
#![no_main]

use jotwell_fuzz::keys::{TOKENS, VERIFIERS};
use jotwell_fuzz::mutation::Mutation;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, Vec<Mutation>)| {
    let (start, mutations) = input;
    let tokens = TOKENS.as_flattened();
    let genuine = tokens[usize::from(start) % tokens.len()].as_bytes().to_vec();
    let damaged = mutations.iter().fold(genuine, |token, mutation| mutation.apply(&token, &TOKENS));
    let damaged = String::from_utf8_lossy(&damaged);
    for (genuine, verifier) in TOKENS.iter().zip(&*VERIFIERS) {
        assert_eq!(verifier.verify(&damaged).is_ok(), genuine.iter().any(|token| *token == damaged));
    }
});
