//! `Debug` tells what something is, for a log, and nothing that who reads the log could use.

#![forbid(unsafe_code)]

use std::sync::Arc;
use std::time::Duration;

use jotwell::{Algorithm, NoClaims, NumericDate, SigningKey, base64url};
use jotwell_http::remote::{Fetch, FetchError, FetchFuture, RemoteJwkSet};
use jotwell_http::store::{Id, MemoryStore, Moment, Previous, RedbStore, RedisOptions, TokenHash};
use jotwell_http::test_util::{TestIssuer, TestJwks};
use jotwell_http::{IssuerKeys, Sessions};

/// The text shows what it should, and not one of the secrets in any spelling that is likely.
#[track_caller]
fn shows(value: &dyn std::fmt::Debug, shown: &[&str], secrets: &[&[u8]]) {
    let text = format!("{value:?} {value:#?}");
    for name in shown {
        assert!(text.contains(name), "{name} is not shown: {text}");
    }
    for secret in secrets {
        let numbers = format!("{secret:?}");
        let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let spellings = [&*numbers, &hex, &base64url::encode(secret), &String::from_utf8_lossy(secret)];
        let leaked = spellings.iter().find(|spelling| text.contains(**spelling));
        assert_eq!(leaked, None, "{text}");
    }
}

#[test]
fn names_and_digests_in_a_store() {
    let (token, salt) = ([0x5a; 32], [0x3c; 32]);
    let id = Id::from_bytes([7; 32]);
    shows(&id, &[&base64url::encode([7; 32])], &[]);
    let hash = TokenHash::from_bytes(token);
    shows(&hash, &["TokenHash"], &[&token]);
    let previous = Previous { token: hash, salt, exchanged_at: Moment::from_millis(1_800_000_000_017) };
    shows(&previous, &["1800000000017"], &[&token, &salt]);
}

#[tokio::test]
async fn stores_and_sessions() {
    let folder = tempfile::tempdir().expect("a folder");
    shows(&RedbStore::open(folder.path().join("store")).expect("a store"), &["RedbStore"], &[]);
    // What is not said is as documented.
    let (said, default) =
        (RedisOptions::new().response_timeout(Duration::from_millis(1700)), RedisOptions::default());
    shows(&said, &["1.7s"], &[]);
    shows(&default, &["jotwell", "response_timeout: 1s", "connect_timeout: 1s"], &[]);

    let secret = [b's'; 32];
    let key = SigningKey::hmac(Algorithm::HS256, secret).expect("a key").with_key_id("one");
    let keys = IssuerKeys::fixed(key).expect("keys");
    let store = Arc::new(MemoryStore::new());
    let sessions = Sessions::<NoClaims>::new(store, keys, "https://auth.example", "orders-api")
        .grace(Duration::from_millis(1700));
    shows(&sessions, &["https://auth.example", "orders-api", "1.7s"], &[&secret]);
}

#[tokio::test]
async fn remote_sets_without_the_query_of_their_address() {
    #[derive(Debug)]
    struct Nothing;
    impl Fetch for Nothing {
        fn fetch(&self, _: http::Request<()>) -> FetchFuture<'_> {
            Box::pin(async { Err(FetchError::NotHttps) })
        }
    }
    let address = "https://auth.example/keys?code=S3cr3t";
    let builder = || {
        RemoteJwkSet::at(address, &[Algorithm::ES256])
            .stale(Duration::from_millis(1700))
            .timeout(Duration::from_millis(2300))
    };
    shows(&builder(), &["ES256", "Https", "1.7s", "2.3s"], &[b"S3cr3t"]);
    let set = builder().build(Nothing).expect("a set");
    shows(&set, &["https://auth.example/keys", "error: None"], &[b"S3cr3t"]);
}

#[test]
fn what_tests_are_given() {
    let secret = [b's'; 32];
    let key = SigningKey::hmac(Algorithm::HS256, secret).expect("a key");
    let issuer = TestIssuer::new("https://auth.example", "orders-api").expect("an issuer");
    let issuer = issuer.clock(NumericDate::from_secs(1_800_000_000));
    shows(&issuer.clone().with_key(key), &["https://auth.example", "orders-api"], &[&secret]);
    let served = TestJwks::start(&issuer.jwks().expect("a set")).expect("a server");
    shows(&served, &[&served.address().to_string()], &[]);
    assert_eq!(served.url(), format!("http://{}/jwks.json", served.address()));
}
