//! JWS in JSON, with one signature or several: RFC 7515 §7.2.
//!
//! ```text
//! flattened = { "payload": …, "protected": …, "header": { … }, "signature": … }
//! general   = { "payload": …, "signatures": [ { "protected": …, "header": { … }, "signature": … }, … ] }
//! ```

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;

use super::DEFAULT_MAX_LENGTH;
use super::compact::check_header_length;
use super::unsigned::{sign_encoded, sign_unencoded};
use crate::base64url;
use crate::error::{SignError, Stop, TokenPart, VerifyError};
use crate::header::{B64, Header, is_payload_encoded, joined};
use crate::json::{self, Member, Value};
use crate::key::SigningKey;

/// A payload with one or more signatures that are not verified yet. It is not a token: functions that expect a token
/// do not accept it.
///
/// ```
/// use jotwell::{Algorithm, Header, JwkSet, SigningKey, jws};
///
/// let alice = SigningKey::generate(Algorithm::ES256)?.with_key_id("alice");
/// let bob = SigningKey::generate(Algorithm::EdDSA)?.with_key_id("bob");
/// let contract = jws::JsonJws::new(b"We agree.")
///     .sign(&alice, &Header::for_key(&alice))?
///     .sign(&bob, &Header::for_key(&bob))?
///     .to_general_json();
///
/// let contract = jws::JsonJws::parse(&contract)?;
/// let both = JwkSet::from_keys([alice.verifying_key(), bob.verifying_key()])?;
/// assert_eq!(jws::Verifier::new(both).verify_all(&contract)?.len(), 2);
/// let one = jws::Verifier::new(bob.verifying_key());
/// assert_eq!(*one.verify_any(&contract)?, b"We agree.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct JsonJws {
    payload: Payload,
    /// Whether added signatures cover the unencoded payload (RFC 7797 §3).
    unencoded: bool,
    signatures: Vec<JsonSignature>,
}

#[derive(Clone)]
pub(super) enum Payload {
    /// The text in JSON: base64url, or with `b64: false` the payload itself.
    Attached(String),
    /// Provided by the caller.
    Detached(Vec<u8>),
    Missing,
}

/// Most signatures that a JWS in JSON may have. Each of them costs a pass over the payload.
pub const MAX_SIGNATURES: usize = 16;

/// One of the signatures, with its headers.
#[derive(Clone)]
pub struct JsonSignature {
    /// In base64url, as it is signed.
    protected: Option<String>,
    /// Its JSON text.
    unprotected: Option<String>,
    /// In base64url.
    signature: String,
}

impl JsonJws {
    /// Creates a JWS without signatures.
    #[must_use]
    pub fn new(payload: &[u8]) -> Self {
        Self {
            payload: Payload::Attached(base64url::encode(payload)),
            unencoded: false,
            signatures: Vec::new(),
        }
    }

