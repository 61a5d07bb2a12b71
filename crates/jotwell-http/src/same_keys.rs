//! Equal keys in two sets.

use std::collections::HashMap;

use jotwell::{JwkSet, VerifyingKey};

/// Returns `new`, in which each key that is also in `before` is the same object, and whether the sets differ. A
/// `CachedValidator` identifies keys by their address in memory, and precomputed tables of a key stay with the object.
///
/// Keys are compared as a whole: a key with the same name and other numbers is a different key.
pub(crate) fn keep_same(new: JwkSet, before: &JwkSet) -> (JwkSet, bool) {
    let mut known: HashMap<String, &VerifyingKey> =
        before.keys().iter().filter_map(|key| Some((identity(key)?, key))).collect();
    let mut changed = before.len() != new.len();
    let keys: Vec<VerifyingKey> = new
        .keys()
        .iter()
        .map(|key| match identity(key).and_then(|identity| known.remove(&identity)) {
            Some(old) => old.clone(),
            None => {
                changed = true;
                key.clone()
            }
        })
        .collect();
    match JwkSet::from_keys(keys) {
        Ok(set) => (set, changed),
        // These keys were one set before, so this cannot fail; if it did, the new objects would be used.
        Err(_) => (new, true),
    }
}

/// Returns the whole public key as text: type, numbers, algorithm and `kid`.
fn identity(key: &VerifyingKey) -> Option<String> {
    key.to_jwk().to_json().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jotwell::{Algorithm, SigningKey};

    use super::*;

    fn key(kid: &str) -> VerifyingKey {
        SigningKey::generate(Algorithm::Ed25519).unwrap().with_key_id(kid).verifying_key()
    }

    fn set(keys: &[&VerifyingKey]) -> JwkSet {
        let json = JwkSet::from_keys(keys.iter().map(|key| (*key).clone())).unwrap().to_json().unwrap();
        JwkSet::from_json(json, &[Algorithm::Ed25519]).unwrap()
    }

    #[test]
    fn other_numbers_under_the_same_name_are_a_change() {
        let (one, two, other) = (key("1"), key("2"), key("1"));
        let first = set(&[&one, &two]);
        for (now, changed) in [
            (vec![&one, &two], false),
            (vec![&two, &one], false),
            (vec![&one], true),
            (vec![&other, &two], true),
            (vec![], true),
        ] {
            let now = set(&now);
            let identities: Vec<_> = now.keys().iter().map(identity).collect();
            let (kept, found) = keep_same(now, &first);
            assert_eq!(found, changed, "{identities:?}");
            assert_eq!(kept.keys().iter().map(identity).collect::<Vec<_>>(), identities);
        }
    }

    #[test]
    fn a_key_is_identified_by_all_its_parts() {
        let new = || SigningKey::generate(Algorithm::EdDSA).unwrap();
        let one = new();
        let named = |kid| one.clone().with_key_id(kid).verifying_key();
        // A key with two algorithms counts as two keys.
        let jwk = one.verifying_key().to_jwk().to_json().unwrap().replace(r#""EdDSA""#, r#""Ed25519""#);
        let other = JwkSet::from_json(format!(r#"{{"keys":[{jwk}]}}"#), &[Algorithm::Ed25519]).unwrap();
        let keys =
            [one.verifying_key(), named("1"), named("2"), new().verifying_key(), other.keys()[0].clone()];
        let identities: BTreeSet<_> = keys.iter().map(|key| identity(key).unwrap()).collect();
        assert_eq!(identities.len(), keys.len(), "{identities:?}");
    }
}
