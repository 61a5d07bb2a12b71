//! Types that ignore errors, stop half-way, and read values twice or before their names. With none of them a token is
//! accepted that would be rejected without.

use std::collections::BTreeMap;
use std::fmt;

use jotwell::{
    Algorithm, Audience, Expiry, Issuer, NoClaims, NumericDate, SigningKey, Validator, VerifyError,
    VerifyingKey, jws,
};
use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, EnumAccess, IgnoredAny, MapAccess};

use crate::unruly_common::Unruly;

const NOW: NumericDate = NumericDate::from_secs(1_767_225_600);

fn validator() -> Validator<VerifyingKey> {
    let key = SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key").verifying_key();
    Validator::with_clock(key, Issuer::unchecked(), Audience::unchecked(), NOW).expiry(Expiry::IfPresent)
}

/// Compares a type that follows `script` with one that accepts any value.
fn check(payload: &str, script: &[u8]) -> Result<(), TestCaseError> {
    let key = SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    let token = jws::sign(payload.as_bytes(), &key).expect("a token");
    let found = Unruly::following(script, || validator().verify::<Unruly>(&token).map(drop));
    let want = validator().verify::<NoClaims>(&token).map(drop);
    match found {
        // The type may fail by itself, but only if nothing else does.
        Err(VerifyError::Deserialize { .. }) => prop_assert_eq!(want, Ok(())),
        found => prop_assert_eq!(found, want),
    }
    Ok(())
}

/// Tokens of JSON, each an element, so that a change keeps most of the text.
fn tokens() -> impl Strategy<Value = Vec<&'static str>> {
    let leaf = prop::sample::select(vec![
        "1",
        "300",
        "1300819380",
        "4102444800",
        "1.5",
        "1e400",
        "true",
        "null",
        r#""x""#,
        r#""xyz""#,
        r#""\u0041""#,
        "18446744073709551616",
    ])
    .prop_map(|leaf| vec![leaf]);
    let value = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|elements| joined("[", elements, "]")),
            object(inner),
        ]
    });
    object(value)
}

fn object(value: impl Strategy<Value = Vec<&'static str>>) -> impl Strategy<Value = Vec<&'static str>> {
    let name = prop::sample::select(vec![
        r#""a""#,
        r#""b""#,
        r#""c""#,
        r#""\u0061""#,
        r#""exp""#,
        r#""nbf""#,
        r#""iat""#,
        r#""aud""#,
        r#""a longer name""#,
    ]);
    let member = (name, value).prop_map(|(name, value)| [vec![name, ":"], value].concat());
    prop::collection::vec(member, 0..4).prop_map(|members| joined("{", members, "}"))
}

fn joined(open: &'static str, items: Vec<Vec<&'static str>>, close: &'static str) -> Vec<&'static str> {
    let mut tokens = vec![open];
    for (index, item) in items.into_iter().enumerate() {
        tokens.extend((index > 0).then_some(","));
        tokens.extend(item);
    }
    tokens.push(close);
    tokens
}

/// A token is inserted, or removed.
#[derive(Clone, Debug)]
enum Change {
    Insert(prop::sample::Index, &'static str),
    Remove(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let token = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "1",
        r#""x""#,
        r#""nbf":4102444800"#,
        r#","a":1"#,
        r#"""#,
        r"\",
        r#"{"\}"#,
    ]);
    prop_oneof![
        (any::<prop::sample::Index>(), token).prop_map(|(at, token)| Change::Insert(at, token)),
        any::<prop::sample::Index>().prop_map(Change::Remove),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn no_type_makes_an_invalid_token_valid(
        mut tokens in tokens(),
        changes in prop::collection::vec(change(), 0..3),
        script in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        for change in changes {
            match change {
                Change::Insert(at, token) => tokens.insert(at.index(tokens.len()), token),
                Change::Remove(at) if tokens.len() > 2 => drop(tokens.remove(at.index(tokens.len()))),
                Change::Remove(_) => {}
            }
        }
        check(&tokens.concat(), &script)?;
    }
}

/// The name of an enum's variant may be ignored together with its errors.
#[test]
fn a_variant_without_a_name_or_content_is_not_json() {
    struct Swallowed;

    impl<'de> Deserialize<'de> for Swallowed {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Swallowed;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an enum")
                }
                fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Swallowed, A::Error> {
                    let _ = data.variant::<IgnoredAny>();
                    Ok(Swallowed)
                }
            }
            deserializer.deserialize_enum("", &[], Visitor)
        }
    }

    let key = SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    for payload in [r#"{"x":{"a"}}"#, r#"{"x":{"\}}"#, r#"{"x":{"a" }}"#] {
        let token = jws::sign(payload.as_bytes(), &key).expect("a token");
        let found = validator().verify::<BTreeMap<String, Swallowed>>(&token).map(drop);
        assert!(matches!(found, Err(VerifyError::Json { .. })), "{payload}: {found:?}");
    }
}

/// A type that reads a name after the end of an object must not get a name of the enclosing object.
#[test]
fn an_object_has_no_names_after_its_end() {
    struct Curious;

    impl<'de> Deserialize<'de> for Curious {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Curious;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Curious, A::Error> {
                    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                    assert!(
                        !matches!(map.next_key::<IgnoredAny>(), Ok(Some(_))),
                        "a name of the enclosing object"
                    );
                    Ok(Curious)
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }

    let key = SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    for payload in [r#"{"x":{},"y":{}}"#, r#"{"x":{"z":1},"y":{"z":1}}"#, r#"{"x":{} , "y":{} }"#] {
        let token = jws::sign(payload.as_bytes(), &key).expect("a token");
        let found = validator().verify::<BTreeMap<String, Curious>>(&token).map(drop);
        assert_eq!(found, Ok(()), "{payload}");
    }
}
