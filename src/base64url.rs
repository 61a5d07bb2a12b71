//! base64url without padding: RFC 7515 §2, RFC 4648 §5.
//!
//! Strict and canonical: no padding, no white space, no `+` or `/`, and the unused bits of the last
//! symbol must be zero, so that each byte string has exactly one encoding.
//!
//! The time taken depends only on the length of the input, never on its content, so secrets may be encoded and
//! decoded: no table is indexed by a symbol and no branch depends on one. A compiler can also turn arithmetic on whole
//! arrays into vector instructions.
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

/// Why a text is not canonical base64url. It contains no part of the text, which may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The length of the text is one more than a multiple of four, and no byte string encodes to that many symbols.
    InvalidLength {
        /// Length of the text in bytes.
        length: usize,
    },
    /// A symbol is not one of `A`–`Z`, `a`–`z`, `0`–`9`, `-` and `_`. Padding and white space are invalid too.
    InvalidSymbol,
    /// The unused bits of the last symbol are not zero.
    TrailingBits,
    /// The output slice is too small.
    OutputTooSmall {
        /// Length of the decoded value in bytes.
        needed: usize,
        /// Length of the slice in bytes.
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

/// Returns the number of symbols that `length` bytes encode to.
#[must_use]
#[expect(clippy::arithmetic_side_effects, reason = "a remainder is small")]
pub const fn encoded_len(length: usize) -> usize {
    let tail = match length % 3 {
        0 => 0,
        rest => rest + 1,
    };
    (length / 3).saturating_mul(4).saturating_add(tail)
}

/// Returns the number of bytes that `length` symbols decode to, or `None` if no value has that many symbols.
#[must_use]
#[expect(clippy::arithmetic_side_effects, reason = "three quarters of a length")]
pub const fn decoded_len(length: usize) -> Option<usize> {
    let tail = match length % 4 {
        0 => 0,
        1 => return None,
        rest => rest - 1,
    };
    Some(length / 4 * 3 + tail)
}

/// Encodes `input`.
#[must_use]
pub fn encode(input: impl AsRef<[u8]>) -> String {
    let mut output = Vec::new();
    append(input.as_ref(), &mut output);
    String::from_utf8(output).expect("every symbol is ASCII")
}

/// Encodes `input` at the start of `output` and returns the part that was written. Returns `None`, and writes nothing,
/// if `output` is shorter than [`encoded_len`].
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

/// Appends the encoding of `input`, which is ASCII, to `output`.
pub(crate) fn append(input: &[u8], output: &mut Vec<u8>) {
    let start = output.len();
    output.resize(start.saturating_add(encoded_len(input.len())), 0);
    if let Some(tail) = output.get_mut(start..) {
        encode_exact(input, tail);
    }
}

/// Decodes `input`, which is ASCII text.
///
/// # Errors
/// [`DecodeError::InvalidLength`], [`DecodeError::InvalidSymbol`], [`DecodeError::TrailingBits`].
pub fn decode(input: impl AsRef<[u8]>) -> Result<Vec<u8>, DecodeError> {
    let mut output = Vec::new();
    decode_to_vec(input.as_ref(), &mut output)?;
    Ok(output)
}

/// Decodes `input` into `output`, whose former content is removed and whose capacity is reused. After an error
/// `output` is empty.
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

/// Decodes `input` at the start of `output` and returns the part that was written. After an error `output` holds no
/// part of the value.
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

/// Size of a block, in bytes and in symbols. A compiler turns loops of a known length over whole arrays into vector
/// instructions.
const BYTES: usize = 12;
const SYMBOLS: usize = 16;

/// Encodes into an `output` of exactly [`encoded_len`] bytes.
fn encode_exact(input: &[u8], output: &mut [u8]) {
    let (blocks, rest) = input.as_chunks::<BYTES>();
    let (targets, target) = output.as_chunks_mut::<SYMBOLS>();
    for (block, symbols) in blocks.iter().zip(targets) {
        let halves = [block.first_chunk(), block.last_chunk()];
        let [first, second] = halves.map(|half| half.map_or(0, |bytes| u64::from_be_bytes(*bytes)));
        *symbols = encode_block([first >> 16, second]);
    }
    if rest.is_empty() {
        return;
    }
    // Zero bits fill up the last symbol (RFC 4648 §3.5); those beyond it are not written.
    let bits = last_bytes(input, rest).swap_bytes();
    let symbols = encode_block([(bits >> 80) as u64, (bits >> 32) as u64]);
    if let Some(symbols) = symbols.get(..target.len()) {
        target.copy_from_slice(symbols);
    }
}

/// Decodes into an `output` of exactly [`decoded_len`] bytes.
fn decode_exact(input: &[u8], output: &mut [u8]) -> Result<(), DecodeError> {
    let mut invalid = [0; SYMBOLS];
    let (blocks, rest) = input.as_chunks::<SYMBOLS>();
    let (targets, target) = output.as_chunks_mut::<BYTES>();
    for (block, bytes) in blocks.iter().zip(targets) {
        let [first, second] = decode_block(block, &mut invalid);
        let [a, b, c, d, e, f, g, h] = (first << 16 | second >> 32).to_be_bytes();
        let [i, j, k, l] = (second as u32).to_be_bytes();
        *bytes = [a, b, c, d, e, f, g, h, i, j, k, l];
    }
    let trailing = if rest.is_empty() { 0 } else { decode_rest(input, rest, target, &mut invalid) };

    if u128::from_ne_bytes(invalid) != 0 {
        Err(DecodeError::InvalidSymbol)
    } else if trailing != 0 {
        Err(DecodeError::TrailingBits)
    } else {
        Ok(())
    }
}

/// Returns `rest`, the end of `whole` and shorter than sixteen bytes, as an integer: its first byte is the lowest, and
/// the bytes above its last are zero.
#[inline(always)]
fn last_bytes(whole: &[u8], rest: &[u8]) -> u128 {
    match whole.last_chunk() {
        // One load, and a shift whose distance depends only on the length.
        Some(end) => u128::from_le_bytes(*end).unbounded_shr(u128::BITS.wrapping_sub(bits_of(rest))),
        None => rest.iter().rev().fold(0, |word, byte| word << 8 | u128::from(*byte)),
    }
}

#[inline(always)]
const fn bits_of(bytes: &[u8]) -> u32 {
    (bytes.len() as u32).wrapping_mul(8)
}

/// Decodes less than a block. Returns the bits of the next, incomplete byte.
#[inline]
fn decode_rest(input: &[u8], rest: &[u8], target: &mut [u8], invalid: &mut [u8; SYMBOLS]) -> u8 {
    // `A` encodes zero, so filling the block with it adds neither bits nor errors.
    let missing = u128::from_ne_bytes([b'A'; SYMBOLS]).unbounded_shl(bits_of(rest));
    let block = last_bytes(input, rest) | missing;
    let [first, second] = decode_block(&block.to_le_bytes(), invalid).map(u128::from);
    let bits = (first << 80 | second << 32).to_be_bytes();
    let (bytes, trailing) = bits.split_at_checked(target.len()).expect("a block is at most twelve bytes");
    target.copy_from_slice(bytes);
    trailing.first().copied().unwrap_or(0)
}

/// Encodes twice 48 bits and ignores the bits above them.
#[inline(always)]
fn encode_block(halves: [u64; 2]) -> [u8; SYMBOLS] {
    let [first, second] = halves.map(|bits| u128::from(spread(bits)));
    let mut symbols = (second << 64 | first).to_le_bytes();
    for symbol in &mut symbols {
        *symbol = symbol_of(*symbol);
    }
    symbols
}

/// Decodes sixteen symbols to twice 48 bits. Sets the byte of `invalid` for each byte that is not a symbol.
#[inline(always)]
fn decode_block(symbols: &[u8; SYMBOLS], invalid: &mut [u8; SYMBOLS]) -> [u64; 2] {
    let mut values = [0; SYMBOLS];
    for ((value, invalid), symbol) in values.iter_mut().zip(invalid).zip(symbols) {
        let is_none;
        (*value, is_none) = value_of(*symbol);
        *invalid |= is_none;
    }
    let values = u128::from_le_bytes(values);
    [gather(values as u64), gather((values >> 64) as u64)]
}

/// Masks for every second of eight values, and of four joined ones.
const SIX: u64 = 0x003f_003f_003f_003f;
const TWELVE: u64 = 0x0000_0fff_0000_0fff;

/// Joins eight values of six bits, the first in the lowest byte, to 48 bits with the first highest. Neighbours are
/// joined three times.
#[inline(always)]
const fn gather(values: u64) -> u64 {
    let pairs = (values & SIX) << 6 | values >> 8 & SIX;
    let fours = (pairs & TWELVE) << 12 | pairs >> 16 & TWELVE;
    (fours & 0xff_ffff) << 24 | fours >> 32
}

/// The inverse of [`gather`]. Ignores bits above the 48.
#[inline(always)]
const fn spread(bits: u64) -> u64 {
    let fours = bits >> 24 & 0xff_ffff | (bits & 0xff_ffff) << 32;
    let pairs = fours >> 12 & TWELVE | (fours & TWELVE) << 16;
    pairs >> 6 & SIX | (pairs & SIX) << 8
}

/// Returns all ones if `condition` is true, else zero.
#[inline(always)]
const fn mask(condition: bool) -> u8 {
    0_u8.wrapping_sub(condition as u8)
}

/// Returns all ones if `value` is above `bound`, else zero; both are below 64. It does not compare, since a compiler
/// may turn a comparison into a branch in code that is not vectorized.
#[inline(always)]
const fn above(value: u8, bound: u8) -> u8 {
    (value.wrapping_add(127_u8.wrapping_sub(bound)).cast_signed() >> 7).cast_unsigned()
}

/// Returns the symbol of a value. The five ranges of the alphabet (RFC 4648 §5, table 2) differ in the offset that is
/// added, so each range boundary below the value changes the offset once.
#[inline(always)]
const fn symbol_of(value: u8) -> u8 {
    value
        .wrapping_add(b'A')
        .wrapping_add(above(value, 25) & 6)
        .wrapping_sub(above(value, 51) & 75)
        .wrapping_sub(above(value, 61) & 13)
        .wrapping_add(above(value, 62) & 49)
}

/// Returns the value of a symbol, and all ones if it is not a symbol.
#[inline(always)]
const fn value_of(symbol: u8) -> (u8, u8) {
    let digit = mask(symbol.wrapping_sub(b'0') < 10);
    let minus = mask(symbol == b'-');
    let line = mask(symbol == b'_');
    // Upper and lower case differ in one bit.
    let letter = mask((symbol | 0x20).wrapping_sub(b'a') < 26);
    // Of the symbols, only lower-case letters are above `_`.
    let lower = mask(symbol.cast_signed() > b'_'.cast_signed());
    let offset = letter & (b'A' | lower & (b'a' - 26 - b'A'))
        | digit & b'0'.wrapping_sub(52)
        | minus & b'-'.wrapping_sub(62)
        | line & (b'_' - 63);
    // No range has an offset of zero.
    (symbol.wrapping_sub(offset), mask(offset == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    #[test]
    fn every_symbol_and_no_other_byte_has_a_value() {
        for (value, symbol) in (0..).zip(ALPHABET) {
            assert_eq!(symbol_of(value), *symbol);
            assert_eq!(value_of(*symbol), (value, 0));
        }
        for byte in 0..=255 {
            assert_eq!(value_of(byte).1, mask(!ALPHABET.contains(&byte)), "{byte}");
        }
    }

    /// Encodes as RFC 4648 §4 describes: six bits after six bits, then zeros.
    fn bit_by_bit(input: &[u8]) -> String {
        let bits: Vec<_> =
            input.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
        let value = |six: &[u8]| (0..6).fold(0, |value, bit| value << 1 | six.get(bit).copied().unwrap_or(0));
        bits.chunks(6).map(|six| char::from(ALPHABET[usize::from(value(six))])).collect()
    }

    #[test]
    fn encodes_every_length_as_the_bit_by_bit_encoder() {
        for length in 0..=64 {
            let input: Vec<_> =
                (0..length).map(|index: u8| index.wrapping_mul(167).wrapping_add(length)).collect();
            let encoded = bit_by_bit(&input);
            assert_eq!(encode(&input), encoded);
            assert_eq!(decode(&encoded), Ok(input));
        }
    }

    #[test]
    fn encodes_into_a_slice_that_has_room_and_writes_nothing_into_a_shorter_one() {
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
