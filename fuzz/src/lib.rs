//! Shared by the fuzz targets: keys that are created once, oracles, and ways to damage a token.

pub mod ecdsa;
pub mod eddsa;
pub mod encoded;
pub mod encryption;
pub mod issued;
pub mod jwe_peer;
pub mod keys;
pub mod mutation;
pub mod oracle;
pub mod peer;
pub mod requests;
pub mod rsa;
pub mod typed;
#[path = "../../tests/suite/unruly_common.rs"]
pub mod unruly;
