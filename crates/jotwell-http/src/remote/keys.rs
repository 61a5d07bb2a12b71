//! Reads the keys from a response.

use std::collections::BTreeMap;
use std::time::Duration;

use http::header::{ETAG, HeaderValue};
use http::{Response, StatusCode};
use jotwell::{ClaimsReader, JwkSet, JwkSetReader, KeyError, SkippedKey};

use super::error::RemoteError;
use super::fetch::FetchError;
use super::freshness::{life, renewed_life};
use crate::same_keys::keep_same;

/// The default maximum number of keys in a set.
pub const DEFAULT_MAX_KEYS: usize = 256;
/// The maximum length of a stored `ETag`, which is sent with every request.
const MAX_ETAG: usize = 1024;

/// The accepted keys.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) reader: JwkSetReader,
    /// Whether the document is a map of certificates by `kid`, rather than a set.
    pub(super) certificates: bool,
    /// The maximum length of a set.
    pub(super) max_bytes: usize,
}

/// A valid response.
pub(super) enum Answer {
    Set {
        keys: Box<Keys>,
        life: Duration,
        etag: Option<HeaderValue>,
    },
    /// The set has not changed since the response with the given `ETag`.
    NotModified {
        life: Option<Duration>,
    },
}

/// The usable keys of a set, and those that were skipped. A set without a usable key is valid: an issuer publishes one
/// to withdraw its keys.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub(super) set: JwkSet,
    pub(super) skipped: Vec<SkippedKey>,
}

/// Returns the body of a response with status 200.
pub(super) fn body(response: Response<Vec<u8>>, limit: usize) -> Result<Vec<u8>, RemoteError> {
    let status = response.status();
    if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
        return Err(RemoteError::Redirected { status: status.as_u16() });
    }
    if status != StatusCode::OK {
        return Err(RemoteError::Status { status: status.as_u16() });
    }
    let body = response.into_body();
    if body.len() > limit {
        return Err(FetchError::TooLong { limit }.into());
    }
    Ok(body)
}

/// Reads the response to a request. `conditional` is whether the request had `If-None-Match`.
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
    let body = body(response, accepted.max_bytes)?;
    let set = accepted.reader.read(if accepted.certificates { set_of_certificates(&body)? } else { body });
    let set = set.map_err(|error| match error {
        KeyError::TooManyKeys { found, limit } => RemoteError::TooManyKeys { found, limit },
        error => RemoteError::NotAKeySet(error),
    })?;
    let skipped = set.skipped().to_vec();
    Ok(Answer::Set { keys: Box::new(Keys { set, skipped }), life, etag })
}

/// Converts a map of PEM certificates by `kid` to a JWK Set with `x5c` (RFC 7517 §4.7), so that there is one reader of
/// keys.
fn set_of_certificates(map: &[u8]) -> Result<Vec<u8>, RemoteError> {
    let map: BTreeMap<String, String> =
        ClaimsReader::read_unverified(map).map_err(|_| RemoteError::NotCertificates)?;
    let keys = map.iter().map(|(kid, pem)| {
        let body = pem.split("-----").nth(2).unwrap_or_default();
        let der: String = body.split_ascii_whitespace().collect();
        serde_json::json!({"kty": "RSA", "kid": kid, "x5c": [der]})
    });
    let set = serde_json::json!({"keys": keys.collect::<Vec<_>>()});
    Ok(set.to_string().into_bytes())
}

impl Keys {
    /// Replaces each key that was there before by the former object, and returns whether any key differs.
    pub(super) fn keeping(self, before: Option<&Self>) -> (Self, bool) {
        let Some(before) = before else { return (self, true) };
        let (set, changed) = keep_same(self.set, &before.set);
        (Self { set, skipped: self.skipped }, changed)
    }
}
