//! The `Authorization` header: RFC 6750 §2.1.
//!
//! ```text
//! credentials = "Bearer" 1*SP b64token
//! b64token    = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
//! ```

use crate::request_head::Field;

/// The header does not contain one well-formed bearer token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Returns the bearer token of a request, or `None` if it has no `Authorization` or one of another scheme.
///
/// Tokens in the query or in a form are not read: addresses end up in logs and histories (RFC 6750 §5.3).
pub(crate) fn token(authorization: Field<'_>) -> Result<Option<&str>, Malformed> {
    let value = match authorization {
        Field::Absent => return Ok(None),
        Field::Once(value) => value,
        // With two headers it is unclear which one counts. A proxy may have checked the other one.
        Field::Repeated => return Err(Malformed),
    };
    let end = value.iter().position(|byte| !is_tchar(*byte)).unwrap_or(value.len());
    let (scheme, rest) = value.split_at_checked(end).ok_or(Malformed)?;
    if !scheme.eq_ignore_ascii_case(b"Bearer") {
        return Ok(None);
    }
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    let token = rest.get(spaces..).filter(|_| spaces > 0).ok_or(Malformed)?;
    let padding = token.iter().rev().take_while(|byte| **byte == b'=').count();
    let body = token.get(..token.len().saturating_sub(padding)).ok_or(Malformed)?;
    if body.is_empty() || !body.iter().all(|byte| is_b64token(*byte)) {
        return Err(Malformed);
    }
    core::str::from_utf8(token).map(Some).map_err(|_| Malformed)
}

/// Returns the token in a header that contains nothing else, or `None` without that header.
///
/// The verifier decides about a padded segment (`=` before a full stop).
pub(crate) fn token_alone(header: Field<'_>) -> Result<Option<&str>, Malformed> {
    let token = match header {
        Field::Absent => return Ok(None),
        Field::Once(token) if !token.is_empty() => token,
        // As above: with two it is unclear which one counts.
        Field::Once(_) | Field::Repeated => return Err(Malformed),
    };
    if !token.iter().all(|byte| is_b64token(*byte) || *byte == b'=') {
        return Err(Malformed);
    }
    core::str::from_utf8(token).map(Some).map_err(|_| Malformed)
}

fn is_b64token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte)
}

/// A character of a scheme's name (RFC 9110 §5.6.2).
fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request_head::{AUTHORIZATION, RequestHead};

    fn of(values: &[&str]) -> Result<Option<String>, Malformed> {
        let head = RequestHead::new("GET", values.iter().map(|value| (AUTHORIZATION, value.as_bytes())));
        token(head.authorization()).map(|found| found.map(str::to_owned))
    }

    #[test]
    fn a_token_is_found_after_its_scheme_in_any_case() {
        for value in ["Bearer a.b-c_d~e+f/g==", "bearer a.b-c_d~e+f/g==", "BEARER   a.b-c_d~e+f/g=="] {
            assert_eq!(of(&[value]), Ok(Some("a.b-c_d~e+f/g==".to_owned())), "{value}");
        }
    }

    #[test]
    fn no_header_or_another_scheme_is_no_token() {
        assert_eq!(of(&[]), Ok(None));
        for value in ["Basic YTpi", "Bear er", "Bearers a", "DPoP a.b.c", "", "Bearer-ish a", "\"Bearer\" a"]
        {
            assert_eq!(of(&[value]), Ok(None), "{value}");
        }
    }

    #[test]
    fn a_bearer_header_without_exactly_one_token_is_malformed() {
        for value in [
            "Bearer",
            "Bearer ",
            "Bearer\ta",
            "Bearer/a",
            "Bearer a b",
            "Bearer a,b",
            "Bearer \"a\"",
            "Bearer =",
            "Bearer a=b",
            "Bearer a ",
            "Bearer a\u{e9}",
            "Bearer \ta",
            "Bearer,a",
            "Bearer=a",
            "Bearer token=\"a\"",
        ] {
            assert_eq!(of(&[value]), Err(Malformed), "{value}");
        }
    }

    #[test]
    fn a_token_header_has_exactly_one_token() {
        let of = |values: &[&str]| {
            let other = (AUTHORIZATION, &b"Bearer other"[..]);
            let values = values.iter().map(|value| ("x-token", value.as_bytes()));
            let head = RequestHead::new("GET", values.chain([other]));
            token_alone(head.field("X-Token")).map(|found| found.map(str::to_owned))
        };
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&["a==.b=.c"]), Ok(Some("a==.b=.c".to_owned())));
        for values in
            [&["a", "a"][..], &[""], &[" "], &["Bearer a"], &["a,b"], &["\"a\""], &["a b"], &["a\u{e9}"]]
        {
            assert_eq!(of(values), Err(Malformed), "{values:?}");
        }
    }

    #[test]
    fn two_headers_are_malformed_for_all_values() {
        for values in [["Bearer a", "Bearer a"], ["Basic YTpi", "Bearer a"], ["Bearer a", "Basic YTpi"]] {
            assert_eq!(of(&values), Err(Malformed), "{values:?}");
        }
    }
}
