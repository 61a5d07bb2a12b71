//! `no_std` and WebAssembly.
//!
//! # Without `std`
//!
//! ```toml
//! [dependencies]
//! jotwell = { version = "0.1", default-features = false, features = ["ecdsa", "eddsa", "hmac"] }
//! ```
//!
//! The crate then needs `alloc` alone. There is no system clock, so you bring one:
//!
//! ```
//! use jotwell::{Audience, Issuer, NumericDate, Validator, VerifyingKey};
//!
//! # fn seconds_of_rtc() -> i64 { 1_800_000_000 }
//! fn validator(key: VerifyingKey) -> Validator<VerifyingKey> {
//!     let clock = || NumericDate::from_secs(seconds_of_rtc());
//!     Validator::with_clock(key, Issuer::is("https://auth.example"), Audience::is("device-7"), clock)
//! }
//! ```
//!
//! | Without `std` | Instead |
//! |---|---|
//! | [`Validator::new`], [`Claims::expires_in`], [`NumericDate::now`] | [`Validator::with_clock`], [`Claims::issued_at`], [`Claims::expires_at`] |
//! | [`SigningKey::generate`] | load a key |
//! | RSA signing, which needs randomness | ES256, EdDSA or HS256, whose signatures need none |
//! | tables for ECDSA and EdDSA | verification works without them |
//!
//! # Features that keep it small
//!
//! | You need | Features |
//! |---|---|
//! | verify ES256 | `ecdsa` |
//! | verify ES256 with a key in PEM | `ecdsa`, `pem` |
//! | verify RS256, without the `rsa` crate | `rsa-verify` |
//! | issue and verify HS256 | `hmac` |
//!
//! # WebAssembly
//!
//! | Target | What to do |
//! |---|---|
//! | `wasm32-wasip1`, `wasm32-wasip2` | nothing; the default features work |
//! | `wasm32-unknown-unknown` in a browser, Node, Deno or a worker | add the feature `wasm-js`: clock and randomness of the JavaScript host |
//! | `wasm32-unknown-unknown` in another host | `default-features = false` as above, with your clock |
//!
//! ```toml
//! [dependencies]
//! jotwell = { version = "0.1", features = ["wasm-js"] }
//! ```
//!
//! Without `wasm-js`, [`Validator::new`] and [`SystemClock`] do not exist on `wasm32-unknown-unknown`: a made-up time would accept
//! expired tokens.
//!
//! # Pitfalls
//!
//! - **Features add up over the dependency tree.** If another crate enables `std`, you have it; nothing breaks.
//! - **A device without a battery-backed clock** starts in 1970 and rejects every token as issued in the future. Set the time first.
//! - **The files of `key-ring-file`** exist on Unix and Windows only.

use crate::*;
