//! The little of DER that is needed where no library is: one element at a time (X.690 §8.1, §10.1).

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const SEQUENCE: u8 = 0x30;

/// The first element: its tag, its content, and what follows it. The length is definite and written
/// as short as can be.
pub(crate) fn tlv(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length & 0x0f))?;
            let value = |sum: usize, byte: &u8| Some(sum.checked_mul(256)? | usize::from(*byte));
            let length = digits.iter().try_fold(0, value)?;
            if length <= 0x7f || digits.starts_with(&[0]) {
                return None;
            }
            (length, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_one_element_and_leaves_the_rest() {
        assert_eq!(tlv(&[2, 1, 7, 9]), Some((2, &[7][..], &[9][..])));
        assert_eq!(tlv(&[4, 0]), Some((4, &[][..], &[][..])));
        let long = [&[4, 0x81, 0x80][..], &[1; 128]].concat();
        assert_eq!(tlv(&long), Some((4, &[1; 128][..], &[][..])));
    }

    #[test]
    fn refuses_truncated_indefinite_and_padded_lengths() {
        for bytes in [
            &[][..],
            &[2],
            &[2, 1],
            &[2, 0x80, 0, 0],
            &[2, 0x81, 1, 7],
            &[2, 0x82, 0, 0x80],
            &[2, 0x85, 1, 1, 1, 1, 1],
        ] {
            assert_eq!(tlv(bytes), None, "{bytes:?}");
        }
        // 127 is the longest that has one byte.
        assert_eq!(tlv(&[&[4, 0x81, 0x7f][..], &[1; 127]].concat()), None);
    }
}
