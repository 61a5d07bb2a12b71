//! The members of an object, the elements of an array, and the variant of an enum.

use alloc::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer as _, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{Declined, Deserializer, Nobody, Observer, Result};
use crate::json::names::Names;
use crate::json::scanner::Scanner;
use crate::json::string::Str;

/// How far an object or array has been read, and so what may be asked for.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Before the first item, or the end.
    First,
    /// Before another item, or the end.
    Next,
    /// Before a colon and a value.
    Colon,
    /// Before a value, the colon passed.
    Value,
    /// Behind the closing bracket: what follows is another's, however often somebody asks.
    End,
}

impl Place {
    /// Passes what stands before the next item: whether there is one.
    #[inline]
    fn advance(&mut self, scanner: &mut Scanner<'_>, close: u8) -> Result<bool> {
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

    /// A visitor that stops half-way leaves text that nobody has read. One that has come to the end has
    /// read it all, whatever it thinks of it.
    fn ended(self, scanner: &mut Scanner<'_>) -> Result<()> {
        if self == Self::End {
            scanner.finish();
            Ok(())
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
    place: Place,
}

impl<'s, 'a, O: Observer<'a>> Object<'s, 'a, O> {
    pub(super) fn new(scanner: &'s mut Scanner<'a>, depth: usize, observer: O) -> Self {
        Self { scanner, depth, observer, names: Names::default(), wanted: None, place: Place::First }
    }

    pub(super) fn ended(self) -> Result<()> {
        self.place.ended(self.scanner)
    }

    #[inline(always)]
    fn name<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
        name: Str<'a>,
        then: Place,
    ) -> Result<Option<K::Value>> {
        let value = name.to_cow();
        if !self.names.insert(name, &value, self.scanner.text) {
            return Err(self.broken());
        }
        self.scanner.begin();
        self.place = then;
        self.wanted = self.observer.wanted(&value);
        named(seed, value).map(Some)
    }

    /// The next name, or none at the end, with whatever white space there is.
    fn any_name(&mut self) -> Result<Option<Str<'a>>> {
        // The last name's value has not been asked for.
        if matches!(self.place, Place::Colon | Place::Value) {
            return Err(Declined);
        }
        let more = self.place.advance(self.scanner, b'}')?;
        Ok(if more { Some(self.scanner.string()?) } else { None })
    }

    /// For what is wrong where no value is due: as if one were that never comes, even if the visitor goes on.
    #[cold]
    fn broken(&mut self) -> Declined {
        self.scanner.begin();
        Declined
    }
}

impl<'a, O: Observer<'a>> MapAccess<'a> for &mut Object<'_, 'a, O> {
    type Error = Declined;

    /// Inlined, since a type asks for names in one place, and for each of them.
    #[inline(always)]
    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        let first = self.place == Place::First;
        if (first || self.place == Place::Next)
            && let Some(name) = self.scanner.short_name(first)
        {
            return self.name(seed, Str::Plain(name), Place::Value);
        }
        match self.any_name() {
            Ok(Some(name)) => self.name(seed, name, Place::Colon),
            Ok(None) if self.names.repeated(self.scanner.text).is_none() => Ok(None),
            Ok(None) | Err(_) => Err(self.broken()),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value> {
        match self.place {
            Place::Value => {}
            Place::Colon => self.scanner.colon()?,
            Place::First | Place::Next | Place::End => return Err(self.broken()),
        }
        self.place = Place::Next;
        let start = self.scanner.offset;
        let scanner = &mut *self.scanner;
        let value = seed.deserialize(Deserializer { scanner, depth: self.depth, observer: Nobody });
        let Some(wanted) = self.wanted.take() else { return value };
        // Due once more until the observer has seen it: whatever the type thinks of the value, and whether or
        // not the visitor goes on.
        self.scanner.begin();
        let value = value?;
        self.observer.seen(wanted, self.scanner.value_since(start))?;
        self.scanner.finish();
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

    pub(super) fn ended(self) -> Result<()> {
        self.place.ended(self.scanner)
    }
}

impl<'a> SeqAccess<'a> for &mut Array<'_, 'a> {
    type Error = Declined;

    /// A comma that is missing stops all who ask again, so the end is not reached.
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
        // The content is due even where there is no name.
        self.scanner.begin();
        let name = self.scanner.string()?.to_cow();
        self.scanner.colon()?;
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
fn named<'a, S: DeserializeSeed<'a>>(seed: S, name: Cow<'a, str>) -> Result<S::Value> {
    match name {
        Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
        Cow::Owned(name) => seed.deserialize(StringDeserializer::new(name)),
    }
}
