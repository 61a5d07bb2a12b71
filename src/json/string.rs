//! Strings: RFC 8259 §7.

use alloc::borrow::Cow;
use alloc::string::String;

/// A string between its quotes, as it stands in the text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Str<'a> {
    /// The value itself.
    Plain(&'a str),
    /// With escapes, known to be valid.
    Escaped(&'a str),
}

impl<'a> Str<'a> {
    /// The value, borrowed where nothing is escaped.
    #[inline]
    pub(crate) fn to_cow(self) -> Cow<'a, str> {
        match self {
            Self::Plain(value) => Cow::Borrowed(value),
            Self::Escaped(_) => Cow::Owned(self.chars().collect()),
        }
    }

    /// One of 64 places, the same for equal values.
    #[inline]
    pub(super) fn bucket(self) -> u32 {
        match self {
            Self::Plain(value) => bucket(value.as_bytes()),
            Self::Escaped(_) => bucket(self.to_cow().as_bytes()),
        }
    }

    /// The characters of the value.
    fn chars(self) -> Unescape<'a> {
        // A plain one holds no backslash.
        let (Self::Plain(raw) | Self::Escaped(raw)) = self;
        Unescape { rest: raw.chars() }
    }
}

#[inline]
fn bucket(value: &[u8]) -> u32 {
    let byte = |at: Option<&u8>| at.copied().map_or(0, u32::from);
    let ends = byte(value.first()).wrapping_mul(5).wrapping_add(byte(value.last()).wrapping_mul(3));
    ends.wrapping_add(value.len() as u32) % 64
}

impl PartialEq for Str<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(one), Self::Plain(other)) => one == other,
            _ => self.chars().eq(other.chars()),
        }
    }
}

impl PartialEq<str> for Str<'_> {
    fn eq(&self, other: &str) -> bool {
        match self {
            Self::Plain(value) => *value == other,
            Self::Escaped(_) => self.chars().eq(other.chars()),
        }
    }
}

/// The characters that a validated string stands for.
struct Unescape<'a> {
    rest: core::str::Chars<'a>,
}

impl Unescape<'_> {
    fn hex4(&mut self) -> Option<u32> {
        (0..4).try_fold(0_u32, |unit, _| Some(unit << 4 | self.rest.next()?.to_digit(16)?))
    }
}

impl Iterator for Unescape<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self.rest.next()? {
            '\\' => Some(match self.rest.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let unit = self.hex4()?;
                    if let Some(plain) = char::from_u32(unit) {
                        return Some(plain);
                    }
                    // The scanner has seen that a low surrogate follows.
                    self.rest.by_ref().take(2).for_each(drop);
                    let low = self.hex4()?;
                    char::from_u32(0x1_0000_u32.wrapping_add((unit & 0x3ff) << 10 | low & 0x3ff))?
                }
                itself => itself,
            }),
            plain => Some(plain),
        }
    }
}

/// Writes the name of a member, and before it what opens the object or follows the member before.
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
    // Not a search that stops, so that it looks at many bytes at a time.
    let plain = value.bytes().fold(true, |plain, byte| plain & !matches!(byte, b'"' | b'\\' | ..0x20));
    if plain {
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
    fn unescapes_as_serde_json_does() {
        let escapes = r#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20aC\ud83d\ude00é😀""#;
        let text = format!(r#"{{{escapes}:{escapes}}}"#);
        let want: String = serde_json::from_str(escapes).expect("a string");
        read_object(text.as_bytes(), |member| {
            assert_eq!(member.name.to_cow(), want.as_str());
            assert!(member.name == *want.as_str());
            assert!(matches!(member.value, Value::String(value) if value == member.name));
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
