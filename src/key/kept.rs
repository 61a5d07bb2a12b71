//! The tables of a key and of its curve, made when the key has earned them.
//!
//! A curve's table is a constant, made once in a process. A key's is made when it has verified
//! [`Kept::WORTH_IT`] signatures, which nobody without a valid one can bring about.

use core::sync::atomic::{AtomicU32, Ordering};

use super::Precomputation;
use super::slot::Slot;

/// Multiples of one point: of a curve's generator, or of a key.
pub(super) trait Multiples: Sized + 'static {
    type Point;

    fn of_generator() -> Option<Self>;

    fn of_key(key: &Self::Point) -> Option<Self>;

    /// Where those of the generator are kept.
    fn generator() -> &'static Slot<Self>;
}

/// The tables of one key, if it has any.
pub(super) struct Kept<T> {
    lazy: bool,
    successes: AtomicU32,
    key: Slot<T>,
}

impl<T: Multiples> Kept<T> {
    /// A table is built in the time of a few verifications.
    const WORTH_IT: u32 = 8;

    pub(super) fn new(precomputation: Precomputation, key: &T::Point) -> Self {
        let kept = Self {
            lazy: precomputation == Precomputation::Lazy,
            successes: AtomicU32::new(0),
            key: Slot::new(),
        };
        if precomputation == Precomputation::Eager {
            T::generator().require(T::of_generator);
            kept.key.require(|| T::of_key(key));
        }
        kept
    }

    /// The generator's table and the key's, where there are both.
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
