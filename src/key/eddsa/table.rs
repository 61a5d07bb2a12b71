//! EdDSA verification with tables: RFC 8032 §5.1.7.
//!
//! `R = s·B − k·A` is most of the work. A table for windows of `w` bits holds `d · 2^(w·i) · P` for each window `i`
//! and each `d` from 1 to `2^(w−1)`. With the tables of `B` and of `−A`, R is a sum of about ninety points, without
//! doublings. The library adds them by complete formulas, so no case depends on which points they are.
//!
//! The time depends on the inputs, all of which are public. **Do not use this for secrets.**

use alloc::boxed::Box;
use core::iter;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::traits::Identity;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha512};

use crate::key::digits::Digits;
use crate::key::precomputation::Multiples;
use crate::key::slot::Slot;

/// Bits of a scalar, plus one that is zero, since digits have a sign.
const BITS: u32 = 254;

// Chosen by measurement: one more bit is a twentieth faster, for nearly twice the memory.
const GENERATOR_WIDTH: u32 = 7;
const KEY_WIDTH: u32 = 5;

/// Multiples of one point.
pub(super) struct Table {
    width: u32,
    /// One window after another.
    points: Box<[EdwardsPoint]>,
}

impl Table {
    #[expect(clippy::arithmetic_side_effects, reason = "of a finite group")]
    fn new(base: EdwardsPoint, width: u32) -> Self {
        let doubled = |point: &EdwardsPoint| Some(point + point);
        let bases =
            iter::successors(Some(base), |base| iter::successors(Some(*base), doubled).nth(width as usize));
        let windows = bases.take(BITS.div_ceil(width) as usize);
        let row = |base| iter::successors(Some(base), move |last| Some(last + base)).take(Self::row(width));
        Self { width, points: windows.flat_map(row).collect() }
    }

    /// Returns the number of points of a window.
    #[expect(clippy::arithmetic_side_effects, reason = "a window has bits")]
    fn row(width: u32) -> usize {
        1 << (width - 1)
    }

    /// Returns the sum plus a multiple of this table's point.
    #[expect(clippy::arithmetic_side_effects, reason = "of a finite group")]
    fn add_multiple(&self, scalar: &Scalar, mut sum: EdwardsPoint) -> EdwardsPoint {
        let rows = self.points.chunks_exact(Self::row(self.width));
        for (row, digit) in rows.zip(Digits::new(scalar.as_bytes().iter(), self.width)) {
            let index = usize::from(digit.unsigned_abs()).checked_sub(1);
            if let Some(point) = index.and_then(|index| row.get(index)) {
                sum = if digit < 0 { sum - point } else { sum + point };
            }
        }
        sum
    }
}

impl Multiples for Table {
    type Point = VerifyingKey;

    fn of_generator() -> Option<Self> {
        Some(Self::new(ED25519_BASEPOINT_POINT, GENERATOR_WIDTH))
    }

    /// Builds the table of the opposite point, which is what verification adds.
    #[expect(clippy::arithmetic_side_effects, reason = "of a finite group")]
    fn of_key(key: &VerifyingKey) -> Option<Self> {
        Some(Self::new(-key.to_edwards(), KEY_WIDTH))
    }

    fn generator() -> &'static Slot<Self> {
        static GENERATOR: Slot<Table> = Slot::new();
        &GENERATOR
    }
}

