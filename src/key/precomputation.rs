//! Precomputed tables of a key and of its curve, and the choice of whether to build them.
//!
//! A curve's table is a constant, built once per process. A key's table is built when it has verified eight
//! signatures, so only someone with a valid one can cause it.
#![cfg_attr(
    not(any(feature = "ecdsa", feature = "eddsa")),
    allow(dead_code, reason = "no other family has tables")
)]

use super::slot::Slot;
use crate::sync::{AtomicBool, AtomicU32, Once, Ordering};

/// Whether a [`VerifyingKey`](crate::VerifyingKey) for ECDSA or EdDSA keeps a table of multiples of its point. With
/// the table, ECDSA verifies three to nine times as fast, and EdDSA one and a half times.
///
/// A table takes memory as long as the key or one of its clones exists, and building it takes as long as several
/// verifications without one:
///
/// | `alg` | table of a key | time to build | table of the curve |
/// |---|---|---|---|
/// | ES256 | 86 KiB | 6 verifications | 256 KiB |
/// | ES384 | 116 KiB | 4 verifications | 330 KiB |
/// | ES512 | 148 KiB | 4 verifications | 392 KiB |
/// | ES256K | 65 KiB | 7 verifications | 320 KiB |
/// | EdDSA | 128 KiB | 10 verifications | 370 KiB |
///
/// The curve's own table is built once per process, together with the first table of a key, and takes one to ten
/// milliseconds. No verification waits for a table: while one thread builds it, the others verify without it.
///
/// Tables contain only public data, and do not change which signatures are valid. They need the feature `std`. Without
/// it, and for keys of other families, the choice has no effect.
///
/// # What to choose
///
/// Use [`Lazy`](Self::Lazy), the default, for up to some hundred keys. In a set of ten thousand busy keys, the tables
/// for ES256 would take 860 MiB: use [`Never`](Self::Never) for those, and [`Eager`](Self::Eager) for the busiest. Use
/// `Never`, too, for keys that others register, such as one key per tenant: the holder of a private key can cause its
/// table to be built.
///
/// ```
/// use jotwell::{Algorithm, JwkSet, KeyError, Precomputation};
///
/// fn many_keys(json: &str) -> Result<JwkSet, KeyError> {
///     let set = JwkSet::from_json(json, &[Algorithm::ES256])?;
///     let keys = set.keys().iter().cloned();
///     JwkSet::from_keys(keys.map(|key| key.with_precomputation(Precomputation::Never)))
/// }
/// # let json = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"1","x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}]}"#;
/// # assert_eq!(many_keys(json)?.len(), 1);
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Precomputation {
    /// Never builds a table.
    Never,
    /// Builds a table once the key has verified eight signatures. Failed verifications do not count, so it takes at
    /// least one valid token. The eighth verification takes longer by the time to build.
    #[default]
    Lazy,
    /// Builds the table at once, so that no verification takes longer than the others.
    Eager,
}

/// Multiples of one point: of a curve's generator, or of a key.
pub(super) trait Multiples: Sized + 'static {
    type Point;

    fn of_generator() -> Option<Self>;

    fn of_key(key: &Self::Point) -> Option<Self>;

    /// Returns where those of the generator are tables.
    fn generator() -> &'static Slot<Self>;
}

/// The tables of one key, if it has any.
pub(super) struct KeyTables<T> {
    lazy: bool,
    successes: AtomicU32,
    key: Slot<T>,
}

impl<T: Multiples> KeyTables<T> {
    /// Building a table takes as long as a few verifications.
    const WORTH_IT: u32 = 8;

    pub(super) fn new(precomputation: Precomputation, key: &T::Point) -> Self {
        let tables = Self {
            lazy: precomputation == Precomputation::Lazy,
            successes: AtomicU32::new(0),
            key: Slot::new(),
        };
        if precomputation == Precomputation::Eager {
            T::generator().require(T::of_generator);
            tables.key.require(|| T::of_key(key));
        }
        tables
    }

    /// Returns the generator's table and the key's, if both exist.
    pub(super) fn get(&self) -> Option<(&T, &T)> {
        Some((T::generator().get()?, self.key.get()?))
    }

    /// Counts a signature that was verified without tables.
    pub(super) fn count_success(&self, key: &T::Point) {
        if self.lazy && self.successes.fetch_add(1, Ordering::Relaxed) >= Self::WORTH_IT - 1 {
            T::generator().offer(T::of_generator);
            self.key.offer(|| T::of_key(key));
        }
    }
}

impl<T> Slot<T> {
    /// Creates an empty slot.
    pub(super) const fn new() -> Self {
        Self::of(AtomicBool::new(false), Once::new())
    }
}
