//! The carriers of a token.

use crate::common::cases::{Case, Rule, forged, invalid, malformed, missing, passes};
use crate::common::tokens::{bearer, get, good, request, tampered};
use crate::common::world::authenticator;

pub(crate) fn presented() -> Vec<Case> {
    let token = good();
    let of = |name, headers: &[(&str, &str)], answer| Case::new(name, &authenticator(), get(headers), answer);
    let authorized = |name, value: &str, answer| of(name, &[("authorization", value)], answer);
    let target = format!("/orders?access_token={token}");
    let spaced = format!("Bearer {token} {token}");
    vec![
        of("nothing", &[], missing()),
        of("no token, and a rule", &[], missing()).rules(&[Rule::Role("admin")]),
        of("no token, and a closure accepts", &[], missing()).rules(&[Rule::Closure("user-42")]),
        Case::new("in the query", &authenticator(), request("GET", &target, &[]), missing()),
        authorized("Basic", "Basic dXNlci00MjpwYXNzd29yZA==", missing()),
        of(
            "a cookie without support for cookies",
            &[("cookie", &format!("__Host-access={token}"))],
            missing(),
        ),
        Case::new("good", &authenticator(), bearer(&token), passes()),
        authorized("good, in small letters", &format!("bearer {token}"), passes()),
        of(
            "good twice",
            &[("authorization", &format!("Bearer {token}")), ("authorization", &format!("Bearer {token}"))],
            malformed(),
        ),
        of(
            "Basic and good",
            &[
                ("authorization", "Basic dXNlci00MjpwYXNzd29yZA=="),
                ("authorization", &format!("Bearer {token}")),
            ],
            malformed(),
        ),
        authorized("no token", "Bearer", malformed()),
        authorized("no token after spaces", "Bearer   ", malformed()),
        authorized("two tokens", &spaced, malformed()),
        authorized("in quotation marks", &format!("Bearer \"{token}\""), malformed()),
        authorized("more after a comma", &format!("Bearer {token},{token}"), malformed()),
        authorized("after a tab", &format!("Bearer\t{token}"), malformed()),
    ]
}

const CSRF: &str = "pq3XkD8Vw0sZ2mTnYb6uRfHc1aLeJg9o4iKxQvW7tN5";
const OTHER_CSRF: &str = "Zr1YwE6Uc9tQ3nSmXa8vPgJd2bKfHh0i7jLyOuV4sM5";

pub(crate) fn cookies() -> Vec<Case> {
    let token = good();
    let (access, csrf) = (format!("__Host-access={token}"), format!("__Host-csrf={CSRF}"));
    let both = format!("{access}; {csrf}");
    let of = |name, method, headers: &[(&str, &str)], answer| {
        Case::new(name, &authenticator().cookies(), request(method, "/orders", headers), answer)
    };
    let bearer = format!("Bearer {token}");
    let bad = format!("__Host-access={}", tampered());
    vec![
        of("a cookie that reads", "GET", &[("cookie", &access)], passes()),
        of("no cookie", "GET", &[], missing()),
        of("other cookies", "POST", &[("cookie", "theme=dark-as-the-night")], missing()),
        of("a cookie that writes", "POST", &[("cookie", &both), ("x-csrf-token", CSRF)], passes()),
        of("no proof", "POST", &[("cookie", &both)], forged()),
        of("no cookie for the proof", "POST", &[("cookie", &access), ("x-csrf-token", CSRF)], forged()),
        of("wrong proof", "PUT", &[("cookie", &both), ("x-csrf-token", OTHER_CSRF)], forged()),
        of(
            "two proofs",
            "DELETE",
            &[("cookie", &both), ("x-csrf-token", CSRF), ("x-csrf-token", CSRF)],
            forged(),
        ),
        of("header and cookie", "GET", &[("authorization", &bearer), ("cookie", &access)], malformed()),
        of("a cookie twice", "GET", &[("cookie", &access), ("cookie", &access)], malformed()),
        of("a header needs no proof", "POST", &[("authorization", &bearer), ("cookie", &csrf)], passes()),
        of("a bad cookie", "GET", &[("cookie", &bad)], invalid("the signature is invalid")),
    ]
}
