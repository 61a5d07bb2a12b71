//! PEM as it is found in practice (RFC 7468 §3): explanatory text in front, lines of any width, `LF` or `CRLF`, line
//! breaks written as `\
//! ` in environment variables and JSON. The label decides how the content is read, and the content must match it.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::diagnosis;
use super::read::read_as;
use crate::error::{KeyError, PemError};
use crate::key_type::KeyFormat;
use crate::numbers::{Numbers, Secret};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// The supported labels.
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
    ("DSA PRIVATE KEY", KeyFormat::DsaTraditional),
    ("EC PARAMETERS", KeyFormat::Parameters),
    ("DSA PARAMETERS", KeyFormat::Parameters),
    ("DH PARAMETERS", KeyFormat::Parameters),
    ("PGP PRIVATE KEY BLOCK", KeyFormat::Pgp),
    ("PGP PUBLIC KEY BLOCK", KeyFormat::Pgp),
    ("PGP MESSAGE", KeyFormat::Pgp),
    ("PKCS7", KeyFormat::Pkcs7),
    ("CMS", KeyFormat::Pkcs7),
    ("X509 CRL", KeyFormat::RevocationList),
];

/// Reads the one key in `text`. A chain of certificates counts as one key: its first certificate is the leaf.
pub(crate) fn read(text: &[u8]) -> Result<(KeyFormat, Numbers), KeyError> {
    let (format, der) = block(text)?;
    // Each format is read by its own grammar, which no other format fits.
    Ok((format, read_as(format, &der)?))
}

/// Decodes the one block in `text` whose format is supported, including an encrypted one.
pub(super) fn block(text: &[u8]) -> Result<(KeyFormat, Secret), KeyError> {
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
    let mut parameters = false;
    while let Some((_, block)) = rest.split_once(BEGIN) {
        let (format, body, after) = first_block(block)?;
        rest = after;
        match key {
            // `openssl ecparam -genkey` writes a block with only the curve in front of the key.
            _ if format == KeyFormat::Parameters => parameters = true,
            None => key = Some((format, body)),
            Some((KeyFormat::Certificate, _)) if format == KeyFormat::Certificate => {}
            Some((first, _)) => return Err(KeyError::MultipleKeys { first, second: format }),
        }
    }
    let Some((format, body)) = key else {
        return Err(match parameters {
            true => KeyError::UnsupportedFormat { found: KeyFormat::Parameters },
            false => diagnosis::of_text_without_block(text),
        });
    };
    match format {
        // RFC 1421 §4.6.1.1: the headers of an encrypted PKCS#1 or SEC 1 key.
        _ if body.contains("Proc-Type:") => {
            Err(KeyError::UnsupportedFormat { found: KeyFormat::EncryptedTraditional })
        }
        KeyFormat::Pkcs8
        | KeyFormat::Pkcs1Private
        | KeyFormat::Pkcs1Public
        | KeyFormat::Sec1
        | KeyFormat::Spki
        | KeyFormat::Certificate
        | KeyFormat::Encrypted => Ok((format, decode(body)?)),
        found => Err(KeyError::UnsupportedFormat { found }),
    }
}

/// Returns the format, the body and what follows the block, given a text that begins with the label.
fn first_block(text: &str) -> Result<(KeyFormat, &str, &str), PemError> {
    let (label, text) = text.split_once(DASHES).ok_or(PemError::DamagedArmor)?;
    if !label.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ') {
        return Err(PemError::DamagedArmor);
    }
    let Some((body, after)) = text.split_once(END) else {
        return Err(match text {
            _ if is_blank(text) => PemError::FirstLineOnly,
            _ if text.contains("END ") => PemError::DamagedArmor,
            _ => PemError::NoEnd,
        });
    };
    if body.contains(BEGIN) {
        return Err(PemError::NoEnd);
    }
    let (end, after) = after.split_once(DASHES).ok_or(PemError::DamagedArmor)?;
    if end != label {
        return Err(PemError::LabelsDiffer);
    }
    let known = LABELS.iter().find(|(known, _)| *known == label);
    Ok((known.map_or(KeyFormat::Unknown, |(_, format)| *format), body, after))
}

/// Returns whether the text consists of line breaks, real or as `\
/// `, and quotes.
fn is_blank(text: &str) -> bool {
    text.replace("\\n", "")
        .replace("\\r", "")
        .bytes()
        .all(|byte| byte.is_ascii_whitespace() || b"\"'\\".contains(&byte))
}

fn decode(body: &str) -> Result<Secret, PemError> {
    let symbols = symbols_of(body)?;
    let mut base64 = symbols.clone();
    let Ok(len) = Base64::decode_in_place(&mut base64).map(<[u8]>::len) else {
        // Symbols are examined only in this error case: those of a valid key decide no branch.
        let is_symbol = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        return Err(match symbols.iter().all(is_symbol) {
            true => PemError::InvalidLength,
            false => PemError::InvalidSymbol,
        });
    };
    base64.truncate(len);
    Ok(base64)
}

/// Removes white space from the body of a block, and the escapes that JSON and environment files use for it: `\
/// `, `\\r`, and a backslash at the end of a line. PHP writes a slash as `\\/`. A backslash is not a base64 symbol, so
/// the escapes are unambiguous.
fn symbols_of(body: &str) -> Result<Secret, PemError> {
    let mut symbols = Secret::new(Vec::with_capacity(body.len()));
    let mut rest = body.bytes().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => {
                // Each layer of JSON or YAML doubles the backslashes.
                while rest.next_if_eq(&b'\\').is_some() {}
                match rest.peek() {
                    Some(b'n' | b'r') => drop(rest.next()),
                    Some(b'/' | b'\n' | b'\r') | None => {}
                    Some(_) => return Err(PemError::Escaped),
                }
            }
            byte if byte.is_ascii_whitespace() => {}
            byte => symbols.push(byte),
        }
    }
    Ok(symbols)
}

/// Capacity for more than the text around the body: a buffer that is reallocated would leave a copy of the key in
/// memory.
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
