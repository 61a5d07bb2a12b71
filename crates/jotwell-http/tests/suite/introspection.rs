//! An API that introspects tokens: at the endpoint of this crate over a socket, and with arbitrary responses.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::post;
use http::StatusCode;
use jotwell_http::remote::{AddressError, FetchError, HttpFetch, IntrospectionError, Introspector};
use jotwell_http::{ClientCredentials, CredentialsError, RequireScope, issuer_routes};
use tokio::task::JoinSet;

use crate::sessions_common::{AUDIENCE, Account, ISSUER, NOW, Service};

const SECRET: &str = "s:e c+r%e&t=\u{e9}";

/// Serves a router on loopback, and counts the requests.
async fn serve(router: Router) -> (SocketAddr, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let router = router.layer(from_fn(move |request: Request, next: Next| {
        count.fetch_add(1, Ordering::SeqCst);
        next.run(request)
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, asked)
}

fn fetch() -> HttpFetch {
    HttpFetch::with_ring().expect("a client")
}

fn introspector<T>(address: SocketAddr) -> Introspector<T> {
    let url = format!("http://{address}/introspect");
    Introspector::new(&url, "an api", SECRET, fetch()).expect("an address").clock(NOW)
}

/// The endpoint of this crate's sessions.
async fn issuer(service: &Service) -> (SocketAddr, Arc<AtomicUsize>) {
    let routes = issuer_routes(&service.sessions, async |client: ClientCredentials| {
        if client.is("an api", SECRET) { Ok(()) } else { Err(CredentialsError::Invalid) }
    });
    serve(Router::new().merge(routes)).await
}

/// A server that always sends this response.
async fn answering(status: u16, body: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    let status = StatusCode::from_u16(status).expect("a status");
    serve(Router::new().route("/introspect", post(async move || (status, body)))).await
}

#[tokio::test]
async fn an_active_token_has_the_claims_of_the_response() {
    let service = Service::new();
    let (address, asked) = issuer(&service).await;
    let introspector: Introspector<Account> = introspector(address).issuer(ISSUER).audience(AUDIENCE);
    let introspector = introspector.clock(service.clock.clone());
    let tokens = service.login().await;
    for _ in 0..3 {
        let token = introspector.introspect(&tokens.access_token).await.expect("active");
        assert_eq!(token.subject.as_deref(), Some("user-42"));
        assert!(token.custom.scope.contains("orders:read") && token.custom.has_role("editor"));
        assert_eq!(token.custom.custom.plan, "free");
        assert_eq!(token.custom.auth_time, Some(NOW));
        assert_eq!(format!("{token:?}"), r#"Introspected { subject: Some("user-42"), .. }"#);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1, "it is cached");
    // It is not an `Auth`, so no policy of this crate accepts it: `RequireScope` is for verified tokens.
    let _ = RequireScope::new("orders:read");

    // Refresh tokens, and revoked tokens.
    for token in [&*tokens.refresh_token, "x", "a.b.c"] {
        let rejected = introspector.introspect(token).await;
        assert!(matches!(rejected, Err(IntrospectionError::Inactive)), "{rejected:?}");
    }
    service.sessions.logout(&tokens.session_id).await.expect("the store");
    introspector.introspect(&tokens.access_token).await.expect("cached for a moment");
    service.clock.advance(Duration::from_secs(10));
    let ended = introspector.introspect(&tokens.access_token).await;
    assert!(matches!(ended, Err(IntrospectionError::Inactive)), "{ended:?}");
    // A text that cannot be a token causes no request.
    let before = asked.load(Ordering::SeqCst);
    for token in ["", "a b", "a\nb", "\u{e9}", "a\"b", &"x".repeat(8 * 1024 + 1)] {
        assert!(matches!(introspector.introspect(token).await, Err(IntrospectionError::Inactive)));
    }
    assert_eq!(asked.load(Ordering::SeqCst), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_concurrent_callers_share_one_request() {
    let slow = async |answer: &'static str| {
        let handler = async move || {
            tokio::time::sleep(Duration::from_millis(300)).await;
            answer
        };
        serve(Router::new().route("/introspect", post(handler))).await
    };
    for (answer, is_active) in
        [(r#"{"active":true,"sub":"user-42"}"#, true), (r#"{"active":false}"#, false), ("x", false)]
    {
        let (address, asked) = slow(answer).await;
        let introspector: Introspector = introspector(address);
        let mut tasks = JoinSet::new();
        for _ in 0..64 {
            let introspector = introspector.clone();
            tasks.spawn(async move { introspector.introspect("token").await.is_ok() });
        }
        assert!(tasks.join_all().await.into_iter().all(|answer| answer == is_active));
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{answer}");
        // Only an active token is cached.
        let _ = introspector.introspect("token").await;
        assert_eq!(asked.load(Ordering::SeqCst), if is_active { 1 } else { 2 }, "{answer}");
    }
    // A cancelled caller leaves nothing behind, and the others get their response.
    let (address, asked) = slow(r#"{"active":true}"#).await;
    let introspector: Introspector = introspector(address);
    let first = tokio::spawn({
        let introspector = introspector.clone();
        async move { introspector.introspect("token").await.is_ok() }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let second = tokio::spawn({
        let introspector = introspector.clone();
        async move { introspector.introspect("token").await.is_ok() }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    first.abort();
    assert!(second.await.expect("no panic"));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn other_responses_are_rejected() {
    let rejected = async |status: u16, body: &'static str| {
        let (address, _) = answering(status, body).await;
        let introspector: Introspector = introspector(address).issuer(ISSUER).audience(AUDIENCE);
        introspector.introspect("token").await.map(drop).expect_err(body)
    };
    let good = r#"{"active":true,"iss":"https://auth.example","aud":["a","orders-api"],"exp":1800000001}"#;
    let (address, _) = answering(200, good).await;
    let introspector: Introspector = introspector(address).issuer(ISSUER).audience(AUDIENCE);
    introspector.introspect("token").await.expect("active");

    for inactive in [
        r#"{"active":false,"iss":"https://auth.example","aud":"orders-api"}"#,
        r#"{"active":true,"iss":"https://auth.example","aud":"orders-api","exp":1800000000}"#,
        r#"{"active":true,"iss":"https://auth.example","aud":"orders-api","nbf":1800000011}"#,
        r#"{"active":true,"iss":"https://auth.example","aud":"orders-api","token_type":"refresh_token"}"#,
        r#"{"active":true,"iss":"https://auth.example","aud":"orders-api","token_type":"DPoP"}"#,
    ] {
        let error = rejected(200, inactive).await;
        assert!(matches!(error, IntrospectionError::Inactive), "{inactive}: {error:?}");
        assert_eq!(error.status(), StatusCode::UNAUTHORIZED);
    }
    for body in [
        r#"{"active":true,"aud":"orders-api"}"#,
        r#"{"active":true,"iss":"https://auth.example/","aud":"orders-api"}"#,
    ] {
        assert!(matches!(rejected(200, body).await, IntrospectionError::IssuerMismatch), "{body}");
    }
    for body in [
        r#"{"active":true,"iss":"https://auth.example"}"#,
        r#"{"active":true,"iss":"https://auth.example","aud":"api"}"#,
    ] {
        assert!(matches!(rejected(200, body).await, IntrospectionError::AudienceMismatch), "{body}");
    }
    for malformed in [
        "",
        "[]",
        "true",
        "{}",
        r#"{"active":"true"}"#,
        r#"{"active":1}"#,
        r#"{"active":true,"active":false}"#,
        r#"{"active":true,"exp":"soon"}"#,
        r#"{"active":true} x"#,
    ] {
        let error = rejected(200, malformed).await;
        assert!(matches!(error, IntrospectionError::Malformed), "{malformed}: {error:?}");
        assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
    for status in [204, 302, 400, 401, 403, 404, 500, 503] {
        let error = rejected(status, r#"{"active":true}"#).await;
        assert!(
            matches!(error, IntrospectionError::Status { status: found } if found == status),
            "{error:?}"
        );
        assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[tokio::test]
async fn without_a_response_every_token_is_rejected() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = nobody.local_addr().expect("an address");
    let introspector: Introspector = introspector(address).timeout(Duration::from_millis(200));
    // It accepts connections, and does not respond.
    let late = introspector.introspect("token").await.map(drop);
    assert!(matches!(late, Err(IntrospectionError::Fetch(FetchError::TimedOut { .. }))), "{late:?}");
    drop(nobody);
    let gone = introspector.introspect("token").await.map(drop).expect_err("nobody");
    assert!(matches!(gone, IntrospectionError::Fetch(FetchError::Unreachable { .. })), "{gone:?}");
    assert_eq!(gone.status(), StatusCode::SERVICE_UNAVAILABLE);
    for address in ["http://auth.example/introspect", "http://localhost/introspect", "ftp://auth.example"] {
        let rejected = Introspector::<jotwell::NoClaims>::new(address, "api", "secret", fetch()).err();
        assert_eq!(rejected, Some(AddressError::NotHttps), "{address}");
    }
    assert!(!format!("{introspector:?}").contains(SECRET));
}

#[tokio::test]
async fn the_cache_has_a_limit() {
    let (address, asked) = answering(200, r#"{"active":true}"#).await;
    let introspector: Introspector = introspector(address).max_remembered(8);
    let ask = async |token: usize| {
        introspector.introspect(&format!("token-{token}")).await.expect("active");
        asked.load(Ordering::SeqCst)
    };
    for token in 0..40 {
        assert_eq!(ask(token).await, token + 1);
    }
    // Eight of them are cached: introspecting all again takes at least 32 requests.
    for token in 0..40 {
        ask(token).await;
    }
    assert!(asked.load(Ordering::SeqCst) >= 72, "{}", asked.load(Ordering::SeqCst));
    // A token is not cached beyond its expiry either.
    let clock = jotwell_test::TestClock::at(NOW);
    let (address, _) = answering(200, r#"{"active":true,"exp":1800000001}"#).await;
    let short: Introspector = self::introspector(address).clock(clock.clone());
    short.introspect("token").await.expect("active");
    clock.advance(Duration::from_secs(1));
    assert!(matches!(short.introspect("token").await, Err(IntrospectionError::Inactive)));
    let never = introspector.clone().remember(Duration::ZERO);
    let before = asked.load(Ordering::SeqCst);
    for _ in 0..2 {
        never.introspect("token").await.expect("active");
    }
    assert_eq!(asked.load(Ordering::SeqCst), before + 2);
}
