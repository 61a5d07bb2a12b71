//! Tests of the program. One binary, so that it is linked once.
#![forbid(unsafe_code)]

mod claims;
mod common;
mod encryption;
mod inspect;
#[cfg(unix)]
mod jobs;
mod jwks;
mod jws;
mod keys;
mod pasted;
#[cfg(unix)]
mod picture;
mod places;
#[cfg(all(feature = "remote", target_os = "linux"))]
mod remote;
mod ring;
#[cfg(target_os = "linux")]
mod ring_crash;
mod secrets;
mod shell;
mod tokens;
