//! Requests with tokens: with reqwest-middleware on loopback, and with a tower stack.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::http::{Request, Response, StatusCode, header};
use jotwell_client::{
    AuthorizationError, BearerLayer, BearerMiddleware, CallError, Origin, RefreshToken, TokenError,
    TokenSource,
};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use tower::{Layer, ServiceExt, service_fn};

use crate::server::{ClientClock, EXPIRED, Server, credentials, http};

fn client(source: &TokenSource, origin: Origin) -> ClientWithMiddleware {
    let client = http().build().expect("a client");
    ClientBuilder::new(client).with(BearerMiddleware::new(source.clone(), origin)).build()
}

async fn start() -> (Server, TokenSource, ClientWithMiddleware) {
    let server = Server::start().await;
    let source = server.sessions(&ClientClock::default()).login(&credentials()).await.expect("a session");
    let client = client(&source, server.origin());
    (server, source, client)
}

/// The server's clock decides. The client's is stopped, as if the machine had been suspended.
#[tokio::test]
async fn when_64_requests_meet_the_expiry_none_is_lost_and_one_refreshes() {
    let (server, _, client) = start().await;
    server.service.clock.advance(EXPIRED);
    let sent: Vec<_> = (0..64).map(|_| tokio::spawn(client.get(server.url("/me")).send())).collect();
    for one in sent {
        let response = one.await.expect("no panic").expect("an answer");
        assert_eq!(
            (response.status().as_u16(), response.text().await.expect("a body").as_str()),
            (200, "user-42")
        );
    }
    assert_eq!(server.refreshes(), 1);
    assert_eq!(client.get(server.url("/me")).send().await.expect("an answer").status(), 200);
}

/// A body that can be read only once.
struct Stream(Option<&'static str>);

impl http_body::Body for Stream {
    type Data = axum::body::Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Self::Data>, Infallible>>> {
        Poll::Ready(self.0.take().map(|text| Ok(http_body::Frame::data(text.into()))))
    }
}

#[tokio::test]
async fn a_body_is_sent_again_and_a_stream_is_not() {
    let (server, _, client) = start().await;
    server.service.clock.advance(EXPIRED);
    let response = client.post(server.url("/echo")).body("twice").send().await.expect("an answer");
    assert_eq!((response.status().as_u16(), response.text().await.expect("a body").as_str()), (200, "twice"));

    server.service.clock.advance(EXPIRED);
    let stream = || reqwest::Body::wrap(Stream(Some("once")));
    let response = client.post(server.url("/echo")).body(stream()).send().await.expect("an answer");
    assert_eq!((response.status().as_u16(), server.refreshes()), (401, 1));
    // The next request gets a new token.
    let response = client.post(server.url("/echo")).body(stream()).send().await.expect("an answer");
    assert_eq!((response.status().as_u16(), server.refreshes()), (200, 2));
}

#[tokio::test]
async fn a_token_that_is_always_rejected_is_renewed_once() {
    let (server, _, client) = start().await;
    let response = client.get(server.url("/rejects")).send().await.expect("an answer");
    assert_eq!(response.status(), 401);
    assert_eq!((server.service.rejected.load(Ordering::SeqCst), server.refreshes()), (2, 1));
}

#[tokio::test]
async fn a_session_that_has_ended_is_one_error() {
    let (server, _, client) = start().await;
    server.service.sessions.logout_everywhere("user-42").await.expect("logged out");
    for _ in 0..3 {
        let error = client.get(server.url("/me")).send().await.expect_err("the session has ended");
        let error = BearerMiddleware::error(&error).expect("of this middleware");
        assert!(matches!(error, AuthorizationError::Token(TokenError::SessionEnded)), "{error:?}");
    }
    assert_eq!(server.refreshes(), 1);
}

#[tokio::test]
async fn missing_scope_and_step_up_are_typed_errors() {
    let (server, _, client) = start().await;
    let error = client.get(server.url("/admin")).send().await.expect_err("no scope");
    assert!(matches!(
        BearerMiddleware::error(&error),
        Some(AuthorizationError::InsufficientScope { required: Some(scope) }) if scope == "admin"
    ));
    let error = client.get(server.url("/step-up")).send().await.expect_err("step up");
    assert!(matches!(
        BearerMiddleware::error(&error),
        Some(AuthorizationError::InsufficientUserAuthentication { acr_values, max_age: Some(age) })
            if acr_values == &["mfa"] && age.as_secs() == 60
    ));
    assert_eq!(server.refreshes(), 0);
}

#[tokio::test]
async fn a_redirect_to_another_origin_gets_no_token() {
    let (server, _, client) = start().await;
    let other = Server::start().await;
    *server.service.elsewhere.lock().expect("a lock") = other.url("/seen");
    let response = client.get(server.url("/elsewhere")).send().await.expect("an answer");
    // Its response does not cause a renewal either.
    assert_eq!((response.status().as_u16(), server.refreshes()), (401, 0));
    let response = client.get(other.url("/seen")).send().await.expect("an answer");
    assert_eq!(response.status(), 401);
    assert_eq!(*other.service.seen.lock().expect("a lock"), [None, None]);

    // The same origin gets the token.
    *server.service.elsewhere.lock().expect("a lock") = server.url("/seen");
    client.get(server.url("/elsewhere")).send().await.expect("an answer");
    assert!(server.service.seen.lock().expect("a lock").iter().all(Option::is_some));
}

#[tokio::test]
async fn credentials_of_a_request_are_kept() {
    let (server, _, client) = start().await;
    client.get(server.url("/seen")).header("authorization", "Basic abc").send().await.expect("an answer");
    assert_eq!(*server.service.seen.lock().expect("a lock"), [Some("Basic abc".to_owned())]);
    assert_eq!(server.refreshes(), 0);
}

/// The server is killed after it has responded to the refresh, while its token is being stored, and before the request
/// is repeated.
#[tokio::test]
async fn a_server_that_is_killed_between_refresh_and_retry_costs_one_request() {
    let server = Arc::new(tokio::sync::Mutex::new(Server::start().await));
    let (stored, kill) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
    let store = {
        let (server, stored, kill) = (server.clone(), stored.clone(), kill.clone());
        move |token: RefreshToken| {
            let (server, stored, kill) = (server.clone(), stored.clone(), kill.clone());
            async move {
                stored.lock().expect("a lock").push(token.as_str().to_owned());
                if kill.swap(false, Ordering::SeqCst) {
                    server.lock().await.kill();
                }
                Ok::<(), Infallible>(())
            }
        }
    };
    let clock = ClientClock::default();
    let (sessions, origin, me) = {
        let server = server.lock().await;
        (server.sessions(&clock).store(store), server.origin(), server.url("/me"))
    };
    let source = sessions.login(&credentials()).await.expect("a session");
    let client = client(&source, origin);

    server.lock().await.service.clock.advance(EXPIRED);
    kill.store(true, Ordering::SeqCst);
    let error = client.get(&me).send().await.expect_err("nobody listens");
    assert!(!error.is_middleware(), "{error:?}");

    server.lock().await.restart().await;
    assert_eq!(client.get(&me).send().await.expect("an answer").status(), 200);
    assert_eq!(server.lock().await.refreshes(), 1);
    // A client that is restarted with what was stored.
    let last = stored.lock().expect("a lock").last().expect("a token").clone();
    let resumed = sessions.resume(RefreshToken::new(last).expect("a token"));
    assert!(resumed.token().await.is_ok());
}

fn request(uri: &str) -> Request<String> {
    Request::get(uri).body("body".to_owned()).expect("a request")
}

/// Rejects every token, and counts the requests.
fn rejecting(
    count: Arc<AtomicUsize>,
    challenge: &'static str,
) -> impl tower::Service<Request<String>, Response = Response<()>, Error = Infallible, Future: Send>
+ Clone
+ Send
+ 'static {
    service_fn(move |_: Request<String>| {
        count.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok(Response::builder()
            .status(StatusCode::UNAUTHORIZED)
            .header(header::WWW_AUTHENTICATE, challenge)
            .body(())
            .expect("a response")))
    })
}

