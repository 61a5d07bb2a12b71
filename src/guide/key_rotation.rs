//! Key rotation: replace the keys of an issuer without an outage.
//!
//! A [`KeyRing`] has one key that signs, the next one, which is already published, and the former ones, which are published until
//! their last token has expired.
//!
//! ```
//! use std::time::Duration;
//! use jotwell::{Algorithm, KeyRing, KeyRotationPolicy, NumericDate};
//!
//! let policy = KeyRotationPolicy::new().token_lifetime(Duration::from_secs(900));
//! let mut ring = KeyRing::generate(Algorithm::ES256, policy, NumericDate::now())?;
//!
//! let key = ring.signing_key(); // signs; its `kid` is its thumbprint
//! let published = ring.published(NumericDate::now())?.to_json()?; // serve it as the JWK Set
//!
//! // Some weeks later:
//! # let later = NumericDate::now().saturating_add(Duration::from_secs(86_400 * 30));
//! # let now = || later;
//! ring.rotate(now())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Rotate every few weeks; clients see no interruption. Verifiers that hold the key set for at most `publish_ahead` know the next key
//! before it signs.
//!
//! # Times
//!
//! | Setting of [`KeyRotationPolicy`] | Default | Meaning |
//! |---|---|---|
//! | [`publish_ahead`](KeyRotationPolicy::publish_ahead) | 5 minutes | how long a key is published before it signs: the `max-age` of your key set |
//! | [`token_lifetime`](KeyRotationPolicy::token_lifetime) | 15 minutes | the longest lifetime of a token |
//! | [`leeway`](KeyRotationPolicy::leeway) | 1 minute | the largest leeway of a verifier |
//!
//! A key remains published for `token_lifetime + leeway` after it stopped signing. [`KeyRing::rotate`] returns
//! [`KeyRingError::TooEarly`] if the next key has been published for less than `publish_ahead`; [`KeyRing::ready_at`] returns the
//! time from which it works.
//!
//! # In a file that processes share
//!
//! [`KeyRingFile`] (feature `key-ring-file`) keeps the ring in a file. A change replaces the file in one step and takes a lock, so
//! several processes can use it.
//!
//! ```
//! # #[cfg(feature = "key-ring-file")]
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use jotwell::{Algorithm, KeyRing, KeyRingFile, KeyRingFileError, KeyRotationPolicy, NumericDate};
//!
//! let file = KeyRingFile::new("/var/lib/auth/keys.json");
//! let (ring, version) = file.load_or_create(|| {
//!     KeyRing::generate(Algorithm::ES256, KeyRotationPolicy::new(), NumericDate::now()).map_err(KeyRingFileError::from)
//! })?;
//!
//! // In a job that runs every few weeks:
//! file.rotate(NumericDate::now())?;
//!
//! // In every process, every minute or so:
//! if let Some((ring, version)) = file.load_if_changed(version)? {
//!     // sign and verify with the new ring
//! }
//! # Ok(()) }
//! ```
//!
//! A service with HTTP routes gets all of this from `IssuerKeys` in
//! [jotwell-http](https://docs.rs/jotwell-http/latest/jotwell_http/guide/key_rotation/), with the route of the key set. From the
//! command line, `jotwell ring` creates, shows and rotates the same file.
//!
//! # Shared secrets
//!
//! Secrets cannot be published, so a [`KeyRing`] does not hold them. Put the current and the former secret into an [`HmacKeySet`];
//! each has a `kid`. Sign with the current one. Remove the former one when its last token has expired.
//!
//! ```
//! use jotwell::{Algorithm, Audience, Claims, HmacKeySet, Issuer, NoClaims, SigningKey, Validator};
//!
//! # let (current, former) = ([1; 32], [2; 32]);
//! let signer = SigningKey::hmac(Algorithm::HS256, current)?.with_key_id("2026-11");
//! let keys = HmacKeySet::new([
//!     signer.verifying_key(),
//!     SigningKey::hmac(Algorithm::HS256, former)?.with_key_id("2026-10").verifying_key(),
//! ])?;
//! let validator = Validator::new(keys, Issuer::is("https://auth.example"), Audience::is("orders-api"));
//! # let token = Claims::new(NoClaims).issuer("https://auth.example").audience("orders-api")
//! #     .expires_in(std::time::Duration::from_secs(900)).sign(&signer)?;
//! # assert!(validator.verify::<Claims>(&token).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Tokens without a `kid`, issued before you set one, need the secret to be the only one of its algorithm.
//!
//! # Pitfalls
//!
//! - **Serve the key set with a `max-age` of at most `publish_ahead`.** A verifier that holds it longer rejects tokens of a new key
//!   until it fetches the set again.
//! - **A key that leaked must go at once.** Create a new ring and replace the old one: [`KeyRing::rotate`] leaves the leaked key
//!   published until its tokens expire, and the leaked file has the next key as well.
//! - **Give each process the same ring.** Two rings are two issuers, and half of the tokens are rejected.
#![cfg_attr(
    not(feature = "key-ring-file"),
    doc = "\n\n[`KeyRingFile`]: https://docs.rs/jotwell/latest/jotwell/struct.KeyRingFile.html"
)]

use crate::*;
