//! Particular behavior of Redis: its keys, its absence, its errors.

use std::time::Duration;

use crate::stores_common::RedisServer;
use jotwell_http::store::{
    RedisOptions, RedisStore, RefreshRotation, RotationOutcome, Sequence, SessionRecord, SessionStart,
    StatusQuery, Store, StoreError, StoreId, Timestamp, TokenHash, TokenStatus,
};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const END: Timestamp = Timestamp::from_millis(1_800_003_600_000);

fn id(number: u8) -> StoreId {
    StoreId::from_bytes([number; 32])
}

fn session() -> SessionRecord {
    SessionRecord {
        subject: id(200),
        began: Sequence::from_number(NOW.as_millis()),
        started_at: NOW,
        expires_at: END,
        current: TokenHash::from_bytes([0; 32]),
        previous: None,
        data: Vec::new(),
    }
}

fn exchange() -> RefreshRotation {
    RefreshRotation {
        presented: TokenHash::from_bytes([0; 32]),
        copy: TokenHash::from_bytes([8; 32]),
        successor: TokenHash::from_bytes([1; 32]),
        salt: [1; 32],
        grace: Duration::ZERO,
        presented_at: NOW,
        now: NOW,
    }
}

fn question(session: StoreId) -> StatusQuery {
    StatusQuery {
        token: Some(id(2)),
        subject: Some(id(200)),
        issued_at: NOW,
        session: Some(session),
        now: NOW,
    }
}

/// Returns one result of each operation.
async fn each(store: &RedisStore, number: u8) -> Vec<Result<(), StoreError>> {
    vec![
        store.create(id(number), &session(), SessionStart::default(), NOW).await.map(drop),
        store.exchange(id(number), &exchange()).await.map(drop),
        store.sessions_of(id(200), NOW).await.map(drop),
        store.token_status(&question(id(number))).await.map(drop),
        store.end(id(number)).await.map(drop),
        store.revoke_token(id(number), END, NOW).await,
        store.revoke_subject(id(number), NOW, END, NOW).await,
        store.consume(id(number), END, NOW).await.map(drop),
    ]
}

async fn ask(server: &RedisServer, command: &[&str]) -> redis::Value {
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut whole = redis::cmd(command[0]);
    whole.arg(&command[1..]);
    whole.query_async(&mut connection).await.unwrap()
}

/// Waits with a limit. How long it takes depends on the machine; without a timeout it would not end.
async fn in_the_end<T>(wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), wait).await.expect("a response")
}

#[tokio::test]
async fn without_redis_every_operation_fails_soon_and_then_works_again() {
    let Some(mut server) = RedisServer::start().await else { return };
    let timeout = Duration::from_millis(500);
    let options = RedisOptions::new().connect_timeout(timeout).response_timeout(timeout);
    let store = RedisStore::connect(&server.url(), options.clone()).await.unwrap();
    store.create(id(1), &session(), SessionStart::default(), NOW).await.unwrap();
    for round in 0..3 {
        server.kill();
        for again in 0..2 {
            for (index, answer) in in_the_end(each(&store, 10 + round)).await.into_iter().enumerate() {
                let is_unreachable = matches!(answer, Err(StoreError::Unreachable { .. }));
                assert!(is_unreachable, "operation {index}, {again}: {answer:?}");
            }
        }
        let rejected = RedisStore::connect(&server.url(), options.clone()).await;
        let Err(error @ StoreError::Unreachable { .. }) = rejected else { panic!("{rejected:?}") };
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "connection refused");
        // A service can start before Redis.
        let lazy = RedisStore::lazy(&server.url(), options.clone()).unwrap();
        assert!(lazy.token_status(&question(id(1))).await.is_err());
        server.restart().await;
        assert_eq!(store.token_status(&question(id(1))).await.unwrap(), TokenStatus::Active, "round {round}");
        assert_eq!(lazy.token_status(&question(id(1))).await.unwrap(), TokenStatus::Active, "round {round}");
        for answer in each(&store, 20 + round).await {
            answer.unwrap();
        }
    }
}

