//! The token header, and the challenge with its parameters.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use http::{HeaderName, Request, Response, StatusCode};
use jotwell_http::{
    AuthErrorKind, Authenticator, ChallengeError, RequireRole, RequireScope, ResourceMetadata,
};
use tower::{Layer, ServiceExt, service_fn};

use crate::common::tokens::{good, tampered};
use crate::common::world::authenticator;

const HEADER: HeaderName = HeaderName::from_static("x-amzn-oidc-data");

async fn send(authenticator: &Authenticator, headers: &[(&str, &str)]) -> Response<Body> {
    let scope = |words| RequireScope::new(words).expect("a scope");
    let layer =
        authenticator.layer().require(scope("a b")).require(RequireRole::new("r")).require(scope("b c"));
    let router = Router::new().route("/", get(async || "in")).layer(layer);
    let request =
        headers.iter().fold(Request::get("/"), |request, (name, value)| request.header(*name, *value));
    router.oneshot(request.body(Body::empty()).expect("a request")).await.expect("a response")
}

fn challenge<B>(response: &Response<B>) -> &str {
    response.headers().get(WWW_AUTHENTICATE).expect("a challenge").to_str().expect("text")
}

#[tokio::test]
async fn the_scope_of_a_route_is_in_the_challenge_of_401_if_configured() {
    let set = authenticator().scope_in_challenge();
    let response = send(&set, &[]).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(challenge(&response), r#"Bearer realm="orders", scope="a b c""#);
    let bad = format!("Bearer {}", tampered());
    let response = send(&set, &[("authorization", &bad)]).await;
    assert!(challenge(&response).ends_with(r#"error_description="the token is not valid", scope="a b c""#));
    // In a response with another status it would be wrong advice or a duplicate.
    let malformed = send(&set, &[("authorization", "Bearer a b")]).await;
    assert_eq!(malformed.status(), StatusCode::BAD_REQUEST);
    assert!(!challenge(&malformed).contains("scope"));
    let good = format!("Bearer {}", good());
    let lacking = send(&set, &[("authorization", &good)]).await;
    assert_eq!(lacking.status(), StatusCode::FORBIDDEN);
    assert_eq!(challenge(&lacking).matches("scope=\"").count(), 1);
    // By default, and on a route without a required scope, the challenge has no scope.
    assert_eq!(challenge(&send(&authenticator(), &[]).await), r#"Bearer realm="orders""#);
    let service = set
        .layer()
        .require(RequireRole::new("r"))
        .layer(service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(String::new()))));
    let response = service.oneshot(Request::new(())).await.expect("a response");
    assert_eq!(challenge(&response), r#"Bearer realm="orders""#);
}

#[tokio::test]
async fn further_parameters_are_in_every_challenge() {
    let address = "https://api.example/.well-known/oauth-protected-resource";
    let set = authenticator().challenge_parameter("resource_metadata", address).expect("a parameter");
    let expected = format!(r#"Bearer realm="orders", resource_metadata="{address}""#);
    assert_eq!(challenge(&send(&set, &[]).await), expected);
    let bad = format!("Bearer {}", tampered());
    let response = send(&set, &[("authorization", &bad)]).await;
    assert!(challenge(&response).starts_with(&format!(r#"{expected}, error="invalid_token""#)));
    // The realm can be set afterwards.
    let response = send(&set.clone().realm("x"), &[]).await;
    assert!(challenge(&response).starts_with(r#"Bearer realm="x", resource_metadata="#));
    let twice = set.challenge_parameter("Resource_metadata", "").map(drop);
    assert_eq!(twice, Err(ChallengeError::Duplicate { name: "resource_metadata".into() }));
}

/// RFC 9728 §5.1.
#[tokio::test]
async fn the_address_of_the_metadata_is_in_every_challenge() {
    let metadata = |address| ResourceMetadata::new(address).expect("an address");
    let set = authenticator().resource_metadata(&metadata("https://api.example/mcp"));
    let parameter = r#"resource_metadata="https://api.example/.well-known/oauth-protected-resource/mcp""#;
    let bad =
        [("authorization", format!("Bearer {}", tampered())), ("authorization", "Bearer a b".to_owned())];
    let lacking = ("authorization", format!("Bearer {}", good()));
    let mut statuses = vec![send(&set, &[]).await];
    for (name, value) in bad.iter().chain([&lacking]) {
        statuses.push(send(&set, &[(*name, value)]).await);
    }
    for response in &statuses {
        let challenge = challenge(response);
        assert!(challenge.starts_with(&format!(r#"Bearer realm="orders", {parameter}"#)), "{challenge}");
        assert_eq!(challenge.matches("resource_metadata").count(), 1, "{challenge}");
    }
    assert_eq!(
        statuses.iter().map(|response| response.status().as_u16()).collect::<Vec<_>>(),
        [401, 401, 400, 403]
    );
    // The last call counts, even after a parameter of that name; and no other is added.
    let other = set.resource_metadata(&metadata("https://other.example"));
    assert!(!challenge(&send(&other, &[]).await).contains("api.example"));
    let again = other.challenge_parameter("resource_metadata", "x").map(drop);
    assert_eq!(again, Err(ChallengeError::Duplicate { name: "resource_metadata".into() }));
    let before = authenticator().challenge_parameter("resource_metadata", "x").expect("a parameter");
    let response = send(&before.resource_metadata(&metadata("https://api.example/mcp")), &[]).await;
    assert_eq!(challenge(&response), format!(r#"Bearer realm="orders", {parameter}"#));
}

#[tokio::test]
async fn a_token_header_replaces_authorization() {
    let set = authenticator().token_header(HEADER);
    let (good, bearer) = (good(), format!("Bearer {}", good()));
    let kind = async |headers: &[(&'static str, &str)]| {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("a value")))
            .collect();
        set.authenticate(&http::Method::GET, &headers).await.map(drop).map_err(|error| error.kind().clone())
    };
    assert!(kind(&[("x-amzn-oidc-data", &good)]).await.is_ok());
    // A token in `Authorization` is ignored.
    assert!(kind(&[("x-amzn-oidc-data", &good), ("authorization", "Bearer other")]).await.is_ok());
    assert!(matches!(kind(&[("authorization", &bearer)]).await, Err(AuthErrorKind::Missing)));
    assert!(matches!(kind(&[("x-amzn-oidc-data", &bearer)]).await, Err(AuthErrorKind::Malformed)));
}

/// Caches treat only `Authorization` specially.
#[tokio::test]
async fn responses_to_a_token_header_are_not_stored() {
    let inner = || service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(String::new())));
    let cache_control = async |authenticator: Authenticator, name: &str, value: &str| {
        let request = Request::get("/").header(name, value).body(()).expect("a request");
        let response = authenticator.layer().layer(inner()).oneshot(request).await.expect("a response");
        assert_eq!(response.status(), StatusCode::OK);
        response.headers().get(CACHE_CONTROL).cloned()
    };
    let set = authenticator().token_header(HEADER);
    let found = cache_control(set, "x-amzn-oidc-data", &good()).await;
    assert_eq!(found.expect("a header"), "no-store");
    let bearer = format!("Bearer {}", good());
    assert_eq!(cache_control(authenticator(), "authorization", &bearer).await, None);
}
