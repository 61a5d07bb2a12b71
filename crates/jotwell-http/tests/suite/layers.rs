//! Nested layers and extractors, and the extensions of a request.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::common::tokens::{bearer, claims, get as plain_get, good, signed, tampered};
use crate::common::world::{Counted, authenticator, replay_guard};
use axum::body::Body;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::routing::get;
use axum::{Extension, Router};
use http::{HeaderValue, Method, Request, Response};
use http_body_util::BodyExt;
use jotwell_http::store::MemoryStore;
use jotwell_http::{Auth, AuthErrorKind, Authenticator, RequireRole};
use tower::{Layer, Service, ServiceExt};

/// A service that responds with the subject, and requires to be polled for readiness first.
struct Handler {
    ready: bool,
}

impl Clone for Handler {
    fn clone(&self) -> Self {
        Self { ready: false }
    }
}

impl<B> Service<Request<B>> for Handler {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called without having said that it is ready");
        let name = request.extensions().get::<Auth>().map_or("no user", |auth| auth.subject().unwrap_or(""));
        ready(Ok(Response::new(name.to_owned())))
    }
}

const HANDLER: Handler = Handler { ready: false };

async fn tower<S, R>(service: S, request: Request<()>) -> (u16, String)
where
    S: Service<Request<()>, Response = Response<R>, Error = Infallible>,
    R: http_body::Body<Error: std::fmt::Debug>,
{
    let response = service.oneshot(request).await.expect("a response");
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

async fn axum(router: Router, request: Request<()>) -> u16 {
    router.oneshot(request.map(|()| Body::empty())).await.expect("a response").status().as_u16()
}

fn passed() -> (u16, String) {
    (200, "user-42".to_owned())
}

#[tokio::test]
async fn the_same_authenticator_verifies_once() {
    let (authenticator, count) = Counted::authenticator();
    let service = authenticator.layer().layer(authenticator.layer().layer(HANDLER));
    assert_eq!(tower(service, bearer(&good())).await, passed());
    assert_eq!(count(), 1);

    let (authenticator, count) = Counted::authenticator();
    let service = authenticator.layer().optional().layer(authenticator.clone().layer().layer(HANDLER));
    assert_eq!(tower(service, bearer(&good())).await, passed());
    assert_eq!(count(), 1);

    let (authenticator, count) = Counted::authenticator();
    let handler = async |_: Auth, _: Option<Auth>, _: Auth| ();
    let router = Router::new()
        .route("/orders", get(handler).layer(authenticator.layer()))
        .route_layer(authenticator.layer())
        .with_state(authenticator);
    assert_eq!(axum(router, bearer(&good())).await, 200);
    assert_eq!(count(), 1);

    // Extractors store the result for each other and for later readers.
    for optional_first in [false, true] {
        let (authenticator, count) = Counted::authenticator();
        let router = if optional_first {
            Router::new().route("/orders", get(async |_: Option<Auth>, _: Extension<Auth>, _: Auth| ()))
        } else {
            Router::new().route("/orders", get(async |_: Auth, _: Extension<Auth>, _: Option<Auth>| ()))
        };
        assert_eq!(axum(router.with_state(authenticator), bearer(&good())).await, 200);
        assert_eq!(count(), 1);
    }
}

#[tokio::test]
async fn a_token_for_one_use_is_used_once_by_a_request() {
    let authenticator = authenticator().single_use(replay_guard(Arc::new(MemoryStore::new())));
    let router = Router::new()
        .route("/orders", get(async |_: Auth, _: Auth| ()).layer(authenticator.layer()))
        .route_layer(authenticator.layer())
        .with_state(authenticator);
    assert_eq!(axum(router.clone(), bearer(&good())).await, 200);
    assert_eq!(axum(router, bearer(&good())).await, 401);
}

#[tokio::test]
async fn another_authenticator_verifies_separately() {
    let ((outer, outer_count), (inner, inner_count)) = (Counted::authenticator(), Counted::authenticator());
    let service = outer.layer().layer(inner.layer().layer(HANDLER));
    assert_eq!(tower(service, bearer(&good())).await, passed());
    assert_eq!((outer_count(), inner_count()), (1, 1));

    let router = Router::new()
        .route("/orders", get(async |_: Auth| ()))
        .route_layer(outer.layer())
        .with_state(inner.clone());
    assert_eq!(axum(router, bearer(&good())).await, 200);
    assert_eq!((outer_count(), inner_count()), (2, 2));

    // A changed authenticator is a different one, which checks what the first one does not.
    let (plain, count) = Counted::authenticator();
    let strict = plain.clone().revocations(crate::common::world::revocations(Arc::new(MemoryStore::new())));
    let mut nameless = claims();
    nameless.jwt_id = None;
    let service = plain.layer().layer(strict.layer().layer(HANDLER));
    assert_eq!(tower(service, bearer(&signed(&nameless))).await.0, 401);
    assert_eq!(count(), 2);
}

/// A request that looks as if another authenticator had accepted it.
async fn noted_by_another(request: Request<()>) -> Request<()> {
    let good = bearer(&good());
    let auth = authenticator().authenticate(good.method(), good.headers()).await.expect("a valid token");
    let mut request = request;
    request.extensions_mut().insert::<Auth>(auth);
    request
}

#[tokio::test]
async fn another_authenticators_result_is_not_trusted_and_is_removed() {
    let authenticator = authenticator();
    let layer = || authenticator.layer();
    let unsigned = noted_by_another(plain_get(&[])).await;
    assert_eq!(tower(layer().layer(HANDLER), unsigned.clone()).await.0, 401);
    assert_eq!(tower(layer().optional().layer(HANDLER), unsigned).await, (200, "no user".to_owned()));
    let bad = noted_by_another(bearer(&tampered())).await;
    assert_eq!(tower(layer().layer(HANDLER), bad.clone()).await.0, 401);
    assert_eq!(tower(layer().optional().layer(HANDLER), bad).await.0, 401);

    for request in [plain_get(&[]), bearer(&tampered())] {
        let request = noted_by_another(request).await;
        let missing = request.headers().is_empty();
        let (mut parts, ()) = request.clone().into_parts();
        let found = <Auth as FromRequestParts<Authenticator>>::from_request_parts(&mut parts, &authenticator);
        let rejection = found.await.expect_err("no user");
        assert_eq!(matches!(rejection.kind(), AuthErrorKind::Missing), missing);
        assert!(parts.extensions.get::<Auth>().is_none());

        let (mut parts, ()) = request.into_parts();
        let found =
            <Auth as OptionalFromRequestParts<Authenticator>>::from_request_parts(&mut parts, &authenticator);
        assert_eq!(found.await.is_ok_and(|found| found.is_none()), missing);
        assert!(parts.extensions.get::<Auth>().is_none());
    }
}

#[tokio::test]
async fn an_inner_layer_adds_its_rules() {
    let authenticator = authenticator();
    let mut editor = claims();
    editor.custom = editor.custom.role("editor");
    let editor = bearer(&signed(&editor));
    let router = Router::new()
        .route("/orders", get(async || ()).layer(authenticator.layer().require(RequireRole::new("editor"))))
        .route_layer(authenticator.layer().optional());
    assert_eq!(axum(router.clone(), editor.clone()).await, 200);
    assert_eq!(axum(router.clone(), bearer(&good())).await, 403);
    assert_eq!(axum(router, plain_get(&[])).await, 401);

    let outer = authenticator.layer().require(RequireRole::new("admin"));
    let service = outer.layer(authenticator.layer().layer(HANDLER));
    assert_eq!(tower(service, editor).await.0, 403);
}

#[tokio::test]
async fn optional_has_no_effect_with_a_rule() {
    let authenticator = authenticator();
    for layer in [
        authenticator.layer().optional().require(|_: &Auth| true),
        authenticator.layer().require(|_: &Auth| true).optional(),
    ] {
        let service = layer.layer(HANDLER);
        assert_eq!(tower(service.clone(), plain_get(&[])).await.0, 401);
        assert_eq!(tower(service, bearer(&good())).await, passed());
    }
}

const CSRF: &str = "__Host-csrf=proof";

/// A request with a valid token in a cookie, and with these headers.
fn cookie(method: &str, headers: &[(&str, &str)]) -> Request<()> {
    let cookies = format!("__Host-access={}; {CSRF}", good());
    crate::common::tokens::request(method, "/orders", &[&[("cookie", cookies.as_str())], headers].concat())
}

/// A layer, middleware that changes the request, and the same layer again.
async fn overridden(
    authenticator: &Authenticator,
    request: Request<()>,
    change: impl Fn(&mut Request<()>) + Clone + Send + Sync + 'static,
) -> u16 {
    let inner = authenticator.layer().layer(HANDLER);
    let between = tower::service_fn(move |mut request: Request<()>| {
        change(&mut request);
        inner.clone().oneshot(request)
    });
    tower(authenticator.layer().layer(between), request).await.0
}

#[tokio::test]
async fn a_changed_method_needs_the_anti_forgery_token() {
    let authenticator = authenticator().cookies();
    let to = |method: Method| move |request: &mut Request<()>| *request.method_mut() = method.clone();
    let proof = [("x-csrf-token", "proof")];
    assert_eq!(overridden(&authenticator, cookie("GET", &[]), |_| ()).await, 200);
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        assert_eq!(overridden(&authenticator, cookie("GET", &[]), to(method.clone())).await, 403, "{method}");
        assert_eq!(overridden(&authenticator, cookie("GET", &proof), to(method.clone())).await, 200);
        // A token in the header needs no anti-forgery token for any method.
        assert_eq!(overridden(&authenticator, bearer(&good()), to(method)).await, 200);
    }
    // Changing between safe methods needs no anti-forgery token.
    assert_eq!(overridden(&authenticator, cookie("GET", &[]), to(Method::HEAD)).await, 200);
    // The check for one method does not count for another.
    let delete_without_proof = |request: &mut Request<()>| {
        *request.method_mut() = Method::DELETE;
        request.headers_mut().remove("x-csrf-token");
    };
    assert_eq!(overridden(&authenticator, cookie("POST", &proof), delete_without_proof).await, 403);
    let same_without_proof = |request: &mut Request<()>| {
        request.headers_mut().remove("x-csrf-token");
    };
    assert_eq!(overridden(&authenticator, cookie("POST", &proof), same_without_proof).await, 200);
    // A GET that becomes a WebSocket.
    let upgrade = |request: &mut Request<()>| {
        request.headers_mut().insert("upgrade", HeaderValue::from_static("websocket"));
    };
    assert_eq!(overridden(&authenticator, cookie("GET", &[]), upgrade).await, 403);
}

