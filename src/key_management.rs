//! Key management algorithms: RFC 7518 §4.
//!
//! Everything that this crate knows about the `alg` of an encrypted token is one row of the table below.

use crate::algorithm::Hash;
use crate::backend::Backend;
use crate::names::parse_names;

/// How a content encryption key reaches the recipient, which decides the implementing file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    /// The shared secret is the content encryption key (RFC 7518 §4.5).
    Direct,
    /// AES Key Wrap (RFC 7518 §4.4).
    AesKw,
    /// AES in Galois/Counter Mode (RFC 7518 §4.7).
    AesGcmKw,
    /// Elliptic Curve Diffie-Hellman with an ephemeral key (RFC 7518 §4.6). Without a wrapping key the agreed key is
    /// the content encryption key.
    EcdhEs,
    /// RSAES-OAEP, MGF1 with the same hash (RFC 7518 §4.3); `None` is SHA-1.
    RsaOaep(Option<Hash>),
    /// A key derived from a password, then AES Key Wrap (RFC 7518 §4.8).
    Pbes2(Hash),
}

struct Row {
    name: &'static str,
    family: Family,
    /// Length of the AES key that wraps, in bytes.
    wrap: Option<usize>,
    reference: &'static str,
}

macro_rules! key_managements {
    ($( $variant:ident $name:literal $family:expr, $wrap:expr, $reference:literal, $about:literal; )+) => {
        /// A key management algorithm of JSON Web Encryption, the value of the `alg` header parameter.
        ///
        /// There is no `RSA1_5`, whose padding has been attacked for decades (RFC 8725 §3.2).
        ///
        /// ```
        /// use jotwell::jwe::KeyManagement;
        ///
        /// assert_eq!("ECDH-ES+A256KW".parse(), Ok(KeyManagement::EcdhEsA256KW));
        /// assert_eq!(KeyManagement::Dir.name(), "dir");
        /// assert!("RSA1_5".parse::<KeyManagement>().is_err());
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum KeyManagement {
            $( #[doc = concat!($about, " (", $reference, ").")] $variant, )+
        }

        impl KeyManagement {
            /// Every key management algorithm, in the order of the table. Those of a disabled feature are included:
            /// creating a key for one returns [`KeyError::EncryptionDisabled`](crate::KeyError::EncryptionDisabled).
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            const fn row(self) -> Row {
                match self {
                    $( Self::$variant => Row { name: $name, family: $family, wrap: $wrap, reference: $reference }, )+
                }
            }
        }
    };
}

key_managements! {
    Dir              "dir"                Family::Direct,                       None,     "RFC 7518 §4.5", "Direct use of a shared secret as the content encryption key";
    A128KW           "A128KW"             Family::AesKw,                        Some(16), "RFC 7518 §4.4", "AES-128 Key Wrap";
    A192KW           "A192KW"             Family::AesKw,                        Some(24), "RFC 7518 §4.4", "AES-192 Key Wrap";
    A256KW           "A256KW"             Family::AesKw,                        Some(32), "RFC 7518 §4.4", "AES-256 Key Wrap";
    A128GCMKW        "A128GCMKW"          Family::AesGcmKw,                     Some(16), "RFC 7518 §4.7", "Key wrapping with AES-128 GCM";
    A192GCMKW        "A192GCMKW"          Family::AesGcmKw,                     Some(24), "RFC 7518 §4.7", "Key wrapping with AES-192 GCM";
    A256GCMKW        "A256GCMKW"          Family::AesGcmKw,                     Some(32), "RFC 7518 §4.7", "Key wrapping with AES-256 GCM";
    EcdhEs           "ECDH-ES"            Family::EcdhEs,                       None,     "RFC 7518 §4.6", "Elliptic Curve Diffie-Hellman, whose result is the content encryption key";
    EcdhEsA128KW     "ECDH-ES+A128KW"     Family::EcdhEs,                       Some(16), "RFC 7518 §4.6", "Elliptic Curve Diffie-Hellman, then AES-128 Key Wrap";
    EcdhEsA192KW     "ECDH-ES+A192KW"     Family::EcdhEs,                       Some(24), "RFC 7518 §4.6", "Elliptic Curve Diffie-Hellman, then AES-192 Key Wrap";
    EcdhEsA256KW     "ECDH-ES+A256KW"     Family::EcdhEs,                       Some(32), "RFC 7518 §4.6", "Elliptic Curve Diffie-Hellman, then AES-256 Key Wrap";
    RsaOaep256       "RSA-OAEP-256"       Family::RsaOaep(Some(Hash::Sha256)),  None,     "RFC 7518 §4.3", "RSAES-OAEP with SHA-256";
    RsaOaepLegacy    "RSA-OAEP"           Family::RsaOaep(None),                None,     "RFC 7518 §4.3", "RSAES-OAEP with SHA-1, for peers that have nothing newer";
    Pbes2Hs256A128KW "PBES2-HS256+A128KW" Family::Pbes2(Hash::Sha256),          Some(16), "RFC 7518 §4.8", "PBKDF2 with HMAC SHA-256, then AES-128 Key Wrap";
    Pbes2Hs384A192KW "PBES2-HS384+A192KW" Family::Pbes2(Hash::Sha384),          Some(24), "RFC 7518 §4.8", "PBKDF2 with HMAC SHA-384, then AES-192 Key Wrap";
    Pbes2Hs512A256KW "PBES2-HS512+A256KW" Family::Pbes2(Hash::Sha512),          Some(32), "RFC 7518 §4.8", "PBKDF2 with HMAC SHA-512, then AES-256 Key Wrap";
}

impl KeyManagement {
    /// Returns the name, as it appears in `alg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns where the algorithm is specified, such as `RFC 7518 §4.5`.
    #[must_use]
    pub const fn reference(self) -> &'static str {
        self.row().reference
    }

    /// Returns whether both sides have the same random secret, so that only its holders can encrypt: `dir`, AES Key
    /// Wrap and AES-GCM key wrapping. A password is not such a secret.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self.family(), Family::Direct | Family::AesKw | Family::AesGcmKw)
    }

    /// Returns whether the content encryption key follows from the key itself, without an encrypted key in the token:
    /// `dir` and `ECDH-ES`. A token for such a key has one recipient (RFC 7516 §5.1).
    #[must_use]
    pub const fn is_direct(self) -> bool {
        matches!((self.family(), self.wrap_len()), (Family::Direct | Family::EcdhEs, None))
    }

    /// Returns whether the key is a password.
    #[must_use]
    pub const fn is_password_based(self) -> bool {
        matches!(self.family(), Family::Pbes2(_))
    }

    /// Returns whether a backend has this algorithm, if it is [available](Backend::is_available). [`Backend::AwsLcRs`]
    /// has no AES Key Wrap with 192-bit keys, and [`Backend::Graviola`] is only for signatures.
    ///
    /// ```
    /// use jotwell::Backend;
    /// use jotwell::jwe::KeyManagement;
    ///
    /// assert!(KeyManagement::A256KW.runs_on(Backend::AwsLcRs));
    /// assert!(!KeyManagement::A192KW.runs_on(Backend::AwsLcRs));
    /// ```
    #[must_use]
    pub const fn runs_on(self, backend: Backend) -> bool {
        match (backend, self.family(), self.wrap_len()) {
            (Backend::RustCrypto, _, _) | (Backend::AwsLcRs, Family::AesGcmKw, _) => true,
            (Backend::AwsLcRs, _, Some(24)) | (Backend::Graviola, _, _) => false,
            (Backend::AwsLcRs, _, _) => true,
        }
    }

    pub(crate) const fn family(self) -> Family {
        self.row().family
    }

    /// The length of the AES key that wraps the content encryption key, in bytes.
    pub(crate) const fn wrap_len(self) -> Option<usize> {
        self.row().wrap
    }

    /// Returns the algorithm of that name, compared byte for byte, or `None`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }
}

