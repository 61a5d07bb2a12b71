//! For tests of services that use this crate. Nothing of it belongs into a service.

mod attack;
mod clock;
mod issuer;
mod jwks;

pub use attack::{
    Assault, Attack, Breach, Flaw, Outcome, Refused, Survived, Unproven, assert_refuses, attacks,
};
pub use clock::TestClock;
pub use issuer::TestIssuer;
pub use jwks::TestJwks;
