//! The program as people run it. One binary, so that it is linked once.
#![forbid(unsafe_code)]

mod common;
mod encryption;
mod inspect;
mod jwks;
mod keys;
mod ring;
#[cfg(target_os = "linux")]
mod ring_crash;
mod shell;
mod tokens;
