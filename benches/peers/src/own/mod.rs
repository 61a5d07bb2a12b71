//! jotwell, and the ways to use it. Its cache and its batches, which want many tokens, are measured by
//! benches of the main package.

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
