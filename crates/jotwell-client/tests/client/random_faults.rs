//! A server in memory, with `jotwell-http`'s sessions, that fails at random.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::http::{Request, Response};
use axum::response::IntoResponse;
use jotwell::NumericDate;
use jotwell_client::{RefreshToken, SessionClient, TokenError, Transport, TransportError, TransportFuture};
use jotwell_http::Sessions;
use jotwell_test::TestClock;
use proptest::prelude::*;
use zeroize::Zeroizing;

use crate::server::{ClientClock, EXPIRED, START, log_in, sessions};

#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    /// The request does not arrive.
    Unreachable,
    /// The tokens are exchanged, and the response is lost.
    Lost,
    /// The tokens are exchanged, and the response is truncated.
    Cut,
    /// 503 before anything has happened.
    BusyBefore,
    /// 503 after the exchange, as from a gateway.
    BusyAfter,
    /// 429 with `Retry-After`.
    TooMany,
}

#[derive(Clone, Copy, Debug)]
enum Move {
    /// The next requests meet these faults.
    Faults([Fault; 3]),
    Pass(u64),
    Ask,
    /// The server rejects the token.
    Reject,
    /// Storing refresh tokens fails, or works again.
    Disk(bool),
}

fn faults() -> impl Strategy<Value = Fault> {
    use Fault::{BusyAfter, BusyBefore, Cut, Lost, None, TooMany, Unreachable};
    prop::sample::select(vec![None, Unreachable, Lost, Cut, BusyBefore, BusyAfter, TooMany])
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        2 => prop::array::uniform3(faults()).prop_map(Move::Faults),
        2 => prop::sample::select(vec![1, 2, 3, 850, EXPIRED.as_secs()]).prop_map(Move::Pass),
        4 => Just(Move::Ask),
        1 => Just(Move::Reject),
        1 => any::<bool>().prop_map(Move::Disk),
    ]
}

#[derive(Debug, Default)]
struct World {
    faults: VecDeque<Fault>,
    /// Refresh tokens whose successor has arrived.
    exchanged: BTreeSet<String>,
    /// The refresh token that arrived last.
    last: String,
    /// The start of an exchange whose response has not arrived, by the server's clock.
    open_since: Option<i64>,
    /// Whether an exchange was open for longer than the server's grace period.
    may_have_ended: bool,
    presented_again: Vec<String>,
}

#[derive(Clone)]
struct Faulty {
    sessions: Sessions,
    clock: TestClock,
    world: Arc<Mutex<World>>,
}

impl std::fmt::Debug for Faulty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Faulty")
    }
}

impl Faulty {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("a lock")
    }

    fn now(&self) -> i64 {
        jotwell::Clock::now(&self.clock).as_secs()
    }

    async fn answer(&self, token: &str) -> Result<Response<Zeroizing<Vec<u8>>>, TransportError> {
        let fault = {
            let mut world = self.world();
            if world.exchanged.contains(token) {
                world.presented_again.push(token.to_owned());
            }
            world.faults.pop_front().unwrap_or(Fault::None)
        };
        let gone = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let busy = |status| {
            let response = Response::builder().status(status).header("retry-after", "1");
            Ok(response.body(Zeroizing::default()).expect("a response"))
        };
        match fault {
            Fault::Unreachable => return Err(TransportError::unreachable(gone())),
            Fault::BusyBefore => return busy(503),
            Fault::TooMany => return busy(429),
            Fault::None | Fault::Lost | Fault::Cut | Fault::BusyAfter => {}
        }
        let (status, mut body, successor) = match self.sessions.refresh(token).await {
            Ok(tokens) => {
                let body = serde_json::to_vec(&tokens).expect("JSON");
                (200, body, Some(tokens.refresh_token.as_str().to_owned()))
            }
            Err(error) => {
                (error.into_response().status().as_u16(), br#"{"error":"invalid_grant"}"#.to_vec(), None)
            }
        };
        let now = self.now();
        let mut world = self.world();
        if let Some(successor) = successor {
            if matches!(fault, Fault::None) {
                world.exchanged.insert(token.to_owned());
                world.last = successor;
                world.open_since = None;
            } else {
                world.open_since.get_or_insert(now);
            }
        }
        match fault {
            Fault::Lost => return Err(TransportError::interrupted(gone())),
            Fault::BusyAfter => return busy(503),
            Fault::Cut => body.truncate(body.len() / 2),
            _ => {}
        }
        // A truncated rejection has no reason.
        Ok(Response::builder().status(status).body(Zeroizing::new(body)).expect("a response"))
    }
}

