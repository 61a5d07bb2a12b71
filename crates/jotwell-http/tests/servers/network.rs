//! The example `api` under the conditions of a network: slow clients, many connections, pages of other origins.

use std::net::SocketAddr;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::example::{Api, Client, PASSWORD};

fn start(folder: &tempfile::TempDir, variables: &[(&str, &str)]) -> Api {
    Api::start(folder.path(), &[&[("STORE", "memory")], variables].concat())
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Sends from a loopback address, which counts as a separate client.
async fn connect(api: &Api, from: &str) -> TcpStream {
    let to: SocketAddr = api.address.strip_prefix("http://").expect("HTTP").parse().expect("an address");
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::new(from.parse().expect("an address"), 0)).expect("a loopback address");
    socket.connect(to).await.expect("a connection")
}

async fn send(stream: &mut TcpStream, text: &str) {
    // The server may already have closed it.
    let _ = stream.write_all(text.as_bytes()).await;
}

/// Reads until the server closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

const OPEN: &str = "GET /open HTTP/1.1\r\nhost: localhost\r\n";

/// Returns the status of one complete request.
async fn status(api: &Api, from: &str, request: &str) -> String {
    let mut stream = connect(api, from).await;
    send(&mut stream, &format!("{request}connection: close\r\n\r\n")).await;
    rest(&mut stream).await.split(' ').nth(1).unwrap_or("closed").to_owned()
}

/// Linux has all of 127.0.0.0/8 on loopback.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn incomplete_requests_of_one_client_do_not_block_others() {
    let folder = folder();
    let limits = [("HEADER_SECONDS", "3"), ("CONNECTIONS_PER_CLIENT", "8"), ("CONNECTIONS", "20")];
    let api = start(&folder, &limits);
    let mut half = Vec::new();
    for _ in 0..30 {
        let mut stream = connect(&api, "127.0.0.1").await;
        send(&mut stream, OPEN).await;
        half.push(stream);
    }
    assert_eq!(status(&api, "127.0.0.1", OPEN).await, "closed");
    assert_eq!(status(&api, "127.0.0.2", OPEN).await, "200");
    // All of them end, and connections are accepted again.
    for stream in &mut half {
        assert_eq!(rest(stream).await, "");
    }
    assert_eq!(status(&api, "127.0.0.1", OPEN).await, "200");
}

#[tokio::test]
async fn an_idle_or_old_connection_is_closed() {
    for limit in ["HEADER_SECONDS", "CONNECTION_SECONDS"] {
        let folder = folder();
        let api = start(&folder, &[(limit, "1")]);
        let mut idle = connect(&api, "127.0.0.1").await;
        send(&mut idle, &format!("{OPEN}\r\n")).await;
        let answer = rest(&mut idle).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{limit}: {answer}");
    }
}

