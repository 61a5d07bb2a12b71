//! A configurable server on a socket.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use jotwell::{
    Algorithm, Audience, Claims, Clock, Issuer, JwkSet, NoClaims, NumericDate, SigningKey, Validator,
    VerifyError,
};
use jotwell_http::remote::{HttpFetch, RemoteJwkSet, RemoteJwkSetBuilder};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

pub(crate) const ALGORITHMS: &[Algorithm] = &[Algorithm::Ed25519];
pub(crate) const ISSUER: &str = "https://auth.example";

/// The server's reaction to a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Sends this and closes.
    Bytes(Vec<u8>),
    /// Sends this head, and an endless body.
    Endless(Vec<u8>),
    /// Reads, and does not respond as long as the client waits.
    Silence,
    /// Waits for permission first.
    After(Arc<Semaphore>, Box<Reply>),
}

type Script = Arc<dyn Fn(&str) -> Reply + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    script: Arc<Mutex<Script>>,
    requests: Arc<Mutex<Vec<String>>>,
    count: Arc<watch::Sender<usize>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let (server, listener) = Self::bind().await;
        let running = server.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let server = running.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    pub(crate) async fn bind() -> (Self, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let script: Script = Arc::new(|_| status("404 Not Found", "", ""));
        let server = Self {
            address: listener.local_addr().unwrap(),
            script: Arc::new(Mutex::new(script)),
            requests: Arc::default(),
            count: Arc::new(watch::channel(0).0),
        };
        (server, listener)
    }

    pub(crate) async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return,
            }
        }
        let head = String::from_utf8(head).unwrap();
        let script = self.script.lock().unwrap().clone();
        self.requests.lock().unwrap().push(head.clone());
        self.count.send_modify(|count| *count += 1);
        let mut reply = script(&head);
        while let Reply::After(leave, then) = reply {
            leave.acquire().await.unwrap().forget();
            reply = *then;
        }
        match reply {
            Reply::Bytes(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
            }
            Reply::Endless(head) => {
                let _ = stream.write_all(&head).await;
                while stream.write_all(&[b' '; 4096]).await.is_ok() {}
            }
            Reply::Silence => drop(stream.read_u8().await),
            Reply::After(..) => unreachable!(),
        }
    }

    pub(crate) fn script(&self, script: impl Fn(&str) -> Reply + Send + Sync + 'static) {
        *self.script.lock().unwrap() = Arc::new(script);
    }

    pub(crate) fn always(&self, reply: Reply) {
        self.script(move |_| reply.clone());
    }

    pub(crate) fn hits(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    pub(crate) fn request(&self, index: usize) -> String {
        self.requests.lock().unwrap()[index].to_ascii_lowercase()
    }

    /// Waits until this many requests have arrived.
    pub(crate) async fn hit(&self, count: usize) {
        self.count.subscribe().wait_for(|found| *found >= count).await.unwrap();
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/keys", self.address)
    }

    pub(crate) fn set(&self, clock: &TestClock) -> RemoteJwkSet {
        self.builder(clock).build(fetch()).unwrap()
    }

    pub(crate) fn builder(&self, clock: &TestClock) -> RemoteJwkSetBuilder {
        RemoteJwkSet::from_url(self.url(), ALGORITHMS).allow_http_on_loopback().clock(clock.clone())
    }
}

pub(crate) fn status(line: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::Bytes(format!("HTTP/1.1 {line}\r\n{headers}content-length: {length}\r\n\r\n{body}").into())
}

pub(crate) fn ok(headers: &str, body: &str) -> Reply {
    status("200 OK", headers, body)
}

/// A client that trusts no authority, which is sufficient for plain HTTP.
pub(crate) fn fetch() -> HttpFetch {
    HttpFetch::with_tls(tls(rustls::RootCertStore::empty()))
}

pub(crate) fn tls(roots: rustls::RootCertStore) -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[derive(Clone)]
pub(crate) struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(1_000_000)))
    }

    pub(crate) fn pass(&self, secs: i64) {
        self.0.fetch_add(secs, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> NumericDate {
        NumericDate::from_secs(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) fn key(kid: &str) -> SigningKey {
    SigningKey::generate(Algorithm::Ed25519).unwrap().with_key_id(kid)
}

pub(crate) fn jwks(keys: &[&SigningKey]) -> String {
    JwkSet::from_keys(keys.iter().map(|key| key.verifying_key())).unwrap().to_json().unwrap()
}

pub(crate) fn token(key: &SigningKey) -> String {
    Claims::new(NoClaims)
        .issuer(ISSUER)
        .audience("api")
        .expires_in(std::time::Duration::from_secs(900))
        .sign(key)
        .unwrap()
}

pub(crate) fn validator(keys: &RemoteJwkSet) -> Validator<RemoteJwkSet> {
    Validator::new(keys.clone(), Issuer::is(ISSUER), Audience::is("api"))
}

/// Returns whether a token of that key verifies.
pub(crate) fn check(keys: &RemoteJwkSet, key: &SigningKey) -> Result<(), VerifyError> {
    validator(keys).verify::<Claims>(&token(key)).map(drop)
}

pub(crate) fn unavailable(result: Result<(), VerifyError>) -> bool {
    matches!(result, Err(VerifyError::Unavailable { .. }))
}
