//! The numbers of a key, independent of the format that they were read from and of their use.
//!
//! Every format (PEM, DER, JWK, bytes) is read into [`Numbers`], and every family of algorithms creates its keys from
//! them. So formats and families do not depend on each other.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::algorithm::{Algorithm, Hash};
use crate::curve::Curve;
use crate::key_type::KeyType;

/// Bytes that are zeroized when they are dropped.
pub(crate) type Secret = Zeroizing<Vec<u8>>;

/// A key as numbers. Only the format that they were read from has been checked.
#[derive(Clone)]
pub(crate) enum Numbers {
    Secret(Secret),
    /// Unsigned big-endian integers.
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
        private: Option<RsaPrivate>,
        /// What the key's object identifier allows, if it is that of RSASSA-PSS.
        pss: Option<PssRestriction>,
    },
    /// Field elements in full length, big-endian; for Ed25519 the encodings of RFC 8032, for X25519 those of RFC 7748.
    /// `public` is a point as in SEC 1 §2.3.3, and may be missing if there is a private key.
    Ec {
        curve: Curve,
        public: Option<Vec<u8>>,
        private: Option<Secret>,
    },
    /// A key that no algorithm of this crate can use. It is kept for the error that names its type.
    Other {
        key_type: KeyType,
        private: bool,
    },
}

#[derive(Clone)]
pub(crate) struct RsaPrivate {
    pub(crate) d: Secret,
    /// If they are missing, they are computed from `d`.
    pub(crate) factors: Option<RsaFactors>,
}

/// The primes, and the numbers that are derived from them (RFC 8017 §3.2).
#[derive(Clone, PartialEq)]
pub(crate) struct RsaFactors {
    pub(crate) p: Secret,
    pub(crate) q: Secret,
    pub(crate) dp: Secret,
    pub(crate) dq: Secret,
    pub(crate) qi: Secret,
}

/// Which algorithms a key restricted to RSASSA-PSS may be used for (RFC 4055 §1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "pem"), allow(dead_code, reason = "only DER and PEM restrict a key so"))]
pub(crate) enum PssRestriction {
    /// Any of the RSASSA-PSS algorithms.
    AnyHash,
    /// Those with this hash, also inside MGF1, and with a salt of at least this many bytes.
    Hash { hash: Hash, min_salt: usize },
    /// None of the JWS algorithms.
    Other,
}

impl PssRestriction {
    /// Returns whether an RSASSA-PSS algorithm has the parameters of the key. Its salt is as long as its hash (RFC
    /// 7518 §3.5), which may be longer than the key requires (RFC 4055 §3.3).
    fn allows(self, algorithm: Algorithm) -> bool {
        match self {
            Self::AnyHash => true,
            Self::Hash { hash, min_salt } => hash == algorithm.hash() && min_salt <= hash.output_len(),
            Self::Other => false,
        }
    }
}

impl Numbers {
    /// Returns the same RSA key, restricted to RSASSA-PSS.
    #[cfg(feature = "pem")]
    pub(crate) fn restricted(self, restriction: PssRestriction) -> Self {
        match self {
            Self::Rsa { n, e, private, .. } => Self::Rsa { n, e, private, pss: Some(restriction) },
            other => other,
        }
    }

    /// Returns whether the parameters of a key restricted to RSASSA-PSS are those of the algorithm.
    pub(crate) fn pss_parameters_allow(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Rsa { pss: Some(restriction), .. } => restriction.allows(algorithm),
            _ => true,
        }
    }

    /// Returns the public half. A secret has none, and is returned unchanged.
    pub(crate) fn public(&self) -> Self {
        match self {
            Self::Rsa { n, e, pss, .. } => Self::Rsa { n: n.clone(), e: e.clone(), private: None, pss: *pss },
            Self::Ec { curve, public, .. } => {
                Self::Ec { curve: *curve, public: public.clone(), private: None }
            }
            Self::Other { key_type, .. } => Self::Other { key_type: *key_type, private: false },
            Self::Secret(_) => self.clone(),
        }
    }

    pub(crate) fn key_type(&self) -> KeyType {
        match self {
            Self::Secret(_) => KeyType::Secret,
            Self::Rsa { pss: Some(_), .. } => KeyType::RsaPss,
            Self::Rsa { .. } => KeyType::Rsa,
            Self::Ec { curve: Curve::X25519, .. } => KeyType::X25519,
            Self::Ec { curve, .. } => KeyType::Ec(*curve),
            Self::Other { key_type, .. } => *key_type,
        }
    }

    /// Returns whether both have the same public key, if both are in the canonical form of a key family. False for
    /// secrets.
    pub(crate) fn is_same_public_key(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Rsa { n, e, .. }, Self::Rsa { n: other_n, e: other_e, .. }) => {
                n == other_n && e == other_e
            }
            (
                Self::Ec { curve, public: Some(public), .. },
                Self::Ec { curve: other_curve, public: Some(other_public), .. },
            ) => curve == other_curve && public == other_public,
            _ => false,
        }
    }

    /// Returns whether the key is private. A shared secret is.
    pub(crate) fn is_private(&self) -> bool {
        match self {
            Self::Secret(_) => true,
            Self::Rsa { private, .. } => private.is_some(),
            Self::Ec { private, .. } => private.is_some(),
            Self::Other { private, .. } => *private,
        }
    }
}

/// Removes leading zeros from a big-endian integer.
pub(crate) fn trimmed(integer: &[u8]) -> &[u8] {
    let zeros = integer.iter().take_while(|byte| **byte == 0).count();
    integer.get(zeros..).expect("no more zeros than bytes")
}

/// Returns the size of a big-endian integer in bits.
#[expect(clippy::arithmetic_side_effects, reason = "a key is shorter than memory is, in bits")]
pub(crate) fn bit_len(integer: &[u8]) -> usize {
    let digits = trimmed(integer);
    let unused = digits.first().map_or(0, |byte| byte.leading_zeros() as usize);
    digits.len() * 8 - unused
}
