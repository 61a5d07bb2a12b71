//! The algorithms that a test of every one goes through.

use jotwell::Algorithm;

/// All of them. Under Miri, where one key of the others takes minutes to be made and used, those of HMAC and
/// Ed25519.
pub(crate) fn algorithms() -> impl Iterator<Item = Algorithm> + Clone {
    Algorithm::ALL
        .iter()
        .copied()
        .filter(|algorithm| !cfg!(miri) || matches!(algorithm.key_type(), "oct" | "OKP"))
}
