//! Content encryption: RFC 7518 §5. A key for one algorithm, and the two operations.

mod cbc_hmac;
mod gcm;
#[cfg(all(test, feature = "std"))]
pub(super) mod tests;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Deref;

use self::cbc_hmac::CbcHmac;
pub(super) use self::gcm::Gcm;
use crate::backend::Backend;
use crate::content_encryption::{Cipher, ContentEncryption};

/// Any failure with a key or a tag. It has no details, so that failures cannot be distinguished.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Failed;

/// The maximum length of a tag: that of A256CBC-HS512.
pub(super) const MAX_TAG: usize = 32;

/// The maximum length of an initialization vector: that of AES-CBC.
pub(super) const MAX_IV: usize = 16;

/// An authentication tag.
pub(super) struct Tag {
    bytes: [u8; MAX_TAG],
    len: usize,
}

impl Tag {
    pub(super) fn new(tag: &[u8]) -> Self {
        let mut bytes = [0; MAX_TAG];
        let len = tag.len().min(MAX_TAG);
        for (to, from) in bytes.iter_mut().zip(tag) {
            *to = *from;
        }
        Self { bytes, len }
    }
}

impl AsRef<[u8]> for Tag {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// A content encryption key, ready for use. It is wiped when it is dropped.
pub(super) enum ContentKey {
    Gcm(Gcm),
    CbcHmac(Box<CbcHmac>),
}

/// A content encryption key for one message: the recipient's key itself, or one that was generated.
pub(super) enum MessageKey<'a> {
    Kept(&'a ContentKey),
    Made(ContentKey),
}

impl Deref for MessageKey<'_> {
    type Target = ContentKey;

    fn deref(&self) -> &ContentKey {
        match self {
            Self::Kept(key) => key,
            Self::Made(key) => key,
        }
    }
}

impl ContentKey {
    /// `key` has [`ContentEncryption::key_len`] bytes.
    pub(super) fn new(backend: Backend, encryption: ContentEncryption, key: &[u8]) -> Result<Self, Failed> {
        if key.len() != encryption.key_len() {
            return Err(Failed);
        }
        match encryption.cipher() {
            Cipher::Gcm => Gcm::new(backend, key).map(Self::Gcm),
            Cipher::CbcHmac(hash) => CbcHmac::new(backend, hash, key).map(Box::new).map(Self::CbcHmac),
        }
    }

    /// Encrypts `content` in place. Padding may make it longer.
    pub(super) fn encrypt(&self, iv: &[u8], aad: &[u8], content: &mut Vec<u8>) -> Result<Tag, Failed> {
        match self {
            Self::Gcm(key) => key.encrypt(iv, aad, content),
            Self::CbcHmac(key) => key.encrypt(iv, aad, content),
        }
    }

    /// Decrypts `content` in place and removes its padding, after the tag has been verified. After a failure `content`
    /// is not plaintext.
    pub(super) fn decrypt(
        &self,
        iv: &[u8],
        aad: &[u8],
        content: &mut Vec<u8>,
        tag: &[u8],
    ) -> Result<(), Failed> {
        match self {
            Self::Gcm(key) => key.decrypt(iv, aad, content, tag),
            Self::CbcHmac(key) => key.decrypt(iv, aad, content, tag),
        }
    }
}

/// Returns whether a ciphertext of this algorithm can have this many bytes. The length is public.
pub(super) const fn is_ciphertext_len(encryption: ContentEncryption, len: usize) -> bool {
    match encryption.cipher() {
        Cipher::Gcm => true,
        // Padding is never empty (RFC 7518 §5.2.2.1).
        Cipher::CbcHmac(_) => len > 0 && len.is_multiple_of(16),
    }
}
