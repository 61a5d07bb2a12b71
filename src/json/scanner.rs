//! The grammar of RFC 8259, as one function for each of its rules.

use super::names::Names;
use super::string::Str;
use super::{JsonError, MAX_DEPTH, Member, Value};

/// Reads forwards, one byte at a time.
pub(super) struct Scanner<'a> {
    text: &'a str,
    pub(super) offset: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, offset: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
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

    pub(super) fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.advance();
        }
    }

    /// From `start` to here. Both ends stand beside ASCII, so on character boundaries.
    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.offset).unwrap_or_default()
    }

    pub(super) fn value(&mut self, depth: usize) -> Result<Value<'a>, JsonError> {
        let start = self.offset;
        match self.peek() {
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => Ok(Value::Number(self.number()?)),
            Some(b'{') => {
                self.object::<JsonError>(depth, &mut |_| Ok(()))?;
                Ok(Value::Object(self.since(start)))
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

    pub(super) fn object<E: From<JsonError>>(
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

    pub(super) fn array<E: From<JsonError>>(
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
