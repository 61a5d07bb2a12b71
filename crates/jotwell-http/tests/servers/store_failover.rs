//! Redis with a replica: one that lags, one that takes over without the last writes, a partition in the middle of an
//! exchange. Clients reach the primary through a proxy that follows the failover.
//!
//! Under each fault there are at least 10,000 exchanges, or as many as `JOTWELL_TESTS_EXCHANGES` says; `.ci/full` asks
//! for 100,000.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::stores_common::RedisServer;
use jotwell_http::store::{
    RedisOptions, RedisStore, RefreshRotation, RotationOutcome, Sequence, SessionRecord, SessionStart,
    StatusQuery, Store, StoreError, StoreId, Timestamp, TokenHash, TokenStatus,
};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const CLIENTS: u64 = 32;
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const END: Timestamp = Timestamp::from_millis(1_800_086_400_000);
const GRACE: Duration = Duration::from_secs(3600);

fn wanted() -> u64 {
    match std::env::var("JOTWELL_TESTS_EXCHANGES") {
        Ok(number) => number.parse().unwrap(),
        Err(_) => 10_000,
    }
}

/// Forwards connections to its current target.
#[derive(Clone)]
struct Proxy {
    port: u16,
    /// The target, if any. A change closes all connections.
    target: Arc<watch::Sender<Option<u16>>>,
}

impl Proxy {
    async fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (target, changes) = watch::channel(Some(target));
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(pass_on(client, changes.clone()));
            }
        });
        Self { port, target: Arc::new(target) }
    }

    fn point(&self, target: Option<u16>) {
        self.target.send_replace(target);
    }
}

async fn pass_on(mut client: TcpStream, mut changes: watch::Receiver<Option<u16>>) {
    let Some(port) = *changes.borrow_and_update() else { return };
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let Ok(mut server) = TcpStream::connect(address).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = changes.changed() => {}
    }
}

/// A primary and a replica, the proxy for clients and the one for replication.
struct Pair {
    servers: [RedisServer; 2],
    primary: usize,
    clients: Proxy,
    replication: Proxy,
}

impl Pair {
    async fn start() -> Option<Self> {
        // Without the delay in which a primary waits for more replicas.
        let options = ["--repl-diskless-sync-delay", "0"];
        let servers = [RedisServer::start_with(&options).await?, RedisServer::start_with(&options).await?];
        let clients = Proxy::to(servers[0].port()).await;
        let replication = Proxy::to(servers[0].port()).await;
        let pair = Self { servers, primary: 0, clients, replication };
        pair.replicate().await;
        Some(pair)
    }

    fn primary(&self) -> &RedisServer {
        &self.servers[self.primary]
    }

    fn replica(&self) -> &RedisServer {
        &self.servers[1 - self.primary]
    }

