//! A slot for a precomputed table.
#![cfg_attr(
    not(any(feature = "ecdsa", feature = "eddsa")),
    allow(dead_code, reason = "no other family has tables")
)]

use crate::sync::{AtomicBool, ONCE_KEEPS, Once, Ordering};

/// A value that is built once. Unlike with a `OnceLock` alone, no thread waits for the one that builds it. Without
/// `std` nothing is built.
pub(super) struct Slot<T> {
    claimed: AtomicBool,
    built: Once<T>,
}

impl<T> Slot<T> {
    /// Creates an empty slot from an unset flag and an empty cell. A static needs both to be constants, which those of
    /// a model checker are not.
    pub(super) const fn of(claimed: AtomicBool, built: Once<T>) -> Self {
        Self { claimed, built }
    }

    pub(super) fn get(&self) -> Option<&T> {
        self.built.get()
    }

    /// Builds the value, unless it exists or another thread is building it.
    pub(super) fn offer(&self, build: impl FnOnce() -> Option<T>) {
        if !self.claimed.swap(true, Ordering::Relaxed) {
            self.fill(build);
        }
    }

    /// Builds the value, unless it exists. If another thread is building it, the work is done twice instead of
    /// waiting.
    pub(super) fn require(&self, build: impl FnOnce() -> Option<T>) {
        self.claimed.store(true, Ordering::Relaxed);
        if self.get().is_none() {
            self.fill(build);
        }
    }

    /// Builds outside of the lock of the `OnceLock`, which is held only to move the value.
    fn fill(&self, build: impl FnOnce() -> Option<T>) {
        if ONCE_KEEPS && let Some(value) = build() {
            // If another thread was faster, it has built the same value.
            let _ = self.built.set(value);
        }
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn no_thread_waits_for_the_one_that_builds() {
        let (slot, (started, starts), (go, gone)) = (&Slot::new(), channel(), channel());
        // Moves `go`, so that the other thread ends if this one panics.
        thread::scope(move |scope| {
            scope.spawn(move || {
                slot.offer(|| {
                    started.send(()).unwrap();
                    gone.recv().unwrap();
                    Some(1)
                });
            });
            starts.recv().unwrap();
            // The other thread is building, and continues until this one sends a message.
            assert_eq!(slot.get(), None);
            slot.offer(|| panic!("claimed by the other thread"));
            slot.require(|| Some(2));
            assert_eq!(slot.get(), Some(&2));
            go.send(()).unwrap();
        });
        assert_eq!(slot.get(), Some(&2));
        slot.require(|| panic!("already there"));
    }

    #[test]
    fn a_value_that_cannot_be_built_stays_absent() {
        let slot = Slot::<u8>::new();
        slot.offer(|| None);
        assert_eq!(slot.get(), None);
    }
}
