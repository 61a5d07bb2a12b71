//! A process is killed at arbitrary times. Acknowledged operations are not lost, and none is partly done.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::stores_common::RedisServer;
use jotwell_http::store::{
    RedbStore, RedisOptions, RedisStore, RefreshRotation, RotationOutcome, Sequence, SessionRecord,
    SessionStart, StatusQuery, Store, StoreId, Timestamp, TokenHash, TokenStatus,
};

const CLIENTS: u64 = 8;
const ROUNDS: u64 = 25;
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const END: Timestamp = Timestamp::from_millis(1_800_086_400_000);
/// The path of the file, in the child's environment.
const CHILD: &str = "JOTWELL_STORE_CRASH";

fn bytes(kind: u8, client: u64, number: u64) -> [u8; 32] {
    let mut bytes = [kind; 32];
    bytes[..8].copy_from_slice(&client.to_be_bytes());
    bytes[8..16].copy_from_slice(&number.to_be_bytes());
    bytes
}

fn session_name(client: u64) -> StoreId {
    StoreId::from_bytes(bytes(b's', client, 0))
}

fn name(client: u64, number: u64) -> StoreId {
    StoreId::from_bytes(bytes(b'n', client, number))
}

fn exchange(client: u64, number: u64, grace: Duration) -> RefreshRotation {
    RefreshRotation {
        presented: TokenHash::from_bytes(bytes(b't', client, number)),
        copy: TokenHash::from_bytes(bytes(b'c', client, number)),
        successor: TokenHash::from_bytes(bytes(b't', client, number + 1)),
        salt: bytes(b'x', client, number + 1),
        grace,
        presented_at: NOW,
        now: NOW,
    }
}

/// One client: a session, and in turn an exchange, a revoked token, a used token, a revoked subject. `report` is called
/// after each acknowledged step. Ends with the first error.
async fn work(store: Arc<dyn Store>, client: u64, report: impl Fn(u64, u64)) {
    let record = SessionRecord {
        subject: StoreId::from_bytes(bytes(b'u', client, 0)),
        began: Sequence::default(),
        started_at: NOW,
        expires_at: END,
        current: TokenHash::from_bytes(bytes(b't', client, 0)),
        previous: None,
        data: client.to_be_bytes().to_vec(),
    };
    if store.create(session_name(client), &record, SessionStart::default(), NOW).await.is_err() {
        return;
    }
    report(client, 0);
    for step in 1.. {
        let number = (step - 1) / 4;
        let done = match step % 4 {
            1 => {
                match store.exchange(session_name(client), &exchange(client, number, Duration::ZERO)).await {
                    Ok(RotationOutcome::Rotated { data, .. }) => {
                        assert_eq!(data, client.to_be_bytes());
                        Ok(())
                    }
                    Ok(other) => panic!("client {client}, step {step}: {other:?}"),
                    Err(error) => Err(error),
                }
            }
            2 => store.revoke_token(name(client, number), END, NOW).await,
            3 => store.consume(name(client, number), END, NOW).await.map(|is_first| assert!(is_first)),
            _ => store.revoke_subject(name(client, number), NOW, END, NOW).await,
        };
        if done.is_err() {
            return;
        }
        report(client, step);
    }
}

/// The acknowledged steps of one client must be present; one more may be.
async fn check(store: &dyn Store, client: u64, acknowledged: u64) {
    let question =
        |token, subject, session| StatusQuery { token, subject, issued_at: NOW, session, now: NOW };
    // Exchanges are steps 1, 5, 9 and so on; the last two numbers of each kind are checked.
    let exchanged = acknowledged.div_ceil(4);
    let one_more = exchange(client, exchanged, Duration::from_secs(3600));
    match store.exchange(session_name(client), &one_more).await.unwrap() {
        // The next one had not happened: the token after the last acknowledged one was current.
        RotationOutcome::Rotated { data, expires_at } => {
            assert_eq!((data.as_slice(), expires_at), (&client.to_be_bytes()[..], END));
        }
        // It had happened without an acknowledgement, and then completely.
        RotationOutcome::Retried { salt, data, .. } => {
            assert!(acknowledged.is_multiple_of(4), "client {client} was not at an exchange: {acknowledged}");
            assert_eq!((salt, data.as_slice()), (one_more.salt, &client.to_be_bytes()[..]));
        }
        other => panic!("client {client} has {acknowledged} acknowledged steps, and its token is {other:?}"),
    }
    let session = question(None, None, Some(session_name(client)));
    assert_eq!(store.token_status(&session).await.unwrap(), TokenStatus::Active);
    for step in 1..=acknowledged {
        let number = (step - 1) / 4;
        match step % 4 {
            1 => {}
            2 => {
                let denied = question(Some(name(client, number)), None, None);
                assert_eq!(
                    store.token_status(&denied).await.unwrap(),
                    TokenStatus::Revoked,
                    "{client}, {step}"
                );
            }
            3 => {
                let is_first = store.consume(name(client, number), END, NOW).await.unwrap();
                assert!(!is_first, "client {client}, step {step}");
            }
            _ => {
                let forbidden = question(None, Some(name(client, number)), None);
                assert_eq!(
                    store.token_status(&forbidden).await.unwrap(),
                    TokenStatus::SubjectRevoked,
                    "{client}, {step}"
                );
            }
        }
    }
}

