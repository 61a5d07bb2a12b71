#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod algorithm;
mod backend;
pub mod base64url;
mod bytes;
mod claims;
#[cfg(feature = "jwe")]
mod content_encryption;
mod curve;
mod der;
pub mod error;
mod header;
mod json;
#[cfg(feature = "jwe")]
pub mod jwe;
mod jwk;
pub mod jws;
mod jwt;
mod key;
#[cfg(feature = "jwe")]
mod key_management;
mod key_type;
mod keyring;
#[cfg(all(feature = "key-ring-file", any(unix, windows)))]
mod keyring_file;
mod keyset;
mod names;
#[cfg_attr(
    not(all(feature = "ecdsa", feature = "eddsa", feature = "hmac", feature = "rsa")),
    allow(
        dead_code,
        reason = "every format of key is read in every build, for the error that names what it is"
    )
)]
mod numbers;
#[cfg(all(feature = "key-ring-file", any(unix, windows)))]
pub mod private_file;
mod sync;
mod time;
mod unbound;

/// The examples of the guide, which are run.
#[cfg(all(doctest, feature = "jwe", feature = "eddsa"))]
#[doc = include_str!("../docs/guides/encrypted-tokens.md")]
mod guide {}

/// Every step of verifying one token, as [`Validator::explain`] returns them.
pub mod explain {
    pub use crate::jwt::{Check, Expected, Explanation, Found, Outcome, Step};
}

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use backend::Backend;
pub use claims::{
    Audiences, ClaimReader, Claims, ClaimsReader, FromClaims, NoClaims, RegisteredClaim, RegisteredClaims,
};
pub use curve::{Curve, UnknownCurve};
#[cfg(feature = "jwe")]
pub use error::EncryptError;
pub use error::{KeyError, SignError, VerifyError};
pub use header::{Header, MAX_HEADER_VALUES};
pub use json::{JsonError, MAX_DEPTH};
pub use jwk::Jwk;
pub use jws::{KeySource, UnsignedToken, Verified};
#[cfg(feature = "cache")]
pub use jwt::CachedValidator;
pub use jwt::{
    Audience, DEFAULT_LEEWAY, Expiry, Issuer, MAX_LEEWAY, MultiIssuerError, MultiIssuerValidator, Typ,
    UnverifiedToken, Validator,
};
pub use key::{Precomputation, SigningKey, VerifyingKey};
pub use key_type::{KeyFormat, KeyType};
pub use keyring::{KeyRing, KeyRingError, KeyRotationPolicy, KeyState};
#[cfg(all(feature = "key-ring-file", any(unix, windows)))]
pub use keyring_file::{FileVersion, KeyRingFile, KeyRingFileError};
pub use keyset::{HmacKeySet, JwkSet, JwkSetReader, SkippedKey};
time::with_system_clock! { pub use time::SystemClock; }
#[cfg(any(feature = "chrono", feature = "time", feature = "jiff"))]
pub use time::DateRangeError;
pub use time::{Clock, NumericDate};
pub use unbound::UnboundKey;
