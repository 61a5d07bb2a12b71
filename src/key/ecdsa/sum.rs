//! A sum of points without division.
//!
//! Only points in affine coordinates are added, and the sum is never doubled. For that the extended Jacobian
//! coordinates are the cheapest of the usual ones: `x = X/ZZ` and `y = Y/ZZZ`, where `ZZ³ = ZZZ²`. With the other
//! point `(x₂, y₂)`
//!
//! ```text
//! Δx = x₂·ZZ − X       X' = Δy² − Δx³ − 2q        ZZ'  = ZZ·Δx²
//! Δy = y₂·ZZZ − Y      Y' = Δy·(q − X') − Y·Δx³   ZZZ' = ZZZ·Δx³      where q = X·Δx²
//! ```
//!
//! This takes ten multiplications. It fails if the points are equal, opposite or at infinity, so these cases are
//! handled separately; an attacker who chooses `u₁`, `u₂` and `Q` can reach all of them. The time reveals which case
//! occurred. **Do not use this for secrets.**

use ecdsa::elliptic_curve::ff::{Field, PrimeField};
use ecdsa::elliptic_curve::group::{Curve as _, Group};
use ecdsa::elliptic_curve::hazmat::FieldArithmetic;
use ecdsa::elliptic_curve::point::AffineCoordinates;
use ecdsa::elliptic_curve::{AffinePoint, CurveAffine, ProjectivePoint};

use super::curve::{Element, Tabulated};

/// A point other than infinity, in affine coordinates.
#[derive(Clone, Copy)]
pub(super) struct Point<C: FieldArithmetic> {
    x: Element<C>,
    y: Element<C>,
}

impl<C: Tabulated> Point<C> {
    /// Returns `None` for infinity.
    pub(super) fn new(point: &AffinePoint<C>) -> Option<Self> {
        if point.is_identity().into() {
            return None;
        }
        let element = |bytes| Option::from(Element::<C>::from_repr(bytes));
        Some(Self { x: element(point.x())?, y: element(point.y())? })
    }

    /// Returns the point, or its opposite.
    #[expect(clippy::arithmetic_side_effects, reason = "of a finite field")]
    fn signed(self, negative: bool) -> Self {
        if negative { Self { y: C::reduced(-self.y), ..self } } else { self }
    }

    /// Doubles the point by the curve's own arithmetic, which knows its equation.
    fn doubled(&self) -> Option<Self> {
        let point = AffinePoint::<C>::from_coordinates(&self.x.to_repr(), &self.y.to_repr());
        let point = Option::<AffinePoint<C>>::from(point)?;
        Self::new(&ProjectivePoint::<C>::from(point).double().to_affine())
    }
}

/// A sum of points.
#[derive(Clone, Copy)]
pub(super) enum Sum<C: FieldArithmetic> {
    Infinity,
    Finite { x: Element<C>, y: Element<C>, zz: Element<C>, zzz: Element<C> },
}

impl<C: Tabulated> Sum<C> {
    fn of(point: Point<C>) -> Self {
        Self::Finite { x: point.x, y: point.y, zz: Element::<C>::ONE, zzz: Element::<C>::ONE }
    }

    /// Returns the sum plus another point, or plus its opposite.
    // Independent products are adjacent, which is a tenth faster: a processor computes both at once.
    #[inline]
    #[must_use]
    #[expect(clippy::arithmetic_side_effects, reason = "of a finite field")]
    pub(super) fn plus(self, point: &Point<C>, negative: bool) -> Self {
        let Self::Finite { x, y, zz, zzz } = self else {
            return Self::of(point.signed(negative));
        };
        let (x2, y2) = (point.x * zz, point.y * zzz);
        let dx = x2 - x;
        // With the opposite point, `dy` has the other sign, and so has `slope` below, the only odd power of it.
        let dy = if negative { y2 + y } else { y2 - y };
        if C::is_zero(&dx) {
            // Equal or opposite, since no third point has this x.
            return match C::is_zero(&dy) {
                true => point.signed(negative).doubled().map_or(Self::Infinity, Self::of),
                false => Self::Infinity,
            };
        }
        let (dx_square, dy_square) = (dx.square(), dy.square());
        let (dx_cube, q, zz) = (dx * dx_square, x * dx_square, zz * dx_square);
        let x = C::reduced(dy_square - dx_cube - q - q);
        let (zzz, y_part) = (zzz * dx_cube, y * dx_cube);
        let slope = if negative { x - q } else { q - x };
        Self::Finite { x, y: C::reduced(dy * slope - y_part), zz, zzz }
    }

