//! Issues the tokens that all peers verify: the valid one, and one for each check. They are signed with ring and
//! assembled by hand, so that no peer has an advantage.

use base64ct::{Base64UrlUnpadded, Encoding};
use ring::rand::SystemRandom;
use ring::{hmac, signature};

use crate::{AccessToken, Algorithm, Check, claims, keys};

/// Returns the token that must be accepted.
pub(crate) fn good(algorithm: Algorithm) -> String {
    token(algorithm, &claims())
}

/// Returns a token that only this check can reject.
pub(crate) fn bad(algorithm: Algorithm, check: Check) -> String {
    let good = claims();
    let claims = match check {
        Check::Signature => return with_changed_signature(&self::good(algorithm)),
        Check::Expiry => AccessToken { exp: good.nbf + 1, ..good },
        Check::NotBefore => AccessToken { nbf: good.exp - 1, ..good },
        Check::Issuer => AccessToken { iss: "https://auth.elsewhere".into(), ..good },
        Check::Audience => AccessToken { aud: "invoice-api".into(), ..good },
    };
    token(algorithm, &claims)
}

/// Returns a token's signing input and signature.
pub(crate) fn parts(token: &str) -> (&str, Vec<u8>) {
    let (input, signature) = token.rsplit_once('.').expect("three parts");
    (input, decode(signature))
}

/// Returns the payload of a token, whatever its signature.
pub(crate) fn payload(token: &str) -> serde_json::Value {
    let payload = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&decode(payload)).expect("JSON")
}

fn token(algorithm: Algorithm, claims: &AccessToken) -> String {
    let header = format!(r#"{{"typ":"JWT","alg":"{}"}}"#, algorithm.name());
    let payload = serde_json::to_string(claims).expect("JSON");
    assert!((250..=270).contains(&payload.len()), "{} bytes of claims", payload.len());
    let input = format!("{}.{}", encode(header.as_bytes()), encode(payload.as_bytes()));
    let signature = sign(algorithm, input.as_bytes());
    format!("{input}.{}", encode(&signature))
}

/// Changes one bit in the middle of the signature.
fn with_changed_signature(token: &str) -> String {
    let (input, mut signature) = parts(token);
    let middle = signature.len() / 2;
    signature[middle] ^= 1;
    format!("{input}.{}", encode(&signature))
}

fn sign(algorithm: Algorithm, input: &[u8]) -> Vec<u8> {
    let random = SystemRandom::new();
    match algorithm {
        Algorithm::HS256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &keys::secret());
            hmac::sign(&key, input).as_ref().to_vec()
        }
        Algorithm::RS256 => {
            let key = signature::RsaKeyPair::from_pkcs8(&keys::private_der(algorithm)).expect("a key");
            let mut signature = vec![0; key.public().modulus_len()];
            key.sign(&signature::RSA_PKCS1_SHA256, &random, input, &mut signature).expect("a signature");
            signature
        }
        Algorithm::ES256 => {
            let scheme = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
            let der = keys::private_der(algorithm);
            let key = signature::EcdsaKeyPair::from_pkcs8(scheme, &der, &random).expect("a key");
            key.sign(&random, input).expect("a signature").as_ref().to_vec()
        }
        Algorithm::EdDSA => {
            let der = keys::private_der(algorithm);
            let key = signature::Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).expect("a key");
            key.sign(input).as_ref().to_vec()
        }
    }
}

fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn decode(text: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text).expect("base64url")
}
