//! The primitives that threads share without a lock. `tests/concurrency` replaces this module by a model checker's,
//! and includes the files that use it.

#[cfg_attr(
    not(any(feature = "ecdsa", feature = "eddsa")),
    allow(unused_imports, reason = "no other family has tables")
)]
pub(crate) use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};
#[cfg(feature = "std")]
pub(crate) use std::sync::OnceLock as Once;

/// Whether [`Once`] stores anything.
#[cfg_attr(
    not(any(feature = "ecdsa", feature = "eddsa")),
    allow(dead_code, reason = "no other family has tables")
)]
pub(crate) const ONCE_KEEPS: bool = cfg!(feature = "std");

/// A cell that is written once. Without `std` it stays empty, so its value is computed each time.
#[cfg(not(feature = "std"))]
#[derive(Clone, Debug)]
pub(crate) struct Once<T>(core::marker::PhantomData<fn() -> T>);

#[cfg(not(feature = "std"))]
impl<T> Default for Once<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(not(feature = "std"))]
impl<T> Once<T> {
    pub(crate) const fn new() -> Self {
        Self(core::marker::PhantomData)
    }

    pub(crate) fn get(&self) -> Option<&T> {
        None
    }

    pub(crate) fn set(&self, value: T) -> Result<(), T> {
        Err(value)
    }
}
