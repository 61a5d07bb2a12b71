//! A test kit for services that use `jotwell` and `jotwell-http`. Add it to `dev-dependencies`.
//!
//! - [`TestIssuer`] issues access tokens, valid or with one [`Flaw`].
//! - [`TestClock`] is a clock that your test controls.
//! - [`TestJwks`] is a server for JWK Sets and issuer metadata.
//! - [`AttackSuite`] sends the known attacks to your service.
//! - [`store_conformance`] tests a custom [`Store`](jotwell_http::store::Store).
#![deny(missing_docs)]

/// The examples of the README, compiled as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod attack;
mod clock;
mod issuer;
mod jwks;
pub mod store_conformance;

pub use attack::{
    Attack, AttackError, AttackSuite, Failure, Flaw, Inconclusive, Outcome, Refused, assert_refuses, attacks,
};
pub use clock::TestClock;
pub use issuer::TestIssuer;
pub use jwks::TestJwks;
