//! EdDSA keys and signatures that no honest signer creates: of mixed order, from chosen numbers.

use arbitrary::Arbitrary;
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::Verifier as _;
use jotwell::{Algorithm, Jwk, Precomputation, VerifyingKey, base64url};
use sha2::{Digest, Sha512};

/// A number below the order: any, or one where digits change.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Number {
    Small(i8),
    Power { bit: u8, plus: i8 },
    Ones { from: u8, to: u8 },
    Any([u8; 32]),
}

/// How R and S are chosen.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Choice {
    /// `R = r·B + T` with a T of small order, `S = r + k·a`, as a signer computes it.
    Signed {
        nonce: Number,
        small: u8,
    },
    /// R as a signer computes it, S arbitrary.
    S {
        nonce: Number,
        s: Number,
    },
    /// S above the order, although the equation holds: `S + ℓ`.
    Unreduced {
        nonce: Number,
    },
    Any {
        r: [u8; 32],
        s: [u8; 32],
    },
}

/// A key with its tables: `A = a·B + T`.
pub struct Key {
    secret: Scalar,
    library: ed25519_dalek::VerifyingKey,
    ours: VerifyingKey,
}

/// Secrets small and large, with each of the points of small order.
pub fn keys() -> Vec<Key> {
    let secrets = [1_u8, 2, 3, 200].map(Scalar::from).into_iter().chain([-Scalar::ONE, any([0x5a; 32])]);
    secrets.flat_map(|secret| EIGHT_TORSION.map(|small| Key::new(secret, small))).collect()
}

impl Key {
    fn new(secret: Scalar, small: EdwardsPoint) -> Self {
        let public = (ED25519_BASEPOINT_POINT * secret + small).compress().to_bytes();
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, base64url::encode(public));
        let jwk: Jwk = jwk.parse().expect("a JWK");
        let ours = VerifyingKey::from_jwk(Algorithm::EdDSA, &jwk).expect("a key");
        Self {
            secret,
            library: ed25519_dalek::VerifyingKey::from_bytes(&public).expect("a point"),
            ours: ours.with_precomputation(Precomputation::Eager),
        }
    }

    /// Asserts that the library and jotwell agree, and that a signer's signature is valid unless a point of small
    /// order is involved.
    pub fn agree(&self, message: &[u8], choice: Choice, flip: Option<u16>) {
        let mut bytes = self.signature(message, choice);
        if let Some(bit) = flip {
            bytes[usize::from(bit / 8) % 64] ^= 1 << (bit % 8);
        }
        let signature = ed25519_dalek::Signature::from_bytes(&bytes);
        let small = CompressedEdwardsY(*signature.r_bytes()).decompress().is_some_and(|r| r.is_small_order());
        let expected = self.library.verify(message, &signature).is_ok() && !small;
        let found = self.ours.verify(message, &bytes).is_ok();
        assert_eq!(found, expected, "{}", base64url::encode(bytes));
        if let (Choice::Unreduced { .. }, None) = (choice, flip) {
            assert!(!found, "two signatures for one");
        }
    }

    fn signature(&self, message: &[u8], choice: Choice) -> [u8; 64] {
        let commit = |nonce: Number, small: u8| {
            let point = ED25519_BASEPOINT_POINT * nonce.scalar() + EIGHT_TORSION[usize::from(small % 8)];
            point.compress().to_bytes()
        };
        let answer = |nonce: Number, r: &[u8; 32]| {
            let hash =
                Sha512::new().chain_update(r).chain_update(self.library.as_bytes()).chain_update(message);
            nonce.scalar() + Scalar::from_bytes_mod_order_wide(&hash.finalize().into()) * self.secret
        };
        let (r, s) = match choice {
            Choice::Signed { nonce, small } => {
                let r = commit(nonce, small);
                (r, answer(nonce, &r).to_bytes())
            }
            Choice::S { nonce, s } => (commit(nonce, 0), s.scalar().to_bytes()),
            Choice::Unreduced { nonce } => {
                let r = commit(nonce, 0);
                (r, plus_order(answer(nonce, &r)))
            }
            Choice::Any { r, s } => (r, s),
        };
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&r);
        bytes[32..].copy_from_slice(&s);
        bytes
    }
}

impl Number {
    fn scalar(self) -> Scalar {
        let signed = |number: i8| match (Scalar::from(number.unsigned_abs()), number < 0) {
            (scalar, true) => -scalar,
            (scalar, false) => scalar,
        };
        let power = |bit: u8| {
            let mut bytes = [0; 32];
            bytes[usize::from(bit / 8)] = 1 << (bit % 8);
            any(bytes)
        };
        match self {
            Self::Small(number) => signed(number),
            Self::Power { bit, plus } => power(bit) + signed(plus),
            Self::Ones { from, to } => power(from) - power(to),
            Self::Any(bytes) => any(bytes),
        }
    }
}

fn any(bytes: [u8; 32]) -> Scalar {
    Scalar::from_bytes_mod_order(bytes)
}

/// Adds the order as integers, which exceeds the range of a scalar.
fn plus_order(scalar: Scalar) -> [u8; 32] {
    let order_less_one = (-Scalar::ONE).to_bytes();
    let mut carry = 1_u16;
    let mut sum = scalar.to_bytes();
    for (digit, more) in sum.iter_mut().zip(order_less_one) {
        carry += u16::from(*digit) + u16::from(more);
        *digit = carry as u8;
        carry >>= 8;
    }
    sum
}
