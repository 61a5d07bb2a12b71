//! Tests that the work of reading is proportional to the length of the text, whatever a type does.

use alloc::string::String;
use core::fmt;
use core::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Reader;
use crate::json::error::MAX_DEPTH;
use crate::json::scanner::Scanner;

/// How a type reads the elements and members of each level.
trait Habit {
    fn elements<'de, A: SeqAccess<'de>>(array: A);
    fn members<'de, A: MapAccess<'de>>(object: A);
}

struct Unruly<H>(PhantomData<H>);

impl<'de, H: Habit> Deserialize<'de> for Unruly<H> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self(PhantomData))
    }
}

impl<'de, H: Habit> Visitor<'de> for Unruly<H> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<Self, A::Error> {
        H::elements(array);
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self, A::Error> {
        H::members(object);
        Ok(self)
    }
}

/// Reads the first element, and stops.
struct StopsHalfWay;

impl Habit for StopsHalfWay {
    fn elements<'de, A: SeqAccess<'de>>(mut array: A) {
        drop(array.next_element::<Unruly<Self>>());
    }

    fn members<'de, A: MapAccess<'de>>(mut object: A) {
        drop(object.next_entry::<String, Unruly<Self>>());
    }
}

/// Continues after errors, until nothing more comes.
struct SwallowsErrors;

impl Habit for SwallowsErrors {
    fn elements<'de, A: SeqAccess<'de>>(mut array: A) {
        while !matches!(array.next_element::<Unruly<Self>>(), Ok(None)) {}
    }

    fn members<'de, A: MapAccess<'de>>(mut object: A) {
        while !matches!(object.next_entry::<String, Unruly<Self>>(), Ok(None)) {}
    }
}

/// Reads nothing.
struct ReadsNothing;

impl Habit for ReadsNothing {
    fn elements<'de, A: SeqAccess<'de>>(_: A) {}

    fn members<'de, A: MapAccess<'de>>(_: A) {}
}

fn steps<'de, T: Deserialize<'de>>(text: &'de str) -> usize {
    let mut reader = Reader::new(Scanner::new(text));
    drop(reader.read_value::<T>());
    assert_eq!(reader.end(), Ok(()), "{text}");
    reader.scanner.steps.get()
}

/// As deep as a text may be, with `width` values on each level after the next level.
fn nested(width: usize) -> String {
    let rest = r#","x":"abc","y":[1],"z":{"a":7}"#;
    let object_rest: String = (0..width).map(|at| rest.replace("\":", &alloc::format!("{at}\":"))).collect();
    let array_rest = r#","abc",[1],{"a":7}"#.repeat(width);
    let levels = MAX_DEPTH - 2;
    let mut text = String::from("7");
    for level in 0..levels {
        text = match level % 2 {
            0 => alloc::format!("[{text}{array_rest}]"),
            _ => alloc::format!("{{\"next\":{text}{object_rest}}}"),
        };
    }
    text
}

#[test]
fn each_byte_is_read_a_bounded_number_of_times() {
    for width in [0, 1, 10, 40] {
        let text = nested(width);
        for (habit, steps) in [
            ("ignores", steps::<IgnoredAny>(&text)),
            ("stops half-way", steps::<Unruly<StopsHalfWay>>(&text)),
            ("swallows errors", steps::<Unruly<SwallowsErrors>>(&text)),
            ("reads nothing", steps::<Unruly<ReadsNothing>>(&text)),
        ] {
            assert!(steps <= 8 * text.len(), "{habit}: {steps} steps for {} bytes", text.len());
        }
    }
}
