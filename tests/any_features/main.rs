//! Tests that run in every configuration, including without any feature.
#![forbid(unsafe_code)]

mod errors;
mod features;
#[cfg(not(miri))]
mod readme;
