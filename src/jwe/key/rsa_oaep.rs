//! RSAES-OAEP: RFC 7518 §4.3, RFC 8017 §7.1.
//!
//! On the default backend the `rsa` crate encrypts, and computes the blinded private operation. The padding is checked
//! here: the crate (0.10.0) ignores the first byte, which must be zero by RFC 8017 §7.1.2 step 3g, and here the length
//! of the message is known, so the check needs neither a branch nor an index that depends on a secret.
//!
//! ```text
//! EM = 0 ‖ seed ⊕ MGF1(maskedDB) ‖ maskedDB
//! DB = Hash("") ‖ 0 … 0 ‖ 1 ‖ M        maskedDB = DB ⊕ MGF1(seed)
//! ```

use alloc::boxed::Box;
use alloc::vec::Vec;

use rsa::hazmat::rsa_decrypt_and_check;
use rsa::oaep::EncryptingKey;
use rsa::traits::{PublicKeyParts, RandomizedEncryptor};
use rsa::{BoxedUint, PrivateKey};
use sha1::Sha1;
use sha2::digest::Output;
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::substitute::Candidate;
use crate::algorithm::Hash;
use crate::backend::Backend;
use crate::error::KeyError;
#[cfg(feature = "aws-lc-rs")]
use crate::jwe::aws_lc;
use crate::jwe::content::Failed;
use crate::key;
use crate::key::random::SystemRng;
use crate::key_management::{Family, KeyManagement};
use crate::numbers::{Numbers, Secret};

pub(super) enum Encryptor {
    Sha1(EncryptingKey<Sha1>),
    Sha256(EncryptingKey<Sha256>),
    Sha384(EncryptingKey<Sha384>),
    Sha512(EncryptingKey<Sha512>),
    #[cfg(feature = "aws-lc-rs")]
    AwsLc(aws_lc::RsaEncryptor),
}

impl Encryptor {
    /// Returns `None` for numbers of another type, and for a key that is restricted to RSASSA-PSS.
    pub(super) fn new(
        backend: Backend,
        algorithm: KeyManagement,
        numbers: &Numbers,
    ) -> Option<Result<(Self, Numbers), KeyError>> {
        let Family::RsaOaep(hash) = algorithm.family() else { return None };
        let Numbers::Rsa { n, e, pss: None, .. } = numbers else { return None };
        Some(key::rsa::encryption_key(n, e).and_then(|(key, numbers)| {
            let key = match (backend, hash) {
                (Backend::RustCrypto, None) => Self::Sha1(EncryptingKey::new(key)),
                (Backend::RustCrypto, Some(Hash::Sha256)) => Self::Sha256(EncryptingKey::new(key)),
                (Backend::RustCrypto, Some(Hash::Sha384)) => Self::Sha384(EncryptingKey::new(key)),
                (Backend::RustCrypto, Some(Hash::Sha512)) => Self::Sha512(EncryptingKey::new(key)),
                #[cfg(feature = "aws-lc-rs")]
                (Backend::AwsLcRs, _) => aws_lc::RsaEncryptor::new(hash, &numbers)
                    .map(Self::AwsLc)
                    .map_err(|_: Failed| super::rejected(backend, algorithm))?,
                _ => return Err(super::rejected(backend, algorithm)),
            };
            Ok((key, numbers))
        }))
    }

    pub(super) fn encrypt(&self, key: &[u8]) -> Result<Vec<u8>, Failed> {
        match self {
            Self::Sha1(rsa) => rsa.encrypt_with_rng(&mut SystemRng, key),
            Self::Sha256(rsa) => rsa.encrypt_with_rng(&mut SystemRng, key),
            Self::Sha384(rsa) => rsa.encrypt_with_rng(&mut SystemRng, key),
            Self::Sha512(rsa) => rsa.encrypt_with_rng(&mut SystemRng, key),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc(rsa) => return rsa.encrypt(key),
        }
        .map_err(|_| Failed)
    }
}

/// A private key, and the hash of its padding; `None` is SHA-1.
pub(super) enum Decryptor {
    RustCrypto(Box<PrivateKey>, Option<Hash>),
    #[cfg(feature = "aws-lc-rs")]
    AwsLc(aws_lc::RsaDecryptor),
}