/// Returns whether the signature is that of `message` under the key that is encoded as `public`.
pub(super) fn verify(
    generator: &Table,
    key: &Table,
    public: &[u8; 32],
    message: &[u8],
    signature: &Signature,
) -> bool {
    // RFC 8032 §5.1.7: s must be below the order. Otherwise one signature would have two encodings.
    let Some(s) = Option::from(Scalar::from_canonical_bytes(*signature.s_bytes())) else { return false };
    let hash = Sha512::new().chain_update(signature.r_bytes()).chain_update(public).chain_update(message);
    let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
    let r = key.add_multiple(&k, generator.add_multiple(&s, EdwardsPoint::identity()));
    // Compared in encoded form, so that R must have its canonical encoding.
    r.compress().as_bytes() == signature.r_bytes()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
    use ed25519_dalek::{Signer as _, SigningKey, Verifier as _};
    use proptest::prelude::*;

    use super::*;

    static GENERATOR: LazyLock<Table> = LazyLock::new(|| Table::of_generator().unwrap());

    /// Checks that each entry is the multiple that the library's own multiplication computes.
    fn holds(base: EdwardsPoint, width: u32) {
        let table = Table::new(base, width);
        let windows = BITS.div_ceil(width);
        assert_eq!(table.points.len(), windows as usize * Table::row(width));
        let mut unit = base;
        for row in table.points.chunks_exact(Table::row(width)) {
            for (multiple, point) in (1_u64..).zip(row) {
                assert_eq!(*point, unit * Scalar::from(multiple), "{multiple}");
            }
            unit *= Scalar::from(1_u64 << width);
        }
    }

    /// A number below the order, often where digits change.
    fn number() -> impl Strategy<Value = Scalar> {
        let power = |bit: u32| (0..bit).fold(Scalar::ONE, |power, _| power + power);
        let one = prop_oneof![
            (0..5_u64).prop_map(Scalar::from),
            any::<[u8; 32]>().prop_map(Scalar::from_bytes_mod_order),
            (0..253_u32, 0..253_u32).prop_map(move |(from, to)| power(from) - power(to)),
            (0..253_u32, 0..2_u64).prop_map(move |(bit, more)| power(bit) + Scalar::from(more)),
        ];
        (one, any::<bool>()).prop_map(|(one, opposite)| if opposite { -one } else { one })
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn every_entry_is_its_multiple() {
        holds(ED25519_BASEPOINT_POINT, GENERATOR_WIDTH);
        holds(ED25519_BASEPOINT_POINT * Scalar::from(0xdead_beef_u64), KEY_WIDTH);
        // Whether or not the windows fill the scalar, for a point of any order.
        [1, 2, 3].iter().for_each(|width| holds(EIGHT_TORSION[1] - ED25519_BASEPOINT_POINT, *width));
        holds(EIGHT_TORSION[3], KEY_WIDTH);
        holds(EdwardsPoint::identity(), KEY_WIDTH);
    }

    #[test]
    fn a_table_takes_the_memory_that_precomputation_documents() {
        let kib = |width| {
            (BITS.div_ceil(width) as usize * Table::row(width) * size_of::<EdwardsPoint>()).div_ceil(1024)
        };
        assert_eq!((kib(KEY_WIDTH), kib(GENERATOR_WIDTH)), (128, 370));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn sums_equal_the_products_of_the_library(s in number(), k in number(), a in number(), small in 0..8_usize) {
            let key = ED25519_BASEPOINT_POINT * a + EIGHT_TORSION[small];
            let table = Table::new(key, KEY_WIDTH);
            let sum = table.add_multiple(&k, GENERATOR.add_multiple(&s, EdwardsPoint::identity()));
            prop_assert_eq!(sum, key * k + ED25519_BASEPOINT_POINT * s);
        }

        #[test]
        fn a_signature_is_valid_exactly_if_the_library_accepts_it(
            seed in any::<[u8; 32]>(),
            message in proptest::collection::vec(any::<u8>(), 0..80),
            bit in proptest::option::of(0..512_usize),
            s in proptest::option::of(number()),
        ) {
            let signer = SigningKey::from_bytes(&seed);
            let public = signer.verifying_key();
            let mut bytes = signer.sign(&message).to_bytes();
            if let Some(bit) = bit {
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
            if let Some(s) = s {
                bytes[32..].copy_from_slice(s.as_bytes());
            }
            let signature = Signature::from_bytes(&bytes);
            let key = Table::of_key(&public).unwrap();
            let holds = verify(&GENERATOR, &key, public.as_bytes(), &message, &signature);
            prop_assert_eq!(holds, public.verify(&message, &signature).is_ok());
            prop_assert_eq!(holds, bit.is_none() && s.is_none_or(|s| s.as_bytes() == &signer.sign(&message).to_bytes()[32..]));
        }
    }
}
