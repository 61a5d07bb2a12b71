//! EMSA-PSS with MGF1: RFC 8017 §9.1.2 and §B.2.1. The salt is as long as the hash, and MGF1 uses the hash of the
//! message (RFC 7518 §3.5).
//!
//! ```text
//! EM = maskedDB || H || 0xbc         emLen = ⌈(modBits − 1) / 8⌉
//! DB = 0x00 … 0x00 || 0x01 || salt   maskedDB = DB xor MGF1(H), its unused leading bits zero
//! H  = Hash(eight zero bytes || Hash(message) || salt)
//! ```

use core::marker::PhantomData;

use sha2::Digest;

use super::verify::{Encoding, MAX_LEN};

pub(super) struct Pss<D> {
    /// The bits of the first byte of a representative that are beyond modBits − 1: between one and all eight.
    unused: u8,
    hash: PhantomData<fn() -> D>,
}

impl<D: Digest> Pss<D> {
    /// Creates it for a modulus of `bits` bits, modBits.
    pub(super) fn new(bits: usize) -> Self {
        // The first byte of the modulus has one to eight bits, and an encoded message has one bit less.
        #[expect(clippy::arithmetic_side_effects, reason = "no modulus has less than 2048 bits")]
        let used = (bits - 1) & 7;
        let [_, unused] = (0xff_u16 << used).to_be_bytes();
        Self { unused, hash: PhantomData }
    }
}

impl<D: Digest> Encoding for Pss<D> {
    fn is_consistent(&self, message: &[u8], representative: &[u8]) -> bool {
        self.check(message, representative).is_some()
    }
}

impl<D: Digest> Pss<D> {
    /// Executes the steps of §9.1.2. All positions depend only on the key. `None` means "inconsistent".
    fn check(&self, message: &[u8], representative: &[u8]) -> Option<()> {
        let is = |condition: bool| condition.then_some(());
        let len = <D as Digest>::output_size();
        // Steps 6 and, where the encoded message is one byte shorter than the modulus, §8.1.2 step 2c.
        let (first, rest) = representative.split_first()?;
        is(first & self.unused == 0)?;
        let encoded = if self.unused == u8::MAX { rest } else { representative };
        // Step 4.
        let (trailer, encoded) = encoded.split_last()?;
        is(*trailer == 0xbc)?;
        // Steps 3 and 5.
        let (masked, hash) = encoded.split_at_checked(encoded.len().checked_sub(len)?)?;
        // Steps 7 and 8.
        let mut buffer = [0; MAX_LEN];
        let block = buffer.get_mut(..masked.len())?;
        block.copy_from_slice(masked);
        mgf1_xor::<D>(hash, block);
        // Step 9.
        if self.unused != u8::MAX {
            *block.first_mut()? &= !self.unused;
        }
        // Steps 10 and 11.
        let (padding, salt) = block.split_at_checked(block.len().checked_sub(len)?)?;
        let (separator, zeros) = padding.split_last()?;
        is(*separator == 0x01 && zeros.iter().all(|byte| *byte == 0))?;
        // Steps 2 and 12 to 14.
        let again = D::new().chain_update([0; 8]).chain_update(D::digest(message)).chain_update(salt);
        is(again.finalize().as_slice() == hash)
    }
}

