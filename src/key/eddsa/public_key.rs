//! A public key. It verifies with tables if it has them, otherwise with the library.

use alloc::sync::Arc;

use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};

use super::table::{self, Table};
use crate::key::Precomputation;
use crate::key::precomputation::KeyTables;
use crate::key::primitive::Verify;
use crate::key::small_order::has_small_order;

/// Verifies strictly: of the equations of RFC 8032 §5.1.7 it uses the one with a single result for every signature and
/// key. Keys of small order are rejected when they are created.
pub(super) struct EddsaPublicKey {
    key: VerifyingKey,
    tables: KeyTables<Table>,
}

impl EddsaPublicKey {
    pub(super) fn new(key: VerifyingKey, precomputation: Precomputation) -> Self {
        Self { tables: KeyTables::new(precomputation, &key), key }
    }

    fn holds(&self, message: &[u8], signature: &Signature) -> bool {
        if let Some((generator, key)) = self.tables.get() {
            return table::verify(generator, key, self.key.as_bytes(), message, signature);
        }
        let holds = self.key.verify(message, signature).is_ok();
        if holds {
            self.tables.count_success(&self.key);
        }
        holds
    }
}

impl Verify for EddsaPublicKey {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(bytes) = signature.try_into() else { return false };
        let signature = Signature::from_bytes(bytes);
        !has_small_order(signature.r_bytes()) && self.holds(message, &signature)
    }

    fn with_precomputation(&self, precomputation: Precomputation) -> Option<Arc<dyn Verify>> {
        Some(Arc::new(Self::new(self.key, precomputation)))
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    const MESSAGE: &[u8] = b"message";

    fn verifier(precomputation: Precomputation) -> (EddsaPublicKey, [u8; 64]) {
        let key = SigningKey::from_bytes(&[7; 32]);
        (EddsaPublicKey::new(key.verifying_key(), precomputation), key.sign(MESSAGE).to_bytes())
    }

    #[test]
    fn tables_are_built_at_the_eighth_success() {
        let (verifier, signature) = verifier(Precomputation::Lazy);
        for _ in 0..7 {
            assert!(verifier.verify(MESSAGE, &signature));
            assert!(!verifier.verify(b"massage", &signature));
            assert!(verifier.tables.get().is_none());
        }
        assert!(verifier.verify(MESSAGE, &signature));
        assert!(verifier.tables.get().is_some());
        assert!(verifier.verify(MESSAGE, &signature));
        assert!(!verifier.verify(b"massage", &signature));
    }

    #[test]
    fn tables_are_built_at_once_or_never() {
        let (verifier, signature) = verifier(Precomputation::Never);
        assert!((0..20).all(|_| verifier.verify(MESSAGE, &signature)));
        assert!(verifier.tables.get().is_none());
        assert!(self::verifier(Precomputation::Eager).0.tables.get().is_some());
    }
}
