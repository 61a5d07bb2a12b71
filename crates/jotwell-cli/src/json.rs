//! JSON text, laid out without being interpreted.
//!
//! A tool that shows tokens must not hide anything. If the text were parsed and written again, a duplicate member
//! would disappear, and a long number would change.

use jotwell::MAX_DEPTH;
use serde_json::value::RawValue;

use crate::printable::printable;

/// Returns whether it is JSON at all. The library reads more strictly.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// Returns whether the library rejects it because objects and arrays are nested too deeply.
pub(crate) fn is_too_deep(text: &str) -> bool {
    let mut depth = 0_usize;
    tokens(text).any(|token| {
        match token {
            "{" | "[" => depth = depth.saturating_add(1),
            "}" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_DEPTH
    })
}

/// Returns the same JSON with each member on a separate line, safe to show.
///
/// Members of objects and arrays that are nested deeper than the library reads, plus one level, stay on one line:
/// otherwise indentation would make the output grow with the product of depth and length.
pub(crate) fn indent(text: &str) -> String {
    const DEEPEST: usize = MAX_DEPTH + 1;

    let mut output = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut rest = tokens(text).peekable();
    while let Some(token) = rest.next() {
        match token {
            "{" | "[" => {
                output.push_str(token);
                // An empty one stays on its line.
                if !matches!(rest.peek(), Some(&"}" | &"]")) {
                    depth = depth.saturating_add(1);
                    if depth <= DEEPEST {
                        new_line(depth, &mut output);
                    }
                } else if let Some(end) = rest.next() {
                    output.push_str(end);
                }
            }
            "}" | "]" => {
                if depth <= DEEPEST {
                    new_line(depth.saturating_sub(1), &mut output);
                }
                depth = depth.saturating_sub(1);
                output.push_str(token);
            }
            "," => {
                output.push_str(token);
                if depth <= DEEPEST {
                    new_line(depth, &mut output);
                }
            }
            ":" => output.push_str(": "),
            value => output.push_str(&printable(value)),
        }
    }
    output
}

/// Returns the same JSON without white space.
pub(crate) fn compact(text: &str) -> String {
    tokens(text).collect()
}

/// Returns a string as JSON, safe to show.
pub(crate) fn string(text: &str) -> String {
    printable(&serde_json::Value::from(text).to_string())
}

fn new_line(depth: usize, output: &mut String) {
    output.push('\n');
    output.extend(std::iter::repeat_n("  ", depth));
}

/// Returns an iterator over punctuation, strings and other values, without the white space between them.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let length = match rest.bytes().next()? {
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            b'"' => string_length(rest),
            _ => rest.find(['{', '}', '[', ']', ',', ':', '"', ' ', '\t', '\n', '\r']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(token)
    })
}

/// Returns the length of the string at the start, with its quotes.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end.saturating_add(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_changes_only_white_space() {
        let text = r#" {"a" : [1, 2.50,1e400 ],"a":{},"b":"x\" , {}\\","c":[ [ ] ]} "#;
        let shown = "{\n  \"a\": [\n    1,\n    2.50,\n    1e400\n  ],\n  \"a\": {},\n  \"b\": \"x\\\" , {}\\\\\",\n  \"c\": [\n    []\n  ]\n}";
        assert_eq!(indent(text), shown);
        assert_eq!(compact(shown), compact(text));
        assert_eq!(compact(text), r#"{"a":[1,2.50,1e400],"a":{},"b":"x\" , {}\\","c":[[]]}"#);
    }

    #[test]
    fn strings_are_safe_to_show() {
        assert_eq!(
            indent("{\"a\":\"\u{9b}31m\u{202e}x\u{7f}é\"}"),
            "{\n  \"a\": \"\\u009b31m\\u202ex\\u007fé\"\n}"
        );
    }

    fn nested(depth: usize, inner: &str) -> String {
        format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth))
    }

    #[test]
    fn output_is_proportional_to_the_length_not_the_depth() {
        for (depth, inner) in
            [(10, "0".to_owned()), (33, ["0"; 1000].join(",")), (20_000, ["0"; 1000].join(","))]
        {
            let text = nested(depth, &inner);
            let output = indent(&text);
            assert!(output.len() <= 64 * text.len() + 3000, "{depth}: {}", output.len());
            assert_eq!(compact(&output), text);
        }
    }

    #[test]
    fn too_deep_is_what_the_library_rejects_as_too_deep() {
        use jotwell::{Algorithm, JwkSet, KeyError};

        // The array of `keys` is one more level, and so is the set.
        for (depth, deep) in [(1, false), (32, false), (33, true)] {
            let text = format!(r#"{{"keys":[{}]}}"#, nested(depth - 2 * usize::from(depth > 1), ""));
            let read = JwkSet::from_json(&text, &[Algorithm::ES256]);
            assert_eq!(matches!(read, Err(KeyError::Json(_))), deep, "{read:?}");
            assert_eq!(is_too_deep(&text), deep, "{depth}");
        }
    }

    #[test]
    fn malformed_json_does_not_panic() {
        for text in ["", "\"", "\"\\", "{", "}", "]]]", "{\"a\":", "é", "[\"é"] {
            indent(text);
            compact(text);
        }
    }
}
