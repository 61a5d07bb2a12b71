//! JSON Web Signature over any bytes, in compact form and in JSON, with attached or detached payload: RFC 7515 §3, §5,
//! §7 and appendix F, RFC 7797.
//!
//! ```text
//! token = BASE64URL(header) "." BASE64URL(payload) "." BASE64URL(signature)
//! ```
//!
//! [`sign`] and [`Verifier`] accept payloads of any kind. If the payload consists of claims, verify it with a
//! [`Validator`](crate::Validator): a valid signature alone says nothing about the audience and the expiry of a token.
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

/// The default for the largest length of a token, in bytes.
pub const DEFAULT_MAX_LENGTH: usize = 16 * 1024;

/// The largest length of a header, in bytes as encoded in the token. It has room for a chain of certificates. If
/// tokens may be longer than [`DEFAULT_MAX_LENGTH`], a header may have half of their length.
///
/// The limit matters because a header is read before the signature is verified, so anyone can send one. A payload is
/// read afterwards.
pub const DEFAULT_MAX_HEADER_LENGTH: usize = DEFAULT_MAX_LENGTH / 2;

/// Signs `payload` under a header with the key's algorithm and `kid`.
///
/// # Errors
/// Those of [`SigningKey::sign`].
pub fn sign(payload: &[u8], key: &SigningKey) -> Result<String, SignError> {
    UnsignedToken::new(&Header::for_key(key), payload).sign(key)
}
