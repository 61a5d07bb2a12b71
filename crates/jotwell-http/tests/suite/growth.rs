//! The work to read a request grows linearly with its length, not quadratically.
//!
//! Each input is so long that quadratic work would take more than a day, so nothing is timed.

use crate::common::tokens::{good, key, payload, signed_text};
use crate::common::world::{authenticator, validator};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request};
use http::Response;
use jotwell::{Algorithm, NoClaims, SigningKey, VerifyError};
use jotwell_http::remote::{Fetch, FetchFuture, RemoteJwkSet};
use jotwell_http::{
    AccessClaimError, AccessClaims, Auth, AuthErrorKind, Authenticator, Cookies, IssuerKeys, ReloadKeys,
    ReloadOutcome, RequireRole, RequireScope, Scope, ScopeError, SessionError, jwks_router,
};
use tower::ServiceExt;

const MANY: usize = 500_000;

/// Returns `count` different words, each with `separator` before it.
fn words(count: usize, separator: &str) -> String {
    (0..count).map(|number| format!("{separator}{number:x}")).collect()
}

/// Accepts tokens of any length, so that a token can be long enough.
fn lenient() -> Authenticator {
    Authenticator::new(validator(key().verifying_key()).max_length(1 << 26))
}

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(*name, HeaderValue::from_str(value).expect("a value"));
    }
    headers
}

async fn authenticate(authenticator: &Authenticator, headers: &HeaderMap) -> Result<Auth, AuthErrorKind> {
    authenticator.authenticate(&Method::GET, headers).await.map_err(|error| error.kind().clone())
}

/// Returns a valid token with one more claim.
fn with_claim(claim: &str) -> String {
    let payload = payload();
    signed_text(&format!("{},{claim}}}", payload.strip_suffix('}').expect("an object")))
}

async fn presents(token: &str) -> Result<Auth, AuthErrorKind> {
    authenticate(&lenient(), &headers(&[("authorization", &format!("Bearer {token}"))])).await
}

#[tokio::test]
async fn a_long_authorization_header() {
    let authenticator = authenticator();
    for value in [
        format!("Bearer {}", "a".repeat(MANY)),
        format!("Bearer {}", "=".repeat(MANY)),
        format!("Bearer {}a", " ".repeat(MANY)),
        format!("Bearer a{}", " a".repeat(MANY)),
        "Bearer".repeat(MANY),
        words(MANY, ","),
    ] {
        assert!(authenticate(&authenticator, &headers(&[("authorization", &value)])).await.is_err());
    }
}

#[tokio::test]
async fn many_cookies() {
    let authenticator = authenticator().cookies();
    let access = format!("__Host-access={}", good());
    for (cookies, found) in [
        (format!("{access}{}", words(MANY, ";a=")), true),
        (format!("{}; {access}", &words(MANY, "; ")[2..]), true),
        (format!("{}; {access}", words(MANY, "=")), true),
        (format!("{access}{}", format!("; {access}").repeat(1000)), false),
    ] {
        let result = authenticate(&authenticator, &headers(&[("cookie", &cookies)])).await;
        assert_eq!(result.is_ok(), found, "{:?}", result.err());
    }
    let many: Vec<String> = (0..20_000).map(|number| format!("a{number}=b")).collect();
    let mut fields: Vec<(&str, &str)> = many.iter().map(|cookie| ("cookie", cookie.as_str())).collect();
    fields.push(("cookie", &access));
    assert!(authenticate(&authenticator, &headers(&fields)).await.is_ok());
}

#[tokio::test]
async fn a_refresh_token_of_any_length() {
    let long = "A".repeat(MANY);
    let cookies = format!("__Host-refresh={long}; __Host-csrf={long}");
    assert_eq!(
        Cookies::refresh_token_of(&headers(&[("cookie", &cookies), ("x-csrf-token", &long)]))
            .expect("a text"),
        long
    );
    assert!(matches!(
        Cookies::refresh_token_of(&headers(&[("cookie", &cookies), ("x-csrf-token", &long[1..])])),
        Err(SessionError::CsrfFailed)
    ));
}