/// A restart between two requests: a repeatable operation does not show it.
#[tokio::test]
async fn a_restart_between_two_requests_does_not_fail_a_read() {
    let Some(mut server) = RedisServer::start().await else { return };
    let store = RedisStore::connect(&server.url(), RedisOptions::new()).await.unwrap();
    store.create(id(1), &session(), SessionStart::default(), NOW).await.unwrap();
    server.restart().await;
    assert_eq!(store.token_status(&question(id(1))).await.unwrap(), TokenStatus::Active);
    server.restart().await;
    store.revoke_token(id(2), END, NOW).await.unwrap();
    server.restart().await;
    store.revoke_subject(id(200), NOW, END, NOW).await.unwrap();
    assert_eq!(store.token_status(&question(id(1))).await.unwrap(), TokenStatus::Revoked);
}

/// Nor does an operation that can detect its own first attempt.
#[tokio::test]
async fn a_restart_between_two_requests_does_not_fail_a_session() {
    let Some(mut server) = RedisServer::start().await else { return };
    let store = RedisStore::connect(&server.url(), RedisOptions::new()).await.unwrap();
    server.restart().await;
    store.create(id(1), &session(), SessionStart::default(), NOW).await.unwrap();
    server.restart().await;
    let graceful = RefreshRotation { grace: Duration::from_millis(1), ..exchange() };
    let exchanged = store.exchange(id(1), &graceful).await.unwrap();
    assert!(matches!(exchanged, RotationOutcome::Rotated { .. }), "{exchanged:?}");
    server.restart().await;
    assert!(store.end(id(1)).await.unwrap());
    // A use cannot be distinguished from that of another caller, nor an exchange without a grace period from a theft.
    for number in 2..4 {
        store.create(id(number), &session(), SessionStart::default(), NOW).await.unwrap();
        server.restart().await;
        let answer = match number {
            2 => store.consume(id(9), END, NOW).await.map(drop),
            _ => store.exchange(id(number), &exchange()).await.map(drop),
        };
        assert!(matches!(answer, Err(StoreError::Unreachable { .. })), "{answer:?}");
    }
}

/// Forwards to Redis, and drops the response to the last command of the first connection.
async fn lossy(server: &RedisServer, lose: std::sync::Arc<std::sync::atomic::AtomicBool>) -> String {
    use std::sync::atomic::Ordering;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}/", listener.local_addr().unwrap());
    let target = ("127.0.0.1", server.port());
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let (lose, server) = (lose.clone(), tokio::net::TcpStream::connect(target).await.unwrap());
            tokio::spawn(async move {
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
                let mut bytes = vec![0; 64 * 1024];
                loop {
                    let length = from_server.read(&mut bytes).await.unwrap_or(0);
                    if length == 0 || lose.swap(false, Ordering::SeqCst) {
                        return;
                    }
                    to_client.write_all(&bytes[..length]).await.unwrap();
                }
            });
        }
    });
    url
}

