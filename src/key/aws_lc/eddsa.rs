//! EdDSA over Ed25519: RFC 8037 §3.1, RFC 8032 §5.1.
//!
//! AWS-LC computes R from S and the key, and compares its encoding with that in the signature. So there is
//! one encoding of R, and S is below the order of the group; the equation is that of the default backend.
//! The one thing that it lets pass is an R of small order, which only the holder of the key can bring
//! about, and which lets him sign without committing to a message.

use alloc::sync::Arc;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, ParsedPublicKey};

use super::{BACKEND, failed};
use crate::backend::Backend;
use crate::error::SignError;
use crate::key::primitive::{Sign, Signature, Verify};
use crate::material::Numbers;

pub(super) fn signer(numbers: &Numbers) -> Option<Arc<dyn Sign>> {
    let Numbers::Ec { public: Some(public), private: Some(seed), .. } = numbers else { return None };
    let key = Ed25519KeyPair::from_seed_and_public_key(seed, public).ok()?;
    Some(Arc::new(Signer { key, verifier: verifier(numbers)? }))
}

pub(super) fn verifier(numbers: &Numbers) -> Option<Arc<dyn Verify>> {
    let Numbers::Ec { public: Some(public), .. } = numbers else { return None };
    Some(Arc::new(Strict(ParsedPublicKey::new(&ED25519, public).ok()?)))
}

struct Signer {
    key: Ed25519KeyPair,
    verifier: Arc<dyn Verify>,
}

impl Sign for Signer {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        Ok(self.key.try_sign(message).map_err(failed)?.as_ref().into())
    }

    fn verifier(&self) -> Arc<dyn Verify> {
        self.verifier.clone()
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}

struct Strict(ParsedPublicKey);

impl Verify for Strict {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.first_chunk().is_some_and(|r| !has_small_order(r))
            && self.0.verify_sig(message, signature).is_ok()
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}

/// Whether these bytes encode one of the eight points whose order divides the cofactor, as far as AWS-LC
/// would take them: encodings that are not canonical match nothing there.
fn has_small_order(r: &[u8; 32]) -> bool {
    let [.., last] = r;
    let without_sign = last & 0x7f;
    SMALL_ORDER.iter().any(|y| {
        let [y_front @ .., y_last] = y;
        let [r_front @ .., _] = r;
        y_front == r_front && *y_last == without_sign
    })
}

/// The y-coordinates of those points, little-endian; each but the first two has two points.
const SMALL_ORDER: [[u8; 32]; 5] = [
    // Order 1: y = 1.
    small(1),
    // Order 2: y = −1, that is p − 1.
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
    // Order 4: y = 0.
    small(0),
    // Order 8: two values, one the negative of the other.
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
];

const fn small(first: u8) -> [u8; 32] {
    let mut y = [0; 32];
    y[0] = first;
    y
}
