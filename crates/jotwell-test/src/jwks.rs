//! A server for an issuer's published keys, for tests of code that fetches them.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use jotwell::JwkSet;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

/// A server on this machine that publishes keys: at `/jwks.json`, and with the metadata of OpenID Connect Discovery
/// 1.0 §4 and RFC 8414 §3. It counts requests, and can be made to fail or to wait.
///
/// It runs on a separate thread, so it needs no runtime, and it stops when it is dropped.
///
/// ```
/// use jotwell_test::{TestIssuer, TestJwks};
///
/// let issuer = TestIssuer::new("https://auth.example", "orders-api")?;
/// let server = TestJwks::start(&issuer.jwks()?)?;
/// // Discovery requires that the issuer in the tokens is the one at this URL.
/// let issuer = issuer.named(server.issuer());
///
/// // fetch(server.url()) …
/// assert_eq!(server.requests(), 0);
///
/// server.publish(&issuer.with_new_key()?.jwks()?);
/// server.fail(http::StatusCode::SERVICE_UNAVAILABLE);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TestJwks {
    address: SocketAddr,
    issuer: String,
    behaviour: watch::Sender<Behaviour>,
    counts: watch::Receiver<Counts>,
    /// Stops the server when it is dropped, and waits for the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the server responds with.
#[derive(Clone)]
struct Behaviour {
    keys: String,
    metadata: String,
    cache_control: Option<HeaderValue>,
    failure: Option<StatusCode>,
    held: bool,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    keys: u64,
    metadata: u64,
}

/// The state that the server's handlers share.
#[derive(Clone)]
struct Shared {
    behaviour: watch::Receiver<Behaviour>,
    counts: watch::Sender<Counts>,
}

impl TestJwks {
    /// Publishes a set, on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn start(keys: &JwkSet) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let issuer = format!("http://{address}");
        let behaviour = Behaviour {
            keys: written(keys),
            metadata: metadata(&issuer, address),
            cache_control: None,
            failure: None,
            held: false,
        };
        let (behaviour, receiver) = watch::channel(behaviour);
        let (counting, counts) = watch::channel(Counts::default());
        let router = router(Shared { behaviour: receiver, counts: counting });
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let thread = std::thread::Builder::new().name("test-jwks".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                tokio::spawn(async move { axum::serve(listener, router).await });
                // Ends when the sender is dropped. Dropping the runtime then closes the listener and every connection.
                let _ = stopped.await;
            });
        })?;
        Ok(Self { address, issuer, behaviour, counts, stop: Some(stop), thread: Some(thread) })
    }

    /// Returns the URL of the set.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/jwks.json", self.address)
    }

    /// Returns the issuer whose metadata refers to the set: `http://127.0.0.1:…`, unless
    /// [`name_issuer`](Self::name_issuer) was called.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the socket address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Publishes another set from now on.
    pub fn publish(&self, keys: &JwkSet) {
        self.publish_text(&written(keys));
    }

    /// Publishes this text, which need not be a key set.
    pub fn publish_text(&self, text: &str) {
        self.behaviour.send_modify(|behaviour| text.clone_into(&mut behaviour.keys));
    }

    /// Names another issuer in the metadata. Clients must reject such metadata (OpenID Connect Discovery 1.0 §4.3).
    pub fn name_issuer(&self, issuer: &str) {
        let metadata = metadata(issuer, self.address);
        self.behaviour.send_modify(|behaviour| behaviour.metadata = metadata);
    }

    /// Sets the `max-age` of responses.
    pub fn max_age(&self, max_age: Duration) {
        let value = HeaderValue::try_from(format!("public, max-age={}", max_age.as_secs())).ok();
        self.behaviour.send_modify(|behaviour| behaviour.cache_control = value);
    }

    /// Responds only with that status, until [`recover`](Self::recover) is called.
    pub fn fail(&self, status: StatusCode) {
        self.behaviour.send_modify(|behaviour| behaviour.failure = Some(status));
    }

    /// Responds again as before [`fail`](Self::fail).
    pub fn recover(&self) {
        self.behaviour.send_modify(|behaviour| behaviour.failure = None);
    }

    /// Lets all requests wait until [`release`](Self::release) is called. They are counted at once, and get what is
    /// published when they are released.
    pub fn hold(&self) {
        self.behaviour.send_modify(|behaviour| behaviour.held = true);
    }

    /// Responds to all waiting and later requests.
    pub fn release(&self) {
        self.behaviour.send_modify(|behaviour| behaviour.held = false);
    }

    /// Returns how often the set was requested.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.counts.borrow().keys
    }

    /// Returns how often the metadata was requested.
    #[must_use]
    pub fn discoveries(&self) -> u64 {
        self.counts.borrow().metadata
    }

    /// Waits until the set was requested that many times in all. The future needs no runtime, and never completes if
    /// there are no requests.
    pub async fn arrived(&self, requests: u64) {
        // The server lives as long as this value, and counts.
        let _ = self.counts.clone().wait_for(|counts| counts.keys >= requests).await;
    }
}

impl Drop for TestJwks {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for TestJwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestJwks").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Serializes a set. A set that the library created can always be serialized, although the type allows an error.
fn written(keys: &JwkSet) -> String {
    keys.to_json().unwrap_or_default()
}

fn metadata(issuer: &str, address: SocketAddr) -> String {
    json!({"issuer": issuer, "jwks_uri": format!("http://{address}/jwks.json")}).to_string()
}

fn router(shared: Shared) -> Router {
    let discover = get(async |State(shared): State<Shared>| {
        answer(shared, |counts| &mut counts.metadata, "application/json", |behaviour| behaviour.metadata)
            .await
    });
    let keys = get(async |State(shared): State<Shared>| {
        answer(shared, |counts| &mut counts.keys, "application/jwk-set+json", |behaviour| behaviour.keys)
            .await
    });
    Router::new()
        .route("/jwks.json", keys)
        .route("/.well-known/openid-configuration", discover.clone())
        .route("/.well-known/oauth-authorization-server", discover)
        .with_state(shared)
}

async fn answer(
    mut shared: Shared,
    count: fn(&mut Counts) -> &mut u64,
    content_type: &'static str,
    text: fn(Behaviour) -> String,
) -> Response {
    shared.counts.send_modify(|counts| {
        let count = count(counts);
        *count = count.saturating_add(1);
    });
    let behaviour = match shared.behaviour.wait_for(|behaviour| !behaviour.held).await {
        Ok(behaviour) => behaviour.clone(),
        // The test is over, and this server with it.
        Err(_) => return Response::default(),
    };
    let mut response = Response::new(Body::empty());
    if let Some(status) = behaviour.failure {
        *response.status_mut() = status;
        return response;
    }
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(value) = behaviour.cache_control.clone() {
        response.headers_mut().insert(CACHE_CONTROL, value);
    }
    *response.body_mut() = Body::from(text(behaviour));
    response
}
