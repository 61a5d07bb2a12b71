//! Which form a key is in, told from its first bytes.
//!
//! An HMAC secret that is the text of a public key is the oldest attack on JWT libraries: the
//! server verifies RS256 and HS256 with "the key", and the public key is no secret (RFC 8725 §2.1).

use crate::der::{BIT_STRING, INTEGER, OCTET_STRING, SEQUENCE, tlv};
use crate::error::KeyForm;

/// The form of a key that these bytes are, or `None` where they could well be a random secret.
///
/// White space and a byte order mark in front do not help, and neither does UTF-16.
pub(super) fn of_secret(bytes: &[u8]) -> Option<KeyForm> {
    if let Some(form) = of_der(bytes) {
        return Some(form);
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = text.strip_prefix(b"\xff\xfe").or_else(|| text.strip_prefix(b"\xfe\xff")).unwrap_or(text);
    // In UTF-16 each second byte of an ASCII text is zero.
    let mut text = text.iter().copied().filter(|byte| *byte != 0).skip_while(u8::is_ascii_whitespace);
    let mut start = [0; 64];
    start.iter_mut().zip(text.by_ref()).for_each(|(to, from)| *to = from);

    if start.starts_with(b"-----BEGIN") || start.starts_with(b"---- BEGIN") {
        return Some(KeyForm::Pem);
    }
    if [&b"ssh-"[..], b"ecdsa-sha2-"].iter().any(|prefix| start.starts_with(prefix)) {
        return Some(KeyForm::OpenSsh);
    }
    // A JWK, or a set of them.
    let is_jwk = start.starts_with(b"{") && contains(start.into_iter().chain(text), b"\"kty\"");
    is_jwk.then_some(KeyForm::Jwk)
}

fn contains(text: impl Iterator<Item = u8>, wanted: &[u8; 5]) -> bool {
    let mut last = [0; 5];
    text.into_iter().any(|byte| {
        last.rotate_left(1);
        last[4] = byte;
        last == *wanted
    })
}

/// The form of a key in DER, told from its outermost structure, which must span all the bytes.
pub(super) fn of_der(bytes: &[u8]) -> Option<KeyForm> {
    let (SEQUENCE, content, []) = tlv(bytes)? else {
        return None;
    };
    let (first, _, rest) = tlv(content)?;
    let (second, _, rest) = tlv(rest)?;
    match (first, second, rest.is_empty()) {
        (INTEGER, SEQUENCE, _) => Some(KeyForm::Pkcs8),
        (INTEGER, OCTET_STRING, _) => Some(KeyForm::Sec1),
        (INTEGER, INTEGER, true) => Some(KeyForm::Pkcs1Public),
        (INTEGER, INTEGER, false) => Some(KeyForm::Pkcs1Private),
        (SEQUENCE, BIT_STRING, true) => Some(KeyForm::Spki),
        (SEQUENCE, OCTET_STRING, true) => Some(KeyForm::Encrypted),
        (SEQUENCE, SEQUENCE, false) => Some(KeyForm::Certificate),
        _ => None,
    }
}
