//! PEM as people have it (RFC 7468 §3): explanatory text in front, lines of any width, `LF` or
//! `CRLF`. The label decides what is inside, and the content must agree.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::der;
use crate::error::{KeyError, KeyFormat};
use crate::material::{Material, Secret};

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
pub(super) fn parse(text: &[u8]) -> Result<Material, KeyError> {
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
        let found =
            LABELS.iter().find(|(known, _)| *known == label).map_or(KeyFormat::Unknown, |(_, form)| *form);
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
        // Each form is read by its own grammar, which no other form fits.
        (found, body) => der::parse(found, &decode(body)?),
    }
}

fn decode(body: &str) -> Result<Secret, KeyError> {
    let mut base64 = Secret::new(Vec::with_capacity(body.len()));
    base64.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let len = Base64::decode_in_place(&mut base64).map_err(|_| KeyError::InvalidPem)?.len();
    base64.truncate(len);
    Ok(base64)
}
