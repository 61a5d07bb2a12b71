//! PEM as it is found in practice (RFC 7468 §3): explanatory text in front, lines of any width, `LF` or
//! `CRLF`. The label decides what is inside, and the content must agree.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::read::read_as;
use crate::error::KeyError;
use crate::key_type::KeyFormat;
use crate::numbers::{Numbers, Secret};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// The labels that are known.
const LABELS: &[(&str, KeyFormat)] = &[
    ("PRIVATE KEY", KeyFormat::Pkcs8),
    ("RSA PRIVATE KEY", KeyFormat::Pkcs1Private),
    ("RSA PUBLIC KEY", KeyFormat::Pkcs1Public),
    ("EC PRIVATE KEY", KeyFormat::Sec1),
    ("PUBLIC KEY", KeyFormat::Spki),
    ("CERTIFICATE", KeyFormat::Certificate),
    ("X509 CERTIFICATE", KeyFormat::Certificate),
    ("ENCRYPTED PRIVATE KEY", KeyFormat::Encrypted),
    ("CERTIFICATE REQUEST", KeyFormat::CertificateRequest),
    ("NEW CERTIFICATE REQUEST", KeyFormat::CertificateRequest),
    ("OPENSSH PRIVATE KEY", KeyFormat::OpenSsh),
];

/// `openssl ecparam -genkey` puts this block, which only repeats the curve, in front of the key.
const EC_PARAMETERS: &str = "EC PARAMETERS";

/// Reads the one key in `text`. A chain of certificates counts as one: its first is the leaf.
pub(crate) fn read(text: &[u8]) -> Result<(KeyFormat, Numbers), KeyError> {
    // The explanation in front may be in any encoding; the blocks themselves are ASCII.
    let copy;
    let mut rest = match String::from_utf8_lossy(text) {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => {
            copy = Zeroizing::new(text);
            copy.as_str()
        }
    };
    let mut key: Option<(KeyFormat, &str)> = None;
    while let Some((_, block)) = rest.split_once(BEGIN) {
        let (label, block) = block.split_once(DASHES).ok_or(KeyError::InvalidPem)?;
        let (body, after) = block.split_once(END).ok_or(KeyError::InvalidPem)?;
        rest = after
            .strip_prefix(label)
            .and_then(|after| after.strip_prefix(DASHES))
            .ok_or(KeyError::InvalidPem)?;
        if label == EC_PARAMETERS {
            continue;
        }
        let found = LABELS
            .iter()
            .find(|(known, _)| *known == label)
            .map_or(KeyFormat::Unknown, |(_, format)| *format);
        match key {
            None => key = Some((found, body)),
            Some((KeyFormat::Certificate, _)) if found == KeyFormat::Certificate => {}
            Some(_) => return Err(KeyError::MultipleKeys),
        }
    }
    match key.ok_or(KeyError::InvalidPem)? {
        // RFC 1421 §4.6.1.1: the headers of an encrypted PKCS#1 or SEC 1 key.
        (_, body) if body.contains("Proc-Type:") => {
            Err(KeyError::UnsupportedFormat { found: KeyFormat::Encrypted })
        }
        // Each format is read by its own grammar, which no other format fits.
        (found, body) => Ok((found, read_as(found, &decode(body)?)?)),
    }
}

fn decode(body: &str) -> Result<Secret, KeyError> {
    let mut base64 = Secret::new(Vec::with_capacity(body.len()));
    base64.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let len = Base64::decode_in_place(&mut base64).map_err(|_| KeyError::InvalidPem)?.len();
    base64.truncate(len);
    Ok(base64)
}

/// More than the text around the body: a buffer that grew would leave a copy of the key behind.
const ARMOUR: usize = 128;

/// Writes PEM, 64 characters a line (RFC 7468 §2).
pub(crate) fn write(label: &str, der: &[u8]) -> String {
    let body = zeroize::Zeroizing::new(Base64::encode_string(der));
    let mut text = String::with_capacity(body.len().saturating_add(body.len() / 32).saturating_add(ARMOUR));
    text.extend(["-----BEGIN ", label, "-----\n"]);
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(64).unwrap_or((rest, ""));
        text.extend([line, "\n"]);
        rest = after;
    }
    text.extend(["-----END ", label, "-----\n"]);
    text
}
