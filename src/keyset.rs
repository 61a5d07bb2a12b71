//! JWK Sets: RFC 7517 §5.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::algorithm::Algorithm;
use crate::backend::Backend;
use crate::error::{KeyError, VerifyError};
use crate::header::Header;
use crate::json::{self, Value};
use crate::jwk::Jwk;
use crate::jws::KeySource;
use crate::key::VerifyingKey;
use crate::key_type::KeyFormat;

/// Names are looked up in constant time where there is a source of randomness to key a hash with, so
/// that nobody can choose names that collide.
#[cfg(feature = "std")]
type ByName<V> = std::collections::HashMap<Arc<str>, V>;
#[cfg(not(feature = "std"))]
type ByName<V> = alloc::collections::BTreeMap<Arc<str>, V>;

/// Public keys, out of which a token chooses by `kid`, then by `alg`.
///
/// The reader of the set names the accepted algorithms; the set does not. Keys that cannot be used are skipped, each
/// with the reason: sets in the wild hold keys for encryption, of unknown types, and broken ones. Secrets and private
/// keys do not belong into a set, and are skipped too.
///
/// ```
/// use jotwell::{Algorithm, Audience, Issuer, JwkSet, KeyError, Validator};
///
/// let keys = JwkSet::from_json(r#"{"keys":[
///     {"kty":"OKP","crv":"Ed25519","kid":"2011","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
///     {"kty":"RSA","use":"enc","kid":"other","n":"AQAB","e":"AQAB"}
/// ]}"#, &[Algorithm::EdDSA])?;
/// assert_eq!(keys.len(), 1);
/// assert_eq!(keys.skipped()[0].reason, KeyError::UseNotAllowed { member: "use" });
///
/// let validator = Validator::new(keys, Issuer::is("https://auth.example"), Audience::is("orders-api"));
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct JwkSet {
    keys: Vec<VerifyingKey>,
    /// Positions of the keys with that `kid`, which differ in algorithm.
    by_name: ByName<Vec<usize>>,
    /// For tokens without `kid`: the position of the only key of the algorithm, or `None` where there are
    /// several.
    by_algorithm: Vec<(Algorithm, Option<usize>)>,
    skipped: Vec<SkippedKey>,
}

/// A key of a set that was skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedKey {
    /// Its position in the set, from 0.
    pub index: usize,
    /// Its `kid`, where that could be read.
    pub key_id: Option<String>,
    /// Why it was skipped.
    pub reason: KeyError,
}

impl JwkSet {
    /// Reads a set, `{"keys":[…]}`, for these algorithms. A key without `alg` is taken for each of them that it fits.
    ///
    /// The number of keys is not limited. For a set that somebody else wrote, use
    /// [`from_json_up_to`](Self::from_json_up_to).
    ///
    /// # Errors
    /// [`KeyError::Json`], and [`KeyError::MissingMember`] or [`KeyError::InvalidMember`] for `keys`
    /// itself. What is wrong with single keys is in [`skipped`](Self::skipped).
    pub fn from_json(json: impl AsRef<[u8]>, algorithms: &[Algorithm]) -> Result<Self, KeyError> {
        Self::from_json_up_to(usize::MAX, json, algorithms)
    }

    /// Reads a set of up to `max_keys` members, as [`from_json`](Self::from_json) does. Members that would be skipped
    /// count.
    ///
    /// # Errors
    /// [`KeyError::TooManyKeys`], before any key is read, and as [`from_json`](Self::from_json).
    pub fn from_json_up_to(
        max_keys: usize,
        json: impl AsRef<[u8]>,
        algorithms: &[Algorithm],
    ) -> Result<Self, KeyError> {
        let members = members(json.as_ref())?;
        if members.len() > max_keys {
            return Err(KeyError::TooManyKeys { found: members.len(), limit: max_keys });
        }
        let mut set = Self::default();
        for (index, text) in members.into_iter().enumerate() {
            let jwk = text.ok_or(KeyError::InvalidMember { member: "keys" }).and_then(Jwk::from_json);
            let key_id = jwk.as_ref().ok().and_then(Jwk::key_id).map(String::from);
            if let Err(reason) = jwk.and_then(|jwk| set.add(&jwk, algorithms)) {
                set.skipped.push(SkippedKey { index, key_id, reason });
            }
        }
        Ok(set)
    }

