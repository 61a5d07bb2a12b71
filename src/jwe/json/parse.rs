//! Parses a [`JsonJwe`]: RFC 7516 §7.2.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::{
    AAD, CIPHERTEXT, ENCRYPTED_KEY, HEADER, IV, JsonJwe, MAX_RECIPIENTS, PROTECTED, RECIPIENTS, Recipient,
    TAG, UNPROTECTED,
};
use crate::error::{Stop, TokenPart, VerifyError};
use crate::json::{self, Member, Value};
use crate::jws::check_header_length;

/// The members of either form. Unknown members are ignored (RFC 7516 §7.2.1).
#[derive(Default)]
struct Members {
    protected: Option<String>,
    unprotected: Option<String>,
    recipients: Option<Vec<Recipient>>,
    /// Of the flattened form.
    recipient: Recipient,
    aad: Option<String>,
    iv: Option<String>,
    ciphertext: Option<String>,
    tag: Option<String>,
}

pub(super) fn json_jwe(max_length: usize, text: &str) -> Result<JsonJwe, VerifyError> {
    if text.len() > max_length {
        return Err(VerifyError::TooLong { length: text.len(), limit: max_length });
    }
    let mut members = Members::default();
    json::read_object::<Stop>(text.as_bytes(), |member| Ok(members.member(max_length, &member)?))
        .map_err(|stop| stop.in_part(TokenPart::WholeJwe))?;
    members.finish()
}

impl Members {
    fn member(&mut self, max_length: usize, member: &Member<'_>) -> Result<(), VerifyError> {
        match &*member.name {
            PROTECTED => self.protected = Some(header_text(max_length, PROTECTED, member)?),
            UNPROTECTED => self.unprotected = Some(header(max_length, UNPROTECTED, member)?),
            RECIPIENTS => self.recipients = Some(recipients(max_length, member)?),
            AAD => self.aad = Some(present(AAD, member)?),
            IV => self.iv = Some(present(IV, member)?),
            // For an empty content.
            CIPHERTEXT => self.ciphertext = Some(string(CIPHERTEXT, member)?),
            TAG => self.tag = Some(present(TAG, member)?),
            // RFC 7516 §9: with both kinds of content it is neither signed nor encrypted.
            "payload" => return Err(VerifyError::InvalidJwe { member: "payload" }),
            _ => self.recipient.member(max_length, member)?,
        }
        Ok(())
    }

    fn finish(self) -> Result<JsonJwe, VerifyError> {
        let missing = |member| VerifyError::InvalidJwe { member };
        let recipients = match self.recipients {
            None => alloc::vec![self.recipient],
            Some(recipients) if self.recipient.is_empty() => recipients,
            Some(_) => return Err(missing(RECIPIENTS)),
        };
        let has_header = self.protected.is_some() || self.unprotected.is_some();
        if !has_header && recipients.iter().any(|recipient| recipient.header.is_none()) {
            return Err(missing(PROTECTED));
        }
        Ok(JsonJwe {
            protected: self.protected,
            unprotected: self.unprotected,
            recipients,
            aad: self.aad,
            iv: self.iv.ok_or(missing(IV))?,
            ciphertext: self.ciphertext.ok_or(missing(CIPHERTEXT))?,
            tag: self.tag.ok_or(missing(TAG))?,
        })
    }
}

impl Recipient {
    fn member(&mut self, max_length: usize, member: &Member<'_>) -> Result<(), VerifyError> {
        match &*member.name {
            HEADER => self.header = Some(header(max_length, HEADER, member)?),
            ENCRYPTED_KEY => self.encrypted_key = Some(present(ENCRYPTED_KEY, member)?),
            _ => {}
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.header.is_none() && self.encrypted_key.is_none()
    }
}

/// Returns at least one, and no more than allowed.
fn recipients(max_length: usize, member: &Member<'_>) -> Result<Vec<Recipient>, VerifyError> {
    const INVALID: VerifyError = VerifyError::InvalidJwe { member: RECIPIENTS };
    let Value::Array(text) = member.value else {
        return Err(INVALID);
    };
    let mut recipients = Vec::new();
    json::read_array::<Stop>(text, |value| {
        let Value::Object(text) = value else {
            return Err(INVALID.into());
        };
        if recipients.len() >= MAX_RECIPIENTS {
            return Err(INVALID.into());
        }
        let mut recipient = Recipient::default();
        json::read_object::<Stop>(text.as_bytes(), |member| Ok(recipient.member(max_length, &member)?))?;
        recipients.push(recipient);
        Ok(())
    })
    .map_err(|stop| stop.in_part(TokenPart::WholeJwe))?;
    if recipients.is_empty() { Err(INVALID) } else { Ok(recipients) }
}

/// Returns an object that is not empty: an empty one must be omitted (RFC 7516 §7.2.1).
fn header(max_length: usize, name: &'static str, member: &Member<'_>) -> Result<String, VerifyError> {
    match member.value {
        Value::Object(text) if text.trim_start_matches('{').trim_start() != "}" => {
            check_header_length(max_length, text)?;
            Ok(text.to_owned())
        }
        _ => Err(VerifyError::InvalidJwe { member: name }),
    }
}

fn header_text(max_length: usize, name: &'static str, member: &Member<'_>) -> Result<String, VerifyError> {
    let text = present(name, member)?;
    check_header_length(max_length, &text)?;
    Ok(text)
}

/// Returns a string that is not empty: an empty one must be omitted, too.
fn present(name: &'static str, member: &Member<'_>) -> Result<String, VerifyError> {
    let text = string(name, member)?;
    if text.is_empty() { Err(VerifyError::InvalidJwe { member: name }) } else { Ok(text) }
}

fn string(name: &'static str, member: &Member<'_>) -> Result<String, VerifyError> {
    match member.value {
        Value::String(text) => Ok(text.to_cow().into_owned()),
        _ => Err(VerifyError::InvalidJwe { member: name }),
    }
}
