//! The key in an X.509 certificate: RFC 5280 §4.1.
//!
//! ```text
//! Certificate    = SEQUENCE { TBSCertificate, signature algorithm, signature }
//! TBSCertificate = SEQUENCE { version [0], serialNumber, signature, issuer, validity, subject, key, … }
//! ```

use super::{CONTEXT_0, tlv};
#[cfg(feature = "pem")]
use super::{INTEGER, SEQUENCE};
use crate::key_type::KeyFormat;

/// Returns the SubjectPublicKeyInfo. The certificate's signature and dates are not checked: anyone who passes a
/// certificate as a key vouches for it.
#[cfg(feature = "pem")]
pub(super) fn subject_public_key_info(bytes: &[u8]) -> Option<&[u8]> {
    let (SEQUENCE, certificate, []) = tlv(bytes)? else { return None };
    let (SEQUENCE, tbs, _) = tlv(certificate)? else { return None };
    let mut rest = tbs;
    if let (CONTEXT_0, _, after) = tlv(rest)? {
        rest = after;
    }
    for wanted in [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] {
        let (tag, _, after) = tlv(rest)?;
        rest = (tag == wanted).then_some(after)?;
    }
    let (SEQUENCE, _, after) = tlv(rest)? else { return None };
    rest.get(..rest.len().checked_sub(after.len())?)
}

/// Distinguishes a certificate from the two other structures that are signed in the same way, by its fourth element:
/// attributes in a certificate request (RFC 2986 §4.1), a date in a revocation list (RFC 5280 §5.1).
pub(super) fn format_of_signed(inside: &[u8]) -> KeyFormat {
    const UTC_TIME: u8 = 0x17;
    const GENERALIZED_TIME: u8 = 0x18;
    let fourth = || {
        let mut rest = inside;
        for _ in 0..3 {
            rest = tlv(rest)?.2;
        }
        rest.first()
    };
    match fourth() {
        Some(&CONTEXT_0) => KeyFormat::CertificateRequest,
        Some(&(UTC_TIME | GENERALIZED_TIME)) => KeyFormat::RevocationList,
        _ => KeyFormat::Certificate,
    }
}
