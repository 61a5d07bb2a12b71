//! EMSA-PKCS1-v1_5: RFC 8017 §9.2.
//!
//! ```text
//! EM         = 0x00 || 0x01 || PS || 0x00 || DigestInfo      PS: 0xff, at least 8 times
//! DigestInfo = SEQUENCE { SEQUENCE { OID of the hash, NULL }, OCTET STRING hash }
//! ```

use alloc::vec::Vec;
use core::marker::PhantomData;

use sha2::Digest;
use sha2::digest::const_oid::AssociatedOid;

use super::verify::Encoding;

/// The one encoded message that a message has under a key, except for the hash at its end. It is built and compared as
/// a whole, as §8.2.2 specifies: a lax parser would accept forged signatures (CVE-2006-4339 and its many successors).
pub(super) struct Pkcs1<D> {
    head: Vec<u8>,
    hash: PhantomData<fn() -> D>,
}

impl<D: Digest + AssociatedOid> Pkcs1<D> {
    /// Creates it for a modulus of `len` bytes, k.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a modulus has 256 bytes at least, what surrounds the padding 86"
    )]
    pub(super) fn new(len: usize) -> Self {
        let info = digest_info::<D>();
        // More than §9.2 requires.
        let padding = len - (info.len() + <D as Digest>::output_size() + 3);
        let head = [&[0x00, 0x01][..], &alloc::vec![0xff; padding], &[0x00], &info].concat();
        Self { head, hash: PhantomData }
    }
}

impl<D: Digest + AssociatedOid> Encoding for Pkcs1<D> {
    fn is_consistent(&self, message: &[u8], representative: &[u8]) -> bool {
        let Some((head, hash)) = representative.split_at_checked(self.head.len()) else {
            return false;
        };
        head == self.head && hash == D::digest(message).as_slice()
    }
}

/// The DER of a DigestInfo before the hash: §9.2, note 1. Each of its lengths takes one byte.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "an object identifier and a hash have less than 100 bytes"
)]
fn digest_info<D: Digest + AssociatedOid>() -> Vec<u8> {
    let oid = D::OID.as_bytes();
    let [oid_len, hash_len] =
        [oid.len(), <D as Digest>::output_size()].map(|len| u8::try_from(len).expect("short"));
    let algorithm_len = oid_len + 4;
    let info_len = algorithm_len + hash_len + 4;
    [&[0x30, info_len, 0x30, algorithm_len, 0x06, oid_len], oid, &[0x05, 0x00, 0x04, hash_len]].concat()
}

#[cfg(test)]
mod tests {
    use sha2::{Sha256, Sha384, Sha512};

    use super::*;

    const MESSAGE: &[u8] = b"message";

