//! jwt-simple. It takes claims and options by value, so each call copies them.

use harness::{AUDIENCE, Algorithm, ISSUER, Peer, Private, Signer, Verifier, claims, keys};
use jwt_simple::claims::JWTClaims;
use jwt_simple::prelude::*;

pub(crate) struct JwtSimple {
    pub(crate) name: &'static str,
}

impl Peer for JwtSimple {
    fn name(&self) -> &'static str {
        self.name
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        let pem = || text(keys::private_pem(algorithm));
        let claims = own_claims();
        match algorithm {
            Algorithm::HS256 => {
                let key = HS256Key::from_bytes(&keys::secret());
                Signer::token(move || key.authenticate(claims.clone()).expect("a token"))
            }
            Algorithm::RS256 => {
                let key = RS256KeyPair::from_pem(&pem()).expect("a key");
                Signer::token(move || key.sign(claims.clone()).expect("a token"))
            }
            Algorithm::ES256 => {
                let key = ES256KeyPair::from_pem(&pem()).expect("a key");
                Signer::token(move || key.sign(claims.clone()).expect("a token"))
            }
            Algorithm::EdDSA => {
                let key = Ed25519KeyPair::from_pem(&pem()).expect("a key");
                Signer::token(move || key.sign(claims.clone()).expect("a token"))
            }
        }
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        let pem = || text(keys::public_pem(algorithm));
        let policy = policy();
        match algorithm {
            Algorithm::HS256 => {
                let key = HS256Key::from_bytes(&keys::secret());
                Verifier::token(move |token| key.verify_token::<Private>(token, policy.clone()).ok())
            }
            Algorithm::RS256 => {
                let key = RS256PublicKey::from_pem(&pem()).expect("a key");
                Verifier::token(move |token| key.verify_token::<Private>(token, policy.clone()).ok())
            }
            Algorithm::ES256 => {
                let key = ES256PublicKey::from_pem(&pem()).expect("a key");
                Verifier::token(move |token| key.verify_token::<Private>(token, policy.clone()).ok())
            }
            Algorithm::EdDSA => {
                let key = Ed25519PublicKey::from_pem(&pem()).expect("a key");
                Verifier::token(move |token| key.verify_token::<Private>(token, policy.clone()).ok())
            }
        }
    }
}

fn text(pem: Vec<u8>) -> String {
    String::from_utf8(pem).expect("PEM")
}

fn policy() -> Option<VerificationOptions> {
    Some(VerificationOptions {
        allowed_issuers: Some([ISSUER.to_owned()].into()),
        allowed_audiences: Some([AUDIENCE.to_owned()].into()),
        time_tolerance: None,
        ..VerificationOptions::default()
    })
}

fn own_claims() -> JWTClaims<Private> {
    let claims = claims();
    let date = |seconds| Some(UnixTimeStamp::from_secs(seconds));
    let own = Claims::with_custom_claims(claims.private(), Duration::from_secs(1))
        .with_issuer(claims.iss)
        .with_subject(claims.sub)
        .with_audience(claims.aud)
        .with_jwt_id(claims.jti);
    JWTClaims {
        issued_at: date(claims.iat),
        invalid_before: date(claims.nbf),
        expires_at: date(claims.exp),
        ..own
    }
}
