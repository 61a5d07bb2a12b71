//! `Debug` shows what is useful in a log, and no secret.

use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method};
use jotwell::{Algorithm, NoClaims, NumericDate, SigningKey, base64url};
use jotwell_http::remote::{Fetch, FetchError, FetchFuture, RemoteJwkSet};
use jotwell_http::store::{
    MemoryStore, Previous, RedbStore, RedisOptions, RedisStore, RefreshRotation, RotationOutcome, Sequence,
    SessionRecord, StoreId, Timestamp, TokenHash,
};
use jotwell_http::{AccessClaims, IssuerKeys, ReplayGuard, Revocations, Sessions};
use jotwell_test::{TestIssuer, TestJwks};
use tower::Layer;

/// Asserts that the text shows what it should, and none of the secrets in any likely encoding.
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
    let id = StoreId::from_bytes([7; 32]);
    shows(&id, &[&base64url::encode([7; 32])], &[]);
    let hash = TokenHash::from_bytes(token);
    shows(&hash, &["TokenHash"], &[&token]);
    let previous = Previous {
        token: hash,
        copy: hash,
        salt,
        exchanged_at: Timestamp::from_millis(1_800_000_000_017),
        is_forked: true,
        forks_before: 0,
    };
    shows(&previous, &["1800000000017", "is_forked: true"], &[&token, &salt]);

    let data = b"{\"subject\":\"user-42\"}".to_vec();
    let (end, now) = (Timestamp::from_millis(1_800_000_000_023), Timestamp::from_millis(1_800_000_000_019));
    let record = SessionRecord {
        subject: id,
        began: Sequence::from_number(42),
        started_at: now,
        expires_at: end,
        current: hash,
        previous: Some(previous),
        data: data.clone(),
    };
    let known = [base64url::encode([7; 32]), "1800000000019".into(), "1800000000023".into()];
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    shows(&record, &known, &[&token, &salt, &data, b"user-42"]);
    let rotation = RefreshRotation {
        presented: hash,
        copy: hash,
        successor: hash,
        salt,
        grace: Duration::from_millis(1700),
        presented_at: now,
        now,
    };
    shows(&rotation, &["1.7s", "1800000000019"], &[&token, &salt]);
    let rotated = RotationOutcome::Rotated { data: data.clone(), expires_at: end };
    shows(&rotated, &["Rotated", "1800000000023"], &[&data, b"user-42"]);
    let retried = RotationOutcome::Retried { other_copy: true, salt, data: data.clone(), expires_at: end };
    shows(&retried, &["Retried", "1800000000023"], &[&salt, &data, b"user-42"]);
    shows(&RotationOutcome::Reused, &["Reused"], &[]);
    shows(&RotationOutcome::Forked, &["Forked"], &[]);
    shows(&RotationOutcome::Ended, &["Ended"], &[]);
}

#[tokio::test]
async fn stores_and_sessions() {
    let folder = tempfile::tempdir().expect("a folder");
    shows(&RedbStore::open(folder.path().join("store")).expect("a store"), &["RedbStore"], &[]);
    let redis = RedisStore::lazy("redis://user:S3cr3t@127.0.0.1/", RedisOptions::new()).expect("a store");
    shows(&redis, &["RedisStore", "jotwell"], &[b"S3cr3t"]);
    // Defaults are as documented.
    let said = RedisOptions::new().namespace("orders");
    let said =
        said.response_timeout(Duration::from_millis(1700)).connect_timeout(Duration::from_millis(2300));
    let default = RedisOptions::default();
    shows(&said, &["orders", "response_timeout: 1.7s", "connect_timeout: 2.3s"], &[]);
    shows(&default, &["jotwell", "response_timeout: 1s", "connect_timeout: 1s"], &[]);

    let secret = [b's'; 32];
    let key = SigningKey::hmac(Algorithm::HS256, secret).expect("a key").with_key_id("one");
    let keys = IssuerKeys::single(key).expect("keys");
    shows(&keys, &["IssuerKeys", "HS256", "published: 0"], &[&secret]);
    let store = Arc::new(MemoryStore::new());
    shows(&Revocations::new(store.clone()), &["Revocations", "MemoryStore", "sessions: false"], &[]);
    shows(&ReplayGuard::new(store.clone()), &["ReplayGuard", "MemoryStore"], &[]);
    let sessions = Sessions::<NoClaims>::new(
        store,
        keys,
        jotwell_http::IssuerId::new("https://auth.example"),
        jotwell_http::AudienceId::new("orders-api"),
    )
    .grace(Duration::from_millis(1700));
    shows(&sessions, &["https://auth.example", "orders-api", "1.7s"], &[&secret]);

    let grant = sessions
        .begin()
        .await
        .expect("the store")
        .complete("user-42", AccessClaims::new(NoClaims))
        .await
        .expect("a session");
    let tokens = [grant.access_token.as_bytes(), grant.refresh_token.as_bytes()];
    shows(&grant, &["TokenResponse", &grant.session_id, "expires_in"], &tokens);
    let authenticator = sessions.authenticator();
    let header = HeaderValue::from_str(&format!("Bearer {}", *grant.access_token)).expect("a header");
    let headers = HeaderMap::from_iter([(AUTHORIZATION, header)]);
    let auth = authenticator.authenticate(&Method::GET, &headers).await.expect("a user");
    shows(&auth, &["Auth", "user-42"], &tokens);
    shows(&authenticator, &["Authenticator", "sessions: true"], &[&secret]);
    let layer = authenticator.layer();
    shows(&layer, &["AuthLayer", "optional: false"], &[&secret]);
    shows(&layer.layer("what is inside"), &["AuthService", "what is inside", "AuthLayer"], &[&secret]);
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
        RemoteJwkSet::from_url(address, &[Algorithm::ES256])
            .stale_if_error(Duration::from_millis(1700))
            .timeout(Duration::from_millis(2300))
    };
    shows(&builder(), &["ES256", "Https", "1.7s", "2.3s"], &[b"S3cr3t"]);
    let set = builder().build(Nothing).expect("a set");
    shows(&set, &["https://auth.example/keys", "error: None"], &[b"S3cr3t"]);
}

#[test]
fn values_of_the_test_kit() {
    let secret = [b's'; 32];
    let key = SigningKey::hmac(Algorithm::HS256, secret).expect("a key");
    let issuer = TestIssuer::new("https://auth.example", "orders-api").expect("an issuer");
    let issuer = issuer.clock(NumericDate::from_secs(1_800_000_000));
    shows(&issuer.clone().with_key(key), &["https://auth.example", "orders-api"], &[&secret]);
    let served = TestJwks::start(&issuer.jwks().expect("a set")).expect("a server");
    shows(&served, &[&served.address().to_string()], &[]);
    assert_eq!(served.url(), format!("http://{}/jwks.json", served.address()));
}
