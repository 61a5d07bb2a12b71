//! Encoded messages of RFC 8017 §9, correct and wrong. `None` means the correct part.

use arbitrary::Arbitrary;
use jotwell::algorithm::Hash;
use num_bigint::BigUint;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::rsa::MESSAGE;

/// Changes to bytes: the position, which wraps around, and the number that is added.
pub type Edits = Vec<(u16, u8)>;

pub fn edit(bytes: &mut [u8], edits: &Edits) {
    for (at, change) in edits {
        let at = usize::from(*at) % bytes.len().max(1);
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= change;
        }
    }
}

/// Returns big-endian bytes of that length, or longer if the number needs it.
pub fn to_bytes(number: &BigUint, len: usize) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    [vec![0; len.saturating_sub(bytes.len())], bytes].concat()
}

fn hash(hash: Hash, parts: &[&[u8]]) -> Vec<u8> {
    let bytes = parts.concat();
    match hash {
        Hash::Sha256 => Sha256::digest(bytes).to_vec(),
        Hash::Sha384 => Sha384::digest(bytes).to_vec(),
        _ => Sha512::digest(bytes).to_vec(),
    }
}

fn any_hash(index: u8) -> Hash {
    [Hash::Sha256, Hash::Sha384, Hash::Sha512][usize::from(index) % 3]
}

/// The bytes of a signature that no key created.
#[derive(Arbitrary, Debug)]
pub struct Number {
    near: Near,
    delta: i8,
    longer: i8,
}

#[derive(Arbitrary, Debug)]
enum Near {
    Zero,
    Modulus,
    PowerOfTwo(u16),
    Bytes(Vec<u8>),
}

impl Number {
    pub fn bytes(&self, n: &BigUint) -> Vec<u8> {
        let near = match &self.near {
            Near::Zero => BigUint::ZERO,
            Near::Modulus => n.clone(),
            Near::PowerOfTwo(bit) => BigUint::from(1_u8) << (u64::from(*bit) % (n.bits() + 9)),
            Near::Bytes(bytes) => BigUint::from_bytes_be(bytes),
        };
        let delta = u32::from(self.delta.unsigned_abs());
        let number = if self.delta < 0 { near.max(delta.into()) - delta } else { near + delta };
        let len = n.bits().div_ceil(8) as usize;
        to_bytes(&number, len.saturating_add_signed(isize::from(self.longer)))
    }
}

/// EMSA-PKCS1-v1_5.
#[derive(Arbitrary, Debug)]
pub struct Pkcs1 {
    first: Option<u8>,
    block_type: Option<u8>,
    filler: Option<u8>,
    separator: Option<u8>,
    info: Option<Info>,
    hash: Option<Edits>,
    /// Follows the hash, in place of some padding.
    tail: Vec<u8>,
    edits: Edits,
}

/// What precedes the hash.
#[derive(Arbitrary, Debug)]
enum Info {
    OfHash(u8),
    WithoutNull,
    LongLengths,
    Edited(Edits),
    Bytes(Vec<u8>),
}

impl Pkcs1 {
    pub fn encode(&self, algorithm: Hash, len: usize) -> Vec<u8> {
        let mut digest = hash(algorithm, &[MESSAGE]);
        edit(&mut digest, self.hash.as_ref().unwrap_or(&Vec::new()));
        let info = match &self.info {
            None => info(algorithm),
            Some(Info::OfHash(index)) => info(any_hash(*index)),
            Some(Info::WithoutNull) => {
                let right = info(algorithm);
                [&[0x30, right[1] - 2, 0x30, 0x0b], &right[4..15], &right[17..]].concat()
            }
            Some(Info::LongLengths) => {
                let right = info(algorithm);
                [&[0x30, 0x81, right[1]], &right[2..]].concat()
            }
            Some(Info::Edited(edits)) => {
                let mut info = info(algorithm);
                edit(&mut info, edits);
                info
            }
            Some(Info::Bytes(bytes)) => bytes.clone(),
        };
        let end = [&[self.separator.unwrap_or(0)], &info[..], &digest, &self.tail].concat();
        let padding = vec![self.filler.unwrap_or(0xff); len.saturating_sub(end.len() + 2)];
        let start = [self.first.unwrap_or(0), self.block_type.unwrap_or(1)];
        let mut encoded = [&start, &padding[..], &end].concat();
        encoded.truncate(len);
        edit(&mut encoded, &self.edits);
        encoded
    }