    /// Creates a JWS without signatures, whose payload is written to JSON verbatim instead of in base64url (`b64:
    /// false`, RFC 7797 §3). The header of each signature declares it. Verifiers need
    /// [`Verifier::allow_unencoded_payload`](super::Verifier::allow_unencoded_payload).
    ///
    /// ```
    /// use jotwell::{Algorithm, Header, SigningKey, jws};
    ///
    /// let key = SigningKey::generate(Algorithm::ES256)?;
    /// let jws = jws::JsonJws::unencoded("$.02").sign(&key, &Header::for_key(&key))?.to_general_json();
    /// assert!(jws.starts_with(r#"{"payload":"$.02","#));
    ///
    /// let verifier = jws::Verifier::new(key.verifying_key()).allow_unencoded_payload();
    /// assert_eq!(*verifier.verify_any(&jws::JsonJws::parse(&jws)?)?, b"$.02");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn unencoded(payload: impl Into<String>) -> Self {
        Self { payload: Payload::Attached(payload.into()), unencoded: true, signatures: Vec::new() }
    }

    /// Adds a signature with a protected header.
    ///
    /// # Errors
    /// Those of [`UnsignedToken::sign`](super::UnsignedToken::sign), and
    /// - [`SignError::DetachedPayload`] if the payload was detached and not provided,
    /// - [`SignError::InvalidHeader`] for `b64`, if another signature covers the unencoded payload, or if its header
    ///   does not say whether it does: `b64` must be the same for all (RFC 7797 §3),
    /// - [`SignError::InvalidPayload`] if the payload is not valid base64url,
    /// - [`SignError::TooManySignatures`] beyond [`MAX_SIGNATURES`].
    pub fn sign(self, key: &SigningKey, header: &Header) -> Result<Self, SignError> {
        self.add_signature(key, header, None)
    }

    /// Adds a signature that also has an unprotected header (RFC 7515 §7.2.1). `unprotected` must serialize to a JSON
    /// object.
    ///
    /// **Anyone can change an unprotected header**, so do not trust anything in it. A verifier uses it only to find
    /// the key.
    ///
    /// ```
    /// use jotwell::{Algorithm, Header, SigningKey, jws};
    ///
    /// let key = SigningKey::generate(Algorithm::ES256)?;
    /// let hint = std::collections::BTreeMap::from([("kid", "2026-11")]);
    /// let jws = jws::JsonJws::new(b"any bytes").sign_with_unprotected_header(&key, &Header::new(key.algorithm()), &hint)?;
    /// assert_eq!(jws.signatures()[0].unprotected_header(), Some(r#"{"kid":"2026-11"}"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`sign`](Self::sign); [`SignError::Serialize`] if `unprotected` does not serialize to JSON, and
    /// [`SignError::InvalidHeader`] for `header` if it is not an object, is empty, or a verifier would reject it: a parameter is
    /// malformed, is in both headers, or is `crit` or `b64`.
    pub fn sign_with_unprotected_header(
        self,
        key: &SigningKey,
        protected: &Header,
        unprotected: &impl Serialize,
    ) -> Result<Self, SignError> {
        let unprotected = serde_json::to_string(unprotected).map_err(|_| SignError::Serialize)?;
        let understood: &[&str] = if self.unencoded { &[B64] } else { &[] };
        let whole = if self.unencoded { protected.with_unencoded_payload() } else { protected.clone() };
        if unprotected == "{}"
            || joined(Some(whole.to_json().as_bytes()), Some(&unprotected), understood).is_err()
        {
            return Err(SignError::InvalidHeader { parameter: HEADER.into() });
        }
        self.add_signature(key, protected, Some(unprotected))
    }

    fn add_signature(
        mut self,
        key: &SigningKey,
        header: &Header,
        unprotected: Option<String>,
    ) -> Result<Self, SignError> {
        if self.signatures.len() >= MAX_SIGNATURES {
            return Err(SignError::TooManySignatures { limit: MAX_SIGNATURES });
        }
        let encoded;
        let payload = match &self.payload {
            Payload::Missing => return Err(SignError::DetachedPayload),
            // All signatures were made here, with `b64: false`.
            Payload::Attached(text) if self.unencoded => text,
            // Text that can be decoded may still be an unencoded payload, so the headers of all signatures must agree.
            _ if !self.signatures.iter().all(JsonSignature::encodes_payload) => {
                return Err(SignError::InvalidHeader { parameter: B64.into() });
            }
            Payload::Attached(text) => {
                base64url::decode(text).map_err(|_| SignError::InvalidPayload)?;
                text
            }
            Payload::Detached(payload) => {
                encoded = base64url::encode(payload);
                &encoded
            }
        };
        let (protected, signature) = match self.unencoded {
            true => sign_unencoded(header, payload, key)?,
            false => sign_encoded(header, payload, key)?,
        };
        self.signatures.push(JsonSignature { protected: Some(protected), unprotected, signature });
        Ok(self)
    }

    /// Parses either form, of up to [`DEFAULT_MAX_LENGTH`] bytes.
    ///
    /// # Errors
    /// As [`parse_up_to`](Self::parse_up_to).
    pub fn parse(text: &str) -> Result<Self, VerifyError> {
        Self::parse_up_to(DEFAULT_MAX_LENGTH, text)
    }

    /// Parses either form, of up to `max_length` bytes.
    ///
    /// # Errors
    /// [`VerifyError::TooLong`], [`VerifyError::Json`], [`VerifyError::HeaderTooLong`], and
    /// [`VerifyError::InvalidJws`] for a member that is missing, of the wrong type, or of the other form.
    pub fn parse_up_to(max_length: usize, text: &str) -> Result<Self, VerifyError> {
        if text.len() > max_length {
            return Err(VerifyError::TooLong { length: text.len(), limit: max_length });
        }
        let (mut payload, mut general) = (Payload::Missing, None);
        let mut flattened = Parts::new(max_length);
        json::read_object::<Stop>(text.as_bytes(), |member| {
            if member.name == *PAYLOAD {
                payload = Payload::Attached(string(PAYLOAD, &member)?);
            } else if member.name == *SIGNATURES {
                general = Some(signatures(max_length, &member)?);
            } else {
                flattened.member(&member)?;
            }
            Ok(())
        })
        .map_err(|stop| stop.in_part(TokenPart::Whole))?;
        let signatures = match general {
            None => alloc::vec![flattened.finish()?],
            Some(_) if !flattened.is_empty() => return Err(VerifyError::InvalidJws { member: SIGNATURES }),
            Some(signatures) => signatures,
        };
        Ok(Self { payload, unencoded: false, signatures })
    }

    /// Adds a detached payload that was received separately (RFC 7515 appendix F).
    ///
    /// # Errors
    /// [`VerifyError::InvalidJws`] if the JWS already contains a payload.
    pub fn with_detached_payload(self, payload: &[u8]) -> Result<Self, VerifyError> {
        match self.payload {
            Payload::Missing => Ok(Self { payload: Payload::Detached(payload.to_vec()), ..self }),
            Payload::Attached(_) | Payload::Detached(_) => Err(VerifyError::InvalidJws { member: PAYLOAD }),
        }
    }

    /// Returns the signatures, which are not verified.
    #[must_use]
    pub fn signatures(&self) -> &[JsonSignature] {
        &self.signatures
    }

    /// Returns the general form. A detached payload is left out. If nothing has been signed, the result is not a valid
    /// JWS, and [`parse`](Self::parse) rejects it.
    #[must_use]
    pub fn to_general_json(&self) -> String {
        let mut text = String::new();
        self.write_payload(&mut text);
        json::write_name(SIGNATURES, &mut text);
        let signatures: Vec<_> = self.signatures.iter().map(|one| one.written_to(String::new())).collect();
        [&text, "[", &signatures.join(","), "]}"].concat()
    }

    /// Returns the flattened form, or `None` if there is not exactly one signature.
    #[must_use]
    pub fn to_flattened_json(&self) -> Option<String> {
        let [signature] = self.signatures.as_slice() else {
            return None;
        };
        let mut text = String::new();
        self.write_payload(&mut text);
        Some(signature.written_to(text))
    }

    pub(super) fn payload(&self) -> &Payload {
        &self.payload
    }

    fn write_payload(&self, text: &mut String) {
        if let Payload::Attached(payload) = &self.payload {
            json::write_name(PAYLOAD, text);
            json::write_string(payload, text);
        }
    }
}

