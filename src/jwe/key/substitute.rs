//! The substitute for a content encryption key that does not unwrap: RFC 7516 §11.5.
//!
//! Decryption continues with another key, and fails at the tag, as it does for a token whose key unwraps and whose
//! ciphertext was changed. The key is not random but computed from the recipient's secret and the encrypted key, which
//! is indistinguishable without the secret: so it needs no randomness, and the same token always takes the same path.

use sha2::{Digest, Sha256, Sha512};
use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroizing;

use crate::numbers::Secret;

/// A separate secret for each key.
#[derive(Clone)]
pub(super) struct Substitute(Zeroizing<[u8; 32]>);

impl Substitute {
    /// Derives it from the private bytes of the key.
    pub(super) fn new(private: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"jotwell: substitute for a content encryption key");
        hash.update(private);
        Self(Zeroizing::new(hash.finalize().into()))
    }

    /// Returns the key that was unwrapped, or a secret one of `len` bytes, selected without a branch.
    pub(super) fn unless(&self, candidate: &Candidate, encrypted: &[u8], len: usize) -> Secret {
        let mut hash = Sha512::new();
        hash.update(*self.0);
        hash.update(encrypted);
        let other = Zeroizing::new(<[u8; 64]>::from(hash.finalize()));
        let mut key = Secret::new(alloc::vec![0; len]);
        for ((to, other), own) in key.iter_mut().zip(other.iter()).zip(candidate.key.iter()) {
            *to = u8::conditional_select(other, own, candidate.holds);
        }
        key
    }
}

/// The result of unwrapping.
pub(super) struct Candidate {
    /// The expected number of bytes.
    pub(super) key: Secret,
    /// Whether it is the key that was wrapped.
    pub(super) holds: Choice,
}

impl Candidate {
    /// Returns a failure of that length.
    pub(super) fn failed(len: usize) -> Self {
        Self { key: Secret::new(alloc::vec![0; len]), holds: Choice::from(0) }
    }

    /// Returns the buffer of an unwrapping that succeeded or not.
    pub(super) fn new(key: Secret, holds: bool) -> Self {
        Self { key, holds: Choice::from(u8::from(holds)) }
    }

    /// Returns itself if it has that many bytes. The length follows from that of the wrapped key, which is public.
    pub(super) fn of_len(self, len: usize) -> Self {
        if self.key.len() == len { self } else { Self::failed(len) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_unwraps_is_used_and_any_other_is_replaced() {
        let substitute = Substitute::new(b"private");
        let key = Secret::new(alloc::vec![7; 32]);
        let good = Candidate::new(key.clone(), true).of_len(32);
        assert_eq!(substitute.unless(&good, b"encrypted", 32), key);
        let bad = Candidate::new(key.clone(), false).of_len(32);
        let failed = substitute.unless(&bad, b"encrypted", 32);
        let short = Candidate::new(Secret::new(alloc::vec![7; 16]), true).of_len(32);
        let short = substitute.unless(&short, b"encrypted", 32);
        assert_eq!((failed.len(), &failed), (32, &short));
        assert_ne!(failed, key);
        assert_ne!(failed, substitute.unless(&bad, b"encryptee", 32));
        assert_ne!(failed, Substitute::new(b"privatf").unless(&bad, b"encrypted", 32));
        assert_eq!(substitute.unless(&Candidate::failed(64), b"", 64).len(), 64);
    }
}
