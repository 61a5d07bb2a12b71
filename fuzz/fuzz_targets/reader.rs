//! Types of every kind read what `serde_json` reads, and no type hides text that is not JSON.
#![no_main]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;

use jotwell::{ClaimsReader, FromClaims, VerifyError};
use jotwell_fuzz::{
    oracle::{self, Json},
    typed::Typed,
    unruly::Unruly,
};
use libfuzzer_sys::fuzz_target;
use serde::de::{Deserialize, Deserializer, IgnoredAny};
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Flat {
    a: Option<u8>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(untagged)]
enum Untagged {
    Numbers { a: u8, b: f64 },
    Texts(BTreeMap<String, String>),
    Other(Value),
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Borrowed<'a> {
    a: Option<&'a str>,
    #[serde(borrow)]
    b: Option<Cow<'a, str>>,
    #[serde(borrow)]
    c: Option<Vec<&'a str>>,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    a: Option<(i128, u128)>,
    b: Option<BTreeMap<i64, f32>>,
    c: Option<Box<Strict>>,
}

#[derive(Debug, serde::Deserialize)]
struct Raw<'a> {
    a: Option<Box<RawValue>>,
    #[serde(borrow)]
    b: Option<&'a RawValue>,
}

impl PartialEq for Raw<'_> {
    fn eq(&self, other: &Self) -> bool {
        let texts =
            |raw: &Self| (raw.a.as_ref().map(|a| a.get().to_owned()), raw.b.map(|b| b.get().to_owned()));
        texts(self) == texts(other)
    }
}

/// A type that ignores errors.
#[derive(Debug, PartialEq)]
struct Lenient<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(T::deserialize(deserializer).ok()))
    }
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Swallows {
    a: Option<Lenient<u8>>,
    b: Option<Lenient<Vec<u8>>>,
    c: Option<Lenient<BTreeMap<String, bool>>>,
}

fn same<'de, T: FromClaims<'de> + Deserialize<'de> + PartialEq + Debug>(text: &'de [u8]) {
    let found = ClaimsReader::read_unverified::<T>(text).ok();
    assert_eq!(found, serde_json::from_slice::<T>(text).ok());
}

fuzz_target!(|data: &[u8]| {
    let (script, text) = data.split_at(data.iter().position(|byte| *byte == b'{').unwrap_or(data.len()));
    let sound = ClaimsReader::read_unverified::<IgnoredAny>(text).map(drop);
    let unruly = Unruly::following(script, || ClaimsReader::read_unverified::<Unruly>(text).map(drop));
    match unruly {
        // The type may fail by itself, but only if nothing else does.
        Err(VerifyError::Deserialize { .. }) => assert_eq!(sound, Ok(())),
        unruly => assert_eq!(unruly, sound),
    }
    match oracle::json(text) {
        Json::Accepted(_) => {
            // A registered claim may still be rejected.
            use VerifyError::{DateOutOfRange, InvalidClaim, NullClaim};
            let is_expected =
                matches!(sound, Ok(()) | Err(InvalidClaim { .. } | NullClaim { .. } | DateOutOfRange { .. }));
            assert!(is_expected, "{sound:?}");
        }
        Json::Refused => assert!(sound.is_err()),
        Json::HugeNumber => return,
    }
    if sound.is_err() {
        return;
    }
    same::<Typed>(text);
    same::<Flat>(text);
    same::<Untagged>(text);
    same::<Borrowed<'_>>(text);
    same::<Strict>(text);
    same::<Raw<'_>>(text);
    // If `serde_json` continues after an error, so does this reader. It continues more often, because it never stops
    // inside a value.
    if let Ok(want) = serde_json::from_slice::<Swallows>(text) {
        assert_eq!(ClaimsReader::read_unverified::<Swallows>(text), Ok(want));
    }
    let mut beside = None;
    let whole = ClaimsReader::read_unverified::<Beside>(text).map(|Beside(a, rest)| {
        beside = a;
        rest
    });
    let want: BTreeMap<String, Value> = serde_json::from_slice(text).expect("an object");
    assert_eq!(beside.as_ref(), want.get("a"));
    assert_eq!(whole, Ok(want));
});

/// Reads one member, and all of them.
struct Beside(Option<Value>, BTreeMap<String, Value>);

impl<'de> FromClaims<'de> for Beside {
    fn from_claims(reader: &mut ClaimsReader<'de>) -> Result<Self, VerifyError> {
        let mut a = None;
        let all = reader.read_beside(&["a"], |_, claim| {
            a = Some(claim.read()?);
            Ok(())
        })?;
        Ok(Self(a, all))
    }
}
