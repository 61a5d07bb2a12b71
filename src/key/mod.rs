//! Keys, each bound to one algorithm when it is created: RFC 7518 §3.
//!
//! The key decides the algorithm, never the token: nothing in a token can make a key be used for an algorithm other
//! than its own (RFC 8725 §3.1).

#[cfg(feature = "aws-lc-rs")]
pub(crate) mod aws_lc;
#[cfg(any(feature = "ecdsa", feature = "eddsa"))]
mod digits;
#[cfg(feature = "ecdsa")]
mod ecdsa;
#[cfg(feature = "eddsa")]
mod eddsa;
mod family;
#[cfg(all(feature = "graviola", any(target_arch = "aarch64", target_arch = "x86_64")))]
mod graviola;
#[cfg(feature = "hmac")]
mod hmac;
#[cfg(feature = "cache")]
mod identity;
mod precomputation;
mod primitive;
pub(crate) mod random;
#[cfg(feature = "rsa-verify")]
pub(crate) mod rsa;
mod signing;
mod slot;
#[cfg(any(
    feature = "eddsa",
    feature = "aws-lc-rs",
    all(feature = "graviola", any(target_arch = "aarch64", target_arch = "x86_64"))
))]
mod small_order;
mod verifying;

pub(crate) use family::check_backend;
#[cfg(feature = "cache")]
pub(crate) use identity::KeyIdentity;
pub use precomputation::Precomputation;
pub use signing::SigningKey;
pub use verifying::VerifyingKey;
