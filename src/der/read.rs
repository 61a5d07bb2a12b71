//! Reads keys in DER: PKCS#1, PKCS#8, SEC 1, SubjectPublicKeyInfo and X.509.

use alloc::vec::Vec;

use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::Decode;
use pkcs8::der::asn1::{OctetStringRef, UintRef};
use pkcs8::spki::SubjectPublicKeyInfoRef;

use super::{CONTEXT_0, INTEGER, SEQUENCE, certificate, diagnosis, header, oids, ring, tlv};
use crate::curve::Curve;
use crate::error::KeyError;
use crate::key_type::{KeyFormat, KeyType};
use crate::numbers::{Numbers, RsaFactors, RsaPrivate, Secret};

/// Reads a key and derives its format from its outermost structure.
pub(crate) fn read(bytes: &[u8]) -> Result<(KeyFormat, Numbers), KeyError> {
    let format = super::format_of(bytes).ok_or_else(|| unread(bytes))?;
    Ok((format, read_as(format, bytes)?))
}

/// Reads the key in a certificate, or returns `None` if it cannot be read.
pub(crate) fn key_of_certificate(bytes: &[u8]) -> Option<Numbers> {
    certificate::subject_public_key_info(bytes).and_then(spki)
}

/// Returns why bytes are not the DER of any key.
pub(super) fn unread(bytes: &[u8]) -> KeyError {
    match outer_lengths(bytes) {
        Some((expected, found)) if expected != found => KeyError::DerLength { expected, found },
        _ => match diagnosis::format_of_text_key(bytes) {
            Some(found) => KeyError::UnexpectedFormat { expected: KeyFormat::Der, found },
            None => KeyError::UnsupportedFormat { found: KeyFormat::Unknown },
        },
    }
}

/// Returns why bytes are not DER of that format.
pub(super) fn misfit(format: KeyFormat, bytes: &[u8]) -> KeyError {
    match (outer_lengths(bytes), super::format_of(bytes)) {
        (Some((expected, found)), _) if expected != found => KeyError::DerLength { expected, found },
        (_, Some(found)) if found != format => KeyError::WrongPemLabel { label: format, found },
        _ => KeyError::InvalidDer { format },
    }
}

/// Returns the length that the outermost structure of a key declares, and the actual one.
fn outer_lengths(bytes: &[u8]) -> Option<(usize, usize)> {
    let (SEQUENCE, expected, content) = header(bytes)? else { return None };
    // Text can also begin with the byte of a SEQUENCE, which is `0`.
    matches!(content, [INTEGER | SEQUENCE, ..]).then_some((expected, content.len()))
}

/// Reads a key of that format.
pub(super) fn read_as(format: KeyFormat, bytes: &[u8]) -> Result<Numbers, KeyError> {
    let numbers = match format {
        KeyFormat::Pkcs8 => pkcs8(bytes).transpose()?,
        KeyFormat::Pkcs1Private => pkcs1_private(bytes),
        KeyFormat::Pkcs1Public => pkcs1_public(bytes),
        KeyFormat::Sec1 => sec1(bytes, None),
        KeyFormat::Spki => spki(bytes),
        KeyFormat::Certificate => key_of_certificate(bytes),
        found => return Err(KeyError::UnsupportedFormat { found }),
    };
    numbers.ok_or_else(|| misfit(format, bytes))
}

/// PrivateKeyInfo, and OneAsymmetricKey, which also has the public key (RFC 5958 §2).
fn pkcs8(bytes: &[u8]) -> Option<Result<Numbers, KeyError>> {
    let rewritten = ring::to_rfc_5958(bytes);
    let info = PrivateKeyInfoRef::try_from(rewritten.as_deref().map_or(bytes, Vec::as_slice)).ok()?;
    let key = info.private_key.as_bytes();
    let numbers = match oids::key_type(&info.algorithm)? {
        KeyType::Rsa => pkcs1_private(key)?,
        KeyType::RsaPss => pkcs1_private(key)?.restricted(oids::pss_restriction(&info.algorithm)?),
        // RFC 8410 §7: an octet string inside the octet string.
        KeyType::Ec(curve @ Curve::Ed25519) => octets(curve, key)?,
        KeyType::X25519 => octets(Curve::X25519, key)?,
        KeyType::Ec(curve) => sec1(key, Some(curve))?,
        key_type => Numbers::Other { key_type, private: true },
    };
    match info.public_key {
        Some(public) => with_public(numbers, public.as_bytes()?),
        None => Some(Ok(numbers)),
    }
}

fn octets(curve: Curve, key: &[u8]) -> Option<Numbers> {
    let private = <&OctetStringRef>::from_der(key).ok()?.as_bytes();
    Some(Numbers::Ec { curve, public: None, private: Some(secret(private)) })
}

