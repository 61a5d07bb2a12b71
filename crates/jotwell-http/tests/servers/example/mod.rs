//! The example `api` as a process, and a client of it.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use serde_json::{Value, json};

pub(crate) const PASSWORD: &str = "the password of these tests";

/// A running `api`, killed at the end.
pub(crate) struct Api {
    process: Child,
    pub(crate) address: String,
    data: PathBuf,
}

impl Api {
    /// Starts it on a free port of loopback, with that data folder.
    pub(crate) fn start(data: &Path, variables: &[(&str, &str)]) -> Self {
        Self::start_with(data, &[], variables)
    }

    /// Starts it like [`start`](Self::start), with these arguments.
    pub(crate) fn start_with(data: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut process = command(data, variables).args(arguments).spawn().expect("the example");
        let mut shown = BufReader::new(process.stdout.take().expect("standard output"));
        let mut line = String::new();
        shown.read_line(&mut line).expect("a line");
        let Some(address) = line.trim_end().strip_prefix("listening on ") else {
            panic!("the example did not start: {}", log(data));
        };
        let address = address.to_owned();
        // The rest is read too, so that the example never blocks on its output.
        std::thread::spawn(move || std::io::copy(&mut shown, &mut std::io::sink()));
        Self { process, address, data: data.to_owned() }
    }

    /// Returns the error with which it does not start.
    pub(crate) fn fails_to_start(data: &Path, variables: &[(&str, &str)]) -> String {
        let output = command(data, variables).output().expect("the example");
        assert!(!output.status.success());
        log(data)
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("gone");
    }

    /// Returns everything that it logged.
    pub(crate) fn into_log(mut self) -> String {
        self.kill();
        log(&self.data)
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn command(data: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(executable("api"));
    for name in ["STORE", "ISSUER", "ALGORITHM", "TOKEN_SECRET", "TOKEN_SECRET_FILE"] {
        command.env_remove(name);
    }
    command
        .env("DATA", data)
        .env("LISTEN", "127.0.0.1:0")
        .env("USER_PASSWORD", PASSWORD)
        .env("ADMIN_PASSWORD", PASSWORD)
        .env("LOGINS_PER_MINUTE", "1000")
        .env("REFRESHES_PER_MINUTE", "1000")
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(log_file(data));
    command
}

fn log_file(data: &Path) -> std::fs::File {
    std::fs::OpenOptions::new().create(true).append(true).open(data.join("log")).expect("a log")
}

fn log(data: &Path) -> String {
    std::fs::read_to_string(data.join("log")).expect("a log")
}

/// In the folder of this test: `cargo test` builds examples first. Built here if only this test is run.
pub(crate) fn executable(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("this test");
    let target = own.parent().and_then(Path::parent).expect("target/debug");
    let example = target.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    if !example.exists() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--package", "jotwell-http", "--example", name, "--target-dir"]);
        build.arg(target.parent().expect("target"));
        assert!(build.status().expect("cargo").success());
    }
    example
}

#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    address: String,
    _kept: Option<Arc<Api>>,
}

#[derive(Clone, Debug)]
pub(crate) struct TokenResponse {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

impl Client {
    pub(crate) fn of(api: &Api) -> Self {
        // It needs a provider of cryptography for TLS even without TLS.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { http, address: api.address.clone(), _kept: None }
    }

    /// Keeps the instance running as long as this client exists.
    pub(crate) fn keeping(self, api: Api) -> Self {
        Self { _kept: Some(Arc::new(api)), ..self }
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.send(self.http.get(format!("{}{path}", self.address)), token).await
    }

    pub(crate) async fn delete(&self, path: &str, token: Option<&str>) -> Answer {
        self.send(self.http.delete(format!("{}{path}", self.address)), token).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.address));
        let request = if body.is_null() {
            request
        } else {
            request.header("content-type", "application/json").body(body.to_string())
        };
        self.send(request, token).await
    }

    /// Sends a request of the page, with those cookies and the anti-forgery token.
    pub(crate) async fn page(&self, method: &str, path: &str, jar: &Jar) -> Answer {
        let method = method.parse().expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.address));
        let cookies: Vec<_> = jar.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request =
            request.header("cookie", cookies.join("; ")).header("x-csrf-token", jar.get("__Host-csrf"));
        self.send(request, None).await
    }

    pub(crate) async fn login(&self, name: &str) -> TokenResponse {
        self.post("/login", None, json!({"name": name, "password": PASSWORD})).await.grant()
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.post("/refresh", None, json!({"refresh_token": token})).await
    }

    async fn send(&self, request: reqwest::RequestBuilder, token: Option<&str>) -> Answer {
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let answer = request.send().await.expect("a response");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Answer { status, headers, body: answer.text().await.expect("a body") }
    }
}

/// The cookies of a browser.
#[derive(Clone, Debug)]
pub(crate) struct Jar(Vec<(String, String)>);

impl Jar {
    pub(crate) fn get(&self, name: &str) -> &str {
        &self.0.iter().find(|(own, _)| own == name).expect("a cookie").1
    }
}

impl Answer {
    /// Returns the cookies that are set, or nothing if they are removed.
    pub(crate) fn jar(&self) -> Option<Jar> {
        let cookies = self.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().expect("text"));
        let pairs = cookies.map(|cookie| {
            let pair = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a pair");
            (pair.0.to_owned(), pair.1.to_owned())
        });
        let jar: Vec<_> = pairs.filter(|(_, value)| !value.is_empty()).collect();
        (jar.len() == 3).then_some(Jar(jar))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("text"))
    }

    pub(crate) fn challenge(&self) -> &str {
        self.header("www-authenticate").unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// The response of a login or a refresh.
    pub(crate) fn grant(&self) -> TokenResponse {
        let body = self.json();
        assert_eq!(
            (self.header("cache-control"), self.header("pragma")),
            (Some("no-store"), Some("no-cache"))
        );
        let text = |name: &str| body[name].as_str().expect("text").to_owned();
        TokenResponse { access: text("access_token"), refresh: text("refresh_token") }
    }
}
