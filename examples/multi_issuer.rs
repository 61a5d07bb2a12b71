//! Tokens of several issuers, each verified with its own keys and its own policy.
//!
//! `cargo run --example multi_issuer`
//!
//! Exits with 1 if a token is wrongly accepted or rejected.
#![forbid(unsafe_code)]

use std::time::Duration;

use jotwell::{
    Algorithm, Audience, Claims, Header, HmacKeySet, Issuer, JwkSet, MultiIssuerError, MultiIssuerValidator,
    NoClaims, SigningKey, Validator,
};

type Failure = Box<dyn std::error::Error>;

const OURS: &str = "https://auth.example";
const PARTNER: &str = "https://partner.example";
const LEGACY: &str = "https://legacy.example";

fn token(issuer: &str, key: &SigningKey, typ: &str) -> Result<String, Failure> {
    let claims = Claims::new(NoClaims).issuer(issuer).subject("user-42").audience("orders-api");
    let header = Header::for_key(key).with_typ(typ);
    Ok(claims.expires_in(Duration::from_secs(900)).sign_with(key, &header)?)
}

fn main() -> Result<(), Failure> {
    // Both name their key "1": a name identifies a key only together with its issuer.
    let ours = SigningKey::generate(Algorithm::EdDSA)?.with_key_id("1");
    let partner = SigningKey::generate(Algorithm::EdDSA)?.with_key_id("1");
    // An older system shares secrets with us. Its former secret is still in use.
    let legacy = SigningKey::generate(Algorithm::HS256)?.with_key_id("1");
    let former = SigningKey::generate(Algorithm::HS256)?.with_key_id("0");
    let validator = |issuer: &str, key: &SigningKey| -> Result<_, Failure> {
        let keys = JwkSet::from_keys([key.verifying_key()])?;
        Ok(Validator::new(keys, Issuer::is(issuer), Audience::is("orders-api")))
    };
    let secrets = HmacKeySet::new([legacy.verifying_key(), former.verifying_key()])?;
    let legacy_validator = Validator::new(secrets, Issuer::is(LEGACY), Audience::is("orders-api"));
    // `boxed` gives validators with key sets of different types one type.
    let issuers = MultiIssuerValidator::new([
        validator(OURS, &ours)?.typ("at+jwt").boxed(),
        validator(PARTNER, &partner)?.max_age(Duration::from_secs(60)).boxed(),
        legacy_validator.boxed(),
    ])?;

    let attempts = [
        ("ours", token(OURS, &ours, "at+jwt")?, true),
        ("the partner's", token(PARTNER, &partner, "JWT")?, true),
        ("the older system's", token(LEGACY, &legacy, "JWT")?, true),
        ("the older system's, by its former secret", token(LEGACY, &former, "JWT")?, true),
        ("the older system's, in our name", token(OURS, &legacy, "at+jwt")?, false),
        ("the partner's, in our name", token(OURS, &partner, "at+jwt")?, false),
        ("ours, in the partner's name", token(PARTNER, &ours, "JWT")?, false),
        ("ours, of a type that only the partner may use", token(OURS, &ours, "JWT")?, false),
        ("of an unknown issuer", token("https://evil.example", &ours, "at+jwt")?, false),
        ("without an issuer", Claims::new(NoClaims).sign(&ours)?, false),
    ];
    for (what, token, good) in attempts {
        let result = issuers.verify::<Claims>(&token);
        match &result {
            Ok(token) => println!("accepted  {what:<46} {:?}", token.issuer),
            Err(error) => println!("refused   {what:<46} {error}"),
        }
        if result.is_ok() != good {
            return Err(format!("the wrong result for a token {what}").into());
        }
    }

    // A validator that accepts any issuer would also accept tokens of the others.
    let keys = JwkSet::from_keys([ours.verifying_key()])?;
    let careless = Validator::new(keys, Issuer::unchecked(), Audience::is("orders-api"));
    match MultiIssuerValidator::new([careless]) {
        Err(error @ MultiIssuerError::Unchecked) => println!("\nand a validator is rejected: {error}"),
        other => return Err(format!("taken: {other:?}").into()),
    }
    Ok(())
}
