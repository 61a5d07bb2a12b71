//! AES in Galois/Counter Mode: RFC 7518 §5.3.

use alloc::boxed::Box;

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::jwe::content::{Failed, Tag};

pub(in crate::jwe) struct Gcm(Box<LessSafeKey>);

impl Gcm {
    /// Creates it from 16, 24 or 32 bytes.
    pub(in crate::jwe) fn new(key: &[u8]) -> Result<Self, Failed> {
        let algorithm = match key.len() {
            16 => &AES_128_GCM,
            24 => &AES_192_GCM,
            32 => &AES_256_GCM,
            _ => return Err(Failed),
        };
        Ok(Self(Box::new(LessSafeKey::new(UnboundKey::new(algorithm, key)?))))
    }

    /// The caller supplies the random initialization vector, which is why the key type is called "less safe".
    pub(in crate::jwe) fn encrypt(&self, iv: &[u8], aad: &[u8], content: &mut [u8]) -> Result<Tag, Failed> {
        let nonce = Nonce::try_assume_unique_for_key(iv)?;
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(aad), content)?;
        Ok(Tag::new(tag.as_ref()))
    }

    /// The library compares the tag in constant time, and accepts only 16 bytes.
    pub(in crate::jwe) fn decrypt(
        &self,
        iv: &[u8],
        aad: &[u8],
        content: &mut [u8],
        tag: &[u8],
    ) -> Result<(), Failed> {
        let nonce = Nonce::try_assume_unique_for_key(iv)?;
        self.0.open_in_place_separate_tag(nonce, Aad::from(aad), tag, content)?;
        Ok(())
    }
}
