//! Support for `serde_json`'s own types: the text of a value, and numbers that keep their digits.

use core::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::{Mismatch, Result};

/// A map of one member, with the name that the type expects and the text of a value. `RawValue` is read from it.
pub(super) struct Text<'a> {
    name: Option<&'static str>,
    text: &'a str,
}

impl<'a> Text<'a> {
    pub(super) fn new(name: &'static str, text: &'a str) -> Self {
        Self { name: Some(name), text }
    }
}

impl<'a> MapAccess<'a> for Text<'a> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.name.take().map(|name| seed.deserialize(BorrowedStrDeserializer::new(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value> {
        seed.deserialize(BorrowedStrDeserializer::new(self.text))
    }
}

/// Lets `serde_json` pass a number that is not an integer of 64 bits to a type that accepts any value. Whether such a
/// number keeps its digits depends on a feature of that crate, which is not visible from here.
pub(super) fn number<'a, V: Visitor<'a>>(text: &'a str, visitor: V) -> Result<V::Value> {
    let mut number = serde_json::Deserializer::from_str(text);
    number.deserialize_any(Number(visitor)).map_err(|_| Mismatch::new("a value that the type accepts"))
}

/// Passes a number on.
struct Number<V>(V);

impl<'a, V: Visitor<'a>> Visitor<'a> for Number<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> core::result::Result<V::Value, E> {
        self.0.visit_f64(value)
    }

    /// Called for a number that keeps its digits.
    fn visit_map<A: MapAccess<'a>>(self, map: A) -> core::result::Result<V::Value, A::Error> {
        self.0.visit_map(InOrder { map, is_value_due: false })
    }
}

/// A map whose values may be read before their names, to which `serde_json` would respond with a panic.
struct InOrder<A> {
    map: A,
    is_value_due: bool,
}

impl<'a, A: MapAccess<'a>> MapAccess<'a> for InOrder<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
    ) -> core::result::Result<Option<K::Value>, A::Error> {
        let key = self.map.next_key_seed(seed)?;
        self.is_value_due = key.is_some();
        Ok(key)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(
        &mut self,
        seed: V,
    ) -> core::result::Result<V::Value, A::Error> {
        if !core::mem::take(&mut self.is_value_due) {
            return Err(de::Error::custom("a value before its name"));
        }
        self.map.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use serde::de::IgnoredAny;
    use serde::de::value::{Error, MapDeserializer};

    use super::*;

    /// `serde_json` passes on such a map only if another crate has enabled its feature `arbitrary_precision`.
    #[test]
    fn a_value_before_its_name_is_an_error() {
        let map = MapDeserializer::<_, Error>::new([("number", "1.50")].into_iter());
        let mut map = InOrder { map, is_value_due: false };
        assert!(map.next_value::<String>().is_err());
        assert_eq!(map.next_key(), Ok(Some(String::from("number"))));
        assert_eq!(map.next_value(), Ok(String::from("1.50")));
        assert!(map.next_value::<String>().is_err());
        assert_eq!(map.next_key::<String>(), Ok(None));
        assert!(map.next_value::<String>().is_err());
    }

    #[test]
    fn a_number_that_keeps_its_digits_reaches_the_type_as_a_map() {
        let map = MapDeserializer::<_, Error>::new([("number", "1.50")].into_iter());
        assert_eq!(Number(IgnoredAny).visit_map(map), Ok(IgnoredAny));
        let expected: &dyn de::Expected = &Number(IgnoredAny);
        assert_eq!(expected.to_string(), "anything at all");
    }
}
