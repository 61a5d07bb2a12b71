//! jose-rs. Its claims contain the custom ones as a map of JSON values, from which they are read.

use harness::{AUDIENCE, AccessToken, Algorithm, Decrypter, Encryption, ISSUER, Peer, Private, Signer, Verifier, claims, keys};
use jose_rs::jwe;
use jose_rs::jwk::{Jwk, JwkOp, jwk_to_signature_key};
use jose_rs::jwt::{self, Claims, Validation};
use jose_rs::{JoseHeader, JwsAlgorithm};
use kryptering::{SoftwareKey, SoftwareSigner, SoftwareVerifier};
use serde_json::Value;

pub(crate) struct JoseRs;

impl Peer for JoseRs {
    fn name(&self) -> &'static str {
        "jose-rs"
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        let key = key(algorithm, "jwk.json", JwkOp::Sign);
        let signer =
            SoftwareSigner::new(named(algorithm).to_crypto().expect("a scheme"), key).expect("a key");
        let (header, claims) = (JoseHeader::jwt(algorithm.name()), own_claims());
        Signer::token(move || jwt::encode(&signer, &header, &claims).expect("a token"))
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        let form = if algorithm == Algorithm::HS256 { "jwk.json" } else { "pub.jwk.json" };
        let key = key(algorithm, form, JwkOp::Verify);
        let verifier = SoftwareVerifier::new(named(algorithm).to_crypto().expect("a scheme"), key);
        let verifier = verifier.expect("a key");
        let validation =
            Validation::new().with_issuer(ISSUER).with_audience(AUDIENCE).with_leeway(0).require_exp();
        Verifier::token(move |token| {
            let claims = jwt::decode(&verifier, token, &validation).ok()?;
            typed(claims)
        })
    }

    fn decrypter(&self, encryption: Encryption) -> Option<Decrypter> {
        if encryption == Encryption::Direct {
            let secret = encryption.secret();
            return Some(Box::new(move |token| jwe::decrypt(&secret, token).ok()));
        }
        let mut jwk = Jwk::from_json(&encryption.jwk()).expect("a JWK");
        // It takes no key that does not name its algorithm.
        jwk.alg = Some("ECDH-ES".into());
        Some(Box::new(move |token| jwe::compact::decrypt_with_jwk(&jwk, token).ok()))
    }
}

fn named(algorithm: Algorithm) -> JwsAlgorithm {
    match algorithm {
        Algorithm::HS256 => JwsAlgorithm::HS256,
        Algorithm::RS256 => JwsAlgorithm::RS256,
        Algorithm::ES256 => JwsAlgorithm::ES256,
        Algorithm::EdDSA => JwsAlgorithm::EdDSA,
    }
}

fn key(algorithm: Algorithm, form: &str, operation: JwkOp) -> SoftwareKey {
    let json = String::from_utf8(keys::file(algorithm, form)).expect("JSON");
    let jwk = Jwk::from_json(&json).expect("a JWK");
    jwk_to_signature_key(&jwk, named(algorithm), operation).expect("a key")
}

/// All claims in one type, without a copy of a string.
fn typed(claims: Claims) -> Option<AccessToken> {
    let Claims { iss, sub, aud, exp, nbf, iat, jti, extra } = claims;
    let own: Private = serde_json::from_value(Value::Object(extra.into_iter().collect())).ok()?;
    Some(AccessToken {
        iss: iss?,
        sub: sub?,
        aud: match aud? {
            jwt::Audience::Single(one) => one,
            jwt::Audience::Multiple(_) => return None,
        },
        exp: exp?.as_secs(),
        nbf: nbf?.as_secs(),
        iat: iat?.as_secs(),
        jti: jti?,
        roles: own.roles,
        name: own.name,
        email: own.email,
    })
}

fn own_claims() -> Claims {
    let claims = claims();
    let Ok(Value::Object(extra)) = serde_json::to_value(claims.private()) else { unreachable!() };
    Claims {
        iss: Some(claims.iss),
        sub: Some(claims.sub),
        aud: Some(jwt::Audience::Single(claims.aud)),
        exp: Some(claims.exp.into()),
        nbf: Some(claims.nbf.into()),
        iat: Some(claims.iat.into()),
        jti: Some(claims.jti),
        extra: extra.into_iter().collect(),
    }
}