impl JsonSignature {
    /// Returns the unprotected header as JSON. Anyone may have written it.
    #[must_use]
    pub fn unprotected_header(&self) -> Option<&str> {
        self.unprotected.as_deref()
    }

    pub(super) fn protected(&self) -> Option<&str> {
        self.protected.as_deref()
    }

    pub(super) fn encoded(&self) -> &str {
        &self.signature
    }

    /// Returns whether it certainly covers the encoded payload. `b64` counts only if it is protected (RFC 7797 §3).
    fn encodes_payload(&self) -> bool {
        self.protected()
            .is_none_or(|text| base64url::decode(text).is_ok_and(|text| is_payload_encoded(&text)))
    }

    /// Writes its members as the last ones of an object.
    fn written_to(&self, mut text: String) -> String {
        if let Some(protected) = &self.protected {
            json::write_name(PROTECTED, &mut text);
            json::write_string(protected, &mut text);
        }
        if let Some(unprotected) = &self.unprotected {
            json::write_name(HEADER, &mut text);
            text.push_str(unprotected);
        }
        json::write_name(SIGNATURE, &mut text);
        json::write_string(&self.signature, &mut text);
        text.push('}');
        text
    }
}

/// Shows neither payload nor signatures: a token could be assembled from them.
impl fmt::Debug for JsonJws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonJws").field("signatures", &self.signatures.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for JsonSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonSignature").finish_non_exhaustive()
    }
}

