//! Which key it is, without the key itself.

use alloc::sync::{Arc, Weak};
use core::ptr;

use super::VerifyingKey;
use super::primitive::Public;

/// Tells one key and its clones from every other key, also from an equal one that was made apart.
///
/// It does not keep the key: a secret is wiped with its last clone. What it does keep is the key's place in
/// memory, so that no later key can come to the same address and be taken for it.
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
    fn a_key_that_is_gone_is_wiped_and_never_met_again() {
        let gone = key().identity();
        assert_eq!(gone.0.strong_count(), 0);
        // An allocator likes to give the same place again.
        assert!((0..1000).all(|_| !gone.is_of(&key())));
    }
}
