//! AES in CBC mode and HMAC, the primitives of RFC 7518 §5.2. The caller handles padding and the order of both.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext,
    UnboundCipherKey,
};
use aws_lc_rs::hmac::{self, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512};
use aws_lc_rs::iv::FixedLength;

use crate::algorithm::Hash;
use crate::jwe::content::{Failed, Tag};

/// The two halves of a content encryption key.
pub(in crate::jwe) struct CbcHmac {
    mac: hmac::Key,
    encrypting: EncryptingKey,
    decrypting: DecryptingKey,
}

impl CbcHmac {
    pub(in crate::jwe) fn new(hash: Hash, key: &[u8]) -> Result<Self, Failed> {
        let (mac, aes) = key.split_at_checked(key.len() / 2).ok_or(Failed)?;
        let (hash, cipher) = match hash {
            Hash::Sha256 => (HMAC_SHA256, &AES_128),
            Hash::Sha384 => (HMAC_SHA384, &AES_192),
            Hash::Sha512 => (HMAC_SHA512, &AES_256),
        };
        Ok(Self {
            mac: hmac::Key::new(hash, mac),
            encrypting: EncryptingKey::cbc(UnboundCipherKey::new(cipher, aes)?)?,
            decrypting: DecryptingKey::cbc(UnboundCipherKey::new(cipher, aes)?)?,
        })
    }

    /// Returns the first half of the HMAC of all parts.
    pub(in crate::jwe) fn tag<const N: usize>(&self, parts: [&[u8]; N]) -> Tag {
        let mut context = hmac::Context::with_key(&self.mac);
        for part in parts {
            context.update(part);
        }
        let whole = context.sign();
        let whole = whole.as_ref();
        Tag::new(whole.get(..whole.len() / 2).unwrap_or_default())
    }

    pub(in crate::jwe) fn encrypt_blocks(&self, iv: &[u8], content: &mut [u8]) -> Result<(), Failed> {
        let iv = EncryptionContext::Iv128(FixedLength::try_from(iv)?);
        self.encrypting.less_safe_encrypt(content, iv)?;
        Ok(())
    }

    pub(in crate::jwe) fn decrypt_blocks(&self, iv: &[u8], content: &mut [u8]) -> Result<(), Failed> {
        let iv = DecryptionContext::Iv128(FixedLength::try_from(iv)?);
        self.decrypting.decrypt(content, iv)?;
        Ok(())
    }
}
