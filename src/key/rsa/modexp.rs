//! RSAVP1, s^e mod n: RFC 8017 §5.2.2.
//!
//! Square and multiply over the Montgomery forms of `crypto-bigint`, whose parameters are kept with the key.
//! **Variable time on purpose:** modulus, exponent, signature and result are all public, as in every verification.
//! Never use this with a private exponent.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{EncodedUint, MontyForm, MontyMultiplier, Odd, Uint};

use super::public::PublicKey;

/// A public key, ready for use, in numbers of a fixed size: `LIMBS` machine words, which must be enough for the
/// modulus.
pub(super) struct Power<const LIMBS: usize> {
    params: FixedMontyParams<LIMBS>,
    /// Odd, and greater than 1.
    exponent: u64,
    /// Bytes of the modulus, and so of a signature: k.
    len: usize,
}

impl<const LIMBS: usize> Power<LIMBS> {
    /// Returns `None` if the modulus does not fit.
    pub(super) fn new(key: &PublicKey<'_>) -> Option<Self> {
        let modulus = uint(key.n())?;
        let params = FixedMontyParams::new_vartime(Odd::new(modulus).into_option()?);
        Some(Self { params, exponent: key.exponent(), len: key.n().len() })
    }

    /// Returns the message representative of a signature. Returns `None` if the signature is not as long as the
    /// modulus (§8.1.2 and §8.2.2, step 1) or not below it (§5.2.2, step 1).
    pub(super) fn representative(&self, signature: &[u8]) -> Option<Representative<LIMBS>> {
        if signature.len() != self.len {
            return None;
        }
        let base = uint(signature)?;
        if base.cmp_vartime(self.params.modulus().as_ref()).is_ge() {
            return None;
        }
        Some(Representative { bytes: self.power(&base).to_be_bytes(), len: self.len })
    }

    /// Computes the power of `base`, which must be below the modulus.
    fn power(&self, base: &Uint<LIMBS>) -> Uint<LIMBS> {
        // The multiplier works in place. The operators of the forms would copy the parameters each time.
        let mut multiplier = <FixedMontyForm<LIMBS> as MontyForm>::Multiplier::from(&self.params);
        let factor = FixedMontyForm::new(base, &self.params);
        let mut power = factor;
        for bit in (1..self.exponent.ilog2()).rev() {
            multiplier.square_assign(&mut power);
            if self.exponent & (1 << bit) != 0 {
                multiplier.mul_assign(&mut power, &factor);
            }
        }
        // The exponent is odd. The last factor is not converted to Montgomery form, so it cancels the R that the power
        // still contains: xR · s / R = xs. The result then needs no conversion.
        multiplier.square_assign(&mut power);
        multiplier.mul_assign(&mut power, &FixedMontyForm::from_montgomery(*base, &self.params));
        power.to_montgomery()
    }
}

/// A message representative, below the modulus.
pub(super) struct Representative<const LIMBS: usize> {
    bytes: EncodedUint<LIMBS>,
    len: usize,
}

impl<const LIMBS: usize> Representative<LIMBS> {
    /// Returns the number, big-endian, as long as the modulus.
    pub(super) fn as_bytes(&self) -> &[u8] {
        let bytes: &[u8] = self.bytes.as_ref();
        let (_, bytes) =
            bytes.split_at_checked(bytes.len().wrapping_sub(self.len)).expect("a modulus fits its form");
        bytes
    }
}

