//! The three parts of a token: RFC 7515 §7.1.

use alloc::vec::Vec;

use super::DEFAULT_MAX_HEADER_LENGTH;
use crate::base64url;
use crate::bytes;
use crate::error::{TokenPart, VerifyError};

/// The encoded parts of a token.
#[derive(Clone, Copy)]
pub(crate) struct Compact<'a> {
    /// Header, dot and payload: what is signed.
    pub(crate) signing_input: &'a str,
    pub(crate) header: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) signature: &'a str,
}

impl<'a> Compact<'a> {
    pub(crate) fn parse(token: &'a str, limit: usize) -> Result<Self, VerifyError> {
        if token.len() > limit {
            return Err(VerifyError::TooLong { length: token.len(), limit });
        }
        let parts = || {
            let (signing_input, signature) =
                bytes::split_around(token, bytes::last(token.as_bytes(), b'.')?)?;
            let (header, payload) =
                bytes::split_around(signing_input, bytes::first(signing_input.as_bytes(), b'.')?)?;
            // A loop over all bytes without an early exit, which a compiler vectorizes.
            let more = payload.bytes().fold(false, |found, byte| found | (byte == b'.'));
            (!more).then_some(Self { signing_input, header, payload, signature })
        };
        let compact = parts().ok_or_else(|| {
            // The dots are counted and the token is not split, so that a token of nothing but dots is rejected as fast
            // as any other.
            let dots = token.bytes().filter(|byte| *byte == b'.').count();
            VerifyError::SegmentCount { found: dots.saturating_add(1) }
        })?;
        check_header_length(limit, compact.header)?;
        Ok(compact)
    }
}

/// Checks that a header is short enough to be read, in a token of up to `max_length` bytes.
pub(crate) fn check_header_length(max_length: usize, header: &str) -> Result<(), VerifyError> {
    let (length, limit) = (header.len(), DEFAULT_MAX_HEADER_LENGTH.max(max_length / 2));
    if length <= limit { Ok(()) } else { Err(VerifyError::HeaderTooLong { length, limit }) }
}

/// Decodes a part.
pub(crate) fn decoded(part: TokenPart, text: &str) -> Result<Vec<u8>, VerifyError> {
    base64url::decode(text).map_err(|error| VerifyError::Base64 { part, error })
}

/// A buffer that a part is decoded into.
pub(crate) trait Buffer {
    fn decode(&mut self, part: TokenPart, text: &str) -> Result<&[u8], VerifyError>;
}

impl Buffer for Vec<u8> {
    fn decode(&mut self, part: TokenPart, text: &str) -> Result<&[u8], VerifyError> {
        match base64url::decode_to_vec(text.as_bytes(), self) {
            Ok(()) => Ok(self),
            Err(error) => Err(VerifyError::Base64 { part, error }),
        }
    }
}

/// A buffer on the stack for up to `N` bytes, and on the heap for more.
pub(crate) struct Stack<const N: usize> {
    stack: [u8; N],
    heap: Vec<u8>,
}

impl<const N: usize> Stack<N> {
    pub(crate) const fn new() -> Self {
        Self { stack: [0; N], heap: Vec::new() }
    }
}

impl<const N: usize> Buffer for Stack<N> {
    fn decode(&mut self, part: TokenPart, text: &str) -> Result<&[u8], VerifyError> {
        match base64url::decoded_len(text.len()) {
            Some(length) if length <= N => base64url::decode_to_slice(text.as_bytes(), &mut self.stack)
                .map(|bytes| &*bytes)
                .map_err(|error| VerifyError::Base64 { part, error }),
            _ => self.heap.decode(part, text),
        }
    }
}
