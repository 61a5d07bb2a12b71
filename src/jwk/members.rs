//! The members of a JSON Web Key, collected one by one: RFC 7517 §4, RFC 7518 §6.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::certificate::Certificate;
use crate::base64url;
use crate::error::KeyError;
use crate::key_type::KeyFormat;
use crate::numbers::Secret;

/// The members that this crate reads. Others are ignored (RFC 7517 §4).
#[derive(Default)]
pub(super) struct Members {
    /// Those of [`TEXTS`].
    pub(super) texts: BTreeMap<&'static str, String>,
    /// Those of [`NUMBERS`], decoded.
    pub(super) numbers: BTreeMap<&'static str, Secret>,
    pub(super) key_ops: Option<Vec<String>>,
    pub(super) certificate: Certificate,
    pub(super) oth: bool,
    /// Whether there is a `priv`, the private key of newer key types (RFC 9964 §3).
    pub(super) private: bool,
    /// The document that was passed instead of a key, recognized by one of its members.
    pub(super) other_document: Option<KeyFormat>,
}

/// The value of a member, as far as it is used.
pub(super) enum Given<'a> {
    Text(Cow<'a, str>),
    /// An array, `None` for each element that is not a string.
    List(Vec<Option<String>>),
    Other,
}

const TEXTS: [&str; 5] = ["kty", "alg", "use", "kid", "crv"];
const NUMBERS: [&str; 11] = ["k", "n", "e", "x", "y", "d", "p", "q", "dp", "dq", "qi"];

/// Documents that are passed by mistake instead of a key, each with a member that identifies it.
const OTHER_DOCUMENTS: [(&str, KeyFormat); 2] =
    [("keys", KeyFormat::JwkSet), ("jwks_uri", KeyFormat::IssuerMetadata)];

impl Members {
    /// Returns whether the elements of the array are read, if the member with that name is one.
    pub(super) fn reads_list(name: &str) -> bool {
        matches!(name, "key_ops" | "x5c")
    }

    /// Sets a member. No name comes twice.
    pub(super) fn set(&mut self, name: &str, given: Given<'_>) -> Result<(), KeyError> {
        if let Some(member) = TEXTS.into_iter().find(|known| *known == name) {
            let Given::Text(text) = given else { return Err(KeyError::InvalidMember { member }) };
            self.texts.insert(member, text.into_owned());
            return Ok(());
        }
        if let Some(member) = NUMBERS.into_iter().find(|known| *known == name) {
            let Given::Text(text) = given else { return Err(KeyError::InvalidMember { member }) };
            self.numbers.insert(member, bytes_of(member, text)?);
            return Ok(());
        }
        match (name, given) {
            ("key_ops", given) => self.key_ops = Some(key_ops(given)?),
            ("x5c", Given::List(list)) => {
                let list: Option<Vec<String>> = list.into_iter().collect();
                self.certificate.set_chain(list.as_deref());
            }
            ("x5t", Given::Text(text)) => self.certificate.set_sha1(&text),
            ("x5t#S256", Given::Text(text)) => self.certificate.set_sha256(&text),
            ("oth", _) => self.oth = true,
            ("priv", _) => self.private = true,
            _ => {
                let document = OTHER_DOCUMENTS.iter().find(|(known, _)| *known == name);
                self.other_document = self.other_document.or(document.map(|(_, format)| *format));
            }
        }
        Ok(())
    }

    pub(super) fn text(&mut self, member: &'static str) -> Result<String, KeyError> {
        self.texts.remove(member).ok_or(KeyError::MissingMember { member })
    }

    pub(super) fn number(&mut self, member: &'static str) -> Result<Secret, KeyError> {
        self.numbers.remove(member).ok_or(KeyError::MissingMember { member })
    }
}

fn bytes_of(member: &'static str, text: Cow<'_, str>) -> Result<Secret, KeyError> {
    // Unescaped or copied text, and bytes before a malformed symbol, are as secret as a key.
    let owned;
    let text = match text {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => {
            owned = Zeroizing::new(text);
            &owned
        }
    };
    let length = base64url::decoded_len(text.len()).ok_or(KeyError::InvalidMember { member })?;
    let mut bytes = Secret::new(alloc::vec![0; length]);
    match base64url::decode_to_slice(text.as_bytes(), &mut bytes) {
        Ok(_) => Ok(bytes),
        Err(_) => Err(KeyError::InvalidMember { member }),
    }
}

/// Reads strings, without duplicates (RFC 7517 §4.3).
fn key_ops(given: Given<'_>) -> Result<Vec<String>, KeyError> {
    const INVALID: KeyError = KeyError::InvalidMember { member: "key_ops" };
    let Given::List(list) = given else { return Err(INVALID) };
    let operations: Vec<String> = list.into_iter().collect::<Option<_>>().ok_or(INVALID)?;
    let mut seen = BTreeSet::new();
    if operations.iter().all(|operation| seen.insert(operation)) { Ok(operations) } else { Err(INVALID) }
}
