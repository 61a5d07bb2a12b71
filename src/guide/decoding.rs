//! Decoding without verification: look into a token without a key.
//!
//! ```
//! use jotwell::{Claims, UnverifiedToken};
//! # use jotwell::{Algorithm, NoClaims, SigningKey};
//! # let key = SigningKey::generate(Algorithm::EdDSA)?.with_key_id("2026-11");
//! # let token = Claims::new(NoClaims).issuer("https://auth.example").jwt_id("7").sign(&key)?;
//!
//! let unverified = UnverifiedToken::parse(&token)?;
//! println!("alg {}, kid {:?}", unverified.header().algorithm(), unverified.header().key_id());
//!
//! let claims: Claims = unverified.claims_without_verification()?;
//! let exp = claims.expires_at.map(|exp| exp.as_secs()); // seconds since 1970
//! println!("iss {:?}, jti {:?}, exp {exp:?}", claims.issuer, claims.jwt_id);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **The sender may have written all of it.** Use it for tools, log lines and the choice of a key. Never decide by it what someone may
//! do. The type cannot be confused with a verified token: only [`Validator`] and the verifiers in [`jws`] return a [`Verified`].
//!
//! # Options
//!
//! - Claims are read into [`Claims`] or your own type, as by [`Validator::verify`]. For all members use
//!   `std::collections::BTreeMap<String, serde_json::Value>`.
//! - [`payload_without_verification`](UnverifiedToken::payload_without_verification) returns the bytes of the payload.
//! - [`parse_up_to`](UnverifiedToken::parse_up_to) accepts tokens longer than 16 KiB.
//! - [`Header::get`] reads a header parameter of any name into a type.
//!
//! # A log line
//!
//! Log `iss`, `kid` and `jti`, which identify a token, and not the token itself: anyone who reads the log could use it until it expires.
//!
//! ```
//! use jotwell::{Claims, UnverifiedToken};
//!
//! fn describe(token: &str) -> String {
//!     let Ok(unverified) = UnverifiedToken::parse(token) else { return "malformed token".to_owned() };
//!     let claims: Claims = unverified.claims_without_verification().unwrap_or_default();
//!     let header = unverified.header();
//!     format!("unverified: kid={:?} iss={:?} jti={:?}", header.key_id(), claims.issuer, claims.jwt_id)
//! }
//! # assert_eq!(describe("x"), "malformed token");
//! ```
//!
//! `{:?}` escapes control characters, so that a sender cannot forge log lines.
//!
//! # On the command line
//!
//! `jotwell inspect token --unverified` shows header and claims of the token in the file `token`, with readable dates, and says that
//! nothing was verified. `jotwell verify` with `--explain` shows each check.
//!
//! # Pitfalls
//!
//! - **A token with `alg: none` is not read**, and neither is one that violates the [strict rules](super::rejected). A tool that must
//!   show broken tokens decodes the parts with [`base64url`].
//! - **To skip the expiry only**, do not decode without verification. Use a validator with [`Expiry::Unchecked`], which still checks the
//!   signature.

use crate::*;
