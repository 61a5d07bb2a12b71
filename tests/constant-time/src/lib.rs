//! Marks secret bytes, and contains code that leaks them: a control for each case.
//!
//! To valgrind's memcheck a secret is uninitialized memory. It follows such bytes through arithmetic and copies, and
//! reports every branch and every address that depends on one.
#![forbid(unsafe_code)]

pub mod welch;

use std::hint::black_box;

use crabgrind::memcheck::{MemState, Memcheck};

/// Returns bytes that are not text, the same on each run.
pub fn some_bytes(length: usize, seed: u64) -> Vec<u8> {
    let mut numbers = Numbers(seed);
    (0..length).map(|_| numbers.draw().to_be_bytes()[0]).collect()
}

/// Numbers that look random: `SplitMix64`.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

/// Marks the bytes as secret, and hides them from the compiler.
pub fn secret(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.mark(MemState::Undefined).expect("under valgrind");
    black_box(&mut bytes);
    bytes
}

/// Marks the values as public.
pub fn reveal<T>(values: &[T]) -> &[T] {
    values.mark(MemState::Defined).expect("under valgrind");
    black_box(values)
}

/// Returns whether each of the bytes depends on a secret.
pub fn is_secret(bytes: &[u8]) -> bool {
    let mut undefined = vec![0; bytes.len()];
    black_box(bytes).vbits(&mut undefined).expect("under valgrind");
    undefined.iter().all(|bits| *bits != 0)
}

/// Leaks, one of each kind.
pub mod leaky {
    use std::hint::black_box;

    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// Stops at the first byte that differs.
    #[inline(never)]
    pub fn is_equal(one: &[u8], other: &[u8]) -> bool {
        one.len() == other.len() && one.iter().zip(other).all(|(one, other)| black_box(one) == other)
    }

    /// Computes a checksum of a key and a message with a table, like CRCs: a secret is an index.
    #[inline(never)]
    pub fn tag(key: &[u8], message: &[u8]) -> u8 {
        let table: [u8; 256] = black_box(std::array::from_fn(|index| (index as u8).wrapping_mul(167) ^ 0x5a));
        key.iter().chain(message).fold(0, |tag, byte| table[usize::from(tag ^ byte)])
    }

    /// Looks up symbols in a table.
    #[inline(never)]
    pub fn encode(input: &[u8]) -> Vec<u8> {
        let alphabet = black_box(ALPHABET);
        input.iter().map(|byte| alphabet[usize::from(byte >> 2)]).collect()
    }

    /// Returns the values of symbols, or `None` at the first invalid one: by a search, with a branch on each.
    #[inline(never)]
    pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
        let value = |symbol: &u8| ALPHABET.iter().position(|other| black_box(other) == symbol);
        text.iter().map(|symbol| value(symbol).map(|value| value as u8)).collect()
    }
}
