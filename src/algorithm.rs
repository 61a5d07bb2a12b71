//! Signature algorithms: RFC 7518 §3.1, RFC 8037 §3.1, RFC 8812 §3.2, RFC 9864 §2.2.
//!
//! Everything that this crate knows about an `alg` is one row of the table below. Names, parsing,
//! [`Algorithm::ALL`], key requirements, documentation and tests derive from it.

use crate::backend::Backend;
use crate::curve::Curve;
use crate::names::parse_names;

/// /// How an algorithm signs, which decides which file of this crate implements it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// HMAC with a shared secret (RFC 7518 §3.2).
    Hmac,
    /// RSASSA-PKCS1-v1_5 (RFC 7518 §3.3).
    RsaPkcs1,
    /// RSASSA-PSS, MGF1 with the same hash, salt as long as the hash (RFC 7518 §3.5).
    RsaPss,
    /// ECDSA, signature as `r ‖ s` (RFC 7518 §3.4).
    Ecdsa,
    /// Edwards-curve signatures (RFC 8037 §3.1).
    Eddsa,
}

/// The SHA-2 function inside an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// Returns the length of the output in bytes.
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// Smallest RSA modulus that this crate accepts, in bits (RFC 7518 §3.3).
pub(crate) const RSA_MIN_BITS: usize = 2048;
/// Largest RSA modulus that this crate accepts, in bits. It limits the work that a key can cause.
pub(crate) const RSA_MAX_BITS: usize = 4096;

/// One row of the table.
struct Row {
    name: &'static str,
    family: Family,
    hash: Hash,
    curve: Option<Curve>,
    reference: &'static str,
}

macro_rules! algorithms {
    ($( $variant:ident $name:literal $family:ident $hash:ident $curve:expr, $reference:literal, $about:literal; )+) => {
        /// A signature algorithm of JSON Web Signature, the value of the `alg` header parameter.
        ///
        /// There is no `none`: a token without a signature cannot be expressed.
        ///
        /// ```
        /// use jotwell::Algorithm;
        ///
        /// assert_eq!("ES256".parse(), Ok(Algorithm::ES256));
        /// assert_eq!(Algorithm::PS384.name(), "PS384");
        /// assert!("none".parse::<Algorithm>().is_err());
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Algorithm {
            $( #[doc = concat!($about, " (", $reference, ").")] $variant, )+
        }

        impl Algorithm {
            /// Every algorithm, in the order of the table, including those of disabled features: creating a key for
            /// one of these fails with [`KeyError::Disabled`](crate::KeyError::Disabled), as does creating an RSA
            /// signing key in a build that only verifies.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            const fn row(self) -> Row {
                match self {
                    $( Self::$variant => Row {
                        name: $name,
                        family: Family::$family,
                        hash: Hash::$hash,
                        curve: $curve,
                        reference: $reference,
                    }, )+
                }
            }
        }
    };
}

algorithms! {
    HS256   "HS256"   Hmac     Sha256 None, "RFC 7518 §3.2", "HMAC with SHA-256";
    HS384   "HS384"   Hmac     Sha384 None, "RFC 7518 §3.2", "HMAC with SHA-384";
    HS512   "HS512"   Hmac     Sha512 None, "RFC 7518 §3.2", "HMAC with SHA-512";
    RS256   "RS256"   RsaPkcs1 Sha256 None, "RFC 7518 §3.3", "RSASSA-PKCS1-v1_5 with SHA-256";
    RS384   "RS384"   RsaPkcs1 Sha384 None, "RFC 7518 §3.3", "RSASSA-PKCS1-v1_5 with SHA-384";
    RS512   "RS512"   RsaPkcs1 Sha512 None, "RFC 7518 §3.3", "RSASSA-PKCS1-v1_5 with SHA-512";
    PS256   "PS256"   RsaPss   Sha256 None, "RFC 7518 §3.5", "RSASSA-PSS with SHA-256";
    PS384   "PS384"   RsaPss   Sha384 None, "RFC 7518 §3.5", "RSASSA-PSS with SHA-384";
    PS512   "PS512"   RsaPss   Sha512 None, "RFC 7518 §3.5", "RSASSA-PSS with SHA-512";
    ES256   "ES256"   Ecdsa    Sha256 Some(Curve::P256), "RFC 7518 §3.4", "ECDSA over P-256 with SHA-256";
    ES384   "ES384"   Ecdsa    Sha384 Some(Curve::P384), "RFC 7518 §3.4", "ECDSA over P-384 with SHA-384";
    ES512   "ES512"   Ecdsa    Sha512 Some(Curve::P521), "RFC 7518 §3.4", "ECDSA over P-521 with SHA-512";
    ES256K  "ES256K"  Ecdsa    Sha256 Some(Curve::Secp256k1), "RFC 8812 §3.2", "ECDSA over secp256k1 with SHA-256";
    EdDSA   "EdDSA"   Eddsa    Sha512 Some(Curve::Ed25519), "RFC 8037 §3.1", "EdDSA over Ed25519, under the name that leaves the curve open";
    Ed25519 "Ed25519" Eddsa    Sha512 Some(Curve::Ed25519), "RFC 9864 §2.2", "EdDSA over Ed25519, under its fully specified name";
}

