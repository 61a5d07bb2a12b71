//! Precomputed multiples of a point.
//!
//! A table for windows of `w` bits holds `d · 2^(w·i) · P` for each window `i` and each `d` from 1 to `2^(w−1)`. Any
//! multiple of `P` is then a sum of one point, or its opposite, from each window, without doublings.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::iter;

use ecdsa::elliptic_curve::ff::PrimeField;
use ecdsa::elliptic_curve::group::{Curve as _, Group};
use ecdsa::elliptic_curve::scalar::IsHigh;
use ecdsa::elliptic_curve::{AffinePoint, ProjectivePoint, Scalar};
use k256::Secp256k1;
use p256::NistP256;
use p384::NistP384;
use p521::NistP521;

use super::curve::Tabulated;
use super::sum::{Point, Sum};
use crate::key::digits::Digits;
use crate::key::precomputation::Multiples;
use crate::key::slot::Slot;

/// Multiples of one point.
pub(super) struct Table<C: Tabulated> {
    width: u32,
    /// One window after another.
    points: Box<[Point<C>]>,
}

impl<C: Tabulated> Table<C> {
    /// Returns how many windows a scalar has. The scalars used here are at most half the order, so the highest bit of
    /// the last window is zero.
    fn windows(width: u32) -> u32 {
        Scalar::<C>::NUM_BITS.div_ceil(width)
    }

    /// Builds the table by the curve's own arithmetic. Returns `None` for infinity.
    #[expect(clippy::arithmetic_side_effects, reason = "of a finite group")]
    pub(super) fn new(base: ProjectivePoint<C>, width: u32) -> Option<Self> {
        let mut multiples = Vec::new();
        let mut base = base;
        for _ in 0..Self::windows(width) {
            multiples.extend(iter::successors(Some(base), |last| Some(*last + base)).take(Self::row(width)));
            base = multiples.last()?.double();
        }
        // One inversion for all points.
        let mut affine = vec![AffinePoint::<C>::default(); multiples.len()];
        ProjectivePoint::<C>::batch_normalize(&multiples, &mut affine);
        let points = affine.iter().map(Point::new).collect::<Option<_>>()?;
        Some(Self { width, points })
    }

    /// Returns the number of points of a window.
    #[expect(clippy::arithmetic_side_effects, reason = "a window has bits")]
    fn row(width: u32) -> usize {
        1 << (width - 1)
    }

    /// Returns the sum plus a multiple of this table's point.
    #[expect(clippy::arithmetic_side_effects, reason = "of a finite field")]
    pub(super) fn add_multiple(&self, scalar: &Scalar<C>, mut sum: Sum<C>) -> Sum<C> {
        // Either a scalar or its opposite is at most half the order.
        let high = bool::from(scalar.is_high());
        let magnitude = if high { -*scalar } else { *scalar }.to_repr();
        let rows = self.points.chunks_exact(Self::row(self.width));
        for (row, digit) in rows.zip(Digits::new(magnitude.iter().rev(), self.width)) {
            let index = usize::from(digit.unsigned_abs()).checked_sub(1);
            if let Some(point) = index.and_then(|index| row.get(index)) {
                sum = sum.plus(point, high != (digit < 0));
            }
        }
        sum
    }
}

/// A curve whose generator has a table, built once per process.
pub(super) trait WithGeneratorTable: Tabulated {
    fn generator_table() -> &'static Slot<Table<Self>>;
}

macro_rules! with_generator_table {
    ($($Curve:ident),+) => {
        $( impl WithGeneratorTable for $Curve {
            fn generator_table() -> &'static Slot<Table<Self>> {
                static GENERATOR: Slot<Table<$Curve>> = Slot::new();
                &GENERATOR
            }
        } )+
    };
}
with_generator_table!(NistP256, NistP384, NistP521, Secp256k1);

impl<C: WithGeneratorTable> Multiples for Table<C> {
    type Point = AffinePoint<C>;

    fn of_generator() -> Option<Self> {
        Self::new(ProjectivePoint::<C>::generator(), C::GENERATOR_WIDTH)
    }

    fn of_key(key: &AffinePoint<C>) -> Option<Self> {
        Self::new((*key).into(), C::KEY_WIDTH)
    }

    fn generator() -> &'static Slot<Self> {
        C::generator_table()
    }
}

#[cfg(test)]
mod tests {
    use ecdsa::elliptic_curve::ff::Field;
    use proptest::prelude::*;

    use super::*;

    /// Checks that each entry is the multiple that the curve's own multiplication computes.
    fn holds<C: Tabulated>(base: ProjectivePoint<C>, width: u32) {
        let table = Table::<C>::new(base, width).unwrap();
        assert_eq!(table.points.len(), Table::<C>::windows(width) as usize * Table::<C>::row(width));
        let mut unit = Scalar::<C>::ONE;
        for row in table.points.chunks_exact(Table::<C>::row(width)) {
            for (multiple, point) in (1_u64..).zip(row) {
                let scalar = unit * Scalar::<C>::from(multiple);
                let found = Sum::Infinity.plus(point, false).to_affine();
                assert_eq!(found, (base * scalar).to_affine(), "{multiple} of {scalar:?}");
            }
            (0..width).for_each(|_| unit = unit.double());
        }
    }

    fn tables_of_a_curve<C: Tabulated>() {
        let generator = ProjectivePoint::<C>::generator();
        holds::<C>(generator, C::GENERATOR_WIDTH);
        proptest!(ProptestConfig::with_cases(1), |(secret in 1_u64..)| {
            holds::<C>(generator * (Scalar::<C>::from(secret)).square().square(), C::KEY_WIDTH);
        });
        // Whether or not the windows fill the scalar.
        [1, 3].iter().for_each(|width| holds::<C>(-generator, *width));
        assert!(Table::<C>::new(ProjectivePoint::<C>::identity(), C::KEY_WIDTH).is_none());
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn every_entry_is_its_multiple_on_p256() {
        tables_of_a_curve::<NistP256>();
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn every_entry_is_its_multiple_on_p384() {
        tables_of_a_curve::<NistP384>();
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn every_entry_is_its_multiple_on_p521() {
        tables_of_a_curve::<NistP521>();
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn every_entry_is_its_multiple_on_secp256k1() {
        tables_of_a_curve::<Secp256k1>();
    }

    #[test]
    fn a_table_takes_the_memory_that_precomputation_documents() {
        fn kib<C: Tabulated>(width: u32) -> usize {
            (Table::<C>::windows(width) as usize * Table::<C>::row(width) * size_of::<Point<C>>())
                .div_ceil(1024)
        }
        assert_eq!(
            (kib::<NistP256>(NistP256::KEY_WIDTH), kib::<NistP256>(NistP256::GENERATOR_WIDTH)),
            (86, 256)
        );
        assert_eq!(
            (kib::<NistP384>(NistP384::KEY_WIDTH), kib::<NistP384>(NistP384::GENERATOR_WIDTH)),
            (116, 330)
        );
        assert_eq!(
            (kib::<NistP521>(NistP521::KEY_WIDTH), kib::<NistP521>(NistP521::GENERATOR_WIDTH)),
            (148, 392)
        );
        // Five limbs of 52 bits; in a debug build also what is known of their magnitude.
        #[cfg(not(debug_assertions))]
        assert_eq!(
            (kib::<Secp256k1>(Secp256k1::KEY_WIDTH), kib::<Secp256k1>(Secp256k1::GENERATOR_WIDTH)),
            (65, 320)
        );
    }
}
