//! The names of `jotwell::sync` and `jotwell_http::sync`, implemented with loom.

use std::sync::OnceLock;

pub(crate) use loom::sync::atomic::{AtomicBool, Ordering};
pub(crate) use loom::sync::{Mutex, MutexGuard};
pub(crate) use std::sync::{PoisonError, TryLockError};

use loom::sync::atomic::AtomicUsize;

/// Whether [`Once`] stores anything. In this crate it does.
pub(crate) const ONCE_KEEPS: bool = true;

/// `std::sync::OnceLock`, according to its documentation: of many threads that set it one succeeds, the others wait
/// for it, and a value that is read is complete.
#[derive(Debug)]
pub(crate) struct Once<T> {
    state: AtomicUsize,
    /// Not modelled, so it orders nothing: `state` does.
    value: OnceLock<T>,
}

const EMPTY: usize = 0;
const WRITING: usize = 1;
const FULL: usize = 2;

impl<T> Once<T> {
    pub(crate) fn new() -> Self {
        Self { state: AtomicUsize::new(EMPTY), value: OnceLock::new() }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        if self.state.load(Ordering::Acquire) != FULL {
            return None;
        }
        self.value.get()
    }

    pub(crate) fn set(&self, value: T) -> Result<(), T> {
        match self.state.compare_exchange(EMPTY, WRITING, Ordering::Acquire, Ordering::Acquire) {
            Ok(_) => {
                let set = self.value.set(value);
                self.state.store(FULL, Ordering::Release);
                set
            }
            Err(_) => {
                while self.state.load(Ordering::Acquire) != FULL {
                    loom::thread::yield_now();
                }
                Err(value)
            }
        }
    }
}
