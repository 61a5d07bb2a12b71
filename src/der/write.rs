//! Writes keys in DER: PKCS#8 for private keys, SubjectPublicKeyInfo for public ones, byte for byte as OpenSSL
//! writes them.

use alloc::vec::Vec;

use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::{BitStringRef, OctetStringRef, UintRef};
use pkcs8::der::{self, Encode};
use pkcs8::spki::SubjectPublicKeyInfoRef;

use super::oids;
use crate::curve::Curve;
use crate::error::KeyError;
use crate::key_type::KeyFormat;
use crate::numbers::{Numbers, RsaFactors, RsaPrivate, Secret};

/// PKCS#8.
pub(crate) fn private_der(numbers: &Numbers) -> Result<Secret, KeyError> {
    let inner = match numbers {
        Numbers::Rsa { n, e, private: Some(RsaPrivate { d, factors }), .. } => {
            pkcs1(n, e, d, factors.as_ref().ok_or(KeyError::InvalidRsaKey)?)
        }
        // RFC 8410 §7.
        Numbers::Ec { curve: Curve::Ed25519 | Curve::X25519, private: Some(seed), .. } => {
            OctetStringRef::new(seed).and_then(|seed| seed.to_der())
        }
        // RFC 5915 §3; the curve is outside.
        Numbers::Ec { public, private: Some(private), .. } => {
            sec1::EcPrivateKey { private_key: private, parameters: None, public_key: public.as_deref() }
                .to_der()
        }
        Numbers::Rsa { .. } | Numbers::Ec { .. } | Numbers::Secret(_) | Numbers::Other { .. } => {
            return Err(KeyError::UnsupportedFormat { found: KeyFormat::Bytes });
        }
    };
    let encoded = inner.map(Secret::new).and_then(|inner| {
        oids::with_identifier(numbers, |algorithm| {
            PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(&inner)?).to_der().map(Secret::new)
        })
    });
    encoded.map_err(|_| KeyError::InvalidDer { format: KeyFormat::Pkcs8 })
}

/// SubjectPublicKeyInfo.
pub(crate) fn public_der(numbers: &Numbers) -> Result<Vec<u8>, KeyError> {
    let inner = match numbers {
        Numbers::Rsa { n, e, .. } => pkcs1_public(n, e),
        Numbers::Ec { public: Some(public), .. } => Ok(public.clone()),
        Numbers::Ec { .. } | Numbers::Secret(_) | Numbers::Other { .. } => {
            return Err(KeyError::UnsupportedFormat { found: KeyFormat::Bytes });
        }
    };
    let encoded = inner.and_then(|key| {
        oids::with_identifier(numbers, |algorithm| {
            SubjectPublicKeyInfoRef { algorithm, subject_public_key: BitStringRef::from_bytes(&key)? }
                .to_der()
        })
    });
    encoded.map_err(|_| KeyError::InvalidDer { format: KeyFormat::Spki })
}

/// RSAPublicKey, of an RSA key.
#[cfg(all(feature = "graviola", any(target_arch = "aarch64", target_arch = "x86_64")))]
pub(crate) fn rsa_public_der(n: &[u8], e: &[u8]) -> Result<Vec<u8>, KeyError> {
    pkcs1_public(n, e).map_err(|_| KeyError::InvalidDer { format: KeyFormat::Pkcs1Public })
}

/// RSAPublicKey (RFC 8017 §A.1.1).
fn pkcs1_public(n: &[u8], e: &[u8]) -> der::Result<Vec<u8>> {
    pkcs1::RsaPublicKeyRef { modulus: UintRef::new(n)?, public_exponent: UintRef::new(e)? }.to_der()
}

/// RSAPrivateKey (RFC 8017 §A.1.2).
fn pkcs1(n: &[u8], e: &[u8], d: &[u8], factors: &RsaFactors) -> der::Result<Vec<u8>> {
    pkcs1::RsaPrivateKeyRef {
        modulus: UintRef::new(n)?,
        public_exponent: UintRef::new(e)?,
        private_exponent: UintRef::new(d)?,
        prime1: UintRef::new(&factors.p)?,
        prime2: UintRef::new(&factors.q)?,
        exponent1: UintRef::new(&factors.dp)?,
        exponent2: UintRef::new(&factors.dq)?,
        coefficient: UintRef::new(&factors.qi)?,
        other_prime_infos: None,
    }
    .to_der()
}
