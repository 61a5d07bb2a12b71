//! What only verification can make.

use alloc::sync::Arc;
use core::ops::Deref;

use crate::header::Header;

/// A value from a token whose signature, and under a [`Validator`](crate::Validator) whose claims,
/// have been verified. Nothing but verification makes one, so a function that takes a
/// `Verified<Account>` cannot be handed what was merely parsed.
///
/// It derefs to the value. `H` is the type of its header: that of a signed token unless said otherwise.
#[derive(Clone, Debug)]
pub struct Verified<T, H = Header> {
    header: Arc<H>,
    value: T,
}

impl<T, H> Verified<T, H> {
    pub(crate) fn new(header: Arc<H>, value: T) -> Self {
        Self { header, value }
    }

    /// The protected header.
    #[must_use]
    pub fn header(&self) -> &H {
        &self.header
    }

    /// The value alone. From here on its type no longer says that it was verified.
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
