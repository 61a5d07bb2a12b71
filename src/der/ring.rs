//! Ed25519 keys as `ring` wrote them up to 0.16.
//!
//! RFC 5958 §2 has the public key as `[1] IMPLICIT BIT STRING`, so its tag is primitive, 0x81. `ring` wrote the tag of
//! an explicit one, 0xa1, around a BIT STRING.

use alloc::vec::Vec;

use crate::numbers::Secret;

/// Everything before the private key: lengths, the version, the object identifier.
const BEFORE_PRIVATE: [u8; 16] =
    [0x30, 0x53, 0x02, 0x01, 0x01, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
const BEFORE_PUBLIC: [u8; 5] = [0xa1, 0x23, 0x03, 0x21, 0x00];
/// The same in the encoding of RFC 5958, which is two bytes shorter.
const LENGTH: u8 = 0x51;
const BEFORE_PUBLIC_OF_RFC: [u8; 3] = [0x81, 0x21, 0x00];
const PRIVATE_LEN: usize = 32;
const PUBLIC_LEN: usize = 32;

/// Returns the key in the encoding of RFC 5958, if it has exactly the encoding of `ring`.
pub(super) fn to_rfc_5958(bytes: &[u8]) -> Option<Secret> {
    let rest = bytes.strip_prefix(&BEFORE_PRIVATE)?;
    let (private, rest) = rest.split_at_checked(PRIVATE_LEN)?;
    let public = rest.strip_prefix(&BEFORE_PUBLIC).filter(|public| public.len() == PUBLIC_LEN)?;
    let mut der = Secret::new(Vec::with_capacity(bytes.len()));
    der.extend(BEFORE_PRIVATE);
    der.splice(1..2, [LENGTH]);
    der.extend(private);
    der.extend(BEFORE_PUBLIC_OF_RFC);
    der.extend(public);
    Some(der)
}
