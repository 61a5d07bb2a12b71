//! Verification of a token up to its signature: RFC 7515 §5.2.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::compact::{Buffer, Compact, Stack, decoded};
use super::header_cache::HeaderCache;
use super::json::{JsonJws, JsonSignature, Payload};
use super::{DEFAULT_MAX_LENGTH, DynKeySource, KeySource, Verified};
use crate::base64url;
use crate::error::{TokenPart, VerifyError};
use crate::header::{self, B64, Header, Joined};
use crate::key::VerifyingKey;

/// Verifies signatures over payloads of any kind, with the keys of `K`.
///
/// It does not check expiry, issuer or audience. For tokens with claims use a [`Validator`](crate::Validator).
#[derive(Clone, Debug)]
pub struct Verifier<K> {
    keys: K,
    pub(crate) max_length: usize,
    unencoded_payload: bool,
    /// Shared by clones: the meaning of a header does not depend on keys or policy.
    memo: Arc<HeaderCache>,
}

impl<K: KeySource> Verifier<K> {
    /// Creates a verifier with these keys, for tokens of up to [`DEFAULT_MAX_LENGTH`] bytes.
    #[must_use]
    pub fn new(keys: K) -> Self {
        Self::with_keys(keys)
    }

    /// Erases the type of the key source, so that verifiers with different sources have the same type.
    #[must_use]
    pub fn boxed(self) -> Verifier<DynKeySource>
    where
        K: Send + Sync + 'static,
    {
        let Self { keys, max_length, unencoded_payload, memo } = self;
        Verifier { keys: Arc::new(keys), max_length, unencoded_payload, memo }
    }

    /// Verifies `token`, in compact form, and returns its payload.
    ///
    /// # Errors
    /// The variants of [`VerifyError`] from [`TooLong`](VerifyError::TooLong) to
    /// [`InvalidSignature`](VerifyError::InvalidSignature), by the first check that fails, and
    /// [`Base64`](VerifyError::Base64) for the payload.
    pub fn verify(&self, token: &str) -> Result<Verified<Vec<u8>>, VerifyError> {
        let compact = Compact::parse(token, self.max_length)?;
        let header = self.header(&compact)?;
        self.signature(&*self.key_for(&header)?, &header, &compact)?;
        Ok(Verified::new(header, decoded(TokenPart::Payload, compact.payload)?))
    }

    /// Verifies `token`, in compact form with nothing between its two dots, over a `payload` that was received
    /// separately (RFC 7515 appendix F).
    ///
    /// ```
    /// use jotwell::{Algorithm, SigningKey, jws};
    ///
    /// let key = SigningKey::generate(Algorithm::EdDSA)?;
    /// let token = jws::sign_detached(b"a large file", &key)?;
    /// let verifier = jws::Verifier::new(key.verifying_key());
    /// assert!(verifier.verify_detached(&token, b"a large file").is_ok());
    /// assert!(verifier.verify_detached(&token, b"another file").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`verify`](Self::verify), and [`VerifyError::InvalidJws`] if the token contains a payload.
    pub fn verify_detached<'p>(
        &self,
        token: &str,
        payload: &'p [u8],
    ) -> Result<Verified<&'p [u8]>, VerifyError> {
        let compact = Compact::parse(token, self.max_length)?;
        if !compact.payload.is_empty() {
            return Err(VerifyError::InvalidJws { member: "payload" });
        }
        let Joined { whole, protected } = self.headers(Some(compact.header), None)?;
        let input = signing_input(&protected, compact.header, payload);
        verify_signature(&*self.key_for(&whole)?, &input, compact.signature)?;
        Ok(Verified::new(Arc::new(protected), payload))
    }

    /// Verifies a JWS in JSON by its first valid signature. The other signatures are ignored.
    ///
    /// # Errors
    /// That of the first signature, if none is valid; [`VerifyError::InvalidJws`] if the payload is detached and was
    /// not [provided](JsonJws::with_detached_payload).
    pub fn verify_any(&self, jws: &JsonJws) -> Result<Verified<Vec<u8>>, VerifyError> {
        let mut first = None;
        for signature in jws.signatures() {
            match self.verify_signer(jws, signature) {
                Ok((_, verified)) => return Ok(verified),
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or(VerifyError::InvalidSignature))
    }

    /// Verifies all signatures of a JWS in JSON, no two of which may be by the same key. Returns one result for each,
    /// in their order.
    ///
    /// It cannot detect that a signature was removed. To require certain signers, use
    /// [`RequiredSigners`](super::RequiredSigners).
    /// [`RequiredSigners`](super::RequiredSigners).
    ///
    /// # Errors
    /// That of the first invalid signature; [`VerifyError::InvalidJws`] if there is no signature, or two by the same
    /// key; [`VerifyError::InvalidHeader`] if `b64` is not the same for all (RFC 7797 §3); and as
    /// [`verify_any`](Self::verify_any).
    pub fn verify_all(&self, jws: &JsonJws) -> Result<Vec<Verified<Vec<u8>>>, VerifyError> {
        let mut signers: Vec<Cow<'_, VerifyingKey>> = Vec::new();
        let mut all: Vec<Verified<Vec<u8>>> = Vec::new();
        for signature in jws.signatures() {
            let (key, verified) = self.verify_signer(jws, signature)?;
            if signers.iter().any(|signer| signer.is_same_key(&key)) {
                return Err(VerifyError::InvalidJws { member: "signatures" });
            }
            let unencoded = verified.header().has_unencoded_payload();
            if all.iter().any(|other| other.header().has_unencoded_payload() != unencoded) {
                return Err(VerifyError::InvalidHeader { parameter: B64 });
            }
            signers.push(key);
            all.push(verified);
        }
        if all.is_empty() { Err(VerifyError::InvalidJws { member: "signatures" }) } else { Ok(all) }
    }

    fn verify_signer(
        &self,
        jws: &JsonJws,
        signature: &JsonSignature,
    ) -> Result<(Cow<'_, VerifyingKey>, Verified<Vec<u8>>), VerifyError> {
        self.verify_signature_by(jws, signature, |header| self.key_for(header))
    }

    /// Reads the header of a token in compact form.
    pub(crate) fn header(&self, compact: &Compact<'_>) -> Result<Arc<Header>, VerifyError> {
        if let Some(header) = self.memo.recall(compact.header) {
            return Ok(header.clone());
        }
        Header::parse(Stack::<256>::new().decode(TokenPart::Header, compact.header)?).map(Arc::new)
    }

    /// Returns the key for a token with this header, which is for the algorithm of the header.
    pub(crate) fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        let key = self.keys.key_for(header)?;
        // The key decides the algorithm, not the source that selected it.
        if key.algorithm() != header.algorithm() {
            return Err(VerifyError::AlgorithmMismatch {
                expected: key.algorithm(),
                found: header.algorithm(),
            });
        }
        Ok(key)
    }

    /// Verifies the signature of a token in compact form, with this header, by `key`.
    pub(crate) fn signature(
        &self,
        key: &VerifyingKey,
        header: &Arc<Header>,
        compact: &Compact<'_>,
    ) -> Result<(), VerifyError> {
        verify_signature(key, compact.signing_input.as_bytes(), compact.signature)?;
        self.memo.remember(compact.header, header);
        Ok(())
    }
}