#[tokio::test]
async fn a_missing_body_times_out() {
    let folder = folder();
    let api = start(&folder, &[("REQUEST_SECONDS", "1")]);
    let mut slow = connect(&api, "127.0.0.1").await;
    let head = "POST /login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
    send(&mut slow, head).await;
    let answer = rest(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn only_http_1_is_accepted() {
    let folder = folder();
    let api = start(&folder, &[("HEADER_SECONDS", "1")]);
    let mut stream = connect(&api, "127.0.0.1").await;
    // RFC 9113 §3.4, and an empty SETTINGS frame.
    send(&mut stream, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
    let answer = rest(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer:?}");
}

#[tokio::test]
async fn another_host_name_is_rejected() {
    let folder = folder();
    let variables = [("ISSUER", "https://auth.example/tenant"), ("HOSTS", "api.example, www.example")];
    let api = start(&folder, &variables);
    let get = async |target: &str, hosts: &[&str]| {
        let hosts: String = hosts.iter().map(|host| format!("host: {host}\r\n")).collect();
        status(&api, "127.0.0.1", &format!("GET {target} HTTP/1.1\r\n{hosts}")).await
    };
    for host in [
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1:3000",
        "[::1]",
        "auth.example",
        "api.example",
        "www.example:8",
    ] {
        assert_eq!(get("/open", &[host]).await, "200", "{host}");
    }
    for host in
        ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "127.0.0.2", "a@localhost@b"]
    {
        assert_eq!(get("/open", &[host]).await, "421", "{host}");
    }
    assert_eq!(get("http://evil.example/open", &["localhost"]).await, "421");
    assert_ne!(get("/open", &[]).await, "200");
    assert_ne!(get("/open", &["localhost", "evil.example"]).await, "200");
}

#[tokio::test]
async fn every_response_has_the_security_headers() {
    let folder = folder();
    let api = start(&folder, &[("PUBLISH_SECONDS", "300")]);
    let client = Client::of(&api);
    let user = client.login("user").await;
    for path in ["/", "/page.js", "/page.css", "/open", "/me", "/nowhere"] {
        let answer = client.get(path, None).await;
        let headers =
            ["x-content-type-options", "referrer-policy", "cache-control"].map(|name| answer.header(name));
        assert_eq!(headers, [Some("nosniff"), Some("no-referrer"), Some("no-store")], "{path}");
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    assert_eq!(client.get("/orders", Some(&user.access)).await.header("cache-control"), Some("no-store"));
    let set = client.get("/.well-known/jwks.json", None).await;
    assert_eq!(
        (set.header("cache-control"), set.header("x-content-type-options")),
        (Some("public, max-age=300"), Some("nosniff"))
    );

    let folder = self::folder();
    let api = Api::start_with(folder.path(), &["--tls"], &[("STORE", "memory")]);
    let http = reqwest::Client::builder()
        .no_proxy()
        .tls_danger_accept_invalid_certs(true)
        .build()
        .expect("a client");
    let answer = http.get(format!("{}/", api.address)).send().await.expect("a response");
    assert!(answer.headers().contains_key("strict-transport-security"));
}

#[tokio::test]
async fn attempts_from_a_foreign_page_do_not_count() {
    let folder = folder();
    let api = start(&folder, &[("LOGINS_PER_MINUTE", "1"), ("REFRESHES_PER_MINUTE", "1")]);
    let client = Client::of(&api);
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let credentials = json!({"name": "user", "password": PASSWORD}).to_string();
    for path in ["/login", "/page/login", "/refresh", "/page/refresh"] {
        for _ in 0..3 {
            let url = format!("{}{path}", api.address);
            // An image, a form, and a script that cannot set a header.
            let image = http.get(&url).send().await.expect("a response").status();
            let form = http.post(&url).header("content-type", "application/x-www-form-urlencoded");
            let form = form.body("name=user&password=guess").send().await.expect("a response").status();
            let script = http.post(&url).header("content-type", "text/plain").body(credentials.clone());
            let script = script.send().await.expect("a response").status();
            assert_eq!(image, 405, "{path}");
            assert!(
                [form, script].iter().all(|status| [400, 415].contains(&status.as_u16())),
                "{path}: {form} {script}"
            );
        }
    }
    let tokens = client.login("user").await;
    let again = client.post("/login", None, json!({"name": "user", "password": PASSWORD})).await;
    assert_eq!((again.status, again.header("cache-control")), (429, Some("no-store")));
    let tokens = client.refresh(&tokens.refresh).await.grant();
    assert_eq!(client.refresh(&tokens.refresh).await.status, 429);
}

#[tokio::test]
async fn a_body_is_one_object_and_errors_do_not_name_types() {
    let folder = folder();
    let api = start(&folder, &[]);
    let client = Client::of(&api);
    for body in [
        json!(["user", PASSWORD]),
        json!({"name": "user"}),
        json!({"name": "user", "password": 7}),
        json!("user"),
        json!(7),
    ] {
        for path in ["/login", "/page/login", "/refresh"] {
            let answer = client.post(path, None, body.clone()).await;
            assert_eq!(answer.status, 400, "{path} {body}");
            assert!(answer.body.contains("invalid_request"), "{}", answer.body);
            assert!(
                !["Credentials", "struct", "missing field"].iter().any(|word| answer.body.contains(word))
            );
        }
    }
    assert_eq!(client.post("/refresh", None, json!(["x"])).await.status, 400);
    let long = client.post("/login", None, json!({"name": "x".repeat(20_000), "password": ""})).await;
    assert_eq!(long.status, 413);
}

/// Each password hash takes 19 MiB while it is computed.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn logins_do_not_make_the_process_grow() {
    let folder = folder();
    let api = start(&folder, &[]);
    let client = std::sync::Arc::new(Client::of(&api));
    let resident = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", api.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    };
    for _ in 0..10 {
        let logins: Vec<_> = (0..10)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.login("user").await })
            })
            .collect();
        for login in logins {
            login.await.expect("a login");
        }
    }
    // Two buffers of 19 MiB, and everything else.
    let resident = resident();
    assert!(resident < 100, "{resident} MiB");
}
