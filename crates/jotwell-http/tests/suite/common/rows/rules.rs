//! Authorization rules.

use jotwell_http::{Authenticator, Scope};

use crate::common::cases::{Case, Rule, forbidden, invalid, lacks_scope, passes};
use crate::common::tokens::{bearer, claims, key, payload, signed, signed_text, tampered};
use crate::common::world::{authenticator, validator};

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
        of("custom rule rejects", &[Rule::Own("user-1")], forbidden("subject")),
        of("closure", &[Rule::Closure("user-42")], passes()),
        of("closure rejects", &[Rule::Closure("user-1")], forbidden("closure")),
        of("all rules", &[Rule::Role("editor"), Rule::Scope("orders:read"), Rule::Own("user-42")], passes()),
        of("the first rejects", &[Rule::Own("user-1"), Rule::Role("admin")], forbidden("subject")),
        of("the last rejects", &[Rule::Role("editor"), Rule::Own("user-1")], forbidden("subject")),
        Case::new(
            "rules do not make a token valid",
            &authenticator(),
            bearer(&tampered()),
            invalid("the signature is invalid"),
        )
        .rules(&[Rule::Own("user-42")]),
    ]
}

/// Claims as other authorization servers write them, and malformed ones, which only matter to a rule that needs them.
pub(crate) fn foreign_claims() -> Vec<Case> {
    let of = |name, claims: &str, rules, answer| {
        let payload = payload().replacen('{', &format!("{{{claims},"), 1);
        let authenticator = Authenticator::new(validator(key().verifying_key()).max_length(32 * 1024));
        Case::new(name, &authenticator.realm("orders"), bearer(&signed_text(&payload)), answer).rules(rules)
    };
    let read: &[Rule] = &[Rule::Scope("orders:read")];
    let editor: &[Rule] = &[Rule::Role("editor")];
    let someone: &[Rule] = &[Rule::Own("user-42")];
    let malformed = |claim: &str| invalid(&format!("`{claim}` of the token is malformed"));
    let many = vec!["\"editor\""; 1025].join(",");
    let many_roles = format!(r#""roles":[{many}]"#);
    let many_words = format!(r#""scope":[{many}]"#);
    vec![
        of("scope as an array", r#""scope":["orders:read","x"]"#, read, passes()),
        of("scope as null", r#""scope":null"#, read, lacks_scope("orders:read")),
        of("two words in one element", r#""scope":["x orders:read"]"#, read, malformed("scope")),
        of("scope as a number", r#""scope":7"#, read, malformed("scope")),
        of("too many words", &many_words, read, invalid("`scope` of the token has more than 512 values")),
        of("a role as a string", r#""roles":"editor""#, editor, passes()),
        of("roles are not split", r#""roles":"editor admin""#, editor, forbidden("role")),
        of("roles as null", r#""roles":null"#, editor, forbidden("role")),
        of("roles as an object", r#""roles":{"editor":true}"#, editor, malformed("roles")),
        of("a number among roles", r#""roles":["editor",1]"#, editor, malformed("roles")),
        of("too many roles", &many_roles, editor, invalid("`roles` of the token has more than 1024 values")),
        of(
            "nothing asks for malformed claims",
            r#""client_id":1,"sid":2,"scope":3,"roles":4"#,
            someone,
            passes(),
        ),
        of("a rule asks for others", r#""roles":4,"scope":["orders:read"]"#, read, passes()),
    ]
}
