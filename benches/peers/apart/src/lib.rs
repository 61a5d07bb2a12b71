//! Peers that cannot be in one dependency tree with jotwell.

#![forbid(unsafe_code)]

mod jose_rs;

use harness::Peer;

/// Returns all of them.
#[must_use]
pub fn peers() -> Vec<Box<dyn Peer>> {
    vec![Box::new(jose_rs::JoseRs)]
}
