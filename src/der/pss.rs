//! RSA keys that are restricted to RSASSA-PSS: RFC 4055 §1.2 and §3.1.
//!
//! ```text
//! RSASSA-PSS-params = SEQUENCE { [0] hash, [1] mask generation, [2] salt length, [3] trailer field }
//! ```
//!
//! An element that is absent has its default: SHA-1, MGF1 with SHA-1, 20 and 1.

use super::{INTEGER, OBJECT_IDENTIFIER, SEQUENCE, tlv};
use crate::algorithm::Hash;
use crate::numbers::PssRestriction;

/// Reads the content of the parameters.
pub(super) fn restriction(parameters: &[u8]) -> Option<PssRestriction> {
    let mut rest = parameters;
    let mut optional = |wanted: u8| match tlv(rest) {
        Some((tag, content, after)) if tag == wanted => {
            rest = after;
            Some(content)
        }
        _ => None,
    };
    let hash = optional(0xa0).map(single);
    let mask = optional(0xa1).map(single);
    let salt = optional(0xa2).map(single);
    let trailer = optional(0xa3).map(single);
    if !rest.is_empty() {
        return None;
    }
    // The defaults of absent elements are used by no JWS algorithm, except for the trailer field's.
    let (Some(hash), Some(mask)) = (hash, mask) else { return Some(PssRestriction::Other) };
    let hash = hash_of(hash?)?;
    let mask = mask_hash_of(mask?)?;
    let min_salt = match salt {
        None => Some(20),
        Some(salt) => small_integer(salt?),
    };
    let trailer = match trailer {
        None => Some(1),
        Some(trailer) => small_integer(trailer?),
    };
    Some(match (hash, min_salt, trailer) {
        (Some(hash), Some(min_salt), Some(1)) if mask == Some(hash) => {
            PssRestriction::Hash { hash, min_salt }
        }
        _ => PssRestriction::Other,
    })
}

/// Returns the one element in an explicit tag.
fn single(content: &[u8]) -> Option<(u8, &[u8])> {
    match tlv(content)? {
        (tag, content, []) => Some((tag, content)),
        _ => None,
    }
}

/// Returns the parts of an AlgorithmIdentifier: the object identifier, and its parameters.
fn identifier((tag, content): (u8, &[u8])) -> Option<(&[u8], &[u8])> {
    let (OBJECT_IDENTIFIER, oid, parameters) = tlv(content)? else { return None };
    (tag == SEQUENCE).then_some((oid, parameters))
}

/// Returns the hash, or the inner `None` for one that no JWS algorithm uses.
fn hash_of(element: (u8, &[u8])) -> Option<Option<Hash>> {
    /// `2.16.840.1.101.3.4.2`, the hash functions of NIST.
    const HASHES: [u8; 8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
    let (oid, _) = identifier(element)?;
    Some(match oid.strip_prefix(&HASHES) {
        Some([1]) => Some(Hash::Sha256),
        Some([2]) => Some(Hash::Sha384),
        Some([3]) => Some(Hash::Sha512),
        _ => None,
    })
}

/// Returns the hash inside MGF1 (RFC 4055 §2.2).
fn mask_hash_of(element: (u8, &[u8])) -> Option<Option<Hash>> {
    const MGF1: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
    let (oid, parameters) = identifier(element)?;
    if oid == MGF1 { hash_of(single(parameters)?) } else { Some(None) }
}

/// Returns an integer of up to 255, or `None` for any other.
fn small_integer((tag, content): (u8, &[u8])) -> Option<usize> {
    match (tag, content) {
        (INTEGER, [low @ 0..=0x7f] | [0, low @ 0x80..=0xff]) => Some(usize::from(*low)),
        _ => None,
    }
}
