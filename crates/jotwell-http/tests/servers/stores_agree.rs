//! For every sequence of operations, all stores return the same results.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::stores_common::RedisServer;
use jotwell_http::store::{
    MemoryStore, RedbStore, RedisOptions, RedisStore, RefreshRotation, RotationOutcome, Sequence,
    SessionRecord, SessionStart, StatusQuery, Store, StoreError, StoreId, Timestamp, TokenHash, TokenStatus,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// The number of names of sessions. There are three subjects, tokens and logins each.
const SESSIONS: u8 = 6;

#[derive(Clone, Debug)]
enum Operation {
    Begin { login: u8 },
    Create { session: u8, subject: u8, login: u8, replaces: Option<u8>, limit: u32, back: u64, life: u64 },
    RefreshRotation { session: u8, presented: u8, copy: u8, successor: u8, grace: u64, back: u64 },
    Look { session: u8 },
    List { subject: u8 },
    End { session: u8 },
    Deny { token: u8, life: u64 },
    Forbid { subject: u8, back: u64, life: u64 },
    TokenStatus { token: Option<u8>, subject: Option<u8>, session: Option<u8>, back: u64 },
    FirstUse { token: u8, life: u64 },
    Purge,
}

#[derive(Debug, PartialEq)]
enum Answer {
    Done,
    Displaced(u64),
    Occupied,
    SubjectRevoked,
    Sequence(Sequence),
    RotationOutcome(RotationOutcome),
    Session(Option<SessionRecord>),
    Sessions(Vec<(StoreId, SessionRecord)>),
    Bool(bool),
    TokenStatus(TokenStatus),
    Count(u64),
}

fn id(kind: u8, number: u8) -> StoreId {
    let mut bytes = [kind; 32];
    bytes[0] = number;
    StoreId::from_bytes(bytes)
}

/// Logins that have begun, by number.
type Logins = [Sequence; 3];

async fn apply(store: &dyn Store, logins: &mut Logins, operation: &Operation, now: Timestamp) -> Answer {
    let later = |millis| now.saturating_add(Duration::from_millis(millis));
    let earlier = |millis| Timestamp::from_millis(now.as_millis() - millis);
    match *operation {
        Operation::Begin { login } => {
            let sequence = store.sequence().await.unwrap();
            logins[usize::from(login)] = sequence;
            Answer::Sequence(sequence)
        }
        Operation::Create { session, subject, login, replaces, limit, back, life } => {
            let record = SessionRecord {
                subject: id(b'u', subject),
                began: logins[usize::from(login)],
                started_at: earlier(back),
                expires_at: later(life),
                current: TokenHash::from_bytes([0; 32]),
                previous: None,
                data: vec![session; usize::from(subject)],
            };
            let replaces = replaces.map(|session| id(b's', session));
            let start = SessionStart { replaces, limit: NonZeroU32::new(limit) };
            match store.create(id(b's', session), &record, start, now).await {
                Err(StoreError::Occupied) => Answer::Occupied,
                Err(StoreError::SubjectRevoked) => Answer::SubjectRevoked,
                other => Answer::Displaced(other.unwrap()),
            }
        }
        Operation::RefreshRotation { session, presented, copy, successor, grace, back } => {
            let exchange = RefreshRotation {
                presented: TokenHash::from_bytes([presented; 32]),
                copy: TokenHash::from_bytes([copy; 32]),
                successor: TokenHash::from_bytes([successor; 32]),
                salt: [successor; 32],
                grace: Duration::from_micros(grace),
                presented_at: earlier(back),
                now,
            };
            Answer::RotationOutcome(store.exchange(id(b's', session), &exchange).await.unwrap())
        }
        Operation::Look { session } => Answer::Session(store.session(id(b's', session)).await.unwrap()),
        Operation::List { subject } => {
            Answer::Sessions(store.sessions_of(id(b'u', subject), now).await.unwrap())
        }
        Operation::End { session } => Answer::Bool(store.end(id(b's', session)).await.unwrap()),
        Operation::Deny { token, life } => {
            store.revoke_token(id(b't', token), later(life), now).await.unwrap();
            Answer::Done
        }
        Operation::Forbid { subject, back, life } => {
            store.revoke_subject(id(b'u', subject), earlier(back), later(life), now).await.unwrap();
            Answer::Done
        }
        Operation::TokenStatus { token, subject, session, back } => {
            let question = StatusQuery {
                token: token.map(|token| id(b't', token)),
                subject: subject.map(|subject| id(b'u', subject)),
                issued_at: earlier(back),
                session: session.map(|session| id(b's', session)),
                now,
            };
            Answer::TokenStatus(store.token_status(&question).await.unwrap())
        }
        Operation::FirstUse { token, life } => {
            Answer::Bool(store.consume(id(b't', token), later(life), now).await.unwrap())
        }
        Operation::Purge => Answer::Count(store.purge(now).await.unwrap()),
    }
}

fn operation() -> impl Strategy<Value = Operation> {
    let few = 0..3_u8;
    let (token, sessions) = (0..5_u8, 0..SESSIONS);
    let replaces = prop_oneof![3 => Just(None), 1 => sessions.clone().prop_map(Some)];
    let millis = prop_oneof![0..4_u64, 5..40_u64];
    prop_oneof![
        2 => few.clone().prop_map(|login| Operation::Begin { login }),
        5 => (sessions.clone(), few.clone(), few.clone(), replaces, 0..4_u32, 0..4_u64, millis.clone()).prop_map(
            |(session, subject, login, replaces, limit, back, life)| {
                Operation::Create { session, subject, login, replaces, limit, back, life }
            }
        ),
        8 => (sessions.clone(), token.clone(), 0..2_u8, token, prop_oneof![Just(0), 0..6_000_u64], 0..4_u64).prop_map(
            |(session, presented, copy, successor, grace, back)| {
                Operation::RefreshRotation { session, presented, copy, successor, grace, back }
            }
        ),
        2 => sessions.clone().prop_map(|session| Operation::Look { session }),
        3 => few.clone().prop_map(|subject| Operation::List { subject }),
        1 => sessions.clone().prop_map(|session| Operation::End { session }),
        1 => (few.clone(), millis.clone()).prop_map(|(token, life)| Operation::Deny { token, life }),
        1 => (few.clone(), 0..4_u64, millis.clone())
            .prop_map(|(subject, back, life)| Operation::Forbid { subject, back, life }),
        4 => (
            prop::option::of(few.clone()),
            prop::option::of(few.clone()),
            prop::option::of(sessions.clone()),
            0..4_u64
        )
            .prop_map(|(token, subject, session, back)| Operation::TokenStatus { token, subject, session, back }),
        1 => (few, millis).prop_map(|(token, life)| Operation::FirstUse { token, life }),
        1 => Just(Operation::Purge),
    ]
}

/// Returns when the session with a name has expired, as far as that is known from outside.
fn note(ends: &mut [u64; SESSIONS as usize], operation: &Operation, answer: &Answer, now: Timestamp) {
    if let (Operation::Create { session, life, .. }, Answer::Displaced(_)) = (operation, answer) {
        ends[usize::from(*session)] = now.as_millis() + life;
    }
}

async fn agree(
    history: &[(u64, Operation)],
    redb: &RedbStore,
    redis: &RedisStore,
) -> Result<(), TestCaseError> {
    let memory = MemoryStore::new();
    let mut now = Timestamp::from_millis(1_800_000_000_000);
    let mut ends = [0; SESSIONS as usize];
    let mut logins = [Logins::default(); 3];
    for (index, (step, operation)) in history.iter().enumerate() {
        now = now.saturating_add(Duration::from_millis(*step));
        let wanted = apply(&memory, &mut logins[0], operation, now).await;
        let in_file = apply(redb, &mut logins[1], operation, now).await;
        prop_assert_eq!(&in_file, &wanted, "redb, at step {} of {:?}", index, history);
        let shared = apply(redis, &mut logins[2], operation, now).await;
        let either_is_right = match operation {
            // Redis removes entries automatically.
            Operation::Purge => true,
            // Whether an expired entry still exists depends on when a store removes it.
            Operation::End { session } | Operation::Look { session } => {
                now.as_millis() >= ends[usize::from(*session)]
            }
            _ => false,
        };
        prop_assert!(
            shared == wanted || either_is_right,
            "Redis says {shared:?} instead of {wanted:?}, at step {index} of {history:?}"
        );
        note(&mut ends, operation, &wanted, now);
    }
    // Everything that remains is in the index, once.
    let end = now.saturating_add(Duration::from_secs(1));
    prop_assert_eq!(redb.purge(end).await.unwrap(), memory.purge(end).await.unwrap());
    prop_assert_eq!(redb.purge(end).await.unwrap(), 0);
    Ok(())
}

#[test]
fn all_stores_give_the_same_answers() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let Some(server) = runtime.block_on(RedisServer::start_with(&[])) else { return };
    // In memory instead of on a disk if possible: this test is not about durability.
    let memory = std::path::Path::new("/dev/shm");
    let directory = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let number = Arc::new(AtomicU64::new(0));
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) };
    let histories = prop::collection::vec(
        (prop_oneof![4 => Just(0), 4 => 1..3_u64, 1 => 3..30_u64], operation()),
        1..120,
    );
    TestRunner::new(config)
        .run(&histories, |history| {
            let options = RedisOptions::new()
                .namespace(&format!("history-{}", number.fetch_add(1, Ordering::Relaxed)))
                .response_timeout(Duration::from_secs(30));
            let file = directory.path().join("store");
            let redb = RedbStore::open(&file).unwrap();
            let result = runtime.block_on(async {
                let redis = RedisStore::connect(&server.url(), options).await.unwrap();
                agree(&history, &redb, &redis).await
            });
            drop(redb);
            std::fs::remove_file(file).unwrap();
            result
        })
        .unwrap();
}
