//! The members of an object, the elements of an array, and the content of an enum's variant.

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::key::Key;
use super::{Mismatch, Observer, Reader, Result, Seen};
use crate::json::members::{Members, Place};

/// The inside of an object.
pub(super) struct Object<'r, 'a, O: Observer<'a>> {
    reader: &'r mut Reader<'a>,
    depth: usize,
    observer: O,
    members: Members<'a>,
    /// What the observer does with the current member.
    wanted: Option<O::Wanted>,
    /// The names that the type lists.
    fields: &'static [&'static str],
}

impl<'r, 'a, O: Observer<'a>> Object<'r, 'a, O> {
    #[inline]
    pub(super) fn open(
        reader: &'r mut Reader<'a>,
        depth: usize,
        observer: O,
        fields: &'static [&'static str],
    ) -> Result<Self> {
        let depth = reader.scanner.open(depth);
        let depth = reader.checked(depth)?;
        Ok(Self { reader, depth, observer, members: Members::new(), wanted: None, fields })
    }

    /// Skips what the type has not read. Returns whether nothing was left.
    #[inline]
    pub(super) fn end(mut self) -> Result<bool> {
        let is_complete = self.members.place == Place::End || !self.skip_rest()?;
        self.reader.passed = true;
        Ok(is_complete)
    }

    /// Returns whether there was anything to skip.
    fn skip_rest(&mut self) -> Result<bool> {
        let mut any = false;
        loop {
            if matches!(self.members.place, Place::First | Place::Next) && !self.pass_name()? {
                return Ok(any);
            }
            any = true;
            let start = self.begin_value()?;
            let passed = self.reader.scanner.pass_value(self.depth);
            self.reader.checked(passed)?;
            self.show(start);
        }
    }

    fn pass_name(&mut self) -> Result<bool> {
        let name = self.members.next(&mut self.reader.scanner);
        let name = self.reader.checked(name)?;
        self.wanted = name.as_deref().and_then(|name| self.observer.wanted(name));
        Ok(name.is_some())
    }

    #[inline]
    fn begin_value(&mut self) -> Result<usize> {
        let begun = self.members.begin_value(&mut self.reader.scanner);
        self.reader.checked(begun)?;
        Ok(self.reader.scanner.offset)
    }

    /// Shows the value that began at `start` and has been read.
    #[inline(always)]
    fn show(&mut self, start: usize) {
        if let Some(wanted) = self.wanted.take()
            && self.reader.is_sound()
        {
            self.observer.see(wanted, Seen { scanner: &self.reader.scanner, start });
        }
    }

    /// Returns the name of the current member if the type lists it, else `*`.
    #[cold]
    fn name(&self) -> &'static str {
        let name = self.members.name(&self.reader.scanner);
        self.fields.iter().find(|field| name.is_some_and(|name| name == ***field)).unwrap_or(&"*")
    }
}

impl<'a, O: Observer<'a>> MapAccess<'a> for &mut Object<'_, 'a, O> {
    type Error = Mismatch;

    #[inline(always)]
    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if matches!(self.members.place, Place::Colon | Place::Value) {
            return Err(Mismatch::new("a type that asks for the value of each member"));
        }
        let name = self.members.next(&mut self.reader.scanner);
        let Some(name) = self.reader.checked(name)? else { return Ok(None) };
        self.wanted = self.observer.wanted(&name);
        seed.deserialize(Key(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value> {
        if !matches!(self.members.place, Place::Colon | Place::Value) {
            return Err(Mismatch::new("a type that asks for the name of each member"));
        }
        let start = self.begin_value()?;
        let value = self.reader.read(self.depth, seed);
        self.show(start);
        value.map_err(|mismatch| mismatch.at(self.name().into()))
    }
}

impl<'a, O: Observer<'a>> EnumAccess<'a> for &mut Object<'_, 'a, O> {
    type Error = Mismatch;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'a>>(mut self, seed: V) -> Result<(V::Value, Self)> {
        match self.next_key_seed(seed)? {
            Some(variant) => Ok((variant, self)),
            None => Err(Mismatch::new("an object with one member")),
        }
    }
}

impl<'a, O: Observer<'a>> VariantAccess<'a> for &mut Object<'_, 'a, O> {
    type Error = Mismatch;

    fn unit_variant(mut self) -> Result<()> {
        self.next_value()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(mut self, seed: T) -> Result<T::Value> {
        self.next_value_seed(seed)
    }

    fn tuple_variant<V: Visitor<'a>>(mut self, len: usize, visitor: V) -> Result<V::Value> {
        self.next_value_seed(Tuple { len, visitor })
    }

    fn struct_variant<V: Visitor<'a>>(
        mut self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.next_value_seed(Struct { fields, visitor })
    }
}

/// The content of a tuple variant.
struct Tuple<V> {
    len: usize,
    visitor: V,
}

impl<'a, V: Visitor<'a>> DeserializeSeed<'a> for Tuple<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> core::result::Result<V::Value, D::Error> {
        deserializer.deserialize_tuple(self.len, self.visitor)
    }
}

/// The content of a struct variant.
struct Struct<V> {
    fields: &'static [&'static str],
    visitor: V,
}

impl<'a, V: Visitor<'a>> DeserializeSeed<'a> for Struct<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> core::result::Result<V::Value, D::Error> {
        deserializer.deserialize_struct("", self.fields, self.visitor)
    }
}

/// The inside of an array.
pub(super) struct Array<'r, 'a> {
    reader: &'r mut Reader<'a>,
    depth: usize,
    place: Place,
    /// The index of the next element.
    index: usize,
}

impl<'r, 'a> Array<'r, 'a> {
    pub(super) fn open(reader: &'r mut Reader<'a>, depth: usize) -> Result<Self> {
        let depth = reader.scanner.open(depth);
        let depth = reader.checked(depth)?;
        Ok(Self { reader, depth, place: Place::First, index: 0 })
    }

    #[inline]
    fn advance(&mut self) -> Result<bool> {
        let more = self.place.advance(&mut self.reader.scanner, b']');
        self.reader.checked(more)
    }

    /// Skips what the type has not read. Returns whether nothing was left.
    pub(super) fn end(mut self) -> Result<bool> {
        let mut is_complete = true;
        while self.advance()? {
            is_complete = false;
            let passed = self.reader.scanner.pass_value(self.depth);
            self.reader.checked(passed)?;
        }
        self.reader.passed = true;
        Ok(is_complete)
    }
}

impl<'a> SeqAccess<'a> for &mut Array<'_, 'a> {
    type Error = Mismatch;

    #[expect(clippy::arithmetic_side_effects, reason = "no more elements than bytes")]
    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if !self.advance()? {
            return Ok(None);
        }
        let index = self.index;
        self.index = index + 1;
        match self.reader.read(self.depth, seed) {
            Ok(value) => Ok(Some(value)),
            Err(mismatch) => Err(mismatch.at_index(index)),
        }
    }
}
