//! Errors, divided by who has to act: [`KeyError`] the operator, [`SignError`] the issuer,
//! [`VerifyError`] the peer that presented a token.
//!
//! Facts are fields. No variant carries a secret, a subject, a custom claim or text of a token, so every error can be logged. An
//! operator needs some of what a token says, so a few variants carry `typ`, `kid`, `iss`, `aud` or a date, cut and escaped. They are
//! never for an HTTP response.

#[cfg(feature = "jwe")]
mod encrypt;
mod key;
mod pem;
mod remedy;
mod sign;
mod verify;

#[cfg(feature = "jwe")]
pub use encrypt::EncryptError;
pub use key::{KeyError, SecretEncoding};
pub use pem::PemError;
pub use sign::SignError;
pub(crate) use verify::{Stop, shown, shown_all};
pub use verify::{TokenPart, VerifyError};
