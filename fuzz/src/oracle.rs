//! Reads a text with `serde_json`, and checks the additional rules of jotwell.

use std::fmt;

use jotwell::{Audiences, Claims, Header, Jwk, MAX_DEPTH, NumericDate, VerifyError, base64url};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

/// The parameters that verification uses.
const ACTED_UPON: [&str; 4] = ["alg", "typ", "kid", "crit"];

/// The result of reading a text as one strict JSON object.
pub enum Json {
    Accepted(Value),
    Refused,
    /// A number beyond the range of doubles: valid by the grammar, but not supported by `serde_json`.
    HugeNumber,
}

/// Like [`serde_json::from_slice`], without duplicate names and with at most [`MAX_DEPTH`] levels.
pub fn json(text: &[u8]) -> Json {
    match serde_json::from_slice(text) {
        Ok(Strict(value)) if value.is_object() && depth(&value) <= MAX_DEPTH => Json::Accepted(value),
        Err(error) if error.to_string().contains("number out of range") => Json::HugeNumber,
        _ => Json::Refused,
    }
}

/// Compares what a validator at `now` reads from a payload, into both types, with `serde_json`.
pub fn assert_claims(
    payload: &[u8],
    now: NumericDate,
    claims: Result<&Claims, &VerifyError>,
    value: Result<&Value, &VerifyError>,
) {
    match json(payload) {
        Json::Accepted(want) => {
            assert!(claims_hold(&want, now.as_secs()).is_none_or(|holds| claims.is_ok() == holds));
            assert_eq!(value.ok(), claims.is_ok().then_some(&want));
            claims.iter().for_each(|claims| assert_same_claims(claims, &want));
        }
        Json::HugeNumber => assert!(value.is_err()),
        Json::Refused => assert!(value.is_err() && claims.is_err()),
    }
}

/// Returns whether the registered claims are of the right types, `exp` is present and after `now`, and `nbf` and `iat`
/// are not. `None` if a fraction is too close to a limit for a double.
fn claims_hold(claims: &Value, now: i64) -> Option<bool> {
    let is_date = |date: f64| (-62_167_219_200.0..253_402_300_800.0).contains(&date);
    let is_past = |date: f64| is_date(date) && date <= now as f64;
    let is_future = |date: f64| is_date(date) && date > now as f64;
    let holds = |name, rule: &dyn Fn(f64) -> bool| match claims.get(name) {
        None => Some(true),
        Some(Value::Number(date)) => {
            let slack = if date.is_f64() { 1e-4 } else { 0.0 };
            let [least, most] =
                [-slack, slack].map(|slack| date.as_f64().is_some_and(|date| rule(date + slack)));
            (least == most).then_some(least)
        }
        Some(_) => Some(false),
    };
    let strings = ["iss", "sub", "jti"].iter().all(|name| claims.get(name).is_none_or(Value::is_string));
    let audience = match claims.get("aud") {
        Some(Value::Array(many)) => !many.is_empty() && many.iter().all(Value::is_string),
        other => other.is_none_or(Value::is_string),
    };
    let typed = strings && audience && claims.get("exp").is_some();
    let rules = [Some(typed), holds("exp", &is_future), holds("nbf", &is_past), holds("iat", &is_past)];
    match rules.contains(&Some(false)) {
        true => Some(false),
        false => (!rules.contains(&None)).then_some(true),
    }
}

/// Compares the header that was read with its JSON.
pub fn assert_same_header(header: &Header, value: &Value) {
    assert_eq!(value["alg"], header.algorithm().name());
    for (found, name) in [(header.typ(), "typ"), (header.key_id(), "kid")] {
        assert_eq!(found.map(Value::from).as_ref(), value.get(name), "{name}");
    }
    // The others are read on demand: well-formed, or an error.
    for (found, name) in
        [(header.content_type(), "cty"), (header.jwk_set_url(), "jku"), (header.x509_url(), "x5u")]
    {
        match found {
            Ok(found) => assert_eq!(found.map(Value::from).as_ref(), value.get(name), "{name}"),
            Err(_) => assert!(!value[name].is_string(), "{name}"),
        }
    }
    let digest = |name: &str, length: usize| {
        let bytes = value[name].as_str().and_then(|text| base64url::decode(text).ok());
        bytes.filter(|bytes| bytes.len() == length)
    };
    for (found, name, length) in [
        (header.x509_sha1().map(|found| found.map(Vec::from)), "x5t", 20),
        (header.x509_sha256().map(|found| found.map(Vec::from)), "x5t#S256", 32),
    ] {
        let is_right = found.is_ok_and(|found| found == digest(name, length));
        assert!(is_right || value.get(name).is_some_and(|_| digest(name, length).is_none()), "{name}");
    }
    let strings = |value: &Value| value.as_array().is_some_and(|all| all.iter().all(Value::is_string));
    match header.x509_chain() {
        Ok(found) => assert_eq!(found.map(Value::from).as_ref(), value.get("x5c")),
        Err(_) => assert!(!strings(&value["x5c"]) || value["x5c"] == Value::Array(Vec::new())),
    }
    match header.jwk() {
        Ok(found) => assert_eq!(found.as_ref().map(Jwk::is_private), value.get("jwk").map(|_| false)),
        Err(_) => assert!(value.get("jwk").is_some()),
    }
    assert!(value.get("crit").is_none() && value.get("b64").is_none_or(|b64| *b64 == true));
    for (name, value) in value.as_object().expect("an object") {
        assert!(
            ACTED_UPON.contains(&&**name) || header.get(name).as_ref() == Ok(&Some(value.clone())),
            "{name}"
        );
    }
}

/// Compares the claims that were read with the payload's; fractions to a ten-thousandth of a second.
fn assert_same_claims(claims: &Claims, value: &Value) {
    for (found, name) in [(&claims.issuer, "iss"), (&claims.subject, "sub"), (&claims.jwt_id, "jti")] {
        assert_eq!(found.as_deref(), value.get(name).and_then(Value::as_str), "{name}");
    }
    let audience = value.get("aud").cloned().map(Audiences::deserialize);
    assert_eq!(claims.audience, audience.map_or(Audiences::default(), |audience| audience.expect("strings")));
    for (found, name) in [(claims.expires_at, "exp"), (claims.not_before, "nbf"), (claims.issued_at, "iat")] {
        let date = found.map(|date| date.as_secs() as f64 + f64::from(date.subsec_nanos()) / 1e9);
        match (date, value.get(name).map(|date| (date.is_f64(), date.as_f64().expect("a number")))) {
            (Some(date), Some((true, want))) => assert!((date - want).abs() < 1e-4, "{date} {want}"),
            (date, want) => assert_eq!(date, want.map(|(_, want)| want), "{name}"),
        }
    }
}

/// Returns the nesting of arrays and objects; zero for a plain value.
pub fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Returns the number of members and elements, at all depths.
pub fn values(value: &Value) -> usize {
    match value {
        Value::Array(elements) => elements.iter().map(|element| 1 + values(element)).sum(),
        Value::Object(members) => members.values().map(|member| 1 + values(member)).sum(),
        _ => 0,
    }
}

/// A [`Value`] without duplicate names.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor).map(Self)
    }
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = access.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Strict(value))) = access.next_entry::<String, _>()? {
            if members.insert(name, value).is_some() {
                return Err(de::Error::custom("a duplicate name"));
            }
        }
        Ok(members.into())
    }
}
