//! Encrypted tokens: RFC 7516, RFC 7518 §4 and §5.

mod attacks;
mod backend;
mod claims;
mod common;
mod header;
#[cfg(not(miri))]
mod interop;
mod json;
mod keys;
mod ring;
mod round_trip;
mod vectors;
