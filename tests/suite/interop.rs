//! Tokens and keys from other libraries and OpenSSL. `vectors/interop/README.md` describes their origin.
//!
//! `tests/interop/run` creates fresh tokens and passes their file in `JOTWELL_INTEROP_TOKENS`. By default the stored
//! ones are read.

use std::collections::BTreeSet;

use jotwell::{Algorithm, Audience, Claims, Issuer, Jwk, NumericDate, SigningKey, Validator, VerifyingKey};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    tokens: Vec<Token>,
}

#[derive(Deserialize)]
struct Token {
    maker: String,
    alg: String,
    key: String,
    token: String,
    /// The key as its maker's library writes it.
    jwk: Option<serde_json::Value>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Account {
    roles: Vec<String>,
}

fn tokens() -> Vec<Token> {
    let kept = format!("{}/vectors/interop/tokens.json", env!("CARGO_MANIFEST_DIR"));
    let path = std::env::var("JOTWELL_INTEROP_TOKENS").unwrap_or(kept);
    let text = std::fs::read_to_string(path).expect("the tokens");
    serde_json::from_str::<File>(&text).expect("tokens").tokens
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/vectors/interop/keys/{name}", env!("CARGO_MANIFEST_DIR"))).expect(name)
}

fn jwk(name: &str) -> Jwk {
    Jwk::from_json(file(name)).expect("a JWK")
}

/// Returns the same key in every form in which its makers wrote it.
fn keys(algorithm: Algorithm, name: &str) -> Vec<VerifyingKey> {
    if algorithm.is_symmetric() {
        let bytes = VerifyingKey::hmac(algorithm, file(&format!("{name}.bin")));
        let jwk = VerifyingKey::from_jwk(algorithm, &jwk(&format!("{name}.jwk.json")));
        return vec![bytes.expect("a key"), jwk.expect("a key")];
    }
    let spki = VerifyingKey::from_pem(algorithm, file(&format!("{name}.spki.pem")));
    let jwk = VerifyingKey::from_jwk(algorithm, &jwk(&format!("{name}.pub.jwk.json")));
    let private = SigningKey::from_pem(algorithm, file(&format!("{name}.pkcs8.pem")));
    vec![spki.expect("a key"), jwk.expect("a key"), private.expect("a key").verifying_key()]
}

#[test]
fn tokens_of_other_makers_verify_with_the_key_in_every_form() {
    let mut jwks = 0;
    for Token { maker, alg, key, token, jwk } in tokens() {
        let algorithm: Algorithm = alg.parse().expect("an algorithm");
        let mut verifying_keys = keys(algorithm, &key);
        if let Some(jwk) = jwk {
            let jwk = jwk.to_string().parse().expect("a JWK");
            verifying_keys.push(VerifyingKey::from_jwk(algorithm, &jwk).expect("a key"));
            jwks += 1;
        }
        for verifying in verifying_keys {
            let verified =
                Validator::new(&verifying, Issuer::is("https://auth.example"), Audience::is("orders-api"))
                    .require("jti")
                    .verify::<Claims<Account>>(&token)
                    .unwrap_or_else(|error| panic!("{maker} {alg}: {error}"));
            assert_eq!(verified.subject.as_deref(), Some("user-42"));
            assert_eq!(verified.jwt_id, Some(format!("{maker}-{alg}")));
            assert_eq!(verified.expires_at, Some(NumericDate::from_secs(4_102_444_800)));
            assert_eq!(verified.custom, Account { roles: vec!["editor".into()] });
        }
    }
    assert!(jwks >= 2 * Algorithm::ALL.len() - 1, "{jwks}");
}

#[test]
fn every_algorithm_is_covered_by_at_least_two_makers() {
    let tokens = tokens();
    for algorithm in Algorithm::ALL {
        let makers: BTreeSet<_> =
            tokens.iter().filter(|token| token.alg == algorithm.name()).map(|token| &token.maker).collect();
        assert!(makers.len() >= 2, "{algorithm}: {makers:?}");
    }
}
