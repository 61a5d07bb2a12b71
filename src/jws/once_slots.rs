//! A few slots that are filled in order and never emptied.

use crate::sync::Once;

/// Keeps the first `N` values that are added. No slot is ever emptied, so reading them takes no lock.
#[derive(Debug)]
pub(super) struct OnceSlots<T, const N: usize> {
    slots: [Once<T>; N],
}

impl<T, const N: usize> Default for OnceSlots<T, N> {
    fn default() -> Self {
        Self { slots: core::array::from_fn(|_| Once::new()) }
    }
}

impl<T, const N: usize> OnceSlots<T, N> {
    /// Returns the first value for which `is` returns true.
    pub(super) fn find(&self, is: impl Fn(&T) -> bool) -> Option<&T> {
        self.slots.iter().map_while(Once::get).find(|value| is(value))
    }

    /// Adds a value if a slot is free.
    pub(super) fn add(&self, value: T) {
        let mut value = Some(value);
        for slot in &self.slots {
            match value.take() {
                // If another thread has filled the slot, `set` returns the value.
                Some(new) => value = slot.set(new).err(),
                None => return,
            }
        }
    }
}
