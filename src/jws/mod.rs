//! JSON Web Signature over any bytes, in compact form and in JSON, the payload inside or apart: RFC 7515 §3,
//! §5, §7 and appendix F, RFC 7797.
//!
//! ```text
//! token = BASE64URL(header) "." BASE64URL(payload) "." BASE64URL(signature)
//! ```
//!
//! [`sign`] and [`Verifier`] carry payloads of any kind. Where the payload is claims, a
//! [`Validator`](crate::Validator) is what verifies it, since a signature alone says neither for
//! whom a token is nor until when.
//!
//! ```
//! use jotwell::{Algorithm, SigningKey, jws};
//!
//! let key = SigningKey::generate(Algorithm::EdDSA)?;
//! let token = jws::sign(b"any bytes", &key)?;
//! let verified = jws::Verifier::new(key.verifying_key()).verify(&token)?;
//! assert_eq!(*verified, b"any bytes");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compact;
mod detached;
mod header_cache;
mod json;
mod once_slots;
mod signers;
mod source;
mod unsigned;
mod verified;
mod verifier;

use alloc::string::String;

#[cfg(feature = "jwe")]
pub(crate) use compact::check_header_length;
pub(crate) use compact::{Buffer, Compact, Stack, decoded};
pub use detached::{sign_detached, sign_detached_unencoded};
#[cfg(feature = "jwe")]
pub(crate) use header_cache::HeaderCache;
pub use json::{JsonJws, JsonSignature, MAX_SIGNATURES};
pub use signers::RequiredSigners;
pub use source::{DynKeySource, KeySource};
pub use unsigned::UnsignedToken;
pub use verified::Verified;
pub use verifier::Verifier;

use crate::error::SignError;
use crate::header::Header;
use crate::key::SigningKey;

/// The largest length of a token, in bytes, unless configured otherwise.
pub const DEFAULT_MAX_LENGTH: usize = 16 * 1024;

/// The largest length of a header, in bytes as it appears in the token: room for a chain of certificates. If tokens
/// may be longer than [`DEFAULT_MAX_LENGTH`], a header may have half of their length.
///
/// Anyone can write a header and have it read; a payload is read after its signature was verified.
pub const DEFAULT_MAX_HEADER_LENGTH: usize = DEFAULT_MAX_LENGTH / 2;

/// Signs `payload` under a header with the key's algorithm and `kid`.
///
/// # Errors
/// Those of [`SigningKey::sign`].
pub fn sign(payload: &[u8], key: &SigningKey) -> Result<String, SignError> {
    UnsignedToken::new(&Header::for_key(key), payload).sign(key)
}
