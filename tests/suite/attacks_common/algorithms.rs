//! The algorithms that a test of every one goes through, and the backends that have them.

use jotwell::{Algorithm, Backend};

/// All of them. Under Miri, where one key of the others takes minutes to be made and used, those of HMAC and
/// Ed25519.
pub(crate) fn algorithms() -> impl Iterator<Item = Algorithm> + Clone {
    Algorithm::ALL
        .iter()
        .copied()
        .filter(|algorithm| !cfg!(miri) || matches!(algorithm.key_type(), "oct" | "OKP"))
}

/// The backends of this build that have the algorithm and run on this processor.
pub(crate) fn backends_of(algorithm: Algorithm) -> impl Iterator<Item = Backend> + Clone {
    Backend::ALL.iter().copied().filter(move |backend| backend.is_available() && algorithm.runs_on(*backend))
}
