//! Tokens, valid and invalid, and the requests that contain them.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use jotwell::{Algorithm, Claims, Header, NoClaims, NumericDate, SigningKey, base64url};
use jotwell_http::AccessClaims;
use sha2::Sha256;

pub(crate) const NOW: NumericDate = NumericDate::from_secs(1_750_000_000);
pub(crate) const ISSUER: &str = "https://auth.example";
pub(crate) const AUDIENCE: &str = "orders-api";
pub(crate) const SECRET: &str = "correct horse battery staple, and then some";
/// Text that only a client sends. It must not even appear in the log.
pub(crate) const EVIL: &str = "evil-of-the-sender";

pub(crate) fn later(secs: u64) -> NumericDate {
    NOW.saturating_add(Duration::from_secs(secs))
}

pub(crate) fn earlier(secs: u64) -> NumericDate {
    NOW.saturating_sub(Duration::from_secs(secs))
}

pub(crate) fn key() -> SigningKey {
    SigningKey::hmac(Algorithm::HS256, SECRET).expect("a key")
}

/// What the authenticators of these tests accept.
pub(crate) fn claims() -> Claims<AccessClaims> {
    Claims::new(AccessClaims::new(NoClaims))
        .issuer(ISSUER)
        .subject("user-42")
        .audience(AUDIENCE)
        .issued_at(earlier(60))
        .expires_at(later(600))
        .jwt_id("a-name-of-the-token")
}

pub(crate) fn signed_as(typ: &str, claims: &Claims<AccessClaims>, key: &SigningKey) -> String {
    claims.sign_with(key, &Header::for_key(key).with_typ(typ)).expect("a token")
}

pub(crate) fn signed(claims: &Claims<AccessClaims>) -> String {
    signed_as("at+jwt", claims, &key())
}

pub(crate) fn good() -> String {
    signed(&claims())
}

/// Returns a token with these claims as JSON, of any form, and a valid signature.
pub(crate) fn signed_text(payload: &str) -> String {
    forged(r#"{"alg":"HS256","typ":"at+jwt"}"#, payload, SECRET)
}

/// Returns a token with that header, and an HMAC with that secret.
pub(crate) fn forged(header: &str, payload: &str, secret: &str) -> String {
    let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload.as_bytes()));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(input.as_bytes());
    format!("{input}.{}", base64url::encode(mac.finalize().into_bytes()))
}

/// Returns the claims of a valid token, as JSON.
pub(crate) fn payload() -> String {
    let token = good();
    let payload = token.split('.').nth(1).expect("a payload");
    String::from_utf8(base64url::decode(payload).expect("base64url")).expect("text")
}

/// Returns a valid token without its signature.
pub(crate) fn unsigned(algorithm: &str) -> String {
    let header = format!(r#"{{"alg":"{algorithm}","typ":"at+jwt"}}"#);
    format!("{}.{}.", base64url::encode(header.as_bytes()), base64url::encode(payload().as_bytes()))
}

/// Returns a valid token with the signature of another.
pub(crate) fn tampered() -> String {
    let (token, other) = (good(), signed(&claims().subject("user-1")));
    let (input, _) = token.rsplit_once('.').expect("a signature");
    let (_, signature) = other.rsplit_once('.').expect("a signature");
    format!("{input}.{signature}")
}

pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)]) -> Request<()> {
    let builder = Request::builder().method(method).uri(target);
    let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    builder.body(()).expect("a request")
}

pub(crate) fn get(headers: &[(&str, &str)]) -> Request<()> {
    request("GET", "/orders", headers)
}

pub(crate) fn bearer(token: &str) -> Request<()> {
    get(&[("authorization", &format!("Bearer {token}"))])
}