    /// RFC 8017 §9.2, note 1.
    #[test]
    fn digest_infos_are_those_of_the_rfc() {
        let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| alloc::format!("{byte:02x}")).collect::<Vec<_>>();
        for (info, expected) in [
            (digest_info::<Sha256>(), "30 31 30 0d 06 09 60 86 48 01 65 03 04 02 01 05 00 04 20"),
            (digest_info::<Sha384>(), "30 41 30 0d 06 09 60 86 48 01 65 03 04 02 02 05 00 04 30"),
            (digest_info::<Sha512>(), "30 51 30 0d 06 09 60 86 48 01 65 03 04 02 03 05 00 04 40"),
        ] {
            assert_eq!(hex(info).join(" "), expected);
        }
    }

    /// Pads to this length.
    fn padded(start: &[u8], end: &[u8], len: usize) -> Vec<u8> {
        [start, &alloc::vec![0xff; len - start.len() - end.len()], end].concat()
    }

    fn good<D: Digest + AssociatedOid>(len: usize) -> Vec<u8> {
        padded(&[0, 1], &[&[0][..], &digest_info::<D>(), &D::digest(MESSAGE)].concat(), len)
    }

    fn accepts<D: Digest + AssociatedOid>(representative: &[u8]) -> bool {
        Pkcs1::<D>::new(256).is_consistent(MESSAGE, representative)
    }

    #[test]
    fn accepts_the_one_encoding_for_every_length() {
        for len in [256, 257, 384, 385, 511, 512] {
            assert!(Pkcs1::<Sha256>::new(len).is_consistent(MESSAGE, &good::<Sha256>(len)));
            assert!(Pkcs1::<Sha384>::new(len).is_consistent(MESSAGE, &good::<Sha384>(len)));
            assert!(Pkcs1::<Sha512>::new(len).is_consistent(MESSAGE, &good::<Sha512>(len)));
            assert!(!Pkcs1::<Sha512>::new(len).is_consistent(b"massage", &good::<Sha512>(len)));
            assert!(!Pkcs1::<Sha512>::new(len).is_consistent(MESSAGE, &good::<Sha384>(len)));
        }
    }

    #[test]
    fn rejects_every_changed_bit() {
        let good = good::<Sha256>(256);
        for bit in 0..256 * 8 {
            let mut changed = good.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!accepts::<Sha256>(&changed), "bit {bit}");
        }
    }

    #[test]
    fn rejects_other_lengths() {
        let good = good::<Sha256>(256);
        for len in [0, 1, 31, 32, 83, 223, 224, 225, 255] {
            assert!(!accepts::<Sha256>(&good[..len]), "{len}");
            assert!(!accepts::<Sha256>(&good[256 - len..]), "{len}");
        }
        assert!(!accepts::<Sha256>(&[&good[..], &[0]].concat()));
    }

    /// Encodings that lax parsers have accepted.
    #[test]
    fn rejects_other_encodings_of_the_same_hash() {
        let hash = Sha256::digest(MESSAGE);
        let info = digest_info::<Sha256>();
        let (oid, algorithm) = (&info[4..15], &info[2..17]);
        let with = |info: &[u8]| padded(&[0, 1], &[&[0][..], info].concat(), 256);
        assert!(accepts::<Sha256>(&with(&[&info[..], &hash].concat())));
        for (why, representative) in [
            ("bytes after the hash", padded(&[0, 1], &[&[0][..], &info, &hash, &[0; 8]].concat(), 256)),
            (
                "short padding, and the rest after it (Bleichenbacher 2006)",
                [&[0, 1][..], &[0xff; 8], &[0], &info, &hash, &[0x5a; 256 - 11 - 51]].concat(),
            ),
            ("no padding", [&[0; 256 - 54][..], &[0, 1, 0], &info, &hash].concat()),
            ("another separator", padded(&[0, 1], &[&[1][..], &info, &hash].concat(), 256)),
            ("block type 0", [&[0; 256 - 51][..], &info, &hash].concat()),
            ("block type 2", padded(&[0, 2], &[&[0][..], &info, &hash].concat(), 256)),
            ("the first byte is not zero", padded(&[1, 1], &[&[0][..], &info, &hash].concat(), 256)),
            ("the bare hash", with(&hash)),
            ("no NULL", with(&[&[0x30, 0x2f, 0x30, 0x0b], oid, &[0x04, 0x20], &hash].concat())),
            (
                "something in the NULL",
                with(&[&[0x30, 0x33, 0x30, 0x0f], oid, &[5, 2, 1, 2, 4, 32], &hash].concat()),
            ),
            ("a long length", with(&[&[0x30, 0x81, 0x31], algorithm, &[0x04, 0x20], &hash].concat())),
            ("an indefinite length", {
                with(&[&[0x30, 0x80], algorithm, &[0x04, 0x20], &hash, &[0, 0]].concat())
            }),
            ("a BIT STRING", with(&[&[0x30, 0x31], algorithm, &[0x03, 0x20], &hash].concat())),
        ] {
            assert_eq!(representative.len(), 256, "{why}");
            assert!(!accepts::<Sha256>(&representative), "{why}");
        }
    }
}
