//! The way of a token up to its signature: RFC 7515 §5.2.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::compact::{Compact, Decoded};
use super::json::{JsonJws, JsonSignature, Payload};
use super::{DEFAULT_MAX_LENGTH, KeySource, Verified};
use crate::base64url;
use crate::error::{Part, VerifyError};
use crate::header::{B64, Header};

/// Verifies signatures over payloads of any kind, with the keys of `K`.
///
/// It says nothing of expiry, issuer or audience: for tokens that carry claims use a
/// [`Validator`](crate::Validator).
#[derive(Clone, Debug)]
pub struct Verifier<K> {
    keys: K,
    max_length: usize,
    unencoded_payload: bool,
}

impl<K: KeySource> Verifier<K> {
    /// A verifier with these keys, for tokens of up to [`DEFAULT_MAX_LENGTH`] bytes.
    #[must_use]
    pub fn new(keys: K) -> Self {
        Self { keys, max_length: DEFAULT_MAX_LENGTH, unencoded_payload: false }
    }

    /// Looks at tokens of up to `bytes` bytes. A detached payload does not count.
    #[must_use]
    pub fn max_length(self, bytes: usize) -> Self {
        Self { max_length: bytes, ..self }
    }

    /// Understands `b64: false` (RFC 7797): a payload that goes into the signature as it is, where it
    /// stands apart from the token or in JSON.
    #[must_use]
    pub fn allow_unencoded_payload(self) -> Self {
        Self { unencoded_payload: true, ..self }
    }

    /// Verifies `token`, in compact form, and returns its payload.
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

    /// Verifies `token`, in compact form with nothing between its dots, over a `payload` that came
    /// another way (RFC 7515 appendix F).
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
    /// As [`verify`](Self::verify), and [`VerifyError::InvalidJws`] where the token has a payload.
    pub fn verify_detached<'p>(
        &self,
        token: &str,
        payload: &'p [u8],
    ) -> Result<Verified<&'p [u8]>, VerifyError> {
        let compact = Compact::parse(token, self.max_length)?;
        if !compact.payload.is_empty() {
            return Err(VerifyError::InvalidJws { member: "payload" });
        }
        let header = self.header(Some(compact.header), None)?;
        let input = signing_input(&header, compact.header, payload);
        self.check(&header, &input, compact.signature)?;
        Ok(Verified::new(Arc::new(header), payload))
    }

    /// Verifies a JWS in JSON by one signature that holds, whatever the others are.
    ///
    /// # Errors
    /// That of the first signature, where none holds; [`VerifyError::InvalidJws`] where the payload
    /// is detached and was not [given](JsonJws::with_detached_payload).
    pub fn verify_any(&self, jws: &JsonJws) -> Result<Verified<Vec<u8>>, VerifyError> {
        let mut first = None;
        for signature in jws.signatures() {
            match self.verify_one(jws, signature) {
                Ok(verified) => return Ok(verified),
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or(VerifyError::InvalidSignature))
    }

    /// Verifies a JWS in JSON by all of its signatures. Returns one for each, in their order.
    ///
    /// # Errors
    /// That of the first signature that does not hold, and as [`verify_any`](Self::verify_any).
    pub fn verify_all(&self, jws: &JsonJws) -> Result<Vec<Verified<Vec<u8>>>, VerifyError> {
        jws.signatures().iter().map(|signature| self.verify_one(jws, signature)).collect()
    }

    fn verify_one(&self, jws: &JsonJws, signature: &JsonSignature) -> Result<Verified<Vec<u8>>, VerifyError> {
        let header = self.header(signature.protected(), signature.unprotected())?;
        let protected = signature.protected().unwrap_or_default();
        let payload = match jws.payload() {
            Payload::Detached(payload) => {
                self.check(&header, &signing_input(&header, protected, payload), signature.encoded())?;
                payload.clone()
            }
            // The text itself is signed, whether it is an encoding or the payload.
            Payload::Attached(text) => {
                let input = [protected, ".", text].concat();
                self.check(&header, input.as_bytes(), signature.encoded())?;
                match header.has_unencoded_payload() {
                    true => text.clone().into_bytes(),
                    false => base64url::decode(text)
                        .map_err(|error| VerifyError::Base64 { part: Part::Payload, error })?,
                }
            }
            Payload::Missing => return Err(VerifyError::InvalidJws { member: "payload" }),
        };
        Ok(Verified::new(Arc::new(header), payload))
    }

    /// The headers of a signature, `b64` understood if that was asked for.
    fn header(&self, protected: Option<&str>, unprotected: Option<&str>) -> Result<Header, VerifyError> {
        let understood: &[&str] = if self.unencoded_payload { &[B64] } else { &[] };
        let mut decoded = Decoded::<256>::new();
        let protected = protected.map(|text| decoded.decode(Part::Header, text)).transpose()?;
        Header::parse_joined(protected, unprotected, understood)
    }

    /// Verifies `token` up to its signature; the payload has not even been decoded before.
    pub(crate) fn open<'a>(&self, token: &'a str) -> Result<Signed<'a>, VerifyError> {
        let compact = Compact::parse(token, self.max_length)?;
        let header = Header::parse(Decoded::<256>::new().decode(Part::Header, compact.header)?)?;
        self.check(&header, compact.signing_input.as_bytes(), compact.signature)?;
        Ok(Signed { header: Arc::new(header), payload: compact.payload })
    }

    fn check(&self, header: &Header, signing_input: &[u8], signature: &str) -> Result<(), VerifyError> {
        let key = self.keys.key_for(header)?;
        // The source has chosen, and still the key decides.
        if key.algorithm() != header.algorithm() {
            return Err(VerifyError::AlgorithmMismatch {
                expected: key.algorithm(),
                found: header.algorithm(),
            });
        }
        let mut decoded = Decoded::<132>::new();
        key.verify(signing_input, decoded.decode(Part::Signature, signature)?)
    }

    pub(crate) fn max_length_in_bytes(&self) -> usize {
        self.max_length
    }
}

/// RFC 7515 §5.1, and RFC 7797 §3 for a payload that is not encoded.
fn signing_input(header: &Header, protected: &str, payload: &[u8]) -> Vec<u8> {
    let mut input = Vec::from(protected.as_bytes());
    input.push(b'.');
    match header.has_unencoded_payload() {
        true => input.extend_from_slice(payload),
        false => base64url::append(payload, &mut input),
    }
    input
}

/// A token whose signature holds, its payload still encoded.
pub(crate) struct Signed<'a> {
    pub(crate) header: Arc<Header>,
    pub(crate) payload: &'a str,
}
