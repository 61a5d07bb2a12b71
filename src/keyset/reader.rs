//! Reading of JWK Sets.

use alloc::string::String;
use alloc::vec::Vec;

use super::JwkSet;
use super::index::{ByKeyId, CertificateDigests, SkippedKey};
use crate::algorithm::Algorithm;
use crate::der;
use crate::error::KeyError;
use crate::json::{self, Value};
use crate::jwk::Jwk;
use crate::key::VerifyingKey;
use crate::key_type::KeyFormat;

/// How to read a [`JwkSet`]: the accepted algorithms, and what is tolerated.
///
/// ```
/// use jotwell::{Algorithm, JwkSetReader};
///
/// // The bundle of a SPIFFE trust domain.
/// let keys = JwkSetReader::new([Algorithm::EdDSA]).accept_use("jwt-svid").read(r#"{"keys":[
///     {"kty":"OKP","crv":"Ed25519","kid":"a","use":"jwt-svid","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
/// ]}"#)?;
/// assert_eq!(keys.len(), 1);
/// # Ok::<(), jotwell::KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct JwkSetReader {
    algorithms: Vec<Algorithm>,
    max_keys: usize,
    uses: Vec<String>,
}

impl JwkSetReader {
    /// Creates a reader for these algorithms. A key without `alg` is used for each of them that it fits.
    #[must_use]
    pub fn new(algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        let mut reader = Self { algorithms: Vec::new(), max_keys: usize::MAX, uses: Vec::new() };
        for algorithm in algorithms {
            if !reader.algorithms.contains(&algorithm) {
                reader.algorithms.push(algorithm);
            }
        }
        reader
    }

    /// Rejects sets of more members, including those that would be skipped. Unlimited by default.
    #[must_use]
    pub fn max_keys(self, max_keys: usize) -> Self {
        Self { max_keys, ..self }
    }

    /// Accepts keys whose `use` has this value, in addition to those with `sig` and those without `use`. SPIFFE uses
    /// `jwt-svid`. Keys for encryption, `enc`, are skipped even if you pass that value.
    #[must_use]
    pub fn accept_use(mut self, public_key_use: impl Into<String>) -> Self {
        self.uses.push(public_key_use.into());
        self
    }

    /// Reads a set, `{"keys":[…]}`.
    ///
    /// # Errors
    /// [`KeyError::TooManyKeys`], before any key is read; [`KeyError::Json`]; [`KeyError::UnexpectedFormat`] for a
    /// single key, PEM, or another document of an issuer; [`KeyError::MissingMember`] or [`KeyError::InvalidMember`]
    /// for `keys` itself. Errors of single keys are in [`JwkSet::skipped`].
    pub fn read(&self, json: impl AsRef<[u8]>) -> Result<JwkSet, KeyError> {
        let members = members(json.as_ref())?;
        if members.len() > self.max_keys {
            return Err(KeyError::TooManyKeys { found: members.len(), limit: self.max_keys });
        }
        let mut entries: Vec<Entry> =
            members.into_iter().enumerate().map(|(index, text)| self.entry(index, text)).collect();
        skip_different_keys_of_one_name(&mut entries);
        let mut set = JwkSet::default();
        for Entry { index, key_id, content, digests, .. } in entries {
            let inserted =
                content.and_then(|keys| keys.into_iter().try_for_each(|key| set.index.insert(key, digests)));
            if let Err(reason) = inserted {
                set.skip(SkippedKey { index, key_id, reason });
            }
        }
        Ok(set)
    }

    fn entry(&self, index: usize, text: Option<&str>) -> Entry {
        let jwk = text.ok_or(KeyError::InvalidMember { member: "keys" }).and_then(Jwk::from_json);
        let key_id = match &jwk {
            Ok(jwk) => jwk.key_id().map(String::from),
            // The rest of the key cannot be read, but its name may be readable.
            Err(_) => text.and_then(key_id_of),
        };
        let digests = jwk.as_ref().map(digests_of).unwrap_or_default();
        let content = jwk.and_then(|jwk| self.keys_of(jwk));
        Entry { index, key_id, content, digests }
    }

