//! Performance: verify faster, verify many tokens, and remember verified tokens.
//!
//! `docs/BENCHMARKS.md` in the repository has the figures for each algorithm, beside those of other libraries from the same run. An
//! ES256 token takes about 20 µs to verify on one core, an HS256 token about 1 µs. So for most services nothing on this page is needed.
//!
//! # Do once what can be done once
//!
//! Create keys and the [`Validator`] at startup and share them. Creating a key checks it, a validator remembers headers
//! that have verified, and an ECDSA or EdDSA key builds a table.
//!
//! # Borrowed claims
//!
//! [`Validator::verify_in`] reads claims that borrow from a buffer which you use again. Then verification allocates nothing, once the
//! buffer is long enough.
//!
//! ```
//! use jotwell::{Validator, VerifyError, VerifyingKey};
//!
//! #[derive(serde::Deserialize)]
//! struct Account<'a> {
//!     #[serde(borrow)]
//!     tenant: &'a str,
//! }
//!
//! fn verify_all(validator: &Validator<VerifyingKey>, tokens: &[String]) -> Result<(), VerifyError> {
//!     let mut buffer = Vec::new();
//!     for token in tokens {
//!         let account = validator.verify_in::<Account<'_>>(token, &mut buffer)?;
//!         println!("{}", account.tenant);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! A `&str` cannot hold a string with escapes such as `\u00e9`; use `Cow<'a, str>` with `#[serde(borrow)]` for text that may have them.
//!
//! # Tables for ECDSA and EdDSA
//!
//! A verifying key that has verified eight signatures builds a table, with which ECDSA verifies three to nine times as fast and EdDSA
//! one and a half times. A table takes 65 to 148 KiB per key. [`VerifyingKey::with_precomputation`] changes that:
//!
//! | [`Precomputation`] | When |
//! |---|---|
//! | [`Lazy`](Precomputation::Lazy), the default | up to some hundred keys |
//! | [`Eager`](Precomputation::Eager) | the first verifications must be as fast as the others |
//! | [`Never`](Precomputation::Never) | thousands of keys, or keys that tenants bring |
//!
//! ```
//! use jotwell::{Algorithm, Precomputation, SigningKey};
//!
//! let key = SigningKey::generate(Algorithm::ES256)?.verifying_key().with_precomputation(Precomputation::Eager);
//! # Ok::<(), jotwell::KeyError>(())
//! ```
//!
//! # Tokens seen before
//!
//! A client sends the same token with every request. [`CachedValidator`] (feature `cache`) remembers tokens that have passed. A hit takes
//! about 0.1 µs, whatever the algorithm: a tenth of a verification with HS256, a two-hundredth with ES256.
//!
//! ```
//! # #[cfg(feature = "cache")]
//! # fn example(key: jotwell::VerifyingKey, token: &str) -> Result<(), jotwell::VerifyError> {
//! use std::num::NonZeroUsize;
//! use std::time::Duration;
//! use jotwell::{Audience, CachedValidator, Claims, Issuer, Validator};
//!
//! let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"));
//! let slots = NonZeroUsize::new(20_000).unwrap(); // twice the number of tokens in use
//! let validator = CachedValidator::<Claims, _>::new(validator, slots).lifetime(Duration::from_secs(60));
//! let claims = validator.verify(token)?; // an `Arc<Verified<Claims>>`
//! # Ok(()) }
//! ```
//!
//! - Only the same text hits. Rejected tokens enter nothing.
//! - On each hit the key source is asked again, times are compared with the clock, and custom checks run. So a retired key, an expired
//!   token and a revoked token are rejected at once.
//! - A verification counts for 5 minutes by default; `lifetime` changes that.
//! - A slot in use takes the token's text, your type, and about 350 bytes.
//!
//! # Many tokens at once
//!
//! `Validator::verify_batch` (feature `rayon`) verifies a slice of tokens on all cores. It pays from about ten tokens with public keys,
//! and from a hundred with HMAC.
//!
//! # Faster signing
//!
//! RSA and ECDSA signing in pure Rust is slower than in C and assembly. The features `aws-lc-rs` and `graviola` add other backends, and
//! [`SigningKey::with_backend`] moves a key to one. Nothing else changes, and a feature alone moves no key.
//!
//! ```
//! use jotwell::{Algorithm, Backend, KeyError, SigningKey};
//!
//! fn key(pem: &str) -> Result<SigningKey, KeyError> {
//!     let key = SigningKey::from_pem(Algorithm::RS256, pem)?;
//!     if Backend::AwsLcRs.is_available() { key.with_backend(Backend::AwsLcRs) } else { Ok(key) }
//! }
//! ```
//!
//! # Pitfalls
//!
//! - **Measure in a release build.** Debug builds of the cryptography crates are much slower, unless your profile sets
//!   `[profile.dev.package."*"] opt-level = 3`.
//! - **RSA verification is fast, RSA signing is slow.** An issuer of many tokens takes ES256 or EdDSA.
//! - **Do not cache by the hash of a token yourself.** A cache must notice retired keys, expiry and revocation.
#![cfg_attr(
    not(feature = "cache"),
    doc = "\n\n[`CachedValidator`]: https://docs.rs/jotwell/latest/jotwell/struct.CachedValidator.html"
)]

use crate::*;
