//! Strings: RFC 8259 §7.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::bytes::{self, below, equal};

/// A string between its quotation marks, verbatim.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Str<'a> {
    /// The value itself.
    Plain(&'a str),
    /// With escapes, known to be valid.
    Escaped(&'a str),
}

impl<'a> Str<'a> {
    /// Returns the value, borrowed if nothing is escaped.
    #[inline]
    pub(crate) fn to_cow(self) -> Cow<'a, str> {
        match self {
            Self::Plain(value) => Cow::Borrowed(value),
            Self::Escaped(raw) => Cow::Owned(unescaped(raw)),
        }
    }
}

impl PartialEq<str> for Str<'_> {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        match self {
            Self::Plain(value) => *value == other,
            // No escape is shorter than the character that it represents.
            Self::Escaped(raw) => other.len() < raw.len() && unescaped(raw) == other,
        }
    }
}

/// Returns the validated string that `text` begins with, up to its quotation mark.
pub(super) fn leading(text: &str) -> Option<Str<'_>> {
    let (mut escaped, mut behind_backslash) = (false, false);
    let length = text.bytes().position(|byte| {
        let is_end = byte == b'"' && !behind_backslash;
        behind_backslash = byte == b'\\' && !behind_backslash;
        escaped |= behind_backslash;
        is_end
    });
    let raw = text.get(..length?)?;
    Some(if escaped { Str::Escaped(raw) } else { Str::Plain(raw) })
}

/// Returns the value of a validated string. No escape is shorter than the character that it represents, so nothing is
/// reallocated.
fn unescaped(raw: &str) -> String {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = split_at_escape(rest) {
        value.push_str(plain);
        let (character, after) = escaped_character(escape).expect("the scanner has checked each escape");
        value.push(character);
        rest = after;
    }
    value.push_str(rest);
    value
}

/// Returns what is before and after the first backslash.
#[inline]
fn split_at_escape(text: &str) -> Option<(&str, &str)> {
    // One escape often follows another.
    match text.strip_prefix('\\') {
        Some(escape) => Some(("", escape)),
        None => bytes::split_around(text, bytes::first(text.as_bytes(), b'\\')?),
    }
}

/// Returns the character that an escape represents, given the text after its backslash, and what follows.
#[inline]
fn escaped_character(escape: &str) -> Option<(char, &str)> {
    let (kind, after) = escape.split_at_checked(1)?;
    let character = match kind {
        "u" => return escaped_unit(after),
        "b" => '\u{8}',
        "f" => '\u{c}',
        "n" => '\n',
        "r" => '\r',
        "t" => '\t',
        itself => return Some((itself.chars().next()?, after)),
    };
    Some((character, after))
}

/// Returns the character that one unit of UTF-16 represents, or two of them, and what follows.
fn escaped_unit(text: &str) -> Option<(char, &str)> {
    let (unit, after) = text.split_at_checked(4)?;
    let unit = hex4(unit.as_bytes().first_chunk()?)?;
    if let Some(plain) = char::from_u32(unit) {
        return Some((plain, after));
    }
    // The scanner has checked that a low surrogate follows.
    let (low, after) = after.strip_prefix(r"\u")?.split_at_checked(4)?;
    let low = hex4(low.as_bytes().first_chunk()?)?;
    #[expect(clippy::arithmetic_side_effects, reason = "two halves have ten bits each")]
    let pair = char::from_u32(0x1_0000 + ((unit & 0x3ff) << 10 | low & 0x3ff))?;
    Some((pair, after))
}

/// Returns the value of four hexadecimal digits.
#[inline]
pub(super) fn hex4(digits: &[u8; 4]) -> Option<u32> {
    // Letters have bit 6, and their last four bits begin at 1. There is no early exit, so that four digits are
    // computed at a time.
    #[expect(clippy::arithmetic_side_effects, reason = "at most 15 + 3 * 9")]
    let value = |digit: &u8| u32::from(digit & 0xf) + u32::from(digit >> 6) * 9;
    let unit = digits.iter().fold(0, |unit, digit| unit << 4 | value(digit));
    let all = digits.iter().fold(true, |all, digit| all & digit.is_ascii_hexdigit());
    all.then_some(unit)
}

/// Writes the name of a member, and before it the opening brace or a comma.
pub(crate) fn write_name(name: &str, output: &mut String) {
    output.push(if output.is_empty() { '{' } else { ',' });
    write_string(name, output);
    output.push(':');
}

/// Writes an array of strings.
pub(crate) fn write_strings(values: &[String], output: &mut String) {
    output.push('[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            output.push(',');
        }
        write_string(value, output);
    }
    output.push(']');
}

/// Writes `value` as a JSON string, quotes included.
pub(crate) fn write_string(value: &str, output: &mut String) {
    output.push('"');
    if bytes::none(value.as_bytes(), |word| below(word, 0x20) | equal(word, b'"') | equal(word, b'\\')) {
        output.push_str(value);
    } else {
        value.chars().for_each(|character| write_escaped(character, output));
    }
    output.push('"');
}

fn write_escaped(character: char, output: &mut String) {
    match character {
        '"' => output.push_str("\\\""),
        '\\' => output.push_str("\\\\"),
        control if control < ' ' => {
            output.push_str("\\u00");
            for nibble in [u32::from(control) >> 4, u32::from(control) & 15] {
                output.extend(char::from_digit(nibble, 16));
            }
        }
        plain => output.push(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{JsonError, Value, read_object};
    use super::*;
    use alloc::format;

    #[test]
    fn strings_are_compared_by_their_values() {
        for (one, other, same) in [
            (Str::Plain("a"), "a", true),
            (Str::Escaped("\\u0061"), "a", true),
            (Str::Plain("a"), "b", false),
            (Str::Escaped("\\u0061"), "b", false),
            (Str::Escaped("\\u0061"), "\\u0061", false),
        ] {
            assert_eq!(one == *other, same, "{one:?} {other:?}");
        }
    }

    #[test]
    fn only_what_must_be_is_escaped() {
        let mut text = String::new();
        write_string("a \"\u{1f}\u{7f}\"", &mut text);
        assert_eq!(text, "\"a \\\"\\u001f\u{7f}\\\"\"");
    }

    #[test]
    fn unescapes_as_serde_json_does() {
        let escapes = r#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20aC\ud83d\ude00é😀""#;
        let text = format!(r#"{{{escapes}:{escapes}}}"#);
        let want: String = serde_json::from_str(escapes).expect("a string");
        read_object(text.as_bytes(), |member| {
            assert_eq!(member.name, want.as_str());
            assert!(matches!(member.value, Value::String(value) if value == *want.as_str()));
            Ok::<(), JsonError>(())
        })
        .expect("JSON");
    }

    #[test]
    fn writes_strings_that_read_back() {
        let value = "plain \"quoted\" back\\slash \u{0}\u{1f}\n\u{7f} é😀";
        let mut text = String::new();
        write_string(value, &mut text);
        assert_eq!(serde_json::from_str::<String>(&text).expect("a string"), value);
    }
}
