//! From the text straight into a caller's type, as strictly as the scanner reads it.
//!
//! One pass instead of two: the grammar, the depth and the names are checked while serde asks for
//! the values. Whatever is not plainly right is [`Declined`], without a reason: the slow way, the
//! scanner first and `serde_json` after it, then finds the reason, or reads what only `serde_json`
//! can. So nothing is accepted here that would be refused there.
//!
//! A type may swallow an error and go on, as those do that put a default in the place of what they
//! cannot read, and a visitor may ask again, or out of turn. So it is counted which values are due and which
//! have been read to their ends, and what was swallowed half-way is declined in the end. That is sound
//! because each [`Deserializer`] stands for one value that is due, and finishes it once at most: when it has
//! passed the value, and is about to hand it over. An error from then on is the type's own.

mod access;

use alloc::borrow::Cow;
use core::fmt;

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{self, Visitor};

use self::access::{Array, Object, Variant};
use super::error::JsonError;
use super::scanner::Scanner;
use super::string::Str;
use super::value::Value;

/// Not read here.
#[derive(Debug)]
pub(super) struct Declined;

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("declined")
    }
}

impl core::error::Error for Declined {}

impl de::Error for Declined {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl From<JsonError> for Declined {
    fn from(_: JsonError) -> Self {
        Self
    }
}

type Result<T> = core::result::Result<T, Declined>;

/// Who sees the values of some members of an object as they stream by.
pub(super) trait Observer<'a> {
    /// Whether there is anybody.
    const WATCHES: bool;
    /// What is to be done with a value.
    type Wanted;

    fn wanted(&self, name: &str) -> Option<Self::Wanted>;

    fn seen(&mut self, wanted: Self::Wanted, value: Value<'a>) -> Result<()>;
}

/// Nobody, below the first level.
pub(super) struct Nobody;

impl<'a> Observer<'a> for Nobody {
    const WATCHES: bool = false;
    type Wanted = core::convert::Infallible;

    #[inline]
    fn wanted(&self, _: &str) -> Option<Self::Wanted> {
        None
    }

    fn seen(&mut self, wanted: Self::Wanted, _: Value<'a>) -> Result<()> {
        match wanted {}
    }
}

/// Somebody, as two functions.
pub(super) struct Watch<N, V> {
    pub(super) wanted: N,
    pub(super) seen: V,
}

impl<'a, C, N, V> Observer<'a> for Watch<N, V>
where
    N: Fn(&str) -> Option<C>,
    V: FnMut(C, Value<'a>) -> Option<()>,
{
    const WATCHES: bool = true;
    type Wanted = C;

    #[inline]
    fn wanted(&self, name: &str) -> Option<C> {
        (self.wanted)(name)
    }

    #[inline]
    fn seen(&mut self, wanted: C, value: Value<'a>) -> Result<()> {
        (self.seen)(wanted, value).ok_or(Declined)
    }
}

/// Reads the value that begins at the scanner's offset.
pub(super) struct Deserializer<'s, 'a, O> {
    pub(super) scanner: &'s mut Scanner<'a>,
    pub(super) depth: usize,
    pub(super) observer: O,
}

impl<'a, O: Observer<'a>> Deserializer<'_, 'a, O> {
    fn object<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let depth = self.scanner.open(self.depth)?;
        let mut object = Object::new(self.scanner, depth, self.observer);
        let value = visitor.visit_map(&mut object);
        object.ended()?;
        value
    }

    fn array<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let depth = self.scanner.open(self.depth)?;
        let mut array = Array::new(self.scanner, depth);
        let value = visitor.visit_seq(&mut array);
        array.ended()?;
        value
    }

    #[inline]
    fn text<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let text = self.scanner.string()?;
        self.scanner.finish();
        match text {
            Str::Plain(text) => visitor.visit_borrowed_str(text),
            text @ Str::Escaped(_) => visitor.visit_string(text.to_cow().into_owned()),
        }
    }

    #[inline]
    fn bytes<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let text = self.scanner.string()?;
        self.scanner.finish();
        match text {
            Str::Plain(text) => visitor.visit_borrowed_bytes(text.as_bytes()),
            text @ Str::Escaped(_) => visitor.visit_byte_buf(text.to_cow().into_owned().into_bytes()),
        }
    }

    /// For who asks for a number.
    #[inline]
    fn number<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        match self.scanner.ten_digits() {
            Some(value) => {
                self.scanner.finish();
                visitor.visit_u64(value)
            }
            None => self.any_number(visitor),
        }
    }

    /// For who asks for whatever there is. `serde_json` may give a fraction with all its digits then (by its
    /// feature `arbitrary_precision`, which any crate of the tree can turn on), so that is left to it.
    #[inline]
    fn integer<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        match self.scanner.ten_digits() {
            Some(value) => {
                self.scanner.finish();
                visitor.visit_u64(value)
            }
            None => {
                let text = self.scanner.number()?;
                if is_fraction(text) { Err(Declined) } else { self.whole(text, visitor) }
            }
        }
    }

    #[inline]
    fn literal<T>(&mut self, word: &str, value: T) -> Result<T> {
        let value = self.scanner.literal(word, value)?;
        self.scanner.finish();
        Ok(value)
    }

    /// As `serde_json` tells numbers apart.
    fn any_number<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let text = self.scanner.number()?;
        if !is_fraction(text) {
            return self.whole(text, visitor);
        }
        let value = text.parse().ok().filter(|value: &f64| value.is_finite()).ok_or(Declined)?;
        self.scanner.finish();
        visitor.visit_f64(value)
    }

    /// Integers that fit neither type are left to `serde_json`.
    fn whole<V: Visitor<'a>>(self, text: &str, visitor: V) -> Result<V::Value> {
        if let Ok(value) = text.parse() {
            self.scanner.finish();
            return visitor.visit_u64(value);
        }
        let value = text.parse().map_err(|_| Declined)?;
        self.scanner.finish();
        visitor.visit_i64(value)
    }
}

