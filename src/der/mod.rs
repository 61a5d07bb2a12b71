//! Keys in DER and PEM, and the few DER rules that are needed to distinguish formats (X.690 §8.1, §10.1).

mod certificate;
#[cfg(feature = "pem")]
mod diagnosis;
#[cfg(feature = "encrypted-pem")]
pub(crate) mod encrypted;
#[cfg(feature = "pem")]
mod oids;
#[cfg(feature = "pem")]
pub(crate) mod pem;
#[cfg(feature = "pem")]
mod pss;
#[cfg(feature = "pem")]
mod read;
mod recognize;
#[cfg(feature = "pem")]
mod ring;
#[cfg(feature = "pem")]
mod write;

#[cfg(feature = "pem")]
pub(crate) use read::{key_of_certificate, read};
pub(crate) use recognize::{format_of_key, format_of_text};
#[cfg(all(feature = "graviola", any(target_arch = "aarch64", target_arch = "x86_64")))]
pub(crate) use write::rsa_public_der;
#[cfg(feature = "pem")]
pub(crate) use write::{private_der, public_der};

use crate::key_type::KeyFormat;

pub(crate) const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
/// The tag `[0]`, context-specific: each structure gives it its own meaning.
const CONTEXT_0: u8 = 0xa0;

/// Returns the format of a key in DER from its outermost structure, which must span all the bytes.
pub(crate) fn format_of(bytes: &[u8]) -> Option<KeyFormat> {
    let (SEQUENCE, content, []) = tlv(bytes)? else {
        return None;
    };
    let (first, inside, rest) = tlv(content)?;
    let (second, _, rest) = tlv(rest)?;
    match (first, second, rest.is_empty()) {
        (INTEGER, SEQUENCE, _) if rest.first() == Some(&SEQUENCE) => Some(KeyFormat::Pkcs12),
        (INTEGER, SEQUENCE, _) => Some(KeyFormat::Pkcs8),
        (INTEGER, OCTET_STRING, _) => Some(KeyFormat::Sec1),
        (INTEGER, INTEGER, true) => Some(KeyFormat::Pkcs1Public),
        (INTEGER, INTEGER, false) => Some(KeyFormat::Pkcs1Private),
        (SEQUENCE, BIT_STRING, true) => Some(KeyFormat::Spki),
        (SEQUENCE, OCTET_STRING, true) => Some(KeyFormat::Encrypted),
        (SEQUENCE, SEQUENCE, false) => Some(certificate::format_of_signed(inside)),
        (OBJECT_IDENTIFIER, CONTEXT_0, true) => Some(KeyFormat::Pkcs7),
        _ => None,
    }
}

/// Returns the first element: its tag, its content, and what follows it. The length must be definite and in its
/// shortest form.
pub(crate) fn tlv(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length, rest) = header(bytes)?;
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// Returns the tag and the length of the first element, and what follows them.
fn header(bytes: &[u8]) -> Option<(u8, usize, &[u8])> {
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
    Some((*tag, length, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_element_and_returns_the_rest() {
        assert_eq!(tlv(&[2, 1, 7, 9]), Some((2, &[7][..], &[9][..])));
        assert_eq!(tlv(&[4, 0]), Some((4, &[][..], &[][..])));
        let long = [&[4, 0x81, 0x80][..], &[1; 128]].concat();
        assert_eq!(tlv(&long), Some((4, &[1; 128][..], &[][..])));
    }

    #[test]
    fn rejects_truncated_indefinite_and_padded_lengths() {
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
        // 127 is the longest length that is written in one byte.
        assert_eq!(tlv(&[&[4, 0x81, 0x7f][..], &[1; 127]].concat()), None);
    }
}
