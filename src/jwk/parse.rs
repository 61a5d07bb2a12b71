//! From JSON to a [`Jwk`]: RFC 7517 §4, RFC 7518 §6.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{CommonParameters, Jwk};
use crate::base64url;
use crate::curve::Curve;
use crate::error::KeyError;
use crate::json::{self, Value};
use crate::key_type::{KeyFormat, KeyType};
use crate::numbers::{Numbers, RsaFactors, RsaPrivate, Secret};

/// The members that this crate reads. Others are ignored (RFC 7517 §4), once the JSON itself is sound.
#[derive(Default)]
struct Members {
    /// Those of [`TEXTS`].
    texts: BTreeMap<&'static str, String>,
    /// Those of [`NUMBERS`], decoded.
    numbers: BTreeMap<&'static str, Secret>,
    key_ops: Option<Vec<String>>,
    oth: bool,
    /// `priv`, where newer kinds have their private key (RFC 9964 §3).
    private: bool,
    /// The document that this is instead of a key, by a member that such a document has.
    other_document: Option<KeyFormat>,
}

const TEXTS: [&str; 5] = ["kty", "alg", "use", "kid", "crv"];
const NUMBERS: [&str; 11] = ["k", "n", "e", "x", "y", "d", "p", "q", "dp", "dq", "qi"];

/// Documents that are passed instead of a key, by a member of theirs.
const OTHER_DOCUMENTS: [(&str, KeyFormat); 2] =
    [("keys", KeyFormat::JwkSet), ("jwks_uri", KeyFormat::IssuerMetadata)];

impl Members {
    fn text(&mut self, member: &'static str) -> Result<String, KeyError> {
        self.texts.remove(member).ok_or(KeyError::MissingMember { member })
    }

    fn number(&mut self, member: &'static str) -> Result<Secret, KeyError> {
        self.numbers.remove(member).ok_or(KeyError::MissingMember { member })
    }
}

/// Whether a text that is not JSON begins like PEM.
fn is_pem(text: &[u8]) -> bool {
    text.trim_ascii_start().starts_with(b"-----BEGIN ")
}

pub(super) fn jwk(text: &[u8]) -> Result<Jwk, KeyError> {
    let mut members = Members::default();
    json::read_object::<KeyError>(text, |member| {
        let name = member.name;
        if let Some(text) = TEXTS.into_iter().find(|known| *known == name) {
            members.texts.insert(text, text_of(text, member.value)?);
        } else if let Some(number) = NUMBERS.into_iter().find(|known| *known == name) {
            members.numbers.insert(number, bytes_of(number, member.value)?);
        } else if name == "key_ops" {
            members.key_ops = Some(key_ops(member.value)?);
        }
        members.oth |= name == "oth";
        members.private |= name == "priv";
        let document = OTHER_DOCUMENTS.iter().find(|(known, _)| name == **known);
        members.other_document = members.other_document.or(document.map(|(_, format)| *format));
        Ok(())
    })
    .map_err(|error| match error {
        KeyError::Json(_) if is_pem(text) => {
            KeyError::UnexpectedFormat { expected: KeyFormat::Jwk, found: KeyFormat::Pem }
        }
        error => error,
    })?;
    let key_type = members.text("kty").map_err(|missing| match members.other_document {
        Some(found) => KeyError::UnexpectedFormat { expected: KeyFormat::Jwk, found },
        None => missing,
    })?;
    let numbers = match &*key_type {
        "oct" => Numbers::Secret(members.number("k")?),
        "RSA" => rsa(&mut members)?,
        "EC" => ec(&mut members)?,
        "OKP" => okp(&mut members)?,
        _ => other(KeyType::Unknown, &members),
    };
    Ok(Jwk {
        numbers,
        parameters: CommonParameters {
            algorithm: members.texts.remove("alg"),
            public_key_use: members.texts.remove("use"),
            key_ops: members.key_ops,
            key_id: members.texts.remove("kid"),
        },
    })
}

/// RFC 7518 §6.3.
fn rsa(members: &mut Members) -> Result<Numbers, KeyError> {
    if members.oth {
        return Err(KeyError::InvalidMember { member: "oth" });
    }
    let n = integer("n", members.number("n")?)?.to_vec();
    let e = integer("e", members.number("e")?)?.to_vec();
    // §6.3.2: the primes and what follows from them come all together or not at all.
    let crt = ["p", "q", "dp", "dq", "qi"];
    let factors = if crt.iter().all(|name| !members.numbers.contains_key(name)) {
        None
    } else {
        let [p, q, dp, dq, qi] = crt.map(|name| integer(name, members.number(name)?));
        Some(RsaFactors { p: p?, q: q?, dp: dp?, dq: dq?, qi: qi? })
    };
    let private = match (members.numbers.remove("d"), factors) {
        (Some(d), factors) => Some(RsaPrivate { d: integer("d", d)?, factors }),
        (None, Some(_)) => return Err(KeyError::MissingMember { member: "d" }),
        (None, None) => None,
    };
    Ok(Numbers::Rsa { n, e, private, pss: None })
}

