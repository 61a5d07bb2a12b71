//! The identity of a key, without the key itself.

use alloc::sync::{Arc, Weak};
use core::ptr;

use super::VerifyingKey;
use super::primitive::Public;

/// Distinguishes one key and its clones from every other key, including an equal one that was created separately.
///
/// It does not keep the key alive: a secret is zeroized with its last clone. It only keeps the allocation, so that no
/// later key can have the same address and be mistaken for it.
pub(crate) struct KeyIdentity(Weak<Public>);

impl KeyIdentity {
    pub(crate) fn is_of(&self, key: &VerifyingKey) -> bool {
        ptr::eq(self.0.as_ptr(), Arc::as_ptr(&key.public))
    }
}

impl VerifyingKey {
    pub(crate) fn identity(&self) -> KeyIdentity {
        KeyIdentity(Arc::downgrade(&self.public))
    }
}

#[cfg(all(test, feature = "hmac"))]
mod tests {
    use super::*;
    use crate::algorithm::Algorithm;

    fn key() -> VerifyingKey {
        VerifyingKey::hmac(Algorithm::HS256, [7; 32]).expect("a key")
    }

    #[test]
    fn clones_are_one_key_and_equal_keys_are_not() {
        let one = key();
        assert!(one.identity().is_of(&one));
        assert!(one.identity().is_of(&one.clone().with_key_id("renamed")));
        assert!(!one.identity().is_of(&key()));
    }

    #[test]
    fn a_dropped_key_is_zeroized_and_no_later_key_matches_it() {
        let gone = key().identity();
        assert_eq!(gone.0.strong_count(), 0);
        // Allocators tend to reuse the same address.
        assert!((0..1000).all(|_| !gone.is_of(&key())));
    }
}
