//! Tests that run in every configuration, without any feature as well.
#![forbid(unsafe_code)]

mod errors;
mod features;
#[cfg(not(miri))]
mod readme;
