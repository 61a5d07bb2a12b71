//! A lock that most threads do not take.

use crate::sync::{AtomicBool, Mutex, MutexGuard, Ordering, PoisonError, TryLockError};

/// A state behind a lock, and a flag that is readable without the lock and set while work is in progress.
///
/// The flag is written only under the lock. A thread that sees it cleared sees everything that was written before.
pub(super) struct Gate<S> {
    busy: AtomicBool,
    state: Mutex<S>,
}

impl<S> Gate<S> {
    pub(super) fn new(state: S) -> Self {
        Self { busy: AtomicBool::new(false), state: Mutex::new(state) }
    }

    /// Waits for the lock. A thread that panicked under it has left the state usable: changes are single assignments.
    pub(super) fn lock(&self) -> Entered<'_, S> {
        self.entered(self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns `None` instead of waiting, and if work is in progress.
    pub(super) fn enter_if_idle(&self) -> Option<Entered<'_, S>> {
        if self.busy.load(Ordering::Acquire) {
            return None;
        }
        match self.state.try_lock() {
            Ok(state) => Some(self.entered(state)),
            Err(TryLockError::Poisoned(error)) => Some(self.entered(error.into_inner())),
            // Another thread is about to start or to end work.
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn entered<'a>(&'a self, state: MutexGuard<'a, S>) -> Entered<'a, S> {
        Entered { busy: &self.busy, state }
    }
}

/// The state while the lock is held.
pub(super) struct Entered<'a, S> {
    busy: &'a AtomicBool,
    pub(super) state: MutexGuard<'a, S>,
}

impl<S> Entered<'_, S> {
    /// Sets whether work is in progress. Write its results before you clear the flag.
    pub(super) fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::Release);
    }
}
