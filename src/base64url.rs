//! base64url without padding: RFC 7515 §2, RFC 4648 §5.
//!
//! Strict and canonical: no padding, no white space, no `+` or `/`, and the unused bits of the last
//! symbol must be zero, so that each byte string has exactly one encoding.
//!
//! The time taken depends on the length of the input alone, never on its content, so secrets may
//! pass: no table is looked up and no branch is taken on a symbol. Arithmetic on whole arrays is
//! also what a compiler can turn into vector instructions.
//!
//! ```
//! use jotwell::base64url;
//!
//! assert_eq!(base64url::encode(b"jot"), "am90");
//! assert_eq!(base64url::decode("am90")?, b"jot");
//! assert_eq!(base64url::decode("am90=="), Err(base64url::DecodeError::InvalidSymbol));
//! # Ok::<(), base64url::DecodeError>(())
//! ```

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Why a text is not canonical base64url. It carries no piece of the text, which may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// No byte string encodes to this many symbols: one more than a multiple of four.
    InvalidLength {
        /// Length of the text in bytes.
        length: usize,
    },
    /// A symbol outside `A`–`Z`, `a`–`z`, `0`–`9`, `-` and `_`: padding and white space as well.
    InvalidSymbol,
    /// The bits of the last symbol that encode nothing are not zero.
    TrailingBits,
    /// The output slice is too small.
    OutputTooSmall {
        /// Bytes that the decoded value has.
        needed: usize,
        /// Bytes that the slice has.
        available: usize,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidLength { length } => write!(f, "no value encodes to {length} base64url symbols"),
            Self::InvalidSymbol => f.write_str("a symbol is outside the base64url alphabet"),
            Self::TrailingBits => f.write_str("the last base64url symbol has bits set that encode nothing"),
            Self::OutputTooSmall { needed, available } => {
                write!(f, "the decoded value has {needed} bytes, the output slice {available}")
            }
        }
    }
}

impl core::error::Error for DecodeError {}

/// Number of symbols that `length` bytes encode to.
#[must_use]
pub const fn encoded_len(length: usize) -> usize {
    let tail = match length % 3 {
        0 => 0,
        rest => rest.wrapping_add(1),
    };
    (length / 3).saturating_mul(4).saturating_add(tail)
}

/// Number of bytes that `length` symbols decode to, or `None` where no value has that many symbols.
#[must_use]
pub const fn decoded_len(length: usize) -> Option<usize> {
    let tail = match length % 4 {
        0 => 0,
        1 => return None,
        rest => rest.wrapping_sub(1),
    };
    // Cannot overflow: three quarters of a length.
    Some((length / 4).wrapping_mul(3).wrapping_add(tail))
}

/// Encodes `input`.
#[must_use]
pub fn encode(input: impl AsRef<[u8]>) -> String {
    let mut output = Vec::new();
    append(input.as_ref(), &mut output);
    String::from_utf8(output).expect("every symbol is ASCII")
}

/// Encodes `input` at the start of `output` and returns the part that was written, or `None`, with
/// nothing written, where `output` is shorter than [`encoded_len`].
///
/// ```
/// let mut output = [0; 8];
/// assert_eq!(jotwell::base64url::encode_to_slice(b"jot", &mut output), Some("am90"));
/// assert_eq!(jotwell::base64url::encode_to_slice(b"jotwell", &mut output), None);
/// ```
#[must_use]
pub fn encode_to_slice<'a>(input: &[u8], output: &'a mut [u8]) -> Option<&'a str> {
    let output = output.get_mut(..encoded_len(input.len()))?;
    encode_exact(input, output);
    core::str::from_utf8(output).ok()
}

/// Appends the encoding of `input` to `output`: ASCII only.
pub(crate) fn append(input: &[u8], output: &mut Vec<u8>) {
    let start = output.len();
    output.resize(start.saturating_add(encoded_len(input.len())), 0);
    if let Some(tail) = output.get_mut(start..) {
        encode_exact(input, tail);
    }
}

/// Decodes `input`, a text in ASCII.
///
/// # Errors
/// [`DecodeError::InvalidLength`], [`DecodeError::InvalidSymbol`], [`DecodeError::TrailingBits`].
pub fn decode(input: impl AsRef<[u8]>) -> Result<Vec<u8>, DecodeError> {
    let mut output = Vec::new();
    decode_to_vec(input.as_ref(), &mut output)?;
    Ok(output)
}

/// Decodes `input` into `output`, whose former content goes and whose capacity is used again.
/// After an error `output` is empty.
///
/// # Errors
/// As [`decode`].
pub fn decode_to_vec(input: &[u8], output: &mut Vec<u8>) -> Result<(), DecodeError> {
    output.clear();
    let needed = checked_len(input)?;
    output.resize(needed, 0);
    let decoded = decode_exact(input, output);
    if decoded.is_err() {
        output.clear();
    }
    decoded
}