impl Algorithm {
    /// Returns the name: the value of `alg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns the family, which defines how the algorithm signs.
    #[must_use]
    pub const fn family(self) -> Family {
        self.row().family
    }

    /// Returns the hash function that the algorithm uses.
    #[must_use]
    pub const fn hash(self) -> Hash {
        self.row().hash
    }

    /// Returns the curve of the algorithm's keys, or `None` for HMAC and RSA.
    #[must_use]
    pub const fn curve(self) -> Option<Curve> {
        self.row().curve
    }

    /// Returns where the algorithm is specified, such as `RFC 7518 §3.4`.
    #[must_use]
    pub const fn reference(self) -> &'static str {
        self.row().reference
    }

    /// Returns whether issuer and verifier share one secret. A verifier can then also sign.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self.family(), Family::Hmac)
    }

    /// Returns whether signing the same bytes with the same key always gives the same signature.
    ///
    /// This holds for all algorithms but RSASSA-PSS, whose salt is random. ECDSA takes its nonce from RFC 6979 on the
    /// default [backend](crate::Backend); on the others the nonce is random, so the signature differs each time.
    #[must_use]
    pub const fn is_deterministic(self) -> bool {
        !matches!(self.family(), Family::RsaPss)
    }

    /// Returns whether a backend supports this algorithm, provided that it is [available](Backend::is_available).
    /// [`Backend::Graviola`] does not support HMAC, ES512 and ES256K.
    ///
    /// ```
    /// use jotwell::{Algorithm, Backend};
    ///
    /// assert!(Algorithm::ES256.runs_on(Backend::Graviola));
    /// assert!(!Algorithm::ES512.runs_on(Backend::Graviola));
    /// ```
    #[must_use]
    pub const fn runs_on(self, backend: Backend) -> bool {
        match (backend, self.family(), self.curve()) {
            (Backend::RustCrypto | Backend::AwsLcRs, _, _) | (_, Family::RsaPkcs1 | Family::RsaPss, _) => {
                true
            }
            (Backend::Graviola, _, curve) => {
                matches!(curve, Some(Curve::P256 | Curve::P384 | Curve::Ed25519))
            }
        }
    }

    /// Returns the value of `kty` that a JSON Web Key for this algorithm has (RFC 7518 §6.1).
    #[must_use]
    pub const fn key_type(self) -> &'static str {
        match self.family() {
            Family::Hmac => "oct",
            Family::RsaPkcs1 | Family::RsaPss => "RSA",
            Family::Ecdsa => "EC",
            Family::Eddsa => "OKP",
        }
    }

    /// Returns the length of a signature in bytes, or `None` for RSA, where it is the length of the key's modulus.
    #[must_use]
    #[expect(clippy::arithmetic_side_effects, reason = "no field has more than 66 bytes")]
    pub const fn signature_len(self) -> Option<usize> {
        match (self.family(), self.curve()) {
            (Family::Hmac, _) => Some(self.hash().output_len()),
            (_, Some(curve)) => Some(curve.field_len() * 2),
            (_, None) => None,
        }
    }

    /// Returns the size of the smallest accepted key in bits: RFC 7518 §3.2 for secrets, §3.3 for RSA moduli,
    /// otherwise the size of the curve.
    #[must_use]
    #[expect(clippy::arithmetic_side_effects, reason = "no hash has more than 64 bytes")]
    pub const fn min_key_bits(self) -> usize {
        match (self.family(), self.curve()) {
            (Family::Hmac, _) => self.hash().output_len() * 8,
            (_, Some(curve)) => curve.bits(),
            (_, None) => RSA_MIN_BITS,
        }
    }

    /// Returns the algorithm with that name, compared byte for byte: `es256` is not an algorithm.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }
}

/// The name is not one of [`Algorithm::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownAlgorithm;

parse_names!(Algorithm, UnknownAlgorithm, "signature algorithm");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_to_its_own_row_and_no_other() {
        for (index, algorithm) in Algorithm::ALL.iter().enumerate() {
            assert_eq!(algorithm.name().parse(), Ok(*algorithm));
            assert!(Algorithm::ALL.iter().skip(index + 1).all(|other| other.name() != algorithm.name()));
        }
    }

    #[test]
    fn names_are_compared_exactly_and_the_name_none_is_rejected() {
        for name in
            ["", "none", "None", "NONE", "es256", "HS256 ", " HS256", "HS 256", "HS256\0", "RS1", "A128KW"]
        {
            assert_eq!(Algorithm::from_name(name), None, "{name:?}");
        }
    }

    #[test]
    fn signature_lengths_are_those_of_the_rfcs() {
        use Algorithm::*;
        for (algorithm, len) in [
            (HS256, Some(32)),
            (HS384, Some(48)),
            (HS512, Some(64)),
            (RS256, None),
            (PS512, None),
            (ES256, Some(64)),
            (ES384, Some(96)),
            (ES512, Some(132)),
            (ES256K, Some(64)),
            (EdDSA, Some(64)),
            (Ed25519, Some(64)),
        ] {
            assert_eq!(algorithm.signature_len(), len, "{algorithm}");
        }
    }
}