/// 4,000 words fit into a token of the default length, and once took a fifth of a second.
#[tokio::test]
async fn a_scope_of_many_words() {
    for count in [4_000, MANY] {
        for scope in [words(count, " "), " a".repeat(count)] {
            let array = scope.replace(' ', "\",\"");
            for claim in [format!(r#""scope":"{scope}""#), format!(r#""scope":["a{array}"]"#)] {
                let auth = presents(&with_claim(&claim)).await.expect("a token");
                let limit = Scope::MAX_WORDS;
                let error = auth.token().custom.try_scope().expect_err("too many");
                assert_eq!(error, AccessClaimError::TooMany { claim: "scope", limit });
                let rejected = auth.require(&RequireScope::new("a").expect("a scope")).expect_err("too many");
                assert_eq!(rejected.code(), "invalid_claim");
            }
            assert_eq!(
                Scope::of(scope.split(' ').skip(1)),
                Err(ScopeError::TooManyWords { limit: Scope::MAX_WORDS })
            );
        }
    }
    // Spaces are not words.
    let auth = presents(&with_claim(&format!(r#""scope":"a{}b""#, " ".repeat(MANY)))).await.expect("a token");
    assert_eq!(auth.scope().as_str(), "a b");
    assert!(auth.require(&RequireScope::new("a b").expect("a scope")).is_ok());
}

#[tokio::test]
async fn many_roles() {
    let roles = words(MANY, "\",\"");
    let auth = presents(&with_claim(&format!(r#""roles":["{roles}"]"#))).await.expect("a token");
    let limit = AccessClaims::<NoClaims>::MAX_ROLES;
    assert_eq!(auth.token().custom.try_roles(), Err(AccessClaimError::TooMany { claim: "roles", limit }));
    assert!(auth.roles().is_empty());
    assert!(auth.require(&RequireRole::any_of(["1", "2", "3"])).is_err());
}

#[tokio::test]
async fn long_claims_of_other_types() {
    for value in [
        "[".repeat(20) + &"]".repeat(20),
        format!("[{}7]", "7,".repeat(MANY)),
        format!("\"{}\"", "\\n".repeat(MANY)),
    ] {
        let claim = format!(r#""scope":{value},"roles":[{value}],"client_id":[{value}]"#);
        let auth = presents(&with_claim(&claim)).await.expect("a token");
        let claims = &auth.token().custom;
        assert!(claims.try_scope().is_err() && claims.try_client_id().is_err());
    }
}

#[tokio::test]
async fn many_claims() {
    let members: String = (0..MANY).map(|number| format!(",\"x{number:x}\":0")).collect();
    assert!(presents(&with_claim(&members[1..])).await.is_ok());
    let again = format!("{},\"x7\":0", &members[1..]);
    assert!(matches!(
        presents(&with_claim(&again)).await,
        Err(AuthErrorKind::Token(VerifyError::Json { .. }))
    ));
}

/// A server that responds with a key set and these headers.
#[derive(Debug)]
struct Fixed(Vec<(&'static str, String)>, String);

impl Fetch for Fixed {
    fn fetch(&self, _: Request<()>) -> FetchFuture<'_> {
        let response =
            self.0.iter().fold(Response::builder(), |response, (name, value)| response.header(*name, value));
        Box::pin(std::future::ready(Ok(response.body(self.1.clone().into()).expect("a response"))))
    }
}

#[tokio::test]
async fn a_key_set_with_long_headers_and_many_keys() {
    let directives = format!("max-age=600{}", words(MANY, ","));
    let set = format!(r#"{{"keys":[{}]}}"#, &",{}".repeat(21_000)[1..]);
    let headers = vec![("cache-control", directives), ("age", "1".repeat(MANY)), ("etag", "\"".repeat(MANY))];
    let fetch = Fixed(headers, set);
    let keys =
        RemoteJwkSet::from_url("https://auth.example/keys", &[Algorithm::Ed25519]).max_keys(usize::MAX);
    let keys = keys.build(fetch).expect("a set");
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!(keys.status().skipped.len(), 21_000);
}

#[tokio::test]
async fn many_etags() {
    let key = SigningKey::generate(Algorithm::Ed25519).expect("a key").with_key_id("1");
    let router = jwks_router::<()>(IssuerKeys::single(key).expect("keys"));
    for (tags, status) in [(words(MANY, ",\""), 200), (format!("{},*", words(MANY, ",")), 304)] {
        let request = Request::get("/.well-known/jwks.json").header("if-none-match", tags);
        let request = request.body(Body::empty()).expect("a request");
        assert_eq!(router.clone().oneshot(request).await.expect("a response").status(), status);
    }
}
