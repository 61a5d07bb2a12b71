//! Sets of keys from which a token selects one: JWK Sets (RFC 7517 §5), and shared secrets by `kid`.

mod index;
mod reader;
mod secrets;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

pub use self::index::SkippedKey;
use self::index::{ByKeyId, CertificateDigests, KeyIndex, Skipped};
pub use self::reader::JwkSetReader;
pub use self::secrets::HmacKeySet;
use crate::algorithm::Algorithm;
use crate::backend::Backend;
use crate::error::{KeyError, VerifyError};
use crate::header::Header;
use crate::jws::KeySource;
use crate::key::{VerifyingKey, check_backend};
use crate::key_type::KeyFormat;

/// Public keys from which a token selects one by `kid`, then by `alg`.
///
/// A token without `kid` selects by `x5t#S256` or `x5t`, if they are well-formed and a key of the set has that
/// certificate. Otherwise it selects the only key of its algorithm. The certificate of a key is the first in its `x5c`
/// (RFC 7517 §4.7), and a key that has only `x5c` is read from it (feature `pem`). This applies to the set only: a key
/// is never taken from a token.
///
/// The application names the accepted algorithms, not the set. Unusable keys are skipped, each with the reason: real
/// sets contain keys for encryption, keys of unknown types, and malformed ones. Secrets and private keys do not belong
/// in a set, and are skipped too.
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
    index: KeyIndex,
    skipped: Vec<SkippedKey>,
    /// Positions of the first skipped key with each `kid`.
    skipped_by_name: ByKeyId<usize>,
}

impl JwkSet {
    /// Reads a set, `{"keys":[…]}`, for these algorithms. A key without `alg` is used for each of them that it fits.
    ///
    /// The number of keys is not limited. For a set from an untrusted source, use
    /// [`from_json_up_to`](Self::from_json_up_to).
    ///
    /// # Errors
    /// Those of [`JwkSetReader::read`]. Errors of single keys are in [`skipped`](Self::skipped).
    pub fn from_json(json: impl AsRef<[u8]>, algorithms: &[Algorithm]) -> Result<Self, KeyError> {
        JwkSetReader::new(algorithms.iter().copied()).read(json)
    }

    /// Reads a set of up to `max_keys` members, like [`from_json`](Self::from_json). Members that are skipped count,
    /// too.
    ///
    /// # Errors
    /// [`KeyError::TooManyKeys`], before any key is read, and as [`from_json`](Self::from_json).
    pub fn from_json_up_to(
        max_keys: usize,
        json: impl AsRef<[u8]>,
        algorithms: &[Algorithm],
    ) -> Result<Self, KeyError> {
        JwkSetReader::new(algorithms.iter().copied()).max_keys(max_keys).read(json)
    }

    /// Creates a set of these keys.
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] for a shared secret, and [`KeyError::DuplicateKeyId`].
    pub fn from_keys(keys: impl IntoIterator<Item = VerifyingKey>) -> Result<Self, KeyError> {
        let mut set = Self::default();
        for key in keys {
            if key.algorithm().is_symmetric() {
                return Err(KeyError::NotPublic { found: KeyFormat::Bytes });
            }
            set.index.insert(key, CertificateDigests::default())?;
        }
        Ok(set)
    }

    /// [Moves](VerifyingKey::with_backend) each key of the set to `backend`. If one key cannot be moved, the result is
    /// an error, so the set does not mix backends.
    ///
    /// # Errors
    /// [`KeyError::BackendDisabled`] and [`KeyError::UnsupportedProcessor`], for an empty set as well;
    /// [`KeyError::UnsupportedByBackend`] and [`KeyError::RejectedByBackend`] for the first key that the backend does not
    /// accept. AWS-LC accepts every public key that this crate does. Graviola does not accept RSA keys of unusual length
    /// or exponent, so for a set that someone else publishes, expect the error and keep the set on its backend.
    pub fn with_backend(mut self, backend: Backend) -> Result<Self, KeyError> {
        check_backend(backend)?;
        self.index = self.index.try_map(|key| key.with_backend(backend))?;
        Ok(self)
    }

    /// Returns the keys, in the order of the set.
    #[must_use]
    pub fn keys(&self) -> &[VerifyingKey] {
        self.index.keys()
    }

    /// Returns the number of keys. A key without `alg` counts once for each algorithm that it is used for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys().len()
    }

    /// Returns whether the set has no usable key, in which case every token is rejected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys().is_empty()
    }

    /// Returns the keys that were skipped, with the reasons.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    /// Returns the set as JSON, for publication.
    ///
    /// # Errors
    /// None for a set that this crate created. The type is that of [`Jwk::to_json`](crate::Jwk::to_json).
    pub fn to_json(&self) -> Result<String, KeyError> {
        let keys: Vec<String> =
            self.keys().iter().map(|key| key.to_jwk().to_json()).collect::<Result<_, _>>()?;
        Ok(["{\"keys\":[", &keys.join(","), "]}"].concat())
    }

    fn skip(&mut self, key: SkippedKey) {
        if let Some(name) = &key.key_id {
            self.skipped_by_name.entry(name.as_str().into()).or_insert(self.skipped.len());
        }
        self.skipped.push(key);
    }
}

/// Serializes like [`to_json`](Self::to_json): `{"keys":[…]}`.
impl Serialize for JwkSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut set = serializer.serialize_map(Some(1))?;
        set.serialize_entry("keys", self.keys())?;
        set.end()
    }
}

impl KeySource for JwkSet {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        let skipped = |key_id: Option<&str>| Skipped {
            reason: key_id
                .and_then(|name| self.skipped.get(*self.skipped_by_name.get(name)?))
                .map(|skipped| &skipped.reason),
            count: self.skipped.len(),
        };
        self.index.choose(header, skipped).map(Cow::Borrowed)
    }
}
