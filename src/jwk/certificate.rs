//! The certificate of a key: `x5c`, `x5t` and `x5t#S256`, RFC 7517 §4.7 to §4.9.
//!
//! Only the key in the first certificate is read. Its validity and its issuer are not checked: anyone who trusts the
//! JWK trusts its key.

use alloc::string::String;
use alloc::vec::Vec;

use crate::base64url;
use crate::curve::Curve;
use crate::error::KeyError;
use crate::numbers::{Numbers, trimmed};

/// What a JWK says about the certificate of its key. If the JWK has the numbers of the key, the certificate is not
/// needed, so malformed members count as absent, such as an `x5t` that is base64url of hexadecimal.
#[derive(Default)]
pub(super) struct Certificate {
    /// The first of `x5c`, decoded.
    pub(super) der: Option<Vec<u8>>,
    pub(super) sha1: Option<[u8; 20]>,
    pub(super) sha256: Option<[u8; 32]>,
}

impl Certificate {
    pub(super) fn set_chain(&mut self, chain: Option<&[String]>) {
        self.der = chain.and_then(<[String]>::first).and_then(|text| decode(text));
    }

    pub(super) fn set_sha1(&mut self, text: &str) {
        self.sha1 = digest(text);
    }

    pub(super) fn set_sha256(&mut self, text: &str) {
        self.sha256 = digest(text);
    }

    /// Returns the SHA-256 digest of the certificate. A token may refer to the key by it.
    pub(super) fn sha256(&self) -> Option<[u8; 32]> {
        use sha2::{Digest, Sha256};
        // If both are present, the certificate itself takes precedence.
        self.der.as_ref().map(|der| Sha256::digest(der).into()).or(self.sha256)
    }

    /// Returns the key in the certificate, or `None` if it cannot be read.
    pub(super) fn numbers(&self) -> Option<Numbers> {
        #[cfg(feature = "pem")]
        return crate::der::key_of_certificate(self.der.as_deref()?);
        #[cfg(not(feature = "pem"))]
        return None;
    }

    /// Checks RFC 7517 §4.7: "The key in the first certificate MUST match the public key represented by other
    /// members".
    pub(super) fn check(&self, numbers: &Numbers) -> Result<(), KeyError> {
        match self.numbers() {
            Some(certified) if !is_same_public_key(&certified, numbers) => Err(KeyError::CertificateMismatch),
            _ => Ok(()),
        }
    }
}

fn is_same_public_key(certified: &Numbers, own: &Numbers) -> bool {
    match (certified, own) {
        (Numbers::Rsa { n, e, .. }, Numbers::Rsa { n: own_n, e: own_e, .. }) => {
            trimmed(n) == trimmed(own_n) && trimmed(e) == trimmed(own_e)
        }
        (
            Numbers::Ec { curve, public: Some(point), .. },
            Numbers::Ec { curve: own_curve, public: Some(own_point), .. },
        ) => curve == own_curve && is_same_point(*curve, point, own_point),
        (Numbers::Other { key_type, .. }, Numbers::Other { key_type: own_type, .. }) => key_type == own_type,
        _ => false,
    }
}

/// Compares two points. The point of a JWK is uncompressed; a certificate may have only x and the parity of y (SEC 1
/// §2.3.3).
fn is_same_point(curve: Curve, certified: &[u8], own: &[u8]) -> bool {
    const COMPRESSED_EVEN: u8 = 2;
    match (certified, own) {
        ([parity @ (2 | 3), x @ ..], [_, own_x_and_y @ ..]) if x.len() == curve.field_len() => {
            own_x_and_y.starts_with(x)
                && own_x_and_y.last().is_some_and(|last| last & 1 == parity ^ COMPRESSED_EVEN)
        }
        _ => certified == own,
    }
}

/// Decodes standard base64, possibly with line breaks, which old software inserts.
fn decode(text: &str) -> Option<Vec<u8>> {
    #[cfg(feature = "pem")]
    {
        use base64ct::{Base64, Encoding};
        let symbols: String = text.chars().filter(|symbol| !symbol.is_ascii_whitespace()).collect();
        Base64::decode_vec(&symbols).ok()
    }
    #[cfg(not(feature = "pem"))]
    {
        let _ = text;
        None
    }
}

fn digest<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut digest = [0; N];
    let length = base64url::decode_to_slice(text.as_bytes(), &mut digest).ok()?.len();
    (length == N).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_type::KeyType;

    #[test]
    fn a_key_without_numbers_has_the_type_of_its_certificate() {
        let other = |key_type| Numbers::Other { key_type, private: false };
        assert!(is_same_public_key(&other(KeyType::X448), &other(KeyType::X448)));
        assert!(!is_same_public_key(&other(KeyType::X448), &other(KeyType::Ed448)));
    }

    #[test]
    fn a_compressed_point_is_the_point_with_that_x_and_parity() {
        let x = [7; 32];
        let compressed = |parity: u8, x: &[u8]| [&[parity], x].concat();
        let own = |last: u8| [&[4][..], &x, &[9; 31], &[last]].concat();
        for (certified, last, same) in [
            (compressed(2, &x), 0, true),
            (compressed(2, &x), 1, false),
            (compressed(3, &x), 0, false),
            (compressed(3, &x), 255, true),
            (compressed(2, &[8; 32]), 0, false),
            (compressed(2, &x[1..]), 0, false),
            (compressed(4, &x), 0, false),
            (own(6), 6, true),
            (own(6), 8, false),
        ] {
            assert_eq!(is_same_point(Curve::P256, &certified, &own(last)), same, "{certified:?} {last}");
        }
    }
}
