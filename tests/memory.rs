//! Reading a token takes at most four times its length, whatever it contains.
#![forbid(unsafe_code)]
#![cfg(not(miri))]

#[path = "../benches/growth/hostile.rs"]
mod hostile;

use hostile::Hostile;
use jotwell::{Algorithm, Audience, Issuer, NoClaims, SigningKey, Validator};

/// Returns the most that is allocated at any time, in bytes.
fn peak(mut run: impl FnMut()) -> usize {
    // Caches are filled in the first run.
    run();
    usize::try_from(allocation_counter::measure(run).bytes_max).expect("a length")
}

#[test]
fn no_token_takes_more_than_four_times_its_length() {
    let key = SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    let issuer = Issuer::is("https://auth.example");
    let validator = Validator::new(key.verifying_key(), issuer, Audience::is("orders-api"));
    for length in [4 * 1024, 8 * 1024, hostile::LENGTH] {
        for Hostile { name, token, error } in hostile::all(&key, length) {
            let peak = peak(|| drop(validator.verify::<NoClaims>(&token).expect_err(error)));
            assert!(peak <= 4 * length, "{name}: {peak} bytes for {length}");
        }
        let valid = hostile::valid_of_many_members(&key, length);
        let peak = peak(|| drop(validator.verify::<NoClaims>(&valid).expect("a token")));
        // Otherwise the counter itself does not work.
        assert!((length / 2..=4 * length).contains(&peak), "{peak} bytes for {length}");
    }
}
