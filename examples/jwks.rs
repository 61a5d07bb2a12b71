//! A set of keys, published by an issuer and read by a verifier.
//!
//! `cargo run --example jwks`
//!
//! Exits with 1 if the set or a token is read wrongly.
#![forbid(unsafe_code)]

use std::time::Duration;

use jotwell::{
    Algorithm, Audience, Claims, Issuer, JwkSet, NoClaims, SigningKey, Validator, VerifyError, VerifyingKey,
};

const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";
/// A published test key.
const RSA_PUBLIC_KEY: &str = include_str!("../vectors/interop/keys/rsa2048.spki.pem");

/// What real sets contain in addition to keys for signatures. It does not affect the other keys.
const OTHERS: [&str; 4] = [
    r#"{"kty":"RSA","use":"enc","kid":"for-encryption","n":"AQAB","e":"AQAB"}"#,
    r#"{"kty":"AKP","alg":"ML-DSA-44","kid":"of-tomorrow","pub":"AA"}"#,
    r#"{"kty":"EC","crv":"P-256","kid":"broken","x":"AA","y":"AA"}"#,
    r#"{"kty":"oct","kid":"a-secret","k":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"}"#,
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The issuer. Private halves are not published. Names are thumbprints, so no two keys share one.
    let elliptic = SigningKey::generate(Algorithm::ES256)?.with_thumbprint_key_id()?;
    let edwards = SigningKey::generate(Algorithm::EdDSA)?.with_thumbprint_key_id()?;
    let rsa = VerifyingKey::from_pem(Algorithm::RS256, RSA_PUBLIC_KEY)?.with_key_id("2011-04-29");
    let published = JwkSet::from_keys([elliptic.verifying_key(), edwards.verifying_key(), rsa])?.to_json()?;
    println!("published at {ISSUER}/.well-known/jwks.json:\n{published}\n");

    // Other keys were added to the published set.
    let fetched = published.replace("]}", &format!(",{}]}}", OTHERS.join(",")));

    // The verifier decides which algorithms it accepts, not the set.
    let keys = JwkSet::from_json(fetched, &[Algorithm::ES256, Algorithm::EdDSA])?;
    println!("{} keys to verify with:", keys.len());
    for key in keys.keys() {
        println!("  {:<6} {}", key.algorithm().name(), key.key_id().unwrap_or("no name"));
    }
    println!("{} left out:", keys.skipped().len());
    for key in keys.skipped() {
        println!("  #{} {:<15} {}", key.index, key.key_id.as_deref().unwrap_or("no name"), key.reason);
    }
    if (keys.len(), keys.skipped().len()) != (2, 5) {
        return Err("other keys than expected".into());
    }

    let validator = Validator::new(keys, Issuer::is(ISSUER), Audience::is(AUDIENCE));
    let token = |key: &SigningKey| {
        Claims::new(NoClaims)
            .issuer(ISSUER)
            .subject("user-42")
            .audience(AUDIENCE)
            .expires_in(Duration::from_secs(900))
            .sign(key)
    };
    println!("\ntokens:");
    for key in [&elliptic, &edwards] {
        let token = validator.verify::<Claims>(&token(key)?)?;
        println!("  {:<6} verified, about {:?}", key.algorithm().name(), token.subject);
    }
    let stranger = SigningKey::generate(Algorithm::EdDSA)?.with_thumbprint_key_id()?;
    match validator.verify::<Claims>(&token(&stranger)?) {
        Err(error @ VerifyError::UnknownKey { .. }) => println!("  {:<6} refused: {error}", "EdDSA"),
        other => return Err(format!("a stranger's token: {other:?}").into()),
    }
    Ok(())
}
