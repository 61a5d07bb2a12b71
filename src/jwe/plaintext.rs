//! The buffer of a content.

use alloc::vec::Vec;
use core::ops::Deref;

use zeroize::Zeroize;

/// The buffer in which a content is encrypted and decrypted. It is wiped completely when it is dropped.
#[derive(Default)]
pub(crate) struct Plaintext(Vec<u8>);

impl Plaintext {
    pub(super) fn new(content: Vec<u8>) -> Self {
        Self(content)
    }

    /// Returns the buffer, which the caller must wipe.
    pub(super) fn take(mut self) -> Vec<u8> {
        core::mem::take(&mut self.0)
    }

    pub(super) fn as_mut_vec(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }

    /// Wipes the whole allocation, including removed bytes.
    fn wipe(&mut self) {
        // In one step, while `Zeroizing<Vec<u8>>` goes byte by byte; and not at all if it is empty, because glibc then
        // uses a masked store that takes a hundred cycles on some processors.
        if self.0.capacity() > 0 {
            self.0.resize(self.0.capacity(), 0);
            self.0.as_mut_slice().zeroize();
        }
    }
}

impl Deref for Plaintext {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Plaintext {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_the_buffer_is_wiped() {
        let mut content = Vec::with_capacity(64);
        content.extend_from_slice(&[7; 48]);
        content.truncate(40);
        let mut content = Plaintext::new(content);
        content.wipe();
        assert!(content.len() >= 64 && content.iter().all(|byte| *byte == 0));
        assert_eq!(Plaintext::new(alloc::vec![7; 3]).take(), [7; 3]);
    }
}
