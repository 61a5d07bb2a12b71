//! Integers. Most dates are integers.

/// Returns the value of ten decimal digits: the number of seconds of any date from 2001 to 2286.
#[inline]
#[expect(clippy::arithmetic_side_effects, reason = "ten digits are below 2⁶⁴")]
pub(crate) fn ten_digits(digits: &[u8; 10]) -> Option<u64> {
    let (&eight, &[ninth, tenth]) = digits.split_first_chunk()? else { return None };
    Some(eight_digits(u64::from_le_bytes(eight))? * 100 + digit(ninth)? * 10 + digit(tenth)?)
}

#[inline]
fn digit(byte: u8) -> Option<u64> {
    let value = byte.wrapping_sub(b'0');
    (value < 10).then_some(u64::from(value))
}

/// Joins neighbours three times: digits to pairs, pairs to fours, fours to the whole.
#[inline]
fn eight_digits(word: u64) -> Option<u64> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    const SIXES: u64 = 0x0606_0606_0606_0606;
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    // A digit is 0x30 to 0x39, so adding six leaves its upper half unchanged.
    if word & HIGH != ZEROS || word.wrapping_add(SIXES) & HIGH != ZEROS {
        return None;
    }
    let digits = word ^ ZEROS;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn reads_ten_digits_and_nothing_else() {
        for value in (0..10_000_000_000_u64).step_by(98_765_431).chain([1_300_819_380, 9_999_999_999]) {
            let text = format!("{value:010}");
            assert_eq!(ten_digits(text.as_bytes().try_into().expect("ten")), Some(value));
        }
        for position in 0..10 {
            for byte in 0..=255_u8 {
                let mut digits = *b"1300819380";
                digits[position] = byte;
                assert_eq!(ten_digits(&digits).is_some(), byte.is_ascii_digit(), "{byte} at {position}");
            }
        }
    }
}
