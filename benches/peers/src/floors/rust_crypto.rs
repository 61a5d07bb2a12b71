//! RustCrypto, in the versions that jotwell uses.

use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey};
use getrandom::SysRng;
use harness::{Algorithm, Kind, Peer, Signer, Verifier, keys};
use hmac::{Hmac, KeyInit, Mac};
use rsa::pkcs1v15;
use rsa::signature::{RandomizedSigner, SignatureEncoding, Signer as _, Verifier as _};
use sha2::Sha256;

pub(crate) struct RustCrypto;

impl Peer for RustCrypto {
    fn name(&self) -> &'static str {
        "floor: RustCrypto"
    }

    fn kind(&self) -> Kind {
        Kind::Floor
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        let der = || keys::private_der(algorithm);
        match algorithm {
            Algorithm::HS256 => {
                let key = hmac();
                Signer::raw(move |input| key.clone().chain_update(input).finalize())
            }
            Algorithm::RS256 => {
                let key = rsa::PrivateKey::from_pkcs8_der(&der()).expect("a key");
                let key = pkcs1v15::SigningKey::<Sha256>::new(key);
                // With blinding, without which its time depends on the key.
                Signer::raw(move |input| {
                    key.try_sign_with_rng(&mut SysRng, input).expect("a signature").to_bytes()
                })
            }
            Algorithm::ES256 => {
                let key = p256::ecdsa::SigningKey::from_pkcs8_der(&der()).expect("a key");
                Signer::raw(move |input| -> p256::ecdsa::Signature { key.sign(input) })
            }
            Algorithm::EdDSA => {
                let key = ed25519_dalek::SigningKey::from_pkcs8_der(&der()).expect("a key");
                Signer::raw(move |input| key.sign(input))
            }
        }
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        let der = || keys::public_der(algorithm);
        match algorithm {
            Algorithm::HS256 => {
                let key = hmac();
                Verifier::raw(move |input, signature| {
                    key.clone().chain_update(input).verify_slice(signature).is_ok()
                })
            }
            Algorithm::RS256 => {
                let key = rsa::PublicKey::from_public_key_der(&der()).expect("a key");
                let key = pkcs1v15::VerifyingKey::<Sha256>::new(key);
                Verifier::raw(move |input, signature| {
                    let signature = pkcs1v15::Signature::try_from(signature);
                    signature.is_ok_and(|signature| key.verify(input, &signature).is_ok())
                })
            }
            Algorithm::ES256 => {
                let key = p256::ecdsa::VerifyingKey::from_public_key_der(&der()).expect("a key");
                Verifier::raw(move |input, signature| {
                    let signature = p256::ecdsa::Signature::from_slice(signature);
                    signature.is_ok_and(|signature| key.verify(input, &signature).is_ok())
                })
            }
            Algorithm::EdDSA => {
                let key = ed25519_dalek::VerifyingKey::from_public_key_der(&der()).expect("a key");
                // With the strict rules, as jotwell does.
                Verifier::raw(move |input, signature| {
                    let signature = ed25519_dalek::Signature::from_slice(signature);
                    signature.is_ok_and(|signature| key.verify_strict(input, &signature).is_ok())
                })
            }
        }
    }
}

fn hmac() -> Hmac<Sha256> {
    Hmac::new_from_slice(&keys::secret()).expect("any length")
}