/// Decodes `input` at the start of `output` and returns the part that was written. After an error
/// `output` holds nothing of the value.
///
/// ```
/// let mut output = [0; 3];
/// assert_eq!(jotwell::base64url::decode_to_slice(b"am90", &mut output)?, b"jot");
/// # Ok::<(), jotwell::base64url::DecodeError>(())
/// ```
///
/// # Errors
/// As [`decode`], and [`DecodeError::OutputTooSmall`].
pub fn decode_to_slice<'a>(input: &[u8], output: &'a mut [u8]) -> Result<&'a mut [u8], DecodeError> {
    let needed = checked_len(input)?;
    let available = output.len();
    let output = output.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed, available })?;
    match decode_exact(input, output) {
        Ok(()) => Ok(output),
        Err(error) => {
            output.fill(0);
            Err(error)
        }
    }
}

fn checked_len(input: &[u8]) -> Result<usize, DecodeError> {
    decoded_len(input.len()).ok_or(DecodeError::InvalidLength { length: input.len() })
}

/// What goes through the loops at a time, as bytes and as symbols: loops of a known length over
/// whole arrays are what a compiler turns into vector instructions.
const BYTES: usize = 48;
const SYMBOLS: usize = 64;

/// `output` has exactly [`encoded_len`] bytes.
fn encode_exact(input: &[u8], output: &mut [u8]) {
    let (blocks, rest) = input.as_chunks::<BYTES>();
    let (targets, target) = output.as_chunks_mut::<SYMBOLS>();
    for (block, symbols) in blocks.iter().zip(targets) {
        *symbols = encode_block(block);
    }
    // Zero bits fill up the last symbol (RFC 4648 §3.5); those beyond it are not copied.
    let mut block = [0; BYTES];
    block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    target.iter_mut().zip(encode_block(&block)).for_each(|(to, from)| *to = from);
}

/// `output` has exactly [`decoded_len`] bytes.
fn decode_exact(input: &[u8], output: &mut [u8]) -> Result<(), DecodeError> {
    let mut invalid = 0;
    let (blocks, rest) = input.as_chunks::<SYMBOLS>();
    let (targets, target) = output.as_chunks_mut::<BYTES>();
    for (block, bytes) in blocks.iter().zip(targets) {
        decode_block(block, bytes, &mut invalid);
    }
    // `A` stands for zero, so what is missing to a whole block adds neither bits nor errors.
    let mut block = [b'A'; SYMBOLS];
    block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let mut bytes = [0; BYTES];
    decode_block(&block, &mut bytes, &mut invalid);
    target.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    // Bits past the last whole byte would have become the next one: RFC 4648 §3.5.
    let trailing = bytes.get(target.len()).copied().unwrap_or(0);

    if invalid != 0 {
        Err(DecodeError::InvalidSymbol)
    } else if trailing != 0 {
        Err(DecodeError::TrailingBits)
    } else {
        Ok(())
    }
}

#[inline(always)]
fn encode_block(bytes: &[u8; BYTES]) -> [u8; SYMBOLS] {
    let mut groups = [0; SYMBOLS / 8];
    for (group, &[a, b, c, d, e, f]) in groups.iter_mut().zip(bytes.as_chunks().0) {
        *group = spread(u64::from_be_bytes([0, 0, a, b, c, d, e, f]));
    }
    let mut symbols = [0; SYMBOLS];
    for (eight, group) in symbols.as_chunks_mut().0.iter_mut().zip(groups) {
        *eight = symbols_of(group).to_le_bytes();
    }
    symbols
}

/// Sets a bit of `invalid` where a symbol is none.
#[inline(always)]
fn decode_block(symbols: &[u8; SYMBOLS], bytes: &mut [u8; BYTES], invalid: &mut u8) {
    let (mut values, mut bad) = ([0; SYMBOLS], [0; SYMBOLS]);
    for ((value, bad), symbol) in values.iter_mut().zip(&mut bad).zip(symbols) {
        (*value, *bad) = value_of(*symbol);
    }
    *invalid |= bad.iter().fold(0, |all, bad| all | bad);
    let mut groups = [0; SYMBOLS / 8];
    for (group, values) in groups.iter_mut().zip(values.as_chunks().0) {
        *group = u64::from_le_bytes(*values);
    }
    gather(&mut groups);
    for (index, group) in groups.iter().enumerate() {
        let group = group.to_be_bytes();
        // Two bytes too many where there is room: the next group overwrites them.
        let start = index.wrapping_mul(6);
        if let Some(target) = bytes.get_mut(start..).and_then(<[u8]>::first_chunk_mut) {
            *target = group;
        } else if let Some(target) = bytes.get_mut(start..).and_then(<[u8]>::first_chunk_mut::<6>) {
            let [six @ .., _, _] = group;
            *target = six;
        }
    }
}

