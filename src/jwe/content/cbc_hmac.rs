//! AES in CBC mode, then HMAC: RFC 7518 §5.2.
//!
//! ```text
//! MAC_KEY ‖ ENC_KEY = K
//! E = AES-CBC(ENC_KEY, IV, P ‖ padding of PKCS #7)
//! T = first half of HMAC(MAC_KEY, A ‖ IV ‖ E ‖ AL)      AL: length of A in bits, 64 bits
//! ```

#[cfg(feature = "aws-lc-rs")]
use alloc::boxed::Box;
use alloc::vec::Vec;

use aes::cipher::block_padding::{Padding, Pkcs7};
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use hmac::digest::{FixedOutput, Update};
use hmac::{EagerHash, Hmac};
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use super::{Failed, Tag};
use crate::algorithm::Hash;
use crate::backend::Backend;
#[cfg(feature = "aws-lc-rs")]
use crate::jwe::aws_lc;

const BLOCK: usize = 16;

/// The two halves of a content encryption key.
pub(in crate::jwe) enum CbcHmac {
    Sha256(Hmac<Sha256>, Aes128),
    Sha384(Hmac<Sha384>, Aes192),
    Sha512(Hmac<Sha512>, Aes256),
    #[cfg(feature = "aws-lc-rs")]
    AwsLc(Box<aws_lc::CbcHmac>),
}

impl CbcHmac {
    /// AES-128 with SHA-256, AES-192 with SHA-384, or AES-256 with SHA-512.
    pub(super) fn new(backend: Backend, hash: Hash, key: &[u8]) -> Result<Self, Failed> {
        match (backend, hash) {
            (Backend::RustCrypto, Hash::Sha256) => halves(key).map(|(mac, aes)| Self::Sha256(mac, aes)),
            (Backend::RustCrypto, Hash::Sha384) => halves(key).map(|(mac, aes)| Self::Sha384(mac, aes)),
            (Backend::RustCrypto, Hash::Sha512) => halves(key).map(|(mac, aes)| Self::Sha512(mac, aes)),
            #[cfg(feature = "aws-lc-rs")]
            (Backend::AwsLcRs, _) => aws_lc::CbcHmac::new(hash, key).map(Box::new).map(Self::AwsLc),
            _ => Err(Failed),
        }
    }

    pub(super) fn encrypt(&self, iv: &[u8], aad: &[u8], content: &mut Vec<u8>) -> Result<Tag, Failed> {
        pad(content);
        match self {
            Self::Sha256(_, aes) => encrypt_blocks(aes, iv, content)?,
            Self::Sha384(_, aes) => encrypt_blocks(aes, iv, content)?,
            Self::Sha512(_, aes) => encrypt_blocks(aes, iv, content)?,
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc(key) => key.encrypt_blocks(iv, content)?,
        }
        self.tag(iv, aad, content)
    }

    /// Padding is checked after the tag has been verified, so it reveals nothing to an attacker.
    pub(super) fn decrypt(
        &self,
        iv: &[u8],
        aad: &[u8],
        content: &mut Vec<u8>,
        tag: &[u8],
    ) -> Result<(), Failed> {
        if !bool::from(self.tag(iv, aad, content)?.as_ref().ct_eq(tag)) {
            return Err(Failed);
        }
        match self {
            Self::Sha256(_, aes) => decrypt_blocks(aes, iv, content)?,
            Self::Sha384(_, aes) => decrypt_blocks(aes, iv, content)?,
            Self::Sha512(_, aes) => decrypt_blocks(aes, iv, content)?,
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc(key) => key.decrypt_blocks(iv, content)?,
        }
        unpad(content)
    }

    /// RFC 7518 §5.2.2.1, steps 4 and 5.
    pub(super) fn tag(&self, iv: &[u8], aad: &[u8], ciphertext: &[u8]) -> Result<Tag, Failed> {
        let bits = u64::try_from(aad.len()).ok().and_then(|bytes| bytes.checked_mul(8)).ok_or(Failed)?;
        let bits = bits.to_be_bytes();
        let parts = [aad, iv, ciphertext, &bits];
        Ok(match self {
            Self::Sha256(mac, _) => tag(mac, parts),
            Self::Sha384(mac, _) => tag(mac, parts),
            Self::Sha512(mac, _) => tag(mac, parts),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc(key) => key.tag(parts),
        })
    }
}

fn halves<D: EagerHash, C: KeyInit>(key: &[u8]) -> Result<(Hmac<D>, C), Failed>
where
    Hmac<D>: KeyInit,
{
    let (mac, aes) = key.split_at_checked(key.len() / 2).ok_or(Failed)?;
    Ok((
        <Hmac<D> as KeyInit>::new_from_slice(mac).map_err(|_| Failed)?,
        C::new_from_slice(aes).map_err(|_| Failed)?,
    ))
}

/// Returns the first half of the HMAC of all parts.
fn tag<M: Update + FixedOutput + Clone>(mac: &M, parts: [&[u8]; 4]) -> Tag {
    let mut mac = mac.clone();
    for part in parts {
        mac.update(part);
    }
    let whole = mac.finalize_fixed();
    Tag::new(whole.get(..whole.len() / 2).unwrap_or_default())
}

fn pad(content: &mut Vec<u8>) {
    let rest = content.len() % BLOCK;
    let mut last = [0; BLOCK];
    Pkcs7::raw_pad(&mut last, rest);
    content.extend_from_slice(last.get(rest..).unwrap_or_default());
}

fn unpad(content: &mut Vec<u8>) -> Result<(), Failed> {
    let start = content.len().checked_sub(BLOCK).ok_or(Failed)?;
    let last = content.get(start..).ok_or(Failed)?;
    let rest = Pkcs7::raw_unpad(last).map_err(|_| Failed)?.len();
    content.truncate(start.saturating_add(rest));
    Ok(())
}

fn encrypt_blocks<C>(aes: &C, iv: &[u8], content: &mut [u8]) -> Result<(), Failed>
where
    C: aes::cipher::BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16> + Clone,
{
    let mut mode = cbc::Encryptor::<C>::inner_iv_init(aes.clone(), iv.try_into().map_err(|_| Failed)?);
    let (blocks, rest) = aes::Block::slice_as_chunks_mut(content);
    mode.encrypt_blocks(blocks);
    if rest.is_empty() { Ok(()) } else { Err(Failed) }
}

fn decrypt_blocks<C>(aes: &C, iv: &[u8], content: &mut [u8]) -> Result<(), Failed>
where
    C: aes::cipher::BlockCipherDecrypt<BlockSize = aes::cipher::consts::U16> + Clone,
{
    let mut mode = cbc::Decryptor::<C>::inner_iv_init(aes.clone(), iv.try_into().map_err(|_| Failed)?);
    let (blocks, rest) = aes::Block::slice_as_chunks_mut(content);
    mode.decrypt_blocks(blocks);
    if rest.is_empty() { Ok(()) } else { Err(Failed) }
}
