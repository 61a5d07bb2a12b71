//! A JWT, JWS and JWE library that rules out algorithm confusion by construction.
//!
//! - [`SigningKey`] and [`VerifyingKey`] are bound to one [`Algorithm`] when they are made. A token cannot choose another.
//! - [`Claims`] are what you issue: registered claims, and a type of yours.
//! - [`Validator`] verifies tokens: signature, issuer, audience, times and type. It returns [`Verified`] claims.
//!
//! # Example
//!
//! ```
//! use std::time::Duration;
//! use jotwell::{Algorithm, Audience, Claims, Issuer, SigningKey, Validator};
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Account { roles: Vec<String> }
//!
//! // Issue. The header's `alg` and `kid` come from the key.
//! let key = SigningKey::generate(Algorithm::ES256)?.with_key_id("2026-11");
//! let claims = Claims::new(Account { roles: vec!["editor".into()] })
//!     .issuer("https://auth.example").subject("user-42").audience("orders-api")
//!     .expires_in(Duration::from_secs(900));
//! let token = claims.sign(&key)?;
//!
//! // Verify. Issuer and audience are arguments, so they cannot be forgotten.
//! let (issuer, audience) = (Issuer::is("https://auth.example"), Audience::is("orders-api"));
//! let validator = Validator::new(key.verifying_key(), issuer, audience);
//! let account = validator.verify::<Account>(&token)?;
//! assert_eq!(account.roles, ["editor"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to go
//!
//! | You want to | See |
//! |---|---|
//! | learn by task | the guides in [`guide`] |
//! | load a key from PEM, DER, JWK or a secret | [`SigningKey`], [`VerifyingKey`]; [`UnboundKey`] if its algorithm is not known yet |
//! | verify with the keys of a JWK Set | [`JwkSet`] |
//! | rotate the keys of an issuer | [`KeyRing`], `KeyRingFile` |
//! | accept tokens of several issuers | [`MultiIssuerValidator`] |
//! | look into a token without verifying it | [`UnverifiedToken`] |
//! | find out why a token is rejected | [`VerifyError`], [`Validator::explain`] |
//! | sign with a key management service | [`UnsignedToken`] |
//! | sign bytes that are not claims | [`jws`] |
//! | encrypt | `jwe`, with the feature `jwe` |
//! | verify the same token often | `CachedValidator`, with the feature `cache` |
//!
//! # Defaults
//!
//! A [`Validator`] accepts a token if its signature holds under the key that you gave, if issuer and audience are the ones that you
//! named, if `exp` is there and in the future, and if `nbf` and `iat` are not in the future. Clocks may differ by
//! [ten seconds](DEFAULT_LEEWAY). A token has at most [16 KiB](jws::DEFAULT_MAX_LENGTH). Each of these is a method of `Validator`.
//!
//! # Features
//!
//! `std`, `pem`, `hmac`, `rsa`, `ecdsa` and `eddsa` are on by default. `encrypted-pem`, `rsa-verify`, `jwe`, `aws-lc-rs`, `graviola`, `cache`,
//! `rayon`, `chrono`, `time`, `jiff`, `key-ring-file` and `wasm-js` are off. The README of the repository says what each adds. Features only
//! add: none changes what another build accepts.
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
#[cfg(doc)]
pub mod guide;
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

/// Pages of the repository whose code is compiled and run.
#[cfg(all(
    doctest,
    feature = "std",
    feature = "pem",
    feature = "hmac",
    feature = "rsa",
    feature = "ecdsa",
    feature = "eddsa"
))]
mod pages {
    #[doc = include_str!("../README.md")]
    mod readme {}
    #[doc = include_str!("../docs/migrating-from-jsonwebtoken.md")]
    mod from_jsonwebtoken {}
    #[doc = include_str!("../docs/migrating-from-jwt-simple.md")]
    mod from_jwt_simple {}
    #[doc = include_str!("../docs/migrating-from-josekit.md")]
    mod from_josekit {}
    #[doc = include_str!("../docs/coming-from-other-languages.md")]
    mod from_other_languages {}
}

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
