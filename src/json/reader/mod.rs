//! Reads JSON text into a type, as strictly as the [`Scanner`].
//!
//! The text is read once and only forwards, whatever the type does. Before a value is passed to a type, it is marked
//! as unread. A method of [`Deserializer`] that reads a value marks it as read. If the type returns and the value is
//! still unread (because the type failed, ignored an error, or did not read it), the scanner skips it. An object or
//! array that a type has read in part is skipped to its end in the same way. So the grammar, the depth and the names
//! of the whole text are always checked, and the type cannot hide text that is not JSON.
//!
//! There are two kinds of errors. Text that is not strict JSON is a [`JsonError`]. The first one is kept in the
//! [`Reader`] and ends the text, so a type that ignores it reads nothing more and the whole fails. A value of another
//! type is a [`Mismatch`]. It concerns only the type, which may ignore it.

mod access;
mod error;
mod key;
mod raw;
#[cfg(test)]
mod work;

use alloc::borrow::Cow;
use core::marker::PhantomData;

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{self, DeserializeSeed, Visitor};

use self::access::{Array, Object};
pub(crate) use self::error::Mismatch;
use super::error::JsonError;
use super::scanner::{Scanner, Seen};
use super::string::Str;

type Result<T> = core::result::Result<T, Mismatch>;

/// A text that is being read, and the state of reading.
pub(super) struct Reader<'a> {
    pub(super) scanner: Scanner<'a>,
    /// Whether the value that was passed to a type last has been read to its end.
    passed: bool,
    /// Why the text is not JSON.
    failure: Option<JsonError>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(scanner: Scanner<'a>) -> Self {
        Self { scanner, passed: false, failure: None }
    }

    /// Records the first error, which ends the text.
    #[cold]
    pub(super) fn fail(&mut self, error: JsonError) -> Mismatch {
        self.failure.get_or_insert(error);
        self.scanner.offset = self.scanner.text.len();
        Mismatch::new("JSON")
    }

    /// Returns whether no error has ended the text.
    #[inline]
    fn is_sound(&self) -> bool {
        self.failure.is_none()
    }

    /// Reads the end of the document. Returns the first error of the text.
    pub(super) fn end(&mut self) -> core::result::Result<(), JsonError> {
        match self.failure {
            None => self.scanner.end(),
            Some(error) => Err(error),
        }
    }

    /// Reads the value at the scanner's offset to its end, whatever the type does.
    #[inline(always)]
    pub(super) fn read<S: DeserializeSeed<'a>>(&mut self, depth: usize, seed: S) -> Result<S::Value> {
        self.passed = false;
        let value = seed.deserialize(Deserializer { reader: self, depth, observer: NoObserver });
        if !self.passed {
            self.skip(depth)?;
        }
        value
    }

    /// Skips a value that the type has not read.
    #[cold]
    fn skip(&mut self, depth: usize) -> Result<()> {
        let passed = self.scanner.pass_value(depth);
        self.checked(passed)
    }

    /// Reads the one object of a document, and shows its members to `observer`, whatever the type does.
    #[inline(always)]
    pub(super) fn read_document<T, O>(&mut self, observer: &mut O) -> Result<T>
    where
        T: de::Deserialize<'a>,
        O: Observer<'a>,
    {
        let begun = self.scanner.begin_object();
        self.checked(begun)?;
        self.passed = false;
        let value = T::deserialize(Deserializer { reader: &mut *self, depth: 1, observer: &mut *observer });
        if !self.passed && self.is_sound() {
            Object::open(self, 1, observer, &[])?.end()?;
        }
        value
    }

    /// Reads the value of a member of a document that has already been validated.
    pub(super) fn read_value<T: de::Deserialize<'a>>(&mut self) -> Result<T> {
        self.read(2, PhantomData)
    }

    #[inline]
    fn checked<T>(&mut self, result: core::result::Result<T, JsonError>) -> Result<T> {
        result.map_err(|error| self.fail(error))
    }
}

/// Receives some members of an object while they are read into a type.
pub(crate) trait Observer<'a> {
    /// Whether the observer wants any member.
    const WATCHES: bool = true;
    /// What the observer does with a value.
    type Wanted;

    /// Returns `Some` if the observer wants the value of the member with this name.
    fn wanted(&self, name: &str) -> Option<Self::Wanted>;

    /// Receives a value.
    fn see(&mut self, wanted: Self::Wanted, seen: Seen<'_, 'a>);
}

impl<'a, O: Observer<'a>> Observer<'a> for &mut O {
    const WATCHES: bool = O::WATCHES;
    type Wanted = O::Wanted;

    #[inline]
    fn wanted(&self, name: &str) -> Option<O::Wanted> {
        (**self).wanted(name)
    }

    #[inline(always)]
    fn see(&mut self, wanted: O::Wanted, seen: Seen<'_, 'a>) {
        (**self).see(wanted, seen);
    }
}

/// An observer that wants nothing. Used below the first level.
pub(super) struct NoObserver;

impl<'a> Observer<'a> for NoObserver {
    const WATCHES: bool = false;
    type Wanted = core::convert::Infallible;

