//! An adapter for a framework that this crate does not know verifies a token once, and consumes a single-use token
//! once, as the middleware for tower and axum does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{Request, Response};
use jotwell::{Audience, Claims, Issuer, NoClaims, Validator, Verified, VerifyError, VerifyingKey};
use jotwell_http::store::MemoryStore;
use jotwell_http::{AccessClaims, Auth, AuthErrorKind, Authenticator, ReplayGuard, TokenVerifier};
use jotwell_test::TestIssuer;

const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";

/// Counts how often a token is verified.
struct Counting(Validator<VerifyingKey>, Arc<AtomicUsize>);

impl TokenVerifier<NoClaims> for Counting {
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<NoClaims>>>>, VerifyError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        TokenVerifier::<NoClaims>::verify(&self.0, token)
    }
}

/// The complete code of an adapter.
async fn guard(authenticator: &Authenticator, parts: &mut Parts) -> Result<Auth, Box<Response<String>>> {
    authenticator.authenticate_parts(parts).await.map_err(|error| Box::new(error.response()))
}

fn single_use(issuer: &TestIssuer, verified: &Arc<AtomicUsize>) -> Authenticator {
    let validator =
        Validator::new(issuer.verifying_key(), Issuer::is(ISSUER), Audience::is(AUDIENCE)).typ("at+jwt");
    Authenticator::new(Counting(validator, verified.clone()))
        .single_use(ReplayGuard::new(Arc::new(MemoryStore::new())))
}

fn parts(issuer: &TestIssuer) -> Parts {
    let token = issuer.token("user-42", AccessClaims::new(NoClaims)).expect("a token");
    let request = Request::builder().header(AUTHORIZATION, format!("Bearer {token}")).body(());
    request.expect("a request").into_parts().0
}

#[tokio::test]
async fn an_adapter_verifies_once_and_consumes_once() {
    let (issuer, verified) = (TestIssuer::new(ISSUER, AUDIENCE).expect("an issuer"), Arc::default());
    let authenticator = single_use(&issuer, &verified);
    let mut parts = parts(&issuer);
    // A layer, another one with a clone, and an extractor.
    guard(&authenticator, &mut parts).await.expect("accepted");
    guard(&authenticator.clone(), &mut parts).await.expect("accepted");
    let auth = authenticator.authenticate_parts_optional(&mut parts).await.expect("accepted");
    assert_eq!(auth.as_ref().and_then(Auth::subject), Some("user-42"));
    assert_eq!(verified.load(Ordering::SeqCst), 1);

    // The same token in another request has been used.
    parts.extensions.clear();
    let error = authenticator.authenticate_parts(&mut parts).await.expect_err("rejected");
    assert!(matches!(error.kind(), AuthErrorKind::Replayed));
    assert_eq!(error.code(), "token_replayed");
    assert!(parts.extensions.get::<Auth>().is_none());
}

#[tokio::test]
async fn another_authenticators_result_is_not_trusted() {
    let (issuer, verified) = (TestIssuer::new(ISSUER, AUDIENCE).expect("an issuer"), Arc::default());
    let mut parts = parts(&issuer);
    guard(&single_use(&issuer, &verified), &mut parts).await.expect("accepted");
    guard(&single_use(&issuer, &verified), &mut parts).await.expect("accepted");
    assert_eq!(verified.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_adapter_responds_to_a_request_without_a_token() {
    let (issuer, verified) = (TestIssuer::new(ISSUER, AUDIENCE).expect("an issuer"), Arc::default());
    let mut parts = Request::new(()).into_parts().0;
    let response = guard(&single_use(&issuer, &verified), &mut parts).await.expect_err("rejected");
    assert_eq!(response.status(), 401);
}
