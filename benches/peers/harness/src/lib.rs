//! The interface of every peer, and how it is measured. It depends on no peer, so a package with a separate dependency
//! tree can use it too.

#![forbid(unsafe_code)]

mod algorithm;
mod check;
mod claims;
mod encrypted;
mod facts;
mod issuer;
pub mod keys;
mod measure;
mod peer;

pub use algorithm::Algorithm;
pub use check::{Check, Gap};
pub use claims::{AUDIENCE, AccessToken, EXPIRES_AT, ISSUED_AT, ISSUER, NOT_BEFORE, Private, claims};
pub use encrypted::{Decrypter, Encryption};
pub use facts::facts;
pub use measure::{measure, repeat};
pub use peer::{Kind, Peer, Signer, Verifier, Verify};
