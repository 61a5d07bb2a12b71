//! The bytes of a secret in memory.

use std::fmt;
use std::vec::Vec;

use zeroize::Zeroizing;

/// The bytes of a secret, or the text of a private key. They are zeroized when the value is dropped, and `Debug` does
/// not show them.
#[derive(Clone)]
pub struct Secret(pub(super) Zeroizing<Vec<u8>>);

impl Secret {
    /// Removes one line end (LF or CRLF) from the end. Editors and `echo` add it.
    #[must_use]
    pub fn without_line_end(mut self) -> Self {
        for end in *b"\n\r" {
            if self.0.last() == Some(&end) {
                self.0.pop();
            }
        }
        self
    }
}

impl AsRef<[u8]> for Secret {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Secret {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
