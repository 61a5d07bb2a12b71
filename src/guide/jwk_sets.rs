//! JWK Sets: verify with the keys that an issuer publishes.
//!
//! ```
//! use jotwell::{Algorithm, Audience, Issuer, JwkSet, Validator};
//!
//! // The body of https://login.example/.well-known/jwks.json, fetched by your HTTP client.
//! let json = r#"{"keys":[
//!     {"kty":"OKP","crv":"Ed25519","kid":"2011","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
//!     {"kty":"RSA","use":"enc","kid":"other","n":"AQAB","e":"AQAB"}
//! ]}"#;
//! let keys = JwkSet::from_json_up_to(100, json, &[Algorithm::EdDSA])?;
//! for skipped in keys.skipped() {
//!     eprintln!("key {:?} is not used: {}", skipped.key_id, skipped.reason);
//! }
//! let validator = Validator::new(keys, Issuer::is("https://login.example"), Audience::is("orders-api"));
//! # Ok::<(), jotwell::KeyError>(())
//! ```
//!
//! You name the algorithms; the set does not. A key is skipped if it has another algorithm, is for encryption, is broken, or is private
//! or secret. [`JwkSet::skipped`] has the reasons. A key without `alg` serves every algorithm of your list that fits it.
//!
//! # Fetching the set
//!
//! This crate fetches nothing. [`RemoteJwkSet`](https://docs.rs/jotwell-http/latest/jotwell_http/remote/struct.RemoteJwkSet.html) of
//! `jotwell-http` (feature `remote`, with its own HTTP client `fetch-ring` or `fetch-aws-lc`) finds the address by discovery, fetches
//! the set ahead of its expiry, fetches once for an unknown `kid`, and keeps the last set while the issuer cannot be reached. See
//! [its guide page](https://docs.rs/jotwell-http/latest/jotwell_http/guide/remote_keys/).
//!
//! If you fetch the set yourself, exchange it as a whole:
//!
//! ```
//! use std::sync::{Arc, RwLock};
//! use jotwell::{Algorithm, Audience, Claims, Issuer, JwkSet, KeyError, Validator, Verified, VerifyError};
//!
//! struct Keys(RwLock<Arc<Validator<JwkSet>>>);
//!
//! impl Keys {
//!     fn verify(&self, token: &str) -> Result<Verified<Claims>, VerifyError> {
//!         let validator = self.0.read().unwrap_or_else(|lock| lock.into_inner()).clone();
//!         validator.verify(token)
//!     }
//!
//!     /// Call it when the set has been fetched again.
//!     fn replace(&self, json: &str) -> Result<(), KeyError> {
//!         let keys = JwkSet::from_json_up_to(100, json, &[Algorithm::RS256])?;
//!         let validator =
//!             Validator::new(keys, Issuer::is("https://login.example"), Audience::is("orders-api"));
//!         *self.0.write().unwrap_or_else(|lock| lock.into_inner()) = Arc::new(validator);
//!         Ok(())
//!     }
//! }
//! ```
//!
//! Fetch it again when [`VerifyError::is_key_not_found`] returns true, but not more often than once every few minutes: anyone can send a
//! token with an invented `kid`.
//!
//! # How a token chooses its key
//!
//! 1. By `kid`. If several keys have the same `kid`, the algorithm decides.
//! 2. Without `kid`, by `x5t#S256` or `x5t`, if a key of the set has that certificate.
//! 3. Otherwise the only key of the token's algorithm. If there are several, the error is [`VerifyError::AmbiguousKey`].
//!
//! # Publishing your own keys
//!
//! ```
//! use jotwell::{Algorithm, JwkSet, SigningKey};
//!
//! let key = SigningKey::generate(Algorithm::ES256)?.with_thumbprint_key_id()?;
//! let body = JwkSet::from_keys([key.verifying_key()])?.to_json()?;
//! assert!(!body.contains(r#""d""#)); // public members only
//! # Ok::<(), jotwell::KeyError>(())
//! ```
//!
//! [`KeyRing::published`] returns the set of an issuer whose keys [rotate](super::key_rotation).
//!
//! # Your own key source
//!
//! A [`KeySource`] returns the key for a header. Implement it for keys in a database or a cache.
//!
//! ```
//! use std::borrow::Cow;
//! use std::collections::HashMap;
//! use jotwell::{Header, KeySource, VerifyError, VerifyingKey};
//!
//! struct ByClient(HashMap<String, VerifyingKey>);
//!
//! impl KeySource for ByClient {
//!     fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
//!         let key = header.key_id().and_then(|key_id| self.0.get(key_id));
//!         key.map(Cow::Borrowed).ok_or_else(|| VerifyError::unknown_key(header.key_id()))
//!     }
//! }
//! ```
//!
//! The header is not verified yet, so only choose among keys that you know. The algorithm of the key is compared with the token's
//! afterwards.
//!
//! # Pitfalls
//!
//! - **A set that is not a set.** The document of `/.well-known/openid-configuration` is issuer metadata: fetch its `jwks_uri`. The error
//!   says so.
//! - **Two different keys with one `kid`** and one algorithm are both skipped ([`KeyError::DuplicateKeyId`]).
//! - **Never put shared secrets into a JWK Set.** They are skipped. For several secrets there is [`HmacKeySet`].
//! - **Verify only with the set of the token's issuer.** For several issuers see [Many issuers](super::many_issuers).

use crate::*;
