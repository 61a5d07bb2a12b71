//! The algorithms that a test of every one goes through.

use jotwell::{Algorithm, Curve};

/// All of them. Under Miri, where a key of the others takes minutes to be made, those of HMAC, Ed25519 and
/// secp256k1.
pub(crate) fn algorithms() -> impl Iterator<Item = Algorithm> + Clone {
    Algorithm::ALL.iter().copied().filter(|algorithm| {
        !cfg!(miri)
            || algorithm.key_type() == "oct"
            || matches!(algorithm.curve(), Some(Curve::Ed25519 | Curve::Secp256k1))
    })
}
