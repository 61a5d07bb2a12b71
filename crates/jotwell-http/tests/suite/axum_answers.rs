//! Responses of axum routers and handlers: the published keys, rejections, errors and token responses.

use crate::sessions_common::Service;
use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, PRAGMA};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use jotwell::{Algorithm, JwkSet, SigningKey};
use jotwell_http::{IssuerKeys, SessionError, jwks_router};
use serde_json::Value;
use tower::ServiceExt;

fn keys() -> IssuerKeys {
    let key = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("one");
    IssuerKeys::single(key).expect("keys")
}

/// Returns the response to a request with these values of `If-None-Match`.
async fn ask(router: &Router, known: &[&str]) -> Response<Body> {
    let mut request = Request::get("/.well-known/jwks.json");
    for value in known {
        request = request.header(IF_NONE_MATCH, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    router.clone().oneshot(request).await.expect("a response")
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn header(response: &Response<Body>, name: http::HeaderName) -> Option<&str> {
    response.headers().get(name).map(|value| value.to_str().expect("text"))
}

#[tokio::test]
async fn the_published_keys_are_a_cacheable_set() {
    let keys = keys();
    let response = ask(&jwks_router(keys.clone()), &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    // RFC 7517 §8.5.2.
    assert_eq!(header(&response, CONTENT_TYPE), Some("application/jwk-set+json"));
    let lifetime = format!("public, max-age={}", keys.max_age().as_secs());
    assert_eq!(header(&response, CACHE_CONTROL), Some(&*lifetime));
    let set = text(response).await;
    assert_eq!(Ok(set.clone()), keys.published().to_json());
    assert_eq!(JwkSet::from_json(set, &[Algorithm::ES256]).expect("a set").len(), 1);
}

/// RFC 9110 §13.1.2 and §15.4.5.
#[tokio::test]
async fn a_client_with_the_current_keys_gets_304() {
    let router = jwks_router(keys());
    let first = ask(&router, &[]).await;
    let tag = header(&first, ETAG).expect("a tag").to_owned();
    assert!(tag.len() > 20 && tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    let (weak, among) = (format!("W/{tag}"), format!("\"a\", W/\"b\" ,{tag}"));
    for known in [&[&*tag][..], &[&weak], &[&among], &["*"], &["\"other\"", &tag]] {
        let response = ask(&router, known).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known:?}");
        assert_eq!(header(&response, ETAG), Some(&*tag));
        assert_eq!(header(&response, CACHE_CONTROL), header(&first, CACHE_CONTROL));
        assert_eq!(header(&response, CONTENT_TYPE), None);
        assert_eq!(text(response).await, "");
    }
    let unquoted = tag.trim_matches('"');
    for other in ["\"other\"", "W/\"other\"", unquoted, "\u{fc}", ""] {
        let response = ask(&router, &[other]).await;
        assert_eq!((response.status(), header(&response, ETAG)), (StatusCode::OK, Some(&*tag)), "{other:?}");
    }
    // Other keys, another tag.
    assert_ne!(header(&ask(&jwks_router(keys()), &[&tag]).await, ETAG), Some(&*tag));
}

/// RFC 6749 §5.1.
#[tokio::test]
async fn a_token_response_is_json_that_must_not_be_cached() {
    let grant = Service::new().login().await;
    let response = grant.clone().into_response();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, CONTENT_TYPE), Some("application/json"));
    assert_eq!(header(&response, CACHE_CONTROL), Some("no-store"));
    assert_eq!(header(&response, PRAGMA), Some("no-cache"));
    let shown: Value = serde_json::from_str(&text(response).await).expect("JSON");
    assert_eq!(shown, serde_json::to_value(&grant).expect("JSON"));
    assert_eq!(shown["access_token"], **grant.access_token);
}

/// A handler that returns one responds as in any other framework.
#[tokio::test]
async fn rejections_and_errors_have_the_same_responses_as_elsewhere() {
    let service = Service::new();
    let rejection = service.authenticator.authenticate(&Method::GET, &HeaderMap::new()).await.unwrap_err();
    let same = |ours: Response<String>, answered: Response<Body>| async move {
        assert_eq!((ours.status(), ours.headers()), (answered.status(), answered.headers()));
        assert_eq!(*ours.body(), text(answered).await);
        ours.status()
    };
    let status = same(rejection.response(), rejection.into_response()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    for error in [SessionError::Ended, SessionError::Claims, SessionError::CsrfFailed] {
        assert_eq!(same(error.response(), error.clone().into_response()).await, error.status());
    }
}
