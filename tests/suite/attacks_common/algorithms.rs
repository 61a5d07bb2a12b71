//! The algorithms for tests that use every one, and their backends.

use jotwell::{Algorithm, Backend};

/// Returns all algorithms. Under Miri only those of HMAC and Ed25519, since a key of the others takes minutes to
/// create and use.
pub(crate) fn algorithms() -> impl Iterator<Item = Algorithm> + Clone {
    Algorithm::ALL
        .iter()
        .copied()
        .filter(|algorithm| !cfg!(miri) || matches!(algorithm.key_type(), "oct" | "OKP"))
}

/// Returns the backends of this build that have the algorithm and run on this processor.
pub(crate) fn backends_of(algorithm: Algorithm) -> impl Iterator<Item = Backend> + Clone {
    Backend::ALL.iter().copied().filter(move |backend| backend.is_available() && algorithm.runs_on(*backend))
}
