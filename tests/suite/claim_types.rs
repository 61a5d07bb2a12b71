//! Every type that claims are read into gets the same value as from `serde_json`, or an error if `serde_json` has one.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use jotwell::{
    Algorithm, Audience, Audiences, Claims, Expiry, Issuer, NoClaims, NumericDate, SigningKey, Validator,
    VerifyError, VerifyingKey, jws,
};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

fn key() -> SigningKey {
    SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key")
}

fn validator() -> Validator<VerifyingKey> {
    Validator::new(key().verifying_key(), Issuer::unchecked(), Audience::unchecked())
        .expiry(Expiry::IfPresent)
        .max_length(1 << 20)
}

/// Compares what is read into `T` with `serde_json`, which accepts duplicate names.
fn same<T: DeserializeOwned + PartialEq + Debug>(payload: &str) {
    let token = jws::sign(payload.as_bytes(), &key()).expect("a token");
    let found = validator().verify::<T>(&token);
    match (found, serde_json::from_str::<T>(payload)) {
        (Ok(found), Ok(want)) => assert_eq!(*found, want, "{payload}"),
        (Err(VerifyError::Deserialize { .. } | VerifyError::Json { .. }), Err(_)) => {}
        (found, want) => panic!("{payload}: {found:?}, {want:?}"),
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Newtype(String);

#[derive(Debug, PartialEq, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Deserialize)]
struct Pair(u8, String);

#[derive(Debug, PartialEq, Deserialize)]
enum Plan {
    Free,
    Seats(u32),
    Range(u8, u8),
    Custom { name: String },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    A { x: i32 },
    B,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u64),
    Text(String),
    Many(Vec<Untagged>),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Flat {
    sub: Option<String>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exact {
    a: u8,
}

/// Bytes, which may also be an array of numbers.
#[derive(Debug, PartialEq)]
struct Buffer(Vec<u8>);

impl<'de> Deserialize<'de> for Buffer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Buffer;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Buffer, E> {
                Ok(Buffer(bytes.to_vec()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut array: A) -> Result<Buffer, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = array.next_element()? {
                    bytes.push(byte);
                }
                Ok(Buffer(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Visitor)
    }
}

/// A member of any kind.
#[derive(Debug, PartialEq, Deserialize)]
struct Of<T> {
    a: T,
}

const VALUES: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "255",
    "256",
    "1300819380",
    "0123456789",
    "9999999999",
    "4102444800 ",
    "12345678901",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "1.5",
    "-0.5",
    "1e3",
    "1E-2",
    "1.0",
    "1e400",
    "true",
    "false",
    "null",
    r#""""#,
    r#""x""#,
    r#""\u0041\n""#,
    r#""é😀""#,
    r#""Free""#,
    r#""Seats""#,
    "[]",
    "[1]",
    "[1,2]",
    r#"[1,"x"]"#,
    "[1,2,3]",
    "{}",
    r#"{"Seats":3}"#,
    r#"{"Range":[1,2]}"#,
    r#"{"Custom":{"name":"n"}}"#,
    r#"{"Free":null}"#,
    r#"{"Free":1}"#,
    r#"{"Seats":3,"Free":null}"#,
    r#"{"kind":"A","x":-5}"#,
    r#"{"x":-5,"kind":"A"}"#,
    r#"{"kind":"B"}"#,
    r#"{"1":2,"3":4}"#,
    r#"{"a":{"a":{"a":[{"b":[[]]}]}}}"#,
    r#"[["x",1],[[]]]"#,
    r#""1300819380""#,
    "[1300819380,4102444800]",
];

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn values_of_every_kind_are_read_as_serde_json_reads_them() {
    macro_rules! each {
        ($($Type:ty),+ $(,)?) => {
            for value in VALUES {
                for payload in [format!(r#"{{"a":{value}}}"#), format!(" {{ \"z\" : 0 ,\n\"a\" : {value} }}\t")] {
                    $( same::<Of<$Type>>(&payload); )+
                }
            }
        };
    }
    each!(
        Value, (), bool, i8, i16, i32, i64, i128, u8, u16, u32, u64, u128, f32, f64, char, String, Option<u64>,
        Option<String>, Option<Option<u8>>, Vec<u8>, Vec<u64>, Vec<String>, (u8, u8), (u8, String), [u8; 2],
        HashMap<String, Value>, HashMap<u64, u64>, BTreeMap<char, u8>, Newtype, Unit, Pair, Plan, Tagged,
        Untagged, Flat, Exact, Box<Plan>, Buffer, Cow<'static, str>, Audiences, NumericDate, NoClaims,
    );
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn whole_payloads_are_read_as_serde_json_reads_them() {
    for payload in [
        "{}",
        r#"{"a":1}"#,
        r#"{"a":1,"b":2}"#,
        r#"{"sub":"x","jti":"y","roles":["r"]}"#,
        r#"{"s\u0075b":"x","r":[1]}"#,
        r#"{"Custom":{"name":"n"}}"#,
        r#"{"Seats":7}"#,
        r#"{"kind":"A","x":1,"exp":9999999999}"#,
        r#"{"exp":9999999999,"aud":["a","b"],"a":256}"#,
    ] {
        same::<Value>(payload);
        same::<Flat>(payload);
        same::<Exact>(payload);
        same::<Of<u8>>(payload);
        same::<HashMap<String, Value>>(payload);
        same::<HashMap<String, u8>>(payload);
        same::<Option<Exact>>(payload);
        same::<Box<Flat>>(payload);
        same::<Plan>(payload);
        same::<Tagged>(payload);
        same::<Untagged>(payload);
        same::<Pair>(payload);
        same::<Unit>(payload);
        same::<String>(payload);
        same::<NoClaims>(payload);
    }
}

/// Types for which serde needs support specific to `serde_json`.
#[test]
fn raw_values_are_read() {
    let token = jws::sign(br#"{"a":[1, 2.50],"sub":"x"}"#, &key()).expect("a token");
    let mut buffer = Vec::new();
    let found =
        validator().verify_in::<Of<&serde_json::value::RawValue>>(&token, &mut buffer).expect("claims");
    assert_eq!(found.a.get(), "[1, 2.50]");
}

/// A visitor that does not read to the end has not read the claims.
#[test]
fn a_type_that_stops_half_way_is_an_error() {
    #[derive(Debug)]
    struct First;

    impl<'de> Deserialize<'de> for First {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = First;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<First, A::Error> {
                    map.next_entry::<String, Value>().map(|_| First)
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }

    let verify =
        |payload: &[u8]| validator().verify::<First>(&jws::sign(payload, &key()).expect("a token")).map(drop);
    assert!(matches!(verify(br#"{"a":1,"b":2}"#), Err(VerifyError::Deserialize { .. })));
    // What it skipped is checked, too.
    assert!(matches!(verify(br#"{"a":1,"b":2,"b":3}"#), Err(VerifyError::Json { .. })));
    assert!(matches!(verify(br#"{"a":1,"exp":1}"#), Err(VerifyError::Expired { .. })));
}

/// Names that the type does not know follow the same rules, at every depth.
#[test]
fn what_the_type_ignores_is_still_checked() {
    for (payload, duplicate) in [
        (r#"{"a":1,"b":{"c":1,"c":2}}"#, true),
        (r#"{"a":1,"b":1,"\u0062":2}"#, true),
        (r#"{"b":[{"c":{"d":1,"d":1}}],"a":1}"#, true),
        (r#"{"a":1,"b":01}"#, false),
        (r#"{"a":1,"b":"\ud800"}"#, false),
        (r#"{"a":1} x"#, false),
    ] {
        let token = jws::sign(payload.as_bytes(), &key()).expect("a token");
        let error = validator().verify::<Of<u8>>(&token).expect_err(payload);
        let VerifyError::Json { error, .. } = error else { panic!("{payload}: {error}") };
        assert_eq!(matches!(error, jotwell::JsonError::DuplicateMember { .. }), duplicate, "{payload}");
    }
}

/// A type that uses a default for a value that it cannot read does not make invalid JSON valid.
#[test]
fn errors_that_the_type_ignores_are_still_reported() {
    fn or_default<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        Ok(T::deserialize(from).unwrap_or_default())
    }

    #[derive(Debug, Deserialize)]
    struct Lenient {
        #[serde(default, deserialize_with = "or_default")]
        a: u8,
        #[serde(default, deserialize_with = "or_default")]
        b: Vec<u8>,
    }

    for payload in [r#"{"a":,"x":1}"#, r#"{"a":1,"b":[1,300,"x":1}"#, r#"{"b":[1,"x":1}"#, r#"{"a":}"#] {
        let token = jws::sign(payload.as_bytes(), &key()).expect("a token");
        let error = validator().verify::<Lenient>(&token).expect_err(payload);
        assert!(matches!(error, VerifyError::Json { .. }), "{payload}: {error}");
    }
    let token = jws::sign(br#"{"a":300,"b":[1,2]}"#, &key()).expect("a token");
    let lenient = validator().verify::<Lenient>(&token).expect("verified").into_inner();
    assert_eq!((lenient.a, lenient.b), (0, vec![1, 2]));
}

/// A visitor may read a member as the wrong type, and continue. No claim is hidden by that.
#[test]
fn errors_that_the_visitor_ignores_are_still_reported() {
    #[derive(Debug)]
    struct As<T>(std::marker::PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Deserialize<'de> for As<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor<T>(std::marker::PhantomData<T>);
            impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Visitor<T> {
                type Value = As<T>;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<As<T>, A::Error> {
                    while map.next_key::<String>()?.is_some() {
                        let _ = map.next_value::<T>();
                    }
                    Ok(As(self.0))
                }
            }
            deserializer.deserialize_map(Visitor(std::marker::PhantomData))
        }
    }

    fn verify<T: DeserializeOwned>(payload: &str) -> Result<(), VerifyError> {
        let token = jws::sign(payload.as_bytes(), &key()).expect("a token");
        validator().verify::<As<T>>(&token).map(drop)
    }

    let early = r#"{"nbf":4102444800,"a":1}"#;
    assert!(matches!(verify::<u8>(early), Err(VerifyError::NotYetValid { .. })));
    assert!(matches!(verify::<bool>(early), Err(VerifyError::NotYetValid { .. })));
    let late = r#"{"a":1,"exp":1300819380}"#;
    assert!(matches!(verify::<u8>(late), Err(VerifyError::Expired { .. })));
    assert!(matches!(verify::<u8>(r#"{"iat":4102444800}"#), Err(VerifyError::IssuedInFuture { .. })));
    for wrong in [r#"{"nbf":"xy"}"#, r#"{"exp":"xy"}"#, r#"{"iss":["x"]}"#, r#"{"aud":[]}"#] {
        assert!(matches!(verify::<char>(wrong), Err(VerifyError::InvalidClaim { .. })), "{wrong}");
    }
    assert_eq!(verify::<u8>(r#"{"a":300,"b":"x","exp":4102444800}"#), Ok(()));
}

/// Values that only `serde_json` reads are passed to it as a whole, so a default is not used first.
#[test]
fn values_that_only_serde_json_reads_are_not_replaced_by_a_default() {
    fn or_default<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        Ok(T::deserialize(from).unwrap_or_default())
    }

    #[derive(Debug, Default, PartialEq)]
    struct Bytes(Vec<u8>);

    impl<'de> Deserialize<'de> for Bytes {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl serde::de::Visitor<'_> for Visitor {
                type Value = Bytes;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("bytes")
                }
                fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                    Ok(Bytes(bytes.to_vec()))
                }
            }
            deserializer.deserialize_bytes(Visitor)
        }
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Lenient {
        #[serde(deserialize_with = "or_default")]
        number: f64,
        #[serde(deserialize_with = "or_default")]
        bytes: Bytes,
    }

    for number in ["18446744073709551616", "-9223372036854775809", "1", "-0", "2.5", r#""x""#] {
        for bytes in [r#""x""#, r#""\n""#, "1"] {
            same::<Lenient>(&format!(r#"{{"number":{number},"bytes":{bytes}}}"#));
        }
    }
}

/// The registered claims are found whether the type names them, reads everything, or reads nothing.
#[test]
fn registered_claims_are_seen_in_every_type() {
    #[derive(Debug, Deserialize)]
    struct Nothing {}

    #[derive(Debug, Deserialize)]
    enum Times {
        #[serde(rename = "exp")]
        Expires(#[expect(dead_code, reason = "read into, never from")] i64),
    }

    for payload in [r#"{"exp":1,"sub":"x"}"#, r#"{ "sub" : "x" , "\u0065xp" : 1 }"#] {
        let token = jws::sign(payload.as_bytes(), &key()).expect("a token");
        let expired =
            |error| matches!(error, VerifyError::Expired { expired_at, .. } if expired_at.as_secs() == 1);
        assert!(expired(validator().verify::<Nothing>(&token).unwrap_err()));
        assert!(expired(validator().verify::<NoClaims>(&token).unwrap_err()));
        assert!(expired(validator().verify::<Value>(&token).unwrap_err()));
        assert!(expired(validator().verify::<Flat>(&token).unwrap_err()));
        assert!(expired(validator().verify::<Claims<Value>>(&token).unwrap_err()));
        // An error in the type does not hide it.
        assert!(expired(validator().verify::<Of<u8>>(&token).unwrap_err()));
    }
    // A claim may also be the variant of an enum.
    let token = jws::sign(br#"{"exp":1}"#, &key()).expect("a token");
    assert!(matches!(validator().verify::<Times>(&token), Err(VerifyError::Expired { .. })));
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0_u64..10_000_000_000).prop_map(Value::from),
        "[ -~é\"\\\\\n]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-d\"\\\\]{0,9}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Account {
    name: String,
    roles: Vec<String>,
    seats: Option<u32>,
    tree: Value,
}

proptest! {
    #[test]
    fn any_object_is_read_as_serde_json_reads_it(value in json(), pretty in any::<bool>()) {
        let object = serde_json::json!({ "a": value });
        let payload =
            if pretty { serde_json::to_string_pretty(&object) } else { serde_json::to_string(&object) };
        same::<Value>(&payload.expect("JSON"));
    }

    #[test]
    fn what_is_issued_is_read_back(
        name in ".{0,20}",
        roles in prop::collection::vec("[a-z\"\\\\é]{0,10}", 0..4),
        seats in any::<Option<u32>>(),
        tree in json(),
        subject in ".{0,40}",
    ) {
        let account = Account { name, roles, seats, tree };
        let claims = Claims::new(account).subject(subject).expires_at(NumericDate::from_secs(4_102_444_800));
        let token = claims.sign(&key()).expect("a token");
        prop_assert_eq!(&*validator().verify::<Claims<Account>>(&token).expect("claims"), &claims);
        prop_assert_eq!(&*validator().verify::<Account>(&token).expect("claims"), &claims.custom);
    }
}
