//! The members of an object, the elements of an array, and the variant of an enum.

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer as _, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{Declined, Deserializer, Nobody, Observer, Result};
use crate::json::names::Names;
use crate::json::scanner::Scanner;
use crate::json::string::Str;

/// How far an object or array has been read.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    First,
    Next,
    End,
}

impl Place {
    /// Passes what stands before the next item: whether there is one.
    #[inline]
    fn advance(&mut self, scanner: &mut Scanner<'_>, close: u8) -> Result<bool> {
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

    /// A visitor that stops half-way leaves text that nobody has read. One that has come to the end has
    /// read it all, whatever it thinks of it.
    fn ended<T>(self, scanner: &mut Scanner<'_>, value: Result<T>) -> Result<T> {
        if self == Self::End {
            scanner.finish();
            value
        } else {
            Err(Declined)
        }
    }
}

/// The inside of an object.
pub(super) struct Object<'s, 'a, O: Observer<'a>> {
    scanner: &'s mut Scanner<'a>,
    depth: usize,
    observer: O,
    names: Names<'a>,
    /// Whether the observer wants the value that comes next.
    wanted: Option<O::Wanted>,
    /// Whether the colon in front of it is still ahead.
    before_colon: bool,
    place: Place,
}

impl<'s, 'a, O: Observer<'a>> Object<'s, 'a, O> {
    pub(super) fn new(scanner: &'s mut Scanner<'a>, depth: usize, observer: O) -> Self {
        Self {
            scanner,
            depth,
            observer,
            names: Names::default(),
            wanted: None,
            before_colon: false,
            place: Place::First,
        }
    }

    pub(super) fn ended<T>(self, value: Result<T>) -> Result<T> {
        self.place.ended(self.scanner, value)
    }

    #[inline(always)]
    fn name<K: DeserializeSeed<'a>>(&mut self, seed: K, name: Str<'a>) -> Result<Option<K::Value>> {
        self.scanner.begin();
        if !self.names.insert(name) {
            // As if another value were due, which never comes, even if the visitor goes on.
            self.scanner.begin();
            return Err(Declined);
        }
        self.wanted = self.observer.wanted(name);
        named(seed, name).map(Some)
    }
}

impl<'a, O: Observer<'a>> MapAccess<'a> for &mut Object<'_, 'a, O> {
    type Error = Declined;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if let Some(name) = self.scanner.short_name(self.place == Place::First) {
            self.place = Place::Next;
            self.before_colon = false;
            return self.name(seed, Str::Plain(name));
        }
        if !self.place.advance(self.scanner, b'}')? {
            return Ok(None);
        }
        let name = self.scanner.string()?;
        self.before_colon = true;
        self.name(seed, name)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value> {
        if self.before_colon {
            self.scanner.colon()?;
        }
        let start = self.scanner.offset;
        let scanner = &mut *self.scanner;
        let value = seed.deserialize(Deserializer { scanner, depth: self.depth, observer: Nobody })?;
        if let Some(wanted) = self.wanted.take() {
            self.scanner.begin();
            self.observer.seen(wanted, self.scanner.value_since(start))?;
            self.scanner.finish();
        }
        Ok(value)
    }
}

/// The inside of an array.
pub(super) struct Array<'s, 'a> {
    scanner: &'s mut Scanner<'a>,
    depth: usize,
    place: Place,
}

impl<'s, 'a> Array<'s, 'a> {
    pub(super) fn new(scanner: &'s mut Scanner<'a>, depth: usize) -> Self {
        Self { scanner, depth, place: Place::First }
    }

    pub(super) fn ended<T>(self, value: Result<T>) -> Result<T> {
        self.place.ended(self.scanner, value)
    }
}

impl<'a> SeqAccess<'a> for &mut Array<'_, 'a> {
    type Error = Declined;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if !self.place.advance(self.scanner, b']')? {
            return Ok(None);
        }
        let scanner = &mut *self.scanner;
        scanner.begin();
        seed.deserialize(Deserializer { scanner, depth: self.depth, observer: Nobody }).map(Some)
    }
}

/// The only member of an object: the variant's name, and its content.
pub(super) struct Variant<'s, 'a> {
    pub(super) scanner: &'s mut Scanner<'a>,
    pub(super) depth: usize,
}

impl<'s, 'a> Variant<'s, 'a> {
    fn content(self) -> Deserializer<'s, 'a, Nobody> {
        Deserializer { scanner: self.scanner, depth: self.depth, observer: Nobody }
    }
}

impl<'a> EnumAccess<'a> for Variant<'_, 'a> {
    type Error = Declined;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Self)> {
        let name = self.scanner.string()?;
        self.scanner.colon()?;
        self.scanner.begin();
        Ok((named(seed, name)?, self))
    }
}

impl<'a> VariantAccess<'a> for Variant<'_, 'a> {
    type Error = Declined;

    fn unit_variant(self) -> Result<()> {
        serde::Deserialize::deserialize(self.content())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(self.content())
    }

    fn tuple_variant<V: Visitor<'a>>(self, len: usize, visitor: V) -> Result<V::Value> {
        self.content().deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'a>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        self.content().deserialize_struct("", fields, visitor)
    }
}

#[inline]
fn named<'a, S: DeserializeSeed<'a>>(seed: S, name: Str<'a>) -> Result<S::Value> {
    match name {
        Str::Plain(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
        Str::Escaped(_) => seed.deserialize(StringDeserializer::new(name.to_cow().into_owned())),
    }
}
