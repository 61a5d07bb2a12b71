//! The name of a member, read as the key of a map.

use alloc::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{self, Visitor};

use super::{Mismatch, Result, visit_number};
use crate::json::scanner::Scanner;

/// A name, which a type may read as text, as a number, or as a Boolean, as in `serde_json`.
pub(super) struct Key<'a>(pub(super) Cow<'a, str>);

impl<'a> Key<'a> {
    /// Returns the text of the number if the whole name is one. A number has no escapes.
    fn number(&self) -> Option<&'a str> {
        let Cow::Borrowed(name) = self.0 else { return None };
        let number = Scanner::new(name).number().ok()?;
        (number.len() == name.len()).then_some(number)
    }
}

macro_rules! numbers {
    ($($method:ident)+) => {
        $(
            fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
                match self.number() {
                    Some(number) => visit_number(number, visitor),
                    None => Err(Mismatch::expected(&visitor)),
                }
            }
        )+
    };
}

macro_rules! wide_numbers {
    ($($method:ident $visit:ident)+) => {
        $(
            fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
                match self.number().and_then(|number| number.parse().ok()) {
                    Some(number) => visitor.$visit(number),
                    None => Err(Mismatch::expected(&visitor)),
                }
            }
        )+
    };
}

impl<'a> de::Deserializer<'a> for Key<'a> {
    type Error = Mismatch;

    #[inline]
    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        match self.0 {
            Cow::Borrowed(name) => visitor.visit_borrowed_str(name),
            Cow::Owned(name) => visitor.visit_string(name),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    wide_numbers! { deserialize_i128 visit_i128 deserialize_u128 visit_u128 }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        match &*self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(Mismatch::expected(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.0 {
            Cow::Borrowed(name) => visitor.visit_enum(BorrowedStrDeserializer::new(name)),
            Cow::Owned(name) => visitor.visit_enum(StringDeserializer::new(name)),
        }
    }

    fn deserialize_bytes<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        match self.0 {
            Cow::Borrowed(name) => visitor.visit_borrowed_bytes(name.as_bytes()),
            Cow::Owned(name) => visitor.visit_byte_buf(name.into_bytes()),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_bytes(visitor)
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'a>>
        char str string unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
