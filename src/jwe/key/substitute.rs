//! What replaces a content encryption key that does not unwrap: RFC 7516 §11.5.
//!
//! The work goes on with another key, and ends at the tag, as it does for a token whose key unwraps and whose
//! ciphertext was changed. The key is not drawn but computed out of the recipient's secret and the encrypted key, which
//! to anyone without the secret is the same: so it needs no randomness, and the same token always takes the same way.

use sha2::{Digest, Sha256, Sha512};
use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroizing;

use crate::numbers::Secret;

/// A secret of its own for each key.
#[derive(Clone)]
pub(super) struct Substitute(Zeroizing<[u8; 32]>);

impl Substitute {
    /// From the private bytes of the key.
    pub(super) fn new(private: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"jotwell: substitute for a content encryption key");
        hash.update(private);
        Self(Zeroizing::new(hash.finalize().into()))
    }

    /// Returns the key that was unwrapped, or one of `len` bytes that nobody knows. Which of them it is, is chosen
    /// without a branch.
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

/// What unwrapping has come to.
pub(super) struct Candidate {
    /// As many bytes as are expected.
    pub(super) key: Secret,
    /// Whether it is the key that was wrapped.
    pub(super) holds: Choice,
}

impl Candidate {
    /// Nothing of that many bytes.
    pub(super) fn failed(len: usize) -> Self {
        Self { key: Secret::new(alloc::vec![0; len]), holds: Choice::from(0) }
    }

    /// The buffer that unwrapping has filled, or not.
    pub(super) fn new(key: Secret, holds: bool) -> Self {
        Self { key, holds: Choice::from(u8::from(holds)) }
    }

    /// Itself, if it has that many bytes, which follows from the length of what was wrapped.
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