impl<K> Verifier<K> {
    /// Creates a verifier with keys of any kind: those of encrypted tokens, or `()` if the caller provides a key for
    /// each signature.
    pub(crate) fn with_keys(keys: K) -> Self {
        Self { keys, max_length: DEFAULT_MAX_LENGTH, unencoded_payload: false, memo: Arc::default() }
    }

    #[cfg(feature = "jwe")]
    pub(crate) fn keys(&self) -> &K {
        &self.keys
    }

    /// Sets the largest length of a token in bytes. Defaults to [`DEFAULT_MAX_LENGTH`]. A detached payload does not
    /// count. The header may have half of it, or [`DEFAULT_MAX_HEADER_LENGTH`](crate::jws::DEFAULT_MAX_HEADER_LENGTH)
    /// if that is more. For a JWS in JSON, use [`JsonJws::parse_up_to`].
    #[must_use]
    pub fn max_length(self, bytes: usize) -> Self {
        Self { max_length: bytes, ..self }
    }

    /// Accepts `b64: false` (RFC 7797): a payload that is signed without being encoded, detached or in JSON.
    #[must_use]
    pub fn allow_unencoded_payload(self) -> Self {
        Self { unencoded_payload: true, ..self }
    }

    /// Verifies one signature of a JWS in JSON by the key that `key_for` returns for its headers.
    pub(super) fn verify_signature_by<'k>(
        &self,
        jws: &JsonJws,
        signature: &JsonSignature,
        key_for: impl FnOnce(&Header) -> Result<Cow<'k, VerifyingKey>, VerifyError>,
    ) -> Result<(Cow<'k, VerifyingKey>, Verified<Vec<u8>>), VerifyError> {
        let Joined { whole, protected: header } =
            self.headers(signature.protected(), signature.unprotected_header())?;
        let protected = signature.protected().unwrap_or_default();
        let key = key_for(&whole)?;
        let payload = match jws.payload() {
            Payload::Detached(payload) => {
                verify_signature(&key, &signing_input(&header, protected, payload), signature.encoded())?;
                payload.clone()
            }
            // The text itself is signed, whether it is an encoding or the payload.
            Payload::Attached(text) => {
                verify_signature(&key, [protected, ".", text].concat().as_bytes(), signature.encoded())?;
                match header.has_unencoded_payload() {
                    true => text.clone().into_bytes(),
                    false => decoded(TokenPart::Payload, text)?,
                }
            }
            Payload::Missing => return Err(VerifyError::InvalidJws { member: "payload" }),
        };
        Ok((key, Verified::new(Arc::new(header), payload)))
    }

    /// Reads the headers of a signature. `b64` is supported if the verifier allows it.
    fn headers(&self, protected: Option<&str>, unprotected: Option<&str>) -> Result<Joined, VerifyError> {
        let understood: &[&str] = if self.unencoded_payload { &[B64] } else { &[] };
        let mut decoded = Stack::<256>::new();
        let protected = protected.map(|text| decoded.decode(TokenPart::Header, text)).transpose()?;
        header::joined(protected, unprotected, understood)
    }
}

fn verify_signature(key: &VerifyingKey, signing_input: &[u8], signature: &str) -> Result<(), VerifyError> {
    // Clearing the shorter buffer, for signatures of all algorithms but RSA, is faster. All signatures fit into the
    // longer one.
    let (mut short, mut long);
    let buffer: &mut dyn Buffer = if signature.len() <= 176 {
        short = Stack::<132>::new();
        &mut short
    } else {
        long = Stack::<{ crate::algorithm::RSA_MAX_BITS / 8 }>::new();
        &mut long
    };
    key.verify(signing_input, buffer.decode(TokenPart::Signature, signature)?)
}

/// Returns the signing input by RFC 7515 §5.1, and by RFC 7797 §3 for a payload that is not encoded.
fn signing_input(header: &Header, protected: &str, payload: &[u8]) -> Vec<u8> {
    let mut input = Vec::from(protected.as_bytes());
    input.push(b'.');
    match header.has_unencoded_payload() {
        true => input.extend_from_slice(payload),
        false => base64url::append(payload, &mut input),
    }
    input
}