/// The command has arrived, and its response is lost with the connection: the second attempt finds the effect of the
/// first.
#[tokio::test]
async fn a_lost_response_is_retried() {
    use std::sync::atomic::{AtomicBool, Ordering};

    let Some(server) = RedisServer::start().await else { return };
    let lose = std::sync::Arc::new(AtomicBool::new(false));
    let store = RedisStore::connect(&lossy(&server, lose.clone()).await, RedisOptions::new()).await.unwrap();
    // So that Redis has all scripts, and each command one response.
    for answer in each(&store, 9).await {
        answer.unwrap();
    }
    let session = SessionRecord { subject: id(77), ..session() };
    lose.store(true, Ordering::SeqCst);
    store.create(id(1), &session, SessionStart::default(), NOW).await.unwrap();
    let occupied = store.create(id(1), &session, SessionStart::default(), NOW).await;
    assert!(matches!(occupied, Err(StoreError::Occupied)), "{occupied:?}");
    lose.store(true, Ordering::SeqCst);
    let graceful = RefreshRotation { grace: Duration::from_millis(1), ..exchange() };
    let exchanged = store.exchange(id(1), &graceful).await.unwrap();
    assert!(
        matches!(exchanged, RotationOutcome::Retried { salt, .. } if salt == graceful.salt),
        "{exchanged:?}"
    );
    lose.store(true, Ordering::SeqCst);
    store.end(id(1)).await.unwrap();
    assert!(!store.end(id(1)).await.unwrap());
    // A session that another caller has begun is not a success.
    store.create(id(2), &session, SessionStart::default(), NOW).await.unwrap();
    lose.store(true, Ordering::SeqCst);
    let other = SessionRecord { current: TokenHash::from_bytes([9; 32]), ..session };
    let occupied = store.create(id(2), &other, SessionStart::default(), NOW).await;
    assert!(matches!(occupied, Err(StoreError::Occupied)), "{occupied:?}");
}

/// A server that accepts the connection and does not respond.
#[tokio::test]
async fn a_redis_that_does_not_respond_is_an_error_in_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}/", listener.local_addr().unwrap());
    let silence = tokio::spawn(async move {
        let mut connections = Vec::new();
        loop {
            connections.push(listener.accept().await.unwrap());
        }
    });
    let options = RedisOptions::new()
        .connect_timeout(Duration::from_millis(200))
        .response_timeout(Duration::from_millis(200));
    let store = RedisStore::lazy(&url, options).unwrap();
    for answer in in_the_end(each(&store, 1)).await {
        assert!(matches!(answer, Err(StoreError::Unreachable { .. })), "{answer:?}");
    }

    // Concurrent callers share one attempt. One after the other they would exceed the time limit.
    let options = RedisOptions::new()
        .connect_timeout(Duration::from_millis(200))
        .response_timeout(Duration::from_millis(200));
    let store = std::sync::Arc::new(RedisStore::lazy(&url, options).unwrap());
    let many: Vec<_> = (0..1_000)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.token_status(&question(id(1))).await })
        })
        .collect();
    let all = async {
        for one in many {
            let answer = one.await.unwrap();
            assert!(matches!(answer, Err(StoreError::Unreachable { .. })), "{answer:?}");
        }
    };
    in_the_end(all).await;
    silence.abort();

    // One that stops responding later, and then responds again.
    let Some(server) = RedisServer::start().await else { return };
    let options = RedisOptions::new().response_timeout(Duration::from_millis(200));
    let store = RedisStore::connect(&server.url(), options).await.unwrap();
    store.create(id(1), &session(), SessionStart::default(), NOW).await.unwrap();
    ask(&server, &["CLIENT", "PAUSE", "700", "ALL"]).await;
    let answer = store.token_status(&question(id(1))).await;
    assert!(matches!(answer, Err(StoreError::Unreachable { .. })), "{answer:?}");
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(store.token_status(&question(id(1))).await.unwrap(), TokenStatus::Active);
}

