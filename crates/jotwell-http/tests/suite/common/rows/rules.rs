//! Rules about who may do something.

use jotwell_http::Scope;

use crate::common::cases::{Case, Rule, forbidden, invalid, lacks_scope, passes};
use crate::common::tokens::{bearer, claims, signed, tampered};
use crate::common::world::authenticator;

pub(crate) fn rules() -> Vec<Case> {
    let scope = Scope::of(["orders:read"]).expect("a scope");
    let mut able = claims();
    able.custom = able.custom.scope(scope).role("editor");
    let able = bearer(&signed(&able));
    let of = |name, rules, answer| Case::new(name, &authenticator(), able.clone(), answer).rules(rules);
    vec![
        of("scope", &[Rule::Scope("orders:read")], passes()),
        of("no such scope", &[Rule::Scope("orders:write")], lacks_scope("orders:write")),
        of("one scope of two", &[Rule::Scope("orders:read admin")], lacks_scope("orders:read admin")),
        of("role", &[Rule::Role("editor")], passes()),
        of("no such role", &[Rule::Role("admin")], forbidden("role")),
        of("one role of two", &[Rule::AnyRole(&["admin", "editor"])], passes()),
        of("one role of none", &[Rule::AnyRole(&[])], forbidden("role")),
        of("own rule", &[Rule::Own("user-42")], passes()),
        of("own rule says no", &[Rule::Own("user-1")], forbidden("subject")),
        of("closure", &[Rule::Closure("user-42")], passes()),
        of("closure says no", &[Rule::Closure("user-1")], forbidden("closure")),
        of("all rules", &[Rule::Role("editor"), Rule::Scope("orders:read"), Rule::Own("user-42")], passes()),
        of("the first says no", &[Rule::Own("user-1"), Rule::Role("admin")], forbidden("subject")),
        of("the last says no", &[Rule::Role("editor"), Rule::Own("user-1")], forbidden("subject")),
        Case::new(
            "no token is good by rules",
            &authenticator(),
            bearer(&tampered()),
            invalid("the signature is invalid"),
        )
        .rules(&[Rule::Own("user-42")]),
    ]
}