    /// Returns the only correct encoding.
    pub fn right(algorithm: Hash, len: usize) -> Vec<u8> {
        let end = [&[0], &info(algorithm)[..], &hash(algorithm, &[MESSAGE])].concat();
        [&[0, 1], &vec![0xff; len - end.len() - 2][..], &end].concat()
    }
}

/// RFC 8017 §9.2, note 1.
fn info(hash: Hash) -> Vec<u8> {
    let (len, last) = match hash {
        Hash::Sha256 => (32, 1),
        Hash::Sha384 => (48, 2),
        _ => (64, 3),
    };
    let oid = [0x06, 9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last];
    [&[0x30, 17 + len, 0x30, 13], &oid[..], &[5, 0, 4, len]].concat()
}

/// EMSA-PSS.
#[derive(Arbitrary, Debug)]
pub struct Pss {
    salt: [u8; 4],
    salt_len: Option<u8>,
    padding: Option<(u16, u8)>,
    separator: Option<u8>,
    trailer: Option<u8>,
    mgf: Option<u8>,
    zeros: Option<u8>,
    digest: Option<Edits>,
    /// The additional byte if an encoded message is a byte shorter than the modulus.
    front: Option<u8>,
    keeps_unused_bits: bool,
    edits: Edits,
}

impl Pss {
    pub fn encode(&self, algorithm: Hash, bits: usize) -> Vec<u8> {
        let em_bits = bits - 1;
        let em_len = em_bits.div_ceil(8);
        let len = algorithm.output_len();
        let room = em_len - len - 2;
        let salt_len = self.salt_len.map_or(len, usize::from).min(room);
        let salt: Vec<u8> = self.salt.iter().cycle().take(salt_len).copied().collect();
        let mut digest = hash(algorithm, &[MESSAGE]);
        edit(&mut digest, self.digest.as_ref().unwrap_or(&Vec::new()));
        let zeros = [self.zeros.unwrap_or(0); 8];
        let seed = hash(algorithm, &[&zeros, &digest, &salt]);
        let mut padding = vec![0; room - salt_len];
        edit(&mut padding, &self.padding.into_iter().collect());
        let mut block = [&padding[..], &[self.separator.unwrap_or(1)], &salt].concat();
        let mask = mgf1(self.mgf.map_or(algorithm, any_hash), &seed, block.len());
        block.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
        if !self.keeps_unused_bits {
            block[0] &= 0xff >> (8 * em_len - em_bits);
        }
        let front = vec![self.front.unwrap_or(0); bits.div_ceil(8) - em_len];
        let mut encoded = [&front[..], &block, &seed, &[self.trailer.unwrap_or(0xbc)]].concat();
        edit(&mut encoded, &self.edits);
        encoded
    }

    /// Returns whether nothing is wrong.
    pub fn is_right(&self) -> bool {
        let Self { salt_len, padding, separator, trailer, mgf, zeros, digest, front, .. } = self;
        let bytes = [salt_len, separator, trailer, mgf, zeros, front];
        let edits = padding.is_none() && digest.is_none() && self.edits.is_empty();
        edits && !self.keeps_unused_bits && bytes.iter().all(|byte| byte.is_none())
    }
}

fn mgf1(algorithm: Hash, seed: &[u8], len: usize) -> Vec<u8> {
    let blocks = (0_u32..).map(|counter| hash(algorithm, &[seed, &counter.to_be_bytes()]));
    let mut mask = blocks.take(len.div_ceil(algorithm.output_len())).collect::<Vec<_>>().concat();
    mask.truncate(len);
    mask
}
