//! When tokens are renewed, and how failures are handled.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jotwell_client::{OAuthError, RefreshToken, SessionClient, TokenError, TokenSource};

use crate::server::{ClientClock, EXPIRED, Server, credentials, transport};

async fn start() -> (Server, ClientClock, TokenSource) {
    let (server, clock) = (Server::start().await, ClientClock::default());
    let source = server.sessions(&clock).login(&credentials()).await.expect("a session");
    (server, clock, source)
}

fn pass(server: &Server, clock: &ClientClock, time: Duration) {
    server.service.clock.advance(time);
    clock.advance(time);
}

async fn is_alive(server: &Server, source: &TokenSource) -> bool {
    let token = source.token().await.expect("a token");
    let request = reqwest::Request::new(reqwest::Method::GET, server.url("/me").parse().expect("an address"));
    let request =
        reqwest::RequestBuilder::from_parts(crate::server::http().build().expect("a client"), request);
    request.bearer_auth(token.as_str()).send().await.expect("an answer").status() == 200
}

#[tokio::test]
async fn a_fresh_token_is_used_again() {
    let (server, clock, source) = start().await;
    pass(&server, &clock, Duration::from_secs(800));
    let (one, two) = (source.token().await.expect("a token"), source.token().await.expect("a token"));
    assert_eq!((one.as_str(), server.refreshes()), (two.as_str(), 0));
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_expiry_while_requests_go_on() {
    let (server, clock, source) = start().await;
    let old = source.token().await.expect("a token");
    pass(&server, &clock, Duration::from_secs(850));
    assert_eq!(source.token().await.expect("a token").as_str(), old.as_str());
    // The next request starts it, and does not wait.
    while source.token().await.expect("a token").as_str() == old.as_str() {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.refreshes(), 1);
    assert!(is_alive(&server, &source).await);
}

#[tokio::test]
async fn an_expired_token_is_renewed_once_for_64_requests() {
    let (server, clock, source) = start().await;
    pass(&server, &clock, EXPIRED);
    let asked: Vec<_> = (0..64)
        .map(|_| {
            tokio::spawn({
                let source = source.clone();
                async move { source.token().await }
            })
        })
        .collect();
    let mut tokens = Vec::new();
    for one in asked {
        tokens.push(one.await.expect("no panic").expect("a token").as_str().to_owned());
    }
    tokens.dedup();
    assert_eq!((tokens.len(), server.refreshes()), (1, 1));
    assert!(is_alive(&server, &source).await);
}

#[tokio::test]
async fn a_renewal_continues_when_the_request_that_started_it_is_cancelled() {
    let (server, clock, source) = start().await;
    pass(&server, &clock, EXPIRED);
    // Polled once, which starts it, and dropped.
    tokio::select! {
        biased;
        _ = source.token() => panic!("a token without a request"),
        () = std::future::ready(()) => {}
    }
    assert!(is_alive(&server, &source).await);
    assert_eq!(server.refreshes(), 1);
}

/// The exchange has happened. The server accepts the same copy within its grace period.
#[tokio::test]
async fn a_refresh_whose_response_is_lost_is_repeated_with_the_same_copy() {
    let (server, clock, source) = start().await;
    for lost in [1, 2] {
        pass(&server, &clock, EXPIRED);
        server.service.lost.store(lost, Ordering::SeqCst);
        assert!(is_alive(&server, &source).await);
    }
    assert_eq!(server.refreshes(), 5);
    pass(&server, &clock, EXPIRED);
    assert!(is_alive(&server, &source).await);
}

/// Three attempts in one renewal, then another renewal with the next request.
#[tokio::test]
async fn a_renewal_that_failed_is_tried_again_later_with_the_same_copy() {
    let (server, clock, source) = start().await;
    pass(&server, &clock, EXPIRED);
    server.service.lost.store(3, Ordering::SeqCst);
    assert!(matches!(source.token().await, Err(TokenError::Transport(_))));
    // Not within the next second.
    assert!(matches!(source.token().await, Err(TokenError::Transport(_))));
    assert_eq!(server.refreshes(), 3);
    pass(&server, &clock, Duration::from_secs(1));
    assert!(is_alive(&server, &source).await);
}

#[tokio::test]
async fn a_rejected_refresh_is_one_error_and_no_loop() {
    let (server, clock, source) = start().await;
    server.service.sessions.logout_everywhere("user-42").await.expect("logged out");
    pass(&server, &clock, EXPIRED);
    for _ in 0..5 {
        let error = source.token().await.expect_err("the session has ended");
        assert_eq!(
            (error.code(), error.to_string().as_str()),
            ("session_ended", "the session has ended; log in again")
        );
        pass(&server, &clock, EXPIRED);
    }
    assert_eq!(server.refreshes(), 1);
}

#[tokio::test]
async fn wrong_credentials_are_not_reported_as_an_ended_session() {
    let (server, clock) = (Server::start().await, ClientClock::default());
    let error = server
        .sessions(&clock)
        .login(&[("password", "wrong")].into_iter().collect::<std::collections::BTreeMap<_, _>>())
        .await;
    assert!(matches!(error, Err(TokenError::Refused { error: OAuthError::InvalidGrant, .. })), "{error:?}");
    let error = server.sessions(&clock).login(&std::collections::BTreeMap::from([((1, 2), 3)])).await;
    assert!(matches!(error, Err(TokenError::Credentials)), "{error:?}");
}

/// The client does not use the time of day, so the server's may be anything.
#[tokio::test]
async fn a_wrong_clock_has_no_effect() {
    for hours in [-1, 1] {
        let (server, clock) = (Server::start().await, ClientClock::default());
        let system = jotwell::Clock::now(&jotwell::SystemClock).as_secs();
        server.service.clock.set(jotwell::NumericDate::from_secs(system + hours * 3600));
        let source = server.sessions(&clock).login(&credentials()).await.expect("a session");
        assert!(is_alive(&server, &source).await);
        pass(&server, &clock, Duration::from_secs(600));
        assert!(is_alive(&server, &source).await);
        assert_eq!(server.refreshes(), 0);
        pass(&server, &clock, EXPIRED);
        assert!(is_alive(&server, &source).await);
        assert_eq!(server.refreshes(), 1);
    }
}

/// Stores tokens, or fails while `is_full` is set.
#[derive(Clone, Default)]
struct Disk {
    stored: Arc<Mutex<Vec<String>>>,
    is_full: Arc<std::sync::atomic::AtomicBool>,
}

impl Disk {
    fn of(&self, sessions: SessionClient) -> SessionClient {
        let disk = self.clone();
        sessions.store(move |token: RefreshToken| {
            let disk = disk.clone();
            async move {
                if disk.is_full.load(Ordering::SeqCst) {
                    return Err(std::io::Error::from(std::io::ErrorKind::StorageFull));
                }
                disk.stored.lock().expect("a lock").push(token.as_str().to_owned());
                Ok(())
            }
        })
    }

    fn last(&self) -> RefreshToken {
        RefreshToken::new(self.stored.lock().expect("a lock").last().expect("a token")).expect("a token")
    }
}

#[tokio::test]
async fn no_access_token_is_returned_before_its_refresh_token_is_stored() {
    let (server, clock, disk) = (Server::start().await, ClientClock::default(), Disk::default());
    let source = disk.of(server.sessions(&clock)).login(&credentials()).await.expect("a session");
    assert_eq!(disk.stored.lock().expect("a lock").len(), 1);
    pass(&server, &clock, EXPIRED);
    disk.is_full.store(true, Ordering::SeqCst);
    assert!(matches!(source.token().await, Err(TokenError::Store(_))));
    disk.is_full.store(false, Ordering::SeqCst);
    pass(&server, &clock, Duration::from_secs(1));
    assert!(is_alive(&server, &source).await);
    // The exchanged token is stored. There is no second exchange.
    assert_eq!((disk.stored.lock().expect("a lock").len(), server.refreshes()), (2, 1));
}

#[tokio::test]
async fn a_login_whose_refresh_token_cannot_be_stored_fails() {
    let (server, clock, disk) = (Server::start().await, ClientClock::default(), Disk::default());
    disk.is_full.store(true, Ordering::SeqCst);
    assert!(matches!(
        disk.of(server.sessions(&clock)).login(&credentials()).await,
        Err(TokenError::Store(_))
    ));
}

#[tokio::test]
async fn a_session_continues_after_a_restart_of_the_client() {
    let (server, clock, disk) = (Server::start().await, ClientClock::default(), Disk::default());
    drop(disk.of(server.sessions(&clock)).login(&credentials()).await.expect("a session"));
    let source = disk.of(server.sessions(&clock)).resume(disk.last());
    assert!(is_alive(&server, &source).await);
    assert_eq!(disk.stored.lock().expect("a lock").len(), 2);
}

#[tokio::test]
async fn a_store_that_panics_aborts_only_one_renewal() {
    let (server, clock) = (Server::start().await, ClientClock::default());
    let panics = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let store = {
        let panics = panics.clone();
        move |_: RefreshToken| {
            assert!(!panics.load(Ordering::SeqCst), "planted");
            async { Ok::<(), std::io::Error>(()) }
        }
    };
    let source = server.sessions(&clock).store(store).login(&credentials()).await.expect("a session");
    pass(&server, &clock, EXPIRED);
    panics.store(true, Ordering::SeqCst);
    assert!(matches!(source.token().await, Err(TokenError::Aborted)));
    panics.store(false, Ordering::SeqCst);
    assert!(is_alive(&server, &source).await);
    assert_eq!(server.refreshes(), 1);
}

#[tokio::test]
async fn a_redirect_of_the_token_endpoint_is_not_followed() {
    let (server, other, clock) = (Server::start().await, Server::start().await, ClientClock::default());
    *server.service.elsewhere.lock().expect("a lock") = other.url("/refresh");
    let sessions = SessionClient::new(&server.url(""), transport()).expect("an address").clock(clock);
    let sessions =
        sessions.endpoints(&server.url("/login"), &server.url("/redirected-refresh")).expect("addresses");
    let source = sessions.resume(RefreshToken::new("secret").expect("a token"));
    assert!(matches!(source.token().await, Err(TokenError::MalformedResponse { .. })));
    assert_eq!(other.refreshes(), 0);
}

#[test]
fn without_a_runtime_there_is_an_error() {
    let sessions = SessionClient::new("https://api.example", transport()).expect("an address");
    let source = sessions.resume(RefreshToken::new("secret").expect("a token"));
    let mut asked = std::pin::pin!(source.token());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = asked.as_mut().poll(&mut context) else { panic!("no error") };
    assert!(matches!(error, TokenError::NoRuntime));
}

#[test]
fn debug_shows_no_token() {
    let source = TokenSource::fixed("secret").expect("a token");
    let sessions = SessionClient::new("https://api.example", transport()).expect("an address");
    let resumed = sessions.resume(RefreshToken::new("secret").expect("a token"));
    assert!(!format!("{source:?} {resumed:?} {sessions:?}").contains("secret"));
}
