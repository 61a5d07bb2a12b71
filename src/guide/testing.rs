//! Testing code that takes tokens.
//!
//! Issue the tokens in the test, with a key that the test creates, and set the clock. No key file and no waiting is needed.
//!
//! ```
//! use std::time::Duration;
//! use jotwell::{Algorithm, Audience, Claims, Clock, Issuer, NoClaims, NumericDate, SigningKey, Validator, VerifyError, VerifyingKey};
//!
//! /// In your service: takes the key and the clock from outside.
//! fn validator(key: VerifyingKey, clock: impl Clock + 'static) -> Validator<VerifyingKey> {
//!     Validator::with_clock(key, Issuer::is("https://auth.example"), Audience::is("orders-api"), clock)
//! }
//!
//! /// In your test:
//! fn rejects_expired_tokens() -> Result<(), Box<dyn std::error::Error>> {
//!     let issued = NumericDate::from_secs(1_800_000_000);
//!     let key = SigningKey::generate(Algorithm::ES256)?;
//!     let token = Claims::new(NoClaims)
//!         .issuer("https://auth.example")
//!         .audience("orders-api")
//!         .issued_at(issued)
//!         .expires_at(issued + Duration::from_secs(900))
//!         .sign(&key)?;
//!
//!     let at = |now| validator(key.verifying_key(), now).verify::<Claims>(&token);
//!     assert!(at(issued + Duration::from_secs(899)).is_ok());
//!     assert!(matches!(at(issued + Duration::from_secs(900)), Err(VerifyError::Expired { .. })));
//!     Ok(())
//! }
//! # rejects_expired_tokens()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`NumericDate`] is a clock that does not move; a closure that returns one is a clock, too. ES256 and EdDSA keys are generated in
//! well under a millisecond; RSA keys take seconds in a debug build, so share one among tests.
//!
//! # The test kit
//!
//! The crate `jotwell-test` goes into `dev-dependencies`. It is for services that use `jotwell-http` as well; see
//! [its page](https://docs.rs/jotwell-http/latest/jotwell_http/guide/testing/) for code.
//!
//! | Item | What it does |
//! |---|---|
//! | `TestIssuer` | issues access tokens, good ones or with one `Flaw` out of more than forty |
//! | `TestClock` | a clock that the test advances |
//! | `TestJwks` | a server on 127.0.0.1 that publishes keys and metadata, counts requests, fails and holds on demand |
//! | `AttackSuite`, `attacks` | the known attacks on a service that takes bearer tokens |
//! | `store_conformance` | the tests that a custom store of sessions must pass |
//!
//! # What to test
//!
//! Your service, more than this library:
//!
//! - a token for another audience, of another issuer, expired, without `exp`: all rejected with 401;
//! - a token without the role or scope: 403;
//! - no token, a malformed one, two of them;
//! - after a key rotation: tokens of the former key still work, those of a removed key do not;
//! - while the key set or the database cannot be reached: 503, and no request is accepted.
//!
//! # Pitfalls
//!
//! - **Do not switch verification off in tests.** Inject the key instead, as above.
//! - **Do not commit private keys** that a production system could accept. Generate them in the test.
//! - **Do not build a token by hand** to test that a bad one is rejected: it is usually rejected for another reason than the one you
//!   mean. Check the variant of the error, as above.

use crate::*;
