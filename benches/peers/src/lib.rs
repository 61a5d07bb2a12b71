//! jotwell and other JWT libraries: one file for each, and the list of them. `README.md` describes how to run the
//! benchmarks.

#![forbid(unsafe_code)]

#[cfg(any(feature = "pure", feature = "native"))]
mod floors;
#[cfg(feature = "authenticate")]
pub mod guards;
mod own;
#[cfg(any(feature = "pure", feature = "native", feature = "boring"))]
mod rivals;

use harness::Peer;

/// Returns all peers of this build, jotwell first.
#[must_use]
pub fn peers() -> Vec<Box<dyn Peer>> {
    vec![
        Box::new(own::Jotwell),
        #[cfg(feature = "native")]
        Box::new(own::Moved::AWS_LC),
        #[cfg(feature = "pure")]
        Box::new(own::Moved::GRAVIOLA),
        #[cfg(feature = "pure")]
        Box::new(own::VerifyIn),
        #[cfg(feature = "pure")]
        Box::new(rivals::Jsonwebtoken { name: "jsonwebtoken (RustCrypto)" }),
        #[cfg(feature = "native")]
        Box::new(rivals::Jsonwebtoken { name: "jsonwebtoken (AWS-LC)" }),
        #[cfg(feature = "pure")]
        Box::new(rivals::JwtSimple { name: "jwt-simple (pure Rust)" }),
        #[cfg(feature = "boring")]
        Box::new(rivals::JwtSimple { name: "jwt-simple (BoringSSL)" }),
        #[cfg(feature = "pure")]
        Box::new(rivals::JwtCompact),
        #[cfg(feature = "native")]
        Box::new(rivals::Josekit),
        #[cfg(feature = "native")]
        Box::new(rivals::Biscuit),
        #[cfg(feature = "native")]
        Box::new(rivals::Jwt),
        #[cfg(feature = "pure")]
        Box::new(floors::RustCrypto),
        #[cfg(feature = "native")]
        Box::new(floors::AwsLc),
        #[cfg(feature = "native")]
        Box::new(floors::Ring),
    ]
}
