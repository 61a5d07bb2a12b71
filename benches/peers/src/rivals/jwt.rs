//! jwt: HMAC with RustCrypto, the rest with OpenSSL. It checks only the signature.

use harness::{AUDIENCE, AccessToken, Algorithm, Check, Gap, ISSUER, Peer, Signer, Verifier, claims, keys};
use hmac_0_12::{Hmac, Mac};
use jwt::header::HeaderType;
use jwt::{Header, PKeyWithDigest, SignWithKey, SigningAlgorithm, Token, VerifyWithKey, VerifyingAlgorithm};
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use sha2_0_10::Sha256;

pub(crate) struct Jwt;

impl Peer for Jwt {
    fn name(&self) -> &'static str {
        "jwt (OpenSSL)"
    }

    fn gaps(&self) -> &'static [(Check, Gap)] {
        &[
            (Check::Expiry, Gap::Missing),
            (Check::NotBefore, Gap::Missing),
            (Check::Issuer, Gap::ByHand),
            (Check::Audience, Gap::ByHand),
        ]
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        match algorithm {
            Algorithm::HS256 => signer(hmac()),
            Algorithm::RS256 | Algorithm::ES256 => {
                let key = PKey::private_key_from_pem(&keys::private_pem(algorithm)).expect("a key");
                signer(PKeyWithDigest { digest: MessageDigest::sha256(), key })
            }
            Algorithm::EdDSA => None,
        }
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        match algorithm {
            Algorithm::HS256 => verifier(hmac()),
            Algorithm::RS256 | Algorithm::ES256 => {
                let key = PKey::public_key_from_pem(&keys::public_pem(algorithm)).expect("a key");
                verifier(PKeyWithDigest { digest: MessageDigest::sha256(), key })
            }
            Algorithm::EdDSA => None,
        }
    }
}

fn hmac() -> Hmac<Sha256> {
    Hmac::new_from_slice(&keys::secret()).expect("any length")
}

fn signer(key: impl SigningAlgorithm + 'static) -> Option<Signer> {
    let algorithm = key.algorithm_type();
    let claims = claims();
    Signer::token(move || {
        let header = Header { algorithm, type_: Some(HeaderType::JsonWebToken), ..Header::default() };
        Token::new(header, &claims).sign_with_key(&key).expect("a token").into()
    })
}

fn verifier(key: impl VerifyingAlgorithm + 'static) -> Option<Verifier> {
    Verifier::token(move |token| {
        let claims: AccessToken = token.verify_with_key(&key).ok()?;
        (claims.iss == ISSUER && claims.aud == AUDIENCE).then_some(claims)
    })
}