    /// Returns whether this is a point with that x. Infinity has no x.
    #[expect(clippy::arithmetic_side_effects, reason = "of a finite field")]
    pub(super) fn has_x(&self, wanted: &Element<C>) -> bool {
        match self {
            Self::Infinity => false,
            Self::Finite { x, zz, .. } => C::is_zero(&(*wanted * zz - *x)),
        }
    }
}

#[cfg(test)]
impl<C: Tabulated> Sum<C> {
    /// Converts to the representation of the curve's own arithmetic.
    pub(super) fn to_affine(self) -> AffinePoint<C> {
        let Self::Finite { x, y, zz, zzz } = self else {
            return AffinePoint::<C>::default();
        };
        assert_eq!((zz * zz * zz).to_repr(), (zzz * zzz).to_repr(), "ZZ³ = ZZZ²");
        let (x, y) = (x * zz.invert().unwrap(), y * zzz.invert().unwrap());
        AffinePoint::<C>::from_coordinates(&x.to_repr(), &y.to_repr()).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use ecdsa::elliptic_curve::Scalar;
    use k256::Secp256k1;
    use p256::NistP256;
    use p384::NistP384;
    use p521::NistP521;

    use super::*;

    /// Adds multiples of the generator, and compares each sum.
    fn adds<C: Tabulated>(multiples: &[i8]) -> Sum<C> {
        let (mut sum, mut expected) = (Sum::<C>::Infinity, ProjectivePoint::<C>::identity());
        for multiple in multiples {
            let point =
                ProjectivePoint::<C>::generator() * Scalar::<C>::from(u64::from(multiple.unsigned_abs()));
            let negative = *multiple < 0;
            sum = sum.plus(&Point::new(&point.to_affine()).unwrap(), negative);
            expected += if negative { -point } else { point };
            assert_eq!(sum.to_affine(), expected.to_affine(), "{multiples:?} up to {multiple}");
        }
        sum
    }

    fn reaches_every_case<C: Tabulated>() {
        let is_infinity = |sum| matches!(sum, Sum::<C>::Infinity);
        // From infinity, with either sign.
        adds::<C>(&[1]);
        adds::<C>(&[-1]);
        // Different points, with either sign on either side.
        adds::<C>(&[1, 2, 4, 8]);
        adds::<C>(&[1, -2, 4, -8, 16]);
        adds::<C>(&[-1, 2, -4, 8, -16]);
        adds::<C>(&[-1, -2, -4, -8, -16]);
        // Equal points, the sum in affine coordinates and not, and on from there.
        adds::<C>(&[1, 1, 3]);
        adds::<C>(&[-1, -1, -3]);
        adds::<C>(&[1, 2, 3, 6, 12, 1]);
        adds::<C>(&[-1, -2, -3, -6, -12, -1]);
        adds::<C>(&[5, -2, 3, 6]);
        // Opposite points, likewise.
        assert!(is_infinity(adds::<C>(&[1, -1])));
        assert!(is_infinity(adds::<C>(&[-1, 1])));
        assert!(is_infinity(adds::<C>(&[1, 2, -3])));
        assert!(is_infinity(adds::<C>(&[-1, -2, 3])));
        adds::<C>(&[1, 2, -3, 5, 1]);
        adds::<C>(&[1, 2, -3, -5, -1]);

        let point = ProjectivePoint::<C>::generator().double().to_affine();
        let x = Element::<C>::from_repr(point.x()).unwrap();
        assert!(adds::<C>(&[1, 3, -2]).has_x(&x));
        assert!(adds::<C>(&[1, -3]).has_x(&x));
        assert!(!adds::<C>(&[1, 3]).has_x(&x));
        assert!(!adds::<C>(&[1, 3]).has_x(&Element::<C>::ZERO));
        assert!(!Sum::<C>::Infinity.has_x(&Element::<C>::ZERO));
        assert!(Point::<C>::new(&AffinePoint::<C>::default()).is_none());
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn every_case_agrees_with_the_curves_own_arithmetic() {
        reaches_every_case::<NistP256>();
        reaches_every_case::<NistP384>();
        reaches_every_case::<NistP521>();
        reaches_every_case::<Secp256k1>();
    }
}
