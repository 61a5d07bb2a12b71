//! The way of a token up to its signature: RFC 7515 §5.2.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::compact::{Compact, Decoded};
use super::{DEFAULT_MAX_LENGTH, KeySource, Verified};
use crate::base64url;
use crate::error::{Part, VerifyError};
use crate::header::Header;

/// Verifies signatures over payloads of any kind, with the keys of `K`.
///
/// It says nothing of expiry, issuer or audience: for tokens that carry claims use a
/// [`Validator`](crate::Validator).
#[derive(Clone, Debug)]
pub struct Verifier<K> {
    keys: K,
    max_length: usize,
}

impl<K: KeySource> Verifier<K> {
    /// A verifier with these keys, for tokens of up to [`DEFAULT_MAX_LENGTH`] bytes.
    #[must_use]
    pub fn new(keys: K) -> Self {
        Self { keys, max_length: DEFAULT_MAX_LENGTH }
    }

    /// Looks at tokens of up to `bytes` bytes.
    #[must_use]
    pub fn max_length(self, bytes: usize) -> Self {
        Self { max_length: bytes, ..self }
    }

    /// Verifies `token` and returns its payload.
    ///
    /// # Errors
    /// The variants of [`VerifyError`] from [`TooLong`](VerifyError::TooLong) to
    /// [`InvalidSignature`](VerifyError::InvalidSignature), whichever check comes first, and
    /// [`Base64`](VerifyError::Base64) for the payload.
    pub fn verify(&self, token: &str) -> Result<Verified<Vec<u8>>, VerifyError> {
        let signed = self.open(token)?;
        let payload = base64url::decode(signed.payload)
            .map_err(|error| VerifyError::Base64 { part: Part::Payload, error })?;
        Ok(Verified::new(signed.header, payload))
    }

    /// Verifies `token` up to its signature; the payload has not even been decoded before.
    pub(crate) fn open<'a>(&self, token: &'a str) -> Result<Signed<'a>, VerifyError> {
        let compact = Compact::parse(token, self.max_length)?;
        let header = Header::parse(Decoded::<256>::new().decode(Part::Header, compact.header)?)?;
        let key = self.keys.key_for(&header)?;
        // The source has chosen, and still the key decides.
        if key.algorithm() != header.algorithm() {
            return Err(VerifyError::AlgorithmMismatch {
                expected: key.algorithm(),
                found: header.algorithm(),
            });
        }
        let mut signature = Decoded::<132>::new();
        let signature = signature.decode(Part::Signature, compact.signature)?;
        key.verify(compact.signing_input.as_bytes(), signature)?;
        Ok(Signed { header: Arc::new(header), payload: compact.payload })
    }
}

/// A token whose signature holds, its payload still encoded.
pub(crate) struct Signed<'a> {
    pub(crate) header: Arc<Header>,
    pub(crate) payload: &'a str,
}
