//! One strict JSON object: RFC 8259, with what RFC 7515 §5.2 and RFC 7519 §4 ask beyond it.
//!
//! ```text
//! JSON-text = object                 ; nothing in front, nothing after but white space
//! object    = { [ member *( , member ) ] }
//! member    = string : value         ; no name twice, compared after unescaping
//! value     = false / null / true / object / array / number / string
//! ```
//!
//! The text is read once, in place, and in whole: also members that the caller ignores are held to
//! the grammar, and duplicates are refused at every depth, so that no other reader of the same token
//! can have seen another value.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::string::String;
use core::fmt;

/// How deep arrays and objects may nest. The object itself is the first level.
pub const MAX_DEPTH: usize = 32;

/// Why a text is not one strict JSON object. Offsets are in bytes; no piece of the text is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonError {
    /// Not UTF-8.
    NotUtf8 {
        /// Where the first sequence that is not UTF-8 begins.
        offset: usize,
    },
    /// A byte order mark in front (RFC 8259 §8.1).
    ByteOrderMark,
    /// Another value than an object.
    NotAnObject,
    /// Not JSON.
    Syntax {
        /// Where the text stops being JSON.
        offset: usize,
    },
    /// More text after the object.
    TrailingData {
        /// Where that text begins.
        offset: usize,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep {
        /// Where the level too many begins.
        offset: usize,
    },
    /// An object has two members of one name.
    DuplicateMember {
        /// Where the second one's name begins.
        offset: usize,
    },
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 { offset } => write!(f, "byte {offset} begins no UTF-8 sequence"),
            Self::ByteOrderMark => f.write_str("a byte order mark stands in front of the JSON text"),
            Self::NotAnObject => f.write_str("the JSON text is not an object"),
            Self::Syntax { offset } => write!(f, "the text is no JSON at byte {offset}"),
            Self::TrailingData { offset } => write!(f, "more text follows the JSON object at byte {offset}"),
            Self::TooDeep { offset } => {
                write!(f, "JSON nests deeper than {MAX_DEPTH} levels at byte {offset}")
            }
            Self::DuplicateMember { offset } => {
                write!(f, "a member's name stands a second time at byte {offset}")
            }
        }
    }
}

impl core::error::Error for JsonError {}

/// A string between its quotes, as it stands in the text. The escapes are known to be valid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Str<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Str<'a> {
    /// The value, borrowed where nothing is escaped.
    pub(crate) fn to_cow(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(self.chars().collect()) } else { Cow::Borrowed(self.raw) }
    }

    /// The value, where nothing is escaped.
    fn plain(self) -> Option<&'a str> {
        (!self.escaped).then_some(self.raw)
    }

    fn chars(self) -> Unescape<'a> {
        Unescape { rest: self.raw.chars() }
    }
}

impl PartialEq for Str<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.plain(), other.plain()) {
            (Some(one), Some(other)) => one == other,
            _ => self.chars().eq(other.chars()),
        }
    }
}

