//! Untrusted text, safe to show.

use std::fmt::Write;

/// Writes text unchanged, except for characters that control a terminal or an editor, that are invisible, or that look
/// like others. They become JSON escapes (RFC 8259 §7), so that the text of a JSON string keeps its value.
///
/// - controls, and characters that change the direction of text
/// - characters without a visible form, such as tags, fillers and variation selectors, and blanks other than the space
/// - private use characters, which a font may draw as anything
/// - variants of ASCII characters, and in a word with Latin letters those of scripts with the same shapes, such as the
///   Cyrillic `а`. A word in one such script is shown: whether it imitates a Latin word cannot be decided.
pub(crate) fn printable(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        // The letter of a JSON escape, as in `\
        // `, is not part of the following word.
        let start = match first {
            '\\' => rest.chars().take(2).map(char::len_utf8).sum(),
            first if first.is_alphabetic() => 0,
            first => first.len_utf8(),
        };
        let end = match start {
            0 => rest.find(|character: char| !character.is_alphabetic()).unwrap_or(rest.len()),
            start => start,
        };
        let (piece, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let is_latin = start == 0 && piece.contains(|character: char| character.is_ascii_alphabetic());
        for character in piece.chars() {
            if is_unsafe(character) || (is_latin && has_latin_shapes(character)) {
                escape(character, &mut output);
            } else {
                output.push(character);
            }
        }
        rest = after;
    }
    output
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || is_invisible(character)
        || is_blank(character)
        || is_ascii_variant(character)
        // Private use.
        || matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// Default_Ignorable_Code_Point, bidirectional controls and line separators (UAX #44, UAX #9).
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{70f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Spaces other than U+0020, and braille without a dot.
fn is_blank(character: char) -> bool {
    character != ' ' && (character.is_whitespace() || character == '\u{2800}')
}

/// Forms of ASCII characters, and punctuation of the same shape.
fn is_ascii_variant(character: char) -> bool {
    matches!(
        character,
        '\u{1c3}'
            | '\u{37e}'
            | '\u{2024}'
            | '\u{2044}'
            | '\u{2215}'..='\u{2216}'
            | '\u{2236}'
            | '\u{29f8}'..='\u{29f9}'
            | '\u{a789}'
            | '\u{fe50}'..='\u{fe6b}'
            | '\u{ff01}'..='\u{ff5e}'
            | '\u{1d400}'..='\u{1d7ff}'
    )
}

/// Letters of Greek, Cyrillic, Armenian, Georgian, Cherokee, Coptic and Lisu, of which many look like Latin ones.
fn has_latin_shapes(character: char) -> bool {
    matches!(
        character,
        '\u{370}'..='\u{58f}'
            | '\u{10a0}'..='\u{10ff}'
            | '\u{13a0}'..='\u{13ff}'
            | '\u{1c80}'..='\u{1cbf}'
            | '\u{1f00}'..='\u{1fff}'
            | '\u{2c80}'..='\u{2cff}'
            | '\u{2de0}'..='\u{2dff}'
            | '\u{a4d0}'..='\u{a4ff}'
            | '\u{a640}'..='\u{a69f}'
            | '\u{ab70}'..='\u{abbf}'
    )
}

fn escape(character: char, output: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _ = write!(output, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_every_script_is_unchanged() {
        for text in [
            "",
            "orders:read",
            "Ada Lovelace",
            "Grüße, naïve café",
            "привет",
            "Ελλάδα",
            "日本語。",
            "한국어",
            "עברית",
            "العربية",
            "हिन्दी",
            "😀",
            "5 µm",
            r#"{"a":"\nпривет"}"#,
            r"C:\\папка",
        ] {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn escapes_controls_and_direction() {
        assert_eq!(
            printable("\u{1b}[2J\u{9b}31m\u{202e}x\u{7f}\r\n"),
            r"\u001b[2J\u009b31m\u202ex\u007f\u000d\u000a"
        );
    }

    #[test]
    fn escapes_what_is_invisible() {
        for (text, shown) in [
            ("a\u{e0061}\u{e0001}", r"a\udb40\udc61\udb40\udc01"),
            ("\u{3164}\u{115f}\u{1160}\u{ffa0}", r"\u3164\u115f\u1160\uffa0"),
            ("a\u{fe0f}\u{fe00}\u{e0100}", r"a\ufe0f\ufe00\udb40\udd00"),
            ("\u{2800}\u{a0}\u{3000}\u{2003}\u{1680}", r"\u2800\u00a0\u3000\u2003\u1680"),
            ("ad\u{200b}min\u{ad}\u{34f}\u{feff}", r"ad\u200bmin\u00ad\u034f\ufeff"),
            ("\u{e000}\u{f8ff}\u{10fffd}", r"\ue000\uf8ff\udbff\udffd"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn escapes_what_looks_like_something_else() {
        for (text, shown) in [
            // Cyrillic а and о, Greek ο, Cherokee Ꭺ, in Latin words.
            ("p\u{430}ypal", r"p\u0430ypal"),
            ("r\u{43e}ot", r"r\u043eot"),
            ("g\u{3bf}\u{3bf}gle", r"g\u03bf\u03bfgle"),
            ("\u{13aa}dmin", r"\u13aadmin"),
            ("\u{ff41}\u{ff02}", r"\uff41\uff02"),
            ("\u{1d41a}", r"\ud835\udc1a"),
            ("https:\u{2215}\u{2044}a\u{2024}example", r"https:\u2215\u2044a\u2024example"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn an_escaped_json_string_keeps_its_value() {
        for value in ["p\u{430}ypal", "\u{e0061}\\\u{200b}\"\n\u{2800}", "\u{1d41a}\u{10fffd}"] {
            let text = serde_json::Value::from(value).to_string();
            assert_eq!(serde_json::from_str::<String>(&printable(&text)).expect("JSON"), value);
        }
    }
}
