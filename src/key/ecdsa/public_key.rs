//! A public key. It verifies with tables if it has them, otherwise with the library.

use alloc::sync::Arc;

use ecdsa::signature::hazmat::PrehashVerifier;
use ecdsa::{Signature, VerifyingKey};
use sha2::Digest;

use super::Ecdsa;
use super::table::Table;
use super::verify::verify;
use crate::key::Precomputation;
use crate::key::precomputation::KeyTables;
use crate::key::primitive::Verify;

pub(super) struct EcdsaPublicKey<C: Ecdsa> {
    key: VerifyingKey<C>,
    pub(super) tables: KeyTables<Table<C>>,
}

impl<C: Ecdsa> EcdsaPublicKey<C> {
    pub(super) fn new(key: VerifyingKey<C>, precomputation: Precomputation) -> Self {
        Self { tables: KeyTables::new(precomputation, key.as_affine()), key }
    }

    pub(super) fn verify_prehash(&self, hash: &[u8], signature: &[u8]) -> bool {
        // Rejects any other length, and an r or s that is zero or not below the order.
        let Ok(signature) = Signature::<C>::from_slice(signature) else {
            return false;
        };
        match self.tables.get() {
            Some((generator, key)) => verify(generator, key, hash, &signature),
            None => self.verify_by_library(hash, signature),
        }
    }

    fn verify_by_library(&self, hash: &[u8], signature: Signature<C>) -> bool {
        // RFC 8812 does not require a low s, and other libraries create high ones, which k256 would reject.
        let signature = if C::NORMALIZE_S { signature.normalize_s() } else { signature };
        let valid = self.key.verify_prehash(hash, &signature).is_ok();
        if valid {
            self.tables.count_success(self.key.as_affine());
        }
        valid
    }
}

impl<C: Ecdsa> Verify for EcdsaPublicKey<C> {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verify_prehash(&C::Digest::digest(message), signature)
    }

    fn with_precomputation(&self, precomputation: Precomputation) -> Option<Arc<dyn Verify>> {
        Some(Arc::new(Self::new(self.key, precomputation)))
    }

    #[cfg(fuzzing)]
    fn verify_prehash(&self, hash: &[u8], signature: &[u8]) -> bool {
        self.verify_prehash(hash, signature)
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use ecdsa::SigningKey;
    use ecdsa::signature::Signer as _;
    use p256::NistP256;

    use super::*;
    use crate::algorithm::Algorithm;

    fn key() -> SigningKey<NistP256> {
        SigningKey::from_slice(&[7; 32]).unwrap()
    }

    fn verifier(precomputation: Precomputation) -> (EcdsaPublicKey<NistP256>, [u8; 64]) {
        let signature: Signature<NistP256> = key().sign(b"message");
        (EcdsaPublicKey::new(*key().verifying_key(), precomputation), signature.to_bytes().into())
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn tables_are_built_at_the_eighth_success() {
        let (verifier, signature) = verifier(Precomputation::Lazy);
        for _ in 0..7 {
            assert!(verifier.verify(b"message", &signature));
            assert!(verifier.tables.get().is_none());
        }
        assert!(verifier.verify(b"message", &signature));
        assert!(verifier.tables.get().is_some());
        assert!(verifier.verify(b"message", &signature));
        assert!(!verifier.verify(b"massage", &signature));
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn failures_do_not_count() {
        let (verifier, signature) = verifier(Precomputation::Lazy);
        for _ in 0..7 {
            assert!(verifier.verify(b"message", &signature));
        }
        for _ in 0..20 {
            assert!(!verifier.verify(b"massage", &signature));
            assert!(!verifier.verify(b"message", &signature[1..]));
            assert!(!verifier.verify(b"message", &[0; 64]));
        }
        assert!(verifier.tables.get().is_none());
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn tables_are_built_at_once_or_never() {
        let (verifier, signature) = verifier(Precomputation::Never);
        assert!((0..20).all(|_| verifier.verify(b"message", &signature)));
        assert!(verifier.tables.get().is_none());
        assert!(self::verifier(Precomputation::Eager).0.tables.get().is_some());
    }

    #[test]
    fn a_signer_has_one_verifier() {
        let signer = crate::key::SigningKey::generate(Algorithm::ES256).unwrap();
        let [one, other] = [(); 2].map(|()| signer.verifying_key().public.verifier.clone());
        assert!(Arc::ptr_eq(&one, &other));
        assert!(!Arc::ptr_eq(&one, &one.with_precomputation(Precomputation::Lazy).unwrap()));
    }
}
