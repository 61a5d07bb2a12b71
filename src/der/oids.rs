//! The object identifiers of keys and curves: RFC 8017 §A.1, RFC 5480 §2.1.1, RFC 8410 §3, SEC 2 §A.2.

use pkcs8::der::asn1::{AnyRef, ObjectIdentifier};
use pkcs8::der::{self, Tag, Tagged};
use pkcs8::spki::AlgorithmIdentifierRef;

use super::pss;
use crate::curve::Curve;
use crate::key_type::KeyType;
use crate::numbers::{Numbers, PssRestriction};

const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";
const X25519: &str = "1.3.101.110";
const ED25519: &str = "1.3.101.112";

/// The key type that an `AlgorithmIdentifier` announces.
const KEY_TYPES: &[(&str, KeyType)] = &[
    (RSA, KeyType::Rsa),
    ("1.2.840.113549.1.1.10", KeyType::RsaPss),
    (EC, KeyType::EcOther),
    (X25519, KeyType::X25519),
    ("1.3.101.111", KeyType::X448),
    (ED25519, KeyType::Ec(Curve::Ed25519)),
    ("1.3.101.113", KeyType::Ed448),
    ("1.2.840.10040.4.1", KeyType::Dsa),
];

/// The named curves.
const CURVES: &[(&str, Curve)] = &[
    ("1.2.840.10045.3.1.7", Curve::P256),
    ("1.3.132.0.34", Curve::P384),
    ("1.3.132.0.35", Curve::P521),
    ("1.3.132.0.10", Curve::Secp256k1),
];

fn lookup<T: Copy>(table: &[(&str, T)], oid: &ObjectIdentifier) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| ObjectIdentifier::new(known).is_ok_and(|known| known == *oid))
        .map(|(_, found)| *found)
}

/// Returns the curve with that identifier.
pub(super) fn curve(oid: &ObjectIdentifier) -> Option<Curve> {
    lookup(CURVES, oid)
}

/// Returns the key type that the identifier announces. For RSA, parameters of NULL are expected but not required (RFC
/// 8017 §A.1). For an elliptic curve the parameters are the curve's name, or its numbers. Ed25519 and X25519 must have
/// no parameters (RFC 8410 §3).
pub(super) fn key_type(algorithm: &AlgorithmIdentifierRef<'_>) -> Option<KeyType> {
    let named = || curve(&algorithm.parameters?.decode_as().ok()?);
    match lookup(KEY_TYPES, &algorithm.oid) {
        Some(KeyType::EcOther)
            if algorithm.parameters.is_some_and(|parameters| parameters.tag() == Tag::Sequence) =>
        {
            Some(KeyType::EcExplicit)
        }
        Some(KeyType::EcOther) => Some(named().map_or(KeyType::EcOther, KeyType::Ec)),
        Some(KeyType::Ec(_) | KeyType::X25519) if algorithm.parameters.is_some() => None,
        found => Some(found.unwrap_or(KeyType::Unknown)),
    }
}

/// Returns what the identifier of a key that is restricted to RSASSA-PSS allows, or `None` if its parameters are
/// malformed.
pub(super) fn pss_restriction(algorithm: &AlgorithmIdentifierRef<'_>) -> Option<PssRestriction> {
    match algorithm.parameters {
        None => Some(PssRestriction::AnyHash),
        Some(parameters) if parameters.tag() == Tag::Sequence => pss::restriction(parameters.value()),
        Some(_) => None,
    }
}

/// Calls `encode` with the identifier of a key.
pub(super) fn with_identifier<T>(
    numbers: &Numbers,
    encode: impl FnOnce(AlgorithmIdentifierRef<'_>) -> der::Result<T>,
) -> der::Result<T> {
    let identifier = |oid, parameters| -> der::Result<_> {
        Ok(AlgorithmIdentifierRef { oid: ObjectIdentifier::new(oid)?, parameters })
    };
    match numbers {
        Numbers::Ec { curve: Curve::Ed25519, .. } => encode(identifier(ED25519, None)?),
        Numbers::Ec { curve: Curve::X25519, .. } => encode(identifier(X25519, None)?),
        Numbers::Ec { curve, .. } => {
            let name = CURVES.iter().find(|(_, known)| known == curve).map_or(EC, |(name, _)| name);
            let name = ObjectIdentifier::new(name)?;
            encode(identifier(EC, Some(AnyRef::from(&name)))?)
        }
        _ => encode(identifier(RSA, Some(AnyRef::NULL))?),
    }
}
