//! jotwell, and the ways to use it. Benches of the main package measure its cache and its batches, which need many
//! tokens.

mod jotwell;
#[cfg(any(feature = "pure", feature = "native"))]
mod moved;
#[cfg(feature = "pure")]
mod verify_in;

pub(crate) use self::jotwell::Jotwell;
#[cfg(feature = "authenticate")]
pub(crate) use self::jotwell::{own_claims, signing_key, validator};
#[cfg(any(feature = "pure", feature = "native"))]
pub(crate) use self::moved::Moved;
#[cfg(feature = "pure")]
pub(crate) use self::verify_in::VerifyIn;
