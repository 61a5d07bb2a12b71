//! Verifies one HS256 token repeatedly, and does little else: for callgrind.
//!
//! ```text
//! hs256_verify jotwell 1000
//! hs256_verify floor 1000
//! ```

#![forbid(unsafe_code)]

use harness::{Algorithm, Kind};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, times] = &arguments[..] else { panic!("who, and how many times") };
    let kind = match name.as_str() {
        "jotwell" => Kind::Own,
        "floor" => Kind::Floor,
        other => panic!("jotwell or floor, not {other}"),
    };
    let peers = peers::peers();
    let peer = peers.iter().find(|peer| peer.kind() == kind).expect("in this build");
    harness::repeat(&**peer, Algorithm::HS256, times.parse().expect("a number"));
}
