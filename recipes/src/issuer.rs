//! The issuer of the tests' tokens.

use std::time::Duration;

use jotwell::{Audience, Issuer, NoClaims, NumericDate, Validator};
use jotwell_http::{AccessClaims, Authenticator};
use jotwell_test::TestIssuer;

pub(crate) fn issuer() -> TestIssuer {
    TestIssuer::new("https://auth.example", "orders-api").expect("an issuer")
}

pub(crate) fn authenticator(issuer: &TestIssuer) -> Authenticator {
    let (iss, aud) = (Issuer::is(issuer.issuer()), Audience::is(issuer.audience()));
    Authenticator::new(Validator::new(issuer.verifying_key(), iss, aud).typ("at+jwt"))
}

/// Returns the value of `Authorization` with a token of `user-42` that expires after `lifetime`.
pub(crate) fn bearer(issuer: &TestIssuer, lifetime: Duration) -> String {
    let claims = issuer.claims("user-42", AccessClaims::new(NoClaims));
    let claims = claims.expires_at(NumericDate::now().saturating_add(lifetime));
    format!("Bearer {}", issuer.sign(&claims).expect("a token"))
}
