//! Tokens as other software issues them.

mod custom_checks;
mod dates;
mod header_parameters;
mod json_form;
mod mismatches;
mod null_claims;
mod reissuing;
mod required_claims;
mod types;

use jotwell::{
    Algorithm, Audience, FromClaims, Header, Issuer, NumericDate, SigningKey, UnsignedToken, Validator,
    VerifyError, VerifyingKey, base64url,
};

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";

fn key() -> SigningKey {
    SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key")
}

fn validator() -> Validator<VerifyingKey> {
    let (issuer, audience) = (Issuer::is(ISSUER), Audience::is(AUDIENCE));
    Validator::with_clock(key().verifying_key(), issuer, audience, NOW)
}

/// Returns a payload that the policy accepts, with these members at its end.
fn payload(more: &str) -> String {
    format!(r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","exp":1800000900{more}}}"#)
}

/// Returns a token with exactly this payload.
fn token(payload: &str) -> String {
    UnsignedToken::new(&Header::new(Algorithm::HS256), payload.as_bytes()).sign(&key()).expect("a token")
}

/// Returns a token with exactly this header, and a payload that the policy accepts.
fn token_with_header(header: &str) -> String {
    let input = [base64url::encode(header), base64url::encode(payload(""))].join(".");
    let signature = key().sign(input.as_bytes()).expect("a signature");
    [input, base64url::encode(signature)].join(".")
}

fn payload_of(token: &str) -> String {
    let payload = token.split('.').nth(1).expect("three parts");
    String::from_utf8(base64url::decode(payload).expect("base64url")).expect("UTF-8")
}

fn verify<T: for<'de> FromClaims<'de>>(
    validator: Validator<VerifyingKey>,
    payload: &str,
) -> Result<T, VerifyError> {
    validator.verify(&token(payload)).map(jotwell::Verified::into_inner)
}

/// Asserts that an error's text contains each of these.
fn says(error: &VerifyError, words: &[&str]) {
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "{word:?} is missing: {text}");
    }
}
