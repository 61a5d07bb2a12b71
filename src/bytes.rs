//! Searches that examine eight bytes at a time. A compiler does not vectorize such a loop by itself, since the length
//! of a slice is not known and a search stops early.

/// The value one in each byte of a word.
const EACH: u64 = 0x0101_0101_0101_0101;

/// Sets the top bit of each byte that is below `bound`. Above the lowest such byte, a borrow may set the top bit of
/// other bytes too.
#[inline]
pub(crate) const fn below(word: u64, bound: u64) -> u64 {
    word.wrapping_sub(EACH.wrapping_mul(bound)) & !word & EACH << 7
}

/// Sets the top bit of each byte that equals `byte`, with the same inaccuracy above the lowest.
#[inline]
pub(crate) const fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ EACH.wrapping_mul(byte as u64), 1)
}

/// Returns the index of the lowest byte whose top bit is set, or eight if no byte has it set.
#[inline]
pub(crate) const fn lowest(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

/// Returns the index of the first `byte`.
#[inline]
pub(crate) fn first(bytes: &[u8], byte: u8) -> Option<usize> {
    let (words, rest) = bytes.as_chunks();
    let mut passed = 0_usize;
    for word in words {
        let marks = equal(u64::from_le_bytes(*word), byte);
        if marks != 0 {
            return passed.checked_add(lowest(marks));
        }
        passed = passed.wrapping_add(8);
    }
    rest.iter().position(|other| *other == byte)?.checked_add(passed)
}

/// Returns the index of the last `byte`.
#[inline]
pub(crate) fn last(bytes: &[u8], byte: u8) -> Option<usize> {
    let (rest, words) = bytes.as_rchunks();
    // The number of bytes from the end up to and including the byte that is looked for.
    let mut passed = 1_usize;
    for word in words.iter().rev() {
        // The last byte becomes the lowest.
        let marks = equal(u64::from_be_bytes(*word), byte);
        if marks != 0 {
            return bytes.len().checked_sub(passed.wrapping_add(lowest(marks)));
        }
        passed = passed.wrapping_add(8);
    }
    rest.iter().rposition(|other| *other == byte)
}

/// Splits a text around the character of one byte at `place`.
#[inline]
pub(crate) fn split_around(text: &str, place: usize) -> Option<(&str, &str)> {
    Some((text.get(..place)?, text.get(place.checked_add(1)?..)?))
}

/// Returns whether `mark` marks no byte. It examines all bytes, so its time does not depend on where a marked one is.
#[inline]
pub(crate) fn none(bytes: &[u8], mark: impl Fn(u64) -> u64) -> bool {
    let marks = |word: &[u8; 8]| mark(u64::from_le_bytes(*word));
    match bytes.last_chunk() {
        // The last word overlaps the one before it, so that no byte needs separate code.
        Some(end) => bytes.as_chunks().0.iter().fold(marks(end), |all, word| all | marks(word)) == 0,
        None => bytes.iter().fold(0, |all, byte| all | marks(&[*byte; 8])) == 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn finds_the_first_and_the_last_at_every_place() {
        for length in 0..40 {
            let mut bytes = vec![b'a'; length];
            assert_eq!((first(&bytes, b'.'), last(&bytes, b'.')), (None, None));
            for one in 0..length {
                for other in one..length {
                    // Bytes next to the dot's value, which a borrow might mark.
                    bytes.fill(b'/');
                    bytes[one] = b'.';
                    bytes[other] = b'.';
                    assert_eq!(
                        (first(&bytes, b'.'), last(&bytes, b'.')),
                        (Some(one), Some(other)),
                        "{length}"
                    );
                }
            }
        }
    }

    #[test]
    fn one_that_is_marked_is_enough_at_every_place() {
        let special = |word| below(word, 0x20) | equal(word, b'"') | equal(word, b'\\');
        for length in 0..40 {
            for byte in 0..=255 {
                let is_special = matches!(byte, 0..0x20 | b'"' | b'\\');
                for place in 0..length {
                    let mut bytes = vec![b'a'; length];
                    assert!(none(&bytes, special), "{length}");
                    bytes[place] = byte;
                    assert_eq!(none(&bytes, special), !is_special, "{byte} at {place} of {length}");
                    // Also when another marked byte is adjacent, or at the same place of the next word.
                    for other in [place + 1, place + 8] {
                        let mut bytes = bytes.clone();
                        bytes.iter_mut().skip(other).take(1).for_each(|other| *other = byte);
                        assert_eq!(
                            none(&bytes, special),
                            !is_special,
                            "{byte} at {place} and {other} of {length}"
                        );
                    }
                }
            }
        }
    }
}
