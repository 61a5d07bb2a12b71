//! Creates a [`Jwk`] from the members of a JSON Web Key: RFC 7517 §4, RFC 7518 §6.

use super::members::{Given, Members};
use super::{CommonParameters, Jwk};
use crate::curve::Curve;
use crate::error::KeyError;
use crate::json::{self, Value};
use crate::key_type::{KeyFormat, KeyType};
use crate::numbers::{Numbers, RsaFactors, RsaPrivate, Secret};

/// Returns whether a text that is not JSON begins like PEM.
fn is_pem(text: &[u8]) -> bool {
    text.trim_ascii_start().starts_with(b"-----BEGIN ")
}

pub(super) fn jwk(text: &[u8]) -> Result<Jwk, KeyError> {
    let mut members = Members::default();
    json::read_object::<KeyError>(text, |member| {
        let given = match member.value {
            Value::String(text) => Given::Text(text.to_cow()),
            Value::Array(text) if Members::reads_list(&member.name) => {
                let mut list = alloc::vec::Vec::new();
                json::read_array::<KeyError>(text, |value| {
                    list.push(if let Value::String(text) = value {
                        Some(text.to_cow().into_owned())
                    } else {
                        None
                    });
                    Ok(())
                })?;
                Given::List(list)
            }
            _ => Given::Other,
        };
        members.set(&member.name, given)
    })
    .map_err(|error| match error {
        KeyError::Json(_) if is_pem(text) => {
            KeyError::UnexpectedFormat { expected: KeyFormat::Jwk, found: KeyFormat::Pem }
        }
        error => error,
    })?;
    from_members(members)
}

pub(super) fn from_members(mut members: Members) -> Result<Jwk, KeyError> {
    let key_type = members.text("kty").map_err(|missing| match members.other_document {
        Some(found) => KeyError::UnexpectedFormat { expected: KeyFormat::Jwk, found },
        None => missing,
    })?;
    let numbers = match certified(&key_type, &members)? {
        Some(numbers) => numbers,
        None => match &*key_type {
            "oct" => Numbers::Secret(members.number("k")?),
            "RSA" => rsa(&mut members)?,
            "EC" => ec(&mut members)?,
            "OKP" => okp(&mut members)?,
            _ => other(KeyType::Unknown, &members),
        },
    };
    members.certificate.check(&numbers)?;
    Ok(Jwk {
        numbers,
        parameters: CommonParameters {
            algorithm: members.texts.remove("alg"),
            public_key_use: members.texts.remove("use"),
            key_ops: members.key_ops,
            key_id: members.texts.remove("kid"),
            certificate_sha1: members.certificate.sha1,
            certificate_sha256: members.certificate.sha256(),
        },
    })
}

/// Returns the numbers in the certificate of a JWK that has none itself, if its `kty` and `crv` are those of the
/// certificate.
fn certified(key_type: &str, members: &Members) -> Result<Option<Numbers>, KeyError> {
    if !members.numbers.is_empty() {
        return Ok(None);
    }
    let Some(numbers) = members.certificate.numbers() else { return Ok(None) };
    let (certified_type, curve) = match numbers.key_type() {
        KeyType::Rsa | KeyType::RsaPss => ("RSA", None),
        KeyType::Ec(curve @ Curve::Ed25519) => ("OKP", Some(curve)),
        KeyType::X25519 => ("OKP", Some(Curve::X25519)),
        KeyType::Ec(curve) => ("EC", Some(curve)),
        // Of another type: the key is named but not read, as without a certificate.
        _ => return Ok(None),
    };
    let same_curve = match members.texts.get("crv") {
        Some(name) => Curve::from_name(name) == curve,
        None => true,
    };
    if key_type == certified_type && same_curve {
        Ok(Some(numbers))
    } else {
        Err(KeyError::CertificateMismatch)
    }
}

/// Reads an RSA key (RFC 7518 §6.3).
fn rsa(members: &mut Members) -> Result<Numbers, KeyError> {
    if members.oth {
        return Err(KeyError::InvalidMember { member: "oth" });
    }
    let n = integer("n", members.number("n")?)?.to_vec();
    let e = integer("e", members.number("e")?)?.to_vec();
    // §6.3.2: the primes and the values derived from them must be present all together or not at all.
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

/// Reads an elliptic curve key (RFC 7518 §6.2).
fn ec(members: &mut Members) -> Result<Numbers, KeyError> {
    const UNCOMPRESSED: u8 = 4;
    let name = members.text("crv")?;
    let curve = match Curve::from_name(&name) {
        Some(Curve::Ed25519 | Curve::X25519) => return Err(KeyError::InvalidMember { member: "crv" }),
        Some(curve) => curve,
        None => return Ok(other(KeyType::EcOther, members)),
    };
    let x = element("x", curve, members.number("x")?)?;
    let y = element("y", curve, members.number("y")?)?;
    let point = [&[UNCOMPRESSED][..], &x, &y].concat();
    let private = members.numbers.remove("d").map(|d| element("d", curve, d)).transpose()?;
    Ok(Numbers::Ec { curve, public: Some(point), private })
}

/// Reads an octet key pair (RFC 8037 §2).
fn okp(members: &mut Members) -> Result<Numbers, KeyError> {
    let name = members.text("crv")?;
    let curve = match (Curve::from_name(&name), &*name) {
        (Some(curve @ (Curve::Ed25519 | Curve::X25519)), _) => curve,
        (Some(_), _) => return Err(KeyError::InvalidMember { member: "crv" }),
        (None, "Ed448") => return Ok(other(KeyType::Ed448, members)),
        (None, "X448") => return Ok(other(KeyType::X448, members)),
        (None, _) => return Ok(other(KeyType::Unknown, members)),
    };
    let x = element("x", curve, members.number("x")?)?;
    let private = members.numbers.remove("d").map(|d| element("d", curve, d)).transpose()?;
    Ok(Numbers::Ec { curve, public: Some(x.to_vec()), private })
}

/// Creates a key of a type that is named but not read.
fn other(key_type: KeyType, members: &Members) -> Numbers {
    let private = members.numbers.contains_key("d") || members.numbers.contains_key("k") || members.private;
    Numbers::Other { key_type, private }
}

/// Checks a Base64urlUInt: as few bytes as the integer needs (RFC 7518 §2).
fn integer(member: &'static str, bytes: Secret) -> Result<Secret, KeyError> {
    match bytes.as_slice() {
        // Zero is an integer, but not a valid part of any key.
        [] | [0, ..] => Err(KeyError::InvalidMember { member }),
        _ => Ok(bytes),
    }
}

/// Checks a field element, which must have the curve's full length (RFC 7518 §6.2.1.2).
fn element(member: &'static str, curve: Curve, bytes: Secret) -> Result<Secret, KeyError> {
    if bytes.len() == curve.field_len() { Ok(bytes) } else { Err(KeyError::InvalidMember { member }) }
}
