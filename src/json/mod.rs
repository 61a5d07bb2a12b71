//! One strict JSON object: RFC 8259, with the additional rules of RFC 7515 §5.2 and RFC 7519 §4.
//!
//! ```text
//! JSON-text = object                 ; nothing in front, nothing after but white space
//! object    = { [ member *( , member ) ] }
//! member    = string : value         ; no name twice, compared after unescaping
//! value     = false / null / true / object / array / number / string
//! ```
//!
//! The text is read once, in place, and completely. Members that the caller ignores must follow the grammar too, and
//! duplicate names are rejected at every depth, so that no other reader of the same token can see another value.

mod error;
mod members;
mod names;
mod number;
mod reader;
mod scanner;
mod string;
mod value;

use alloc::borrow::Cow;

pub use error::{JsonError, MAX_DEPTH};
pub(crate) use number::ten_digits;
use reader::Reader;
pub(crate) use reader::{Mismatch, Observer};
use scanner::Scanner;
pub(crate) use scanner::Seen;
use serde::Deserialize;
pub(crate) use string::{Str, write_name, write_string, write_strings};
pub(crate) use value::{Member, Value};

/// Reads one object and passes each member to `visit`, in order. Returns the text as UTF-8.
///
/// Members are passed on while the text is read. What follows may still be invalid JSON or repeat a name, so the
/// caller must not act on a member before this function returns.
pub(crate) fn read_object<'a, E: From<JsonError>>(
    text: &'a [u8],
    visit: impl FnMut(Member<'a>) -> Result<(), E>,
) -> Result<&'a str, E> {
    read_object_up_to(usize::MAX, text, visit)
}

/// Like [`read_object`], with a limit on the number of members and elements, counted at all depths.
pub(crate) fn read_object_up_to<'a, E: From<JsonError>>(
    max_values: usize,
    text: &'a [u8],
    mut visit: impl FnMut(Member<'a>) -> Result<(), E>,
) -> Result<&'a str, E> {
    let text = utf8(text)?;
    let mut scanner = Scanner::new(text).up_to(max_values);
    scanner.begin_object()?;
    scanner.object(1, &mut |name, seen| visit(Member { name, value: seen.value(), raw: seen.text() }))?;
    scanner.end()?;
    Ok(text)
}

/// Returns the text of a JSON document.
pub(crate) fn utf8(text: &[u8]) -> Result<&str, JsonError> {
    if text.starts_with(b"\xef\xbb\xbf") {
        return Err(JsonError::ByteOrderMark);
    }
    core::str::from_utf8(text).map_err(|error| JsonError::NotUtf8 { offset: error.valid_up_to() })
}

/// Reads one object into a `T`, and shows the members that `observer` wants, all in one pass.
///
/// The text is checked by the same rules as in [`read_object`], whatever `T` does. The returned result of reading `T`
/// is meaningless if the text is not JSON.
#[inline(always)]
pub(crate) fn read_object_as<'a, T: Deserialize<'a>, O: Observer<'a>>(
    text: &'a str,
    observer: &mut O,
) -> (Result<T, Mismatch>, Result<(), JsonError>) {
    let mut reader = Reader::new(Scanner::new(text));
    (reader.read_document(observer), reader.end())
}

/// Reads the value of a member with this name, whose `text` has already been validated.
pub(crate) fn read_member<'a, T: Deserialize<'a>>(name: &'static str, text: &'a str) -> Result<T, Mismatch> {
    read_value(text).map_err(|mismatch| mismatch.at(name.into()))
}

/// Reads a value, the text of a member that has already been validated.
pub(crate) fn read_value<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Mismatch> {
    Reader::new(Scanner::new(text)).read_value()
}

/// Returns the string that a validated text begins with, after its quotation mark.
pub(crate) fn leading_string(text: &str) -> Option<Cow<'_, str>> {
    string::leading(text.strip_prefix('"')?).map(Str::to_cow)
}