impl PartialEq<str> for Str<'_> {
    fn eq(&self, other: &str) -> bool {
        match self.plain() {
            Some(one) => one == other,
            None => self.chars().eq(other.chars()),
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

/// A value, and for what is not taken apart here the text that it was.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Null,
    Bool,
    /// The text of the number.
    Number(&'a str),
    String(Str<'a>),
    /// The text with its brackets.
    Array(&'a str),
    Object,
}

/// A member of the object that is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'a> {
    pub(crate) name: Str<'a>,
    pub(crate) value: Value<'a>,
    /// The value's text.
    pub(crate) raw: &'a str,
}

/// Reads one object and hands each member to `visit`, in order. Returns the text as UTF-8.
///
/// Members are handed over as they stream by: what follows may yet turn out to be no JSON, so
/// nothing may be acted upon before this returns.
pub(crate) fn read_object<'a, E: From<JsonError>>(
    text: &'a [u8],
    mut visit: impl FnMut(Member<'a>) -> Result<(), E>,
) -> Result<&'a str, E> {
    if text.starts_with(b"\xef\xbb\xbf") {
        return Err(JsonError::ByteOrderMark.into());
    }
    let text =
        core::str::from_utf8(text).map_err(|error| JsonError::NotUtf8 { offset: error.valid_up_to() })?;
    let mut scanner = Scanner { text, offset: 0 };
    scanner.white_space();
    if scanner.peek() != Some(b'{') {
        // Told apart for the reader of the error: a value of another type, or no JSON at all.
        scanner.value(1)?;
        return Err(JsonError::NotAnObject.into());
    }
    scanner.object(1, &mut visit)?;
    scanner.white_space();
    match scanner.peek() {
        None => Ok(text),
        Some(_) => Err(JsonError::TrailingData { offset: scanner.offset }.into()),
    }
}

/// Hands the elements of an array, the text of a [`Value::Array`], to `visit`, in order.
pub(crate) fn read_array<'a, E: From<JsonError>>(
    text: &'a str,
    mut visit: impl FnMut(Value<'a>) -> Result<(), E>,
) -> Result<(), E> {
    Scanner { text, offset: 0 }.array(1, &mut visit)
}

/// Writes `value` as a JSON string, quotes included.
pub(crate) fn write_string(value: &str, output: &mut String) {
    output.push('"');
    for character in value.chars() {
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
    output.push('"');
}

struct Scanner<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    fn advance(&mut self) {
        // Cannot overflow: only called after a byte was seen at the offset.
        self.offset = self.offset.wrapping_add(1);
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.take(byte) { Ok(()) } else { Err(self.syntax()) }
    }

    fn syntax(&self) -> JsonError {
        JsonError::Syntax { offset: self.offset }
    }

    fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.advance();
        }
    }

    /// From `start` to here. Both ends stand beside ASCII, so on character boundaries.
    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.offset).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, JsonError> {
        let start = self.offset;
        match self.peek() {
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => Ok(Value::Number(self.number()?)),
            Some(b'{') => {
                self.object::<JsonError>(depth, &mut |_| Ok(()))?;
                Ok(Value::Object)
            }
            Some(b'[') => {
                self.array::<JsonError>(depth, &mut |_| Ok(()))?;
                Ok(Value::Array(self.since(start)))
            }
            Some(b't') => self.literal("true", Value::Bool),
            Some(b'f') => self.literal("false", Value::Bool),
            Some(b'n') => self.literal("null", Value::Null),
            _ => Err(self.syntax()),
        }
    }

    fn literal(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, JsonError> {
        for byte in word.bytes() {
            self.expect(byte)?;
        }
        Ok(value)
    }

    fn object<E: From<JsonError>>(
        &mut self,
        depth: usize,
        visit: &mut impl FnMut(Member<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        let deeper = self.open(depth)?;
        let mut names = Names::default();
        self.white_space();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            let offset = self.offset;
            let name = self.string()?;
            if !names.insert(name) {
                return Err(JsonError::DuplicateMember { offset }.into());
            }
            self.white_space();
            self.expect(b':')?;
            self.white_space();
            let start = self.offset;
            let value = self.value(deeper)?;
            visit(Member { name, value, raw: self.since(start) })?;
            self.white_space();
            if self.take(b'}') {
                return Ok(());
            }
            self.expect(b',')?;
            self.white_space();
        }
    }

    fn array<E: From<JsonError>>(
        &mut self,
        depth: usize,
        visit: &mut impl FnMut(Value<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        let deeper = self.open(depth)?;
        self.white_space();
        if self.take(b']') {
            return Ok(());
        }
        loop {
            visit(self.value(deeper)?)?;
            self.white_space();
            if self.take(b']') {
                return Ok(());
            }
            self.expect(b',')?;
            self.white_space();
        }
    }

    /// Passes the opening bracket or brace of level `depth` and returns the level inside.
    fn open(&mut self, depth: usize) -> Result<usize, JsonError> {
        if depth > MAX_DEPTH {
            return Err(JsonError::TooDeep { offset: self.offset });
        }
        self.advance();
        Ok(depth.wrapping_add(1))
    }

    /// string = quotation-mark *char quotation-mark (RFC 8259 §7), surrogates only in pairs.
    fn string(&mut self) -> Result<Str<'a>, JsonError> {
        self.expect(b'"')?;
        let start = self.offset;
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let raw = self.since(start);
                    self.advance();
                    return Ok(Str { raw, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.advance();
                    self.escape()?;
                }
                Some(0x20..) => self.advance(),
                Some(..0x20) | None => return Err(self.syntax()),
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.advance(),
            Some(b'u') => {
                self.advance();
                match self.hex4()? {
                    // A high surrogate wants a low one at once.
                    0xd800..=0xdbff => {
                        self.expect(b'\\')?;
                        self.expect(b'u')?;
                        if !matches!(self.hex4()?, 0xdc00..=0xdfff) {
                            return Err(self.syntax());
                        }
                    }
                    0xdc00..=0xdfff => return Err(self.syntax()),
                    _ => {}
                }
            }
            _ => return Err(self.syntax()),
        }
        Ok(())
    }

    fn hex4(&mut self) -> Result<u32, JsonError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit << 4 | digit.ok_or_else(|| self.syntax())?;
            self.advance();
        }
        Ok(unit)
    }

    /// number = [ - ] int [ . digits ] [ e [ + / - ] digits ], no zero in front (RFC 8259 §6).
    fn number(&mut self) -> Result<&'a str, JsonError> {
        let start = self.offset;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _signed = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(self.since(start))
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.syntax());
        }
        while let Some(b'0'..=b'9') = self.peek() {
            self.advance();
        }
        Ok(())
    }
}

/// The names that an object has had so far. The first few are compared one by one, without
/// allocation; a header or payload of thousands of members costs n log n.
#[derive(Default)]
struct Names<'a> {
    few: [Option<Str<'a>>; FEW],
    count: usize,
    many: BTreeSet<Cow<'a, str>>,
}

