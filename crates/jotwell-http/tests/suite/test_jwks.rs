//! The key server for tests: it counts, changes, delays, fails and stops on demand.

use std::thread;
use std::time::Duration;

use crate::loopback::{fetch, get};
use http::StatusCode;
use jotwell::{Algorithm, JwkSet, KeyError, SigningKey};
use jotwell_test::{TestIssuer, TestJwks};
use serde_json::{Value, json};

fn issuer() -> TestIssuer {
    TestIssuer::new("https://auth.example", "orders-api").expect("an issuer")
}

fn serve(issuer: &TestIssuer) -> TestJwks {
    TestJwks::start(&issuer.jwks().expect("a set")).expect("a server")
}

/// Returns the names of the keys at that URL.
fn names(url: &str) -> Vec<String> {
    let set = JwkSet::from_json(fetch(url).expect("a response"), &[Algorithm::ES256]).expect("a set");
    set.keys().iter().filter_map(|key| key.key_id()).map(str::to_owned).collect()
}

#[test]
fn it_publishes_the_configured_keys_and_counts() {
    let first = issuer();
    let second = first.with_new_key().expect("a key");
    let server = serve(&first);
    assert_eq!((server.requests(), server.discoveries()), (0, 0));
    assert_eq!(names(&server.url()), [first.signing_key().key_id().expect("a name")]);
    server.publish(&second.jwks().expect("a set"));
    assert_eq!(names(&server.url()), [second.signing_key().key_id().expect("a name")]);
    server.publish_text("no set");
    assert_eq!(fetch(&server.url()).as_deref(), Some("no set"));
    assert_eq!((server.requests(), server.discoveries()), (3, 0));

    let answer = get(server.address(), "/jwks.json").expect("a response");
    assert!(answer.contains("content-type: application/jwk-set+json\r\n"), "{answer}");
    assert!(!answer.contains("cache-control"), "{answer}");
    server.max_age(Duration::from_secs(60));
    let answer = get(server.address(), "/jwks.json").expect("a response");
    assert!(answer.contains("cache-control: public, max-age=60\r\n"), "{answer}");
    assert!(get(server.address(), "/else").expect("a response").starts_with("HTTP/1.1 404 "));
    assert_eq!(server.requests(), 5);
}

#[test]
fn its_metadata_name_the_address_of_the_keys() {
    let server = serve(&issuer());
    for path in ["openid-configuration", "oauth-authorization-server"] {
        let text = fetch(&format!("{}/.well-known/{path}", server.issuer())).expect("a response");
        let metadata: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(metadata, json!({"issuer": server.issuer(), "jwks_uri": server.url()}));
    }
    server.name_issuer("https://attacker.example");
    let text = fetch(&format!("{}/.well-known/openid-configuration", server.issuer())).expect("a response");
    let metadata: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(metadata, json!({"issuer": "https://attacker.example", "jwks_uri": server.url()}));
    assert_eq!((server.requests(), server.discoveries()), (0, 3));
}

#[test]
fn it_fails_until_it_recovers() {
    let server = serve(&issuer());
    server.fail(StatusCode::SERVICE_UNAVAILABLE);
    for path in ["/jwks.json", "/.well-known/openid-configuration"] {
        let answer = get(server.address(), path).expect("a response");
        assert!(answer.starts_with("HTTP/1.1 503 ") && answer.ends_with("\r\n\r\n"), "{answer}");
    }
    server.recover();
    assert_eq!(names(&server.url()).len(), 1);
    assert_eq!((server.requests(), server.discoveries()), (2, 1));
}

#[tokio::test]
async fn it_delays_until_the_test_releases_it() {
    let (first, second) = (issuer(), issuer());
    let server = serve(&first);
    server.hold();
    let clients: Vec<_> = (0..3)
        .map(|_| {
            let url = server.url();
            thread::spawn(move || names(&url))
        })
        .collect();
    server.arrived(3).await;
    assert_eq!(server.requests(), 3);
    assert!(clients.iter().all(|client| !client.is_finished()));
    // They get the keys that are published when they are released.
    server.publish(&second.jwks().expect("a set"));
    server.release();
    for client in clients {
        assert_eq!(client.join().expect("names"), [second.signing_key().key_id().expect("a name")]);
    }
    assert_eq!(names(&server.url()).len(), 1);
    server.arrived(4).await;
}

#[test]
fn it_stops_when_it_is_dropped_even_if_a_client_waits() {
    let server = serve(&issuer());
    server.hold();
    let (address, url) = (server.address(), server.url());
    let client = thread::spawn(move || fetch(&url));
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(server.arrived(1));
    drop(server);
    assert_eq!(client.join().expect("a client"), None);
    assert!(get(address, "/jwks.json").is_err());
}

#[test]
fn a_shared_secret_is_not_published() {
    let key = SigningKey::generate(Algorithm::HS256).expect("a key");
    assert!(matches!(issuer().with_key(key).jwks(), Err(KeyError::NotPublic { .. })));
    // A set without keys is valid too.
    let server = TestJwks::start(&JwkSet::default()).expect("a server");
    assert_eq!(fetch(&server.url()).as_deref(), Some(r#"{"keys":[]}"#));
}
