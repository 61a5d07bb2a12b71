//! The five parts of a token: RFC 7516 §7.1.

use alloc::string::String;
use alloc::vec::Vec;

use super::content::{Failed, MessageKey, Tag};
use super::header::Header;
use super::key::random;
use super::{EncryptingKey, Plaintext};
use crate::base64url;
use crate::bytes;
use crate::content_encryption::ContentEncryption;
use crate::error::{EncryptError, VerifyError};
use crate::jws::check_header_length;

/// The parts of a token, not decoded.
#[derive(Clone, Copy)]
pub(super) struct Compact<'a> {
    pub(super) header: &'a str,
    pub(super) encrypted_key: &'a str,
    pub(super) iv: &'a str,
    pub(super) ciphertext: &'a str,
    pub(super) tag: &'a str,
}

impl<'a> Compact<'a> {
    pub(super) fn parse(token: &'a str, limit: usize) -> Result<Self, VerifyError> {
        if token.len() > limit {
            return Err(VerifyError::TooLong { length: token.len(), limit });
        }
        let first = |text: &'a str| bytes::split_around(text, bytes::first(text.as_bytes(), b'.')?);
        let parts = || {
            let (rest, tag) = bytes::split_around(token, bytes::last(token.as_bytes(), b'.')?)?;
            let (header, rest) = first(rest)?;
            let (encrypted_key, rest) = first(rest)?;
            let (iv, ciphertext) = first(rest)?;
            // A loop over all bytes without an early exit, which a compiler vectorizes.
            let more = ciphertext.bytes().fold(false, |found, byte| found | (byte == b'.'));
            (!more).then_some(Self { header, encrypted_key, iv, ciphertext, tag })
        };
        let compact = parts().ok_or_else(|| {
            let dots = token.bytes().filter(|byte| *byte == b'.').count();
            VerifyError::SegmentCount { found: dots.saturating_add(1) }
        })?;
        check_header_length(limit, compact.header)?;
        Ok(compact)
    }
}

/// An encrypted content.
pub(super) struct Sealed {
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Tag,
}

/// Encrypts `content` under a new initialization vector.
pub(super) fn seal(
    encryption: ContentEncryption,
    key: &MessageKey<'_>,
    aad: &[u8],
    content: &[u8],
) -> Result<Sealed, EncryptError> {
    let mut iv = alloc::vec![0; encryption.iv_len()];
    random(&mut iv).map_err(|_| EncryptError::Randomness)?;
    // A reallocation for the padding would leave a copy of the content in memory.
    let mut buffer = Plaintext::new(Vec::with_capacity(content.len().saturating_add(16)));
    buffer.as_mut_vec().extend_from_slice(content);
    let tag = key.encrypt(&iv, aad, buffer.as_mut_vec()).map_err(|_: Failed| EncryptError::Backend)?;
    Ok(Sealed { iv, ciphertext: buffer.take(), tag })
}

/// RFC 7516 §5.1.
pub(super) fn encrypt(
    key: &EncryptingKey,
    mut header: Header,
    content: &[u8],
) -> Result<String, EncryptError> {
    key.check_header(&header)?;
    let established = key.establish(header.enc(), header.take_parameters())?;
    header.set_parameters(established.wrapped.parameters);
    let mut token = Vec::new();
    base64url::append(header.to_json().as_bytes(), &mut token);
    let sealed = seal(header.enc(), &established.key, &token, content)?;
    for part in [&established.wrapped.encrypted_key, &sealed.iv, &sealed.ciphertext, sealed.tag.as_ref()] {
        token.push(b'.');
        base64url::append(part, &mut token);
    }
    Ok(String::from_utf8(token).expect("base64url and dots are ASCII"))
}
