//! ECDSA signatures that are created without a private key, from the numbers that verification computes.
//!
//! Verification computes `R = u₁·G + u₂·Q` with `u₁ = z/s` and `u₂ = r/s`. Choosing `u₁` and `u₂` gives `r = x(R) mod
//! n`, `s = r/u₂` and `z = u₁·s`, a valid signature unless R is infinity.

use arbitrary::Arbitrary;
use ecdsa::elliptic_curve::bigint::Encoding as _;
use ecdsa::elliptic_curve::group::{Curve as _, Group};
use ecdsa::elliptic_curve::ops::{Invert, MulByGeneratorVartime, Reduce};
use ecdsa::elliptic_curve::point::AffineCoordinates;
use ecdsa::elliptic_curve::scalar::IsHigh;
use ecdsa::elliptic_curve::subtle::CtOption;
use ecdsa::elliptic_curve::{CurveArithmetic, Field, FieldBytes, PrimeField, ProjectivePoint, Scalar};
use ecdsa::{EcdsaCurve, Signature, hazmat};
use jotwell::{Algorithm, Jwk, Precomputation, VerifyingKey, base64url};

/// A number below the order: any, or one where digits or cases change.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Number {
    Small(i8),
    Power { bit: u8, plus: i8, opposite: bool },
    Ones { from: u8, to: u8, opposite: bool },
    Sparse([u8; 4]),
    Half(i8),
    Any([u8; 32]),
}

/// How `u₁` and `u₂` are chosen.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Choice {
    Both {
        u1: Number,
        u2: Number,
    },
    /// So that R is one of the stored points, which saves the time to compute it.
    KeptByU1 {
        point: u8,
        u1: Number,
    },
    KeptByU2 {
        point: u8,
        u2: Number,
    },
    /// So that the next point of a window of `u₂·Q` equals the sum so far, or its opposite.
    Meet {
        u2: Number,
        window: u8,
        opposite: bool,
    },
    /// `u₁·G = −u₂·Q`: R is infinity, and nothing verifies.
    Opposite(Number),
}

/// What is changed in `z ‖ r ‖ s`.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Damage {
    None,
    Flip {
        bit: u16,
    },
    Replace {
        part: u8,
        number: Number,
    },
    /// Remains valid.
    OppositeS,
    Any {
        part: u8,
        bytes: [u8; 32],
    },
}

/// A curve with numbers of 32 bytes.
pub trait Curve: EcdsaCurve + CurveArithmetic<Scalar: Invert<Output = CtOption<Scalar<Self>>>> {
    const ALGORITHM: Algorithm;
    /// Bits of a window in a key's table, only for [`Choice::Meet`].
    const WINDOW: u32;
}

impl Curve for p256::NistP256 {
    const ALGORITHM: Algorithm = Algorithm::ES256;
    const WINDOW: u32 = 6;
}

impl Curve for k256::Secp256k1 {
    const ALGORITHM: Algorithm = Algorithm::ES256K;
    const WINDOW: u32 = 5;
}

/// Keys with their tables, and points for R.
pub struct Kept<C: Curve> {
    keys: Vec<Key<C>>,
    /// Multiples of the generator, each with its x modulo the order.
    points: Vec<(Scalar<C>, Scalar<C>)>,
}

struct Key<C: Curve> {
    secret: Scalar<C>,
    point: ProjectivePoint<C>,
    verifying: VerifyingKey,
}

impl<C: Curve> Kept<C> {
    /// Q is the generator, its double, another small multiple, an opposite of these, or an ordinary point.
    pub fn new() -> Self {
        let mut secrets = (1..=4_u64).flat_map(|small| [Scalar::<C>::from(small), -Scalar::<C>::from(small)]);
        let others = (1..=8).map(|index| any::<C>([index * 29; 32]));
        let mut points: Vec<_> = (1..=64_u64).map(Scalar::<C>::from).collect();
        points.extend((1..=192).map(|index| any::<C>([index; 32])));
        Self {
            keys: secrets.by_ref().chain(others).map(Key::new).collect(),
            points: points.into_iter().map(|multiple| (multiple, x_of::<C>(&multiple))).collect(),
        }
    }

    /// Asserts that the library and jotwell agree, and that an undamaged signature is valid.
    pub fn agree(&self, key: u8, choice: Choice, damage: Damage) {
        let key = &self.keys[usize::from(key) % self.keys.len()];
        let Some((z, r, s)) = self.signature(key, choice) else { return };
        let mut bytes = [z, r, s].map(|number| number.to_repr().to_vec()).concat();
        damage.apply::<C>(&mut bytes, s);
        let (hash, signature) = bytes.split_at(32);

        let expected = Signature::<C>::from_slice(signature).is_ok_and(|signature| {
            // jotwell accepts either s.
            let signature = if C::NORMALIZE_S { signature.normalize_s() } else { signature };
            hazmat::verify_prehashed::<C>(&key.point, hash, &signature).is_ok()
        });
        assert_eq!(key.verifying.verify_prehash(hash, signature), expected, "{}", base64url::encode(&bytes));
        if matches!(damage, Damage::None | Damage::OppositeS) {
            assert_eq!(expected, !matches!(choice, Choice::Opposite(_)) && r != Scalar::<C>::ZERO);
        }
    }

