//! A place for what is built once, while everybody else goes on without it.

use core::sync::atomic::{AtomicBool, Ordering};

use crate::once::Once;

/// Empty, then full for good. Unlike with a `OnceLock` alone nobody waits for the one who builds.
/// Without `std` it stays empty, and nothing is built.
pub(super) struct Slot<T> {
    claimed: AtomicBool,
    built: Once<T>,
}

impl<T> Slot<T> {
    pub(super) const fn new() -> Self {
        Self { claimed: AtomicBool::new(false), built: Once::new() }
    }

    pub(super) fn get(&self) -> Option<&T> {
        self.built.get()
    }

    /// Builds, unless that is done or another thread is at it.
    pub(super) fn offer(&self, build: impl FnOnce() -> Option<T>) {
        if !self.claimed.swap(true, Ordering::Relaxed) {
            self.fill(build);
        }
    }

    /// Builds, unless that is done. Where another thread is at it, the work is done twice rather than waited
    /// for.
    pub(super) fn require(&self, build: impl FnOnce() -> Option<T>) {
        self.claimed.store(true, Ordering::Relaxed);
        if self.get().is_none() {
            self.fill(build);
        }
    }

    /// Builds outside the lock, which is held for the move alone.
    fn fill(&self, build: impl FnOnce() -> Option<T>) {
        if cfg!(feature = "std")
            && let Some(value) = build()
        {
            // Who comes second has built the same.
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
    fn nobody_waits_for_the_one_who_builds() {
        let (slot, (started, starts), (go, gone)) = (&Slot::new(), channel(), channel());
        // Takes `go` along, so that the other thread ends where this one fails.
        thread::scope(move |scope| {
            scope.spawn(move || {
                slot.offer(|| {
                    started.send(()).unwrap();
                    gone.recv().unwrap();
                    Some(1)
                });
            });
            starts.recv().unwrap();
            // The other thread is building, and will be until it hears from this one.
            assert_eq!(slot.get(), None);
            slot.offer(|| panic!("claimed by the other"));
            slot.require(|| Some(2));
            assert_eq!(slot.get(), Some(&2));
            go.send(()).unwrap();
        });
        assert_eq!(slot.get(), Some(&2));
        slot.require(|| panic!("already there"));
    }

    #[test]
    fn what_cannot_be_built_stays_away() {
        let slot = Slot::<u8>::new();
        slot.offer(|| None);
        assert_eq!(slot.get(), None);
    }
}
