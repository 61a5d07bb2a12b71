//! A service with the session routes of the example `api`. The test controls its clock and faults.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicIsize, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jotwell::{Algorithm, NoClaims, NumericDate, SigningKey};
use jotwell_client::{MonotonicClock, Origin, ReqwestTransport, SessionClient};
use jotwell_http::store::MemoryStore;
use jotwell_http::{AccessClaims, AudienceId, Auth, IssuerId, IssuerKeys, RequireScope, Scope, Sessions};
use jotwell_test::TestClock;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

pub(crate) const START: i64 = 1_800_000_000;
/// Longer than the lifetime of an access token.
pub(crate) const EXPIRED: Duration = Duration::from_secs(15 * 60 + 60);

/// The counters of the server, and how it fails.
pub(crate) struct Service {
    pub(crate) sessions: Sessions,
    pub(crate) clock: TestClock,
    pub(crate) refreshes: AtomicUsize,
    /// This many responses to refreshes break off after the exchange.
    pub(crate) lost: AtomicIsize,
    pub(crate) rejected: AtomicUsize,
    /// The `Authorization` of requests for `/seen`.
    pub(crate) seen: Mutex<Vec<Option<String>>>,
    /// The target of `/elsewhere`.
    pub(crate) elsewhere: Mutex<String>,
}

/// A server in a separate runtime, so that it can be killed with all its connections.
pub(crate) struct Server {
    pub(crate) service: Arc<Service>,
    address: SocketAddr,
    runtime: Option<Runtime>,
}

pub(crate) fn sessions(clock: &TestClock) -> Sessions {
    let key = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("1");
    Sessions::new(
        Arc::new(MemoryStore::new()),
        IssuerKeys::single(key).expect("keys"),
        IssuerId::new("https://auth.example"),
        AudienceId::new("orders"),
    )
    .clock(clock.clone())
}

pub(crate) async fn log_in(sessions: &Sessions) -> jotwell_http::TokenResponse {
    let access = AccessClaims::new(NoClaims).scope(Scope::of(["orders:read"]).expect("a scope"));
    sessions.begin().await.expect("a login").complete("user-42", access).await.expect("tokens")
}

impl Server {
    pub(crate) async fn start() -> Self {
        let clock = TestClock::at(NumericDate::from_secs(START));
        let service = Service {
            sessions: sessions(&clock),
            clock,
            refreshes: AtomicUsize::new(0),
            lost: AtomicIsize::new(0),
            rejected: AtomicUsize::new(0),
            seen: Mutex::default(),
            elsewhere: Mutex::default(),
        };
        let mut server =
            Self { service: Arc::new(service), address: ([127, 0, 0, 1], 0).into(), runtime: None };
        server.restart().await;
        server
    }

    /// Starts listening again, on the same port as before.
    pub(crate) async fn restart(&mut self) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let (router, address) = (router(self.service.clone()), self.address);
        let bound = runtime.spawn(async move { TcpListener::bind(address).await.expect("a port") });
        let listener = bound.await.expect("a listener");
        self.address = listener.local_addr().expect("an address");
        runtime.spawn(async move { axum::serve(listener, router).await });
        self.runtime = Some(runtime);
    }

    /// Breaks all connections and stops listening.
    pub(crate) fn kill(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // In a thread, since it waits until the port is free.
            let ended = std::thread::spawn(move || runtime.shutdown_timeout(Duration::from_secs(10)));
            ended.join().expect("an end");
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn origin(&self) -> Origin {
        Origin::new(&self.url("")).expect("an origin")
    }

    pub(crate) fn sessions(&self, clock: &ClientClock) -> SessionClient {
        SessionClient::new(&self.url(""), transport()).expect("an address").clock(clock.clone())
    }

    pub(crate) fn refreshes(&self) -> usize {
        self.service.refreshes.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn http() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy()
}

pub(crate) fn transport() -> ReqwestTransport {
    ReqwestTransport::new(http()).expect("a client")
}

pub(crate) fn credentials() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([("name", "user"), ("password", "right")])
}

/// The client's monotonic clock. Its clones are one clock.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientClock(Arc<AtomicU64>);

impl ClientClock {
    pub(crate) fn advance(&self, by: Duration) {
        self.0.fetch_add(u64::try_from(by.as_millis()).expect("a test's time"), Ordering::SeqCst);
    }
}

impl MonotonicClock for ClientClock {
    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst))
    }

    /// Takes no time, so that the grace period of the server does not pass.
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::task::yield_now())
    }
}

fn router(service: Arc<Service>) -> Router {
    let authenticator = service.sessions.authenticator();
    let admin = authenticator.layer().require(RequireScope::new("admin").expect("a scope"));
    Router::new()
        .route("/me", get(async |auth: axum::Extension<Auth>| auth.subject().unwrap_or_default().to_owned()))
        .route("/echo", post(async |body: String| body))
        .route_layer(authenticator.layer())
        .merge(Router::new().route("/admin", get(async || "welcome")).route_layer(admin))
        .route("/login", post(login))
        .route("/refresh", post(refresh))
        .route("/rejects", get(rejects))
        .route("/step-up", get(step_up))
        .route("/seen", get(seen))
        .route(
            "/elsewhere",
            get(async |State(service): State<Arc<Service>>| {
                Redirect::temporary(&service.elsewhere.lock().expect("a lock"))
            }),
        )
        .route(
            "/redirected-refresh",
            post(async |State(service): State<Arc<Service>>| {
                Redirect::temporary(&service.elsewhere.lock().expect("a lock"))
            }),
        )
        .with_state(service)
}

async fn login(State(service): State<Arc<Service>>, Json(body): Json<BTreeMap<String, String>>) -> Response {
    if body.get("password").map(String::as_str) != Some("right") {
        return (StatusCode::BAD_REQUEST, r#"{"error":"invalid_grant"}"#).into_response();
    }
    log_in(&service.sessions).await.into_response()
}

async fn refresh(
    State(service): State<Arc<Service>>,
    Json(body): Json<BTreeMap<String, String>>,
) -> Response {
    service.refreshes.fetch_add(1, Ordering::SeqCst);
    let result = service.sessions.refresh(&body["refresh_token"]).await;
    if service.lost.fetch_sub(1, Ordering::SeqCst) > 0 {
        assert!(result.is_ok(), "a lost answer is one of an exchange");
        return Response::new(Body::new(Broken));
    }
    result.into_response()
}

/// A body that breaks off.
struct Broken;

impl http_body::Body for Broken {
    type Data = axum::body::Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::BrokenPipe.into())))
    }
}

async fn rejects(State(service): State<Arc<Service>>) -> impl IntoResponse {
    service.rejected.fetch_add(1, Ordering::SeqCst);
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#)])
}

async fn step_up() -> impl IntoResponse {
    let challenge = r#"Bearer error="insufficient_user_authentication", acr_values="mfa", max_age=60"#;
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)])
}

async fn seen(State(service): State<Arc<Service>>, headers: HeaderMap) -> impl IntoResponse {
    let authorization =
        headers.get(header::AUTHORIZATION).map(|value| value.to_str().expect("text").to_owned());
    service.seen.lock().expect("a lock").push(authorization);
    // As if a wrong token had been presented.
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#)])
}
