//! The result of verification.

use alloc::sync::Arc;
use core::ops::Deref;

use crate::header::Header;

/// A value from a token whose signature has been verified, and under a [`Validator`](crate::Validator) its claims too.
///
/// Only verification creates it, so a function that takes a `Verified<Account>` cannot receive claims that were merely
/// parsed. It derefs to the value. `H` is the type of its header, by default that of a signed token.
#[derive(Clone, Debug)]
pub struct Verified<T, H = Header> {
    header: Arc<H>,
    value: T,
}

impl<T, H> Verified<T, H> {
    pub(crate) fn new(header: Arc<H>, value: T) -> Self {
        Self { header, value }
    }

    /// Returns the protected header.
    #[must_use]
    pub fn header(&self) -> &H {
        &self.header
    }

    /// Returns the value. Its type no longer shows that it was verified.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T, H> Deref for Verified<T, H> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
