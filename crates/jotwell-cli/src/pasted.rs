//! Tokens that were copied from a header, a log or a mail.

use crate::failure::Failure;
use crate::output;

/// The scheme of RFC 6750 §2.1.
const SCHEME: &str = "Bearer";

/// Returns the token without `Bearer `, one pair of quotes and line ends, and prints on standard error what was
/// removed. Nothing else is removed. Text in JSON may contain line ends, and is not changed.
pub(crate) fn token(text: &str, name: &str) -> Result<String, Failure> {
    if text.starts_with('{') {
        return Ok(text.to_owned());
    }
    let lines = || text.lines().map(str::trim_ascii).filter(|line| !line.is_empty());
    if lines().filter(|line| looks_like_token(without_wrapping(line).0)).count() > 1 {
        return Err(Failure::misuse(format!("{name} holds several tokens")).hint("give one at a time"));
    }
    let (token, mut left_out) = without_wrapping(text);
    let mut token = token.to_owned();
    if token.contains(['\r', '\n']) {
        token.retain(|character| !matches!(character, '\r' | '\n'));
        left_out.push("line ends");
    }
    if token.is_empty() {
        return Err(Failure::misuse(format!("{name} holds no token")));
    }
    if !left_out.is_empty() {
        output::note(&format!("note: left out of the pasted token: {}", left_out.join(", ")));
    }
    Ok(token)
}

/// Returns what is inside `Bearer ` and quotes, in either order, and which of them were present.
pub(crate) fn without_wrapping(text: &str) -> (&str, Vec<&'static str>) {
    let mut left_out = Vec::new();
    let mut rest = text.trim_ascii();
    for _ in 0..2 {
        if let Some(inside) = without_scheme(rest).filter(|_| !left_out.contains(&SCHEME)) {
            left_out.push(SCHEME);
            rest = inside;
        } else if let Some(inside) = without_quotes(rest).filter(|_| !left_out.contains(&"quotes")) {
            left_out.push("quotes");
            rest = inside;
        }
    }
    (rest, left_out)
}

fn without_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_at_checked(SCHEME.len())?;
    // Schemes are case-insensitive (RFC 9110 §11.1).
    let is_scheme = scheme.eq_ignore_ascii_case(SCHEME) && rest.starts_with([' ', '\t', '\r', '\n']);
    is_scheme.then(|| rest.trim_ascii())
}

fn without_quotes(text: &str) -> Option<&str> {
    let inside = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))?;
    Some(inside.trim_ascii())
}

/// Returns whether the first part is base64url of `{"`, and either more parts follow or it is long, as if the end of a
/// token was not copied.
pub(crate) fn looks_like_token(text: &str) -> bool {
    let symbol = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.=".contains(&byte);
    let dots = text.bytes().filter(|byte| *byte == b'.').count();
    text.starts_with("ey") && (dots >= 2 || (text.len() > 60 && text.bytes().all(symbol)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.e30.AAAA";

    #[test]
    fn scheme_quotes_and_line_ends_are_left_out() {
        for text in [
            "Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
            "bearer\teyJhbGciOiJFUzI1NiJ9.e30.AAAA",
            "\"eyJhbGciOiJFUzI1NiJ9.e30.AAAA\"",
            "'Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA'",
            "BEARER \"eyJhbGciOiJFUzI1NiJ9.e30.AAAA\"",
            "eyJhbGciOiJF\r\nUzI1NiJ9.e30\n.AAAA",
        ] {
            assert_eq!(token(text, "it").expect(text), TOKEN, "{text}");
        }
    }

    #[test]
    fn nothing_else_is_removed() {
        for text in [
            "BearereyJhbGciOiJFUzI1NiJ9.e30.AAAA",
            "Basic eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
            "Authorization: Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
            "Bearer Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
            "\"\"eyJhbGciOiJFUzI1NiJ9.e30.AAAA\"\"",
            "\"eyJhbGciOiJFUzI1NiJ9.e30.AAAA'",
            "eyJhbGciOiJFUzI1NiJ9 .e30.AAAA",
            "eyJhbGciOiJFUzI1NiJ9.e30.AAAA=",
            "eyJhbGciOiJFUzI1NiJ9.e30.AAAA;",
        ] {
            assert_ne!(token(text, "it").expect(text), TOKEN, "{text}");
        }
    }

    #[test]
    fn json_keeps_its_line_ends() {
        let json = "{\n\"payload\":\"\"}";
        assert_eq!(token(json, "it").expect("JSON"), json);
    }

    #[test]
    fn two_tokens_are_not_joined_into_one_of_five_parts() {
        let two = format!("{TOKEN}\n{TOKEN}");
        assert!(token(&two, "it").expect_err("two").lines().concat().contains("several tokens"));
        assert!(token("Bearer ''", "it").is_err());
    }
}