    /// Creates a set of these keys.
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] for a shared secret, and [`KeyError::DuplicateKeyId`].
    pub fn from_keys(keys: impl IntoIterator<Item = VerifyingKey>) -> Result<Self, KeyError> {
        let mut set = Self::default();
        keys.into_iter().try_for_each(|key| set.insert(key))?;
        Ok(set)
    }

    /// [Moves](VerifyingKey::with_backend) each key of the set to `backend`: all of them or none, so that no set
    /// computes on two backends unless it was made of such keys.
    ///
    /// # Errors
    /// [`KeyError::BackendDisabled`], for an empty set as well; [`KeyError::RejectedByBackend`] for the
    /// first key that the backend rejects. Neither depends on more of the set than the algorithms that
    /// its reader asked for: AWS-LC accepts every public key that this crate does.
    pub fn with_backend(mut self, backend: Backend) -> Result<Self, KeyError> {
        if !backend.is_enabled() {
            return Err(KeyError::BackendDisabled { backend });
        }
        self.keys = self.keys.into_iter().map(|key| key.with_backend(backend)).collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Returns the keys, in the order of the set.
    #[must_use]
    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// Returns the number of keys. A key without `alg` counts once for each algorithm that it serves.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Returns whether the set has no usable key, so that every token is rejected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns the keys that were skipped, with the reasons.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    /// Writes the set as JSON, to be published.
    ///
    /// # Errors
    /// None in a set that this crate made; the type is that of [`Jwk::to_json`].
    pub fn to_json(&self) -> Result<String, KeyError> {
        let keys: Vec<String> =
            self.keys.iter().map(|key| key.to_jwk().to_json()).collect::<Result<_, _>>()?;
        Ok(["{\"keys\":[", &keys.join(","), "]}"].concat())
    }

    fn add(&mut self, jwk: &Jwk, algorithms: &[Algorithm]) -> Result<(), KeyError> {
        // Said first: whether a secret would fit an algorithm is beside the point here.
        if jwk.is_private() {
            return Err(KeyError::NotPublic { found: KeyFormat::Jwk });
        }
        let mut reason = KeyError::UseNotAllowed { member: "alg" };
        let mut added = false;
        for (index, algorithm) in algorithms.iter().enumerate() {
            if algorithms.iter().take(index).any(|earlier| earlier == algorithm) {
                continue;
            }
            match VerifyingKey::from_jwk(*algorithm, jwk).and_then(|key| self.insert(key)) {
                Ok(()) => added = true,
                // What is wrong with the key itself is worth more than that it is for another algorithm.
                Err(KeyError::UseNotAllowed { member: "alg" }) => {}
                Err(error @ KeyError::WrongKeyType { .. }) => {
                    if matches!(reason, KeyError::UseNotAllowed { member: "alg" }) {
                        reason = error;
                    }
                }
                Err(error) => reason = error,
            }
        }
        if added { Ok(()) } else { Err(reason) }
    }

    fn insert(&mut self, key: VerifyingKey) -> Result<(), KeyError> {
        if key.algorithm().is_symmetric() {
            return Err(KeyError::NotPublic { found: KeyFormat::Bytes });
        }
        let position = self.keys.len();
        if let Some(name) = key.key_id() {
            let same_name = self.by_name.entry(name.into()).or_default();
            let keys = &self.keys;
            let same = |position: &usize| {
                keys.get(*position).is_some_and(|other| other.algorithm() == key.algorithm())
            };
            if same_name.iter().any(same) {
                return Err(KeyError::DuplicateKeyId);
            }
            same_name.push(position);
        }
        match self.by_algorithm.iter_mut().find(|(algorithm, _)| *algorithm == key.algorithm()) {
            Some((_, only)) => *only = None,
            None => self.by_algorithm.push((key.algorithm(), Some(position))),
        }
        self.keys.push(key);
        Ok(())
    }
}

/// The text of each member of `keys`, or `None` for one that is no object.
fn members(text: &[u8]) -> Result<Vec<Option<&str>>, KeyError> {
    let mut keys = None;
    json::read_object::<KeyError>(text, |member| {
        if member.name == *"keys" {
            let Value::Array(text) = member.value else {
                return Err(KeyError::InvalidMember { member: "keys" });
            };
            let mut members = Vec::new();
            json::read_array::<KeyError>(text, |value| {
                members.push(if let Value::Object(text) = value { Some(text) } else { None });
                Ok(())
            })?;
            keys = Some(members);
        }
        Ok(())
    })?;
    keys.ok_or(KeyError::MissingMember { member: "keys" })
}

/// A token with a `kid` is for the key of that name and its algorithm; one without, for the only key
/// of its algorithm, if there is but one.
impl KeySource for JwkSet {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        let found = header.algorithm();
        let Some(name) = header.key_id() else {
            let only = self.by_algorithm.iter().find(|(algorithm, _)| *algorithm == found);
            let key = only.and_then(|(_, position)| self.keys.get((*position)?));
            return key.map(Cow::Borrowed).ok_or(VerifyError::UnknownKey);
        };
        let positions = self.by_name.get(name).ok_or(VerifyError::UnknownKey)?;
        let mut keys = positions.iter().filter_map(|position| self.keys.get(*position));
        let expected = keys.clone().next().ok_or(VerifyError::UnknownKey)?.algorithm();
        let key = keys.find(|key| key.algorithm() == found);
        key.map(Cow::Borrowed).ok_or(VerifyError::AlgorithmMismatch { expected, found })
    }
}