impl Decryptor {
    /// Returns `None` for numbers of another type, or that are not private.
    pub(super) fn new(
        backend: Backend,
        algorithm: KeyManagement,
        numbers: &Numbers,
    ) -> Option<Result<(Self, Numbers), KeyError>> {
        let Family::RsaOaep(hash) = algorithm.family() else { return None };
        let Numbers::Rsa { n, e, private: Some(private), pss: None } = numbers else { return None };
        Some(key::rsa::decryption_key(n, e, private).and_then(|(key, numbers)| {
            let key = match backend {
                Backend::RustCrypto => Self::RustCrypto(Box::new(key), hash),
                #[cfg(feature = "aws-lc-rs")]
                Backend::AwsLcRs => aws_lc::RsaDecryptor::new(hash, &numbers)
                    .map(Self::AwsLc)
                    .map_err(|_: Failed| super::rejected(backend, algorithm))?,
                _ => return Err(super::rejected(backend, algorithm)),
            };
            Ok((key, numbers))
        }))
    }

    /// Decrypts a message of `len` bytes.
    pub(super) fn decrypt(&self, encrypted: &[u8], len: usize) -> Candidate {
        let (key, hash) = match self {
            Self::RustCrypto(key, hash) => (key, hash),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc(rsa) => {
                let decrypted = rsa.decrypt(encrypted).map(|key| Candidate::new(key, true).of_len(len));
                return decrypted.unwrap_or_else(|_: Failed| Candidate::failed(len));
            }
        };
        match encoded(key, encrypted) {
            Ok(encoded) => match hash {
                None => message::<Sha1>(encoded, len),
                Some(Hash::Sha256) => message::<Sha256>(encoded, len),
                Some(Hash::Sha384) => message::<Sha384>(encoded, len),
                Some(Hash::Sha512) => message::<Sha512>(encoded, len),
            },
            Err(Failed) => Candidate::failed(len),
        }
    }
}

/// Returns the encoded message, as long as the modulus. Failures here depend only on the ciphertext and the public key.
fn encoded(key: &PrivateKey, encrypted: &[u8]) -> Result<Secret, Failed> {
    let size = key.size();
    if encrypted.len() != size {
        return Err(Failed);
    }
    let ciphertext =
        BoxedUint::from_be_slice(encrypted, key.n().as_ref().bits_precision()).map_err(|_| Failed)?;
    // Randomness blinds the private operation (RUSTSEC-2023-0071).
    let encoded = rsa_decrypt_and_check(key, Some(&mut SystemRng), &ciphertext).map_err(|_| Failed)?;
    let bytes = Zeroizing::new(Zeroizing::new(encoded).to_be_bytes());
    // As long as the precision, and so at least as long as the modulus.
    let start = bytes.len().checked_sub(size).ok_or(Failed)?;
    Ok(Secret::new(bytes.get(start..).unwrap_or_default().to_vec()))
}

/// EME-OAEP decoding, without a label.
fn message<D: Digest>(mut encoded: Secret, len: usize) -> Candidate {
    let hash_len = <D as Digest>::output_size();
    let Some((first, rest)) = encoded.split_first_mut() else { return Candidate::failed(len) };
    let Some((seed, db)) = rest.split_at_mut_checked(hash_len) else { return Candidate::failed(len) };
    // Every allowed modulus is long enough for a key.
    let (Some(marker), true) = (db.len().checked_sub(len.saturating_add(1)), db.len() > hash_len) else {
        return Candidate::failed(len);
    };
    mask::<D>(db, seed);
    mask::<D>(seed, db);
    let (label, padded) = db.split_at(hash_len);
    let Some(padding) = marker.checked_sub(hash_len).and_then(|zeros| padded.get(..zeros)) else {
        return Candidate::failed(len);
    };
    let (one, message) =
        (padded.get(padding.len()).copied().unwrap_or(0), padded.get(padding.len().saturating_add(1)..));
    let holds = first.ct_eq(&0)
        & label.ct_eq(&D::digest([]))
        & padding.iter().fold(0, |any, byte| any | byte).ct_eq(&0)
        & one.ct_eq(&1);
    Candidate { key: Secret::new(message.unwrap_or_default().to_vec()), holds }
}

/// XORs MGF1 of `from` into `to`.
fn mask<D: Digest>(from: &[u8], to: &mut [u8]) {
    for (counter, chunk) in (0_u32..).zip(to.chunks_mut(<D as Digest>::output_size())) {
        let hash: Zeroizing<Output<D>> =
            Zeroizing::new(D::new().chain_update(from).chain_update(counter.to_be_bytes()).finalize());
        for (to, from) in chunk.iter_mut().zip(hash.iter()) {
            *to ^= from;
        }
    }
}
