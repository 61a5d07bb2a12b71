//! Two names of one algorithm: `EdDSA` (RFC 8037 §3.1) and `Ed25519` (RFC 9864 §2.2).
//!
//! The library treats them as two algorithms, since a key is bound to one. A user with a key of one name and a token
//! of the other needs to know why the two do not match.

use jotwell::Algorithm;

/// Why the two do not match.
pub(crate) const NAMES: &str =
    "EdDSA and Ed25519 are two names of one algorithm, and the names of key and token must be the same";

/// Returns the other name, if the algorithm has one.
pub(crate) fn other_name(algorithm: Algorithm) -> Option<Algorithm> {
    match algorithm {
        Algorithm::EdDSA => Some(Algorithm::Ed25519),
        Algorithm::Ed25519 => Some(Algorithm::EdDSA),
        _ => None,
    }
}

/// Describes what to do about a token with one name and a key with the other.
pub(crate) fn remedy(token: Algorithm, key: Algorithm) -> String {
    format!(
        "if the token's issuer documents {token}: give --alg {token}, and if the key's JWK says \"{key}\", change that to \
         \"{token}\" or remove it"
    )
}
