//! AES Key Wrap: RFC 7518 §4.4, RFC 3394.

use aes::{Aes128, Aes192, Aes256};
use aes_kw::{AesKw, KeyInit};
use alloc::vec::Vec;

use super::substitute::Candidate;
use crate::backend::Backend;
#[cfg(feature = "aws-lc-rs")]
use crate::jwe::aws_lc;
use crate::jwe::content::Failed;
use crate::numbers::Secret;

/// The number of bytes that wrapping adds.
const OVERHEAD: usize = 8;

/// A key that wraps keys.
pub(super) enum KeyWrap {
    Aes128(AesKw<Aes128>),
    Aes192(AesKw<Aes192>),
    Aes256(AesKw<Aes256>),
    #[cfg(feature = "aws-lc-rs")]
    AwsLc(aws_lc::KeyWrap),
}

impl KeyWrap {
    /// Creates it from 16, 24 or 32 bytes.
    pub(super) fn new(backend: Backend, key: &[u8]) -> Result<Self, Failed> {
        match (backend, key.len()) {
            (Backend::RustCrypto, 16) => AesKw::new_from_slice(key).map(Self::Aes128).map_err(|_| Failed),
            (Backend::RustCrypto, 24) => AesKw::new_from_slice(key).map(Self::Aes192).map_err(|_| Failed),
            (Backend::RustCrypto, 32) => AesKw::new_from_slice(key).map(Self::Aes256).map_err(|_| Failed),
            #[cfg(feature = "aws-lc-rs")]
            (Backend::AwsLcRs, _) => aws_lc::KeyWrap::new(key).map(Self::AwsLc),
            _ => Err(Failed),
        }
    }

    pub(super) fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, Failed> {
        let mut wrapped = alloc::vec![0; key.len().saturating_add(OVERHEAD)];
        let done = match self {
            Self::Aes128(wrap) => wrap.wrap_key(key, &mut wrapped).is_ok(),
            Self::Aes192(wrap) => wrap.wrap_key(key, &mut wrapped).is_ok(),
            Self::Aes256(wrap) => wrap.wrap_key(key, &mut wrapped).is_ok(),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc(wrap) => wrap.wrap(key, &mut wrapped).is_ok(),
        };
        if done { Ok(wrapped) } else { Err(Failed) }
    }

    /// Returns the content of `wrapped`, or a failure of that length. The buffer is processed equally in both cases.
    pub(super) fn unwrap(&self, wrapped: &[u8]) -> Candidate {
        let mut key = Secret::new(alloc::vec![0; wrapped.len().saturating_sub(OVERHEAD)]);
        let holds = match self {
            Self::Aes128(wrap) => wrap.unwrap_key(wrapped, &mut key).is_ok(),
            Self::Aes192(wrap) => wrap.unwrap_key(wrapped, &mut key).is_ok(),
            Self::Aes256(wrap) => wrap.unwrap_key(wrapped, &mut key).is_ok(),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc(wrap) => wrap.unwrap(wrapped, &mut key).is_ok(),
        };
        Candidate::new(key, holds)
    }
}
