//! A token from cookies is the only one with its name, and a request that may change something needs the anti-forgery
//! token.
//!
//! The first byte is the method; each further line is a `Cookie`, or an `X-CSRF-Token` after `!`.
#![no_main]

use http::header::COOKIE;
use http::{HeaderName, Method};
use jotwell_fuzz::requests::{Found, fields, found};
use jotwell_http::{Cookies, SessionError};
use libfuzzer_sys::fuzz_target;

const PROOF: HeaderName = HeaderName::from_static("x-csrf-token");
const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST, Method::DELETE, Method::PATCH];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let method = &METHODS[usize::from(*first) % METHODS.len()];
    let lines = || rest.split(|byte| *byte == b'\n');
    let mut headers = fields(&COOKIE, lines().filter(|line| !line.starts_with(b"!")));
    let proofs = fields(&PROOF, lines().filter_map(|line| line.strip_prefix(b"!")));
    for proof in proofs.get_all(PROOF) {
        headers.append(PROOF, proof.clone());
    }

    let cookies: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(|value| value.as_bytes()).collect();
    let proofs: Vec<&[u8]> = headers.get_all(PROOF).iter().map(|value| value.as_bytes()).collect();
    let proven = match (&named(&cookies, "__Host-csrf")[..], &proofs[..]) {
        ([cookie], [proof]) => !cookie.is_empty() && cookie == proof && std::str::from_utf8(cookie).is_ok(),
        _ => false,
    };
    let expected = match named(&cookies, "__Host-access")[..] {
        [] => Found::Missing,
        [value] => match std::str::from_utf8(value) {
            Ok(_) if !method.is_safe() && !proven => Found::CsrfFailed,
            Ok(token) => Found::Token(token.to_owned()),
            Err(_) => Found::Malformed,
        },
        _ => Found::Malformed,
    };
    assert_eq!(found(method, &headers, true), expected);
    // An authenticator without cookies ignores them.
    assert_eq!(found(method, &headers, false), Found::Missing);

    let refresh = match named(&cookies, "__Host-refresh")[..] {
        [value] => std::str::from_utf8(value).ok(),
        _ => None,
    };
    match (Cookies::refresh_token_of(&headers), refresh) {
        (Ok(token), Some(expected)) => assert!(proven && token == expected),
        (Err(SessionError::CsrfFailed), Some(_)) => assert!(!proven),
        (Err(SessionError::Malformed), None) => {}
        (result, expected) => panic!("{result:?}, expected {expected:?}"),
    }
});

/// Returns the values of all cookies with a name.
fn named<'a>(cookies: &[&'a [u8]], name: &str) -> Vec<&'a [u8]> {
    let pairs = cookies.iter().flat_map(|cookies| cookies.split(|byte| *byte == b';'));
    let pairs = pairs.filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..at].trim_ascii(), pair[at + 1..].trim_ascii()))
    });
    pairs.filter(|(key, _)| *key == name.as_bytes()).map(|(_, value)| value).collect()
}
