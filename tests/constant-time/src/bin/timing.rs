//! `timing [SAMPLES]` times two classes of secrets alternately and prints Welch's t of their difference, as `dudect`
//! does. It does not interpret the figures: compare them with those of the leaky controls.
#![forbid(unsafe_code)]

use jotwell::{Algorithm, SigningKey, base64url};
use jotwell_constant_time::welch::{Classes, compare, print_head};
use jotwell_constant_time::{leaky, some_bytes};

fn main() {
    let samples = std::env::args().nth(1).map_or(200_000, |text| text.parse().expect("a number of samples"));
    print_head();

    let message = some_bytes(200, 6);
    let key = SigningKey::hmac(Algorithm::HS256, some_bytes(32, 1)).expect("a key");
    let tag = key.sign(&message).expect("a tag");
    let wrong_at = |index: usize| {
        let mut tag = tag.clone();
        tag[index] ^= 0x80;
        tag
    };
    let verifier = key.verifying_key();
    let tags = || Classes { first: vec![wrong_at(0)], second: vec![wrong_at(31)] };
    compare("HS256, tag wrong in its first or last byte", samples, &tags(), |tag| {
        verifier.verify(&message, tag).is_ok()
    });
    let twice = Classes { first: vec![wrong_at(0)], second: vec![wrong_at(0)] };
    compare("  the same without a difference", samples, &twice, |tag| verifier.verify(&message, tag).is_ok());
    compare("  control: comparison that stops", samples, &tags(), |tag| {
        leaky::is_equal(&key.sign(&message).expect("a tag"), tag)
    });

    // One secret compared with many.
    let secrets = || (0..1000).map(|seed| some_bytes(240, seed)).collect::<Vec<_>>();
    let texts =
        |secrets: Vec<Vec<u8>>| secrets.iter().map(|bytes| base64url::encode(bytes).into_bytes()).collect();
    let bytes = || Classes { first: vec![vec![0; 240]], second: secrets() };
    let encoded = || Classes { first: texts(vec![vec![0; 240]]), second: texts(secrets()) };
    let mut output = [0; 320];
    compare("base64url decode, zeros or random", samples, &encoded(), |text| {
        base64url::decode_to_slice(text, &mut output).is_ok()
    });
    let mut output = [0; 320];
    compare("base64url encode, zeros or random", samples, &bytes(), |bytes| {
        base64url::encode_to_slice(bytes, &mut output).is_some()
    });
    // Last, because its effects on heap and predictors appeared in the figures of later cases.
    compare("  control: search of each symbol", samples, &encoded(), |text| leaky::decode(text).is_some());
}
