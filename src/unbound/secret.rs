//! Shared secrets in base64: RFC 4648 §4 and §5.
//!
//! The time depends only on the length and the white space, as in [`base64url`].

use alloc::vec::Vec;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::base64url::{self, DecodeError};
use crate::error::{KeyError, SecretEncoding};
use crate::numbers::Secret;

/// Decodes a secret: padded or not, with or without line breaks.
pub(super) fn decode(encoding: SecretEncoding, text: &[u8]) -> Result<Secret, KeyError> {
    let mut symbols = Secret::new(Vec::with_capacity(text.len()));
    symbols.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()));
    if symbols.len().is_multiple_of(4) {
        // RFC 4648 §4: up to two of them complete the last four symbols.
        for _ in 0..2 {
            symbols.pop_if(|last| *last == b'=');
        }
    }
    let decoded = match encoding {
        SecretEncoding::Base64 => to_base64url(&mut symbols),
        SecretEncoding::Base64url => Ok(()),
    };
    decoded
        .and_then(|()| decode_exact(&symbols))
        .map_err(|error| KeyError::SecretEncoding { expected: encoding, error })
}

fn decode_exact(symbols: &[u8]) -> Result<Secret, DecodeError> {
    let length = symbols.len();
    let decoded_len = base64url::decoded_len(length).ok_or(DecodeError::InvalidLength { length })?;
    let mut bytes = Secret::new(alloc::vec![0; decoded_len]);
    base64url::decode_to_slice(symbols, &mut bytes)?;
    Ok(bytes)
}

/// Replaces `+` by `-` and `/` by `_`, which must not be present yet, without a branch on a symbol.
fn to_base64url(symbols: &mut [u8]) -> Result<(), DecodeError> {
    let mut foreign = Choice::from(0);
    for symbol in symbols {
        foreign |= symbol.ct_eq(&b'-') | symbol.ct_eq(&b'_');
        symbol.conditional_assign(&b'-', symbol.ct_eq(&b'+'));
        symbol.conditional_assign(&b'_', symbol.ct_eq(&b'/'));
    }
    if foreign.into() { Err(DecodeError::InvalidSymbol) } else { Ok(()) }
}
