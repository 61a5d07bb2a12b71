//! Several keys, each of which must have signed a JWS in JSON.

use alloc::vec::Vec;
use core::fmt;

use super::json::{JsonJws, Payload};
use super::{KeySource, Verified, Verifier};
use crate::error::{KeyError, VerifyError};
use crate::header::B64;
use crate::key::VerifyingKey;

/// The keys of all signers that a JWS in JSON must have.
///
/// [`Verifier::verify_all`] verifies the signatures that are present. It cannot detect that one was removed, because
/// the list of signatures is not signed (RFC 7515 §7.2.1). If a document is valid only when certain parties have all
/// signed it, name their keys here.
///
/// ```
/// use jotwell::{Algorithm, Header, SigningKey, VerifyError, jws};
///
/// let alice = SigningKey::generate(Algorithm::ES256)?.with_key_id("alice");
/// let bob = SigningKey::generate(Algorithm::EdDSA)?.with_key_id("bob");
/// let both = jws::RequiredSigners::new([alice.verifying_key(), bob.verifying_key()])?;
///
/// let by_alice = jws::JsonJws::new(b"We agree.").sign(&alice, &Header::for_key(&alice))?;
/// assert_eq!(both.verify(&by_alice).unwrap_err(), VerifyError::MissingSigner { index: 1 });
///
/// let by_both = by_alice.sign(&bob, &Header::for_key(&bob))?;
/// assert_eq!(*both.verify(&by_both)?[1], b"We agree.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RequiredSigners {
    keys: Vec<VerifyingKey>,
    verifier: Verifier<()>,
}

impl RequiredSigners {
    /// Creates the list. The keys must differ, so that one signature cannot count for two signers.
    ///
    /// # Errors
    /// [`KeyError::NoKey`] for an empty list, [`KeyError::DuplicateKey`].
    pub fn new(keys: impl IntoIterator<Item = VerifyingKey>) -> Result<Self, KeyError> {
        let mut list: Vec<VerifyingKey> = Vec::new();
        for (index, key) in keys.into_iter().enumerate() {
            if list.iter().any(|other| other.is_same_key(&key)) {
                return Err(KeyError::DuplicateKey { index });
            }
            list.push(key);
        }
        if list.is_empty() {
            return Err(KeyError::NoKey);
        }
        Ok(Self { keys: list, verifier: Verifier::with_keys(()) })
    }

    /// Accepts `b64: false`, as [`Verifier::allow_unencoded_payload`] does.
    #[must_use]
    pub fn allow_unencoded_payload(self) -> Self {
        Self { verifier: self.verifier.allow_unencoded_payload(), ..self }
    }

    /// Verifies that each key has signed, and returns one result for each key, in their order. Signatures by other
    /// keys are ignored.
    ///
    /// A key is tried on the signatures that have its algorithm and, if both have one, its `kid`. Give each key a
    /// `kid`: the payload is hashed once for each pair of a key and a signature that is tried.
    ///
    /// # Errors
    /// [`VerifyError::MissingSigner`] for the first key without a valid signature; [`VerifyError::InvalidJws`] if the
    /// payload is detached and was not [provided](JsonJws::with_detached_payload); [`VerifyError::InvalidHeader`] if
    /// `b64` is not the same for all signatures (RFC 7797 §3).
    pub fn verify(&self, jws: &JsonJws) -> Result<Vec<Verified<Vec<u8>>>, VerifyError> {
        if matches!(jws.payload(), Payload::Missing) {
            return Err(VerifyError::InvalidJws { member: "payload" });
        }
        let mut all: Vec<Verified<Vec<u8>>> = Vec::new();
        for (index, key) in self.keys.iter().enumerate() {
            let mut tried = jws.signatures().iter().map(|signature| {
                self.verifier.verify_signature_by(jws, signature, |header| key.key_for(header))
            });
            let (_, verified) = tried.find_map(Result::ok).ok_or(VerifyError::MissingSigner { index })?;
            let unencoded = verified.header().has_unencoded_payload();
            if all.first().is_some_and(|first| first.header().has_unencoded_payload() != unencoded) {
                return Err(VerifyError::InvalidHeader { parameter: B64 });
            }
            all.push(verified);
        }
        Ok(all)
    }
}

impl fmt::Debug for RequiredSigners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequiredSigners").field("keys", &self.keys).finish_non_exhaustive()
    }
}