/// XORs MGF1 of the seed into the block.
fn mgf1_xor<D: Digest>(seed: &[u8], block: &mut [u8]) {
    for (counter, part) in (0_u32..).zip(block.chunks_mut(<D as Digest>::output_size())) {
        let mask = D::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
        for (byte, mask) in part.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use sha2::{Sha256, Sha384, Sha512};

    use super::*;

    const MESSAGE: &[u8] = b"message";
    /// modBits with all remainders of eight, so one to eight bits in the first byte.
    const SIZES: [usize; 12] = [2048, 2049, 2050, 2051, 2052, 2053, 2054, 2055, 2056, 3073, 4095, 4096];

    /// Parts of an encoded message that a test can make wrong. The rest is made consistent with them.
    #[derive(Clone)]
    struct Form {
        bits: usize,
        padding: u8,
        separator: u8,
        salt: Vec<u8>,
        trailer: u8,
        eight_zeros: [u8; 8],
        leave_unused_bits: bool,
    }

    fn good<D: Digest>(bits: usize) -> Form {
        Form {
            bits,
            padding: 0,
            separator: 1,
            salt: vec![0xa5; <D as Digest>::output_size()],
            trailer: 0xbc,
            eight_zeros: [0; 8],
            leave_unused_bits: false,
        }
    }

    /// EMSA-PSS-ENCODE, §9.1.1, preceded by as many zeros as a representative has.
    fn encode<D: Digest>(form: &Form) -> Vec<u8> {
        let (em_bits, len) = (form.bits - 1, <D as Digest>::output_size());
        let em_len = em_bits.div_ceil(8);
        let hash = D::new()
            .chain_update(form.eight_zeros)
            .chain_update(D::digest(MESSAGE))
            .chain_update(&form.salt)
            .finalize();
        let padding = vec![form.padding; em_len - len - form.salt.len() - 2];
        let mut block = [&padding[..], &[form.separator], &form.salt].concat();
        mgf1_xor::<D>(&hash, &mut block);
        if !form.leave_unused_bits {
            block[0] &= 0xff >> (8 * em_len - em_bits);
        }
        let front = vec![0; form.bits.div_ceil(8) - em_len];
        [&front[..], &block, &hash, &[form.trailer]].concat()
    }

    fn accepts<D: Digest>(form: &Form) -> bool {
        Pss::<D>::new(form.bits).is_consistent(MESSAGE, &encode::<D>(form))
    }

    #[test]
    fn unused_bits_are_those_beyond_the_bits_of_an_encoded_message() {
        for (bits, unused) in [(2048, 0x80), (2049, 0xff), (2050, 0xfe), (2055, 0xc0), (2056, 0x80)] {
            assert_eq!(Pss::<Sha256>::new(bits).unused, unused, "{bits}");
        }
    }

    #[test]
    fn accepts_what_is_encoded_for_every_size_and_hash() {
        for bits in SIZES {
            assert!(accepts::<Sha256>(&good::<Sha256>(bits)), "{bits}");
            assert!(accepts::<Sha384>(&good::<Sha384>(bits)), "{bits}");
            assert!(accepts::<Sha512>(&good::<Sha512>(bits)), "{bits}");
            let encoded = encode::<Sha256>(&good::<Sha256>(bits));
            assert!(!Pss::<Sha256>::new(bits).is_consistent(b"massage", &encoded), "{bits}");
            assert!(!Pss::<Sha512>::new(bits).is_consistent(MESSAGE, &encoded), "{bits}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn rejects_every_changed_bit() {
        for bits in [2048, 2049, 2055] {
            let (key, encoded) = (Pss::<Sha256>::new(bits), encode::<Sha256>(&good::<Sha256>(bits)));
            for bit in 0..encoded.len() * 8 {
                let mut changed = encoded.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                assert!(!key.is_consistent(MESSAGE, &changed), "bit {bit} of {bits}");
            }
        }
    }

    /// The hash covers only the salt, so nothing but the rule itself detects these.
    #[test]
    fn rejects_what_breaks_one_rule() {
        for bits in SIZES {
            let good = good::<Sha256>(bits);
            for trailer in [0x00, 0xcc, 0xbd, 0x3c] {
                assert!(!accepts::<Sha256>(&Form { trailer, ..good.clone() }), "trailer of {bits}");
            }
            for padding in [0x01, 0x80, 0xff] {
                assert!(!accepts::<Sha256>(&Form { padding, ..good.clone() }), "padding of {bits}");
            }
            for separator in [0x00, 0x02, 0x81, 0xff] {
                assert!(!accepts::<Sha256>(&Form { separator, ..good.clone() }), "separator of {bits}");
            }
            for len in [0, 1, 20, 31, 33, 48, 64, 100] {
                let salt = vec![0xa5; len];
                assert!(!accepts::<Sha256>(&Form { salt, ..good.clone() }), "salt of {bits}");
            }
            let eight_zeros = [0, 0, 0, 0, 0, 0, 0, 1];
            assert!(!accepts::<Sha256>(&Form { eight_zeros, ..good.clone() }), "zeros of {bits}");
        }
    }

    /// Any byte of the padding.
    #[test]
    fn rejects_padding_that_is_not_zero_somewhere() {
        for bits in [2048, 2049, 2055] {
            let encoded = encode::<Sha256>(&good::<Sha256>(bits));
            let (front, end) = (bits.div_ceil(8) - (bits - 1).div_ceil(8), encoded.len() - 32 - 32 - 2);
            for at in front..end {
                let mut changed = encoded.clone();
                changed[at] ^= 1;
                assert!(!Pss::<Sha256>::new(bits).is_consistent(MESSAGE, &changed), "{at} of {bits}");
            }
        }
    }

    /// Without step 6, bits that the mask covers and step 9 clears would not be checked.
    #[test]
    fn rejects_unused_bits_that_are_set() {
        for bits in SIZES.into_iter().filter(|bits| bits % 8 != 1) {
            let mut form = good::<Sha256>(bits);
            // Some salt gives a mask whose unused bits are not all zero.
            let salt = (0..=255).map(|byte| vec![byte; 32]).find(|salt| {
                form.salt.clone_from(salt);
                let cleared = encode::<Sha256>(&form);
                form.leave_unused_bits = true;
                let left = encode::<Sha256>(&form);
                form.leave_unused_bits = false;
                cleared != left
            });
            form.salt = salt.expect("there is such a salt");
            assert!(accepts::<Sha256>(&form), "{bits}");
            form.leave_unused_bits = true;
            assert!(!accepts::<Sha256>(&form), "{bits}");
        }
    }

    /// §8.1.2, step 2c: the representative has one byte more than an encoded message.
    #[test]
    fn rejects_a_first_byte_that_does_not_belong_to_the_encoded_message() {
        for bits in [2049, 3073] {
            let encoded = encode::<Sha256>(&good::<Sha256>(bits));
            assert_eq!(encoded[0], 0);
            let changed = [&[1], &encoded[1..]].concat();
            assert!(!Pss::<Sha256>::new(bits).is_consistent(MESSAGE, &changed), "{bits}");
        }
    }

    #[test]
    fn a_representative_of_any_length_does_not_panic() {
        for bits in [2048, 2049] {
            for len in (0..=300).chain([512, 513, 577, 578, 600, 10_000]) {
                let bytes = [vec![0; len], vec![0xbc]].concat();
                assert!(!Pss::<Sha256>::new(bits).is_consistent(MESSAGE, &bytes), "{len}");
            }
        }
    }
}
