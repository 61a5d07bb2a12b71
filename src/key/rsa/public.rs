//! What makes a public key (n, e) acceptable: RFC 8017 §3.1, RFC 7518 §3.3.

use core::ops::RangeInclusive;

use crate::algorithm::{RSA_MAX_BITS, RSA_MIN_BITS};
use crate::error::KeyError;
use crate::material::{Numbers, RsaPrivate};

/// Small exponents are no weakness of RSA itself, but where one stands a forger's work is easier
/// whenever padding is checked laxly; none has been in use for decades. Large ones make verification
/// slow, at the will of who chose the key.
const EXPONENTS: RangeInclusive<u64> = 65537..=(1 << 33) - 1;

/// A public key that has been checked. The modulus is odd and of 2048 to 4096 bits, the exponent odd
/// and in range; neither has leading zeros.
pub(super) struct PublicKey<'a> {
    n: &'a [u8],
    e: &'a [u8],
    bits: usize,
    exponent: u64,
}

impl<'a> PublicKey<'a> {
    /// From big-endian integers, with or without leading zeros.
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

    /// The modulus, big-endian.
    pub(super) fn n(&self) -> &'a [u8] {
        self.n
    }

    /// The exponent, big-endian.
    #[cfg(feature = "rsa")]
    pub(super) fn e(&self) -> &'a [u8] {
        self.e
    }

    pub(super) fn exponent(&self) -> u64 {
        self.exponent
    }

    /// Bits of the modulus, modBits.
    pub(super) fn bits(&self) -> usize {
        self.bits
    }

    /// What a key keeps, to be written again.
    pub(super) fn numbers(&self, private: Option<RsaPrivate>) -> Numbers {
        Numbers::Rsa { n: self.n.to_vec(), e: self.e.to_vec(), private }
    }
}

/// Without leading zeros.
pub(super) fn trimmed(bytes: &[u8]) -> &[u8] {
    bytes.get(bytes.iter().take_while(|byte| **byte == 0).count()..).unwrap_or_default()
}

/// Length in bits of an integer without leading zeros.
pub(super) fn bit_len(trimmed: &[u8]) -> usize {
    let unused = trimmed.first().map_or(0, |byte| byte.leading_zeros() as usize);
    trimmed.len().saturating_mul(8).saturating_sub(unused)
}
