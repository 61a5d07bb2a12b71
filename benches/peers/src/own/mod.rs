//! jotwell, and the ways to use it. Its cache and its batches, which want many tokens, are measured by
//! benches of the main package.

#[cfg(feature = "native")]
mod aws_lc;
mod jotwell;
#[cfg(feature = "pure")]
mod verify_in;

#[cfg(feature = "native")]
pub(crate) use self::aws_lc::AwsLc;
pub(crate) use self::jotwell::Jotwell;
#[cfg(feature = "pure")]
pub(crate) use self::verify_in::VerifyIn;
