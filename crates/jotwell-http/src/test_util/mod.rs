//! For tests of services that use this crate. Nothing of it belongs into a service.

mod clock;

pub use clock::TestClock;
