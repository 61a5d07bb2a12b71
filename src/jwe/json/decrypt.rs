//! Decryption of a JWE in JSON: RFC 7516 §5.2.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{ENCRYPTED_KEY, JsonJwe, RECIPIENTS, Recipient};
use crate::content_encryption::ContentEncryption;
use crate::error::{TokenPart, VerifyError};
use crate::jwe::decrypter::{Parts, encrypted_key, key_for};
use crate::jwe::header::{Header, Parameter};
use crate::jwe::{Decrypted, Decrypter, DecryptingKey, DecryptingKeySource, Plaintext};
use crate::jws::decoded;

impl<K: DecryptingKeySource<Key = DecryptingKey>> Decrypter<K> {
    /// Decrypts a JWE in JSON as the first recipient for which one of these keys decrypts it.
    ///
    /// The result is not verified, for any algorithm: each recipient has the content key, and can replace the content
    /// for the others. A [`SharedKey`](super::super::SharedKey) therefore does not have this method:
    ///
    /// ```compile_fail,E0271
    /// # use jotwell::jwe::{Decrypter, JsonJwe, SharedKey};
    /// fn lifted(key: SharedKey, message: &JsonJwe) {
    ///     let _ = Decrypter::new(key).decrypt_json(message);
    /// }
    /// ```
    ///
    /// # Errors
    /// [`VerifyError::DecryptionFailed`] if a key was found and did not decrypt; otherwise the error of the first
    /// recipient. [`VerifyError::InvalidJwe`] for `recipients` if an algorithm does not allow several, and
    /// [`VerifyError::InvalidHeader`] for `enc` if it is not the same for all.
    pub fn decrypt_json(&self, jwe: &JsonJwe) -> Result<Decrypted<Vec<u8>>, VerifyError> {
        let protected = jwe.protected.as_deref().map(|text| decoded(TokenPart::Header, text)).transpose()?;
        let headers: Vec<_> = jwe
            .recipients
            .iter()
            .map(|recipient| {
                Header::joined(protected.as_deref(), jwe.unprotected.as_deref(), recipient.header.as_deref())
            })
            .collect();
        check_together(&headers)?;
        let aad = jwe.authenticated();
        let (mut first, mut failed, mut has_tried_password) = (None, None, false);
        for (recipient, header) in jwe.recipients.iter().zip(headers) {
            let found = header.and_then(|header| Ok((key_for(self.keys(), &header)?, header)));
            let (key, header) = match found {
                Ok(found) => found,
                Err(error) => {
                    first = first.or(Some(error));
                    continue;
                }
            };
            // The sender chooses the cost of PBKDF2, so it runs once.
            if header.algorithm().is_password_based() && core::mem::replace(&mut has_tried_password, true) {
                continue;
            }
            match decrypt(jwe, recipient, &key, &header, aad.as_bytes()) {
                Ok(content) => return Ok(Decrypted::new(Arc::new(header), content)),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        Err(failed.or(first).unwrap_or(VerifyError::DecryptionFailed))
    }
}

fn decrypt(
    jwe: &JsonJwe,
    recipient: &Recipient,
    key: &DecryptingKey,
    header: &Header,
    aad: &[u8],
) -> Result<Vec<u8>, VerifyError> {
    let parts = Parts::decode(header, &jwe.iv, &jwe.ciphertext, &jwe.tag)?;
    let encrypted = match &recipient.encrypted_key {
        Some(text) => encrypted_key(text)?,
        None if header.algorithm().is_direct() => Vec::new(),
        None => return Err(VerifyError::InvalidJwe { member: ENCRYPTED_KEY }),
    };
    parts.open(key, header, &encrypted, aad).map(Plaintext::take)
}

/// Checks the common rules of all recipients, as far as their headers are readable.
fn check_together(headers: &[Result<Header, VerifyError>]) -> Result<(), VerifyError> {
    let mut read = headers.iter().filter_map(|header| header.as_ref().ok());
    // RFC 7516 §5.1: if the content key follows from the recipient's key, there is one recipient.
    if headers.len() > 1 && read.clone().any(|header| header.algorithm().is_direct()) {
        return Err(VerifyError::InvalidJwe { member: RECIPIENTS });
    }
    // RFC 7516 §7.2.1: one content is encrypted once.
    let first: Option<ContentEncryption> = read.next().map(Header::enc);
    match read.all(|header| Some(header.enc()) == first) {
        true => Ok(()),
        false => Err(Parameter::Encryption.invalid()),
    }
}
