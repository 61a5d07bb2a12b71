//! Tests of whole capabilities, which need the default features. One binary, so that it is linked once.
#![forbid(unsafe_code)]

mod attacks;
mod attacks_claims;
mod attacks_common;
mod attacks_signature;
mod attacks_text;
mod backend;
#[cfg(feature = "rayon")]
mod batch;
#[cfg(feature = "cache")]
mod cached;
mod claim_types;
mod every_algorithm;
mod explain;
#[cfg(not(miri))]
mod interop;
mod issuers;
#[cfg(feature = "jwe")]
mod jwe;
mod jwk_set;
mod jws_json;
mod jwt;
mod key_forms;
mod key_ring;
#[cfg(all(feature = "key-ring-file", not(miri)))]
mod key_ring_file;
mod keys;
#[cfg(all(feature = "key-ring-file", unix, not(miri)))]
mod private_files;
mod real_world;
mod signed_or_encrypted;
mod unruly_common;
mod unruly_types;
mod vectors;
#[cfg(not(miri))]
mod wycheproof;
