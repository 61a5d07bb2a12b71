//! The grammar of RFC 8259, one function for each rule.

use alloc::borrow::Cow;

use super::error::{JsonError, MAX_DEPTH};
use super::members::{Members, Place};
use super::number;
use super::string::{Str, hex4};
use super::value::Value;
use crate::bytes::{below, equal, lowest};

/// Reads forwards, one byte at a time.
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) offset: usize,
    /// Whether the whole text has neither an escape nor a control character, as most texts.
    plain: bool,
    /// How many more values are accepted, without the outermost one.
    values_left: usize,
    /// How often a byte was examined or skipped.
    #[cfg(test)]
    pub(super) steps: core::cell::Cell<usize>,
}

/// A value that has just been read to its end.
pub(crate) struct Seen<'s, 'a> {
    pub(super) scanner: &'s Scanner<'a>,
    /// Where it begins.
    pub(super) start: usize,
}

impl<'a> Seen<'_, 'a> {
    #[inline]
    pub(crate) fn value(&self) -> Value<'a> {
        let Self { scanner, start } = *self;
        match scanner.text.as_bytes().get(start) {
            Some(b'"') => {
                let text = scanner.inside_quotes(start);
                let escaped = !scanner.plain && text.contains('\\');
                Value::String(if escaped { Str::Escaped(text) } else { Str::Plain(text) })
            }
            Some(b'{') => Value::Object(self.text()),
            Some(b'[') => Value::Array(self.text()),
            Some(b't' | b'f') => Value::Bool,
            Some(b'n') | None => Value::Null,
            Some(_) => Value::Number(self.text()),
        }
    }

    #[inline]
    pub(crate) fn text(&self) -> &'a str {
        self.scanner.since(self.start)
    }
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let plain = !has_special(text.as_bytes());
        Self {
            text,
            offset: 0,
            plain,
            values_left: usize::MAX,
            #[cfg(test)]
            steps: core::cell::Cell::new(0),
        }
    }

    pub(super) fn up_to(self, values: usize) -> Self {
        Self { values_left: values, ..self }
    }

    /// Skips white space up to the one object that a document consists of.
    pub(super) fn begin_object(&mut self) -> Result<(), JsonError> {
        self.white_space();
        if self.peek() == Some(b'{') {
            return Ok(());
        }
        // The error distinguishes a value of another type from invalid JSON.
        self.pass_value(1)?;
        Err(JsonError::NotAnObject)
    }

    /// Skips white space up to the end of the document.
    pub(super) fn end(&mut self) -> Result<(), JsonError> {
        self.white_space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(JsonError::TrailingData { offset: self.offset }),
        }
    }

    /// Returns where a string of this text begins, after its quotation mark.
    #[inline]
    pub(super) fn start_of(&self, string: Str<'a>) -> usize {
        let (Str::Plain(string) | Str::Escaped(string)) = string;
        let (start, text) = (string.as_ptr().addr(), self.text.as_ptr().addr());
        start.checked_sub(text).expect("the string is a part of the text")
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        #[cfg(test)]
        self.steps.update(|steps| steps + 1);
        self.text.as_bytes().get(self.offset).copied()
    }

    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.offset..).expect("the offset is within the text")
    }

    /// Skips bytes that were examined at the offset.
    #[inline]
    #[expect(clippy::arithmetic_side_effects, reason = "the offset stays within the text")]
    fn pass(&mut self, bytes: usize) {
        #[cfg(test)]
        self.steps.update(|steps| steps + bytes);
        self.offset += bytes;
    }

    /// Skips a byte that was examined at the offset.
    #[inline]
    fn advance(&mut self) {
        self.pass(1);
    }

    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.advance();
        }
        found
    }

    #[inline]
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.take(byte) { Ok(()) } else { Err(self.syntax()) }
    }

    fn syntax(&self) -> JsonError {
        JsonError::Syntax { offset: self.offset }
    }

    #[inline]
    pub(super) fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.advance();
        }
    }

    /// Skips what is between a member's name and its value.
    #[inline]
    pub(super) fn colon(&mut self) -> Result<(), JsonError> {
        self.white_space();
        self.expect(b':')?;
        self.white_space();
        Ok(())
    }

    /// Returns the text from `start` to here. Both ends are next to ASCII, so on character boundaries.
    #[inline]
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.offset).expect("a value begins and ends next to ASCII")
    }

    /// Returns a string without its quotation marks: from the one at `start` to the one that has just been read.
    #[inline]
    #[expect(clippy::arithmetic_side_effects, reason = "two quotation marks have been passed since `start`")]
    fn inside_quotes(&self, start: usize) -> &'a str {
        self.text.get(start + 1..self.offset - 1).expect("quotation marks are ASCII")
    }

    /// Skips a value, which is checked nevertheless.
    pub(super) fn pass_value(&mut self, depth: usize) -> Result<(), JsonError> {
        match self.peek() {
            Some(b'"') => self.pass_string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.pass_number(),
            Some(b'{') => self.object(depth, &mut |_, _| Ok(())),
            Some(b'[') => self.array(depth, &mut |_| Ok(())),
            Some(b't') => self.literal("true", ()),
            Some(b'f') => self.literal("false", ()),
            Some(b'n') => self.literal("null", ()),
            _ => Err(self.syntax()),
        }
    }

    /// Reads a value of a member, or an element.
    #[inline]
    fn inner_value(&mut self, depth: usize) -> Result<Seen<'_, 'a>, JsonError> {
        match self.values_left.checked_sub(1) {
            Some(left) => self.values_left = left,
            None => return Err(JsonError::TooManyValues { offset: self.offset }),
        }
        let start = self.offset;
        self.pass_value(depth)?;
        Ok(Seen { scanner: self, start })
    }

    #[inline]
    pub(super) fn literal<T>(&mut self, word: &str, value: T) -> Result<T, JsonError> {
        for byte in word.bytes() {
            self.expect(byte)?;
        }
        Ok(value)
    }

    pub(super) fn object<E: From<JsonError>>(
        &mut self,
        depth: usize,
        visit: &mut impl FnMut(Cow<'a, str>, Seen<'_, 'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        let deeper = self.open(depth)?;
        let mut members = Members::new();
        while let Some(name) = members.next(self)? {
            members.begin_value(self)?;
            visit(name, self.inner_value(deeper)?)?;
        }
        Ok(())
    }

    pub(super) fn array<E: From<JsonError>>(
        &mut self,
        depth: usize,
        visit: &mut impl FnMut(Seen<'_, 'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        let deeper = self.open(depth)?;
        let mut place = Place::First;
        while place.advance(self, b']')? {
            visit(self.inner_value(deeper)?)?;
        }
        Ok(())
    }

    /// Reads the opening bracket or brace of level `depth` and returns the level inside.
    #[inline]
    #[expect(clippy::arithmetic_side_effects, reason = "the depth has a limit")]
    pub(super) fn open(&mut self, depth: usize) -> Result<usize, JsonError> {
        if depth > MAX_DEPTH {
            return Err(JsonError::TooDeep { offset: self.offset });
        }
        self.advance();
        Ok(depth + 1)
    }

    /// Reads a string.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Str<'a>, JsonError> {
        let start = self.offset;
        let escaped = self.pass_string()?;
        let raw = self.inside_quotes(start);
        Ok(if escaped { Str::Escaped(raw) } else { Str::Plain(raw) })
    }

    /// Skips string = quotation-mark *char quotation-mark (RFC 8259 §7), with surrogates only in pairs. Returns whether
    /// something in it is escaped.
    #[inline]
    fn pass_string(&mut self) -> Result<bool, JsonError> {
        self.expect(b'"')?;
        let escaped = match self.plain {
            true => self.pass_plain().map(|()| false),
            false => self.pass_escaped(),
        };
        escaped.ok_or_else(|| self.syntax())
    }

    /// Reads a string and its closing quotation mark, in a text without escapes.
    #[inline]
    fn pass_plain(&mut self) -> Option<()> {
        self.skip(|word| equal(word, b'"'));
        while self.peek()? != b'"' {
            self.advance();
        }
        self.advance();
        Some(())
    }

    /// Reads a string and its closing quotation mark. Returns whether something in it is escaped.
    fn pass_escaped(&mut self) -> Option<bool> {
        let mut escaped = false;
        loop {
            match self.rest() {
                [b'"', ..] => {
                    self.advance();
                    return Some(escaped);
                }
                // Another escape often follows, so nothing is skipped in between.
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => {
                    escaped = true;
                    self.pass(2);
                }
                [b'\\', b'u', a, b, c, d, ..] if hex4(&[*a, *b, *c, *d]).is_some_and(is_whole) => {
                    escaped = true;
                    self.pass(6);
                }
                [b'\\', ..] => {
                    escaped = true;
                    self.advance();
                    self.unit_escape().ok()?;
                }
                [0x20..=0xff, ..] => {
                    self.advance();
                    self.skip(|word| below(word, 0x20) | equal(word, b'"') | equal(word, b'\\'));
                }
                [] | [0..=0x1f, ..] => return None,
            }
        }
    }

    /// Skips whole words up to a special byte, whose top bit `mark` sets. The caller handles the bytes that remain
    /// when no whole word does.
    #[inline]
    fn skip(&mut self, mark: impl Fn(u64) -> u64) {
        let rest = self.rest();
        let mut passed = 0_usize;
        for word in rest.as_chunks().0 {
            let marks = mark(u64::from_le_bytes(*word));
            if marks != 0 {
                passed = passed.wrapping_add(lowest(marks));
                break;
            }
            passed = passed.wrapping_add(8);
        }
        self.pass(passed);
    }

    /// Reads what follows a backslash in a `\\u` escape, up to the longest: a pair of surrogates.
    fn unit_escape(&mut self) -> Result<(), JsonError> {
        self.expect(b'u')?;
        match self.hex4()? {
            // A low surrogate must follow a high one immediately.
            0xd800..=0xdbff => {
                self.expect(b'\\')?;
                self.expect(b'u')?;
                match self.hex4()? {
                    0xdc00..=0xdfff => Ok(()),
                    _ => Err(self.syntax()),
                }
            }
            // Complete escapes have already been read.
            _ => Err(self.syntax()),
        }
    }

    fn hex4(&mut self) -> Result<u32, JsonError> {
        let rest = self.rest();
        match rest.first_chunk().and_then(hex4) {
            Some(unit) => {
                self.pass(4);
                Ok(unit)
            }
            None => {
                let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
                self.pass(digits);
                Err(self.syntax())
            }
        }
    }

    /// Reads the most likely text before a value: a comma (unless it is the `first`), a name of at most eight bytes
    /// and a colon, with or without a space. Reads nothing if the text is different.
    #[inline(always)]
    pub(super) fn short_name(&mut self, first: bool) -> Option<&'a str> {
        if !self.plain {
            return None;
        }
        let rest = self.rest();
        let (before, rest) = match first {
            true => (1, rest.strip_prefix(b"\"")?),
            false => (2, rest.strip_prefix(b",\"")?),
        };
        let length = lowest(equal(u64::from_le_bytes(*rest.first_chunk()?), b'"'));
        // In such a text no other white space is possible.
        let after = match rest.get(length..)?.strip_prefix(b"\":")? {
            [b' ', b' ', ..] => return None,
            [b' ', ..] => 3,
            _ => 2,
        };
        self.pass(before);
        let start = self.offset;
        self.pass(length);
        let name = self.since(start);
        self.pass(after);
        Some(name)
    }

    /// Reads ten digits, as in nearly all dates, if the end of a value follows. Reads nothing if the text is
    /// different.
    #[inline]
    pub(super) fn ten_digits(&mut self) -> Option<u64> {
        let rest = self.rest();
        let (digits, after) = rest.split_first_chunk()?;
        match after.first() {
            Some(b',' | b'}' | b']') if digits.first() != Some(&b'0') => {
                let value = number::ten_digits(digits)?;
                self.pass(10);
                Some(value)
            }
            _ => None,
        }
    }

    /// Reads a number, and returns its text.
    #[inline]
    pub(super) fn number(&mut self) -> Result<&'a str, JsonError> {
        let start = self.offset;
        self.pass_number()?;
        Ok(self.since(start))
    }

    /// Skips number = [ - ] int [ . digits ] [ e [ + / - ] digits ], without leading zeros (RFC 8259 §6).
    fn pass_number(&mut self) -> Result<(), JsonError> {
        if self.ten_digits().is_some() {
            return Ok(());
        }
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
        Ok(())
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

/// Returns whether a byte is a control character or a backslash. There is no early exit, so that a compiler vectorizes
/// the loops: most texts have no such byte.
#[inline]
fn has_special(text: &[u8]) -> bool {
    let any = |bytes: &[u8]| bytes.iter().fold(false, |any, byte| any | (*byte < 0x20) | (*byte == b'\\'));
    match text.last_chunk::<64>() {
        // The last block overlaps the one before it, so that no byte needs separate code.
        Some(end) => text.as_chunks::<64>().0.iter().fold(any(end), |all, block| all | any(block)),
        None => any(text),
    }
}

/// Returns whether a unit of UTF-16 is a character by itself, and not a surrogate.
#[inline]
const fn is_whole(unit: u32) -> bool {
    !matches!(unit, 0xd800..=0xdfff)
}

/// What a shortcut does not read is read without it, so only these tests would notice a shortcut that fails.
#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn short_names_are_read_by_the_shortcut_and_nothing_else() {
        for (text, first, name, offset) in [
            (r#""iss":"https://a""#, true, Some("iss"), 6),
            (r#""iss": "https://a""#, true, Some("iss"), 7),
            (r#""iss":  "https://a""#, true, None, 0),
            (r#","iss":"https://a""#, false, Some("iss"), 7),
            (r#","":"https://a""#, false, Some(""), 4),
            (r#","abcdefg":1}"#, false, Some("abcdefg"), 11),
            (r#","abcdefgh":1}"#, false, Some("abcdefgh"), 12),
            (r#","abcdefghi":1}"#, false, None, 0),
            (r#","iss":"https://a""#, true, None, 0),
            (r#""iss":"https://a""#, false, None, 0),
            (r#", "iss":"https://a""#, false, None, 0),
            (r#","iss" :"https://a""#, false, None, 0),
            (r#","is\u0073":"https://a""#, false, None, 0),
            (r#","a"":"https://a""#, false, None, 0),
            (r#","abcdefg"":1}"#, false, None, 0),
        ] {
            let mut scanner = Scanner::new(text);
            assert_eq!((scanner.short_name(first), scanner.offset), (name, offset), "{text}");
        }
    }

    #[test]
    fn ten_digits_are_read_by_the_shortcut_and_nothing_else() {
        for (text, value, offset) in [
            ("1300819380,", Some(1_300_819_380), 10),
            ("1300819380}", Some(1_300_819_380), 10),
            ("1300819380]", Some(1_300_819_380), 10),
            ("1300819380 ", None, 0),
            ("1300819380", None, 0),
            ("13008193800,", None, 0),
            ("0300819380,", None, 0),
            ("-300819380,", None, 0),
            ("130081938.,", None, 0),
        ] {
            let mut scanner = Scanner::new(text);
            assert_eq!((scanner.ten_digits(), scanner.offset), (value, offset), "{text}");
        }
    }

    #[test]
    fn special_bytes_are_found_at_every_place() {
        for length in 0..150 {
            let mut text = vec![b'a'; length];
            assert!(!has_special(&text), "{length}");
            for place in 0..length {
                for byte in [0, 0x1f, b'\\'] {
                    text[place] = byte;
                    assert!(has_special(&text), "{byte} at {place} of {length}");
                }
                for byte in [b' ', b'"', b'[', b']', 0x7f, 0xff] {
                    text[place] = byte;
                    assert!(!has_special(&text), "{byte} at {place} of {length}");
                }
            }
        }
    }

    #[test]
    fn words_are_skipped_up_to_the_special_byte() {
        for plain in ["a", "!", "\u{7f}", "\u{e9}"] {
            for count in 0..=24 {
                let before = plain.repeat(count);
                let text = [&before, r#"""#, plain, plain, "aaaaaaaa"].concat();
                let mut scanner = Scanner::new(&text);
                scanner.skip(|word| equal(word, b'"'));
                assert_eq!(scanner.offset, before.len(), "{text}");
            }
        }
        // The bytes that remain when no whole word does.
        let mut scanner = Scanner::new("aaaaaaaaaaaa\"");
        scanner.skip(|word| equal(word, b'"'));
        assert_eq!(scanner.offset, 8);
    }
}
