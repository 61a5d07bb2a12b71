//! Which public keys (n, e) are accepted: RFC 8017 §3.1, RFC 7518 §3.3.

use core::ops::RangeInclusive;

use crate::algorithm::{RSA_MAX_BITS, RSA_MIN_BITS};
use crate::error::KeyError;
use crate::numbers::{Numbers, RsaPrivate, bit_len, trimmed};

/// Accepted public exponents. A small exponent is not a weakness of RSA itself, but makes forgery easier wherever
/// padding is checked laxly, and none has been in use for decades. A large one makes verification slow, and the party
/// that creates the key can choose it.
const EXPONENTS: RangeInclusive<u64> = 65537..=(1 << 33) - 1;

/// A public key that has been checked. The modulus is odd and has 2048 to 4096 bits. The exponent is odd and in range.
/// Neither has leading zeros.
pub(super) struct PublicKey<'a> {
    n: &'a [u8],
    e: &'a [u8],
    bits: usize,
    exponent: u64,
}

impl<'a> PublicKey<'a> {
    /// Creates a key from big-endian integers, with or without leading zeros.
    pub(super) fn new(n: &'a [u8], e: &'a [u8]) -> Result<Self, KeyError> {
        let (n, e) = (trimmed(n), trimmed(e));
        let bits = bit_len(n);
        if !(RSA_MIN_BITS..=RSA_MAX_BITS).contains(&bits) {
            return Err(KeyError::RsaModulusSize { bits });
        }
        if n.last().is_none_or(|byte| byte & 1 == 0) {
            return Err(KeyError::InvalidRsaKey);
        }
        let exponent =
            e.iter().try_fold(0_u64, |value, byte| Some(value.checked_mul(256)? | u64::from(*byte)));
        match exponent {
            Some(exponent) if EXPONENTS.contains(&exponent) && exponent & 1 == 1 => {
                Ok(Self { n, e, bits, exponent })
            }
            _ => Err(KeyError::RsaExponent),
        }
    }

    /// Returns the modulus, big-endian.
    pub(super) fn n(&self) -> &'a [u8] {
        self.n
    }

    /// Returns the exponent, big-endian.
    #[cfg(feature = "rsa")]
    pub(super) fn e(&self) -> &'a [u8] {
        self.e
    }

    pub(super) fn exponent(&self) -> u64 {
        self.exponent
    }

    /// Returns the number of bits of the modulus, modBits.
    pub(super) fn bits(&self) -> usize {
        self.bits
    }

    /// Returns the numbers that a key keeps for export. A restriction to RSASSA-PSS has already been checked, and the
    /// key is bound to an algorithm.
    pub(super) fn numbers(&self, private: Option<RsaPrivate>) -> Numbers {
        Numbers::Rsa { n: self.n.to_vec(), e: self.e.to_vec(), private, pss: None }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    const E: &[u8] = &[1, 0, 1];

    fn rejected(n: &[u8], e: &[u8]) -> Option<KeyError> {
        PublicKey::new(n, e).err()
    }

    #[test]
    fn accepts_moduli_of_2048_to_4096_bits() {
        for (len, first, bits) in
            [(256, 0x80, 2048), (257, 1, 2049), (257, 0xff, 2056), (384, 0x80, 3072), (512, 0xff, 4096)]
        {
            let mut n = vec![0xff; len];
            n[0] = first;
            let key = PublicKey::new(&n, E).expect("a key");
            assert_eq!((key.bits(), key.n().len(), key.exponent()), (bits, len, 65537));
        }
        for (len, first, bits) in [
            (0, 0, 0),
            (1, 0xff, 8),
            (255, 0xff, 2040),
            (256, 0x7f, 2047),
            (513, 1, 4097),
            (1024, 0x80, 8192),
        ] {
            let mut n = vec![0xff; len];
            n.iter_mut().take(1).for_each(|byte| *byte = first);
            assert_eq!(rejected(&n, E), Some(KeyError::RsaModulusSize { bits }));
        }
    }

    #[test]
    fn rejects_even_moduli() {
        assert_eq!(rejected(&[0xfe; 256], E), Some(KeyError::InvalidRsaKey));
    }

    #[test]
    fn accepts_odd_exponents_from_65537_to_33_bits() {
        let with = |exponent: u128| rejected(&[0xff; 256], &exponent.to_be_bytes());
        for exponent in [65537, 65539, (1 << 32) + 1, (1 << 33) - 1] {
            assert_eq!(with(exponent), None, "{exponent}");
        }
        for exponent in
            [0, 1, 2, 3, 17, 65535, 65536, 65538, 1 << 32, 1 << 33, (1 << 33) + 1, (1 << 64) + 65537]
        {
            assert_eq!(with(exponent), Some(KeyError::RsaExponent), "{exponent}");
        }
        assert_eq!(rejected(&[0xff; 256], &[]), Some(KeyError::RsaExponent));
        assert_eq!(rejected(&[0xff; 256], &[0xff; 256]), Some(KeyError::RsaExponent));
    }

    #[test]
    fn leading_zeros_are_not_part_of_a_number() {
        let n = [&[0; 3][..], &[0xff; 256]].concat();
        let key = PublicKey::new(&n, &[0, 0, 1, 0, 1]).expect("a key");
        assert_eq!(key.n(), [0xff; 256]);
        let Numbers::Rsa { n, e, private: None, .. } = key.numbers(None) else { panic!("a public RSA key") };
        assert_eq!((n, e), (vec![0xff; 256], vec![1, 0, 1]));
    }
}
