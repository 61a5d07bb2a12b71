//! A scalar as signed digits.
//!
//! With windows of `w` bits a scalar is `Σ dᵢ · 2^(w·i)`, and each digit can be chosen such that `−2^(w−1) < dᵢ ≤
//! 2^(w−1)`: a larger one borrows `2^w` from the next. A table then needs only half as many points, since negating a
//! point costs nothing.

/// The digits of a number, the lowest first, without end.
///
/// The tables choose their widths so that the highest bit of the last window is zero. What is borrowed is then paid
/// back within that window.
pub(super) struct Digits<B> {
    bytes: B,
    width: u32,
    /// Bits that were read and not used yet, and their number.
    bits: u32,
    available: u32,
    borrowed: u32,
}

/// The widest window: a digit must fit an `i16`.
const MAX_WIDTH: u32 = 15;

impl<B> Digits<B> {
    /// Creates the digits of the number with these bytes, the lowest first.
    pub(super) fn new(bytes: B, width: u32) -> Self {
        debug_assert!((1..=MAX_WIDTH).contains(&width));
        Self { bytes, width, bits: 0, available: 0, borrowed: 0 }
    }
}

impl<'a, B: Iterator<Item = &'a u8>> Iterator for Digits<B> {
    type Item = i16;

    // At most 15 + 8 bits are buffered, and a digit has at most 15, so nothing overflows.
    #[expect(clippy::arithmetic_side_effects, reason = "as the line above says")]
    fn next(&mut self) -> Option<i16> {
        while self.available < self.width {
            let byte = self.bytes.next().copied().unwrap_or(0);
            self.bits |= u32::from(byte) << self.available;
            self.available += 8;
        }
        let size = 1 << self.width;
        let digit = (self.bits & (size - 1)) + self.borrowed;
        self.bits >>= self.width;
        self.available -= self.width;
        self.borrowed = u32::from(digit > size / 2);
        i16::try_from(i64::from(digit) - i64::from(size * self.borrowed)).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Checks a number of 128 bits, whose highest is zero.
    fn holds(number: u128, width: u32) {
        let bytes = number.to_le_bytes();
        let count = 128_u32.div_ceil(width);
        let digits = Digits::new(bytes.iter(), width).take(count as usize).collect::<std::vec::Vec<_>>();
        let half = 1 << (width - 1);
        assert!(digits.iter().all(|digit| (1 - half..=half).contains(&i32::from(*digit))), "{digits:?}");
        let sum = digits
            .iter()
            .rev()
            .fold(0_u128, |sum, digit| sum.wrapping_shl(width).wrapping_add_signed(i128::from(*digit)));
        assert_eq!(sum, number, "{digits:?}");
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn borders_of_windows() {
        for width in 1..=MAX_WIDTH {
            for bit in 0..127 {
                let power = 1_u128 << bit;
                for number in [power, power - 1, power + 1, u128::MAX >> 1, (u128::MAX >> 1) - power] {
                    holds(number & (u128::MAX >> 1), width);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn digits_make_up_the_number(number in 0..=u128::MAX >> 1, width in 1..=MAX_WIDTH) {
            holds(number, width);
        }
    }
}