/// Every key expires, none too early, and all have one hash tag.
#[tokio::test]
async fn keys_expire_and_have_a_hash_tag() {
    let Some(server) = RedisServer::start().await else { return };
    let options = RedisOptions::new().namespace("shop.test");
    let store = RedisStore::connect(&server.url(), options).await.unwrap();
    for number in [1, 2] {
        store.create(id(number), &session(), SessionStart::default(), NOW).await.unwrap();
    }
    assert!(matches!(store.exchange(id(1), &exchange()).await.unwrap(), RotationOutcome::Rotated { .. }));
    for end in [END, Timestamp::from_millis(END.as_millis() - 1_000_000)] {
        store.revoke_token(id(3), end, NOW).await.unwrap();
        store.revoke_subject(id(4), NOW, end, NOW).await.unwrap();
    }
    store.consume(id(5), END, NOW).await.unwrap();
    // Even an entry that has already expired is removed automatically.
    store.revoke_token(id(6), NOW, NOW).await.unwrap();
    let keys: Vec<String> = redis::from_redis_value(ask(&server, &["KEYS", "*"]).await).unwrap();
    // Two sessions of one subject have one index.
    assert_eq!(keys.len(), 8, "{keys:?}");
    // The format and the sequence: one key, which never expires.
    let left: i64 = redis::from_redis_value(ask(&server, &["PTTL", "{shop.test}:m:"]).await).unwrap();
    assert_eq!(left, -1);
    for key in keys.iter().map(String::as_str).filter(|key| *key != "{shop.test}:m:") {
        assert!(key.starts_with("{shop.test}:"), "{key}");
        let left: i64 = redis::from_redis_value(ask(&server, &["PTTL", key]).await).unwrap();
        let minutes = 60_000;
        let is_over = key.starts_with("{shop.test}:d:BgYG");
        let wanted = if is_over { 4 * minutes..=5 * minutes } else { 64 * minutes..=65 * minutes };
        assert!(wanted.contains(&left), "{key} has {left} ms left");
    }
    // Another namespace is another store.
    let other = RedisStore::connect(&server.url(), RedisOptions::new()).await.unwrap();
    assert_eq!(other.token_status(&question(id(1))).await.unwrap(), TokenStatus::SessionEnded);
}

/// Records of earlier formats, and a namespace of a later one, are rejected with the number of the format.
#[tokio::test]
async fn another_format_is_rejected_with_its_number() {
    fn is_format<T: std::fmt::Debug>(found: u64, answer: &Result<T, StoreError>) -> bool {
        matches!(answer, Err(StoreError::Format { found: there, expected: 3 }) if *there == found)
    }
    let Some(server) = RedisServer::start().await else { return };
    // The commands of the store of format 1 for two sessions, a revoked token, a revoked subject and a used token.
    send(&server, include_str!("stores_format_1/redis.txt")).await;
    let store = RedisStore::connect(&server.url(), RedisOptions::new()).await.unwrap();
    let question = |session| StatusQuery { token: None, ..question(session) };
    for number in [1, 2] {
        let answers = [
            store.token_status(&question(id(number))).await.map(drop),
            store.exchange(id(number), &exchange()).await.map(drop),
            store.session(id(number)).await.map(drop),
        ];
        assert!(answers.iter().all(|answer| is_format(1, answer)), "{answers:?}");
    }
    let of_subject = SessionRecord { subject: id(201), ..session() };
    let answers = [
        store.sessions_of(id(201), NOW).await.map(drop),
        store.create(id(9), &of_subject, SessionStart::default(), NOW).await.map(drop),
        store.revoke_subject(id(201), NOW, END, NOW).await,
        store
            .token_status(&StatusQuery { session: None, subject: Some(id(201)), ..question(id(1)) })
            .await
            .map(drop),
    ];
    assert!(answers.iter().all(|answer| is_format(1, answer)), "{answers:?}");
    // These have not changed.
    let status = store.token_status(&StatusQuery { token: Some(id(3)), ..question(id(9)) }).await.unwrap();
    assert_eq!(status, TokenStatus::Revoked);
    assert!(!store.consume(id(4), END, NOW).await.unwrap());

    // The same from the store of format 2. Its records look like those of today.
    ask(&server, &["FLUSHALL"]).await;
    send(&server, include_str!("stores_format_2/redis.txt")).await;
    for format in [2, 4] {
        ask(&server, &["HSET", "{jotwell}:m:", "format", &format.to_string()]).await;
        for answer in each(&store, 1).await {
            assert!(is_format(format, &answer), "{answer:?}");
        }
        assert!(is_format(format, &store.sequence().await));
        assert!(is_format(format, &store.session(id(1)).await));
        let rejected = RedisStore::connect(&server.url(), RedisOptions::new()).await;
        assert!(is_format(format, &rejected), "{rejected:?}");
    }
}

