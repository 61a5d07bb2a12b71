//! Errors, divided by who has to act: [`KeyError`] the operator, [`SignError`] the issuer,
//! [`VerifyError`] the peer that presented a token.
//!
//! Facts stand in fields. No variant carries a piece of a token or of a secret, so every error can
//! be logged.

mod key;
mod sign;
mod verify;

pub use key::KeyError;
pub use sign::SignError;
pub(crate) use verify::Stop;
pub use verify::{TokenPart, VerifyError};
