//! Errors, divided by who has to act: [`KeyError`] the operator, [`SignError`] the issuer,
//! [`VerifyError`] the peer that presented a token.
//!
//! Facts are fields. No variant contains a secret, a subject, a custom claim or the text of a token, so every error
//! can be logged. A few variants contain `typ`, `kid`, `iss`, `aud` or a date of a token, cut and escaped, because an
//! operator needs them. Never send them in an HTTP response.

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
