//! A type with members of most kinds that serde supports.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A fuzzer can reach every member within a few mutations: all are optional, and all names are short.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Typed {
    sub: Option<String>,
    exp: Option<u64>,
    aud: Option<OneOrMany>,
    a: Option<bool>,
    b: Option<u8>,
    c: Option<i64>,
    d: Option<f64>,
    e: Option<Kind>,
    f: Option<(u8, String)>,
    g: Option<Vec<Typed>>,
    h: Option<BTreeMap<String, Value>>,
    i: Option<char>,
    j: Option<()>,
    k: Option<BTreeMap<u8, i8>>,
    l: Option<i128>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, PartialEq, Deserialize)]
enum Kind {
    A,
    B(u8),
    C(u8, u8),
    D { a: String },
}
