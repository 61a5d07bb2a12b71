//! The quick start of the README, as a process: from nothing to a login, a protected route and a logout.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const SOURCE: &str = include_str!("../../examples/quick_start.rs");
const README: &str = include_str!("../../README.md");

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_readme_has_it_and_it_has_at_most_fifteen_lines() {
    assert!(README.contains(SOURCE), "the README has another quick start than examples/quick_start.rs");
    let lines = SOURCE.lines().filter(|line| !line.trim().is_empty()).count();
    assert!(lines <= 15, "{lines} lines");
}

#[tokio::test]
async fn it_logs_in_protects_a_route_and_logs_out() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let process = Command::new(crate::example::executable("quick_start")).arg(port.to_string()).spawn();
    let _process = Killed(process.expect("the quick start"));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let url = |path: &str| format!("http://{port}{path}");
    let start = Instant::now();
    let nobody = loop {
        match http.get(url("/me")).send().await {
            Ok(answer) => break answer.status(),
            Err(error) => assert!(start.elapsed() < Duration::from_secs(20), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(nobody, 401);
    let post = async |path: &str, body: Value| {
        let request = http.post(url(path)).header("content-type", "application/json");
        request.body(body.to_string()).send().await.expect("a response")
    };
    let wrong = post("/login", json!({"name": "ada", "password": "guess"})).await;
    assert_eq!(wrong.status(), 400);
    let tokens = post("/login", json!({"name": "ada", "password": "correct horse"})).await;
    assert_eq!(tokens.status(), 200);
    let tokens: Value = serde_json::from_str(&tokens.text().await.expect("a body")).expect("JSON");
    let next = post("/refresh", json!({"refresh_token": tokens["refresh_token"]})).await;
    let next: Value = serde_json::from_str(&next.text().await.expect("a body")).expect("JSON");
    let access = next["access_token"].as_str().expect("a token");
    let me = async || http.get(url("/me")).bearer_auth(access).send().await.expect("a response");
    assert_eq!(me().await.text().await.expect("a body"), "ada");
    let logout = http.post(url("/logout")).bearer_auth(access).send().await.expect("a response");
    assert_eq!(logout.status(), 204);
    assert_eq!(me().await.status(), 401);
}
