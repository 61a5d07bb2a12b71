//! The synchronization primitives, under one name each: `tests/concurrency` in the repository replaces this module by
//! that of a model checker, and includes the files that use it.

pub(crate) use std::sync::atomic::{AtomicBool, Ordering};
pub(crate) use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
