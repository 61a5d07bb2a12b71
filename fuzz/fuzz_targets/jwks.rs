//! A set that is read and written is read again completely, and contains nothing private.
#![no_main]

use jotwell::{Algorithm, JwkSet, KeyError};
use jotwell_fuzz::oracle::{self, Json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(set) = JwkSet::from_json(data, Algorithm::ALL) else { return };
    match oracle::json(data) {
        Json::Accepted(read) => {
            let count = read["keys"].as_array().expect("an array").len();
            assert!(set.skipped().len() <= count);
            assert!(set.skipped().iter().all(|skipped| skipped.index < count));
        }
        Json::HugeNumber => {}
        Json::Refused => panic!("accepted what is no strict JSON object"),
    }
    assert!(set.skipped().windows(2).all(|pair| pair[0].index < pair[1].index));
    assert!(set.keys().iter().all(|key| !key.algorithm().is_symmetric() && !key.to_jwk().is_private()));

    let text = set.to_json().expect("public keys");
    let again = JwkSet::from_json(&text, Algorithm::ALL).expect("its own set");
    assert_eq!(again.skipped(), []);
    assert_eq!(again.to_json().expect("public keys"), text);

    // Keys with one name are skipped if they have an algorithm in common, which may not be the case for a single
    // algorithm.
    let ambiguous = set.skipped().iter().any(|key| key.reason == KeyError::DuplicateKeyId);
    for &algorithm in Algorithm::ALL {
        let alone = JwkSet::from_json(data, &[algorithm]).expect("the same text");
        let of_all = set.keys().iter().filter(|key| key.algorithm() == algorithm).count();
        assert!(alone.len() == of_all || (ambiguous && alone.len() > of_all));
    }
});
