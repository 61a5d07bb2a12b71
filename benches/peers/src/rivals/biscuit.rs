//! biscuit, which uses ring. It takes claims and options by value, and has no EdDSA.

use std::sync::Arc;

use biscuit::jwa::SignatureAlgorithm;
use biscuit::jws::{RegisteredHeader, Secret};
use biscuit::{
    ClaimPresenceOptions, ClaimsSet, Empty, JWT, Presence, RegisteredClaims, SingleOrMultiple, Timestamp,
    Validation, ValidationOptions,
};
use harness::{AUDIENCE, Algorithm, ISSUER, Peer, Private, Signer, Verifier, claims, keys};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RsaKeyPair};

pub(crate) struct Biscuit;

impl Peer for Biscuit {
    fn name(&self) -> &'static str {
        "biscuit (ring)"
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        let der = || keys::private_der(algorithm);
        let secret = match algorithm {
            Algorithm::HS256 => Secret::Bytes(keys::secret()),
            Algorithm::RS256 => Secret::RsaKeyPair(Arc::new(RsaKeyPair::from_pkcs8(&der()).expect("a key"))),
            Algorithm::ES256 => {
                let (scheme, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
                let pair = EcdsaKeyPair::from_pkcs8(scheme, &der(), &random).expect("a key");
                Secret::EcdsaKeyPair(Arc::new(pair))
            }
            Algorithm::EdDSA => return None,
        };
        let registered = RegisteredHeader { algorithm: named(algorithm)?, ..RegisteredHeader::default() };
        let token = JWT::<Private, Empty>::new_decoded(registered.into(), own_claims());
        Signer::token(move || {
            let signed = token.encode(&secret).expect("a token");
            signed.unwrap_encoded().encode()
        })
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        let secret = match algorithm {
            Algorithm::HS256 => Secret::Bytes(keys::secret()),
            Algorithm::RS256 => Secret::PublicKey(keys::file(algorithm, "pkcs1-public.der")),
            Algorithm::ES256 => Secret::PublicKey(keys::public_raw(algorithm)),
            Algorithm::EdDSA => return None,
        };
        let (algorithm, policy) = (named(algorithm)?, policy());
        Verifier::token(move |token| {
            let token = JWT::<Private, Empty>::new_encoded(token).into_decoded(&secret, algorithm).ok()?;
            token.validate(policy.clone()).ok()?;
            Some(token.unwrap_decoded().1)
        })
    }
}

fn named(algorithm: Algorithm) -> Option<SignatureAlgorithm> {
    match algorithm {
        Algorithm::HS256 => Some(SignatureAlgorithm::HS256),
        Algorithm::RS256 => Some(SignatureAlgorithm::RS256),
        Algorithm::ES256 => Some(SignatureAlgorithm::ES256),
        Algorithm::EdDSA => None,
    }
}

fn policy() -> ValidationOptions {
    ValidationOptions {
        claim_presence_options: ClaimPresenceOptions { expiry: Presence::Required, ..Default::default() },
        issuer: Validation::Validate(ISSUER.into()),
        audience: Validation::Validate(AUDIENCE.into()),
        ..ValidationOptions::default()
    }
}

fn own_claims() -> ClaimsSet<Private> {
    let claims = claims();
    let date = |seconds: u64| Some(Timestamp::from(seconds.cast_signed()));
    ClaimsSet {
        private: claims.private(),
        registered: RegisteredClaims {
            issuer: Some(claims.iss),
            subject: Some(claims.sub),
            audience: Some(SingleOrMultiple::Single(claims.aud)),
            expiry: date(claims.exp),
            not_before: date(claims.nbf),
            issued_at: date(claims.iat),
            id: Some(claims.jti),
        },
    }
}
