//! From JSON to a [`Jwk`]: RFC 7517 §4, RFC 7518 §6.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::Jwk;
use crate::base64url;
use crate::curve::Curve;
use crate::error::{KeyError, KeyForm, KeyKind};
use crate::json::{self, Value};
use crate::material::{Material, Numbers, RsaFactors, RsaPrivate, Secret};

/// The members that this crate reads, as their text. Others are ignored (RFC 7517 §4), once the
/// JSON itself is sound.
#[derive(Default)]
struct Members {
    kty: Option<String>,
    alg: Option<String>,
    public_key_use: Option<String>,
    key_ops: Option<Vec<String>>,
    kid: Option<String>,
    crv: Option<String>,
    k: Option<Secret>,
    n: Option<Secret>,
    e: Option<Secret>,
    x: Option<Secret>,
    y: Option<Secret>,
    d: Option<Secret>,
    p: Option<Secret>,
    q: Option<Secret>,
    dp: Option<Secret>,
    dq: Option<Secret>,
    qi: Option<Secret>,
    oth: bool,
    /// `priv`, where newer kinds have their private key (RFC 9964 §3).
    private: bool,
}

pub(super) fn jwk(text: &[u8]) -> Result<Jwk, KeyError> {
    let mut members = Members::default();
    json::read_object::<KeyError>(text, |member| {
        match &*member.name.to_cow() {
            "kty" => members.kty = Some(text_of("kty", member.value)?),
            "alg" => members.alg = Some(text_of("alg", member.value)?),
            "use" => members.public_key_use = Some(text_of("use", member.value)?),
            "key_ops" => members.key_ops = Some(key_ops(member.value)?),
            "kid" => members.kid = Some(text_of("kid", member.value)?),
            "crv" => members.crv = Some(text_of("crv", member.value)?),
            "k" => members.k = Some(bytes_of("k", member.value)?),
            "n" => members.n = Some(bytes_of("n", member.value)?),
            "e" => members.e = Some(bytes_of("e", member.value)?),
            "x" => members.x = Some(bytes_of("x", member.value)?),
            "y" => members.y = Some(bytes_of("y", member.value)?),
            "d" => members.d = Some(bytes_of("d", member.value)?),
            "p" => members.p = Some(bytes_of("p", member.value)?),
            "q" => members.q = Some(bytes_of("q", member.value)?),
            "dp" => members.dp = Some(bytes_of("dp", member.value)?),
            "dq" => members.dq = Some(bytes_of("dq", member.value)?),
            "qi" => members.qi = Some(bytes_of("qi", member.value)?),
            "oth" => members.oth = true,
            "priv" => members.private = true,
            _ => {}
        }
        Ok(())
    })?;
    let numbers = match members.kty.as_deref() {
        Some("oct") => Numbers::Secret(required("k", members.k.take())?),
        Some("RSA") => rsa(&mut members)?,
        Some("EC") => ec(&mut members)?,
        Some("OKP") => okp(&mut members)?,
        Some(_) => other(KeyKind::Unknown, &members),
        None => return Err(KeyError::MissingMember { member: "kty" }),
    };
    Ok(Jwk {
        material: Material { form: KeyForm::Jwk, numbers },
        algorithm: members.alg,
        public_key_use: members.public_key_use,
        key_ops: members.key_ops,
        key_id: members.kid,
    })
}

/// RFC 7518 §6.3.
fn rsa(members: &mut Members) -> Result<Numbers, KeyError> {
    if members.oth {
        return Err(KeyError::InvalidMember { member: "oth" });
    }
    let n = integer("n", required("n", members.n.take())?)?.to_vec();
    let e = integer("e", required("e", members.e.take())?)?.to_vec();
    // §6.3.2: the primes and what follows from them come all together or not at all.
    let crt = [
        ("p", members.p.take()),
        ("q", members.q.take()),
        ("dp", members.dp.take()),
        ("dq", members.dq.take()),
        ("qi", members.qi.take()),
    ];
    let factors = if crt.iter().all(|(_, number)| number.is_none()) {
        None
    } else {
        let [p, q, dp, dq, qi] = crt.map(|(name, number)| integer(name, required(name, number)?));
        Some(RsaFactors { p: p?, q: q?, dp: dp?, dq: dq?, qi: qi? })
    };
    let private = match (members.d.take(), factors) {
        (Some(d), factors) => Some(RsaPrivate { d: integer("d", d)?, factors }),
        (None, Some(_)) => return Err(KeyError::MissingMember { member: "d" }),
        (None, None) => None,
    };
    Ok(Numbers::Rsa { n, e, private })
}

/// RFC 7518 §6.2.
fn ec(members: &mut Members) -> Result<Numbers, KeyError> {
    const UNCOMPRESSED: u8 = 4;
    let name = members.crv.take().ok_or(KeyError::MissingMember { member: "crv" })?;
    let curve = match Curve::from_name(&name) {
        Some(Curve::Ed25519) => return Err(KeyError::InvalidMember { member: "crv" }),
        Some(curve) => curve,
        None => return Ok(other(KeyKind::EcOther, members)),
    };
    let x = element("x", curve, required("x", members.x.take())?)?;
    let y = element("y", curve, required("y", members.y.take())?)?;
    let point = [&[UNCOMPRESSED][..], &x, &y].concat();
    let private = members.d.take().map(|d| element("d", curve, d)).transpose()?;
    Ok(Numbers::Ec { curve, public: Some(point), private })
}

/// RFC 8037 §2.
fn okp(members: &mut Members) -> Result<Numbers, KeyError> {
    let name = members.crv.take().ok_or(KeyError::MissingMember { member: "crv" })?;
    let curve = match (Curve::from_name(&name), &*name) {
        (Some(curve @ Curve::Ed25519), _) => curve,
        (Some(_), _) => return Err(KeyError::InvalidMember { member: "crv" }),
        (None, "Ed448") => return Ok(other(KeyKind::Ed448, members)),
        (None, "X25519") => return Ok(other(KeyKind::X25519, members)),
        (None, "X448") => return Ok(other(KeyKind::X448, members)),
        (None, _) => return Ok(other(KeyKind::Unknown, members)),
    };
    let x = element("x", curve, required("x", members.x.take())?)?;
    let private = members.d.take().map(|d| element("d", curve, d)).transpose()?;
    Ok(Numbers::Ec { curve, public: Some(x.to_vec()), private })
}

/// A key of a kind that is only named.
fn other(kind: KeyKind, members: &Members) -> Numbers {
    let private = members.d.is_some() || members.k.is_some() || members.private;
    Numbers::Other { kind, private }
}

fn required(member: &'static str, value: Option<Secret>) -> Result<Secret, KeyError> {
    value.ok_or(KeyError::MissingMember { member })
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
