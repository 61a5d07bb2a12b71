//! `Authorization` has a bearer token exactly if a naive reader of the grammar of RFC 6750 §2.1 finds one.
#![no_main]

use http::Method;
use http::header::AUTHORIZATION;
use jotwell_fuzz::requests::{Found, fields, found};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let headers = fields(&AUTHORIZATION, data.split(|byte| *byte == b'\n'));
    let values: Vec<_> = headers.get_all(AUTHORIZATION).iter().map(|value| value.as_bytes()).collect();
    let expected = match values[..] {
        [] => Found::Missing,
        [value] => naive(value),
        _ => Found::Malformed,
    };
    assert_eq!(found(&Method::POST, &headers, false), expected);
    // An authenticator that accepts cookies treats a request without cookies the same.
    assert_eq!(found(&Method::POST, &headers, true), expected);
});

/// Reads `credentials = "Bearer" 1*SP b64token`. Other schemes are ignored.
fn naive(value: &[u8]) -> Found {
    let text: String = value.iter().copied().map(char::from).collect();
    let scheme: String =
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(*c)).collect();
    if scheme.to_ascii_lowercase() != "bearer" {
        return Found::Missing;
    }
    let rest = &text[scheme.len()..];
    let token = rest.trim_start_matches(' ');
    let body = token.trim_end_matches('=');
    let is_b64token =
        !body.is_empty() && body.chars().all(|c| c.is_ascii_alphanumeric() || "-._~+/".contains(c));
    if rest.len() > token.len() && is_b64token { Found::Token(token.to_owned()) } else { Found::Malformed }
}
