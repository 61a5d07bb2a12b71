//! RSASSA-PKCS1-v1_5 and RSASSA-PSS: RFC 7518 §3.3 and §3.5.

use alloc::sync::Arc;
use alloc::vec;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaParameters,
    RsaSignatureEncoding,
};

use super::{BACKEND, failed};
use crate::algorithm::{Algorithm, Family, Hash};
use crate::backend::Backend;
use crate::error::SignError;
use crate::key::primitive::{Sign, Signature, Verify};
use crate::numbers::Numbers;

/// How the algorithm signs, and how that is verified. The salt of PSS is as long as the hash in both, which is the
/// library's default (RFC 7518 §3.5); this crate has already checked the size of the modulus.
fn parameters(algorithm: Algorithm) -> (&'static RsaSignatureEncoding, &'static RsaParameters) {
    match (algorithm.family(), algorithm.hash()) {
        (Family::RsaPss, Hash::Sha256) => (&RSA_PSS_SHA256, &RSA_PSS_2048_8192_SHA256),
        (Family::RsaPss, Hash::Sha384) => (&RSA_PSS_SHA384, &RSA_PSS_2048_8192_SHA384),
        (Family::RsaPss, Hash::Sha512) => (&RSA_PSS_SHA512, &RSA_PSS_2048_8192_SHA512),
        (_, Hash::Sha256) => (&RSA_PKCS1_SHA256, &RSA_PKCS1_2048_8192_SHA256),
        (_, Hash::Sha384) => (&RSA_PKCS1_SHA384, &RSA_PKCS1_2048_8192_SHA384),
        (_, Hash::Sha512) => (&RSA_PKCS1_SHA512, &RSA_PKCS1_2048_8192_SHA512),
    }
}

/// Moves a private key to the library.
pub(crate) fn key_pair(numbers: &Numbers) -> Option<KeyPair> {
    let Numbers::Rsa { n, e, private: Some(private), .. } = numbers else { return None };
    let factors = private.factors.as_ref()?;
    let components = KeyPairComponents {
        public_key: PublicKeyComponents { n: n.as_slice(), e: e.as_slice() },
        d: private.d.as_slice(),
        p: factors.p.as_slice(),
        q: factors.q.as_slice(),
        dP: factors.dp.as_slice(),
        dQ: factors.dq.as_slice(),
        qInv: factors.qi.as_slice(),
    };
    KeyPair::from_components(&components).ok()
}

pub(super) fn signer(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Sign>> {
    let (encoding, _) = parameters(algorithm);
    Some(Arc::new(Signer { key: key_pair(numbers)?, encoding }))
}

pub(super) fn verifier(algorithm: Algorithm, numbers: &Numbers) -> Option<Arc<dyn Verify>> {
    let Numbers::Rsa { n, e, .. } = numbers else { return None };
    let (_, parameters) = parameters(algorithm);
    Some(Arc::new(PublicKeyComponents { n, e }.to_parsed_public_key(parameters).ok()?))
}

struct Signer {
    key: KeyPair,
    encoding: &'static RsaSignatureEncoding,
}

impl Sign for Signer {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        // The required length, otherwise the library panics.
        let mut signature = vec![0; self.key.public_modulus_len()];
        // Blinded, and verified before it is returned, so that a fault does not reveal the primes.
        self.key.sign(self.encoding, &SystemRandom::new(), message, &mut signature).map_err(failed)?;
        Ok(Signature::Long(signature))
    }

    fn backend(&self) -> Backend {
        BACKEND
    }
}