    /// Returns `z`, `r` and `s`, or `None` if `r/u₂` does not exist.
    fn signature(&self, key: &Key<C>, choice: Choice) -> Option<(Scalar<C>, Scalar<C>, Scalar<C>)> {
        let kept = |point: u8| self.points[usize::from(point) % self.points.len()];
        let computed = |u1: Scalar<C>, u2: Scalar<C>| (u1, u2, x_of::<C>(&(u1 + key.secret * u2)));
        let (u1, u2, r) = match choice {
            Choice::Both { u1, u2 } => computed(u1.scalar::<C>(), u2.scalar::<C>()),
            Choice::KeptByU1 { point, u1 } => {
                let ((multiple, r), u1) = (kept(point), u1.scalar::<C>());
                (u1, (multiple - u1) * inverse::<C>(&key.secret)?, r)
            }
            Choice::KeptByU2 { point, u2 } => {
                let ((multiple, r), u2) = (kept(point), u2.scalar::<C>());
                (multiple - key.secret * u2, u2, r)
            }
            Choice::Meet { u2, window, opposite } => {
                let u2 = u2.scalar::<C>();
                let (before, point) = windows::<C>(&u2, u32::from(window));
                computed(key.secret * (if opposite { -point } else { point } - before), u2)
            }
            Choice::Opposite(u2) => {
                let u2 = u2.scalar::<C>();
                // Any r but zero.
                (-key.secret * u2, u2, kept(1).1)
            }
        };
        let s = r * inverse::<C>(&u2)?;
        Some((u1 * s, r, s))
    }
}

impl<C: Curve> Default for Kept<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Curve> Key<C> {
    fn new(secret: Scalar<C>) -> Self {
        let point = ProjectivePoint::<C>::mul_by_generator(&secret);
        let affine = point.to_affine();
        let [x, y] = [affine.x(), affine.y()].map(base64url::encode);
        let curve = C::ALGORITHM.curve().expect("of elliptic curves");
        let jwk: Jwk =
            format!(r#"{{"kty":"EC","crv":"{curve}","x":"{x}","y":"{y}"}}"#).parse().expect("a JWK");
        let verifying = VerifyingKey::from_jwk(C::ALGORITHM, &jwk).expect("a key");
        Self { secret, point, verifying: verifying.with_precomputation(Precomputation::Eager) }
    }
}

impl Number {
    fn scalar<C: Curve>(self) -> Scalar<C> {
        let signed = |number: i8| match (Scalar::<C>::from(u64::from(number.unsigned_abs())), number < 0) {
            (scalar, true) => -scalar,
            (scalar, false) => scalar,
        };
        let power = |bit: u8| {
            let mut bytes = [0; 32];
            bytes[31 - usize::from(bit / 8)] = 1 << (bit % 8);
            any::<C>(bytes)
        };
        let or_opposite = |scalar: Scalar<C>, opposite| if opposite { -scalar } else { scalar };
        match self {
            Self::Small(number) => signed(number),
            Self::Power { bit, plus, opposite } => or_opposite(power(bit) + signed(plus), opposite),
            Self::Ones { from, to, opposite } => or_opposite(power(from) - power(to), opposite),
            Self::Sparse(bits) => bits.map(power).iter().sum(),
            Self::Half(plus) => Scalar::<C>::TWO_INV + signed(plus),
            Self::Any(bytes) => any::<C>(bytes),
        }
    }
}

impl Damage {
    fn apply<C: Curve>(self, bytes: &mut [u8], s: Scalar<C>) {
        let part = |part: u8| usize::from(part % 3) * 32..usize::from(part % 3) * 32 + 32;
        match self {
            Self::None => {}
            Self::Flip { bit } => {
                let bit = usize::from(bit) % (bytes.len() * 8);
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
            Self::Replace { part: which, number } => {
                bytes[part(which)].copy_from_slice(&number.scalar::<C>().to_repr());
            }
            Self::OppositeS => bytes[64..].copy_from_slice(&(-s).to_repr()),
            Self::Any { part: which, bytes: new } => bytes[part(which)].copy_from_slice(&new),
        }
    }
}

/// For a scalar in signed digits, returns the sum of the windows before that one, and that one.
fn windows<C: Curve>(scalar: &Scalar<C>, wanted: u32) -> (Scalar<C>, Scalar<C>) {
    let high = bool::from(scalar.is_high());
    let bytes = if high { -*scalar } else { *scalar }.to_repr();
    let bit =
        |at: u32| bytes.iter().rev().nth(at as usize / 8).map_or(0, |byte| u64::from(byte >> (at % 8) & 1));
    let (mut before, mut point) = (Scalar::<C>::ZERO, Scalar::<C>::ZERO);
    let (mut unit, mut borrowed) = (Scalar::<C>::ONE, 0);
    for window in 0..=wanted % 256_u32.div_ceil(C::WINDOW) {
        before += point;
        let digit =
            (0..C::WINDOW).map(|index| bit(window * C::WINDOW + index) << index).sum::<u64>() + borrowed;
        borrowed = u64::from(digit > 1 << (C::WINDOW - 1));
        let size = Scalar::<C>::from(borrowed << C::WINDOW);
        point = (Scalar::<C>::from(digit) - size) * if high { -unit } else { unit };
        unit *= Scalar::<C>::from(1 << C::WINDOW);
    }
    (before, point)
}

fn any<C: Curve>(bytes: [u8; 32]) -> Scalar<C> {
    Reduce::reduce(&C::Uint::from_be_slice_truncated(&bytes, 256))
}

fn inverse<C: Curve>(scalar: &Scalar<C>) -> Option<Scalar<C>> {
    scalar.invert_vartime().into_option()
}

/// Returns the x of a multiple of the generator, modulo the order.
fn x_of<C: Curve>(multiple: &Scalar<C>) -> Scalar<C> {
    let point = ProjectivePoint::<C>::mul_by_generator_vartime(multiple).to_affine();
    <Scalar<C> as Reduce<FieldBytes<C>>>::reduce(&point.x())
}
