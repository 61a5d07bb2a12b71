//! Challenges of a server: `WWW-Authenticate` (RFC 9110 §11.6.1, RFC 6750 §3).
//!
//! ```text
//! challenges = [ challenge ] *( "," [ challenge ] )
//! challenge  = scheme [ 1*SP ( token68 / [ param ] *( "," [ param ] ) ) ]
//! param      = token BWS "=" BWS ( token / quoted-string )
//! ```

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// The parameters of a challenge whose scheme is `Bearer`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Challenge(Vec<(String, String)>);

impl Challenge {
    /// Returns the first `Bearer` challenge with an `error`.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(parse).find(|challenge| challenge.get("error").is_some())
    }

    /// Returns a parameter: the first with that name, ignoring case.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Returns the `Bearer` challenges of a header, up to the first malformed place.
fn parse(text: &str) -> Vec<Challenge> {
    let mut challenges = Vec::new();
    let mut scanner = Scanner(text);
    let mut is_bearer = false;
    loop {
        scanner.skip(|char| matches!(char, ' ' | '\t' | ','));
        let Some(name) = scanner.token() else { return challenges };
        if let Some(value) = scanner.value() {
            if let Some(Challenge(parameters)) = challenges.last_mut().filter(|_| is_bearer) {
                parameters.push((name.to_owned(), value));
            }
        } else {
            is_bearer = name.eq_ignore_ascii_case("Bearer");
            if is_bearer {
                challenges.push(Challenge::default());
            }
            scanner.skip_token68();
        }
    }
}

struct Scanner<'a>(&'a str);

impl<'a> Scanner<'a> {
    fn skip(&mut self, what: impl Fn(char) -> bool) {
        self.0 = self.0.trim_start_matches(what);
    }

    fn token(&mut self) -> Option<&'a str> {
        let is_tchar = |char: char| char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char);
        let (token, rest) = self.0.split_at(self.0.find(|char| !is_tchar(char)).unwrap_or(self.0.len()));
        self.0 = rest;
        (!token.is_empty()).then_some(token)
    }

    /// Reads `=` and a value, or nothing if they do not follow.
    fn value(&mut self) -> Option<String> {
        let mut ahead = Scanner(self.0.trim_start_matches([' ', '\t']).strip_prefix('=')?);
        ahead.skip(|char| matches!(char, ' ' | '\t'));
        let value = match ahead.0.strip_prefix('"') {
            Some(quoted) => {
                ahead.0 = quoted;
                ahead.quoted()?
            }
            None => ahead.token()?.to_owned(),
        };
        self.0 = ahead.0;
        Some(value)
    }

    /// Reads a quoted string after its opening quotation mark.
    fn quoted(&mut self) -> Option<String> {
        let mut value = String::new();
        let mut chars = self.0.chars();
        loop {
            match chars.next()? {
                '"' => {
                    self.0 = chars.as_str();
                    return Some(value);
                }
                '\\' => value.push(chars.next()?),
                char => value.push(char),
            }
        }
    }

    /// Skips a `token68` after a scheme: text that is not followed by `=` and a value.
    fn skip_token68(&mut self) {
        let mut ahead = Scanner(self.0.trim_start_matches([' ', '\t']));
        if ahead.token().is_none() || ahead.value().is_none() {
            let rest = self.0.trim_start_matches([' ', '\t']);
            let is_token68 = |char: char| char.is_ascii_alphanumeric() || "-._~+/=".contains(char);
            self.0 = rest.trim_start_matches(is_token68);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn error(text: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(WWW_AUTHENTICATE, text.parse().expect("a header"));
        Challenge::of(&headers).and_then(|challenge| challenge.get("error").map(str::to_owned))
    }

    #[test]
    fn finds_the_error_of_a_bearer_challenge_among_others() {
        for text in [
            r#"Bearer error="x""#,
            r#"bearer realm="a, b", ERROR = x"#,
            r#"Bearer realm="Bearer error=\"y\"", error="x""#,
            r#"Basic realm="error=y", Bearer error="x", Negotiate abc=="#,
            r#"Negotiate abc==, Bearer error=x"#,
            r#"Negotiate, Bearer error=x, error=y"#,
            r#"Bearer realm="a", Bearer error="x""#,
            r#",, Bearer ,error="x",,"#,
        ] {
            assert_eq!(error(text).as_deref(), Some("x"), "{text}");
        }
    }

    #[test]
    fn ignores_errors_in_other_schemes_and_quoted_texts() {
        for text in [
            "",
            "Bearer",
            r#"Basic error="x""#,
            r#"Bearer realm="error=x""#,
            r#"Bearer error="x"#,
            r#"Bearer realm="a", DPoP error="x""#,
            "Bearer error",
            r#"Bearer error="x\"#,
        ] {
            assert_eq!(error(text), None, "{text}");
        }
    }

    #[test]
    fn reads_all_lines_of_the_header() {
        let mut headers = HeaderMap::new();
        headers.append(WWW_AUTHENTICATE, "Basic".parse().expect("a header"));
        headers.append(WWW_AUTHENTICATE, r#"Bearer error="x", scope="a b""#.parse().expect("a header"));
        assert_eq!(Challenge::of(&headers).expect("a challenge").get("scope"), Some("a b"));
    }

    proptest! {
        #[test]
        fn ends_on_any_text(text in r#"[ -~\t]{0,40}|(Bearer|error|=|"|,| |\\|x){0,20}"#) {
            let _ = parse(&text);
        }

        #[test]
        fn reads_what_was_quoted(value in "[ -~]{0,20}") {
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
            prop_assert_eq!(error(&format!("Basic, Bearer scope=\"a\", error=\"{quoted}\"")), Some(value));
        }
    }
}
