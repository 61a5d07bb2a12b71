//! Formats of key files.

use clap::ValueEnum;

/// A format that keys are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// PKCS#8 or SubjectPublicKeyInfo between `-----BEGIN` and `-----END`
    Pem,
    /// PKCS#8 or SubjectPublicKeyInfo as bytes
    Der,
    /// JSON Web Key
    Jwk,
}

impl Format {
    /// The format of a file, by how its text begins. What is neither PEM nor JSON is left to the reader of DER,
    /// whose error says what it found.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        const BEGIN: &[u8] = b"-----BEGIN";
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        if text.starts_with(b"{") {
            Self::Jwk
        } else if bytes.windows(BEGIN.len()).any(|window| window == BEGIN) {
            Self::Pem
        } else {
            Self::Der
        }
    }
}