/// Sends commands as `MONITOR` writes them.
async fn send(server: &RedisServer, commands: &str) {
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    for command in commands.lines() {
        let (name, words) = command.split_once(' ').unwrap();
        let mut whole = redis::cmd(name);
        whole.arg(words.split(' ').map(unescaped).collect::<Vec<_>>());
        let _: redis::Value = whole.query_async(&mut connection).await.unwrap();
    }
}

/// A word of a command as `MONITOR` writes it.
fn unescaped(word: &str) -> Vec<u8> {
    let mut parts = word.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

/// Foreign data are corrupt, and never an acceptance.
#[tokio::test]
async fn a_malformed_entry_is_corrupt() {
    let Some(server) = RedisServer::start().await else { return };
    let store = RedisStore::connect(&server.url(), RedisOptions::new()).await.unwrap();
    let names: Vec<String> = (1..=3).map(|number| jotwell::base64url::encode([number; 32])).collect();
    ask(&server, &["SET", &format!("{{jotwell}}:s:{}", names[0]), "text"]).await;
    ask(&server, &["HSET", &format!("{{jotwell}}:s:{}", names[1]), "expires_at", "9000000000000"]).await;
    ask(&server, &["HSET", &format!("{{jotwell}}:s:{}", names[2]), "expires_at", "soon"]).await;
    for number in [1, 2] {
        let standing = store.token_status(&question(id(number + 10))).await;
        assert_eq!(standing.unwrap(), TokenStatus::SessionEnded);
        let question = StatusQuery { token: None, ..question(id(number)) };
        let standing = store.token_status(&question).await;
        assert!(matches!(standing, Err(StoreError::Corrupt { .. })), "{number}: {standing:?}");
        let exchanged = store.exchange(id(number), &exchange()).await;
        assert!(matches!(exchanged, Err(StoreError::Corrupt { .. })), "{number}: {exchanged:?}");
    }
    let question = StatusQuery { token: None, ..question(id(3)) };
    store.token_status(&question).await.unwrap_err();
    store.exchange(id(3), &exchange()).await.unwrap_err();
    ask(&server, &["LPUSH", &format!("{{jotwell}}:d:{}", names[1]), "list"]).await;
    let question = StatusQuery { token: Some(id(2)), session: None, ..question };
    let standing = store.token_status(&question).await;
    assert!(matches!(standing, Err(StoreError::Corrupt { .. })), "{standing:?}");
}

/// The texts of Redis and of its client are not shown: both may quote their input.
#[tokio::test]
async fn no_password_is_shown() {
    const PASSWORD: &str = "correct-horse";
    let mut shown = String::new();
    let mut keep = |error: &StoreError| {
        let mut next: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = next {
            shown.push_str(&format!("{error} {error:?} "));
            next = error.source();
        }
    };
    let Some(server) = RedisServer::start().await else { return };
    let port = server.port();
    // A server without a password explains what it rejects; a foreign server repeats the command.
    let rejected =
        RedisStore::connect(&format!("redis://:{PASSWORD}@127.0.0.1:{port}/"), RedisOptions::new()).await;
    keep(&rejected.unwrap_err());
    let parrot = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = parrot.local_addr().unwrap();
    let parrot = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        loop {
            let (mut stream, _) = parrot.accept().await.unwrap();
            let mut heard = vec![0; 4096];
            let length = stream.read(&mut heard).await.unwrap_or(0);
            let heard = String::from_utf8_lossy(&heard[..length]).replace(['\r', '\n'], " ");
            let answer = format!("-ERR unknown command, with args: {heard}\r\n");
            let _ = stream.write_all(answer.repeat(4).as_bytes()).await;
        }
    });
    let url = format!("redis://user:{PASSWORD}@{address}/");
    let rejected = RedisStore::connect(&url, RedisOptions::new()).await;
    keep(&rejected.unwrap_err());
    parrot.abort();
    for url in [
        format!("http://user:{PASSWORD}@host/"),
        format!("redis://user:{PASSWORD}@host:99999999/"),
        format!("rediss://user:{PASSWORD}@host/"),
        PASSWORD.to_owned(),
    ] {
        let rejected = RedisStore::lazy(&url, RedisOptions::new());
        assert!(matches!(rejected, Err(StoreError::Misconfigured { .. })), "{rejected:?}");
        keep(&rejected.unwrap_err());
    }
    let store = RedisStore::lazy(&url, RedisOptions::new()).unwrap();
    shown.push_str(&format!("{store:?} {:?}", RedisOptions::new()));
    assert!(!shown.contains(PASSWORD), "{shown}");
    for namespace in ["", "a{b}", "a b", "ä"] {
        let rejected = RedisStore::lazy(&url, RedisOptions::new().namespace(namespace));
        assert!(matches!(rejected, Err(StoreError::Misconfigured { .. })), "{namespace:?}");
    }
}

