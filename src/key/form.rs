//! Which form a key is in, told from its first bytes.
//!
//! An HMAC secret that is the text of a public key is the oldest attack on JWT libraries: the
//! server verifies RS256 and HS256 with "the key", and the public key is no secret (RFC 8725 §2.1).

use alloc::vec::Vec;

use crate::base64url;
use crate::der::{BIT_STRING, INTEGER, OCTET_STRING, SEQUENCE, tlv};
use crate::error::KeyFormat;
use crate::json::{self, JsonError};
use crate::material::Secret;

/// The form of a key that these bytes are, or `None` where they could well be a random secret.
///
/// White space and a byte order mark in front do not help, and neither does UTF-16.
pub(super) fn of_secret(bytes: &[u8]) -> Option<KeyFormat> {
    if let Some(form) = of_der(bytes).or_else(|| of_der(bytes.trim_ascii_end())) {
        return Some(form);
    }
    // In UTF-16 each second byte of an ASCII text is zero; byte order marks are no ASCII.
    let mut text = Secret::new(Vec::with_capacity(bytes.len()));
    text.extend(bytes.iter().filter(|byte| byte.is_ascii() && **byte != 0));
    let text = text.trim_ascii();
    // PEM may stand behind an explanation (RFC 7468 §2).
    if contains(text, b"-----BEGIN") {
        Some(KeyFormat::Pem)
    } else if [&b"ssh-"[..], b"ecdsa-sha2-", b"---- BEGIN SSH2"].iter().any(|prefix| text.starts_with(prefix))
    {
        Some(KeyFormat::OpenSsh)
    } else if text.starts_with(b"{") || text.starts_with(b"[") {
        // A JWK, or several.
        (contains(text, b"\"kty\"") || has_key_members(text)).then_some(KeyFormat::Jwk)
    } else {
        of_base64(text)
    }
}

/// The form of a key in DER without the armour of PEM, as some issuers give theirs out.
fn of_base64(text: &[u8]) -> Option<KeyFormat> {
    let mut symbols = Secret::new(Vec::with_capacity(text.len()));
    symbols.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=').map(|byte| {
        match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => *other,
        }
    }));
    of_der(&Secret::new(base64url::decode(&*symbols).ok()?))
}

/// Whether this is a JWK or a set of them, its names under whatever escapes.
fn has_key_members(text: &[u8]) -> bool {
    let mut found = false;
    let read = json::read_object::<JsonError>(text, |member| {
        found |= member.name == *"kty" || member.name == *"keys";
        Ok(())
    });
    read.is_ok() && found
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}

/// The form of a key in DER, told from its outermost structure, which must span all the bytes.
pub(super) fn of_der(bytes: &[u8]) -> Option<KeyFormat> {
    let (SEQUENCE, content, []) = tlv(bytes)? else {
        return None;
    };
    let (first, _, rest) = tlv(content)?;
    let (second, _, rest) = tlv(rest)?;
    match (first, second, rest.is_empty()) {
        (INTEGER, SEQUENCE, _) => Some(KeyFormat::Pkcs8),
        (INTEGER, OCTET_STRING, _) => Some(KeyFormat::Sec1),
        (INTEGER, INTEGER, true) => Some(KeyFormat::Pkcs1Public),
        (INTEGER, INTEGER, false) => Some(KeyFormat::Pkcs1Private),
        (SEQUENCE, BIT_STRING, true) => Some(KeyFormat::Spki),
        (SEQUENCE, OCTET_STRING, true) => Some(KeyFormat::Encrypted),
        (SEQUENCE, SEQUENCE, false) => Some(KeyFormat::Certificate),
        _ => None,
    }
}