    /// Returns the key for each algorithm that it fits, at least one.
    fn keys_of(&self, jwk: Jwk) -> Result<Vec<VerifyingKey>, KeyError> {
        // Reported first, also for secrets: whether one would fit an algorithm is irrelevant here.
        if jwk.is_private() {
            return Err(KeyError::NotPublic { found: KeyFormat::Jwk });
        }
        let jwk = jwk.accept_uses(&self.uses);
        let mut reason = KeyError::UseNotAllowed { member: "alg" };
        let mut keys = Vec::new();
        for algorithm in &self.algorithms {
            match VerifyingKey::from_jwk(*algorithm, &jwk) {
                Ok(key) => keys.push(key),
                // An error of the key itself is more useful than that it is for another algorithm.
                Err(KeyError::UseNotAllowed { member: "alg" }) => {}
                Err(error @ KeyError::WrongKeyType { .. }) => {
                    if matches!(reason, KeyError::UseNotAllowed { member: "alg" }) {
                        reason = error;
                    }
                }
                Err(error) => reason = error,
            }
        }
        if keys.is_empty() { Err(reason) } else { Ok(keys) }
    }
}

/// A member of `keys`.
struct Entry {
    index: usize,
    key_id: Option<String>,
    /// The key for each of its algorithms, or why it is skipped. Empty for a repetition of an earlier entry.
    content: Result<Vec<VerifyingKey>, KeyError>,
    digests: CertificateDigests,
}

/// RFC 7517 §4.5 recommends a distinct name for each key. If two keys have the same name and an algorithm in common, a
/// token's choice between them is ambiguous, so both are skipped. The same key twice counts once.
fn skip_different_keys_of_one_name(entries: &mut [Entry]) {
    let mut first_of: ByKeyId<Vec<(Algorithm, usize)>> = ByKeyId::default();
    let mut repeated = Vec::new();
    let mut refused = Vec::new();
    for (position, entry) in entries.iter().enumerate() {
        let (Some(key_id), Ok(keys)) = (&entry.key_id, &entry.content) else { continue };
        let known = first_of.entry(key_id.as_str().into()).or_default();
        for key in keys {
            let earlier = known.iter().find(|(algorithm, _)| *algorithm == key.algorithm());
            let Some((_, earlier)) = earlier else {
                known.push((key.algorithm(), position));
                continue;
            };
            let same = |other: &Entry| {
                other.content.as_ref().is_ok_and(|keys| keys.iter().any(|other| other.is_same_key(key)))
            };
            if entries.get(*earlier).is_some_and(same) {
                repeated.push((position, key.algorithm()));
            } else {
                refused.extend([*earlier, position]);
            }
        }
    }
    for (position, algorithm) in repeated {
        if let Some(Entry { content: Ok(keys), .. }) = entries.get_mut(position) {
            keys.retain(|key| key.algorithm() != algorithm);
        }
    }
    for position in refused {
        if let Some(entry) = entries.get_mut(position) {
            entry.content = Err(KeyError::DuplicateKeyId);
        }
    }
}

fn digests_of(jwk: &Jwk) -> CertificateDigests {
    let (sha1, sha256) = jwk.certificate_digests();
    CertificateDigests { sha1, sha256 }
}

/// Returns the `kid` of a key that is otherwise invalid.
fn key_id_of(text: &str) -> Option<String> {
    let mut key_id = None;
    json::read_object::<KeyError>(text.as_bytes(), |member| {
        if let (true, Value::String(name)) = (member.name == *"kid", member.value) {
            key_id = Some(name.to_cow().into_owned());
        }
        Ok(())
    })
    .ok()?;
    key_id
}

/// Returns the text of each member of `keys`, or `None` for one that is not an object.
fn members(text: &[u8]) -> Result<Vec<Option<&str>>, KeyError> {
    let mut keys = None;
    let mut certificates = true;
    let read = json::read_object::<KeyError>(text, |member| {
        certificates &=
            matches!(member.value, Value::String(_)) && member.raw.contains("-----BEGIN CERTIFICATE");
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
    });
    let found = match read {
        Ok("{}") | Err(_) => None,
        Ok(_) => certificates.then_some(KeyFormat::CertificateMap),
    };
    let unexpected = |found| KeyError::UnexpectedFormat { expected: KeyFormat::JwkSet, found };
    match (read, keys) {
        (Ok(_), Some(keys)) => Ok(keys),
        (Ok(_), None) => Err(found
            .or_else(|| der::format_of_text(text).filter(|found| *found != KeyFormat::JwkSet))
            .map_or(KeyError::MissingMember { member: "keys" }, unexpected)),
        // A text that is not JSON may be PEM.
        (Err(KeyError::Json(error)), _) => Err(match der::format_of_text(text) {
            Some(found @ KeyFormat::Pem) if !text.trim_ascii_start().starts_with(b"{") => unexpected(found),
            _ => KeyError::Json(error),
        }),
        (Err(error), _) => Err(error),
    }
}
