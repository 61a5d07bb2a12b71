//! Content encryption algorithms: RFC 7518 §5.
//!
//! Everything that this crate knows about an `enc` is one row of the table below.

use crate::algorithm::Hash;
use crate::names::parse_names;

/// The construction of a content encryption, which decides the implementing file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cipher {
    /// AES in Galois/Counter Mode (RFC 7518 §5.3).
    Gcm,
    /// AES in CBC mode, then HMAC with this hash, cut in half (RFC 7518 §5.2).
    CbcHmac(Hash),
}

struct Row {
    name: &'static str,
    cipher: Cipher,
    /// Length of the AES key in bytes.
    aes: usize,
    reference: &'static str,
}

macro_rules! content_encryptions {
    ($( $variant:ident $name:literal $cipher:expr, $aes:literal $reference:literal, $about:literal; )+) => {
        /// A content encryption algorithm of JSON Web Encryption, the value of the `enc` header parameter.
        ///
        /// Each of them is authenticated: a changed ciphertext is rejected, and so is a changed protected header.
        ///
        /// ```
        /// use jotwell::jwe::ContentEncryption;
        ///
        /// assert_eq!("A256GCM".parse(), Ok(ContentEncryption::A256GCM));
        /// assert_eq!(ContentEncryption::A128CbcHs256.name(), "A128CBC-HS256");
        /// assert_eq!(ContentEncryption::A128CbcHs256.key_len(), 32);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ContentEncryption {
            $( #[doc = concat!($about, " (", $reference, ").")] $variant, )+
        }

        impl ContentEncryption {
            /// Every content encryption, in the order of RFC 7518 §5.1.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            const fn row(self) -> Row {
                match self {
                    $( Self::$variant => Row { name: $name, cipher: $cipher, aes: $aes, reference: $reference }, )+
                }
            }
        }
    };
}

content_encryptions! {
    A128CbcHs256 "A128CBC-HS256" Cipher::CbcHmac(Hash::Sha256), 16 "RFC 7518 §5.2.3", "AES-128-CBC with HMAC SHA-256";
    A192CbcHs384 "A192CBC-HS384" Cipher::CbcHmac(Hash::Sha384), 24 "RFC 7518 §5.2.4", "AES-192-CBC with HMAC SHA-384";
    A256CbcHs512 "A256CBC-HS512" Cipher::CbcHmac(Hash::Sha512), 32 "RFC 7518 §5.2.5", "AES-256-CBC with HMAC SHA-512";
    A128GCM      "A128GCM"       Cipher::Gcm,                   16 "RFC 7518 §5.3",   "AES-128 in Galois/Counter Mode";
    A192GCM      "A192GCM"       Cipher::Gcm,                   24 "RFC 7518 §5.3",   "AES-192 in Galois/Counter Mode";
    A256GCM      "A256GCM"       Cipher::Gcm,                   32 "RFC 7518 §5.3",   "AES-256 in Galois/Counter Mode";
}

impl ContentEncryption {
    /// Returns the name, as it appears in `enc`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns where the algorithm is specified, such as `RFC 7518 §5.3`.
    #[must_use]
    pub const fn reference(self) -> &'static str {
        self.row().reference
    }

    /// Returns the length of the content encryption key in bytes. CBC has a second key of the same length, for HMAC.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self.row().cipher {
            Cipher::Gcm => self.row().aes,
            Cipher::CbcHmac(_) => self.row().aes.saturating_mul(2),
        }
    }

    /// Returns the length of the initialization vector in bytes.
    #[must_use]
    pub const fn iv_len(self) -> usize {
        match self.row().cipher {
            Cipher::Gcm => 12,
            Cipher::CbcHmac(_) => 16,
        }
    }

    /// Returns the length of the authentication tag in bytes.
    #[must_use]
    pub const fn tag_len(self) -> usize {
        match self.row().cipher {
            Cipher::Gcm => 16,
            Cipher::CbcHmac(hash) => hash.output_len() / 2,
        }
    }

    pub(crate) const fn cipher(self) -> Cipher {
        self.row().cipher
    }

    /// Returns the algorithm of that name, compared byte for byte, or `None`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|encryption| encryption.name() == name)
    }
}

/// The error for a name that is not one of [`ContentEncryption::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownContentEncryption;

parse_names!(ContentEncryption, UnknownContentEncryption, "content encryption algorithm");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_to_its_own_row_and_no_other() {
        for (index, encryption) in ContentEncryption::ALL.iter().enumerate() {
            assert_eq!(encryption.name().parse(), Ok(*encryption));
            let mut others = ContentEncryption::ALL.iter().skip(index + 1);
            assert!(others.all(|other| other.name() != encryption.name()));
        }
        for name in ["", "a256gcm", "A256GCM ", "A128CBC-HS512", "A128CBC", "dir", "A256GCMKW"] {
            assert_eq!(ContentEncryption::from_name(name), None, "{name:?}");
        }
    }

    /// RFC 7518 §5.2.3 to §5.2.5 and §5.3.
    #[test]
    fn lengths_are_those_of_the_rfc() {
        use ContentEncryption::*;
        for (encryption, key, iv, tag) in [
            (A128CbcHs256, 32, 16, 16),
            (A192CbcHs384, 48, 16, 24),
            (A256CbcHs512, 64, 16, 32),
            (A128GCM, 16, 12, 16),
            (A192GCM, 24, 12, 16),
            (A256GCM, 32, 12, 16),
        ] {
            assert_eq!(
                (encryption.key_len(), encryption.iv_len(), encryption.tag_len()),
                (key, iv, tag),
                "{encryption}"
            );
        }
    }
}
