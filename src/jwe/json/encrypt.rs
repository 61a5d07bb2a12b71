//! Encryption to one recipient or several: RFC 7516 §5.1 and §7.2.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::{JsonJwe, MAX_RECIPIENTS, Recipient};
use crate::base64url;
use crate::content_encryption::ContentEncryption;
use crate::error::{EncryptError, SignError};
use crate::json;
use crate::jwe::EncryptingKey;
use crate::jwe::compact::{Sealed, seal};
use crate::jwe::content::{ContentKey, MessageKey};
use crate::jwe::header::{Header, Parameters};
use crate::jwe::key::{Wrapped, random};
use crate::key_management::KeyManagement;
use crate::numbers::Secret;

/// Encrypts a content once, to one recipient or several.
///
/// For one recipient the whole header is protected. For several, `alg`, `kid` and their parameters are in each
/// recipient's own header, which is not protected.
///
/// ```
/// use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, JsonEncrypter, KeyManagement};
///
/// let enc = ContentEncryption::A256GCM;
/// let key = DecryptingKey::generate(KeyManagement::EcdhEs, &[enc])?;
/// let message = JsonEncrypter::new(enc)
///     .content_type("text/plain")
///     .aad(b"visible, and authenticated")
///     .recipient(key.encrypting_key())
///     .encrypt(b"hidden, and authenticated")?;
/// assert!(message.to_flattened_json().is_some());
/// assert_eq!(**Decrypter::new(key).decrypt_json(&message)?, *b"hidden, and authenticated");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct JsonEncrypter {
    /// Its algorithm has no meaning until there is a recipient.
    protected: Header,
    /// The JSON text of the shared unprotected header, not closed.
    unprotected: String,
    aad: Option<Vec<u8>>,
    recipients: Vec<EncryptingKey>,
}

impl JsonEncrypter {
    /// Creates an encrypter without recipients.
    pub fn new(enc: ContentEncryption) -> Self {
        let protected = Header::new(KeyManagement::Dir, enc);
        Self { protected, unprotected: String::new(), aad: None, recipients: Vec::new() }
    }

    /// Adds a recipient. Its key must be bound to the content encryption of the message.
    pub fn recipient(mut self, key: EncryptingKey) -> Self {
        self.recipients.push(key);
        self
    }

    /// Sets `typ` in the protected header.
    pub fn typ(self, typ: impl Into<String>) -> Self {
        Self { protected: self.protected.with_typ(typ), ..self }
    }

    /// Sets `cty` in the protected header.
    pub fn content_type(self, content_type: impl Into<String>) -> Self {
        Self { protected: self.protected.with_content_type(content_type), ..self }
    }

    /// Adds another parameter to the protected header.
    ///
    /// # Errors
    /// As [`Header::with`].
    pub fn with(self, name: &str, value: &impl Serialize) -> Result<Self, EncryptError> {
        refuse_recipient_parameter(name)?;
        Ok(Self { protected: self.protected.with(name, value)?, ..self })
    }

    /// Adds a parameter to the unprotected header that the recipients share. Anyone in between can change it, so it is
    /// only for hints such as `jku`.
    ///
    /// # Errors
    /// [`EncryptError::InvalidHeader`] for a parameter that the protected header has, that must be protected, or that
    /// is malformed; [`EncryptError::Sign`] if the value does not serialize to JSON.
    pub fn with_unprotected(mut self, name: &str, value: &impl Serialize) -> Result<Self, EncryptError> {
        refuse_recipient_parameter(name)?;
        // The rules of the protected header apply, because both are read together.
        let both = self.protected.with(name, value)?;
        let own = [self.unprotected.as_str(), "}"].concat();
        let fits = match self.unprotected.is_empty() {
            true => Ok(both),
            false => Header::joined(Some(both.to_json().as_bytes()), Some(&own), None),
        };
        if fits.is_err() {
            return Err(EncryptError::InvalidHeader { parameter: Cow::Owned(name.to_owned()) });
        }
        let value = serde_json::to_string(value).map_err(|_| SignError::Serialize)?;
        json::write_name(name, &mut self.unprotected);
        self.unprotected.push_str(&value);
        Ok(self)
    }