/// If the first caller's clock was ahead, the entry is not removed earlier.
#[tokio::test]
async fn a_second_revocation_never_shortens_an_entry() {
    let Some(server) = RedisServer::start().await else { return };
    let store = RedisStore::connect(&server.url(), RedisOptions::new()).await.unwrap();
    let ahead = Timestamp::from_millis(END.as_millis() - 10_000);
    for (number, order) in [(1, [ahead, NOW]), (2, [NOW, ahead])] {
        for now in order {
            store.revoke_token(id(number), END, now).await.unwrap();
            store.revoke_subject(id(number), NOW, END, now).await.unwrap();
        }
    }
    let keys: Vec<String> = redis::from_redis_value(ask(&server, &["KEYS", "*"]).await).unwrap();
    assert_eq!(keys.len(), 5, "{keys:?}");
    for key in keys.iter().map(String::as_str).filter(|key| *key != "{jotwell}:m:") {
        let left: i64 = redis::from_redis_value(ask(&server, &["PTTL", key]).await).unwrap();
        assert!((64 * 60_000..=65 * 60_000).contains(&left), "{key} has {left} ms left");
    }
    // A later end from a caller whose clock is ahead does not shorten it either.
    let later = Timestamp::from_millis(END.as_millis() + 1);
    store.revoke_token(id(2), later, ahead).await.unwrap();
    let key = format!("{{jotwell}}:d:{}", jotwell::base64url::encode([2; 32]));
    let left: i64 = redis::from_redis_value(ask(&server, &["PTTL", &key]).await).unwrap();
    assert!(left > 64 * 60_000, "{left}");
    let kept: String = redis::from_redis_value(ask(&server, &["GET", &key]).await).unwrap();
    assert_eq!(kept, later.as_millis().to_string());
}

/// A caller has begun to connect, and its future is not polled any more.
#[tokio::test]
async fn a_cancelled_connection_attempt_does_not_block_others() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}/", silent.local_addr().unwrap());
    let timeout = Duration::from_millis(200);
    let options = RedisOptions::new().connect_timeout(timeout).response_timeout(timeout);
    let store = RedisStore::lazy(&url, options).unwrap();
    let question = question(id(1));
    let mut stuck = store.token_status(&question);
    assert!(
        std::future::poll_fn(|context| std::task::Poll::Ready(stuck.as_mut().poll(context)))
            .await
            .is_pending()
    );
    let answer = in_the_end(store.token_status(&question)).await;
    assert!(matches!(answer, Err(StoreError::Unreachable { .. })), "{answer:?}");
    drop(stuck);
}
