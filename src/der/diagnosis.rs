//! Finds out why a text without a PEM block is not PEM, for the error.

use alloc::vec::Vec;

use super::recognize::{contains, decoded, format_of_text};
use crate::error::{KeyError, PemError};
use crate::key_type::KeyFormat;
use crate::numbers::Secret;

/// Returns what is wrong with a text that has no line `-----BEGIN …-----`.
pub(super) fn of_text_without_block(text: &[u8]) -> KeyError {
    if text.trim_ascii().is_empty() {
        return PemError::Empty.into();
    }
    if let Some(found) = super::format_of(text) {
        return KeyError::UnexpectedFormat { expected: KeyFormat::Pem, found };
    }
    if text.starts_with(&[0xff, 0xfe]) || text.starts_with(&[0xfe, 0xff]) || is_wide(text) {
        return PemError::Utf16.into();
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii();
    match format_of_text(text) {
        Some(found @ (KeyFormat::OpenSshPublic | KeyFormat::Putty)) => {
            return KeyError::UnsupportedFormat { found };
        }
        Some(found) if found != KeyFormat::Pem => {
            return KeyError::UnexpectedFormat { expected: KeyFormat::Pem, found };
        }
        _ => {}
    }
    if let Some(bytes) = decoded(text) {
        if contains(&bytes, b"-----BEGIN") {
            return PemError::Base64OfPem.into();
        }
        if let Some(found) = super::format_of(&bytes) {
            return PemError::NoArmor { found }.into();
        }
    }
    if is_file_name(text) {
        PemError::FileName.into()
    } else if [&b"BEGIN "[..], b"PRIVATE KEY", b"PUBLIC KEY", b"CERTIFICATE"]
        .iter()
        .any(|word| contains(text, word))
    {
        PemError::DamagedArmor.into()
    } else {
        PemError::NoBlock.into()
    }
}

/// Returns the format of a text that was passed where DER is expected.
pub(super) fn format_of_text_key(text: &[u8]) -> Option<KeyFormat> {
    format_of_text(text).or_else(|| {
        let bytes = decoded(text)?;
        (super::format_of(&bytes).is_some() || contains(&bytes, b"-----BEGIN")).then_some(KeyFormat::Base64)
    })
}

/// Returns whether this is PEM once every zero byte is removed.
fn is_wide(text: &[u8]) -> bool {
    let mut narrow = Secret::new(Vec::with_capacity(text.len()));
    narrow.extend(text.iter().filter(|byte| **byte != 0));
    narrow.len() < text.len() && contains(&narrow, b"-----BEGIN")
}

fn is_file_name(text: &[u8]) -> bool {
    const LONGEST: usize = 1024;
    const ENDS: [&[u8]; 9] =
        [b".pem", b".key", b".crt", b".cer", b".der", b".pub", b".p8", b".p12", b".json"];
    let text = text.trim_ascii();
    let text = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text);
    let ends = |end: &&[u8]| {
        text.last_chunk::<5>().map_or(text, |tail| tail.as_slice()).to_ascii_lowercase().ends_with(end)
    };
    let begins = [&b"/"[..], b"./", b"../", b"~/", b"file:"].iter().any(|start| text.starts_with(start));
    text.len() <= LONGEST && !text.contains(&b'\n') && (begins || ENDS.iter().any(ends))
}