/// Whether a number is no integer for `serde_json`; zero with a sign is none either.
fn is_fraction(text: &str) -> bool {
    text.contains(['.', 'e', 'E']) || text == "-0"
}

/// Methods that take a value of one kind alone.
macro_rules! of_one_kind {
    ($( $method:ident($($argument:ident: $Argument:ty),*) begins $byte:pat, $read:ident; )+) => {
        $(
            #[inline]
            fn $method<V: Visitor<'a>>(self, $($argument: $Argument,)* visitor: V) -> Result<V::Value> {
                match self.scanner.peek() {
                    Some($byte) => self.$read(visitor),
                    _ => Err(Declined),
                }
            }
        )+
    };
}

impl<'a, O: Observer<'a>> de::Deserializer<'a> for Deserializer<'_, 'a, O> {
    type Error = Declined;

    fn deserialize_any<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value> {
        match self.scanner.peek() {
            Some(b'"') => self.text(visitor),
            Some(b'-' | b'0'..=b'9') => self.integer(visitor),
            Some(b'{') => self.object(visitor),
            Some(b'[') => self.array(visitor),
            Some(b't') => visitor.visit_bool(self.literal("true", true)?),
            Some(b'f') => visitor.visit_bool(self.literal("false", false)?),
            Some(b'n') => {
                self.literal("null", ())?;
                visitor.visit_unit()
            }
            _ => Err(Declined),
        }
    }

    of_one_kind! {
        deserialize_bool() begins b't' | b'f', deserialize_any;
        deserialize_i8() begins b'-' | b'0'..=b'9', number;
        deserialize_i16() begins b'-' | b'0'..=b'9', number;
        deserialize_i32() begins b'-' | b'0'..=b'9', number;
        deserialize_i64() begins b'-' | b'0'..=b'9', number;
        deserialize_u8() begins b'-' | b'0'..=b'9', number;
        deserialize_u16() begins b'-' | b'0'..=b'9', number;
        deserialize_u32() begins b'-' | b'0'..=b'9', number;
        deserialize_u64() begins b'-' | b'0'..=b'9', number;
        deserialize_f32() begins b'-' | b'0'..=b'9', number;
        deserialize_f64() begins b'-' | b'0'..=b'9', number;
        deserialize_char() begins b'"', text;
        deserialize_str() begins b'"', text;
        deserialize_string() begins b'"', text;
        deserialize_identifier() begins b'"', text;
        deserialize_bytes() begins b'"', bytes;
        deserialize_byte_buf() begins b'"', bytes;
        deserialize_unit() begins b'n', deserialize_any;
        deserialize_unit_struct(_name: &'static str) begins b'n', deserialize_any;
        deserialize_seq() begins b'[', array;
        deserialize_tuple(_len: usize) begins b'[', array;
        deserialize_tuple_struct(_name: &'static str, _len: usize) begins b'[', array;
        deserialize_map() begins b'{', object;
        deserialize_struct(_name: &'static str, _fields: &'static [&'static str]) begins b'{', object;
    }

    fn deserialize_option<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value> {
        match self.scanner.peek() {
            Some(b'n') => {
                self.literal("null", ())?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        // A name that no Rust type has asks for what `serde_json` alone provides, such as `RawValue`.
        if name.starts_with('$') { Err(Declined) } else { visitor.visit_newtype_struct(self) }
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.scanner.peek() {
            Some(b'"') => {
                let name = self.scanner.string()?.to_cow();
                self.scanner.finish();
                match name {
                    Cow::Borrowed(name) => visitor.visit_enum(BorrowedStrDeserializer::new(name)),
                    Cow::Owned(name) => visitor.visit_enum(StringDeserializer::new(name)),
                }
            }
            Some(b'{') if !O::WATCHES => {
                let depth = self.scanner.open(self.depth)?;
                self.scanner.white_space();
                let value = visitor.visit_enum(Variant { scanner: &mut *self.scanner, depth })?;
                self.scanner.white_space();
                self.scanner.expect(b'}')?;
                self.scanner.finish();
                Ok(value)
            }
            _ => Err(Declined),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        if O::WATCHES {
            return self.deserialize_any(visitor);
        }
        self.scanner.value(self.depth)?;
        self.scanner.finish();
        visitor.visit_unit()
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    /// Whatever a type says of what it was given, with a piece of the token perhaps.
    #[test]
    fn declining_tells_nothing() {
        let declined = <Declined as de::Error>::custom("unknown variant `S3cr3t`");
        assert_eq!(declined.to_string(), "declined");
        assert!(core::error::Error::source(&declined).is_none());
    }
}