const FEW: usize = 16;

impl<'a> Names<'a> {
    /// Whether `name` is new.
    fn insert(&mut self, name: Str<'a>) -> bool {
        if self.few.iter().take(self.count).flatten().any(|other| *other == name) {
            return false;
        }
        match self.few.get_mut(self.count) {
            Some(slot) => {
                *slot = Some(name);
                self.count = self.count.wrapping_add(1);
                true
            }
            None => self.many.insert(name.to_cow()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    fn read(text: impl AsRef<[u8]>) -> Result<(), JsonError> {
        read_object(text.as_ref(), |_| Ok(())).map(drop)
    }

    #[test]
    fn hands_over_each_member_with_its_text() {
        let mut seen = Vec::new();
        let text = br#" { "a" : "x\n" , "b":[1, {"c":null}],"c":-0.5e+3,"d":true,"e":{ } } "#;
        read_object(text, |member| {
            seen.push(format!("{}={}", member.name.to_cow(), member.raw));
            Ok::<(), JsonError>(())
        })
        .expect("JSON");
        assert_eq!(seen, [r#"a="x\n""#, r#"b=[1, {"c":null}]"#, "c=-0.5e+3", "d=true", "e={ }"]);
    }

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

    #[test]
    fn refuses_what_is_not_one_object() {
        for (text, error) in [
            (&b""[..], JsonError::Syntax { offset: 0 }),
            (b"[]", JsonError::NotAnObject),
            (b"\"{}\"", JsonError::NotAnObject),
            (b"null", JsonError::NotAnObject),
            (b"{}{}", JsonError::TrailingData { offset: 2 }),
            (b"{} x", JsonError::TrailingData { offset: 3 }),
            (b"{}\0", JsonError::TrailingData { offset: 2 }),
            (b"\xef\xbb\xbf{}", JsonError::ByteOrderMark),
            (b"{\0}\0", JsonError::Syntax { offset: 1 }),
            (b"\xff\xfe{\0}\0", JsonError::NotUtf8 { offset: 0 }),
            (b"{\"a\":\"\xc3\x28\"}", JsonError::NotUtf8 { offset: 6 }),
            (b"{\"a\":\"\xed\xa0\x80\"}", JsonError::NotUtf8 { offset: 6 }),
        ] {
            assert_eq!(read(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn refuses_what_rfc_8259_does_not_derive() {
        for text in [
            "{",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "{\"a\" 1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":01}",
            "{\"a\":+1}",
            "{\"a\":.5}",
            "{\"a\":1.}",
            "{\"a\":1e}",
            "{\"a\":-}",
            "{\"a\":0x1}",
            "{\"a\":NaN}",
            "{\"a\":tru}",
            "{\"a\":nulL}",
            "{\"a\":[1,]}",
            "{\"a\":[,1]}",
            "{\"a\":[1}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\u12\"}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\\udc00\"}",
            "{\"a\":\"\\ud800\\u0041\"}",
            "{\"a\":\"\\ud800x\"}",
            "{\"a\":\"\\u+123\"}",
            "{\"a\":\"",
            "{\"a\":/**/1}",
            "{\"a\":1}}",
        ] {
            let error = read(text).expect_err(text);
            assert!(
                matches!(error, JsonError::Syntax { .. } | JsonError::TrailingData { .. }),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn refuses_duplicate_members_at_every_depth_after_unescaping() {
        for (text, offset) in [
            (r#"{"alg":1,"alg":2}"#, 9),
            (r#"{"alg":1,"\u0061lg":2}"#, 9),
            (r#"{"\u0061lg":1,"al\u0067":2}"#, 14),
            (r#"{"x":{"a":1,"a":1}}"#, 12),
            (r#"{"x":[{"":1,"":1}]}"#, 12),
        ] {
            assert_eq!(read(text), Err(JsonError::DuplicateMember { offset }), "{text}");
        }
        let many = |last: usize| {
            let names: Vec<_> = (0..40).chain([last]).map(|name| format!("\"{name}\":0")).collect();
            format!("{{{}}}", names.join(","))
        };
        assert_eq!(read(many(40)), Ok(()));
        assert!(matches!(read(many(0)), Err(JsonError::DuplicateMember { .. })));
        assert!(matches!(read(many(39)), Err(JsonError::DuplicateMember { .. })));
    }

    #[test]
    fn refuses_to_nest_deeper_than_the_limit() {
        let nest = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
        assert_eq!(read(nest(MAX_DEPTH)), Ok(()));
        assert_eq!(read(nest(MAX_DEPTH + 1)), Err(JsonError::TooDeep { offset: 36 }));
        assert!(matches!(read(nest(100_000)), Err(JsonError::TooDeep { .. })));
        assert!(matches!(read("{\"a\":".repeat(100_000)), Err(JsonError::TooDeep { .. })));
        assert!(JsonError::TooDeep { offset: 5 }.to_string().contains("32"));
    }
}
