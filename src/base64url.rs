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

/// Bytes and symbols that go through the vectorizable loops at a time.
const BLOCK_BYTES: usize = 48;
const BLOCK_SYMBOLS: usize = 64;

/// `output` has exactly [`encoded_len`] bytes.
fn encode_exact(input: &[u8], output: &mut [u8]) {
    let mut blocks = input.chunks_exact(BLOCK_BYTES);
    let mut targets = output.chunks_exact_mut(BLOCK_SYMBOLS);
    for (block, target) in blocks.by_ref().zip(targets.by_ref()) {
        encode_chunks(block, target);
    }
    let target = targets.into_remainder();
    let rest = blocks.remainder();
    encode_chunks(rest, target);
    // One or two bytes are left: their symbols are the first of a group padded with zero bits.
    let tail = rest.chunks_exact(3).remainder();
    let last = target.chunks_exact_mut(4).into_remainder();
    if !tail.is_empty() {
        let mut group = [0; 3];
        group.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
        let mut symbols = [0; 4];
        encode_chunks(&group, &mut symbols);
        last.iter_mut().zip(symbols).for_each(|(to, from)| *to = from);
    }
}

/// Whole groups: three bytes to four symbols.
#[inline(always)]
fn encode_chunks(input: &[u8], output: &mut [u8]) {
    for (bytes, symbols) in input.chunks_exact(3).zip(output.chunks_exact_mut(4)) {
        if let (&[a, b, c], [w, x, y, z]) = (bytes, symbols) {
            *w = a >> 2;
            *x = (a << 4 | b >> 4) & 63;
            *y = (b << 2 | c >> 6) & 63;
            *z = c & 63;
        }
    }
    for symbol in output {
        *symbol = symbol_of(*symbol);
    }
}

/// `output` has exactly [`decoded_len`] bytes.
fn decode_exact(input: &[u8], output: &mut [u8]) -> Result<(), DecodeError> {
    let mut invalid = 0;
    let mut blocks = input.chunks_exact(BLOCK_SYMBOLS);
    let mut targets = output.chunks_exact_mut(BLOCK_BYTES);
    for (block, target) in blocks.by_ref().zip(targets.by_ref()) {
        let mut values = [0; BLOCK_SYMBOLS];
        for (value, symbol) in values.iter_mut().zip(block) {
            let (decoded, bad) = value_of(*symbol);
            *value = decoded;
            invalid |= bad;
        }
        pack(&values, target);
    }
    let target = targets.into_remainder();
    // `A` stands for zero, so what is missing to a whole group adds neither bits nor errors.
    let mut symbols = [b'A'; BLOCK_SYMBOLS];
    symbols.iter_mut().zip(blocks.remainder()).for_each(|(to, from)| *to = *from);
    let mut values = [0; BLOCK_SYMBOLS];
    for (value, symbol) in values.iter_mut().zip(symbols) {
        let (decoded, bad) = value_of(symbol);
        *value = decoded;
        invalid |= bad;
    }
    let mut bytes = [0; BLOCK_BYTES];
    pack(&values, &mut bytes);
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

/// Whole groups: four values of six bits to three bytes.
#[inline(always)]
fn pack(values: &[u8], output: &mut [u8]) {
    for (values, bytes) in values.chunks_exact(4).zip(output.chunks_exact_mut(3)) {
        if let (&[w, x, y, z], [a, b, c]) = (values, bytes) {
            *a = w << 2 | x >> 4;
            *b = x << 4 | y >> 2;
            *c = y << 6 | z;
        }
    }
}

/// All ones where `a < b`, else zero, for `a` and `b` below 128: the sign of the difference.
#[inline(always)]
const fn below(a: u8, b: u8) -> u8 {
    0_u8.wrapping_sub(a.wrapping_sub(b) >> 7)
}

/// The symbol of a value below 64. The five runs of the alphabet (RFC 4648 §5, table 2) differ in
/// what is added, so each boundary that lies at or below the value changes the sum once.
#[inline(always)]
const fn symbol_of(value: u8) -> u8 {
    value
        .wrapping_add(b'A')
        .wrapping_add(below(25, value) & 6)
        .wrapping_sub(below(51, value) & 75)
        .wrapping_sub(below(61, value) & 13)
        .wrapping_add(below(62, value) & 49)
}

/// The value of a symbol, and a non-zero byte where it is none.
#[inline(always)]
const fn value_of(symbol: u8) -> (u8, u8) {
    // `below` compares seven bits; the eighth is an error of its own.
    let low = symbol & 0x7f;
    let upper = within(low, b'A', b'Z');
    let lower = within(low, b'a', b'z');
    let digit = within(low, b'0', b'9');
    let minus = within(low, b'-', b'-');
    let line = within(low, b'_', b'_');
    let value = (upper & low.wrapping_sub(b'A'))
        | (lower & low.wrapping_sub(b'a' - 26))
        | (digit & low.wrapping_add(52 - b'0'))
        | (minus & 62)
        | (line & 63);
    let invalid = !(upper | lower | digit | minus | line) | (symbol & 0x80);
    (value, invalid)
}

/// All ones where `first <= value <= last`, else zero, for arguments below 128.
#[inline(always)]
const fn within(value: u8, first: u8, last: u8) -> u8 {
    !(below(value, first) | below(last, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_and_no_other_byte_has_a_value() {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (value, symbol) in (0..).zip(ALPHABET) {
            assert_eq!(symbol_of(value), *symbol);
            assert_eq!(value_of(*symbol), (value, 0));
        }
        for byte in 0..=255 {
            assert_eq!(value_of(byte).1 == 0, ALPHABET.contains(&byte), "{byte}");
        }
    }
}
