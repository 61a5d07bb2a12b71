//! Peers that do not go into one tree with jotwell; measured beside it all the same.

#![forbid(unsafe_code)]

mod jose_rs;

use harness::Peer;

/// All of them.
#[must_use]
pub fn peers() -> Vec<Box<dyn Peer>> {
    vec![Box::new(jose_rs::JoseRs)]
}
