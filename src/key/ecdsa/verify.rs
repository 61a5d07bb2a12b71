//! ECDSA verification with tables: FIPS 186-5 §6.4.2.
//!
//! `R = u₁·G + u₂·Q` is most of the work. With precomputed multiples of the generator `G` and of the key `Q` it is a
//! sum of about eighty points for P-256: see [`Table`] and [`Sum`]. The signature is valid if x(R) mod n = r, which is
//! compared without the inversion that affine coordinates of R would need.
//!
//! The time depends on the inputs, all of which are public. **Do not use this for secrets.**

use super::curve::{Element, Tabulated};
use super::sum::Sum;
use super::table::Table;
use ecdsa::Signature;
use ecdsa::elliptic_curve::bigint::Encoding;
use ecdsa::elliptic_curve::ff::{Field, PrimeField};
use ecdsa::elliptic_curve::ops::{Invert, Reduce};
use ecdsa::elliptic_curve::{FieldBytes, Scalar};

/// Returns whether the signature is valid.
#[expect(clippy::arithmetic_side_effects, reason = "of a finite field")]
pub(super) fn verify<C: Tabulated>(
    generator: &Table<C>,
    key: &Table<C>,
    hash: &[u8],
    signature: &Signature<C>,
) -> bool {
    let (r, s) = signature.split_scalars();
    let inverse = *s.invert_vartime();
    let (u1, u2) = (as_scalar::<C>(hash) * inverse, *r * inverse);
    let point = key.add_multiple(&u2, generator.add_multiple(&u1, Sum::Infinity));
    has_x_mod_n(&point, r.to_repr())
}

/// Returns the hash as a number. No curve here is paired with a hash longer than its order, so it is not truncated.
fn as_scalar<C: Tabulated>(hash: &[u8]) -> Scalar<C> {
    let bits = Scalar::<C>::NUM_BITS;
    let bytes = hash.get(..bits.div_ceil(8) as usize).unwrap_or(hash);
    Reduce::reduce(&C::Uint::from_be_slice_truncated(bytes, bits))
}

/// Returns whether x(R) mod n = r. Since n < p < 2n, there are at most two such x: r, and r + n if that is below p.
#[expect(clippy::arithmetic_side_effects, reason = "of a finite field")]
fn has_x_mod_n<C: Tabulated>(point: &Sum<C>, r: FieldBytes<C>) -> bool {
    let element = |bytes| Option::<Element<C>>::from(Element::<C>::from_repr(bytes));
    let (Some(x), Some(order_less_one)) = (element(r), element((-Scalar::<C>::ONE).to_repr())) else {
        return false;
    };
    if point.has_x(&x) {
        return true;
    }
    // p − n. Both are compared as integers.
    let limit = (-order_less_one - Element::<C>::ONE).to_repr();
    r.as_slice() < limit.as_slice() && point.has_x(&(x + order_less_one + Element::<C>::ONE))
}

#[cfg(all(test, feature = "std"))]
mod tests;
