//! AES Key Wrap: RFC 7518 §4.4, RFC 3394. The library has no 192-bit keys.

use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap as _};

use crate::jwe::content::Failed;
use crate::numbers::Secret;

/// A key that wraps keys. A key object of the library supports a single operation, so the bytes are stored.
pub(in crate::jwe) struct KeyWrap(Secret);

impl KeyWrap {
    /// Creates it from 16 or 32 bytes.
    pub(in crate::jwe) fn new(key: &[u8]) -> Result<Self, Failed> {
        match key.len() {
            16 | 32 => Ok(Self(Secret::new(key.to_vec()))),
            _ => Err(Failed),
        }
    }

    /// `wrapped` is 8 bytes longer than `key`.
    pub(in crate::jwe) fn wrap(&self, key: &[u8], wrapped: &mut [u8]) -> Result<(), Failed> {
        self.key()?.wrap(key, wrapped)?;
        Ok(())
    }

    /// `key` is 8 bytes shorter than `wrapped`.
    pub(in crate::jwe) fn unwrap(&self, wrapped: &[u8], key: &mut [u8]) -> Result<(), Failed> {
        self.key()?.unwrap(wrapped, key)?;
        Ok(())
    }

    fn key(&self) -> Result<AesKek, Failed> {
        Ok(AesKek::new(if self.0.len() == 16 { &AES_128 } else { &AES_256 }, &self.0)?)
    }
}
