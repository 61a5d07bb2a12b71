//! Elliptic curves that JOSE knows: RFC 7518 §6.2.1.1, RFC 8037 §3.1, RFC 8812 §3.1.

use crate::names::parse_names;

/// An elliptic curve, named as in the `crv` parameter of a JSON Web Key.
///
/// ```
/// use jotwell::Curve;
/// assert_eq!(Curve::P256.name(), "P-256");
/// assert_eq!("secp256k1".parse(), Ok(Curve::Secp256k1));
/// assert_eq!(Curve::P521.field_len(), 66);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Curve {
    /// NIST P-256, also called secp256r1 and prime256v1.
    P256,
    /// NIST P-384, also called secp384r1.
    P384,
    /// NIST P-521, also called secp521r1.
    P521,
    /// The Koblitz curve of Bitcoin (RFC 8812).
    Secp256k1,
    /// Edwards25519, for EdDSA (RFC 8032, RFC 8037).
    Ed25519,
    /// Curve25519, for key agreement (RFC 7748, RFC 8037).
    X25519,
}

impl Curve {
    /// Every curve.
    pub const ALL: &'static [Self] =
        &[Self::P256, Self::P384, Self::P521, Self::Secp256k1, Self::Ed25519, Self::X25519];

    /// Returns the value of the `crv` parameter.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::Secp256k1 => "secp256k1",
            Self::Ed25519 => "Ed25519",
            Self::X25519 => "X25519",
        }
    }

    /// Returns the size in bits: of a field element, or for Ed25519 and X25519 of its encoding.
    #[must_use]
    pub const fn bits(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 | Self::Ed25519 | Self::X25519 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// Returns the length in bytes of a field element, which is also the length of a coordinate and of a private
    /// scalar.
    #[must_use]
    pub const fn field_len(self) -> usize {
        self.bits().div_ceil(8)
    }

    /// Returns the curve with that `crv` value, compared exactly.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|curve| curve.name() == name)
    }
}

/// The name is not one of [`Curve::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownCurve;

parse_names!(Curve, UnknownCurve, "curve");
