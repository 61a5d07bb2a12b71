//! Settings of remote key sets for clusters, proxies and unusual sets, over sockets.

use std::sync::{Arc, Mutex};

use http::{Request, Response};
use jotwell::{Claims, VerifyError};
use jotwell_http::remote::{
    AddressError, Fetch, FetchError, FetchFuture, FetchLimits, HttpFetch, MIN_FETCH_INTERVAL, RemoteError,
    RemoteJwkSet, RemoteJwkSetBuilder,
};
use jotwell_http::{ReloadKeys, ReloadOutcome};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::remote_common::*;
use crate::remote_issuer::{over_tls, tls_server};

fn error(keys: &RemoteJwkSet) -> RemoteError {
    (*keys.status().error.expect("an error")).clone()
}

/// Creates a set at that address, by the name of this machine.
fn by_name(server: &Server) -> RemoteJwkSetBuilder {
    RemoteJwkSet::from_url(format!("http://localhost:{}/keys", server.address.port()), ALGORITHMS)
}

#[tokio::test]
async fn http_to_a_named_host_needs_the_danger_method() {
    let server = Server::start().await;
    server.always(ok("", &jwks(&[&key("1")])));
    let rejected = by_name(&server).build(fetch()).map(drop);
    assert!(matches!(rejected, Err(RemoteError::Address(AddressError::NotHttps))));
    let rejected = by_name(&server).danger_allow_http_to("keycloak").build(fetch()).map(drop);
    assert!(matches!(rejected, Err(RemoteError::Address(AddressError::NotHttps))));
    let keys = by_name(&server).danger_allow_http_to("localhost").build(fetch()).expect("a set");
    assert_eq!(keys.reload().await, ReloadOutcome::Changed, "{:?}", keys.status());
}

#[tokio::test]
async fn an_issuer_in_a_cluster_names_keys_on_its_own_host_only() {
    let server = Server::start().await;
    let issuer = format!("http://localhost:{}/realms/a", server.address.port());
    let keys = |uri: &str| {
        server.script({
            let document = format!(r#"{{"issuer":"{issuer}","jwks_uri":"{uri}"}}"#);
            move |head| match head.starts_with("GET /realms/a/.well-known") {
                true => ok("", &document),
                false => ok("", &jwks(&[&key("1")])),
            }
        });
        let builder = RemoteJwkSet::discover(&issuer, ALGORITHMS).danger_allow_http_to("localhost");
        builder.build(fetch()).expect("a set")
    };
    let own = keys(&format!("{issuer}/certs"));
    assert_eq!(own.reload().await, ReloadOutcome::Changed, "{:?}", own.status());
    let other = keys(&format!("http://127.0.0.1:{}/certs", server.address.port()));
    assert_eq!(other.reload().await, ReloadOutcome::Failed);
    assert!(matches!(error(&other), RemoteError::SetAddress(AddressError::NotHttps)));
}

fn token_file(content: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), content).expect("written");
    file
}

