//! Reads claims as authorization servers write them: RFC 9068 §2.2.3, RFC 8693 §4.2, and common variants.
//!
//! A value of the wrong type is not an error here. The guard that needs the claim decides.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The value of a claim that is a string or an array of at most `LIMIT` strings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Foreign<'de, const LIMIT: usize> {
    Null,
    Text(Cow<'de, str>),
    List(Vec<String>),
    TooMany,
    Malformed,
}

impl<'de, const LIMIT: usize> Deserialize<'de> for Foreign<'de, LIMIT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any<const LIMIT: usize>;

/// A value that is neither a string nor an array. `OTHER` is the result for it.
macro_rules! everything_else {
    ($Value:ty, $other:expr) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any value")
        }

        fn visit_bool<E>(self, _: bool) -> Result<$Value, E> {
            Ok($other)
        }

        fn visit_i64<E>(self, _: i64) -> Result<$Value, E> {
            Ok($other)
        }

        fn visit_u64<E>(self, _: u64) -> Result<$Value, E> {
            Ok($other)
        }

        fn visit_f64<E>(self, _: f64) -> Result<$Value, E> {
            Ok($other)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok($other)
        }
    };
}

impl<'de, const LIMIT: usize> Visitor<'de> for Any<LIMIT> {
    type Value = Foreign<'de, LIMIT>;

    everything_else!(Foreign<'de, LIMIT>, Foreign::Malformed);

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Foreign::Null)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Foreign::Text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Foreign::Text(text.to_owned().into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Foreign::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        let mut fault = None;
        while let Some(Element(text)) = elements.next_element()? {
            match text {
                None => fault = Some(Foreign::Malformed),
                // Parsed to the end to check the JSON, but not stored.
                Some(_) if list.len() == LIMIT => fault = fault.or(Some(Foreign::TooMany)),
                Some(text) => list.push(text),
            }
        }
        Ok(fault.unwrap_or(Foreign::List(list)))
    }
}

/// An element of an array, `None` if it is not a string.
struct Element(Option<String>);

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyElement;

        impl<'de> Visitor<'de> for AnyElement {
            type Value = Element;

            everything_else!(Element, Element(None));

            fn visit_unit<E>(self) -> Result<Element, E> {
                Ok(Element(None))
            }

            fn visit_str<E>(self, text: &str) -> Result<Element, E> {
                Ok(Element(Some(text.to_owned())))
            }

            fn visit_string<E>(self, text: String) -> Result<Element, E> {
                Ok(Element(Some(text)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Element, A::Error> {
                while elements.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Element(None))
            }
        }

        deserializer.deserialize_any(AnyElement)
    }
}
