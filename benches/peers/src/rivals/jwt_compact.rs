//! jwt-compact. The caller compares issuer and audience.

use harness::{AUDIENCE, Algorithm, Check, Gap, ISSUER, Peer, Signer, Verifier, claims, keys};
use jwt_compact::alg::{Ed25519, Es256, Hs256, Hs256Key, Rsa};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::prelude::*;
use serde::{Deserialize, Serialize};

pub(crate) struct JwtCompact;

/// The parts that the library does not store itself.
#[derive(Clone, Serialize, Deserialize)]
struct Rest {
    iss: String,
    sub: String,
    aud: String,
    jti: String,
    roles: Vec<String>,
    name: String,
    email: String,
}

impl Peer for JwtCompact {
    fn name(&self) -> &'static str {
        "jwt-compact"
    }

    fn gaps(&self) -> &'static [(Check, Gap)] {
        &[(Check::Issuer, Gap::ByHand), (Check::Audience, Gap::ByHand)]
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        match algorithm {
            Algorithm::HS256 => signer(Hs256, Hs256Key::new(keys::secret())),
            Algorithm::RS256 => signer(Rsa::rs256(), from_jwk(&keys::file(algorithm, "jwk.json"))),
            Algorithm::ES256 => signer(Es256, from_jwk(&keys::file(algorithm, "jwk.json"))),
            Algorithm::EdDSA => signer(Ed25519, from_jwk(&keys::file(algorithm, "jwk.json"))),
        }
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        match algorithm {
            Algorithm::HS256 => verifier(Hs256, Hs256Key::new(keys::secret())),
            Algorithm::RS256 => verifier(Rsa::rs256(), from_jwk(&keys::file(algorithm, "pub.jwk.json"))),
            Algorithm::ES256 => verifier(Es256, from_jwk(&keys::file(algorithm, "pub.jwk.json"))),
            Algorithm::EdDSA => verifier(Ed25519, from_jwk(&keys::file(algorithm, "pub.jwk.json"))),
        }
    }
}

fn from_jwk<K: for<'a> TryFrom<&'a JsonWebKey<'a>>>(json: &[u8]) -> K {
    let jwk: JsonWebKey<'_> = serde_json::from_slice(json).expect("a JWK");
    K::try_from(&jwk).ok().expect("a key")
}

fn signer<A: jwt_compact::Algorithm + 'static>(algorithm: A, key: A::SigningKey) -> Option<Signer>
where
    A::SigningKey: 'static,
{
    let header = Header::empty().with_token_type("JWT");
    let claims = own_claims();
    Signer::token(move || algorithm.token(&header, &claims, &key).expect("a token"))
}

fn verifier<A: jwt_compact::Algorithm + 'static>(algorithm: A, key: A::VerifyingKey) -> Option<Verifier>
where
    A::VerifyingKey: 'static,
{
    let times = TimeOptions::from_leeway(chrono::TimeDelta::zero());
    Verifier::token(move |token| {
        let token = UntrustedToken::new(token).ok()?;
        let (_, claims) = algorithm.validator::<Rest>(&key).validate(&token).ok()?.into_parts();
        claims.validate_expiration(&times).ok()?.validate_maturity(&times).ok()?;
        (claims.custom.iss == ISSUER && claims.custom.aud == AUDIENCE).then_some(claims)
    })
}

fn own_claims() -> Claims<Rest> {
    let claims = claims();
    let date = |seconds: u64| chrono::DateTime::from_timestamp(seconds.cast_signed(), 0);
    let mut own = Claims::new(Rest {
        iss: claims.iss,
        sub: claims.sub,
        aud: claims.aud,
        jti: claims.jti,
        roles: claims.roles,
        name: claims.name,
        email: claims.email,
    });
    own.expiration = date(claims.exp);
    own.not_before = date(claims.nbf);
    own.issued_at = date(claims.iat);
    own
}