    #[inline]
    fn wanted(&self, _: &str) -> Option<Self::Wanted> {
        None
    }

    #[inline]
    fn see(&mut self, wanted: Self::Wanted, _: Seen<'_, 'a>) {
        match wanted {}
    }
}

/// Reads the value that begins at the scanner's offset.
pub(super) struct Deserializer<'r, 'a, O> {
    reader: &'r mut Reader<'a>,
    depth: usize,
    observer: O,
}

impl<'a, O: Observer<'a>> Deserializer<'_, 'a, O> {
    fn object<V: Visitor<'a>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        let mut object = Object::open(self.reader, self.depth, self.observer, fields)?;
        let value = visitor.visit_map(&mut object);
        if object.end()? || value.is_err() { value } else { Err(Mismatch::new("fewer members")) }
    }

    fn array<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let mut array = Array::open(self.reader, self.depth)?;
        let value = visitor.visit_seq(&mut array);
        if array.end()? || value.is_err() { value } else { Err(Mismatch::new("fewer elements")) }
    }

    #[inline]
    fn string(&mut self) -> Result<Str<'a>> {
        let text = self.reader.scanner.string();
        let text = self.reader.checked(text)?;
        self.reader.passed = true;
        Ok(text)
    }

    #[inline]
    fn text<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value> {
        match self.string()?.to_cow() {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn bytes<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value> {
        match self.string()?.to_cow() {
            Cow::Borrowed(text) => visitor.visit_borrowed_bytes(text.as_bytes()),
            Cow::Owned(text) => visitor.visit_byte_buf(text.into_bytes()),
        }
    }

    #[inline]
    fn literal<T>(&mut self, word: &str, value: T) -> Result<T> {
        let value = self.reader.scanner.literal(word, value);
        let value = self.reader.checked(value)?;
        self.reader.passed = true;
        Ok(value)
    }

    /// Returns the text of a number.
    #[inline]
    fn digits(&mut self) -> Result<&'a str> {
        let text = self.reader.scanner.number();
        let text = self.reader.checked(text)?;
        self.reader.passed = true;
        Ok(text)
    }

    #[inline]
    fn ten_digits(&mut self) -> Option<u64> {
        let value = self.reader.scanner.ten_digits()?;
        self.reader.passed = true;
        Some(value)
    }

    /// Reads a number for a type that expects one.
    #[inline]
    fn number<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value> {
        match self.ten_digits() {
            Some(value) => visitor.visit_u64(value),
            None => visit_number(self.digits()?, visitor),
        }
    }

    /// Like [`number`](Self::number), for a type of 32 bits: a number that is too great does not become infinite, and
    /// no number is rounded twice.
    fn single<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value> {
        let text = self.digits()?;
        match text.parse() {
            Ok(value) if integer(text).is_none() && f32::is_finite(value) => {
                visitor.visit_f64(f64::from(value))
            }
            Ok(value) if f32::is_finite(value) => visit_number(text, visitor),
            _ => Err(Mismatch::expected(&visitor)),
        }
    }

    /// Reads a number for a type that accepts any value. An integer is one of 64 bits. Any other number is read by
    /// `serde_json`, which keeps all digits if a crate in the build has enabled its feature `arbitrary_precision`.
    #[inline]
    fn any_number<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value> {
        if let Some(value) = self.ten_digits() {
            return visitor.visit_u64(value);
        }
        let text = self.digits()?;
        match integer(text) {
            Some(Integer::Positive(value)) => visitor.visit_u64(value),
            Some(Integer::Negative(value)) => visitor.visit_i64(value),
            None => raw::number(text, visitor),
        }
    }

    /// `T` is an integer of 128 bits, and `visit` is the visitor's method for it.
    fn wide<T: core::str::FromStr, V: Visitor<'a>>(
        mut self,
        visitor: V,
        visit: impl FnOnce(V, T) -> Result<V::Value>,
    ) -> Result<V::Value> {
        match self.reader.scanner.peek() {
            Some(b'-' | b'0'..=b'9') => match self.digits()?.parse() {
                Ok(value) => visit(visitor, value),
                Err(_) => Err(Mismatch::expected(&visitor)),
            },
            _ => Err(Mismatch::expected(&visitor)),
        }
    }
}

enum Integer {
    Positive(u64),
    Negative(i64),
}

/// Returns a number that is an integer of 64 bits. As in `serde_json`, a negative zero is a fraction.
#[inline]
fn integer(text: &str) -> Option<Integer> {
    if text == "-0" {
        return None;
    }
    match text.parse() {
        Ok(value) => Some(Integer::Positive(value)),
        Err(_) => text.parse().ok().map(Integer::Negative),
    }
}

/// Passes a number to a type that expects one.
fn visit_number<'a, V: Visitor<'a>>(text: &str, visitor: V) -> Result<V::Value> {
    match integer(text) {
        Some(Integer::Positive(value)) => visitor.visit_u64(value),
        Some(Integer::Negative(value)) => visitor.visit_i64(value),
        None => match text.parse() {
            Ok(value) if f64::is_finite(value) => visitor.visit_f64(value),
            _ => Err(Mismatch::expected(&visitor)),
        },
    }
}

