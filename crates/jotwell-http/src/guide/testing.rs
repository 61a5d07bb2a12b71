//! Testing your service with `jotwell-test`.
//!
//! ```toml
//! [dev-dependencies]
//! jotwell-test = "0.1"
//! ```
//!
//! The first example needs the feature `axum` of `jotwell-http`, and the one of `TestJwks` the feature `fetch-ring`.
//!
//! # Every known attack in one call
//!
//! ```
//! use axum::{Router, body::Body, http::Request, routing::get};
//! use jotwell::{Audience, Issuer, NoClaims, Validator, VerifyingKey};
//! use jotwell_http::{AccessClaims, Authenticator};
//! use jotwell_test::TestIssuer;
//!
//! /// Your service. It takes the key from outside.
//! fn router(key: VerifyingKey) -> Router {
//!     let validator =
//!         Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api")).typ("at+jwt");
//!     let authenticator: Authenticator = Authenticator::new(validator);
//!     Router::new().route("/", get(async || "orders")).layer(authenticator.layer())
//! }
//!
//! # async fn rejects_attacks() -> Result<(), Box<dyn std::error::Error>> {
//! // In a `#[tokio::test]`:
//! let issuer = TestIssuer::new("https://auth.example", "orders-api")?;
//! let token = issuer.token("user-42", AccessClaims::new(NoClaims).role("customer"))?;
//! let service = router(issuer.verifying_key());
//! jotwell_test::assert_refuses(service, Request::<Body>::default, &token, issuer.signing_key()).await;
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(rejects_attacks())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `AttackSuite` has options: `cookies`, `grpc`, `token_header`, and `except` for an attack that a proxy
//! stops.
//!
//! # One flaw at a time
//!
//! ```
//! use jotwell::{Audience, Issuer, NoClaims, Validator, VerifyError};
//! use jotwell_http::AccessClaims;
//! use jotwell_test::{Flaw, TestIssuer};
//!
//! let issuer = TestIssuer::new("https://auth.example", "orders-api")?;
//! let claims = issuer.claims("user-42", AccessClaims::new(NoClaims));
//! let expired = issuer.flawed(Flaw::Expired, &claims)?;
//!
//! let validator =
//!     Validator::new(issuer.verifying_key(), Issuer::is(issuer.issuer()), Audience::is(issuer.audience()))
//!         .typ("at+jwt");
//! assert!(matches!(validator.verify::<NoClaims>(&expired), Err(VerifyError::Expired { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Time
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//! use jotwell::{Algorithm, NoClaims, NumericDate, SigningKey};
//! use jotwell_http::store::MemoryStore;
//! use jotwell_http::{AccessClaims, AudienceId, IssuerId, IssuerKeys, SessionError, Sessions};
//! use jotwell_test::TestClock;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let clock = TestClock::at(NumericDate::from_secs(1_800_000_000));
//! let keys = IssuerKeys::single(SigningKey::generate(Algorithm::ES256)?.with_key_id("1"))?;
//! let (issuer, audience) = (IssuerId::new("https://auth.example"), AudienceId::new("orders-api"));
//! let sessions: Sessions =
//!     Sessions::new(Arc::new(MemoryStore::new()), keys, issuer, audience).clock(clock.clone());
//!
//! let tokens = sessions.begin().await?.complete("user-42", AccessClaims::new(NoClaims)).await?;
//! clock.advance(Duration::from_secs(31 * 86_400));
//! assert!(matches!(sessions.refresh(&tokens.refresh_token).await, Err(SessionError::Ended)));
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Key rotation at another issuer
//!
//! `TestJwks` is a server on 127.0.0.1 that publishes keys, counts requests, and fails on demand.
//!
//! ```
//! use jotwell::{Algorithm, Audience, Claims, Issuer, NoClaims, Validator};
//! use jotwell_http::remote::{HttpFetch, RemoteJwkSet};
//! use jotwell_http::AccessClaims;
//! use jotwell_test::{TestIssuer, TestJwks};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let issuer = TestIssuer::new("https://auth.example", "orders-api")?;
//! let server = TestJwks::start(&issuer.jwks()?)?;
//!
//! let keys = RemoteJwkSet::from_url(server.url(), &[Algorithm::ES256])
//!     .allow_http_on_loopback()
//!     .build(HttpFetch::with_ring()?)?;
//! let validator = Validator::new(keys.clone(), Issuer::is(issuer.issuer()), Audience::is(issuer.audience()))
//!     .typ("at+jwt");
//!
//! let token = issuer.token("user-42", AccessClaims::new(NoClaims))?;
//! keys.verify::<Claims, _>(&validator, &token).await?;
//! assert_eq!(server.requests(), 1);
//! # Ok(()) }
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(example())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A custom store
//!
//! ```
//! use std::sync::Arc;
//! use jotwell_http::store::{MemoryStore, Store};
//! use jotwell_test::store_conformance;
//!
//! # async fn example() {
//! store_conformance::run(async || Arc::new(MemoryStore::new()) as Arc<dyn Store>).await;
//! # }
//! ```
//!
//! # Pitfalls
//!
//! - **The attack suite sends the valid token several times**, so it does not suit tokens for one use or routes with a rate limit.
//! - **Tests of your handlers** that are not about authentication call them with a token of `TestIssuer` as well; do not remove the
//!   layer.

use crate::*;
