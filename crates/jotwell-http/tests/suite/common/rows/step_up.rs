//! Logins that are too old, or of another class: RFC 9470.

use jotwell::{MAX_LEEWAY, NumericDate};
use jotwell_http::AccessClaims;

use crate::common::cases::{Answer, Case, Rule, log_in_again, passes};
use crate::common::tokens::{bearer, claims, earlier, later, signed};
use crate::common::world::authenticator;

pub(crate) fn step_up() -> Vec<Case> {
    let of = |name, change: fn(AccessClaims) -> AccessClaims, rules, answer| {
        let mut claims = claims();
        claims.custom = change(claims.custom);
        Case::new(name, &authenticator(), bearer(&signed(&claims)), answer).rules(rules)
    };
    const MINUTE: &[Rule] = &[Rule::MaxAge(60)];
    let milliseconds =
        |access: AccessClaims| access.auth_time(NumericDate::from_secs(1_750_000_000_000 / 100));
    vec![
        of("login a minute ago", |access| access.auth_time(earlier(60)), MINUTE, passes()),
        of("login longer ago", |access| access.auth_time(earlier(61)), MINUTE, too_old(60)),
        of("login now", |access| access.auth_time(earlier(0)), &[Rule::MaxAge(0)], passes()),
        of(
            "login by a clock that is ahead",
            |access| access.auth_time(later(MAX_LEEWAY.as_secs())),
            MINUTE,
            passes(),
        ),
        of(
            "login in the future",
            |access| access.auth_time(later(MAX_LEEWAY.as_secs() + 1)),
            MINUTE,
            too_old(60),
        ),
        of("login in another unit", milliseconds, MINUTE, too_old(60)),
        of("login at no time", |access| access, MINUTE, too_old(60)),
        of("class", |access| access.acr("mfa"), &[Rule::Acr(&["mfa"])], passes()),
        of("second of two classes", |access| access.acr("mfa"), &[Rule::Acr(&["phrh", "mfa"])], passes()),
        of("other class", |access| access.acr("pwd"), &[Rule::Acr(&["phrh", "mfa"])], other_class()),
        of(
            "class in other letters",
            |access| access.acr("MFA"),
            &[Rule::Acr(&["phrh", "mfa"])],
            other_class(),
        ),
        of(
            "two classes in one",
            |access| access.acr("phrh mfa"),
            &[Rule::Acr(&["phrh", "mfa"])],
            other_class(),
        ),
        of(
            "methods are no class",
            |access| access.amr(["mfa"]),
            &[Rule::Acr(&["phrh", "mfa"])],
            other_class(),
        ),
        of(
            "no class is accepted",
            |access| access.acr("mfa"),
            &[Rule::Acr(&[])],
            log_in_again("", "the login is not of one of the classes []"),
        ),
        of(
            "what a header cannot hold is left out",
            |access| access,
            &[Rule::Acr(&["a b", "c\"", "d\\", "\u{e9}", "", "e"])],
            log_in_again(r#", acr_values="e""#, "the login is not of one of the classes"),
        ),
        of(
            "class and age",
            |access| access.acr("phrh").auth_time(earlier(5)),
            &[Rule::Acr(&["phrh"]), Rule::MaxAge(5)],
            passes(),
        ),
        of(
            "class and no age",
            |access| access.acr("phrh").auth_time(earlier(6)),
            &[Rule::Acr(&["phrh"]), Rule::MaxAge(5)],
            too_old(5),
        ),
    ]
}

fn too_old(seconds: u64) -> Answer {
    let why = format!("the login was more than {seconds} seconds ago, or the token has no `auth_time`");
    log_in_again(&format!(r#", max_age="{seconds}""#), &why)
}

fn other_class() -> Answer {
    log_in_again(r#", acr_values="phrh mfa""#, r#"the login is not of one of the classes ["phrh", "mfa"]"#)
}
