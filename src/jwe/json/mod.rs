//! JWE in JSON, for one recipient or several: RFC 7516 §7.2.
//!
//! ```text
//! flattened = { "protected": …, "unprotected": { … }, "header": { … }, "encrypted_key": …,
//!               "aad": …, "iv": …, "ciphertext": …, "tag": … }
//! general   = { "protected": …, "unprotected": { … },
//!               "recipients": [ { "header": { … }, "encrypted_key": … }, … ],
//!               "aad": …, "iv": …, "ciphertext": …, "tag": … }
//! ```

mod decrypt;
mod encrypt;
mod parse;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use encrypt::JsonEncrypter;

use crate::base64url;
use crate::error::VerifyError;
use crate::json;
use crate::jws::DEFAULT_MAX_LENGTH;

/// The maximum number of recipients of a JWE in JSON.
pub const MAX_RECIPIENTS: usize = 16;

/// A content that is encrypted to one recipient or several, not decrypted yet. It is not a token: no function for
/// tokens accepts it.
///
/// [`JsonEncrypter`] creates it, and [`Decrypter::decrypt_json`](super::Decrypter::decrypt_json) decrypts it.
///
/// ```
/// use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, JsonEncrypter, JsonJwe, KeyManagement};
///
/// let enc = ContentEncryption::A256GCM;
/// let alice = DecryptingKey::generate(KeyManagement::EcdhEsA256KW, &[enc])?.with_key_id("alice");
/// let bob = DecryptingKey::generate(KeyManagement::A256KW, &[enc])?.with_key_id("bob");
/// let message = JsonEncrypter::new(enc)
///     .recipient(alice.encrypting_key())
///     .recipient(bob.encrypting_key())
///     .encrypt(b"for both")?
///     .to_general_json();
///
/// let message = JsonJwe::parse(&message)?;
/// assert_eq!(**Decrypter::new(bob).decrypt_json(&message)?, *b"for both");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct JsonJwe {
    /// In base64url, as it is authenticated.
    protected: Option<String>,
    /// Its JSON text.
    unprotected: Option<String>,
    recipients: Vec<Recipient>,
    /// In base64url, as it is authenticated. So are the following.
    aad: Option<String>,
    iv: String,
    ciphertext: String,
    tag: String,
}

/// The part for one recipient.
#[derive(Clone, Default)]
struct Recipient {
    /// Its JSON text.
    header: Option<String>,
    /// In base64url; `None` if the algorithm needs none.
    encrypted_key: Option<String>,
}

const PROTECTED: &str = "protected";
const UNPROTECTED: &str = "unprotected";
const HEADER: &str = "header";
const ENCRYPTED_KEY: &str = "encrypted_key";
const RECIPIENTS: &str = "recipients";
const AAD: &str = "aad";
const IV: &str = "iv";
const CIPHERTEXT: &str = "ciphertext";
const TAG: &str = "tag";

impl JsonJwe {
    /// Parses either form, of up to 16 KiB.
    ///
    /// # Errors
    /// As [`parse_up_to`](Self::parse_up_to).
    pub fn parse(text: &str) -> Result<Self, VerifyError> {
        Self::parse_up_to(DEFAULT_MAX_LENGTH, text)
    }

    /// Parses either form, of up to `max_length` bytes and with up to [`MAX_RECIPIENTS`] recipients.
    ///
    /// # Errors
    /// [`VerifyError::TooLong`], [`VerifyError::Json`], [`VerifyError::HeaderTooLong`], and
    /// [`VerifyError::InvalidJwe`] for a member that is missing, empty, of the wrong type, or of the other form.
    pub fn parse_up_to(max_length: usize, text: &str) -> Result<Self, VerifyError> {
        parse::json_jwe(max_length, text)
    }

    /// Returns the number of recipients, at least one.
    #[must_use]
    pub fn recipient_count(&self) -> usize {
        self.recipients.len()
    }

    /// Returns the JSON text of the unprotected header that the recipients share. Anyone could have written it.
    #[must_use]
    pub fn unprotected_header(&self) -> Option<&str> {
        self.unprotected.as_deref()
    }

    /// Returns the JSON text of the unprotected header of a recipient, by its position. Anyone could have written it.
    #[must_use]
    pub fn recipient_header(&self, index: usize) -> Option<&str> {
        self.recipients.get(index)?.header.as_deref()
    }

    /// Returns the additional authenticated data, which is not confidential. **It is authentic only after decryption.**
    ///
    /// # Errors
    /// [`VerifyError::Base64`].
    pub fn aad(&self) -> Result<Option<Vec<u8>>, VerifyError> {
        let part = crate::error::TokenPart::AuthenticatedData;
        let decoded = |text| base64url::decode(text).map_err(|error| VerifyError::Base64 { part, error });
        self.aad.as_deref().map(decoded).transpose()
    }

    /// Returns the general form.
    #[must_use]
    pub fn to_general_json(&self) -> String {
        let mut text = String::new();
        self.write_headers(&mut text);
        json::write_name(RECIPIENTS, &mut text);
        for (index, recipient) in self.recipients.iter().enumerate() {
            text.push(if index == 0 { '[' } else { ',' });
            let mut object = String::new();
            recipient.write(&mut object);
            // A recipient with neither member is still an object.
            text.push_str(if object.is_empty() { "{" } else { &object });
            text.push('}');
        }
        text.push(']');
        self.write_content(&mut text);
        text
    }

    /// Returns the flattened form, or `None` unless there is exactly one recipient.
    #[must_use]
    pub fn to_flattened_json(&self) -> Option<String> {
        let [recipient] = self.recipients.as_slice() else {
            return None;
        };
        let mut text = String::new();
        self.write_headers(&mut text);
        recipient.write(&mut text);
        self.write_content(&mut text);
        Some(text)
    }

    fn write_headers(&self, text: &mut String) {
        write_text(PROTECTED, self.protected.as_deref(), text);
        write_raw(UNPROTECTED, self.unprotected.as_deref(), text);
    }

    fn write_content(&self, text: &mut String) {
        write_text(AAD, self.aad.as_deref(), text);
        for (name, value) in [(IV, &self.iv), (CIPHERTEXT, &self.ciphertext), (TAG, &self.tag)] {
            write_text(name, Some(value), text);
        }
        text.push('}');
    }

    /// RFC 7516 §5.1, step 14.
    fn authenticated(&self) -> String {
        let protected = self.protected.as_deref().unwrap_or_default();
        match &self.aad {
            Some(aad) => [protected, ".", aad].concat(),
            None => protected.into(),
        }
    }
}

impl Recipient {
    fn write(&self, text: &mut String) {
        write_raw(HEADER, self.header.as_deref(), text);
        write_text(ENCRYPTED_KEY, self.encrypted_key.as_deref(), text);
    }
}

fn write_text(name: &str, value: Option<&str>, text: &mut String) {
    if let Some(value) = value {
        json::write_name(name, text);
        json::write_string(value, text);
    }
}

fn write_raw(name: &str, value: Option<&str>, text: &mut String) {
    if let Some(value) = value {
        json::write_name(name, text);
        text.push_str(value);
    }
}

impl fmt::Debug for JsonJwe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonJwe").field("recipients", &self.recipients.len()).finish_non_exhaustive()
    }
}
