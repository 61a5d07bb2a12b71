//! Accepts exactly the signatures that the `rsa` crate accepts: genuine signatures, damaged ones, numbers of any size,
//! and encoded messages that are wrong in one place and properly signed.
#![no_main]

use arbitrary::Arbitrary;
use jotwell_fuzz::encoded::{Edits, Number, Pkcs1, Pss, edit};
use jotwell_fuzz::rsa::{ALGORITHMS, KNOWN, SMOOTH};
use libfuzzer_sys::fuzz_target;
use num_bigint::BigUint;

#[derive(Arbitrary, Debug)]
enum Input {
    Known { key: u8, signature: u8, as_algorithm: Option<u8>, edits: Edits },
    Number { key: u8, algorithm: u8, number: Number },
    Pkcs1 { key: u8, algorithm: u8, message: Pkcs1 },
    Pss { key: u8, algorithm: u8, message: Pss },
}

fn pick<T>(all: &[T], index: u8) -> &T {
    &all[usize::from(index) % all.len()]
}

fuzz_target!(|input: Input| match input {
    Input::Known { key, signature, as_algorithm, edits } => {
        let (key, signatures) = pick(&KNOWN, key);
        let (algorithm, mut signature) = pick(signatures, signature).clone();
        edit(&mut signature, &edits);
        key.verify(as_algorithm.unwrap_or(algorithm), &signature);
    }
    Input::Number { key, algorithm, number } => {
        let keys = KNOWN.iter().map(|(key, _)| key).chain(SMOOTH.iter().map(|smooth| &smooth.key));
        let key = *pick(&keys.collect::<Vec<_>>(), key);
        let accepted = key.verify(algorithm, &number.bytes(&key.n));
        assert!(!accepted, "a forgery: {number:?}");
    }
    Input::Pkcs1 { key, algorithm, message } => {
        let (smooth, algorithm) = (pick(&SMOOTH, key), algorithm % 3);
        let hash = ALGORITHMS[usize::from(algorithm)].hash();
        let encoded = message.encode(hash, smooth.key.len());
        let number = BigUint::from_bytes_be(&encoded);
        let accepted = smooth.key.verify(algorithm, &smooth.sign(&number));
        // A number above the modulus would represent another one, which is not correct.
        assert_eq!(accepted, encoded == Pkcs1::right(hash, smooth.key.len()), "{message:?}");
    }
    Input::Pss { key, algorithm, message } => {
        let (smooth, algorithm) = (pick(&SMOOTH, key), 3 + algorithm % 3);
        let hash = ALGORITHMS[usize::from(algorithm)].hash();
        let encoded = message.encode(hash, smooth.key.bits());
        let accepted = smooth.key.verify(algorithm, &smooth.sign(&BigUint::from_bytes_be(&encoded)));
        assert!(accepted || !message.is_right(), "{message:?}");
    }
});
