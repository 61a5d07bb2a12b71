//! For tests of services that use this crate. Nothing of it belongs into a service.

mod attack;
mod clock;
mod issuer;
mod jwks;

pub use attack::{
    Attack, AttackError, AttackSuite, Failure, Flaw, Inconclusive, Outcome, Refused, assert_refuses, attacks,
};
pub use clock::TestClock;
pub use issuer::TestIssuer;
pub use jwks::TestJwks;