#[tokio::test]
async fn a_token_from_a_file_goes_to_the_configured_origin_only() {
    let (server, other) = (Server::start().await, Server::start().await);
    let clock = TestClock::new();
    let issuer = format!("http://{}", server.address);
    server.script({
        let document = format!(r#"{{"issuer":"{issuer}","jwks_uri":"{}"}}"#, other.url());
        move |head| match head.starts_with("GET /.well-known") {
            true => ok("", &document),
            false => ok("", &jwks(&[&key("1")])),
        }
    });
    other.always(ok("", &jwks(&[&key("1")])));
    let file = token_file("the-token-of-this-pod\n");
    let settings = |builder: RemoteJwkSetBuilder| {
        builder.allow_http_on_loopback().clock(clock.clone()).bearer_token_file(file.path())
    };
    let direct = settings(RemoteJwkSet::from_url(server.url(), ALGORITHMS)).build(fetch()).expect("a set");
    assert_eq!(direct.reload().await, ReloadOutcome::Changed);
    assert!(server.request(0).contains("authorization: bearer the-token-of-this-pod\r\n"));
    // It is read again for each fetch, since Kubernetes replaces it.
    std::fs::write(file.path(), "another").expect("written");
    clock.pass(30);
    direct.reload().await;
    assert!(server.request(1).contains("authorization: bearer another\r\n"));

    let named = settings(RemoteJwkSet::discover(&issuer, ALGORITHMS)).build(fetch()).expect("a set");
    assert_eq!(named.reload().await, ReloadOutcome::Changed);
    assert!(server.request(2).contains("authorization: bearer another\r\n"));
    assert_eq!(other.hits(), 1);
    assert!(!other.request(0).contains("authorization"), "{}", other.request(0));
    assert!(!format!("{named:?} {direct:?}").contains("another"));
}

#[tokio::test]
async fn a_token_file_that_cannot_be_used_fails_the_fetch() {
    let server = Server::start().await;
    server.always(ok("", &jwks(&[&key("1")])));
    let long = "a".repeat(16 * 1024 + 1);
    for content in ["", " \n", "two words", "a\r\nx-injected: b", "\u{e9}", &long] {
        let file = token_file(content);
        let builder = server.builder(&TestClock::new()).bearer_token_file(file.path());
        let keys = builder.build(fetch()).expect("a set");
        assert_eq!(keys.reload().await, ReloadOutcome::Failed);
        assert!(matches!(error(&keys), RemoteError::Credentials { .. }), "{content:?}");
    }
    let keys =
        server.builder(&TestClock::new()).bearer_token_file("/nowhere/token").build(fetch()).expect("a set");
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    assert_eq!(server.hits(), 0);
}

#[test]
fn a_token_is_not_sent_over_http_to_another_machine() {
    let builder =
        RemoteJwkSet::from_url("http://keycloak:8080/keys", ALGORITHMS).danger_allow_http_to("keycloak");
    let rejected = builder.bearer_token_file("/token").build(fetch()).map(drop);
    assert!(matches!(rejected, Err(RemoteError::CredentialsOverHttp)));
}

#[tokio::test]
async fn the_length_of_a_set_is_a_setting() {
    let server = Server::start().await;
    let set = format!("{}{}", jwks(&[&key("1")]), " ".repeat(100_000));
    server.always(ok("", &set));
    for (limit, outcome) in [
        (set.len(), ReloadOutcome::Changed),
        (set.len() - 1, ReloadOutcome::Failed),
        (10, ReloadOutcome::Failed),
    ] {
        let keys = server.builder(&TestClock::new()).max_bytes(limit).build(fetch()).expect("a set");
        assert_eq!(keys.reload().await, outcome);
        if outcome == ReloadOutcome::Failed {
            let found = error(&keys);
            assert!(
                matches!(found, RemoteError::Fetch(FetchError::TooLong { limit: at }) if at == limit),
                "{found:?}"
            );
        }
    }
}

/// Even if a client ignores the limit.
#[tokio::test]
async fn a_longer_set_is_rejected_if_the_client_reads_it_all() {
    #[derive(Debug)]
    struct ReadsAll(usize);

    impl Fetch for ReadsAll {
        fn fetch(&self, request: Request<()>) -> FetchFuture<'_> {
            assert_eq!(FetchLimits::of(&request).max_bytes(), self.0);
            let body = format!("{}{}", jwks(&[&key("1")]), " ".repeat(10_000));
            Box::pin(async move { Ok(Response::new(body.into_bytes())) })
        }
    }

    let set = RemoteJwkSet::from_url("https://auth.example/keys", ALGORITHMS).max_bytes(10_000);
    let keys = set.build(ReadsAll(10_000)).expect("a set");
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    assert!(matches!(error(&keys), RemoteError::Fetch(FetchError::TooLong { limit: 10_000 })));
}

