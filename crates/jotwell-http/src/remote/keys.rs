//! Reads the keys out of a response.

use std::collections::HashMap;
use std::time::Duration;

use http::header::{ETAG, HeaderValue};
use http::{Response, StatusCode};
use jotwell::{Algorithm, JwkSet, KeyError, SkippedKey, VerifyingKey};

use super::error::RemoteError;
use super::fetch::{FetchError, MAX_BODY};
use super::freshness::{life, renewed_life};

/// The largest number of keys in a set, unless configured otherwise.
pub const DEFAULT_MAX_KEYS: usize = 256;
/// A longer `ETag` is not kept: it is sent with every request.
const MAX_ETAG: usize = 1024;

/// Which keys are accepted.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) algorithms: Box<[Algorithm]>,
    pub(super) max_keys: usize,
}

/// A response that was understood.
pub(super) enum Answer {
    Set {
        keys: Keys,
        life: Duration,
        etag: Option<HeaderValue>,
    },
    /// The set has not changed since the response with the given `ETag`.
    NotModified {
        life: Option<Duration>,
    },
}

/// The usable keys of a set, and those that were skipped. A set without a usable key is a set too: an issuer
/// publishes one to withdraw its keys.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub(super) set: JwkSet,
    pub(super) skipped: Vec<SkippedKey>,
}

/// Returns the body of a response with status 200.
pub(super) fn body(response: Response<Vec<u8>>) -> Result<Vec<u8>, RemoteError> {
    let status = response.status();
    if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
        return Err(RemoteError::Redirected { status: status.as_u16() });
    }
    if status != StatusCode::OK {
        return Err(RemoteError::Status { status: status.as_u16() });
    }
    let body = response.into_body();
    if body.len() > MAX_BODY {
        return Err(FetchError::TooLong { limit: MAX_BODY }.into());
    }
    Ok(body)
}

/// Reads the response to a request. `conditional` says whether the request had `If-None-Match`.
pub(super) fn read(
    response: Response<Vec<u8>>,
    conditional: bool,
    accepted: &Accepted,
) -> Result<Answer, RemoteError> {
    if conditional && response.status() == StatusCode::NOT_MODIFIED {
        return Ok(Answer::NotModified { life: renewed_life(response.headers()) });
    }
    let life = life(response.headers());
    let etag = response.headers().get(ETAG).filter(|etag| etag.len() <= MAX_ETAG).cloned();
    let set = JwkSet::from_json_up_to(accepted.max_keys, body(response)?, &accepted.algorithms);
    let set = set.map_err(|error| match error {
        KeyError::TooManyKeys { found, limit } => RemoteError::TooManyKeys { found, limit },
        error => RemoteError::NotAKeySet(error),
    })?;
    let skipped = set.skipped().to_vec();
    Ok(Answer::Set { keys: Keys { set, skipped }, life, etag })
}

impl Keys {
    /// Replaces each key that was there before by the object that was there before, and returns whether any key
    /// differs. A `CachedValidator` knows keys by their place in memory, and a key keeps its precomputed tables.
    pub(super) fn keeping(self, before: Option<&Self>) -> (Self, bool) {
        let Some(before) = before else { return (self, true) };
        let mut known: HashMap<String, &VerifyingKey> =
            before.set.keys().iter().filter_map(|key| Some((name(key)?, key))).collect();
        let mut changed = before.set.len() != self.set.len();
        let keys: Vec<VerifyingKey> = self
            .set
            .keys()
            .iter()
            .map(|key| match name(key).and_then(|name| known.remove(&name)) {
                Some(old) => old.clone(),
                None => {
                    changed = true;
                    key.clone()
                }
            })
            .collect();
        match JwkSet::from_keys(keys) {
            Ok(set) => (Self { set, skipped: self.skipped }, changed),
            // Keys of one set fit into a set again. If they did not, the new ones would do.
            Err(_) => (self, true),
        }
    }
}

/// Returns everything that makes a public key, as text: type, numbers, algorithm and `kid`.
fn name(key: &VerifyingKey) -> Option<String> {
    key.to_jwk().to_json().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jotwell::SigningKey;

    use super::*;

    fn key(kid: &str) -> VerifyingKey {
        SigningKey::generate(Algorithm::Ed25519).unwrap().with_key_id(kid).verifying_key()
    }

    fn keys(keys: &[&VerifyingKey], algorithms: &[Algorithm]) -> Keys {
        let json = JwkSet::from_keys(keys.iter().map(|key| (*key).clone())).unwrap().to_json().unwrap();
        Keys { set: JwkSet::from_json(json, algorithms).unwrap(), skipped: Vec::new() }
    }

    #[test]
    fn tells_which_keys_changed() {
        let algorithms = [Algorithm::Ed25519];
        let (one, two, other) = (key("1"), key("2"), key("1"));
        let first = keys(&[&one, &two], &algorithms);
        assert!(keys(&[&one], &algorithms).keeping(None).1);
        for (now, changed) in [
            (vec![&one, &two], false),
            (vec![&two, &one], false),
            (vec![&one], true),
            (vec![&other, &two], true),
            (vec![], true),
        ] {
            let now = keys(&now, &algorithms);
            let names: Vec<_> = now.set.keys().iter().map(name).collect();
            let (kept, found) = now.keeping(Some(&first));
            assert_eq!(found, changed, "{names:?}");
            assert_eq!(kept.set.keys().iter().map(name).collect::<Vec<_>>(), names);
        }
    }

    #[test]
    fn the_name_of_a_key_tells_all_of_it() {
        let new = || SigningKey::generate(Algorithm::EdDSA).unwrap();
        let one = new();
        let named = |kid| one.clone().with_key_id(kid).verifying_key();
        // Of one key for two algorithms each is a key of its own.
        let jwk = one.verifying_key().to_jwk().to_json().unwrap().replace(r#""EdDSA""#, r#""Ed25519""#);
        let other = JwkSet::from_json(format!(r#"{{"keys":[{jwk}]}}"#), &[Algorithm::Ed25519]).unwrap();
        let keys =
            [one.verifying_key(), named("1"), named("2"), new().verifying_key(), other.keys()[0].clone()];
        let names: BTreeSet<_> = keys.iter().map(|key| name(key).unwrap()).collect();
        assert_eq!(names.len(), keys.len(), "{names:?}");
    }
}