/// Passes the elements of an array, the text of a [`Value::Array`], to `visit`, in order.
pub(crate) fn read_array<'a, E: From<JsonError>>(
    text: &'a str,
    mut visit: impl FnMut(Value<'a>) -> Result<(), E>,
) -> Result<(), E> {
    Scanner::new(text).array(1, &mut |seen| visit(seen.value()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    fn read(text: impl AsRef<[u8]>) -> Result<(), JsonError> {
        read_object(text.as_ref(), |_| Ok(())).map(drop)
    }

    #[test]
    fn passes_on_each_member_with_its_text() {
        let mut seen = Vec::new();
        let text = br#" { "a" : "x\n" , "b":[1, {"c":null}],"c":-0.5e+3,"d":true,"e":{ } } "#;
        read_object(text, |member| {
            seen.push(format!("{}={}", member.name, member.raw));
            Ok::<(), JsonError>(())
        })
        .expect("JSON");
        assert_eq!(seen, [r#"a="x\n""#, r#"b=[1, {"c":null}]"#, "c=-0.5e+3", "d=true", "e={ }"]);
    }

    #[test]
    fn recognizes_the_kind_of_each_value() {
        for (raw, value) in [
            ("null", Value::Null),
            ("true", Value::Bool),
            ("false", Value::Bool),
            ("-1.5", Value::Number("-1.5")),
            ("0", Value::Number("0")),
            (r#""a""#, Value::String(Str::Plain("a"))),
            (r#""\n""#, Value::String(Str::Escaped("\\n"))),
            ("[1]", Value::Array("[1]")),
            (r#"{"b":1}"#, Value::Object(r#"{"b":1}"#)),
        ] {
            let value = format!("{value:?}");
            let text = format!("{{\"a\":{raw}}}");
            let mut seen = String::new();
            read_object(text.as_bytes(), |member| {
                seen = format!("{:?}", member.value);
                Ok::<(), JsonError>(())
            })
            .expect("JSON");
            assert_eq!(seen, value);
        }
    }

    #[test]
    fn rejects_what_is_not_one_object() {
        for (text, error) in [
            (&b""[..], JsonError::Syntax { offset: 0 }),
            (b"[]", JsonError::NotAnObject),
            (b"\"{}\"", JsonError::NotAnObject),
            (b"null", JsonError::NotAnObject),
            (b"{}{}", JsonError::TrailingData { offset: 2 }),
            (b"{} x", JsonError::TrailingData { offset: 3 }),
            (b"{}\0", JsonError::TrailingData { offset: 2 }),
            (b"\xef\xbb\xbf{}", JsonError::ByteOrderMark),
            (b"{\0}\0", JsonError::Syntax { offset: 1 }),
            (b"\xff\xfe{\0}\0", JsonError::NotUtf8 { offset: 0 }),
            (b"{\"a\":\"\xc3\x28\"}", JsonError::NotUtf8 { offset: 6 }),
            (b"{\"a\":\"\xed\xa0\x80\"}", JsonError::NotUtf8 { offset: 6 }),
        ] {
            assert_eq!(read(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn rejects_what_the_grammar_of_rfc_8259_does_not_derive() {
        for text in [
            "{",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "{\"a\" 1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1\"b\":23456}",
            "{\"a\":01}",
            "{\"a\":+1}",
            "{\"a\":.5}",
            "{\"a\":1.}",
            "{\"a\":1e}",
            "{\"a\":-}",
            "{\"a\":0x1}",
            "{\"a\":NaN}",
            "{\"a\":tru}",
            "{\"a\":nulL}",
            "{\"a\":[1,]}",
            "{\"a\":[,1]}",
            "{\"a\":[1}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\u12\"}",
            "{\"a\":\"\\u00gg\"}",
            "{\"a\":\"\\uzzzz\"}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\\udc00\"}",
            "{\"a\":\"\\ud800\\u0041\"}",
            "{\"a\":\"\\ud800x\"}",
            "{\"a\":\"\\u+123\"}",
            "{\"a\":\"",
            "{\"a\":/**/1}",
            "{\"a\":1}}",
        ] {
            let error = read(text).expect_err(text);
            assert!(
                matches!(error, JsonError::Syntax { .. } | JsonError::TrailingData { .. }),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn rejects_duplicate_members_at_every_depth_after_unescaping() {
        for (text, offset) in [
            (r#"{"alg":1,"alg":2}"#, 9),
            (r#"{"alg":1,"\u0061lg":2}"#, 9),
            (r#"{"\u0061lg":1,"al\u0067":2}"#, 14),
            (r#"{"x":{"a":1,"a":1}}"#, 12),
            (r#"{"x":[{"":1,"":1}]}"#, 12),
        ] {
            assert_eq!(read(text), Err(JsonError::DuplicateMember { offset }), "{text}");
        }
        let many = |last: usize| {
            let names: Vec<_> = (0..40).chain([last]).map(|name| format!("\"{name}\":0")).collect();
            format!("{{{}}}", names.join(","))
        };
        assert_eq!(read(many(40)), Ok(()));
        assert!(matches!(read(many(0)), Err(JsonError::DuplicateMember { .. })));
        assert!(matches!(read(many(39)), Err(JsonError::DuplicateMember { .. })));
    }

    #[test]
    fn rejects_nesting_deeper_than_the_limit() {
        let nest = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
        assert_eq!(read(nest(MAX_DEPTH)), Ok(()));
        assert_eq!(read(nest(MAX_DEPTH + 1)), Err(JsonError::TooDeep { offset: 36 }));
        assert!(matches!(read(nest(100_000)), Err(JsonError::TooDeep { .. })));
        assert!(matches!(read("{\"a\":".repeat(100_000)), Err(JsonError::TooDeep { .. })));
        assert!(JsonError::TooDeep { offset: 5 }.to_string().contains("32"));
    }
}