#[tokio::test]
async fn an_extractor_checks_a_changed_method_too() {
    let authenticator = authenticator().cookies();
    let request = |method: Method| {
        let (authenticator, (mut parts, ())) = (authenticator.clone(), cookie("GET", &[]).into_parts());
        async move {
            authenticator.authenticate_parts(&mut parts).await.expect("a valid token");
            parts.method = method;
            let auth =
                <Auth as FromRequestParts<Authenticator>>::from_request_parts(&mut parts, &authenticator);
            let result = auth.await.map(drop).map_err(|error| error.code());
            (result, parts.extensions.get::<Auth>().is_some())
        }
    };
    assert_eq!(request(Method::GET).await, (Ok(()), true));
    assert_eq!(request(Method::DELETE).await, (Err("csrf_failed"), false));
}

#[tokio::test]
async fn a_response_to_a_cookie_is_not_cached_unless_the_handler_says_so() {
    let authenticator = authenticator().cookies();
    let of = |request: Request<()>, said: Option<&'static str>| {
        let inner = tower::service_fn(move |_: Request<()>| {
            let response = Response::builder();
            let response =
                said.into_iter().fold(response, |response, said| response.header("cache-control", said));
            ready(Ok::<_, Infallible>(response.body(String::new()).expect("a response")))
        });
        let service = authenticator.layer().optional().layer(inner);
        async move {
            let response = service.oneshot(request).await.expect("a response");
            assert_eq!(response.status(), 200);
            response.headers().get("cache-control").map(|value| value.to_str().expect("text").to_owned())
        }
    };
    assert_eq!(of(cookie("GET", &[]), None).await.as_deref(), Some("no-store"));
    assert_eq!(
        of(cookie("GET", &[]), Some("private, max-age=60")).await.as_deref(),
        Some("private, max-age=60")
    );
    assert_eq!(of(bearer(&good()), None).await, None);
    assert_eq!(of(plain_get(&[]), None).await, None);
}

