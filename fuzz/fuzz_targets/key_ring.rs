//! A ring that is read and written is read again the same. Its tokens verify with the set that it publishes, also
//! after rotations, and it publishes nothing private.
#![no_main]

use jotwell::{
    Audience, Claims, Expiry, Issuer, KeyError, KeyRing, KeyState, NoClaims, NumericDate, Validator,
};
use jotwell_fuzz::oracle::{self, Json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(ring) = KeyRing::from_json(data) else { return };
    assert!(!matches!(oracle::json(data), Json::Refused), "accepted what is no strict JSON object");
    let text = ring.to_json_with_private_members().expect("its own keys");
    let again = KeyRing::from_json(&text).expect("its own text");
    assert_eq!(again.to_json_with_private_members().expect("its own keys"), text);
    let states = |ring: &KeyRing| {
        ring.keys().map(|(key, state)| (key.key_id().map(str::to_owned), state)).collect::<Vec<_>>()
    };
    assert_eq!(states(&again), states(&ring));
    assert_eq!((again.ready_at(), again.rotation()), (ring.ready_at(), ring.rotation()));
    assert_eq!(ring.keys().filter(|(_, state)| matches!(state, KeyState::Active { .. })).count(), 1);

    let mut ring = ring;
    signs(&ring, NumericDate::from_secs(0));
    for _ in 0..2 {
        let now = ring.ready_at();
        if ring.rotate(now).is_err() {
            return;
        }
        signs(&ring, now);
    }
});

/// Asserts that the signing key is published, and that the set contains nothing private.
fn signs(ring: &KeyRing, now: NumericDate) {
    let set = match ring.published(now) {
        Ok(set) => set,
        // A ring may have one name twice. It then publishes nothing.
        Err(error) => return assert_eq!(error, KeyError::DuplicateKeyId),
    };
    assert!(set.keys().iter().all(|key| !key.to_jwk().is_private() && !key.algorithm().is_symmetric()));
    let token = Claims::new(NoClaims).sign(ring.signing_key()).expect("a token");
    let validator = Validator::new(set, Issuer::unchecked(), Audience::unchecked()).expiry(Expiry::Unchecked);
    assert!(validator.verify::<Claims>(&token).is_ok());
}
