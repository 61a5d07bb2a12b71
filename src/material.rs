//! What a key is made of, apart from the form that it came in and from what it will be used for.
//!
//! Every form (PEM, DER, JWK, bytes) is read into a [`Material`], and every family of algorithms
//! makes its keys from one, so that forms and families do not have to know each other.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::algorithm::Algorithm;
use crate::curve::Curve;
use crate::error::{KeyError, KeyFormat, KeyType};

/// Bytes that are wiped when they are dropped.
pub(crate) type Secret = Zeroizing<Vec<u8>>;

/// A key as numbers, not yet checked beyond its form.
#[derive(Clone)]
pub(crate) struct Material {
    pub(crate) form: KeyFormat,
    pub(crate) numbers: Numbers,
}

#[derive(Clone)]
pub(crate) enum Numbers {
    Secret(Secret),
    /// Unsigned big-endian integers.
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
        private: Option<RsaPrivate>,
    },
    /// Field elements in full length, big-endian; for Ed25519 the encodings of RFC 8032. `public`
    /// is a point as in SEC 1 §2.3.3, and may be missing beside a private key.
    Ec {
        curve: Curve,
        public: Option<Vec<u8>>,
        private: Option<Secret>,
    },
    /// A key that no algorithm here can use, kept for the error that says so.
    Other {
        kind: KeyType,
        private: bool,
    },
}

#[derive(Clone)]
pub(crate) struct RsaPrivate {
    pub(crate) d: Secret,
    /// Where they are missing they are found again from `d`.
    pub(crate) factors: Option<RsaFactors>,
}

/// The primes, and what follows from them (RFC 8017 §3.2).
#[derive(Clone, PartialEq)]
pub(crate) struct RsaFactors {
    pub(crate) p: Secret,
    pub(crate) q: Secret,
    pub(crate) dp: Secret,
    pub(crate) dq: Secret,
    pub(crate) qi: Secret,
}

impl Numbers {
    /// The public half. A secret has none, and stays what it is.
    pub(crate) fn public(&self) -> Self {
        match self {
            Self::Rsa { n, e, .. } => Self::Rsa { n: n.clone(), e: e.clone(), private: None },
            Self::Ec { curve, public, .. } => {
                Self::Ec { curve: *curve, public: public.clone(), private: None }
            }
            Self::Other { kind, .. } => Self::Other { kind: *kind, private: false },
            Self::Secret(_) => self.clone(),
        }
    }
}

impl Material {
    pub(crate) fn secret(bytes: &[u8]) -> Self {
        Self { form: KeyFormat::Bytes, numbers: Numbers::Secret(Zeroizing::new(bytes.to_vec())) }
    }

    pub(crate) fn kind(&self) -> KeyType {
        match &self.numbers {
            Numbers::Secret(_) => KeyType::Secret,
            Numbers::Rsa { .. } => KeyType::Rsa,
            Numbers::Ec { curve, .. } => KeyType::Ec(*curve),
            Numbers::Other { kind, .. } => *kind,
        }
    }

    /// Whether the key can sign. A secret can, and is private.
    pub(crate) fn is_private(&self) -> bool {
        match &self.numbers {
            Numbers::Secret(_) => true,
            Numbers::Rsa { private, .. } => private.is_some(),
            Numbers::Ec { private, .. } => private.is_some(),
            Numbers::Other { private, .. } => *private,
        }
    }

    pub(crate) fn wrong_kind(&self, algorithm: Algorithm) -> KeyError {
        KeyError::WrongKeyType { algorithm, found: self.kind(), form: self.form }
    }
}