/// A service is polled for readiness once for each call.
#[tokio::test]
async fn the_service_that_was_ready_is_called() {
    let mut service = authenticator().layer().layer(authenticator().layer().layer(HANDLER));
    for request in [bearer(&good()), plain_get(&[]), bearer(&tampered()), bearer(&good())] {
        let rejected =
            request.headers().get("authorization") != bearer(&good()).headers().get("authorization");
        let service = ServiceExt::<Request<()>>::ready(&mut service).await.expect("ready");
        let response = service.call(request).await.expect("a response");
        assert_eq!(response.status() != 200, rejected);
    }
}

/// Any body works: one that is not `Sync`, or that no framework knows.
#[tokio::test]
async fn a_body_is_forwarded_unchanged() {
    struct Own(std::cell::Cell<u8>);
    let inner = tower::service_fn(async |request: Request<Own>| {
        Ok::<_, Infallible>(Response::new(request.into_body().0.get().to_string()))
    });
    let request = bearer(&good()).map(|()| Own(7.into()));
    let response = authenticator().layer().layer(inner).oneshot(request).await.expect("a response");
    assert_eq!(response.into_body().into_inner(), Ok("7".to_owned()));
}

/// The body of a response may also be one that cannot be created from a text and has no default.
#[tokio::test]
async fn a_response_may_have_any_body() {
    struct Own;
    let inner = tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Own)));
    let ask = async |request| {
        let service = authenticator().layer().layer(authenticator().layer().layer(inner));
        let response = service.oneshot(request).await.expect("a response");
        (response.status().as_u16(), response.into_body().into_inner().map(|body| body.into_inner().is_ok()))
    };
    assert_eq!(ask(bearer(&good())).await, (200, Ok(true)));
    assert_eq!(ask(plain_get(&[])).await, (401, Err(String::new())));
    let (status, body) = ask(bearer(&tampered())).await;
    assert_eq!(status, 401);
    assert!(body.is_err_and(|text| text.contains("invalid_token")));

    // Length and trailers of a body are preserved.
    let trailers = http::HeaderMap::from_iter([(http::header::ETAG, HeaderValue::from_static("\"one\""))]);
    let text = || http_body_util::Full::<axum::body::Bytes>::from("text");
    let with = trailers.clone();
    let body = move || text().with_trailers(std::future::ready(Some(Ok(with.clone()))));
    let service = tower::service_fn(move |_: Request<()>| {
        std::future::ready(Ok::<_, Infallible>(Response::new(body())))
    });
    let passed = authenticator().layer().layer(service).oneshot(bearer(&good())).await.expect("a response");
    let collected = passed.into_body().collect().await.expect("a body");
    assert_eq!(collected.trailers(), Some(&trailers));
    assert_eq!(collected.to_bytes(), "text");
    let full =
        tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new("text".to_owned())));
    let sizes = [bearer(&good()), plain_get(&[]), bearer(&tampered())].map(|request| {
        let service = authenticator().layer().layer(full);
        async move {
            let body = service.oneshot(request).await.expect("a response").into_body();
            let (size, ended) =
                (http_body::Body::size_hint(&body).exact(), http_body::Body::is_end_stream(&body));
            let length = body.collect().await.expect("a body").to_bytes().len();
            assert_eq!((size, ended), (u64::try_from(length).ok(), length == 0));
        }
    });
    for size in sizes {
        size.await;
    }
}

/// RFC 6750 §2.2, which is not supported.
#[tokio::test]
async fn a_token_in_a_form_is_ignored_and_the_form_is_unchanged() {
    let form = format!("access_token={}", good());
    let router = Router::new()
        .route("/orders", axum::routing::post(async |body: String| body))
        .layer(authenticator().layer());
    let request = |token: Option<String>| {
        let request = Request::post("/orders").header("content-type", "application/x-www-form-urlencoded");
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        router.clone().oneshot(request.body(Body::from(form.clone())).expect("a request"))
    };
    assert_eq!(request(None).await.expect("a response").status(), 401);
    let answer = request(Some(good())).await.expect("a response");
    assert_eq!(answer.status(), 200);
    let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.expect("a body");
    assert_eq!(body, form.as_bytes());
}

/// RFC 9110 §5.6.4.
#[tokio::test]
async fn a_realm_cannot_end_its_quotes() {
    let authenticator = authenticator().realm("the \"orders\\, error=\"x\r\n\u{7f}\u{e9}");
    let answer = authenticator.layer().layer(HANDLER).oneshot(plain_get(&[])).await.expect("a response");
    assert_eq!(answer.headers()["www-authenticate"], r#"Bearer realm="the orders, error=x""#);
}
