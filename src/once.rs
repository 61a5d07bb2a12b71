//! A place that is written once and read without waiting.

#[cfg(feature = "std")]
pub(crate) use std::sync::OnceLock as Once;

/// Without `std` there is none: what would be kept is made anew each time.
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
