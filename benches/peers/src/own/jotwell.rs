//! jotwell as in its README.

use harness::{
    AUDIENCE, AccessToken, Algorithm, Decrypter, Encryption, ISSUER, Kind, Peer, Private, Signer, Verifier,
    claims, keys,
};
use jotwell::jwe::{ContentEncryption, DecryptingKey, KeyManagement};
use jotwell::{Audience, Claims, Issuer, NumericDate, SigningKey, Validator, VerifyingKey};

/// `Claims::sign` and `Validator::verify`.
pub(crate) struct Jotwell;

impl Peer for Jotwell {
    fn name(&self) -> &'static str {
        "jotwell"
    }

    fn kind(&self) -> Kind {
        Kind::Own
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        let (key, claims) = (signing_key(algorithm), own_claims());
        Signer::token(move || claims.sign(&key).expect("a token"))
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        let validator = validator(verifying_key(algorithm));
        Verifier::token(move |token| {
            validator.verify::<AccessToken>(token).ok().map(|verified| verified.into_inner())
        })
    }

    fn decrypter(&self, encryption: Encryption) -> Option<Decrypter> {
        Some(decrypter(decrypting_key(encryption)))
    }
}

pub(super) fn decrypter(key: DecryptingKey) -> Decrypter {
    let decrypter = jotwell::jwe::Decrypter::new(key);
    Box::new(move |token| decrypter.decrypt(token).ok().map(|decrypted| decrypted.into_inner()))
}

pub(super) fn decrypting_key(encryption: Encryption) -> DecryptingKey {
    let algorithm = match encryption {
        Encryption::Direct => KeyManagement::Dir,
        Encryption::P256 | Encryption::X25519 => KeyManagement::EcdhEs,
    };
    let jwk = encryption.jwk().parse().expect("a JWK");
    DecryptingKey::from_jwk(algorithm, &[ContentEncryption::A256GCM], &jwk).expect("a key")
}

pub(super) fn named(algorithm: Algorithm) -> jotwell::Algorithm {
    jotwell::Algorithm::from_name(algorithm.name()).expect("it has them all")
}

pub(crate) fn signing_key(algorithm: Algorithm) -> SigningKey {
    match algorithm {
        Algorithm::HS256 => SigningKey::hmac(named(algorithm), keys::secret()),
        _ => SigningKey::from_pem(named(algorithm), keys::private_pem(algorithm)),
    }
    .expect("a key")
}

pub(super) fn verifying_key(algorithm: Algorithm) -> VerifyingKey {
    match algorithm {
        Algorithm::HS256 => VerifyingKey::hmac(named(algorithm), keys::secret()),
        _ => VerifyingKey::from_pem(named(algorithm), keys::public_pem(algorithm)),
    }
    .expect("a key")
}

pub(crate) fn validator(key: VerifyingKey) -> Validator<VerifyingKey> {
    Validator::new(key, Issuer::is(ISSUER), Audience::is(AUDIENCE))
}

pub(crate) fn own_claims() -> Claims<Private> {
    let claims = claims();
    let date = |seconds: u64| NumericDate::from_secs(seconds.cast_signed());
    Claims::new(claims.private())
        .issuer(claims.iss)
        .subject(claims.sub)
        .audience(claims.aud)
        .expires_at(date(claims.exp))
        .not_before(date(claims.nbf))
        .issued_at(date(claims.iat))
        .jwt_id(claims.jti)
}