/// Methods that accept values of one kind only.
macro_rules! of_one_kind {
    ($( $method:ident($($argument:ident: $Argument:ty),*) begins $byte:pat, $read:ident($($passed:expr),*); )+) => {
        $(
            #[inline]
            fn $method<V: Visitor<'a>>(self, $($argument: $Argument,)* visitor: V) -> Result<V::Value> {
                match self.reader.scanner.peek() {
                    Some($byte) => self.$read($($passed,)* visitor),
                    _ => Err(Mismatch::expected(&visitor)),
                }
            }
        )+
    };
}

impl<'a, O: Observer<'a>> de::Deserializer<'a> for Deserializer<'_, 'a, O> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value> {
        match self.reader.scanner.peek() {
            Some(b'"') => self.text(visitor),
            Some(b'-' | b'0'..=b'9') => self.any_number(visitor),
            Some(b'{') => self.object(&[], visitor),
            Some(b'[') => self.array(visitor),
            Some(b't') => visitor.visit_bool(self.literal("true", true)?),
            Some(b'f') => visitor.visit_bool(self.literal("false", false)?),
            Some(b'n') => {
                self.literal("null", ())?;
                visitor.visit_unit()
            }
            _ => Err(Mismatch::expected(&visitor)),
        }
    }

    of_one_kind! {
        deserialize_bool() begins b't' | b'f', deserialize_any();
        deserialize_i8() begins b'-' | b'0'..=b'9', number();
        deserialize_i16() begins b'-' | b'0'..=b'9', number();
        deserialize_i32() begins b'-' | b'0'..=b'9', number();
        deserialize_i64() begins b'-' | b'0'..=b'9', number();
        deserialize_u8() begins b'-' | b'0'..=b'9', number();
        deserialize_u16() begins b'-' | b'0'..=b'9', number();
        deserialize_u32() begins b'-' | b'0'..=b'9', number();
        deserialize_u64() begins b'-' | b'0'..=b'9', number();
        deserialize_f32() begins b'-' | b'0'..=b'9', single();
        deserialize_f64() begins b'-' | b'0'..=b'9', number();
        deserialize_char() begins b'"', text();
        deserialize_str() begins b'"', text();
        deserialize_string() begins b'"', text();
        deserialize_identifier() begins b'"', text();
        deserialize_unit() begins b'n', deserialize_any();
        deserialize_unit_struct(_name: &'static str) begins b'n', deserialize_any();
        deserialize_seq() begins b'[', array();
        deserialize_tuple(_len: usize) begins b'[', array();
        deserialize_tuple_struct(_name: &'static str, _len: usize) begins b'[', array();
        deserialize_map() begins b'{', object(&[]);
    }

    fn deserialize_i128<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        self.wide(visitor, V::visit_i128)
    }

    fn deserialize_u128<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        self.wide(visitor, V::visit_u128)
    }

    fn deserialize_bytes<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        match self.reader.scanner.peek() {
            Some(b'"') => self.bytes(visitor),
            Some(b'[') => self.array(visitor),
            _ => Err(Mismatch::expected(&visitor)),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_bytes(visitor)
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.reader.scanner.peek() {
            Some(b'{') => self.object(fields, visitor),
            Some(b'[') => self.array(visitor),
            _ => Err(Mismatch::expected(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value> {
        match self.reader.scanner.peek() {
            Some(b'n') => {
                self.literal("null", ())?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        // No Rust type has such a name. `serde_json`'s `RawValue` uses it to read the text of the value.
        if !name.starts_with('$') {
            return visitor.visit_newtype_struct(self);
        }
        let Self { reader, depth, observer } = self;
        let start = reader.scanner.offset;
        if O::WATCHES {
            Object::open(reader, depth, observer, &[])?.end()?;
        } else {
            reader.skip(depth)?;
            reader.passed = true;
        }
        visitor.visit_map(raw::Text::new(name, reader.scanner.since(start)))
    }

    /// A unit variant is a string. Any other variant is an object whose only member is named after it.
    fn deserialize_enum<V: Visitor<'a>>(
        mut self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.reader.scanner.peek() {
            Some(b'"') => match self.string()?.to_cow() {
                Cow::Borrowed(name) => visitor.visit_enum(BorrowedStrDeserializer::new(name)),
                Cow::Owned(name) => visitor.visit_enum(StringDeserializer::new(name)),
            },
            Some(b'{') => {
                let mut object = Object::open(self.reader, self.depth, self.observer, variants)?;
                let value = visitor.visit_enum(&mut object);
                if object.end()? || value.is_err() {
                    value
                } else {
                    Err(Mismatch::new("an object with one member"))
                }
            }
            _ => Err(Mismatch::expected(&visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let Self { reader, depth, observer } = self;
        if O::WATCHES {
            Object::open(reader, depth, observer, &[])?.end()?;
        } else {
            let passed = reader.scanner.pass_value(depth);
            reader.checked(passed)?;
            reader.passed = true;
        }
        visitor.visit_unit()
    }
}
