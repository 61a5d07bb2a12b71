//! An instance of the example, and whether a fault is in progress.

use std::fs;
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jotwell::{KeyRing, SigningKey};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Result;
use crate::example::{Api, PASSWORD};

/// How long an access token lives.
pub(crate) const ACCESS_LIFETIME: Duration = Duration::from_secs(30);

pub(crate) struct Service {
    pub(crate) address: String,
    http: reqwest::Client,
    data: TempDir,
    variables: Vec<(&'static str, String)>,
    process: Mutex<Api>,
    /// Even while there is no fault; odd from before something is killed until after it has recovered.
    phase: AtomicU64,
}

/// The resources of an instance.
pub(crate) struct Footprint {
    pub(crate) resident_kib: u64,
    pub(crate) files: u64,
}

pub(crate) struct Answer {
    /// `None` if the connection broke.
    pub(crate) status: Option<u16>,
    pub(crate) body: String,
    /// No fault from the request to the response.
    pub(crate) calm: bool,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Service {
    pub(crate) async fn start(algorithm: &str, store: &str) -> Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = tempfile::tempdir()?;
        // The same after a restart.
        let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let often = "100000000".to_owned();
        let variables = vec![
            ("ALGORITHM", algorithm.to_owned()),
            ("STORE", store.to_owned()),
            ("LISTEN", listen),
            ("ACCESS_SECONDS", ACCESS_LIFETIME.as_secs().to_string()),
            // Longer than any fault, so that an exchange whose response was lost can be repeated.
            ("GRACE_SECONDS", "60".to_owned()),
            ("PUBLISH_SECONDS", "5".to_owned()),
            ("LOGINS_PER_MINUTE", often.clone()),
            ("REFRESHES_PER_MINUTE", often),
            ("CONNECTIONS_PER_CLIENT", "1000".to_owned()),
        ];
        let process = start(&data, &variables);
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
        let (address, phase) = (process.address.clone(), AtomicU64::new(0));
        Ok(Self { address, http, data, variables, process: Mutex::new(process), phase })
    }

    pub(crate) fn trouble_begins(&self) {
        self.phase.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn trouble_ends(&self) {
        self.phase.fetch_add(1, Ordering::SeqCst);
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill_and_restart(&self) {
        let mut process = self.process.lock().expect("no client panicked");
        process.kill();
        *process = start(&self.data, &self.variables);
    }

    /// Returns whether a user can log in and is authenticated.
    pub(crate) async fn answers(&self) -> bool {
        let login = self.post("/login", None, &json!({ "name": "user", "password": PASSWORD })).await.json();
        let Some(token) = login["access_token"].as_str() else { return false };
        self.get("/me", Some(token)).await.status == Some(200)
    }

    /// Returns the key that currently signs.
    pub(crate) fn signing_key(&self) -> Result<SigningKey> {
        let ring = KeyRing::from_json(fs::read(self.data.path().join("keys.json"))?)?;
        Ok(ring.signing_key().clone())
    }

    pub(crate) fn footprint(&self) -> Result<Footprint> {
        let id = self.process.lock().expect("no client panicked").id();
        let status = fs::read_to_string(format!("/proc/{id}/status"))?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("VmRSS")?;
        let resident_kib = resident.trim().trim_end_matches(" kB").parse()?;
        let files = fs::read_dir(format!("/proc/{id}/fd"))?.count().try_into()?;
        Ok(Footprint { resident_kib, files })
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        let request = self.http.get(format!("{}{path}", self.address));
        self.send(with_token(request, token)).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.address));
        let request = request.header("content-type", "application/json").body(body.to_string());
        self.send(with_token(request, token)).await
    }

    pub(crate) async fn send_as_it_is(&self, request: http::Request<&'static str>) -> Result<Answer> {
        let request = reqwest::Request::try_from(request)?;
        Ok(self.send(reqwest::RequestBuilder::from_parts(self.http.clone(), request)).await)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let before = self.phase.load(Ordering::SeqCst);
        let answer = async {
            let answer = request.send().await.ok()?;
            Some((answer.status().as_u16(), answer.text().await.ok()?))
        };
        let answer = answer.await;
        let calm = before.is_multiple_of(2) && self.phase.load(Ordering::SeqCst) == before;
        let (status, body) = answer.map_or((None, String::new()), |(status, body)| (Some(status), body));
        Answer { status, body, calm }
    }
}

fn start(data: &TempDir, variables: &[(&'static str, String)]) -> Api {
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Api::start(data.path(), &variables)
}

fn with_token(request: reqwest::RequestBuilder, token: Option<&str>) -> reqwest::RequestBuilder {
    match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}
