//! What only verification can make.

use alloc::sync::Arc;
use core::ops::Deref;

use crate::header::Header;

/// A value from a token whose signature, and under a [`Validator`](crate::Validator) whose claims,
/// have been verified. Nothing but verification makes one, so a function that takes a
/// `Verified<Account>` cannot be handed what was merely parsed.
///
/// It derefs to the value.
#[derive(Clone, Debug)]
pub struct Verified<T> {
    header: Arc<Header>,
    value: T,
}

impl<T> Verified<T> {
    pub(crate) fn new(header: Arc<Header>, value: T) -> Self {
        Self { header, value }
    }

    /// The protected header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The value alone. From here on its type no longer says that it was verified.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