impl Transport for Faulty {
    fn send(&self, request: Request<Zeroizing<Vec<u8>>>) -> TransportFuture<'_> {
        Box::pin(async move {
            let body: BTreeMap<String, String> = serde_json::from_slice(request.body()).expect("JSON");
            self.answer(&body["refresh_token"]).await
        })
    }
}

/// Runs tasks until none of them is ready.
async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

/// Checks the property for one history.
async fn run(history: &[Move]) -> Result<(), TestCaseError> {
    let clock = TestClock::at(NumericDate::from_secs(START));
    let sessions = sessions(&clock);
    let first = log_in(&sessions).await;
    let server = Faulty { sessions, clock, world: Arc::default() };
    server.world().last = first.refresh_token.as_str().to_owned();
    let (disk, is_full) =
        (Arc::new(Mutex::new(server.world().last.clone())), Arc::new(AtomicBool::new(false)));
    let store = {
        let (disk, is_full) = (disk.clone(), is_full.clone());
        move |token: RefreshToken| {
            let full = is_full.load(Ordering::SeqCst);
            if !full {
                *disk.lock().expect("a lock") = token.as_str().to_owned();
            }
            std::future::ready(if full {
                Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
            } else {
                Ok(())
            })
        }
    };
    let client = ClientClock::default();
    let source = SessionClient::new("https://api.example", server.clone()).expect("an address");
    let source = source.clock(client.clone()).store(store);
    let source = source.resume(RefreshToken::new(first.refresh_token.as_str()).expect("a token"));

    let pass = |seconds: u64| {
        server.clock.advance(Duration::from_secs(seconds));
        client.advance(Duration::from_secs(seconds));
        let now = server.now();
        let mut world = server.world();
        world.may_have_ended |= world.open_since.is_some_and(|since| now - since >= 10);
    };
    let mut held = None;
    for step in history {
        match *step {
            Move::Faults(faults) => server.world().faults = faults.into(),
            Move::Pass(seconds) => pass(seconds),
            Move::Disk(full) => is_full.store(full, Ordering::SeqCst),
            Move::Reject => {
                if let Some(token) = &held {
                    source.reject(token);
                }
            }
            Move::Ask => match source.token().await {
                Ok(token) => held = Some(token),
                Err(TokenError::SessionEnded) => prop_assert!(server.world().may_have_ended),
                Err(_) => {}
            },
        }
        // Lets a renewal in the background end.
        settle().await;
        let world = server.world();
        prop_assert!(world.presented_again.is_empty());
    }

    // When there are no more faults, the session continues.
    server.world().faults.clear();
    is_full.store(false, Ordering::SeqCst);
    pass(2);
    match source.token().await {
        Ok(_) => {}
        Err(TokenError::SessionEnded) => prop_assert!(server.world().may_have_ended),
        Err(error) => prop_assert!(false, "{error:?}"),
    }
    settle().await;
    let world = server.world();
    prop_assert!(world.presented_again.is_empty());
    prop_assert!(
        world.may_have_ended || *disk.lock().expect("a lock") == world.last,
        "the last token is not stored"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_refresh_token_that_was_exchanged_is_never_presented_again(
        history in prop::collection::vec(moves(), 1..24),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(run(&history))?;
    }
}
