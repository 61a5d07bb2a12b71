//! Remote key sets over sockets: when they are fetched, and which keys are used in between.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use crate::remote_common::*;
use jotwell::{CachedValidator, Claims, VerifyError};
use jotwell_http::remote::{Fetch, FetchFuture, RemoteError, RemoteJwkSet};
use jotwell_http::{Authenticator, ReloadKeys, ReloadOutcome};
use tokio::sync::{Barrier, Semaphore};

const NOT_FETCHED: Result<(), VerifyError> =
    Err(VerifyError::Unavailable { reason: "the issuer's keys have not been fetched yet" });

const OUT_OF_REACH: Result<(), VerifyError> =
    Err(VerifyError::Unavailable { reason: "the issuer's keys could not be fetched" });

#[tokio::test]
async fn the_first_use_fetches() {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    server.always(ok("cache-control: max-age=600\r\n", &jwks(&[&one])));
    let keys = server.set(&clock);
    assert_eq!(server.hits(), 0);
    assert!(keys.keys().is_empty());
    assert_eq!(check(&keys, &one), NOT_FETCHED);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!(check(&keys, &one), Ok(()));
    assert_eq!(server.hits(), 1);
    let request = server.request(0);
    assert!(request.starts_with("get /keys http/1.1\r\n"), "{request}");
    assert!(request.contains("user-agent: jotwell-http/"), "{request}");
    assert!(!request.contains("accept-encoding") && !request.contains("cookie"), "{request}");
    let status = keys.status();
    let lived = status.fresh_until.unwrap().saturating_since(status.fetched_at.unwrap());
    let stale = status.serve_until.unwrap().saturating_since(status.fresh_until.unwrap());
    assert_eq!((lived.as_secs(), stale.as_secs()), (600, 3600));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn first_users_share_one_fetch() {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    let leave = Arc::new(Semaphore::new(0));
    server.always(Reply::After(leave.clone(), Box::new(ok("", &jwks(&[&one])))));
    let keys = server.set(&clock);
    // The response is held back until all have seen that there are no keys.
    let all = Arc::new(Barrier::new(51));
    let users: Vec<_> = (0..50)
        .map(|_| {
            let (keys, one, all) = (keys.clone(), one.clone(), all.clone());
            tokio::spawn(async move {
                assert_eq!(check(&keys, &one), NOT_FETCHED);
                all.wait().await;
                let renewal = keys.reload().await;
                check(&keys, &one).map(|()| renewal)
            })
        })
        .collect();
    all.wait().await;
    server.hit(1).await;
    leave.add_permits(1000);
    for user in users {
        assert_eq!(user.await.unwrap(), Ok(ReloadOutcome::Changed));
    }
    assert_eq!(server.hits(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_unknown_keys_cause_one_fetch() {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    server.always(ok("", &jwks(&[&one])));
    let keys = server.set(&clock);
    keys.reload().await;
    for round in 0..3 {
        clock.pass(30);
        let strangers: Vec<_> = (0..50)
            .map(|task| {
                let keys = keys.clone();
                tokio::spawn(async move {
                    for number in 0..20 {
                        let stranger = key(&format!("{round}/{task}/{number}"));
                        assert_eq!(check(&keys, &stranger), Err(VerifyError::unknown_key(stranger.key_id())));
                        assert_eq!(keys.reload().await, ReloadOutcome::Unchanged);
                    }
                })
            })
            .collect();
        for stranger in strangers {
            stranger.await.unwrap();
        }
        assert_eq!(server.hits(), round + 2);
    }
}

#[tokio::test]
async fn a_new_key_is_found_after_the_minimum_interval() {
    let (server, clock, one, two) = (Server::start().await, TestClock::new(), key("1"), key("2"));
    server.always(ok("", &jwks(&[&one])));
    let keys = server.set(&clock);
    keys.reload().await;
    server.always(ok("", &jwks(&[&one, &two])));
    clock.pass(29);
    keys.reload().await;
    assert_eq!((check(&keys, &two), server.hits()), (Err(VerifyError::unknown_key(Some("2"))), 1));
    clock.pass(1);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!((check(&keys, &two), server.hits()), (Ok(()), 2));
    // A caller that has read the keys before that must read them again.
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    // A withdrawn key is not accepted.
    server.always(ok("", &jwks(&[&two])));
    clock.pass(30);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!(check(&keys, &one), Err(VerifyError::unknown_key(Some("1"))));
}

#[tokio::test]
async fn refreshes_in_advance_and_readers_never_wait() {
    let (server, clock, one, two) = (Server::start().await, TestClock::new(), key("1"), key("2"));
    server.always(ok("cache-control: max-age=400\r\n", &jwks(&[&one])));
    let keys = server.set(&clock);
    keys.reload().await;
    clock.pass(299);
    assert_eq!(check(&keys, &one), Ok(()));
    let leave = Arc::new(Semaphore::new(0));
    server.always(Reply::After(leave.clone(), Box::new(ok("", &jwks(&[&one, &two])))));
    clock.pass(1);
    for _ in 0..100 {
        assert_eq!(check(&keys, &one), Ok(()));
    }
    server.hit(2).await;
    // The response is held back, and readers continue, to the end of the lifetime.
    clock.pass(99);
    assert_eq!(check(&keys, &one), Ok(()));
    clock.pass(1);
    assert_eq!(check(&keys, &one), NOT_FETCHED);
    leave.add_permits(10);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!((check(&keys, &two), server.hits()), (Ok(()), 2));
}

#[test]
fn threads_without_a_runtime_cause_fetches_too() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (clock, one) = (TestClock::new(), key("1"));
    let (server, keys) = runtime.block_on(async {
        let server = Server::start().await;
        server.always(ok("", &jwks(&[&one])));
        let keys = server.set(&clock);
        (server, keys)
    });
    assert_eq!(check(&keys, &one), NOT_FETCHED);
    runtime.block_on(async {
        server.hit(1).await;
        keys.reload().await;
    });
    assert_eq!((check(&keys, &one), server.hits()), (Ok(()), 1));
}

#[tokio::test]
async fn keys_are_used_for_a_while_during_an_outage() {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    server.always(ok("cache-control: max-age=400\r\n", &jwks(&[&one])));
    let keys = server.builder(&clock).stale_if_error(Duration::from_secs(1000)).build(fetch()).unwrap();
    keys.reload().await;
    server.always(status("503 Service Unavailable", "", ""));
    // There was no read since: whether they are withdrawn is unknown until a fetch has failed.
    clock.pass(400);
    assert_eq!(check(&keys, &one), NOT_FETCHED);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!(check(&keys, &one), Ok(()));
    clock.pass(999);
    assert_eq!(check(&keys, &one), Ok(()));
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    assert!(matches!(keys.status().error.as_deref(), Some(RemoteError::Status { status: 503 })));
    assert_eq!(check(&keys, &one), Ok(()));
    // An unknown key may be valid, as far as is known.
    assert_eq!(check(&keys, &key("2")), Err(VerifyError::unknown_key(Some("2"))));
    assert_eq!((keys.reload().await, server.hits()), (ReloadOutcome::Failed, 3));
    clock.pass(1);
    assert_eq!(check(&keys, &one), OUT_OF_REACH);
    assert!(keys.keys().is_empty());
    clock.pass(29);
    server.always(ok("", &jwks(&[&one])));
    assert_eq!(check(&keys, &one), NOT_FETCHED);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!(check(&keys, &one), Ok(()));
    assert!(keys.status().error.is_none());
}

#[tokio::test]
async fn unavailable_from_the_start() {
    let (clock, one) = (TestClock::new(), key("1"));
    let (server, listener) = Server::bind().await;
    let keys = server.set(&clock);
    drop(listener);
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    assert!(matches!(keys.status().error.as_deref(), Some(RemoteError::Fetch(_))));
    assert_eq!(check(&keys, &one), OUT_OF_REACH);
    clock.pass(30);
    assert_eq!(check(&keys, &one), NOT_FETCHED);
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
}

#[tokio::test]
async fn a_response_that_nothing_has_changed() {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    let set = jwks(&[&one]);
    server.script(move |request| match request.to_ascii_lowercase().contains("if-none-match: \"v1\"") {
        true => status("304 Not Modified", "cache-control: max-age=900\r\n", ""),
        false => ok("etag: \"v1\"\r\n", &set),
    });
    let keys = server.set(&clock);
    keys.reload().await;
    clock.pass(100);
    assert_eq!(keys.reload().await, ReloadOutcome::Unchanged);
    assert_eq!((check(&keys, &one), server.hits()), (Ok(()), 2));
    let life = || {
        let status = keys.status();
        status.fresh_until.unwrap().saturating_since(status.fetched_at.unwrap()).as_secs()
    };
    assert_eq!(life(), 900);
    // What such a response does not specify remains unchanged (RFC 9111 §4.3.4).
    server.always(status("304 Not Modified", "", ""));
    clock.pass(100);
    assert_eq!(keys.reload().await, ReloadOutcome::Unchanged);
    assert_eq!((life(), server.hits()), (900, 3));
    assert!(!server.request(0).contains("if-none-match") && server.request(1).contains("if-none-match"));
}

#[tokio::test]
async fn a_key_that_did_not_change_is_the_same_object() {
    let (server, clock, one, two) = (Server::start().await, TestClock::new(), key("1"), key("2"));
    server.always(ok("", &jwks(&[&one])));
    let keys = server.set(&clock);
    keys.reload().await;
    let cached = CachedValidator::<Claims, _>::new(validator(&keys), NonZeroUsize::new(8).unwrap());
    let token = token(&one);
    let before = cached.verify(&token).unwrap();
    server.always(ok("", &jwks(&[&two, &one])));
    clock.pass(30);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert!(Arc::ptr_eq(&before, &cached.verify(&token).unwrap()));
}

#[tokio::test]
async fn a_cancelled_caller_does_not_cancel_the_fetch_of_others() {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    let leave = Arc::new(Semaphore::new(0));
    server.always(Reply::After(leave.clone(), Box::new(ok("", &jwks(&[&one])))));
    let keys = server.set(&clock);
    let first = tokio::spawn({
        let keys = keys.clone();
        async move { keys.reload().await }
    });
    server.hit(1).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    leave.add_permits(10);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!((check(&keys, &one), server.hits()), (Ok(()), 1));
}

#[derive(Debug)]
struct Panics;

impl Fetch for Panics {
    fn fetch(&self, _: http::Request<()>) -> FetchFuture<'_> {
        Box::pin(async { panic!("a client with a bug") })
    }
}

#[tokio::test]
async fn a_client_that_panics_fails() {
    let clock = TestClock::new();
    let keys = RemoteJwkSet::from_url("https://auth.example", ALGORITHMS)
        .clock(clock.clone())
        .build(Panics)
        .unwrap();
    for _ in 0..2 {
        assert_eq!(keys.reload().await, ReloadOutcome::Failed);
        assert!(matches!(keys.status().error.as_deref(), Some(RemoteError::Aborted)));
        clock.pass(30);
    }
}

#[test]
fn a_set_survives_the_end_of_a_runtime() {
    let new = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (clock, one) = (TestClock::new(), key("1"));
    let (home, other) = (new(), new());
    let server = home.block_on(Server::start());
    server.always(Reply::Silence);
    let keys = other.block_on(async {
        let keys = server.set(&clock);
        tokio::spawn({
            let keys = keys.clone();
            async move { keys.reload().await }
        });
        server.hit(1).await;
        keys
    });
    other.shutdown_timeout(Duration::from_secs(60));
    assert!(matches!(keys.status().error.as_deref(), Some(RemoteError::Aborted)));
    clock.pass(30);
    // The runtime that the set has seen has ended: a thread without one cannot fetch, and does not block.
    assert_eq!(check(&keys, &one), NOT_FETCHED);
    clock.pass(30);
    server.always(ok("", &jwks(&[&one])));
    assert_eq!(home.block_on(keys.reload()), ReloadOutcome::Changed);
    assert_eq!(check(&keys, &one), Ok(()));
}

#[test]
fn without_any_runtime_nothing_is_fetched() {
    use std::task::{Context, Poll, Waker};
    let keys = RemoteJwkSet::from_url("https://auth.example", ALGORITHMS).build(Panics).unwrap();
    assert_eq!(check(&keys, &key("1")), NOT_FETCHED);
    let poll = keys.reload().as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(poll, Poll::Ready(ReloadOutcome::Failed));
}

/// Without `reload` the response is 503 for a moment; no valid token is rejected as invalid for that.
#[tokio::test]
async fn before_the_first_fetch_no_token_is_invalid() {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    server.always(ok("cache-control: max-age=600\r\n", &jwks(&[&one])));
    let value = format!("Bearer {}", token(&one)).parse().unwrap();
    let headers = http::HeaderMap::from_iter([(http::header::AUTHORIZATION, value)]);
    let authenticate = async |authenticator: &Authenticator| {
        let answer = authenticator.authenticate(&http::Method::GET, &headers).await;
        answer.map(drop).map_err(|rejection| rejection.status().as_u16())
    };
    for renews in [false, true] {
        let keys = server.set(&clock);
        let authenticator: Authenticator = Authenticator::new(validator(&keys));
        let authenticator = if renews { authenticator.reload_keys(keys.clone()) } else { authenticator };
        for quiet in [0, 601] {
            clock.pass(quiet);
            assert_eq!(
                authenticate(&authenticator).await,
                if renews { Ok(()) } else { Err(503) },
                "after {quiet} s"
            );
            // Begun by that request at the latest.
            keys.reload().await;
            assert_eq!(authenticate(&authenticator).await, Ok(()), "after {quiet} s");
        }
    }
}
