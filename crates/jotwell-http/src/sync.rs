//! What threads share, under one name for each: `tests/concurrency` of the repository replaces this module by a model
//! checker's, and includes the files that use it.

pub(crate) use std::sync::atomic::{AtomicBool, Ordering};
pub(crate) use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
