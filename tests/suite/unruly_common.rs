//! A type that follows a script: it ignores errors, stops half-way, and reads values twice or before their names.
#![allow(unreachable_pub, reason = "also a module of the fuzz targets")]

use std::cell::RefCell;
use std::fmt;

use serde::de::{
    Deserialize, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, VariantAccess,
};

thread_local! {
    /// What the type is going to do, the last first. Without a script it behaves normally.
    static SCRIPT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Returns the next of `count` choices, of which the first is the usual one, and is taken most often.
fn way(count: u8) -> u8 {
    let byte = SCRIPT.with_borrow_mut(Vec::pop).unwrap_or(0);
    if byte < 0x60 { 0 } else { byte % count }
}

/// Ignores an error, or returns it.
fn maybe_swallowed<T, E>(result: Result<T, E>, instead: T) -> Result<T, E> {
    result.or_else(|error| if way(4) == 1 { Err(error) } else { Ok(instead) })
}

/// Follows the script.
#[derive(Debug)]
pub struct Unruly;

impl Unruly {
    /// Runs `read`, in which this type follows `script`.
    pub fn following<T>(script: &[u8], read: impl FnOnce() -> T) -> T {
        SCRIPT.set(script.to_vec());
        let result = read();
        SCRIPT.take();
        result
    }
}

impl<'de> Deserialize<'de> for Unruly {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let result = match way(20) {
            1 => Ok(Self),
            2 => Err(D::Error::custom("no")),
            3 => deserializer.deserialize_map(Visitor),
            4 => deserializer.deserialize_seq(Visitor),
            5 => deserializer.deserialize_struct("", &[], Visitor),
            6 => deserializer.deserialize_tuple(1, Visitor),
            7 | 8 => deserializer.deserialize_enum("", &[], Visitor),
            9 => deserializer.deserialize_u8(Visitor),
            10 => deserializer.deserialize_f64(Visitor),
            11 => deserializer.deserialize_bool(Visitor),
            12 => deserializer.deserialize_char(Visitor),
            13 => deserializer.deserialize_bytes(Visitor),
            14 => deserializer.deserialize_unit(Visitor),
            15 => deserializer.deserialize_option(Visitor),
            16 => deserializer.deserialize_newtype_struct("", Visitor),
            17 => deserializer.deserialize_ignored_any(Visitor),
            18 => u8::deserialize(deserializer).map(|_| Self),
            19 => deserializer.deserialize_i128(Visitor),
            _ => deserializer.deserialize_any(Visitor),
        };
        maybe_swallowed(result, Self)
    }
}

pub struct Visitor;

/// Methods that accept or reject a value.
macro_rules! takes {
    ($($method:ident($($Argument:ty)?);)+) => {
        $(
            fn $method<E: Error>(self $(, _: $Argument)?) -> Result<Unruly, E> {
                if way(3) == 1 { Err(E::custom("no")) } else { Ok(Unruly) }
            }
        )+
    };
}

impl<'de> serde::de::Visitor<'de> for Visitor {
    type Value = Unruly;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    takes! {
        visit_bool(bool);
        visit_i64(i64);
        visit_u64(u64);
        visit_f64(f64);
        visit_str(&str);
        visit_bytes(&[u8]);
        visit_none();
        visit_unit();
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Unruly, D::Error> {
        Unruly::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Unruly, D::Error> {
        Unruly::deserialize(deserializer)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unruly, A::Error> {
        // Not endlessly, since errors may be ignored.
        for _ in 0..12 {
            match way(8) {
                1 => return Ok(Unruly),
                2 => return Err(A::Error::custom("no")),
                3 | 4 => {
                    maybe_swallowed(map.next_key::<Unruly>(), None)?;
                }
                5 | 6 => {
                    maybe_swallowed(map.next_value::<Unruly>(), Unruly)?;
                }
                _ => match maybe_swallowed(map.next_key::<Unruly>(), Some(Unruly))? {
                    // The end, unless it asks once more.
                    None if way(4) == 0 => return Ok(Unruly),
                    None => {}
                    Some(_) => {
                        maybe_swallowed(map.next_value::<Unruly>(), Unruly)?;
                    }
                },
            }
        }
        Ok(Unruly)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Unruly, A::Error> {
        for _ in 0..12 {
            match way(8) {
                1 => return Ok(Unruly),
                2 => return Err(A::Error::custom("no")),
                _ => {
                    let element = maybe_swallowed(seq.next_element::<Unruly>(), Some(Unruly))?;
                    if element.is_none() && way(4) == 0 {
                        return Ok(Unruly);
                    }
                }
            }
        }
        Ok(Unruly)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Unruly, A::Error> {
        if way(5) == 1 {
            return Ok(Unruly);
        }
        let content = match data.variant::<Unruly>() {
            Ok((_, content)) => content,
            Err(error) => return maybe_swallowed(Err(error), Unruly),
        };
        let result = match way(6) {
            1 => content.newtype_variant::<IgnoredAny>().map(|_| Unruly),
            2 => content.unit_variant().map(|()| Unruly),
            3 => content.tuple_variant(1, Visitor),
            4 => content.struct_variant(&[], Visitor),
            5 => Ok(Unruly),
            _ => content.newtype_variant::<Unruly>(),
        };
        maybe_swallowed(result, Unruly)
    }
}
