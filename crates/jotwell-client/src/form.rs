//! `application/x-www-form-urlencoded`, the format of requests for tokens (RFC 6749 appendix B).

use zeroize::Zeroizing;

/// Appends `name=value` to a form.
pub(crate) fn append(form: &mut Zeroizing<String>, name: &str, value: &str) {
    if !form.is_empty() {
        form.push('&');
    }
    encode(form, name);
    form.push('=');
    encode(form, value);
}

/// Appends a text in form encoding. The identifier and the secret of a client are also encoded in this way before they
/// are used for HTTP Basic authentication (RFC 6749 §2.3.1).
pub(crate) fn encode(into: &mut Zeroizing<String>, text: &str) {
    // A text that is reallocated would leave copies that are not zeroized.
    let length = into.len().saturating_add(text.len().saturating_mul(3)).saturating_add(2);
    let mut wider = Zeroizing::new(String::with_capacity(length));
    wider.push_str(into);
    for byte in text.bytes() {
        match byte {
            b' ' => wider.push('+'),
            b'*' | b'-' | b'.' | b'_' => wider.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => wider.push(char::from(byte)),
            _ => {
                wider.push('%');
                for digit in [byte >> 4, byte & 15] {
                    wider.extend(char::from_digit(digit.into(), 16).map(|digit| digit.to_ascii_uppercase()));
                }
            }
        }
    }
    *into = wider;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of RFC 6749 appendix B, and its encoding.
    #[test]
    fn encodes_the_example_of_rfc_6749() {
        let mut form = Zeroizing::default();
        encode(&mut form, " %&+£€");
        assert_eq!(*form, "+%25%26%2B%C2%A3%E2%82%AC");
    }

    #[test]
    fn separates_what_it_appends() {
        let mut form = Zeroizing::default();
        append(&mut form, "a", "b=c");
        append(&mut form, "d", "e&f");
        assert_eq!(*form, "a=b%3Dc&d=e%26f");
    }
}
