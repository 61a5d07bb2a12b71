//! Recognizes the format of a key in any encoding: for the check of secrets, and for errors of readers that got
//! another format than theirs.

use alloc::vec::Vec;

use crate::base64url;
use crate::json::{self, JsonError};
use crate::key_type::KeyFormat;
use crate::numbers::Secret;

/// Returns the format of the key that these bytes are, or `None` if they could be a random secret.
///
/// A key is also recognized behind white space, quotes and a byte order mark, in UTF-16, and in up to `layers` of
/// base64, base64url or hexadecimal.
pub(crate) fn format_of_key(bytes: &[u8], layers: u8) -> Option<KeyFormat> {
    if let Some(format) = super::format_of(bytes).or_else(|| super::format_of(bytes.trim_ascii_end())) {
        return Some(format);
    }
    // In UTF-16 every second byte of an ASCII text is zero; byte order marks are not ASCII.
    let mut text = Secret::new(Vec::with_capacity(bytes.len()));
    text.extend(bytes.iter().filter(|byte| byte.is_ascii() && **byte != 0));
    if let Some(format) = format_of_text(&text) {
        return Some(format);
    }
    let layers = layers.checked_sub(1)?;
    format_of_key(&decoded(&text)?, layers)
}

/// Returns the format of a key that is a text, as far as its own words show it.
pub(crate) fn format_of_text(text: &[u8]) -> Option<KeyFormat> {
    let text = text.trim_ascii();
    let begins = |prefixes: &[&[u8]]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    if contains(text, b"-----BEGIN") {
        // PEM may follow an explanation (RFC 7468 §2).
        Some(KeyFormat::Pem)
    } else if begins(&[b"ssh-", b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-"]) || contains(text, b"BEGIN SSH2") {
        Some(KeyFormat::OpenSshPublic)
    } else if begins(&[b"PuTTY-User-Key-File"]) {
        Some(KeyFormat::Putty)
    } else if begins(&[b"{", b"["]) {
        format_of_json(text)
    } else {
        None
    }
}

/// Returns whether this is a JWK, a JWK set, or the metadata document of an issuer, even with escapes in its member
/// names.
fn format_of_json(text: &[u8]) -> Option<KeyFormat> {
    let mut found = None;
    let read = json::read_object::<JsonError>(text, |member| {
        const NAMES: [(&str, KeyFormat); 3] =
            [("kty", KeyFormat::Jwk), ("keys", KeyFormat::JwkSet), ("jwks_uri", KeyFormat::IssuerMetadata)];
        let known = NAMES.iter().find(|(name, _)| member.name == **name);
        found = found.or(known.map(|(_, format)| *format));
        Ok(())
    });
    match (read, found) {
        (Ok(_), Some(format)) => Some(format),
        // Malformed, or several JWKs without a set around them.
        _ => contains(text, b"\"kty\"").then_some(KeyFormat::Jwk),
    }
}

/// Undoes one layer of base64, base64url or hexadecimal, with any line breaks, padding or quotes.
pub(super) fn decoded(text: &[u8]) -> Option<Secret> {
    let mut symbols = Secret::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some((symbol, after)) = rest.split_first() {
        rest = after;
        match symbol {
            b'+' => symbols.push(b'-'),
            b'/' => symbols.push(b'_'),
            b'\\' => rest = after.strip_prefix(b"n").or(after.strip_prefix(b"r")).unwrap_or(after),
            b'=' | b'"' | b'\'' => {}
            symbol if symbol.is_ascii_whitespace() => {}
            symbol => symbols.push(*symbol),
        }
    }
    if let Some(bytes) = from_hexadecimal(&symbols) {
        return Some(bytes);
    }
    base64url::decode(&*symbols).ok().map(Secret::new)
}

fn from_hexadecimal(symbols: &[u8]) -> Option<Secret> {
    let (pairs, []) = symbols.as_chunks() else { return None };
    let mut bytes = Secret::new(Vec::with_capacity(pairs.len()));
    for pair in pairs {
        let [high, low] = pair.map(|symbol| char::from(symbol).to_digit(16));
        bytes.push(u8::try_from(high?.checked_mul(16)?.checked_add(low?)?).ok()?);
    }
    Some(bytes)
}

pub(super) fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}
