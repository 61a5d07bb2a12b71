//! JSON text, laid out without being interpreted.
//!
//! A tool that shows tokens must not hide anything: read into values and written again, a member that
//! stands twice would stand once, and a long number would become another.

use std::fmt::Write;

use serde_json::value::RawValue;

/// Whether it is JSON at all; how strictly the library reads it is told apart from that.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// The same JSON with each member on a line of its own, safe to show.
pub(crate) fn indent(text: &str) -> String {
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
                    new_line(depth, &mut output);
                } else if let Some(end) = rest.next() {
                    output.push_str(end);
                }
            }
            "}" | "]" => {
                depth = depth.saturating_sub(1);
                new_line(depth, &mut output);
                output.push_str(token);
            }
            "," => {
                output.push_str(token);
                new_line(depth, &mut output);
            }
            ":" => output.push_str(": "),
            value => output.push_str(&printable(value)),
        }
    }
    output
}

/// The same JSON without white space.
pub(crate) fn compact(text: &str) -> String {
    tokens(text).collect()
}

/// A string as JSON.
pub(crate) fn string(text: &str) -> String {
    printable(&serde_json::Value::from(text).to_string())
}

/// What a terminal or an editor would act on instead of showing it, as JSON escapes: controls beyond
/// those that JSON forbids anyway, and characters that change the direction of text or have no width.
/// A token's sender may have written them to deceive who looks.
pub(crate) fn printable(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in text.chars() {
        let deceives = character.is_control()
            || matches!(
                character,
                '\u{ad}'
                    | '\u{61c}'
                    | '\u{180e}'
                    | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}'
                    | '\u{feff}'
                    | '\u{fff9}'..='\u{fffb}'
            );
        if deceives {
            // Each of them fits in four digits. Writing to a string cannot fail.
            let _ = write!(output, "\\u{:04x}", u32::from(character));
        } else {
            output.push(character);
        }
    }
    output
}

fn new_line(depth: usize, output: &mut String) {
    output.push('\n');
    output.extend(std::iter::repeat_n("  ", depth));
}

/// Punctuation, strings, and what is neither, without the white space in between.
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

/// Length of the string in front, with its quotes.
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
    fn layout_changes_white_space_alone() {
        let text = r#" {"a" : [1, 2.50,1e400 ],"a":{},"b":"x\" , {}\\","c":[ [ ] ]} "#;
        let shown = "{\n  \"a\": [\n    1,\n    2.50,\n    1e400\n  ],\n  \"a\": {},\n  \"b\": \"x\\\" , {}\\\\\",\n  \"c\": [\n    []\n  ]\n}";
        assert_eq!(indent(text), shown);
        assert_eq!(compact(shown), compact(text));
        assert_eq!(compact(text), r#"{"a":[1,2.50,1e400],"a":{},"b":"x\" , {}\\","c":[[]]}"#);
    }

    #[test]
    fn what_deceives_is_escaped() {
        assert_eq!(
            indent("{\"a\":\"\u{9b}31m\u{202e}x\u{7f}é\"}"),
            "{\n  \"a\": \"\\u009b31m\\u202ex\\u007fé\"\n}"
        );
    }

    #[test]
    fn broken_json_does_no_harm() {
        for text in ["", "\"", "\"\\", "{", "}", "]]]", "{\"a\":", "é", "[\"é"] {
            indent(text);
            compact(text);
        }
    }
}