/// Returns `None` if the number may not fit.
fn uint<const LIMBS: usize>(bytes: &[u8]) -> Option<Uint<LIMBS>> {
    let fits = bytes.len() <= Uint::<LIMBS>::BYTES;
    fits.then(|| Uint::from_be_slice_truncated(bytes, Uint::<LIMBS>::BITS))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use crypto_bigint::{NonZero, U2048, U3072, U4096};
    use proptest::prelude::*;

    use super::*;

    /// Computes the power bit by bit with division, and without Montgomery arithmetic.
    fn naive<const LIMBS: usize>(base: &Uint<LIMBS>, exponent: u64, modulus: &Uint<LIMBS>) -> Uint<LIMBS> {
        let modulus = NonZero::new(*modulus).expect("a modulus");
        (0..64).rev().fold(Uint::ONE, |power: Uint<LIMBS>, bit| {
            let power = power.mul_mod_vartime(&power, &modulus);
            if exponent >> bit & 1 == 1 { power.mul_mod_vartime(base, &modulus) } else { power }
        })
    }

    fn agrees<const LIMBS: usize>(modulus: &[u8], exponent: u64, base: &[u8]) {
        let exponent_bytes = exponent.to_be_bytes();
        let key = PublicKey::new(modulus, &exponent_bytes).expect("a key");
        let power = Power::<LIMBS>::new(&key).expect("a size that fits");
        let n: Uint<LIMBS> = uint(modulus).expect("the modulus");
        let base: Uint<LIMBS> = uint(base).expect("the base");
        let base = base.rem_vartime(&NonZero::new(n).expect("a modulus"));
        for base in [base, Uint::ZERO, Uint::ONE, Uint::from_u8(2), n.wrapping_sub(&Uint::ONE)] {
            let expected = naive(&base, exponent, &n);
            assert_eq!(power.power(&base), expected);

            let bytes = base.to_be_bytes();
            let signature = &bytes.as_ref()[Uint::<LIMBS>::BYTES - modulus.len()..];
            let found = power.representative(signature).expect("a representative");
            assert_eq!(found.as_bytes().len(), modulus.len());
            assert_eq!(uint(found.as_bytes()), Some(expected));
        }
    }

    /// Returns an odd modulus of this many bits.
    fn modulus(bits: usize) -> impl Strategy<Value = Vec<u8>> {
        let len = bits.div_ceil(8);
        prop::collection::vec(any::<u8>(), len).prop_map(move |mut bytes| {
            let top = 7 - (len * 8 - bits);
            bytes[0] = bytes[0] & ((1 << top) - 1) | 1 << top;
            bytes[len - 1] |= 1;
            bytes
        })
    }

    fn exponent() -> impl Strategy<Value = u64> {
        prop_oneof![Just(65537), Just((1 << 33) - 1), Just((1 << 32) + 1), 65537..1_u64 << 33]
            .prop_map(|exponent| exponent | 1)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        #[cfg_attr(miri, ignore = "minutes under Miri")]
        fn power_is_that_of_plain_arithmetic(
            (n2048, n2049, n2056, n3071, n4096) in
                (modulus(2048), modulus(2049), modulus(2056), modulus(3071), modulus(4096)),
            exponent in exponent(),
            base in prop::collection::vec(any::<u8>(), 256),
        ) {
            agrees::<{ U2048::LIMBS }>(&n2048, exponent, &base);
            agrees::<{ U3072::LIMBS }>(&n2049, exponent, &base);
            agrees::<{ U3072::LIMBS }>(&n2056, exponent, &base);
            agrees::<{ U3072::LIMBS }>(&n3071, exponent, &base);
            agrees::<{ U4096::LIMBS }>(&n4096, exponent, &base);
        }
    }

    /// Moduli for which carries propagate through all words.
    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn power_is_right_for_extreme_moduli() {
        let (mut smallest, largest) = ([0; 256], [0xff; 256]);
        (smallest[0], smallest[255]) = (0x80, 1);
        for base in [[0xff; 256], [0x80; 256]] {
            agrees::<{ U2048::LIMBS }>(&smallest, 65537, &base);
            agrees::<{ U2048::LIMBS }>(&largest, 65537, &base);
            agrees::<{ U4096::LIMBS }>(&largest, 65537, &base);
            agrees::<{ U4096::LIMBS }>(&[0xff; 512], 65537, &base);
        }
    }

    #[test]
    fn rejects_signatures_of_other_lengths_and_not_below_the_modulus() {
        let modulus = [&[0x81][..], &[0; 255], &[0x01]].concat();
        let key = PublicKey::new(&modulus, &[1, 0, 1]).expect("a key");
        let power = Power::<{ U3072::LIMBS }>::new(&key).expect("a size that fits");
        let accepts = |signature: &[u8]| power.representative(signature).is_some();
        assert!(accepts(&[0; 257]));
        for len in [0, 1, 255, 256, 258, 384, 385, 512, 10_000] {
            assert!(!accepts(&alloc::vec![0; len]), "{len}");
        }
        // 2^2055 + 2^2048, one below the modulus.
        assert!(accepts(&[&[0x81][..], &[0; 256]].concat()));
        assert!(!accepts(&modulus));
        assert!(!accepts(&[&[0x81][..], &[0; 255], &[0x02]].concat()));
        assert!(!accepts(&[0xff; 257]));
    }

    #[test]
    fn a_modulus_that_does_not_fit_does_not_panic() {
        let modulus = [0xff; 257];
        let key = PublicKey::new(&modulus, &[1, 0, 1]).expect("a key");
        assert!(Power::<{ U2048::LIMBS }>::new(&key).is_none());
        assert!(Power::<{ U3072::LIMBS }>::new(&key).is_some());
    }
}
