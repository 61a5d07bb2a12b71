//! AES in Galois/Counter Mode: RFC 7518 §5.3, NIST SP 800-38D.

use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::array::typenum::U12;
use aes_gcm::aes::Aes192;
use aes_gcm::{Aes128Gcm, Aes256Gcm, AesGcm, KeyInit};
use alloc::boxed::Box;

use super::{Failed, Tag};
use crate::backend::Backend;
#[cfg(feature = "aws-lc-rs")]
use crate::jwe::aws_lc;

type Aes192Gcm = AesGcm<Aes192, U12>;

/// AES-GCM with a 96-bit initialization vector and a 128-bit tag, the only lengths that RFC 7518 §5.3 allows.
pub(in crate::jwe) enum Gcm {
    Aes128(Box<Aes128Gcm>),
    Aes192(Box<Aes192Gcm>),
    Aes256(Box<Aes256Gcm>),
    #[cfg(feature = "aws-lc-rs")]
    AwsLc(aws_lc::Gcm),
}

impl Gcm {
    /// Creates it from 16, 24 or 32 bytes.
    pub(in crate::jwe) fn new(backend: Backend, key: &[u8]) -> Result<Self, Failed> {
        match (backend, key.len()) {
            (Backend::RustCrypto, 16) => cipher(key).map(Self::Aes128),
            (Backend::RustCrypto, 24) => cipher(key).map(Self::Aes192),
            (Backend::RustCrypto, 32) => cipher(key).map(Self::Aes256),
            #[cfg(feature = "aws-lc-rs")]
            (Backend::AwsLcRs, _) => aws_lc::Gcm::new(key).map(Self::AwsLc),
            _ => Err(Failed),
        }
    }

    pub(in crate::jwe) fn encrypt(&self, iv: &[u8], aad: &[u8], content: &mut [u8]) -> Result<Tag, Failed> {
        match self {
            Self::Aes128(cipher) => encrypt(&**cipher, iv, aad, content),
            Self::Aes192(cipher) => encrypt(&**cipher, iv, aad, content),
            Self::Aes256(cipher) => encrypt(&**cipher, iv, aad, content),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc(cipher) => cipher.encrypt(iv, aad, content),
        }
    }

    pub(in crate::jwe) fn decrypt(
        &self,
        iv: &[u8],
        aad: &[u8],
        content: &mut [u8],
        tag: &[u8],
    ) -> Result<(), Failed> {
        match self {
            Self::Aes128(cipher) => decrypt(&**cipher, iv, aad, content, tag),
            Self::Aes192(cipher) => decrypt(&**cipher, iv, aad, content, tag),
            Self::Aes256(cipher) => decrypt(&**cipher, iv, aad, content, tag),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc(cipher) => cipher.decrypt(iv, aad, content, tag),
        }
    }
}

fn cipher<C: KeyInit>(key: &[u8]) -> Result<Box<C>, Failed> {
    C::new_from_slice(key).map(Box::new).map_err(|_| Failed)
}

fn encrypt<C: AeadInOut>(cipher: &C, iv: &[u8], aad: &[u8], content: &mut [u8]) -> Result<Tag, Failed> {
    let iv = iv.try_into().map_err(|_| Failed)?;
    let tag = cipher.encrypt_inout_detached(iv, aad, content.into()).map_err(|_| Failed)?;
    Ok(Tag::new(&tag))
}

/// The library compares the tag in constant time, and before it decrypts.
fn decrypt<C: AeadInOut>(
    cipher: &C,
    iv: &[u8],
    aad: &[u8],
    content: &mut [u8],
    tag: &[u8],
) -> Result<(), Failed> {
    let (iv, tag) = (iv.try_into().map_err(|_| Failed)?, tag.try_into().map_err(|_| Failed)?);
    cipher.decrypt_inout_detached(iv, aad, content.into(), tag).map_err(|_| Failed)
}