/// Not a test: the process that the test below starts and kills.
#[test]
#[ignore = "run by `redb_survives_kill_9` in a separate process"]
fn child() {
    let Ok(setting) = std::env::var(CHILD) else { return };
    let (first, path) = setting.split_once(' ').unwrap();
    let first: u64 = first.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let store: Arc<dyn Store> = Arc::new(RedbStore::open(path).unwrap());
    let report = |client, step| {
        // One write, so that a line is complete or missing.
        std::io::stdout().write_all(format!("done {client} {step}\n").as_bytes()).unwrap();
    };
    runtime.block_on(async {
        let tasks: Vec<_> = (first..first + CLIENTS)
            .map(|client| tokio::spawn(work(Arc::clone(&store), client, report)))
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

/// Runs the child for a while and kills it. Returns the number of steps of each client that it acknowledged.
fn run_and_kill(path: &Path, first: u64, lines: u64) -> Vec<(u64, u64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_crash::child", "--ignored", "--nocapture", "--quiet"])
        .env(CHILD, format!("{first} {}", path.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut shown = vec![None; usize::try_from(CLIENTS).unwrap()];
    let mut count = 0;
    let mut line = String::new();
    // Output from before it died is still in the pipe: it was acknowledged.
    while output.read_line(&mut line).unwrap() > 0 {
        if let Some(rest) = line.trim_end_matches('\n').strip_prefix("done ") {
            let (client, step) = rest.split_once(' ').unwrap();
            let client: u64 = client.parse().unwrap();
            shown[usize::try_from(client - first).unwrap()] = Some(step.parse().unwrap());
            count += 1;
        }
        if count == lines {
            child.kill().unwrap();
        }
        line.clear();
    }
    let status = child.wait().unwrap();
    assert!(!status.success(), "it was killed while it worked: {status:?}, {count} steps");
    (first..).zip(shown).filter_map(|(client, step)| Some((client, step?))).collect()
}

#[tokio::test]
async fn redb_survives_kill_9() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let mut entries = 0;
    let mut all = Vec::new();
    for round in 0..ROUNDS {
        // From the first steps, when the file is new, to some hundreds.
        let shown = run_and_kill(&path, 1 + round * CLIENTS, 1 + round * round);
        let store = RedbStore::open(&path).unwrap();
        for (client, step) in &shown {
            check(&store, *client, *step).await;
            let number = step.saturating_sub(1) / 4;
            entries += 1 + 3 * number + step.saturating_sub(1) % 4;
        }
        all.extend(shown);
    }
    // At the end: the first entries still exist, and every table agrees with the index.
    let store = RedbStore::open(&path).unwrap();
    let question = |client| StatusQuery {
        token: None,
        subject: None,
        issued_at: NOW,
        session: Some(session_name(client)),
        now: NOW,
    };
    for (client, step) in &all {
        assert_eq!(store.token_status(&question(*client)).await.unwrap(), TokenStatus::Active);
        if *step >= 2 {
            let denied = StatusQuery { token: Some(name(*client, 0)), ..question(*client) };
            assert_eq!(store.token_status(&denied).await.unwrap(), TokenStatus::Revoked);
        }
    }
    let gone = store.purge(END).await.unwrap();
    let unacknowledged = ROUNDS * CLIENTS;
    assert!((entries..=entries + unacknowledged).contains(&gone), "{gone} entries, {entries} acknowledged");
    for (client, _) in &all {
        assert_eq!(
            store.exchange(session_name(*client), &exchange(*client, 0, Duration::ZERO)).await.unwrap(),
            RotationOutcome::Ended
        );
        assert!(store.consume(name(*client, 0), END, NOW).await.unwrap(), "purged");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_with_a_file_survives_kill_9() {
    let Some(mut server) = RedisServer::start().await else { return };
    for round in 0..8 {
        let store: Arc<dyn Store> =
            Arc::new(RedisStore::connect(&server.url(), RedisOptions::new()).await.unwrap());
        let shown = Arc::new(Mutex::new(std::collections::HashMap::new()));
        let count = Arc::new(AtomicU64::new(0));
        let first = round * CLIENTS;
        let tasks: Vec<_> = (first..first + CLIENTS)
            .map(|client| {
                let (shown, count) = (Arc::clone(&shown), Arc::clone(&count));
                tokio::spawn(work(Arc::clone(&store), client, move |client, step| {
                    shown.lock().unwrap().insert(client, step);
                    count.fetch_add(1, Ordering::SeqCst);
                }))
            })
            .collect();
        while count.load(Ordering::SeqCst) < 1 + round * 60 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.kill();
        for task in tasks {
            task.await.unwrap();
        }
        server.restart().await;
        let shown = shown.lock().unwrap().clone();
        assert!(!shown.is_empty());
        for (client, step) in shown {
            check(&*store, client, step).await;
        }
    }
}