const PAYLOAD: &str = "payload";
const SIGNATURES: &str = "signatures";
const PROTECTED: &str = "protected";
const HEADER: &str = "header";
const SIGNATURE: &str = "signature";

/// The members of one signature.
struct Parts {
    /// Of the whole JWS.
    max_length: usize,
    protected: Option<String>,
    unprotected: Option<String>,
    signature: Option<String>,
}

impl Parts {
    fn new(max_length: usize) -> Self {
        Self { max_length, protected: None, unprotected: None, signature: None }
    }

    /// Members of other names are ignored (RFC 7515 §7.2.1).
    fn member(&mut self, member: &Member<'_>) -> Result<(), VerifyError> {
        if member.name == *PROTECTED {
            // RFC 7515 §7.2.1: it must be absent if it would be empty.
            let protected = Some(string(PROTECTED, member)?).filter(|text| !text.is_empty());
            let protected = protected.ok_or(VerifyError::InvalidJws { member: PROTECTED })?;
            check_header_length(self.max_length, &protected)?;
            self.protected = Some(protected);
        } else if member.name == *HEADER {
            // It, too, must be absent if it would be empty.
            let Value::Object(text) = member.value else {
                return Err(VerifyError::InvalidJws { member: HEADER });
            };
            if text.trim_start_matches('{').trim_start() == "}" {
                return Err(VerifyError::InvalidJws { member: HEADER });
            }
            check_header_length(self.max_length, text)?;
            self.unprotected = Some(text.to_owned());
        } else if member.name == *SIGNATURE {
            self.signature = Some(string(SIGNATURE, member)?);
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.protected.is_none() && self.unprotected.is_none() && self.signature.is_none()
    }

    fn finish(self) -> Result<JsonSignature, VerifyError> {
        let Self { protected, unprotected, signature, .. } = self;
        if protected.is_none() && unprotected.is_none() {
            return Err(VerifyError::InvalidJws { member: PROTECTED });
        }
        let signature = signature.ok_or(VerifyError::InvalidJws { member: SIGNATURE })?;
        Ok(JsonSignature { protected, unprotected, signature })
    }
}

/// Reads at least one signature.
fn signatures(max_length: usize, member: &Member<'_>) -> Result<Vec<JsonSignature>, VerifyError> {
    const INVALID: VerifyError = VerifyError::InvalidJws { member: SIGNATURES };
    let Value::Array(text) = member.value else {
        return Err(INVALID);
    };
    let mut signatures = Vec::new();
    json::read_array::<Stop>(text, |value| {
        let Value::Object(text) = value else {
            return Err(INVALID.into());
        };
        let mut parts = Parts::new(max_length);
        json::read_object::<Stop>(text.as_bytes(), |member| Ok(parts.member(&member)?))?;
        if signatures.len() >= MAX_SIGNATURES {
            return Err(INVALID.into());
        }
        signatures.push(parts.finish()?);
        Ok(())
    })
    .map_err(|stop| stop.in_part(TokenPart::Whole))?;
    if signatures.is_empty() { Err(INVALID) } else { Ok(signatures) }
}

fn string(name: &'static str, member: &Member<'_>) -> Result<String, VerifyError> {
    match member.value {
        Value::String(text) => Ok(text.to_cow().into_owned()),
        _ => Err(VerifyError::InvalidJws { member: name }),
    }
}