    /// Sets the additional authenticated data, which is not confidential. Omitted if empty.
    pub fn aad(self, aad: impl AsRef<[u8]>) -> Self {
        Self { aad: Some(aad.as_ref().to_vec()).filter(|aad| !aad.is_empty()), ..self }
    }

    /// Encrypts `content`, with the backend of the first recipient's key.
    ///
    /// # Errors
    /// [`EncryptError::RecipientCount`] without a recipient or with more than [`MAX_RECIPIENTS`],
    /// [`EncryptError::OneRecipientOnly`] for `dir` and `ECDH-ES` with other recipients,
    /// [`EncryptError::EncNotAllowed`], [`EncryptError::InvalidHeader`], [`EncryptError::Randomness`].
    pub fn encrypt(&self, content: impl AsRef<[u8]>) -> Result<JsonJwe, EncryptError> {
        let enc = self.protected.enc();
        self.recipients.iter().try_for_each(|key| key.check_enc(enc))?;
        match self.recipients.as_slice() {
            [key] => {
                let established = key.establish(enc, Parameters::default())?;
                let Wrapped { encrypted_key, parameters } = established.wrapped;
                let header = self.protected.clone().for_recipient(key, parameters);
                let recipient = Recipient { header: None, encrypted_key: encoded(&encrypted_key) };
                self.seal(&header.to_json(), alloc::vec![recipient], &established.key, content.as_ref())
            }
            [] => Err(EncryptError::RecipientCount { found: 0, limit: MAX_RECIPIENTS }),
            keys if keys.len() > MAX_RECIPIENTS => {
                Err(EncryptError::RecipientCount { found: keys.len(), limit: MAX_RECIPIENTS })
            }
            keys @ [first, ..] => {
                let mut key = Secret::new(alloc::vec![0; enc.key_len()]);
                random(&mut key).map_err(|_| EncryptError::Randomness)?;
                let recipient = |recipient: &EncryptingKey| {
                    let Wrapped { encrypted_key, parameters } =
                        recipient.wrap(&key, Parameters::default())?;
                    let header = Some(Header::recipient_json(recipient, &parameters));
                    Ok(Recipient { header, encrypted_key: encoded(&encrypted_key) })
                };
                let recipients = keys.iter().map(recipient).collect::<Result<_, EncryptError>>()?;
                let key = ContentKey::new(first.backend(), enc, &key).map_err(|_| EncryptError::Backend)?;
                self.seal(&self.protected.shared_json(), recipients, &MessageKey::Made(key), content.as_ref())
            }
        }
    }

    fn seal(
        &self,
        protected: &str,
        recipients: Vec<Recipient>,
        key: &MessageKey<'_>,
        content: &[u8],
    ) -> Result<JsonJwe, EncryptError> {
        let unprotected = Some([self.unprotected.as_str(), "}"].concat());
        let mut jwe = JsonJwe {
            protected: Some(base64url::encode(protected)),
            unprotected: unprotected.filter(|_| !self.unprotected.is_empty()),
            recipients,
            aad: self.aad.as_ref().map(base64url::encode),
            iv: String::new(),
            ciphertext: String::new(),
            tag: String::new(),
        };
        let Sealed { iv, ciphertext, tag } =
            seal(self.protected.enc(), key, jwe.authenticated().as_bytes(), content)?;
        jwe.iv = base64url::encode(iv);
        jwe.ciphertext = base64url::encode(ciphertext);
        jwe.tag = base64url::encode(tag);
        Ok(jwe)
    }
}

/// The parameters of a recipient come from its key.
fn refuse_recipient_parameter(name: &str) -> Result<(), EncryptError> {
    match name {
        "alg" | "kid" => Err(EncryptError::InvalidHeader { parameter: Cow::Owned(name.to_owned()) }),
        _ => Ok(()),
    }
}

/// RFC 7516 §7.2.1: omitted if empty.
fn encoded(encrypted_key: &[u8]) -> Option<String> {
    (!encrypted_key.is_empty()).then(|| base64url::encode(encrypted_key))
}
