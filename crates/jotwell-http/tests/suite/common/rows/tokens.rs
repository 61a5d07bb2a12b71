//! Invalid tokens.

use std::time::Duration;

use jotwell::{Algorithm, SigningKey, VerifyingKey};
use jotwell_http::Authenticator;

use crate::common::cases::{Case, bad_token, invalid, passes};
use crate::common::tokens::*;
use crate::common::world::{authenticator, authenticator_with, validator};

pub(crate) fn bad() -> Vec<Case> {
    let of = |name, token: &str, why: &str| Case::new(name, &authenticator(), bearer(token), invalid(why));
    let other = SigningKey::hmac(Algorithm::HS256, "another secret, which is as long as it has to be");
    let wrong_key = signed_as("at+jwt", &claims(), &other.expect("a key"));
    let pem = include_str!("../../../../../../vectors/interop/keys/rsa2048.spki.pem");
    let rsa = VerifyingKey::from_pem(Algorithm::RS256, pem).expect("a key");
    let confused = forged(r#"{"alg":"HS256","typ":"at+jwt"}"#, &payload(), pem);
    let long = signed(&claims().jwt_id("long".repeat(500)));
    let too_long = format!("the token has {} bytes, the limit is 2000", long.len());
    let symbol = good().replacen('.', "+/.", 1);
    vec![
        of("garbage", "garbage-garbage-garbage", "the token has 1 parts; a signed token (JWS) has 3"),
        of("empty parts", "..", "the header is not one strict JSON object"),
        of("base64", &symbol, "the header is not canonical unpadded base64url"),
        of("none", &unsigned("none"), "the token is unsecured: \"alg\" is \"none\""),
        of("nOnE", &unsigned("nOnE"), "the token is unsecured: \"alg\" is \"none\""),
        of("no signature", &unsigned("HS256"), "the signature is invalid"),
        of(
            "unknown algorithm",
            &unsigned("HS257"),
            "the token's \"alg\" is \"HS257\", which is not supported",
        ),
        of("wrong signature", &tampered(), "the signature is invalid"),
        of("wrong key", &wrong_key, "the signature is invalid"),
        of("too long", &long, &too_long),
        Case::new(
            "public key as a secret",
            &authenticator_with(rsa),
            bearer(&confused),
            invalid("the token says HS256, the key is for RS256"),
        ),
    ]
}

pub(crate) fn times_and_claims() -> Vec<Case> {
    let of = |name, token: &str, why: &str| Case::new(name, &authenticator(), bearer(token), invalid(why));
    let at = |name, token: &str, description: &str, why: &str| {
        Case::new(name, &authenticator(), bearer(token), bad_token(description, why))
    };
    let with_max_age =
        Authenticator::new(validator(key().verifying_key()).max_age(Duration::from_secs(30))).realm("orders");
    vec![
        at(
            "expired",
            &signed(&claims().expires_at(NOW)),
            "the token has expired",
            "the token expired at 1750000000, it is 1750000000",
        ),
        Case::new(
            "expires in a second",
            &authenticator(),
            bearer(&signed(&claims().expires_at(later(1)))),
            passes(),
        ),
        Case::new(
            "too old",
            &with_max_age,
            bearer(&good()),
            bad_token(
                "the token has expired",
                "the token was issued at 1749999940, may be 30 s old, it is 1750000000",
            ),
        ),
        at(
            "not yet valid",
            &signed(&claims().not_before(later(11))),
            "the token is not valid yet",
            "the token is valid from 1750000011, it is 1750000000",
        ),
        at(
            "issued in the future",
            &signed(&claims().issued_at(later(11))),
            "the token is not valid yet",
            "the token was issued at 1750000011, it is 1750000000",
        ),
        of("wrong issuer", &signed(&claims().issuer(EVIL)), "the token's \"iss\" is "),
        of("wrong audience", &signed_text(&payload().replace(AUDIENCE, EVIL)), "the token's \"aud\" is "),
        of("wrong type", &signed_as(EVIL, &claims(), &key()), "the token's \"typ\" is "),
        of("no type", &claims().sign(&key()).expect("a token"), "the token's \"typ\" is "),
        of(
            "no expiry",
            &signed_text(&payload().replace("\"exp\"", "\"expiry\"")),
            "the claim \"exp\" is missing",
        ),
        of("no claims", &signed_text("[]"), "the payload is not one strict JSON object"),
    ]
}
