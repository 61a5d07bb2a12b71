//! Compares tables with the curves' own arithmetic and the library's own verification.

use std::boxed::Box;
use std::sync::LazyLock;
use std::vec::Vec;

use ::p256::NistP256;
use ::p384::NistP384;
use ::p521::NistP521;
use ecdsa::VerifyingKey;
use ecdsa::elliptic_curve::group::{Curve as _, Group};
use ecdsa::elliptic_curve::point::{AffineCoordinates, DecompressPoint};
use ecdsa::elliptic_curve::subtle::Choice;
use ecdsa::elliptic_curve::{AffinePoint, ProjectivePoint};
use ecdsa::signature::hazmat::PrehashVerifier;
use k256::Secp256k1;
use proptest::prelude::*;

use super::*;
use crate::key::Precomputation;
use crate::key::ecdsa::Ecdsa;
use crate::key::ecdsa::public_key::EcdsaPublicKey;

/// A number below the order, often where digits and cases change.
#[derive(Clone, Debug)]
enum Number {
    Small(u64),
    Random([u8; 66]),
    /// Few bits that are set.
    Sparse(Vec<u16>),
    /// `2^from − 2^to`: windows full of ones.
    Ones(u16, u16),
    /// `2^(w·i + w−1)` and its neighbours, for a window of the generator's table or a key's.
    Border {
        key: bool,
        window: u16,
        neighbour: i8,
    },
    /// Half of the order, or one more.
    Middle(bool),
    Opposite(Box<Number>),
}

fn number() -> impl Strategy<Value = Number> {
    let one = prop_oneof![
        (0..5_u64).prop_map(Number::Small),
        any::<u64>().prop_map(Number::Small),
        proptest::array::uniform32(any::<u8>()).prop_map(|half| {
            let mut bytes = [0; 66];
            bytes[..32].copy_from_slice(&half);
            bytes[32..64].copy_from_slice(&half.map(|byte| byte.wrapping_mul(167)));
            Number::Random(bytes)
        }),
        proptest::collection::vec(0..521_u16, 1..4).prop_map(Number::Sparse),
        (0..521_u16, 0..521_u16).prop_map(|(from, to)| Number::Ones(from, to)),
        (any::<bool>(), 0..131_u16, -1..=1_i8).prop_map(|(key, window, neighbour)| Number::Border {
            key,
            window,
            neighbour
        }),
        any::<bool>().prop_map(Number::Middle),
    ];
    (one, any::<bool>()).prop_map(|(one, opposite)| match opposite {
        true => Number::Opposite(Box::new(one)),
        false => one,
    })
}

impl Number {
    fn scalar<C: Tabulated>(&self) -> Scalar<C> {
        let power = |bit: u32| Scalar::<C>::from(2).pow_vartime([u64::from(bit)]);
        match self {
            Self::Small(number) => Scalar::<C>::from(*number),
            Self::Random(bytes) => as_scalar::<C>(bytes),
            Self::Sparse(bits) => bits.iter().map(|bit| power((*bit).into())).sum(),
            Self::Ones(from, to) => power((*from).into()) - power((*to).into()),
            Self::Border { key, window, neighbour } => {
                let width = if *key { C::KEY_WIDTH } else { C::GENERATOR_WIDTH };
                let border = power((u32::from(*window) * width + width - 1) % (Scalar::<C>::NUM_BITS - 1));
                match neighbour {
                    -1 => border - Scalar::<C>::ONE,
                    0 => border,
                    _ => border + Scalar::<C>::ONE,
                }
            }
            // 1/2 is (n + 1)/2, the lowest of the upper half.
            Self::Middle(lower) => {
                Scalar::<C>::TWO_INV - if *lower { Scalar::<C>::ONE } else { Scalar::<C>::ZERO }
            }
            Self::Opposite(number) => -number.scalar::<C>(),
        }
    }
}

/// Keys `k·G` with their tables: special ones, and an ordinary one.
struct Keys<C: Ecdsa>(Vec<(Scalar<C>, VerifyingKey<C>, EcdsaPublicKey<C>)>);

impl<C: Ecdsa> Keys<C> {
    fn new() -> Self {
        let key = |secret: Scalar<C>| {
            let point = (ProjectivePoint::<C>::generator() * secret).to_affine();
            let key = VerifyingKey::from_affine(point).unwrap();
            (secret, key, EcdsaPublicKey::new(key, Precomputation::Eager))
        };
        let small = [1, 2, 3, 0xdead_beef].map(Scalar::<C>::from);
        let other = Scalar::<C>::from(u64::MAX).square().square().square();
        Self(small.into_iter().chain([-small[0], -small[1], other]).map(key).collect())
    }
}

fn walk<C: Ecdsa>(key: &EcdsaPublicKey<C>, u1: &Scalar<C>, u2: &Scalar<C>) -> Sum<C> {
    let (generator, key) = key.tables.get().unwrap();
    key.add_multiple(u2, generator.add_multiple(u1, Sum::Infinity))
}

