//! Keys, and how a token selects one of them.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::algorithm::Algorithm;
use crate::error::{KeyError, VerifyError};
use crate::header::Header;
use crate::key::VerifyingKey;

/// Names are looked up in constant time if there is a source of randomness for the key of the hash, so that an
/// attacker cannot choose names that collide.
#[cfg(feature = "std")]
pub(super) type ByKeyId<V> = std::collections::HashMap<Arc<str>, V>;
#[cfg(not(feature = "std"))]
pub(super) type ByKeyId<V> = alloc::collections::BTreeMap<Arc<str>, V>;

/// Keys by `kid`, by the digest of their certificate, and by algorithm.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyIndex {
    keys: Vec<VerifyingKey>,
    /// Positions of the keys with that `kid`, which differ in algorithm.
    by_name: ByKeyId<Vec<usize>>,
    /// Positions of the keys with that `x5t#S256`.
    by_sha256: Vec<([u8; 32], usize)>,
    /// Positions of the keys with that `x5t`.
    by_sha1: Vec<([u8; 20], usize)>,
    /// For tokens without `kid`: the number of keys of the algorithm, and the position of the first.
    by_algorithm: Vec<(Algorithm, usize, usize)>,
}

/// The digests of a key's certificate (RFC 7517 §4.8 and §4.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CertificateDigests {
    pub(super) sha1: Option<[u8; 20]>,
    pub(super) sha256: Option<[u8; 32]>,
}

impl KeyIndex {
    pub(super) fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// Changes each key, but not its `kid` and algorithm.
    pub(super) fn try_map(
        mut self,
        change: impl Fn(VerifyingKey) -> Result<VerifyingKey, KeyError>,
    ) -> Result<Self, KeyError> {
        self.keys = self.keys.into_iter().map(change).collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// # Errors
    /// [`KeyError::DuplicateKeyId`] if another key has the same `kid` and algorithm.
    pub(super) fn insert(&mut self, key: VerifyingKey, digests: CertificateDigests) -> Result<(), KeyError> {
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
        self.by_sha256.extend(digests.sha256.map(|digest| (digest, position)));
        self.by_sha1.extend(digests.sha1.map(|digest| (digest, position)));
        match self.by_algorithm.iter_mut().find(|(algorithm, ..)| *algorithm == key.algorithm()) {
            Some((_, count, _)) => *count = count.saturating_add(1),
            None => self.by_algorithm.push((key.algorithm(), 1, position)),
        }
        self.keys.push(key);
        Ok(())
    }

    /// Returns the key for a token with this header: by `kid`; without `kid` by `x5t#S256` or `x5t`, if they are
    /// well-formed and a key has them; otherwise the only key of the algorithm. `skipped` says why the key with the
    /// `kid` was skipped.
    pub(super) fn choose<'a>(
        &self,
        header: &Header,
        skipped: impl Fn(Option<&str>) -> Skipped<'a>,
    ) -> Result<&VerifyingKey, VerifyError> {
        let found = header.algorithm();
        if let Some(name) = header.key_id() {
            return match self.by_name.get(name) {
                Some(positions) => self.of_algorithm(positions.iter().copied(), found),
                None => Err(match skipped(Some(name)).reason {
                    Some(reason) => VerifyError::SkippedKey { reason: reason.clone() },
                    None => VerifyError::unknown_key(Some(name)),
                }),
            };
        }
        if let Some(by_certificate) = self.by_certificate(header) {
            return by_certificate;
        }
        match self.by_algorithm.iter().find(|(algorithm, ..)| *algorithm == found) {
            Some((_, 1, position)) => self.keys.get(*position).ok_or_else(|| VerifyError::unknown_key(None)),
            Some((_, keys, _)) => Err(VerifyError::AmbiguousKey { algorithm: found, keys: *keys }),
            None => Err(VerifyError::NoKeyForAlgorithm { algorithm: found, skipped: skipped(None).count }),
        }
    }

    /// Returns the key with the certificate that the header names, or `None` if no key has it. A malformed value names
    /// no certificate: some servers write `x5t` as base64url of hexadecimal.
    fn by_certificate(&self, header: &Header) -> Option<Result<&VerifyingKey, VerifyError>> {
        fn positions<const N: usize>(
            known: &[([u8; N], usize)],
            read: impl FnOnce() -> Result<Option<[u8; N]>, VerifyError>,
        ) -> impl Iterator<Item = usize> + Clone {
            // The header parameter is not read if no key has a digest.
            let wanted = if known.is_empty() { None } else { read().ok().flatten() };
            known.iter().filter(move |(digest, _)| Some(*digest) == wanted).map(|(_, position)| *position)
        }
        let by_sha256 = positions(&self.by_sha256, || header.x509_sha256());
        if by_sha256.clone().next().is_some() {
            return Some(self.of_algorithm(by_sha256, header.algorithm()));
        }
        let by_sha1 = positions(&self.by_sha1, || header.x509_sha1());
        by_sha1.clone().next().is_some().then(|| self.of_algorithm(by_sha1, header.algorithm()))
    }

    /// Returns the key of that algorithm among these, which are one key for several algorithms, or several keys with
    /// the same name.
    fn of_algorithm(
        &self,
        positions: impl Iterator<Item = usize> + Clone,
        found: Algorithm,
    ) -> Result<&VerifyingKey, VerifyError> {
        let mut keys = positions.filter_map(|position| self.keys.get(position));
        let expected = keys.clone().next().ok_or_else(|| VerifyError::unknown_key(None))?.algorithm();
        let key = keys.find(|key| key.algorithm() == found);
        match (key, keys.filter(|key| key.algorithm() == found).count()) {
            (None, _) => Err(VerifyError::AlgorithmMismatch { expected, found }),
            (Some(key), 0) => Ok(key),
            // A name and an algorithm belong to only one key; a certificate may belong to several.
            (Some(_), more) => {
                Err(VerifyError::AmbiguousKey { algorithm: found, keys: more.saturating_add(1) })
            }
        }
    }
}

/// The keys that a set has skipped.
pub(super) struct Skipped<'a> {
    /// Why the key with the name was skipped.
    pub(super) reason: Option<&'a KeyError>,
    /// How many were skipped.
    pub(super) count: usize,
}

/// A key of a set that was skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedKey {
    /// Its position in the set, from 0.
    pub index: usize,
    /// Its `kid`, even if the rest of it cannot be read.
    pub key_id: Option<String>,
    /// Why it was skipped.
    pub reason: KeyError,
}