    /// Makes the other one follow the primary, and waits until it is up to date.
    async fn replicate(&self) {
        self.replication.point(Some(self.primary().port()));
        self.replica().ask(&["REPLICAOF", "127.0.0.1", &self.replication.port.to_string()]).await;
        // The primary counts a replica for `WAIT` once it is online, which is a moment after the replica's link is up.
        for (server, state) in [(self.replica(), "master_link_status:up"), (self.primary(), "state=online")] {
            loop {
                let info = server.ask(&["INFO", "replication"]).await;
                let info: String = redis::from_redis_value(info).unwrap();
                if info.contains(state) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// The replica misses the last writes and takes over, and the proxy points to it. Then the old primary follows it.
    async fn fail_over(&mut self, lag: Duration) {
        self.replication.point(None);
        tokio::time::sleep(lag).await;
        self.clients.point(None);
        self.replica().ask(&["REPLICAOF", "NO", "ONE"]).await;
        self.primary = 1 - self.primary;
        self.clients.point(Some(self.primary().port()));
        self.replicate().await;
    }

    async fn store(&self, confirmed: bool) -> Arc<dyn Store> {
        self.store_within(confirmed, Duration::from_millis(200)).await
    }

    async fn store_within(&self, confirmed: bool, timeout: Duration) -> Arc<dyn Store> {
        let url = format!("redis://127.0.0.1:{}/", self.clients.port);
        let options = RedisOptions::new().response_timeout(Duration::from_secs(10));
        let options = if confirmed { options.confirmed_by(NonZeroU32::MIN, timeout) } else { options };
        Arc::new(RedisStore::connect(&url, options).await.unwrap())
    }
}

/// The results.
#[derive(Debug, Default)]
struct Tally {
    exchanges: AtomicU64,
    errors: AtomicU64,
    /// Tokens that were exchanged for two different successors.
    doubles: AtomicU64,
    /// Sessions that ended under an honest client.
    lost: AtomicU64,
    /// The salt of the successor of each token that was exchanged, by session.
    successors: Mutex<HashMap<(u64, u64), [u8; 32]>>,
}

/// Somewhere in the range of numbers that no other client uses.
fn session_name(number: u64) -> StoreId {
    let mut bytes = [1; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    StoreId::from_bytes(bytes)
}

/// Returns a token, by the salt that it was computed with.
fn token(session: u64, salt: [u8; 32]) -> TokenHash {
    let mut bytes = salt;
    bytes[..8].copy_from_slice(&session.to_be_bytes());
    TokenHash::from_bytes(bytes)
}

struct Client {
    store: Arc<dyn Store>,
    tally: Arc<Tally>,
    session: u64,
    /// Of the current token.
    salt: [u8; 32],
    generation: u64,
    attempts: u64,
}

impl Client {
    /// Begins a new session, with a unique number.
    async fn begin(&mut self) {
        loop {
            self.session += CLIENTS;
            self.generation = 0;
            self.salt = [0; 32];
            let record = SessionRecord {
                subject: session_name(u64::MAX - self.session),
                began: Sequence::from_number(u64::MAX >> 11),
                started_at: NOW,
                expires_at: END,
                current: token(self.session, self.salt),
                previous: None,
                data: Vec::new(),
            };
            let created =
                self.store.create(session_name(self.session), &record, SessionStart::default(), NOW).await;
            if created.is_ok() {
                return;
            }
            self.error().await;
        }
    }

    async fn error(&self) {
        self.tally.errors.fetch_add(1, SeqCst);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }

    /// Presents a token until there is a response. Returns the salt of its successor, or `None` if the session has
    /// ended.
    async fn exchange(&mut self, salt: [u8; 32], generation: u64) -> Option<[u8; 32]> {
        loop {
            self.attempts += 1;
            // Each attempt would have another successor.
            let mut new = [2; 32];
            new[8..16].copy_from_slice(&generation.to_be_bytes());
            new[16..24].copy_from_slice(&self.attempts.to_be_bytes());
            let exchange = RefreshRotation {
                presented: token(self.session, salt),
                copy: token(self.session, salt),
                successor: token(self.session, new),
                salt: new,
                grace: GRACE,
                presented_at: NOW,
                now: NOW,
            };
            let Ok(outcome) = self.store.exchange(session_name(self.session), &exchange).await else {
                self.error().await;
                continue;
            };
            self.tally.exchanges.fetch_add(1, SeqCst);
            let successor = match outcome {
                RotationOutcome::Rotated { .. } => new,
                RotationOutcome::Retried { salt, .. } => salt,
                _ => return None,
            };
            let mut successors = self.tally.successors.lock().unwrap();
            let first = *successors.entry((self.session, generation)).or_insert(successor);
            if first != successor {
                self.tally.doubles.fetch_add(1, SeqCst);
            }
            return Some(successor);
        }
    }

    /// In each generation the client and another tab present the token, one after the other.
    async fn run(mut self, stop: Arc<AtomicBool>) {
        self.begin().await;
        while !stop.load(SeqCst) {
            let mut next = None;
            for _ in 0..2 {
                next = self.exchange(self.salt, self.generation).await;
                if next.is_none() {
                    break;
                }
            }
            match next {
                Some(salt) => {
                    self.salt = salt;
                    self.generation += 1;
                }
                None => {
                    self.tally.lost.fetch_add(1, SeqCst);
                    self.begin().await;
                }
            }
        }
    }
}

/// Clients exchange tokens while `fault` happens repeatedly, until there were enough exchanges and faults.
async fn under(
    name: &str,
    pair: &mut Pair,
    confirmed: bool,
    faults: u64,
    mut fault: impl AsyncFnMut(&mut Pair),
) -> Arc<Tally> {
    let tally = Arc::new(Tally::default());
    let stop = Arc::new(AtomicBool::new(false));
    let mut clients = Vec::new();
    let store = pair.store(confirmed).await;
    for number in 0..CLIENTS {
        let (store, tally) = (store.clone(), tally.clone());
        let client = Client { store, tally, session: number, salt: [0; 32], generation: 0, attempts: 0 };
        clients.push(tokio::spawn(client.run(stop.clone())));
    }
    let mut count = 0;
    while count < faults || tally.exchanges.load(SeqCst) < wanted() {
        fault(pair).await;
        count += 1;
    }
    stop.store(true, SeqCst);
    for client in clients {
        client.await.unwrap();
    }
    let [exchanges, errors, doubles, lost] =
        [&tally.exchanges, &tally.errors, &tally.doubles, &tally.lost].map(|count| count.load(SeqCst));
    println!(
        "{name}: {count} faults, {exchanges} exchanges, {errors} errors, {doubles} double successes, {lost} sessions lost"
    );
    tally
}

fn counts(tally: &Tally) -> (u64, u64) {
    (tally.doubles.load(SeqCst), tally.lost.load(SeqCst))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_while_a_replica_lags() {
    let Some(mut pair) = Pair::start().await else { return };
    for confirmed in [false, true] {
        let tally = under("a replica lags", &mut pair, confirmed, 5, async |pair| {
            pair.replica().pause(true);
            tokio::time::sleep(Duration::from_millis(if confirmed { 300 } else { 50 })).await;
            pair.replica().pause(false);
            tokio::time::sleep(Duration::from_millis(500)).await;
        })
        .await;
        assert_eq!(counts(&tally), (0, 0), "confirmed: {confirmed}");
        assert_eq!(tally.errors.load(SeqCst) > 0, confirmed, "without a replica nothing is confirmed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partition_in_the_middle_of_an_exchange_loses_nothing() {
    let Some(mut pair) = Pair::start().await else { return };
    let tally = under("a partition", &mut pair, false, 50, async |pair| {
        pair.clients.point(None);
        tokio::time::sleep(Duration::from_millis(5)).await;
        pair.clients.point(Some(pair.primary().port()));
        tokio::time::sleep(Duration::from_millis(60)).await;
    })
    .await;
    assert_eq!(counts(&tally), (0, 0));
    assert!(tally.errors.load(SeqCst) > 0, "the partition shows");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confirmed_writes_survive_a_failover() {
    let Some(mut pair) = Pair::start().await else { return };
    let tally = under("a fail-over, confirmed", &mut pair, true, 10, async |pair| {
        pair.fail_over(Duration::from_millis(20)).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    })
    .await;
    assert_eq!(counts(&tally), (0, 0));
}

/// Without confirmation, acknowledged writes that the replica does not have are lost, as the documentation of
/// `RedisStore` says. Sessions end, and a token can be exchanged once more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unconfirmed_writes_are_lost_in_a_failover() {
    let Some(mut pair) = Pair::start().await else { return };
    let mut lag = 0;
    let tally = under("a fail-over, unconfirmed", &mut pair, false, 10, async |pair| {
        pair.fail_over(Duration::from_millis(lag)).await;
        lag = 20 - lag;
        tokio::time::sleep(Duration::from_millis(500)).await;
    })
    .await;
    assert!(tally.lost.load(SeqCst) > 0, "the replica lacked nothing");
}

/// The error of a write that too few replicas have confirmed.
fn unconfirmed(error: StoreError) {
    let StoreError::Unreachable { source } = error else { panic!("{error:?}") };
    assert_eq!(source.to_string(), "too few replicas have confirmed the write in time; it may have happened");
}

/// The end of a session, the revocation of a token and of a subject, and the use of a single-use token: confirmed, they
/// survive. So does one that already existed when it was confirmed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confirmed_revocations_survive_a_failover() {
    let Some(mut pair) = Pair::start().await else { return };
    // Longer, for a machine that is busy with the other tests.
    let store = pair.store_within(true, Duration::from_secs(2)).await;
    let id = |number| session_name(number);
    let session = SessionRecord {
        subject: id(100),
        began: Sequence::default(),
        started_at: NOW,
        expires_at: END,
        current: token(0, [0; 32]),
        previous: None,
        data: Vec::new(),
    };
    for number in [1, 5] {
        store.create(id(number), &session, SessionStart::default(), NOW).await.unwrap();
    }
    // The replica does not respond. The second attempt finds nothing to write, and is not confirmed either.
    pair.replica().pause(true);
    for _ in 0..2 {
        unconfirmed(store.end(id(5)).await.unwrap_err());
    }
    pair.replica().pause(false);
    // The replica is down: each write is an error, and has happened on the primary.
    pair.replication.point(None);
    unconfirmed(store.end(id(1)).await.unwrap_err());
    unconfirmed(store.revoke_token(id(2), END, NOW).await.unwrap_err());
    unconfirmed(store.revoke_subject(id(3), NOW, END, NOW).await.unwrap_err());
    unconfirmed(store.consume(id(4), END, NOW).await.unwrap_err());
    let sequence = store.sequence().await.unwrap();
    // It recovers. The end of the session is not acknowledged before the replica has it.
    pair.replicate().await;
    let mut ended = store.end(id(1)).await;
    while let Err(error) = ended {
        unconfirmed(error);
        ended = store.end(id(1)).await;
    }
    assert!(!ended.unwrap(), "it had ended on the primary");
    pair.fail_over(Duration::ZERO).await;
    let query = StatusQuery { token: None, subject: None, issued_at: NOW, session: None, now: NOW };
    let ended = StatusQuery { session: Some(id(1)), ..query.clone() };
    assert_eq!(store.token_status(&ended).await.unwrap(), TokenStatus::SessionEnded);
    let revoked = StatusQuery { token: Some(id(2)), ..query.clone() };
    assert_eq!(store.token_status(&revoked).await.unwrap(), TokenStatus::Revoked);
    let subject = StatusQuery { subject: Some(id(3)), ..query };
    assert_eq!(store.token_status(&subject).await.unwrap(), TokenStatus::SubjectRevoked);
    // The connection for writes was closed, which an operation without retry shows.
    let mut used = store.consume(id(4), END, NOW).await;
    while used.is_err() {
        used = store.consume(id(4), END, NOW).await;
    }
    assert!(!used.unwrap());
    assert_eq!(store.sequence().await.unwrap(), sequence);
}
