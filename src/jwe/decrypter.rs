//! Decryption of a token: RFC 7516 §5.2.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::compact::Compact;
use super::content::{Failed, MAX_IV, MAX_TAG, is_ciphertext_len};
use super::header::Header;
use super::key::sealed::Key;
use super::{Decrypted, DecryptingKey, DecryptingKeySource, Plaintext, SharedKey};
use crate::algorithm::RSA_MAX_BITS;
use crate::base64url;
use crate::content_encryption::ContentEncryption;
use crate::error::{TokenPart, VerifyError};
use crate::jws::{DEFAULT_MAX_LENGTH, HeaderCache, Verified, decoded};

/// Decrypts tokens with the keys of `K`.
///
/// It does not check expiry, issuer or audience: for tokens with claims use
/// [`Validator::verify_nested`](crate::Validator::verify_nested) or
/// [`Validator::verify_encrypted`](crate::Validator::verify_encrypted).
#[derive(Clone, Debug)]
pub struct Decrypter<K> {
    keys: K,
    max_length: usize,
    /// Shared by clones: parsed headers do not depend on keys.
    memo: Arc<HeaderCache<Header>>,
}

impl<K: DecryptingKeySource> Decrypter<K> {
    /// Creates a decrypter with these keys, for tokens of up to 16 KiB.
    #[must_use]
    pub fn new(keys: K) -> Self {
        Self { keys, max_length: DEFAULT_MAX_LENGTH, memo: Arc::default() }
    }

    /// Sets the maximum length of a token, in bytes. For a JWE in JSON the limit applies when it is parsed. The header
    /// may have half of it, or 8 KiB if that is more.
    #[must_use]
    pub fn max_length(self, bytes: usize) -> Self {
        Self { max_length: bytes, ..self }
    }

    /// Decrypts `token`, in compact form.
    ///
    /// # Errors
    /// The variants of [`VerifyError`] from [`TooLong`](VerifyError::TooLong) to
    /// [`DecryptionFailed`](VerifyError::DecryptionFailed); the first failed check is reported.
    pub fn decrypt(&self, token: &str) -> Result<Decrypted<Vec<u8>>, VerifyError> {
        let (header, content) = decrypt(&self.keys, &self.memo, self.max_length, token, |_| {})?;
        Ok(Decrypted::new(header, content.take()))
    }

    pub(super) fn keys(&self) -> &K {
        &self.keys
    }
}

impl<K: DecryptingKeySource<Key = SharedKey>> Decrypter<K> {
    /// Decrypts `token`, in compact form, with a secret that only one recipient has: so only its holders can have
    /// created the token.
    ///
    /// ```
    /// use jotwell::jwe::{ContentEncryption, Decrypter, KeyManagement, SharedKey};
    ///
    /// let key = SharedKey::generate(KeyManagement::A256KW, &[ContentEncryption::A256CbcHs512])?;
    /// let token = key.encrypt(b"content")?;
    /// assert_eq!(**Decrypter::new(key).verify(&token)?, *b"content");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt).
    pub fn verify(&self, token: &str) -> Result<Verified<Vec<u8>, Header>, VerifyError> {
        let (header, content) = decrypt(&self.keys, &self.memo, self.max_length, token, |_| {})?;
        Ok(Verified::new(header, content.take()))
    }
}

/// The result of decryption, for explanations.
pub(crate) enum Step<'a> {
    Header,
    Key(&'a Arc<Header>),
    Decryption,
}

