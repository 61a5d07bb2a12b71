//! The members of one object and the elements of one array, in order: RFC 8259 §4 and §5.

use alloc::borrow::Cow;

use super::error::JsonError;
use super::names::Names;
use super::scanner::Scanner;
use super::string::{self, Str};

/// How far an object or array has been read, which decides what may come next.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// Before the first item, or the closing bracket.
    First,
    /// Before another item, or the closing bracket.
    Next,
    /// Before the colon after a name.
    Colon,
    /// Before a value.
    Value,
    /// After the closing bracket. What follows belongs to the enclosing value.
    End,
}

impl Place {
    /// Skips the comma or the bracket before the next item. Returns whether there is an item.
    #[inline]
    pub(super) fn advance(&mut self, scanner: &mut Scanner<'_>, close: u8) -> Result<bool, JsonError> {
        if *self == Self::End {
            return Ok(false);
        }
        scanner.white_space();
        if scanner.take(close) {
            *self = Self::End;
            return Ok(false);
        }
        if *self == Self::Next {
            scanner.expect(b',')?;
            scanner.white_space();
        }
        *self = Self::Next;
        Ok(true)
    }
}

/// The members of one object. Rejects duplicate names.
pub(super) struct Members<'a> {
    names: Names<'a>,
    /// Where the name of the current member begins, after its quotation mark.
    name_start: usize,
    pub(super) place: Place,
}

impl<'a> Members<'a> {
    /// Creates the state after the opening brace.
    pub(super) fn new() -> Self {
        Self { names: Names::default(), name_start: 0, place: Place::First }
    }

    /// Returns the name of the current member.
    #[cold]
    pub(super) fn name(&self, scanner: &Scanner<'a>) -> Option<Str<'a>> {
        string::leading(scanner.text.get(self.name_start..)?)
    }

    /// Reads the next name, or returns `None` after the closing brace. Must only be called before a name.
    ///
    /// Inlined, because a type reads names at one place in the code, once for each member.
    #[inline(always)]
    pub(super) fn next(&mut self, scanner: &mut Scanner<'a>) -> Result<Option<Cow<'a, str>>, JsonError> {
        let first = self.place == Place::First;
        if (first || self.place == Place::Next)
            && let Some(name) = scanner.short_name(first)
        {
            return self.named(scanner, Str::Plain(name), Place::Value);
        }
        if !self.place.advance(scanner, b'}')? {
            return match self.names.repeated(scanner.text) {
                None => Ok(None),
                Some(offset) => Err(JsonError::DuplicateMember { offset }),
            };
        }
        let name = scanner.string()?;
        self.named(scanner, name, Place::Colon)
    }

    #[inline(always)]
    fn named(
        &mut self,
        scanner: &Scanner<'a>,
        name: Str<'a>,
        place: Place,
    ) -> Result<Option<Cow<'a, str>>, JsonError> {
        let value = name.to_cow();
        self.name_start = scanner.start_of(name);
        if !self.names.insert(name, &value, scanner.text) {
            #[expect(clippy::arithmetic_side_effects, reason = "a quotation mark precedes the name")]
            let offset = self.name_start - 1;
            return Err(JsonError::DuplicateMember { offset });
        }
        self.place = place;
        Ok(Some(value))
    }

    /// Skips the colon before the value of the current member.
    #[inline]
    pub(super) fn begin_value(&mut self, scanner: &mut Scanner<'a>) -> Result<(), JsonError> {
        if self.place == Place::Colon {
            scanner.colon()?;
        }
        self.place = Place::Next;
        Ok(())
    }
}