/// Every second of eight values, and of four joined ones.
const SIX: u64 = 0x003f_003f_003f_003f;
const TWELVE: u64 = 0x0000_0fff_0000_0fff;

/// In each group, eight values of six bits, the first in the lowest byte, to one of 48 bits on top, the
/// first highest: neighbours are joined three times.
///
/// On its own the loop becomes vector instructions; inlined, it was seen to be taken apart again.
#[inline(never)]
fn gather(groups: &mut [u64; SYMBOLS / 8]) {
    for group in groups {
        let values = *group;
        let pairs = (values & SIX) << 6 | values >> 8 & SIX;
        let fours = (pairs & TWELVE) << 12 | pairs >> 16 & TWELVE;
        *group = fours << 40 | fours >> 16 & 0xff_ffff_0000;
    }
}

/// The inverse of [`gather`], for bits that are not on top.
#[inline(always)]
const fn spread(bits: u64) -> u64 {
    let fours = bits >> 24 & 0xff_ffff | (bits & 0xff_ffff) << 32;
    let pairs = fours >> 12 & TWELVE | (fours & TWELVE) << 16;
    pairs >> 6 & SIX | (pairs & SIX) << 8
}

/// All ones where `condition` holds, else zero.
#[inline(always)]
const fn mask(condition: bool) -> u8 {
    0_u8.wrapping_sub(condition as u8)
}

/// The symbols of eight values below 64. The five runs of the alphabet (RFC 4648 §5, table 2) differ in
/// what is added, so each boundary that lies below a value changes its sum once.
///
/// Eight at a time also where nothing is a vector: a comparison of a single byte becomes a branch there.
#[inline(always)]
const fn symbols_of(values: u64) -> u64 {
    values
        .wrapping_add(each(b'A'))
        .wrapping_add(above(values, 25) & each(6))
        .wrapping_sub(above(values, 51) & each(75))
        .wrapping_sub(above(values, 61) & each(13))
        .wrapping_add(above(values, 62) & each(49))
}

/// Seven ones in each byte that is above `bound`, else zero. All are below 128, so nothing is carried
/// from one to the next.
#[inline(always)]
const fn above(values: u64, bound: u8) -> u64 {
    let high = values.wrapping_add(each(127_u8.wrapping_sub(bound))) & each(128);
    high.wrapping_sub(high >> 7)
}

/// Eight times that byte.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The value of a symbol, and a non-zero byte where it is none.
#[inline(always)]
const fn value_of(symbol: u8) -> (u8, u8) {
    let upper = mask(symbol.wrapping_sub(b'A') < 26);
    let lower = mask(symbol.wrapping_sub(b'a') < 26);
    let digit = mask(symbol.wrapping_sub(b'0') < 10);
    let minus = mask(symbol == b'-');
    let line = mask(symbol == b'_');
    let offset = upper & b'A'
        | lower & (b'a' - 26)
        | digit & b'0'.wrapping_sub(52)
        | minus & b'-'.wrapping_sub(62)
        | line & (b'_' - 63);
    (symbol.wrapping_sub(offset), !(upper | lower | digit | minus | line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_and_no_other_byte_has_a_value() {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (value, symbol) in (0..).zip(ALPHABET) {
            assert_eq!(symbols_of(each(value)), each(*symbol));
            assert_eq!(value_of(*symbol), (value, 0));
        }
        for byte in 0..=255 {
            assert_eq!(value_of(byte).1 == 0, ALPHABET.contains(&byte), "{byte}");
        }
    }

    #[test]
    fn encodes_into_a_slice_that_has_room_and_writes_nothing_into_one_that_has_not() {
        let input: alloc::vec::Vec<u8> = (0..=255).collect();
        for length in 0..=input.len() {
            let input = &input[..length];
            let (needed, encoded) = (encoded_len(length), encode(input));
            let mut output = alloc::vec![b'.'; needed + 1];
            assert_eq!(encode_to_slice(input, &mut output), Some(&*encoded));
            assert_eq!(output[needed], b'.', "{length}");
            if let Some(short) = needed.checked_sub(1) {
                let mut output = alloc::vec![b'.'; short];
                assert_eq!(encode_to_slice(input, &mut output), None);
                assert!(output.iter().all(|byte| *byte == b'.'), "{length}");
            }
        }
    }
}