/// Decrypts a token in compact form. `reached` is called before each step.
pub(crate) fn decrypt<K: DecryptingKeySource>(
    keys: &K,
    memo: &HeaderCache<Header>,
    max_length: usize,
    token: &str,
    mut reached: impl FnMut(Step<'_>),
) -> Result<(Arc<Header>, Plaintext), VerifyError> {
    let compact = Compact::parse(token, max_length)?;
    reached(Step::Header);
    let known = memo.recall(compact.header);
    let header = match known {
        Some(header) => header.clone(),
        None => Arc::new(Header::parse(&decoded(TokenPart::Header, compact.header)?)?),
    };
    reached(Step::Key(&header));
    let key = key_for(keys, &header)?;
    reached(Step::Decryption);
    let parts = Parts::decode(&header, compact.iv, compact.ciphertext, compact.tag)?;
    let encrypted_key = encrypted_key(compact.encrypted_key)?;
    let content = parts.open(key.decrypting(), &header, &encrypted_key, compact.header.as_bytes())?;
    // Only now that it is authentic, and if other tokens can have the same header.
    if known.is_none() && header.is_constant() {
        memo.remember(compact.header, &header);
    }
    Ok((header, content))
}

/// Returns the key for a token with that header, for the algorithms in the header.
pub(super) fn key_for<'k, K: DecryptingKeySource>(
    keys: &'k K,
    header: &Header,
) -> Result<Cow<'k, K::Key>, VerifyError> {
    let key = keys.key_for(header)?;
    // The source selects the key, and the key still decides.
    let bound = key.decrypting();
    if bound.algorithm() != header.algorithm() {
        let (expected, found) = (bound.algorithm(), header.algorithm());
        return Err(VerifyError::KeyManagementMismatch { expected, found });
    }
    if !bound.encryptions().contains(&header.enc()) {
        return Err(VerifyError::EncNotAllowed { found: header.enc() });
    }
    Ok(key)
}

/// The maximum length of an encrypted key, that of the largest RSA key, in bytes.
const MAX_ENCRYPTED_KEY: usize = RSA_MAX_BITS / 8;

pub(super) fn encrypted_key(text: &str) -> Result<Vec<u8>, VerifyError> {
    if text.len() > base64url::encoded_len(MAX_ENCRYPTED_KEY) {
        return Err(VerifyError::InvalidJwe { member: "encrypted_key" });
    }
    decoded(TokenPart::EncryptedKey, text)
}

/// The inputs of the content encryption, each of the correct length.
pub(super) struct Parts {
    enc: ContentEncryption,
    iv: [u8; MAX_IV],
    ciphertext: Plaintext,
    tag: [u8; MAX_TAG],
}

impl Parts {
    pub(super) fn decode(
        header: &Header,
        iv: &str,
        ciphertext: &str,
        tag: &str,
    ) -> Result<Self, VerifyError> {
        let enc = header.enc();
        let iv = sized(TokenPart::InitializationVector, "iv", iv, enc.iv_len())?;
        let tag = sized(TokenPart::AuthenticationTag, "tag", tag, enc.tag_len())?;
        let ciphertext = decoded(TokenPart::Ciphertext, ciphertext)?;
        if !is_ciphertext_len(enc, ciphertext.len()) {
            return Err(VerifyError::InvalidJwe { member: "ciphertext" });
        }
        Ok(Self { enc, iv, ciphertext: Plaintext::new(ciphertext), tag })
    }

    /// RFC 7516 §11.5: from here on there is only one error.
    pub(super) fn open(
        self,
        key: &DecryptingKey,
        header: &Header,
        encrypted_key: &[u8],
        aad: &[u8],
    ) -> Result<Plaintext, VerifyError> {
        let content_key = key.unwrap(header, encrypted_key)?;
        let mut content = self.ciphertext;
        let iv = self.iv.get(..self.enc.iv_len()).unwrap_or_default();
        let tag = self.tag.get(..self.enc.tag_len()).unwrap_or_default();
        match content_key.decrypt(iv, aad, content.as_mut_vec(), tag) {
            Ok(()) => Ok(content),
            Err(Failed) => Err(VerifyError::DecryptionFailed),
        }
    }
}

/// Returns a part of `len` bytes, at the start of an array.
fn sized<const N: usize>(
    part: TokenPart,
    member: &'static str,
    text: &str,
    len: usize,
) -> Result<[u8; N], VerifyError> {
    let mut bytes = [0; N];
    if text.len() != base64url::encoded_len(len) {
        return Err(VerifyError::InvalidJwe { member });
    }
    match base64url::decode_to_slice(text.as_bytes(), &mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(VerifyError::Base64 { part, error }),
    }
}
