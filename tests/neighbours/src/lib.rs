//! Shows that jotwell and other crates that applications often use resolve to one dependency tree, and that each
//! accepts what jotwell signs. An exact pin or a pre-release among jotwell's dependencies fails here, when Cargo
//! resolves them.
#![forbid(unsafe_code)]
#![cfg(test)]

use std::time::Duration;

use jotwell::{Algorithm, Claims, NoClaims, SigningKey, base64url};
use jsonwebtoken::{DecodingKey, Validation};
use p256::ecdsa::signature::Verifier as _;
use p256::pkcs8::DecodePublicKey as _;
use rsa::pkcs1v15;
use sha2::Sha256;

const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";

/// A key in `vectors/interop/keys`.
fn key(algorithm: Algorithm, name: &str) -> SigningKey {
    let path = format!("{}/../../vectors/interop/keys/{name}.pkcs8.pem", env!("CARGO_MANIFEST_DIR"));
    SigningKey::from_pem(algorithm, std::fs::read(path).expect("a file")).expect("a key")
}

fn token(key: &SigningKey) -> String {
    let claims = Claims::new(NoClaims).issuer(ISSUER).audience(AUDIENCE).subject("user-42");
    claims.expires_in(Duration::from_secs(900)).sign(key).expect("a token")
}

/// The signing input and the signature.
fn parts(token: &str) -> (&[u8], Vec<u8>) {
    let (input, signature) = token.rsplit_once('.').expect("three segments");
    (input.as_bytes(), base64url::decode(signature).expect("base64url"))
}

fn changed(token: &str) -> String {
    let (input, mut signature) = parts(token);
    *signature.last_mut().expect("a signature") ^= 1;
    format!("{}.{}", std::str::from_utf8(input).expect("ASCII"), base64url::encode(signature))
}

#[test]
fn jsonwebtoken_accepts_a_token_of_jotwell_in_the_same_tree() {
    for (algorithm, name) in [(Algorithm::RS256, "rsa2048"), (Algorithm::ES256, "p256")] {
        let key = key(algorithm, name);
        let pem = key.verifying_key().to_pem().expect("PEM");
        let decoding = match algorithm {
            Algorithm::RS256 => DecodingKey::from_rsa_pem(pem.as_bytes()),
            _ => DecodingKey::from_ec_pem(pem.as_bytes()),
        }
        .expect("a key");
        let mut validation = Validation::new(algorithm.name().parse().expect("an algorithm"));
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        let decode =
            |token: &str| jsonwebtoken::decode::<serde_json::Value>(token, &decoding, &validation);
        let token = token(&key);
        assert_eq!(decode(&token).expect("an accepted token").claims["sub"], "user-42");
        assert!(decode(&changed(&token)).is_err());
    }
}

#[test]
fn p256_accepts_a_signature_of_jotwell_in_the_same_tree() {
    let key = key(Algorithm::ES256, "p256");
    let pem = key.verifying_key().to_pem().expect("PEM");
    let verifying = p256::ecdsa::VerifyingKey::from_public_key_pem(&pem).expect("a key");
    let verify = |token: &str| {
        let (input, signature) = parts(token);
        verifying.verify(input, &p256::ecdsa::Signature::from_slice(&signature).expect("two integers"))
    };
    let token = token(&key);
    assert!(verify(&token).is_ok());
    assert!(verify(&changed(&token)).is_err());
}

#[test]
fn rsa_accepts_a_signature_of_jotwell_in_the_same_tree() {
    let key = key(Algorithm::RS256, "rsa2048");
    let pem = key.verifying_key().to_pem().expect("PEM");
    let public = rsa::PublicKey::from_public_key_pem(&pem).expect("a key");
    let verifying = pkcs1v15::VerifyingKey::<Sha256>::new(public);
    let verify = |token: &str| {
        let (input, signature) = parts(token);
        verifying.verify(input, &pkcs1v15::Signature::try_from(&*signature).expect("a signature"))
    };
    let token = token(&key);
    assert!(verify(&token).is_ok());
    assert!(verify(&changed(&token)).is_err());
}
