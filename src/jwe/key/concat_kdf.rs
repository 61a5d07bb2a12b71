//! The Concat KDF with SHA-256: RFC 7518 §4.6.2, NIST SP 800-56A §5.8.1.
//!
//! ```text
//! key  = SHA-256(1 ‖ Z ‖ info) ‖ SHA-256(2 ‖ Z ‖ info) ‖ …
//! info = length ‖ algorithm ‖ length ‖ apu ‖ length ‖ apv ‖ bits of the key      numbers: 32 bits, big-endian
//! ```

use sha2::{Digest, Sha256};

use crate::numbers::Secret;

const HASH_LEN: usize = 32;

/// Derives `len` bytes, at most 64, from the agreed secret `z`.
pub(super) fn derive(z: &[u8], algorithm: &str, apu: &[u8], apv: &[u8], len: usize) -> Secret {
    let mut key = Secret::new(alloc::vec![0; len]);
    for (round, chunk) in (1_u32..).zip(key.chunks_mut(HASH_LEN)) {
        let mut hash = Sha256::new();
        hash.update(round.to_be_bytes());
        hash.update(z);
        for text in [algorithm.as_bytes(), apu, apv] {
            hash.update(word(text.len()));
            hash.update(text);
        }
        hash.update(word(len.saturating_mul(8)));
        let block = zeroize::Zeroizing::new(<[u8; HASH_LEN]>::from(hash.finalize()));
        for (to, from) in chunk.iter_mut().zip(block.iter()) {
            *to = *from;
        }
    }
    key
}

/// A header is too short for a longer text.
fn word(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url;

    /// RFC 7518 appendix C.
    #[test]
    fn derives_the_key_of_the_rfc() {
        let z = [
            158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163,
            218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
        ];
        let key = derive(&z, "A128GCM", b"Alice", b"Bob", 16);
        assert_eq!(base64url::encode(&*key), "VqqN6vgjbSBcIijNcacQGg");
    }

    #[test]
    fn a_key_longer_than_a_hash_takes_two_rounds() {
        let short = derive(&[7; 32], "A256CBC-HS512", b"", b"", 32);
        let long = derive(&[7; 32], "A256CBC-HS512", b"", b"", 64);
        assert_eq!(long.len(), 64);
        // The length is hashed, so even the first half differs.
        assert_ne!(long.get(..32), Some(short.as_slice()));
        assert_ne!(long.get(..32), long.get(32..));
    }
}