#[tokio::test]
async fn the_layer_renews_once_and_sends_a_body_again_if_it_can() {
    let (server, source, _) = start().await;
    let origin = || Origin::new("https://api.example").expect("an origin");
    let count = Arc::new(AtomicUsize::new(0));
    let inner = rejecting(count.clone(), "Bearer error=invalid_token");
    let layer = BearerLayer::new(source, origin());
    let response =
        layer.layer(inner.clone()).oneshot(request("https://api.example/")).await.expect("an answer");
    assert_eq!(
        (response.status().as_u16(), count.swap(0, Ordering::SeqCst), server.refreshes()),
        (401, 2, 1)
    );

    let once = layer.resend_with(|_: &String| None);
    let response = once.layer(inner).oneshot(request("https://api.example/")).await.expect("an answer");
    assert_eq!((response.status().as_u16(), count.load(Ordering::SeqCst), server.refreshes()), (401, 1, 1));
}

#[tokio::test]
async fn the_layer_has_typed_errors() {
    use AuthorizationError::{InsufficientScope, RelativeAddress, Token};
    let here = "https://api.example/";
    let call = |challenge: &'static str, uri: &'static str| {
        let source = TokenSource::fixed("abc").expect("a token");
        let layer = BearerLayer::new(source, Origin::new("https://api.example").expect("an origin"));
        let service = layer.layer(rejecting(Arc::default(), challenge));
        async move { service.oneshot(request(uri)).await.map(|response| response.status()) }
    };
    let error = call("Bearer error=invalid_token", here).await;
    assert!(matches!(error, Err(CallError::Authorization(Token(TokenError::NotRenewable)))), "{error:?}");
    let error = call(r#"Bearer error="insufficient_scope", scope="a""#, here).await;
    assert!(
        matches!(error, Err(CallError::Authorization(InsufficientScope { required: Some(_) }))),
        "{error:?}"
    );
    let error = call("Bearer", "/relative").await;
    assert!(matches!(error, Err(CallError::Authorization(RelativeAddress))), "{error:?}");
    assert_eq!(call("Bearer error=invalid_token", "https://other.example/").await.expect("an answer"), 401);
}

#[tokio::test]
async fn the_layer_sends_no_token_to_another_origin() {
    let layer = BearerLayer::new(
        TokenSource::fixed("abc").expect("a token"),
        Origin::new("https://api.example").expect("an origin"),
    )
    .and_origin(Origin::new("https://files.example").expect("an origin"));
    let has_token = async |uri: &str| {
        let service = layer.layer(service_fn(async |request: Request<String>| {
            Ok::<_, Infallible>(Response::new(request.headers().contains_key(header::AUTHORIZATION)))
        }));
        service.oneshot(request(uri)).await.expect("an answer").into_body()
    };
    for here in ["https://api.example/a", "https://API.example:443/", "https://files.example/?b"] {
        assert!(has_token(here).await, "{here}");
    }
    for elsewhere in [
        "http://api.example/",
        "https://api.example:8443/",
        "https://api.example.evil/",
        "https://evil.example/api.example",
    ] {
        assert!(!has_token(elsewhere).await, "{elsewhere}");
    }
}
