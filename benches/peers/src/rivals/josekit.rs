//! josekit, which uses OpenSSL. Its claims are a map of JSON values, from which the caller's type is deserialized.

use harness::{AUDIENCE, AccessToken, Algorithm, Decrypter, Encryption, ISSUER, Peer, Signer, Verifier, claims, keys};
use josekit::jwe::{self, JweDecrypter};
use josekit::jwk::Jwk;
use josekit::jws::{self, JwsHeader, JwsSigner, JwsVerifier};
use josekit::jwt::{self, JwtPayload, JwtPayloadValidator};
use serde_json::Value;

pub(crate) struct Josekit;

impl Peer for Josekit {
    fn name(&self) -> &'static str {
        "josekit (OpenSSL)"
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        let pem = || keys::private_pem(algorithm);
        let signer: Box<dyn JwsSigner> = match algorithm {
            Algorithm::HS256 => Box::new(jws::HS256.signer_from_bytes(keys::secret()).expect("a key")),
            Algorithm::RS256 => Box::new(jws::RS256.signer_from_pem(pem()).expect("a key")),
            Algorithm::ES256 => Box::new(jws::ES256.signer_from_pem(pem()).expect("a key")),
            Algorithm::EdDSA => Box::new(jws::EdDSA.signer_from_pem(pem()).expect("a key")),
        };
        let mut header = JwsHeader::new();
        header.set_token_type("JWT");
        let Value::Object(map) = serde_json::to_value(claims()).expect("JSON") else { unreachable!() };
        let payload = JwtPayload::from_map(map).expect("claims");
        Signer::token(move || jwt::encode_with_signer(&payload, &header, &*signer).expect("a token"))
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        let pem = || keys::public_pem(algorithm);
        let verifier: Box<dyn JwsVerifier> = match algorithm {
            Algorithm::HS256 => Box::new(jws::HS256.verifier_from_bytes(keys::secret()).expect("a key")),
            Algorithm::RS256 => Box::new(jws::RS256.verifier_from_pem(pem()).expect("a key")),
            Algorithm::ES256 => Box::new(jws::ES256.verifier_from_pem(pem()).expect("a key")),
            Algorithm::EdDSA => Box::new(jws::EdDSA.verifier_from_pem(pem()).expect("a key")),
        };
        let mut validator = JwtPayloadValidator::new();
        validator.set_issuer(ISSUER);
        validator.set_audience(AUDIENCE);
        Verifier::token(move |token| {
            let (payload, _) = jwt::decode_with_verifier(token, &*verifier).ok()?;
            validator.validate(&payload).ok()?;
            serde_json::from_value::<AccessToken>(Value::Object(payload.into())).ok()
        })
    }

    fn decrypter(&self, encryption: Encryption) -> Option<Decrypter> {
        let decrypter: Box<dyn JweDecrypter> = match encryption {
            Encryption::Direct => Box::new(jwe::Dir.decrypter_from_bytes(encryption.secret()).expect("a key")),
            Encryption::P256 | Encryption::X25519 => {
                let jwk = Jwk::from_bytes(encryption.jwk()).expect("a JWK");
                Box::new(jwe::ECDH_ES.decrypter_from_jwk(&jwk).expect("a key"))
            }
        };
        Some(Box::new(move |token| Some(jwe::deserialize_compact(token, &*decrypter).ok()?.0)))
    }
}