/// The error for a name that is not one of [`KeyManagement::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownKeyManagement;

parse_names!(KeyManagement, UnknownKeyManagement, "key management algorithm");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::Algorithm;

    #[test]
    fn every_name_parses_to_its_own_row_and_no_other() {
        for (index, algorithm) in KeyManagement::ALL.iter().enumerate() {
            assert_eq!(algorithm.name().parse(), Ok(*algorithm));
            let mut others = KeyManagement::ALL.iter().skip(index + 1);
            assert!(others.all(|other| other.name() != algorithm.name()));
        }
    }

    /// RFC 7518 §4.1 has seventeen names, of which one is not supported here.
    #[test]
    fn rsa1_5_and_signature_algorithms_are_not_key_management_algorithms() {
        assert_eq!(KeyManagement::ALL.len(), 16);
        for name in ["RSA1_5", "none", "", "DIR", "Dir", "ECDH-ES ", "RSA-OAEP-512", "A256GCM"] {
            assert_eq!(KeyManagement::from_name(name), None, "{name:?}");
        }
        for algorithm in Algorithm::ALL {
            assert_eq!(KeyManagement::from_name(algorithm.name()), None);
        }
    }

    #[test]
    fn wrapping_keys_have_the_length_in_their_name() {
        for algorithm in KeyManagement::ALL {
            let bits = [(16, "128"), (24, "192"), (32, "256")];
            let wrapped = algorithm.name().split('+').next_back().filter(|name| name.ends_with("KW"));
            let said = wrapped.and_then(|name| bits.iter().find(|(_, bits)| name.contains(bits)));
            assert_eq!(algorithm.wrap_len(), said.map(|(bytes, _)| *bytes), "{algorithm}");
        }
    }
}