/// Adds the public key that accompanies a private key. The key family checks that they match, unless there is also a
/// public key inside. Then the two must be equal.
fn with_public(numbers: Numbers, beside: &[u8]) -> Option<Result<Numbers, KeyError>> {
    let numbers = match numbers {
        Numbers::Ec { curve, public: None, private } => {
            Numbers::Ec { curve, public: Some(beside.to_vec()), private }
        }
        numbers => numbers,
    };
    let same = match (&numbers, pkcs1_public(beside)) {
        (Numbers::Ec { public, .. }, _) => public.as_deref() == Some(beside),
        (Numbers::Rsa { n, e, .. }, Some(Numbers::Rsa { n: other_n, e: other_e, .. })) => {
            *n == other_n && *e == other_e
        }
        (Numbers::Rsa { .. }, _) => return None,
        (Numbers::Secret(_) | Numbers::Other { .. }, _) => true,
    };
    Some(if same { Ok(numbers) } else { Err(KeyError::PublicKeyMismatch) })
}

/// RSAPrivateKey (RFC 8017 §A.1.2).
fn pkcs1_private(bytes: &[u8]) -> Option<Numbers> {
    let key = pkcs1::RsaPrivateKeyRef::from_der(bytes).ok()?;
    let private = RsaPrivate {
        d: secret(key.private_exponent.as_bytes()),
        factors: Some(RsaFactors {
            p: secret(key.prime1.as_bytes()),
            q: secret(key.prime2.as_bytes()),
            dp: secret(key.exponent1.as_bytes()),
            dq: secret(key.exponent2.as_bytes()),
            qi: secret(key.coefficient.as_bytes()),
        }),
    };
    Some(rsa(&key.modulus, &key.public_exponent, Some(private)))
}

/// RSAPublicKey (RFC 8017 §A.1.1).
fn pkcs1_public(bytes: &[u8]) -> Option<Numbers> {
    let key = pkcs1::RsaPublicKeyRef::from_der(bytes).ok()?;
    Some(rsa(&key.modulus, &key.public_exponent, None))
}

fn rsa(n: &UintRef<'_>, e: &UintRef<'_>, private: Option<RsaPrivate>) -> Numbers {
    Numbers::Rsa { n: n.as_bytes().to_vec(), e: e.as_bytes().to_vec(), private, pss: None }
}

/// ECPrivateKey (RFC 5915 §3). In PKCS#8 the curve is outside of it, and may be repeated inside.
fn sec1(bytes: &[u8], outside: Option<Curve>) -> Option<Numbers> {
    if has_explicit_parameters(bytes) {
        return Some(Numbers::Other { key_type: KeyType::EcExplicit, private: true });
    }
    let key = ::sec1::EcPrivateKey::from_der(bytes).ok()?;
    let inside = key.parameters.and_then(|parameters| parameters.named_curve());
    let curve = match (outside, inside) {
        (None, None) => return None,
        (Some(curve), None) => curve,
        (outside, Some(oid)) => match (outside, oids::curve(&oid)) {
            (_, None) => return Some(Numbers::Other { key_type: KeyType::EcOther, private: true }),
            (Some(outside), Some(inside)) if outside != inside => return None,
            (_, Some(inside)) => inside,
        },
    };
    Some(Numbers::Ec { curve, public: key.public_key.map(Vec::from), private: Some(secret(key.private_key)) })
}

/// Returns whether `[0]`, the curve, has explicit parameters instead of a name, which RFC 5915 does not allow.
fn has_explicit_parameters(bytes: &[u8]) -> bool {
    let parameters = || {
        let (SEQUENCE, content, _) = tlv(bytes)? else { return None };
        let (_version, _, rest) = tlv(content)?;
        let (_private_key, _, rest) = tlv(rest)?;
        let (CONTEXT_0, content, _) = tlv(rest)? else { return None };
        tlv(content)
    };
    matches!(parameters(), Some((SEQUENCE, _, _)))
}

/// SubjectPublicKeyInfo (RFC 5280 §4.1).
fn spki(bytes: &[u8]) -> Option<Numbers> {
    let info = SubjectPublicKeyInfoRef::try_from(bytes).ok()?;
    let key = info.subject_public_key.as_bytes()?;
    match oids::key_type(&info.algorithm)? {
        KeyType::Rsa => pkcs1_public(key),
        KeyType::RsaPss => Some(pkcs1_public(key)?.restricted(oids::pss_restriction(&info.algorithm)?)),
        KeyType::Ec(curve) => Some(public_point(curve, key)),
        KeyType::X25519 => Some(public_point(Curve::X25519, key)),
        key_type => Some(Numbers::Other { key_type, private: false }),
    }
}

fn public_point(curve: Curve, point: &[u8]) -> Numbers {
    Numbers::Ec { curve, public: Some(point.to_vec()), private: None }
}

fn secret(bytes: &[u8]) -> Secret {
    Secret::new(bytes.to_vec())
}
