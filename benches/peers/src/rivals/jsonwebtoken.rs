//! jsonwebtoken. Its keys are stored as bytes and always parsed for each token.

use harness::{AUDIENCE, AccessToken, Algorithm, ISSUER, Peer, Signer, Verifier, claims, keys};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};

pub(crate) struct Jsonwebtoken {
    pub(crate) name: &'static str,
}

impl Peer for Jsonwebtoken {
    fn name(&self) -> &'static str {
        self.name
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        let pem = || keys::private_pem(algorithm);
        let key = match algorithm {
            Algorithm::HS256 => EncodingKey::from_secret(&keys::secret()).expect("a key"),
            Algorithm::RS256 => EncodingKey::from_rsa_pem(&pem()).expect("a key"),
            Algorithm::ES256 => EncodingKey::from_ec_pem(&pem()).expect("a key"),
            Algorithm::EdDSA => EncodingKey::from_ed_pem(&pem()).expect("a key"),
        };
        let (header, claims) = (Header::new(named(algorithm)), claims());
        Signer::token(move || encode(&header, &claims, &key).expect("a token"))
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        let pem = || keys::public_pem(algorithm);
        let key = match algorithm {
            Algorithm::HS256 => DecodingKey::from_secret(&keys::secret()).expect("a key"),
            Algorithm::RS256 => DecodingKey::from_rsa_pem(&pem()).expect("a key"),
            Algorithm::ES256 => DecodingKey::from_ec_pem(&pem()).expect("a key"),
            Algorithm::EdDSA => DecodingKey::from_ed_pem(&pem()).expect("a key"),
        };
        let mut validation = Validation::new(named(algorithm));
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.validate_nbf = true;
        validation.leeway = 0;
        Verifier::token(move |token| {
            decode::<AccessToken>(token, &key, &validation).ok().map(|token| token.claims)
        })
    }
}

fn named(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    algorithm.name().parse().expect("it has them all")
}
