//! AWS-LC, through aws-lc-rs.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::{hmac, signature};
use harness::{Algorithm, Kind, Peer, Signer, Verifier, keys};

pub(crate) struct AwsLc;

impl Peer for AwsLc {
    fn name(&self) -> &'static str {
        "floor: AWS-LC"
    }

    fn kind(&self) -> Kind {
        Kind::Floor
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        let der = keys::private_der;
        let random = SystemRandom::new();
        match algorithm {
            Algorithm::HS256 => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, &keys::secret());
                Signer::raw(move |input| hmac::sign(&key, input))
            }
            Algorithm::RS256 => {
                let key = signature::RsaKeyPair::from_pkcs8(&der(algorithm)).expect("a key");
                Signer::raw(move |input| {
                    let mut signature = [0; 256];
                    key.sign(&signature::RSA_PKCS1_SHA256, &random, input, &mut signature)
                        .expect("a signature");
                    signature
                })
            }
            Algorithm::ES256 => {
                let scheme = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
                let key = signature::EcdsaKeyPair::from_pkcs8(scheme, &der(algorithm)).expect("a key");
                Signer::raw(move |input| key.sign(&random, input).expect("a signature"))
            }
            Algorithm::EdDSA => {
                let key = signature::Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der(algorithm));
                let key = key.expect("a key");
                Signer::raw(move |input| key.sign(input))
            }
        }
    }

    /// With a key that is parsed once, for which this library has a type.
    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        let (scheme, key): (&'static dyn signature::VerificationAlgorithm, _) = match algorithm {
            Algorithm::HS256 => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, &keys::secret());
                return Verifier::raw(move |input, signature| hmac::verify(&key, input, signature).is_ok());
            }
            Algorithm::RS256 => {
                (&signature::RSA_PKCS1_2048_8192_SHA256, keys::file(algorithm, "pkcs1-public.der"))
            }
            Algorithm::ES256 => (&signature::ECDSA_P256_SHA256_FIXED, keys::public_raw(algorithm)),
            Algorithm::EdDSA => (&signature::ED25519, keys::public_raw(algorithm)),
        };
        let key = signature::ParsedPublicKey::new(scheme, key).expect("a key");
        Verifier::raw(move |input, signature| key.verify_sig(input, signature).is_ok())
    }
}
