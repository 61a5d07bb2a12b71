//! An authenticator over each type of token verifier.

use std::num::NonZeroUsize;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method};
use jotwell::{
    Audience, CachedValidator, Issuer, MultiIssuerValidator, NoClaims, NumericDate, Validator, VerifyError,
    VerifyingKey,
};
use jotwell_http::{AccessClaims, Auth, AuthErrorKind, Authenticator};
use jotwell_test::TestIssuer;

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const AUDIENCE: &str = "orders-api";

fn issuer(name: &str) -> TestIssuer {
    TestIssuer::new("https://auth.example", AUDIENCE).expect("an issuer").named(name).clock(NOW)
}

fn validator(issuer: &TestIssuer) -> Validator<VerifyingKey> {
    let (iss, aud) = (Issuer::is(issuer.issuer()), Audience::is(issuer.audience()));
    Validator::with_clock(issuer.verifying_key(), iss, aud, NOW).typ("at+jwt")
}

fn token(issuer: &TestIssuer) -> String {
    issuer.token("user-42", AccessClaims::new(NoClaims).role("editor")).expect("a token")
}

async fn authenticate(authenticator: &Authenticator, token: &str) -> Result<Auth, AuthErrorKind> {
    let value = HeaderValue::try_from(format!("Bearer {token}")).expect("a header");
    let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
    authenticator.authenticate(&Method::GET, &headers).await.map_err(|rejection| rejection.kind().clone())
}

#[tokio::test]
async fn each_issuer_has_its_own_keys_and_an_unknown_issuer_none() {
    let (ours, partner) = (issuer("https://auth.example"), issuer("https://partner.example"));
    let issuers = MultiIssuerValidator::new([validator(&ours), validator(&partner)]).expect("issuers");
    let authenticator = Authenticator::new(issuers);
    for issuer in [&ours, &partner] {
        let auth = authenticate(&authenticator, &token(issuer)).await.expect("accepted");
        assert_eq!((auth.subject(), auth.roles()), (Some("user-42"), &["editor".to_owned()][..]));
        assert_eq!(auth.token().issuer.as_deref(), Some(issuer.issuer()));
        assert_eq!(auth.expires_at(), auth.token().expires_at);
        assert!(auth.expires_at().is_some_and(|end| end > NOW));
    }
    let stranger = authenticate(&authenticator, &token(&issuer("https://stranger.example"))).await;
    assert!(
        matches!(stranger, Err(AuthErrorKind::Token(VerifyError::IssuerMismatch { .. }))),
        "{stranger:?}"
    );
    // A token that names another issuer is checked with the keys of that one.
    let crossed = authenticate(&authenticator, &token(&partner.clone().named(ours.issuer()))).await;
    assert!(matches!(crossed, Err(AuthErrorKind::Token(VerifyError::UnknownKey { .. }))), "{crossed:?}");
}

#[tokio::test]
async fn a_cached_token_gets_the_same_response() {
    let ours = issuer("https://auth.example");
    let cached = CachedValidator::new(validator(&ours), NonZeroUsize::MIN);
    let authenticator: Authenticator = Authenticator::new(cached);
    let good = token(&ours);
    let first = authenticate(&authenticator, &good).await.expect("accepted");
    let again = authenticate(&authenticator, &good).await.expect("accepted");
    assert_eq!(first.token().jwt_id, again.token().jwt_id);
    // A cached result is returned as the same object.
    assert!(std::ptr::eq(first.token(), again.token()));
    let stranger = issuer("https://auth.example").with_new_key().expect("a key");
    let rejected = authenticate(&authenticator, &token(&stranger)).await;
    assert!(matches!(rejected, Err(AuthErrorKind::Token(VerifyError::UnknownKey { .. }))), "{rejected:?}");
}
