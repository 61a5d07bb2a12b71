//! How many refresh tokens a store exchanges in a second.
//!
//! ```sh
//! cargo bench -p jotwell-http --bench rotations --features redb,redis -- redb 8 100000
//! ```
//!
//! Arguments: `memory`, `redb` (a new file in the system's temporary directory), `redb:<path>` or a Redis URL; the
//! number of clients; the number of exchanges. Each client has its own session and exchanges its tokens one after the
//! other. The program aborts if an exchange fails or succeeds twice, or if a session is lost.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jotwell_http::store::{
    MemoryStore, RedbStore, RedisOptions, RedisStore, RefreshRotation, RotationOutcome, Sequence,
    SessionRecord, SessionStart, Store, StoreId, Timestamp, TokenHash,
};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the requested store, and its temporary directory if it has one.
async fn open(name: &str) -> Result<(Arc<dyn Store>, Option<tempfile::TempDir>)> {
    Ok(match name {
        "memory" => (Arc::new(MemoryStore::new()), None),
        "redb" => {
            let directory = tempfile::tempdir()?;
            (Arc::new(RedbStore::open(directory.path().join("rotations.redb"))?), Some(directory))
        }
        url if url.starts_with("redis://") => {
            let namespace = format!("rotations-{}", std::process::id());
            (Arc::new(RedisStore::connect(url, RedisOptions::new().namespace(&namespace)).await?), None)
        }
        path => (Arc::new(RedbStore::open(path.strip_prefix("redb:").ok_or("which store?")?)?), None),
    })
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::default().saturating_add(since)
}

/// Returns the client's token of that number, and its parts.
fn token(client: u64, number: u64) -> [u8; 32] {
    let mut token = [0; 32];
    token[..8].copy_from_slice(&client.to_be_bytes());
    token[8..16].copy_from_slice(&number.to_be_bytes());
    token
}

fn exchange(client: u64, number: u64) -> RefreshRotation {
    RefreshRotation {
        presented: TokenHash::from_bytes(token(client, number)),
        copy: TokenHash::from_bytes(token(client, number)),
        successor: TokenHash::from_bytes(token(client, number + 1)),
        salt: token(client, number + 1),
        grace: Duration::ZERO,
        presented_at: now(),
        now: now(),
    }
}

async fn client(
    store: Arc<dyn Store>,
    client: u64,
    exchanges: u64,
    successes: Arc<AtomicU64>,
) -> Result<Vec<Duration>> {
    let id = StoreId::from_bytes(token(client, u64::MAX));
    let session = SessionRecord {
        subject: StoreId::from_bytes(token(client, 0)),
        began: Sequence::default(),
        started_at: now(),
        expires_at: now().saturating_add(LIFE),
        current: TokenHash::from_bytes(token(client, 0)),
        previous: None,
        data: b"{\"role\":\"reader\",\"device\":\"a browser somewhere\"}".to_vec(),
    };
    store.create(id, &session, SessionStart::default(), now()).await?;
    let mut times = Vec::with_capacity(usize::try_from(exchanges)?);
    for number in 0..exchanges {
        let exchange = exchange(client, number);
        let start = Instant::now();
        let exchanged = store.exchange(id, &exchange).await?;
        times.push(start.elapsed());
        match exchanged {
            RotationOutcome::Rotated { data, expires_at } => {
                assert_eq!((data, expires_at), (session.data.clone(), session.expires_at));
                successes.fetch_add(1, Ordering::Relaxed);
            }
            other => {
                return Err(
                    format!("client {client} lost its session at exchange {number}: {other:?}").into()
                );
            }
        }
    }
    // With a grace period: the session exists, and the last exchange happened once.
    let again = RefreshRotation { grace: LIFE, ..exchange(client, exchanges - 1) };
    match store.exchange(id, &again).await? {
        RotationOutcome::Retried { salt, .. } if salt == again.salt => {}
        other => return Err(format!("client {client} is not where it should be: {other:?}").into()),
    }
    // Without: the previous token is rejected.
    match store.exchange(id, &exchange(client, exchanges - 1)).await? {
        RotationOutcome::Reused => Ok(times),
        other => Err(format!("client {client} exchanged one token twice: {other:?}").into()),
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    // cargo adds its own argument.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let argument = |index: usize| arguments.get(index).map(String::as_str);
    let name = argument(0).unwrap_or("memory");
    let clients: u64 = argument(1).unwrap_or("8").parse()?;
    let exchanges: u64 = argument(2).unwrap_or("10000").parse()?;
    let each = exchanges.div_ceil(clients.max(1)).max(1);

    let (store, _directory) = open(name).await?;
    let successes = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|number| tokio::spawn(client(Arc::clone(&store), number, each, Arc::clone(&successes))))
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let elapsed = start.elapsed();
    let done = successes.load(Ordering::Relaxed);
    assert_eq!(done, clients * each, "as many successes as exchanges");
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 1000).min(times.len() - 1)).copied();
    let store = name.split(['@', ':']).next().unwrap_or(name);
    println!(
        "{store}: {done} exchanges by {clients} clients in {:.1} s: {:.0} a second, p50 {:?}, p99 {:?}, longest {:?}; \
         none lost, none double",
        elapsed.as_secs_f64(),
        done as f64 / elapsed.as_secs_f64(),
        at(500).unwrap_or_default(),
        at(990).unwrap_or_default(),
        at(1000).unwrap_or_default(),
    );
    Ok(())
}