/// Compares the sum, and the signature that has these numbers, under the key with that index.
fn agrees<C: Ecdsa>(keys: &Keys<C>, index: usize, u1: Scalar<C>, u2: Scalar<C>) {
    let (secret, library, ours) = &keys.0[index % keys.0.len()];
    let generator = ProjectivePoint::<C>::generator();
    let point = (generator * u1 + generator * *secret * u2).to_affine();
    assert_eq!(walk(ours, &u1, &u2).to_affine(), point, "{u1:?} {u2:?} under {secret:?}");

    // With r = x(R) mod n, s = r/u₂ and z = u₁·s the equation holds, if R is a point.
    let Some(inverse) = Option::<Scalar<C>>::from(Invert::invert(&u2)) else { return };
    let x = <Scalar<C> as Reduce<FieldBytes<C>>>::reduce(&point.x());
    for r in [x, x + Scalar::<C>::ONE] {
        let s = r * inverse;
        let Ok(signature) = Signature::<C>::from_scalars(r, s) else { continue };
        let hash = (u1 * s).to_repr();
        let normal = if C::NORMALIZE_S { signature.normalize_s() } else { signature };
        let expected = library.verify_prehash(&hash, &normal).is_ok();
        assert_eq!(expected, r == x, "{u1:?} {u2:?} under {secret:?}");
        assert_eq!(
            ours.verify_prehash(&hash, &signature.to_bytes()),
            expected,
            "{u1:?} {u2:?} under {secret:?}"
        );
    }
}

fn agrees_on_a_curve<C: Ecdsa>(keys: &Keys<C>) {
    let edges = [0, 1, 2].map(Scalar::<C>::from);
    let edges = edges.iter().flat_map(|edge| [*edge, -*edge]).collect::<Vec<_>>();
    for index in 0..keys.0.len() {
        for u1 in &edges {
            for u2 in &edges {
                agrees(keys, index, *u1, *u2);
            }
        }
    }
    proptest!(ProptestConfig::with_cases(40), |(index in 0..7_usize, one in number(), other in number())| {
        let (u1, u2) = (one.scalar::<C>(), other.scalar::<C>());
        agrees(keys, index, u1, u2);
        // u₁·G = ±u₂·Q: the last points added are equal, or the sum is infinity.
        let equal = keys.0[index].0 * u2;
        agrees(keys, index, equal, u2);
        agrees(keys, index, -equal, u2);
    });
}

/// Checks a point whose x is not below the order, so that r = x − n.
fn accepts_x_from_n_on<C: Ecdsa<AffinePoint: DecompressPoint<C>>>() {
    let order = Element::<C>::from_repr((-Scalar::<C>::ONE).to_repr()).unwrap() + Element::<C>::ONE;
    let candidates = (1..200_u64).filter_map(|r| {
        let x = (order + Element::<C>::from(r)).to_repr();
        let point = AffinePoint::<C>::decompress(&x, Choice::from(0)).into_option()?;
        Some((Scalar::<C>::from(r), ProjectivePoint::<C>::from(point)))
    });
    let mut count = 0;
    for (r, point) in candidates.take(10) {
        // Any u₁ and u₂ will do, with the key for which they result in R.
        let (u1, u2) = (Scalar::<C>::from(0x1234_5678).square(), Scalar::<C>::from(0x9abc_def0).square());
        let inverse = Invert::invert(&u2).unwrap();
        let key = (point - ProjectivePoint::<C>::generator() * u1) * inverse;
        let key = VerifyingKey::<C>::from_affine(key.to_affine()).unwrap();
        let s = r * inverse;
        let hash = (u1 * s).to_repr();
        for (wanted, valid) in [(r, true), (r + Scalar::<C>::ONE, false)] {
            let signature = Signature::<C>::from_scalars(wanted, s).unwrap();
            let answers = [Precomputation::Eager, Precomputation::Never]
                .map(|choice| EcdsaPublicKey::new(key, choice).verify_prehash(&hash, &signature.to_bytes()));
            assert_eq!(answers, [valid; 2], "r = {wanted:?}");
        }
        count += 1;
    }
    assert_eq!(count, 10);
}

/// Checks that r + n is rejected if it is not below p as an integer, although it is equal to x as an element of the
/// field.
fn rejects_r_that_wraps<C: Ecdsa<AffinePoint: DecompressPoint<C>>>() {
    let order = Element::<C>::from_repr((-Scalar::<C>::ONE).to_repr()).unwrap() + Element::<C>::ONE;
    // x + p − n for small x: the least of them is p − n itself.
    let mut count = 0;
    for x in 0..40_u64 {
        let r = Element::<C>::from(x) - C::reduced(order);
        let point = AffinePoint::<C>::decompress(&Element::<C>::from(x).to_repr(), Choice::from(0));
        let Some(point) = point.into_option().and_then(|point| Sum::<C>::add_first(&point)) else { continue };
        assert!(point.has_x(&Element::<C>::from(x)));
        assert!(!has_x_mod_n(&point, r.to_repr()), "x = {x}");
        count += 1;
    }
    assert!(count >= 10, "{count}");
}

impl<C: Tabulated> Sum<C> {
    fn add_first(point: &AffinePoint<C>) -> Option<Self> {
        Some(Self::Infinity.plus(&super::super::sum::Point::new(point)?, false))
    }
}

macro_rules! on_curve {
    ($name:ident, $curve:ident) => {
        mod $name {
            use super::*;

            static KEYS: LazyLock<Keys<$curve>> = LazyLock::new(Keys::new);

            #[test]
            #[cfg_attr(miri, ignore = "minutes under Miri")]
            fn tables_agree_with_the_library() {
                agrees_on_a_curve::<$curve>(&KEYS);
            }

            #[test]
            #[cfg_attr(miri, ignore = "minutes under Miri")]
            fn x_may_exceed_the_order() {
                accepts_x_from_n_on::<$curve>();
                rejects_r_that_wraps::<$curve>();
            }
        }
    };
}

on_curve!(p256, NistP256);
on_curve!(p384, NistP384);
on_curve!(p521, NistP521);
on_curve!(secp256k1, Secp256k1);
