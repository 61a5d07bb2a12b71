//! CORS as the README configures it: preflight requests pass without a token, and pages can read the reason of a
//! rejection.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, AUTHORIZATION, WWW_AUTHENTICATE,
};
use http::{HeaderValue, Method, Request, StatusCode};
use tower::ServiceExt;
use tower_http::cors::CorsLayer;

use crate::common::tokens::good;
use crate::common::world::authenticator;

const PAGE: &str = "https://shop.example";

fn router() -> Router {
    let cors = CorsLayer::new()
        .allow_origin(HeaderValue::from_static(PAGE))
        .allow_headers([AUTHORIZATION])
        .expose_headers([WWW_AUTHENTICATE]);
    Router::new().route("/orders", get(async || "orders")).layer(authenticator().layer()).layer(cors)
}

#[tokio::test]
async fn a_page_of_another_origin_can_read_the_challenge() {
    let request = Request::get("/orders").header("origin", PAGE).body(Body::empty()).expect("a request");
    let response = router().oneshot(request).await.expect("a response");
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(response.headers().contains_key(WWW_AUTHENTICATE));
    assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], PAGE);
    assert_eq!(response.headers()[ACCESS_CONTROL_EXPOSE_HEADERS], "www-authenticate");
}

#[tokio::test]
async fn a_preflight_request_passes_without_a_token_and_nothing_else_does() {
    let request = |method: Method| {
        let request = Request::builder().method(method).uri("/orders").header("origin", PAGE);
        request.header("access-control-request-method", "GET").body(Body::empty()).expect("a request")
    };
    let preflight = router().oneshot(request(Method::OPTIONS)).await.expect("a response");
    assert_eq!(preflight.status(), StatusCode::OK);
    assert_eq!(
        router().oneshot(request(Method::GET)).await.expect("a response").status(),
        StatusCode::UNAUTHORIZED
    );
    let mut with_token = request(Method::GET);
    let value = format!("Bearer {}", good()).parse().expect("a value");
    with_token.headers_mut().insert(AUTHORIZATION, value);
    assert_eq!(router().oneshot(with_token).await.expect("a response").status(), StatusCode::OK);
}
