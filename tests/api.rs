//! The public API uses types only of the crates that are listed here: none of these can change to an incompatible
//! version without a new major version of the crate that uses it. `tests/api/run` compares the listings with the code.
#![forbid(unsafe_code)]
#![cfg(not(miri))]

use std::collections::BTreeSet;

const LIBRARY: &str = include_str!("../docs/api/jotwell.txt");
const HTTP: &str = include_str!("../docs/api/jotwell-http.txt");
const CLIENT: &str = include_str!("../docs/api/jotwell-client.txt");

/// The crates whose types may appear in each listing. One that is optional in a manifest appears only in the API of
/// its feature, since nothing else compiles.
const ALLOWED: &[(&str, &[&str])] = &[
    // Nothing of RustCrypto, and no error type of another crate.
    (
        LIBRARY,
        &[
            "alloc",
            "core",
            "jotwell",
            "serde_core",
            // Feature `key-ring-file`: paths and errors of files. `SystemTime`.
            "std",
            // The features of these names: conversions of dates.
            "chrono",
            "jiff",
            "time",
        ],
    ),
    (
        HTTP,
        &[
            "alloc",
            "core",
            "std",
            "jotwell",
            "jotwell_http",
            "serde_core",
            // Requests and responses, everywhere.
            "http",
            // `TokenResponse`: zeroized tokens.
            "zeroize",
            // Feature `tower`: the body of a response.
            "http_body",
            // When that body is `Unpin`.
            "pin_project_lite",
            "tower_layer",
            "tower_service",
            // Feature `actix-web`: extractors, middleware, responses, a resource.
            "actix_http",
            "actix_service",
            "actix_web",
            // Feature `utoipa`: the OpenAPI document that a guard completes.
            "utoipa",
            // Feature `tonic`: requests, statuses, names of services.
            "tonic",
            // Feature `axum`: extractors, responses, a router.
            "axum",
            "axum_core",
            // Feature `fetch`: the application's TLS configuration. No type of hyper.
            "rustls",
        ],
    ),
    (
        CLIENT,
        &[
            "alloc",
            "core",
            "jotwell",
            "jotwell_client",
            "serde_core",
            // Requests and responses, everywhere.
            "http",
            // Zeroized tokens.
            "zeroize",
            // Feature `tower`.
            "tower_layer",
            "tower_service",
            // Feature `reqwest`: a client that the application configures.
            "reqwest",
            // Feature `reqwest-middleware`.
            "reqwest_middleware",
        ],
    ),
];

/// Returns the first segments of all paths. A generic parameter or `Self` begins with a capital letter, a crate does
/// not.
fn crates(listing: &str) -> BTreeSet<&str> {
    let words = listing.split(|char: char| !char.is_alphanumeric() && char != '_' && char != ':');
    let firsts = words.filter_map(|word| word.split_once("::")).map(|(first, _)| first);
    firsts.filter(|first| first.starts_with(|char: char| char.is_lowercase())).collect()
}

#[test]
fn the_public_api_uses_only_types_of_allowed_crates() {
    for (listing, allowed) in ALLOWED {
        assert!(listing.lines().count() > 300);
        assert_eq!(crates(listing), allowed.iter().copied().collect());
    }
}

#[test]
fn a_planted_crate_is_found() {
    let planted = [
        ("pub fn jotwell::SigningKey::secret(&self) -> &p256::SecretKey", "p256"),
        ("impl core::convert::From<rsa::errors::Error> for jotwell::KeyError", "rsa"),
        ("pub jotwell::KeyError::Der(der::error::Error)", "der"),
        ("impl<S: signature::Signer<T>> jotwell::Trait for S", "signature"),
        ("pub fn jotwell::f<T>(T) -> <T as digest::Digest>::Out", "digest"),
        ("pub use jotwell::<<hmac::Hmac>>", "hmac"),
    ];
    for (line, name) in planted {
        assert!(crates(line).contains(name), "{line}");
    }
    let ours = "pub fn jotwell::Verified<T>::get(&'a self, K::Key, [u8; 2]) -> <Self as jotwell::Trait>::Out";
    assert_eq!(crates(ours), BTreeSet::from(["jotwell"]));
}