#[tokio::test]
async fn a_use_of_spiffe_is_accepted_if_configured() {
    let server = Server::start().await;
    let set = jwks(&[&key("1")]).replace(r#""use":"sig""#, r#""use":"jwt-svid""#);
    assert!(set.contains("jwt-svid"), "{set}");
    server.always(ok("", &set));
    for (builder, count) in [
        (server.builder(&TestClock::new()), 0),
        (server.builder(&TestClock::new()).accept_use("jwt-svid"), 1),
        (server.builder(&TestClock::new()).accept_use("enc"), 0),
    ] {
        let keys = builder.build(fetch()).expect("a set");
        keys.reload().await;
        assert_eq!(keys.keys().len(), count);
    }
}

#[tokio::test]
async fn verify_fetches_for_a_token_with_an_unknown_key() {
    let (server, clock) = (Server::start().await, TestClock::new());
    let (one, two, stranger) = (key("1"), key("2"), key("3"));
    server.always(ok("", &jwks(&[&one])));
    let keys = server.set(&clock);
    let validator = validator(&keys);
    let verify = async |key| keys.verify::<Claims, _>(&validator, &token(key)).await.map(drop);
    assert_eq!(verify(&one).await, Ok(()));
    assert_eq!(verify(&one).await, Ok(()));
    assert_eq!(server.hits(), 1);
    server.always(ok("", &jwks(&[&one, &two])));
    clock.pass(i64::try_from(MIN_FETCH_INTERVAL.as_secs()).expect("seconds"));
    assert_eq!(verify(&two).await, Ok(()));
    assert_eq!(server.hits(), 2);
    // Not again within the minimum interval.
    for _ in 0..3 {
        assert!(verify(&stranger).await.expect_err("unknown").is_key_not_found());
    }
    assert_eq!(server.hits(), 2);
    clock.pass(i64::try_from(MIN_FETCH_INTERVAL.as_secs()).expect("seconds"));
    server.always(status("503 Service Unavailable", "", ""));
    assert!(matches!(verify(&stranger).await, Err(VerifyError::Unavailable { .. })));
    assert_eq!(verify(&one).await, Ok(()));
    let other = keys.verify::<Claims, _>(&validator, "no token").await.map(drop);
    assert!(matches!(other, Err(VerifyError::SegmentCount { .. })), "{other:?}");
}

#[tokio::test]
async fn discovery_errors_show_the_configured_and_the_found_issuer() {
    let server = Server::start().await;
    let issuer = format!("http://{}", server.address);
    server.always(ok("", &format!(r#"{{"issuer":"{issuer}/","jwks_uri":"{}"}}"#, server.url())));
    let keys =
        RemoteJwkSet::discover(&issuer, ALGORITHMS).allow_http_on_loopback().build(fetch()).expect("a set");
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    let text = error(&keys).to_string();
    assert!(
        text.contains(&format!("asked for the issuer {issuer:?}, the document describes \"{issuer}/\"")),
        "{text}"
    );
    assert!(text.contains("slashes"), "{text}");
}

/// A proxy that opens tunnels, and records its requests.
async fn proxy(password: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = seen.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a client");
            let noted = noted.clone();
            tokio::spawn(async move {
                let mut client = BufReader::new(stream);
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") {
                    client.read_line(&mut head).await.expect("a line");
                }
                let target = head.split(' ').nth(1).expect("a target").to_owned();
                noted.lock().expect("the notes").push(head.clone());
                if !head.to_ascii_lowercase().contains(&format!("proxy-authorization: basic {password}")) {
                    let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
                    return client.write_all(answer).await.expect("written");
                }
                let mut server = TcpStream::connect(target).await.expect("a server");
                client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("written");
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    (address, seen)
}

#[tokio::test]
async fn https_goes_through_the_proxy_and_stays_encrypted() {
    let (server, authority) = tls_server("127.0.0.1").await;
    server.always(ok("", &jwks(&[&key("1")])));
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority).expect("a certificate");
    // `user:pass`
    let (address, seen) = proxy("dxnlcjpwyxnz").await;
    let keys_by = |proxy: &str| {
        let fetch = HttpFetch::with_tls(tls(roots.clone())).proxy(proxy).expect("a proxy");
        assert!(!format!("{fetch:?}").contains("pass"));
        let url = format!("https://{}/keys", server.address);
        RemoteJwkSet::from_url(url, ALGORITHMS).build(fetch).expect("a set")
    };
    let keys = keys_by(&format!("http://user:pass@{address}"));
    assert_eq!(keys.reload().await, ReloadOutcome::Changed, "{:?}", keys.status());
    let head = seen.lock().expect("the notes").first().cloned().expect("a request");
    assert!(head.starts_with(&format!("CONNECT {} HTTP/1.1\r\n", server.address)), "{head}");
    let rejected = keys_by(&format!("http://{address}"));
    assert_eq!(rejected.reload().await, ReloadOutcome::Failed);
    assert_eq!(server.hits(), 1);
    // Addresses of this machine are connected to directly.
    let local = Server::start().await;
    local.always(ok("", &jwks(&[&key("1")])));
    let fetch = fetch().proxy("http://127.0.0.1:1").expect("a proxy");
    let keys = local.builder(&TestClock::new()).build(fetch).expect("a set");
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
}

/// Runs in a separate process, whose environment the test below sets.
#[tokio::test]
#[ignore = "run by `the_proxy_of_the_environment_is_used_if_configured`"]
async fn fetches_in_this_environment() {
    let variable = |name| std::env::var(name).expect("a variable");
    let (url, authority) = (variable("JOTWELL_TEST_URL"), variable("JOTWELL_TEST_AUTHORITY"));
    let fetch = fetch().trust_only(authority).expect("an authority");
    let outcomes = [fetch.clone(), fetch.proxy_from_env()].map(|fetch| async {
        let keys = RemoteJwkSet::from_url(url.as_str(), ALGORITHMS).build(fetch).expect("a set");
        keys.reload().await
    });
    for outcome in outcomes {
        println!("outcome: {:?}", outcome.await);
    }
}

#[tokio::test]
async fn the_proxy_of_the_environment_is_used_if_configured() {
    let (server, authority) = tls_server("127.0.0.1").await;
    server.always(ok("", &jwks(&[&key("1")])));
    let file = token_file(&pem(&authority));
    let (address, seen) = proxy("dxnlcjpwyxnz").await;
    let proxy = format!("http://user:pass@{address}");
    let url = format!("https://{}/keys", server.address);
    // The number of the two fetches that went through the proxy.
    let fetches_by_proxy = async |variables: &[(&str, &str)]| {
        let mut command = std::process::Command::new(std::env::current_exe().expect("this program"));
        command.args(["--ignored", "--exact", "--nocapture", "remote_settings::fetches_in_this_environment"]);
        for name in ["HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "HTTP_PROXY"] {
            command.env_remove(name).env_remove(name.to_ascii_lowercase());
        }
        command.env("JOTWELL_TEST_URL", &url).env("JOTWELL_TEST_AUTHORITY", file.path());
        command.envs(variables.iter().copied());
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread");
        let output = output.expect("a process");
        let text = String::from_utf8(output.stdout).expect("text");
        assert_eq!(text.matches("outcome: Changed").count(), 2, "{variables:?}: {text}");
        std::mem::take(&mut *seen.lock().expect("the notes")).len()
    };
    // By default the environment is ignored.
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        assert_eq!(fetches_by_proxy(&[(name, &proxy)]).await, 1, "{name}");
    }
    for name in ["NO_PROXY", "no_proxy"] {
        assert_eq!(fetches_by_proxy(&[("HTTPS_PROXY", &proxy), (name, "127.0.0.1")]).await, 0, "{name}");
        assert_eq!(fetches_by_proxy(&[("HTTPS_PROXY", &proxy), (name, "other.example")]).await, 1, "{name}");
    }
    // That proxy is for other addresses.
    assert_eq!(fetches_by_proxy(&[("HTTP_PROXY", &proxy)]).await, 0);
    assert_eq!(fetches_by_proxy(&[]).await, 0);
}

/// The other provider of cryptography behaves the same, and installs nothing for the process.
#[cfg(feature = "fetch-aws-lc")]
#[tokio::test]
async fn keys_are_fetched_with_the_cryptography_of_aws_lc() {
    let (server, authority) = tls_server("127.0.0.1").await;
    server.always(ok("", &jwks(&[&key("1")])));
    let file = token_file(&pem(&authority));
    let fetch = HttpFetch::with_aws_lc().expect("a client");
    // It trusts the authorities of the operating system, which this one is not among.
    let rejected = over_tls(&server, fetch.clone());
    assert_eq!(rejected.reload().await, ReloadOutcome::Failed);
    let trusting = over_tls(&server, fetch.trust_only(file.path()).expect("an authority"));
    assert_eq!(trusting.reload().await, ReloadOutcome::Changed, "{:?}", trusting.status());
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[test]
fn an_invalid_proxy_address_is_an_error() {
    for address in ["", "proxy:3128", "https://proxy:3128", "socks5://proxy", "http://", "not an address"] {
        assert!(matches!(fetch().proxy(address), Err(FetchError::Settings { .. })), "{address}");
    }
}

#[tokio::test]
async fn only_the_authorities_of_a_file_are_trusted() {
    let (server, authority) = tls_server("127.0.0.1").await;
    let (other, _) = tls_server("127.0.0.1").await;
    for server in [&server, &other] {
        server.always(ok("", &jwks(&[&key("1")])));
    }
    let body = pem(&authority);
    let file = token_file(&body);
    let fetch = || fetch().trust_only(file.path()).expect("authorities");
    assert_eq!(over_tls(&server, fetch()).reload().await, ReloadOutcome::Changed);
    let rejected = over_tls(&other, fetch());
    assert_eq!(rejected.reload().await, ReloadOutcome::Failed);
    for content in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let file = token_file(content);
        let result = crate::remote_common::fetch().trust_only(file.path()).map(drop);
        assert!(matches!(result, Err(FetchError::Settings { .. })), "{content:?}");
    }
    assert!(crate::remote_common::fetch().trust_only("/nowhere/ca.crt").is_err());
}

/// A certificate as PEM.
fn pem(der: &[u8]) -> String {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    for chunk in der.chunks(48) {
        for three in chunk.chunks(3) {
            let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                << (8 * (3 - three.len()));
            for place in 0..4 {
                let symbol = SYMBOLS[(bits >> (18 - 6 * place) & 63) as usize];
                text.push(if place <= three.len() { char::from(symbol) } else { '=' });
            }
        }
        text.push('\n');
    }
    text + "-----END CERTIFICATE-----\n"
}
