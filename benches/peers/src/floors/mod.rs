//! Primitives without a library: the lower limit of every library that uses them.

#[cfg(feature = "native")]
mod aws_lc;
#[cfg(feature = "native")]
mod ring;
#[cfg(feature = "pure")]
mod rust_crypto;

#[cfg(feature = "pure")]
pub(crate) use self::rust_crypto::RustCrypto;
#[cfg(feature = "native")]
pub(crate) use self::{aws_lc::AwsLc, ring::Ring};
