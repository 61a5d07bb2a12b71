//! Payloads that are sent separately from the token: RFC 7515 appendix F, RFC 7797.

use alloc::string::String;

use super::unsigned::{sign_encoded, sign_unencoded};
use crate::base64url;
use crate::error::SignError;
use crate::header::Header;
use crate::key::SigningKey;

/// Signs `payload` and leaves it out of the token, so nothing is between its two dots. To verify it, use
/// [`Verifier::verify_detached`](super::Verifier::verify_detached).
///
/// # Errors
/// Those of [`SigningKey::sign`].
pub fn sign_detached(payload: &[u8], key: &SigningKey) -> Result<String, SignError> {
    let (header, signature) = sign_encoded(&Header::for_key(key), &base64url::encode(payload), key)?;
    Ok([&header, "..", &signature].concat())
}

/// Signs `payload` like [`sign_detached`], but without encoding it (`b64: false`, RFC 7797), which saves a third of
/// the work for large payloads. Verifiers must allow it:
/// [`Verifier::allow_unencoded_payload`](super::Verifier::allow_unencoded_payload).
///
/// # Errors
/// Those of [`SigningKey::sign`].
pub fn sign_detached_unencoded(payload: &[u8], key: &SigningKey) -> Result<String, SignError> {
    let (header, signature) = sign_unencoded(&Header::for_key(key), payload, key)?;
    Ok([&header, "..", &signature].concat())
}