/// RFC 7518 §6.2.
fn ec(members: &mut Members) -> Result<Numbers, KeyError> {
    const UNCOMPRESSED: u8 = 4;
    let name = members.text("crv")?;
    let curve = match Curve::from_name(&name) {
        Some(Curve::Ed25519) => return Err(KeyError::InvalidMember { member: "crv" }),
        Some(curve) => curve,
        None => return Ok(other(KeyType::EcOther, members)),
    };
    let x = element("x", curve, members.number("x")?)?;
    let y = element("y", curve, members.number("y")?)?;
    let point = [&[UNCOMPRESSED][..], &x, &y].concat();
    let private = members.numbers.remove("d").map(|d| element("d", curve, d)).transpose()?;
    Ok(Numbers::Ec { curve, public: Some(point), private })
}

/// RFC 8037 §2.
fn okp(members: &mut Members) -> Result<Numbers, KeyError> {
    let name = members.text("crv")?;
    let curve = match (Curve::from_name(&name), &*name) {
        (Some(curve @ Curve::Ed25519), _) => curve,
        (Some(_), _) => return Err(KeyError::InvalidMember { member: "crv" }),
        (None, "Ed448") => return Ok(other(KeyType::Ed448, members)),
        (None, "X25519") => return Ok(other(KeyType::X25519, members)),
        (None, "X448") => return Ok(other(KeyType::X448, members)),
        (None, _) => return Ok(other(KeyType::Unknown, members)),
    };
    let x = element("x", curve, members.number("x")?)?;
    let private = members.numbers.remove("d").map(|d| element("d", curve, d)).transpose()?;
    Ok(Numbers::Ec { curve, public: Some(x.to_vec()), private })
}

/// A key of a type that is only named.
fn other(key_type: KeyType, members: &Members) -> Numbers {
    let private = members.numbers.contains_key("d") || members.numbers.contains_key("k") || members.private;
    Numbers::Other { key_type, private }
}

/// A Base64urlUInt: as few bytes as the integer needs (RFC 7518 §2).
fn integer(member: &'static str, bytes: Secret) -> Result<Secret, KeyError> {
    match bytes.as_slice() {
        // Zero is an integer, and no part of any key.
        [] | [0, ..] => Err(KeyError::InvalidMember { member }),
        _ => Ok(bytes),
    }
}

/// A field element, in the curve's full length (RFC 7518 §6.2.1.2).
fn element(member: &'static str, curve: Curve, bytes: Secret) -> Result<Secret, KeyError> {
    if bytes.len() == curve.field_len() { Ok(bytes) } else { Err(KeyError::InvalidMember { member }) }
}

fn text_of(member: &'static str, value: Value<'_>) -> Result<String, KeyError> {
    match value {
        Value::String(text) => Ok(text.to_cow().into_owned()),
        _ => Err(KeyError::InvalidMember { member }),
    }
}

fn bytes_of(member: &'static str, value: Value<'_>) -> Result<Secret, KeyError> {
    let Value::String(text) = value else {
        return Err(KeyError::InvalidMember { member });
    };
    // Text that is unescaped, and bytes that turn out to be followed by what is none, are as secret as a key.
    let owned;
    let text = match text.to_cow() {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => {
            owned = Zeroizing::new(text);
            &owned
        }
    };
    let length = base64url::decoded_len(text.len()).ok_or(KeyError::InvalidMember { member })?;
    let mut bytes = Secret::new(alloc::vec![0; length]);
    match base64url::decode_to_slice(text.as_bytes(), &mut bytes) {
        Ok(_) => Ok(bytes),
        Err(_) => Err(KeyError::InvalidMember { member }),
    }
}

/// Strings, none of them twice (RFC 7517 §4.3).
fn key_ops(value: Value<'_>) -> Result<Vec<String>, KeyError> {
    const INVALID: KeyError = KeyError::InvalidMember { member: "key_ops" };
    let Value::Array(text) = value else {
        return Err(INVALID);
    };
    let mut operations = Vec::new();
    let mut seen = BTreeSet::new();
    json::read_array::<KeyError>(text, |value| {
        let operation = text_of("key_ops", value)?;
        if !seen.insert(operation.clone()) {
            return Err(INVALID);
        }
        operations.push(operation);
        Ok(())
    })?;
    Ok(operations)
}
