//! Two names of one algorithm: `EdDSA` (RFC 8037 §3.1) and `Ed25519` (RFC 9864 §2.2).
//!
//! The library takes them for two algorithms, since a key is for one. A person with a key of the one name and a token of
//! the other needs to know why two things that look alike do not fit.

use jotwell::Algorithm;

/// Why the two do not fit.
pub(crate) const NAMES: &str =
    "EdDSA and Ed25519 are two names of one algorithm, and the names of key and token must be the same";

/// The other name, if the algorithm has one.
pub(crate) fn other_name(algorithm: Algorithm) -> Option<Algorithm> {
    match algorithm {
        Algorithm::EdDSA => Some(Algorithm::Ed25519),
        Algorithm::Ed25519 => Some(Algorithm::EdDSA),
        _ => None,
    }
}

/// What to do about a token of one name and a key of the other.
pub(crate) fn remedy(token: Algorithm, key: Algorithm) -> String {
    format!(
        "if the token's issuer documents {token}: give --alg {token}, and if the key's JWK says \"{key}\", change that to \
         \"{token}\" or remove it"
    )
}
