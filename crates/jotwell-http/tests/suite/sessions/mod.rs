//! Sessions: how they begin, continue and end, with the store in memory. `stores.rs` checks that all stores behave the
//! same.

mod listing;
mod login;
mod step_up;
mod theft;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use crate::sessions_common::{AUDIENCE, Account, ISSUER, NOW, Service, access, are_copies, payload};
use jotwell::{Algorithm, Clock, NoClaims, SigningKey};
use jotwell_http::store::{
    MemoryStore, RefreshRotation, RotationOutcome, Sequence, SessionRecord, SessionStart, StatusQuery, Store,
    StoreError, StoreFuture, StoreId, Timestamp, TokenStatus,
};
use jotwell_http::{AccessClaims, AuthErrorKind, IssuerKeys, SessionError, Sessions};
use serde_json::json;

#[tokio::test]
async fn a_token_response_is_that_of_rfc_6749() {
    let grant = Service::new().login().await;
    let expected = json!({
        "access_token": *grant.access_token, "token_type": "Bearer", "expires_in": 900,
        "refresh_token": *grant.refresh_token, "scope": "orders:read",
    });
    assert_eq!(serde_json::to_value(&grant).expect("JSON"), expected);
    assert_eq!(grant.refresh_token.len(), 80);
    let shown = format!("{grant:?}");
    assert!(!shown.contains(&**grant.access_token) && !shown.contains(&**grant.refresh_token), "{shown}");
}

#[tokio::test]
async fn a_session_is_alive_until_its_logout() {
    let service = Service::new();
    let grant = service.login().await;
    let auth = service.authenticate(&grant).await.expect("accepted");
    assert_eq!(auth.subject(), Some("user-42"));
    assert_eq!(auth.session_id(), Some(&*grant.session_id));
    assert_eq!(auth.plan, "free");
    assert_eq!(auth.roles(), ["editor"]);

    assert!(service.sessions.logout(&grant.session_id).await.expect("the store"));
    assert!(!service.sessions.logout(&grant.session_id).await.expect("the store"));
    assert!(matches!(service.authenticate(&grant).await, Err(AuthErrorKind::Revoked)));
    let rejected = service.sessions.refresh(&grant.refresh_token).await;
    assert!(matches!(rejected, Err(SessionError::Ended)));
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_once() {
    let service = Service::new();
    let first = service.login().await;
    service.clock.advance(Duration::from_secs(60));
    let second = service.sessions.refresh(&first.refresh_token).await.expect("a grant");
    assert_ne!(second.refresh_token, first.refresh_token);
    assert_eq!(second.session_id, first.session_id);
    assert_eq!(payload(&second.access_token)["iat"], 1_800_000_060);
    assert_eq!(payload(&second.access_token)["plan"], "free");
    // The previous access token is valid until it expires.
    service.authenticate(&first).await.expect("accepted");

    // After the grace period the client is a thief or a victim. Everything ends.
    service.clock.advance(Duration::from_secs(10));
    let reused = service.sessions.refresh(&first.refresh_token).await;
    assert!(matches!(reused, Err(SessionError::Reused)));
    assert!(matches!(service.sessions.refresh(&second.refresh_token).await, Err(SessionError::Ended)));
    for grant in [&first, &second] {
        assert!(matches!(service.authenticate(grant).await, Err(AuthErrorKind::Revoked)));
    }
}

#[tokio::test]
async fn a_lost_response_is_repeated_within_the_grace_period() {
    let service = Service::new();
    let first = service.login().await;
    let second = service.sessions.refresh(&first.refresh_token).await.expect("a grant");
    service.clock.advance(Duration::from_millis(9_999));
    let again = service.sessions.refresh(&first.refresh_token).await.expect("the same");
    assert!(are_copies(&again, &second));
    // The repetition does not extend the grace period.
    service.clock.advance(Duration::from_millis(1));
    assert!(matches!(service.sessions.refresh(&first.refresh_token).await, Err(SessionError::Reused)));
}

#[tokio::test]
async fn only_the_previous_token_has_a_grace_period() {
    let service = Service::new();
    let first = service.login().await;
    let second = service.sessions.refresh(&first.refresh_token).await.expect("a grant");
    service.sessions.refresh(&second.refresh_token).await.expect("a grant");
    assert!(matches!(service.sessions.refresh(&first.refresh_token).await, Err(SessionError::Reused)));
}

#[tokio::test]
async fn without_a_grace_period_a_repetition_ends_the_session() {
    let service = Service::with(|sessions| sessions.grace(Duration::ZERO));
    let first = service.login().await;
    service.sessions.refresh(&first.refresh_token).await.expect("a grant");
    assert!(matches!(service.sessions.refresh(&first.refresh_token).await, Err(SessionError::Reused)));
}

#[tokio::test]
async fn a_session_ends_after_its_lifetime() {
    let service = Service::with(|sessions| {
        sessions.session_lifetime(Duration::from_secs(3600)).access_lifetime(Duration::from_secs(900))
    });
    let mut grant = service.login().await;
    for _ in 0..4 {
        service.clock.advance(Duration::from_secs(890));
        grant = service.sessions.refresh(&grant.refresh_token).await.expect("a grant");
    }
    // 3560 seconds in: the access token ends with the session.
    assert_eq!(grant.expires_in, 40);
    assert_eq!(payload(&grant.access_token)["exp"], 1_800_003_600);
    service.clock.advance(Duration::from_millis(39_999));
    service.authenticate(&grant).await.expect("accepted");
    service.clock.advance(Duration::from_millis(1));
    // Leeway is for clocks: the token ends with its session at once.
    assert!(matches!(service.authenticate(&grant).await, Err(AuthErrorKind::Revoked)));
    assert!(matches!(service.sessions.refresh(&grant.refresh_token).await, Err(SessionError::Ended)));
}

#[tokio::test]
async fn logout_everywhere_ends_existing_sessions_and_no_later_or_other_ones() {
    let service = Service::new();
    let (one, two) = (service.login().await, service.login().await);
    let other = service
        .sessions
        .begin()
        .await
        .expect("the store")
        .complete("user-43", access())
        .await
        .expect("a session");
    service.sessions.logout_everywhere("user-42").await.expect("the store");
    // In the same millisecond.
    let later = service.login().await;
    for grant in [&one, &two] {
        assert!(matches!(service.authenticate(grant).await, Err(AuthErrorKind::Revoked)));
        assert!(matches!(service.sessions.refresh(&grant.refresh_token).await, Err(SessionError::Ended)));
    }
    service.authenticate(&other).await.expect("accepted");
    service.authenticate(&later).await.expect("accepted");
    service.sessions.refresh(&later.refresh_token).await.expect("a grant");
}

#[tokio::test]
async fn a_session_is_ended_by_any_of_its_refresh_tokens() {
    let service = Service::new();
    let first = service.login().await;
    let second = service.sessions.refresh(&first.refresh_token).await.expect("a grant");
    assert!(service.sessions.logout_with(&first.refresh_token).await.expect("the store"));
    assert!(matches!(service.authenticate(&second).await, Err(AuthErrorKind::Revoked)));
    assert!(matches!(service.sessions.logout_with("abc").await, Err(SessionError::Malformed)));
}

#[tokio::test]
async fn a_session_id_is_not_sufficient_to_end_the_session() {
    let service = Service::new();
    let grant = service.login().await;
    // `sid` in place of the handle, followed by any secret.
    let sid = jotwell::base64url::decode(&grant.session_id).expect("base64url");
    let forged = jotwell::base64url::encode([sid, vec![7; 44]].concat());
    assert_eq!(forged.len(), grant.refresh_token.len());
    assert!(matches!(service.sessions.refresh(&forged).await, Err(SessionError::Ended)));
    service.authenticate(&grant).await.expect("accepted");
    service.sessions.refresh(&grant.refresh_token).await.expect("a grant");
}

#[tokio::test]
async fn a_malformed_refresh_token_does_not_reach_the_store() {
    let service = Service::new();
    let grant = service.login().await;
    let long = "A".repeat(81);
    let padded = format!("{}=", *grant.refresh_token);
    for text in ["", "A", &grant.refresh_token[1..], &long, &padded, &grant.access_token] {
        assert!(matches!(service.sessions.refresh(text).await, Err(SessionError::Malformed)), "{text}");
    }
}

#[tokio::test]
async fn claims_can_change_and_an_account_can_be_closed_at_each_exchange() {
    let service = Service::new();
    let first = service.login().await;
    let second = service.sessions.refresh_with(&first.refresh_token, async |subject, mut access| {
        assert_eq!(subject, "user-42");
        access.custom.plan = "paid".into();
        Ok(Some(access))
    });
    let second = second.await.expect("a grant");
    assert_eq!(service.authenticate(&second).await.expect("accepted").plan, "paid");

    let closed = service.sessions.refresh_with(&second.refresh_token, async |_, _| Ok(None)).await;
    assert!(matches!(closed, Err(SessionError::Ended)));
    assert!(matches!(service.authenticate(&second).await, Err(AuthErrorKind::Revoked)));
}

#[tokio::test]
async fn a_failed_reload_does_not_end_the_session() {
    let service = Service::new();
    let first = service.login().await;
    // For longer than the grace period.
    for _ in 0..3 {
        let down = service.sessions.refresh_with(&first.refresh_token, async |_, _| {
            Err(SessionError::Store(StoreError::unreachable(std::io::Error::other("down"))))
        });
        assert!(matches!(down.await, Err(SessionError::Store(_))));
        service.clock.advance(Duration::from_secs(5));
    }
    service.sessions.refresh(&first.refresh_token).await.expect("a grant");
}

#[tokio::test]
async fn malformed_claims_do_not_end_the_session() {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Newer {
        limit: u32,
    }
    let service = Service::new();
    let first = service.login().await;
    let newer: Sessions<Newer> = Sessions::new(
        service.store.clone(),
        service.sessions.keys().clone(),
        jotwell_http::IssuerId::new(ISSUER),
        jotwell_http::AudienceId::new(AUDIENCE),
    )
    .clock(service.clock.clone());
    assert!(matches!(newer.refresh(&first.refresh_token).await, Err(SessionError::Claims)));
    // A minute later it was rolled back.
    service.clock.advance(Duration::from_secs(60));
    service.sessions.refresh(&first.refresh_token).await.expect("a grant");
}

#[tokio::test]
async fn a_request_that_is_overtaken_during_reload_gets_the_same_successor() {
    let service = Service::new();
    let (sessions, clock) = (&service.sessions, &service.clock);
    for slow in [0, 12] {
        let first = service.login().await;
        let mut other = None;
        let token = &first.refresh_token;
        let answer = sessions.refresh_with(token, async |_, access| {
            // The claims take longer than the grace period to load, and so did those of the other.
            let overtaking = sessions.refresh_with(token, async |_, access| {
                clock.advance(Duration::from_secs(slow));
                Ok(Some(access))
            });
            other = Some(overtaking.await.expect("a grant"));
            clock.advance(Duration::from_secs(slow));
            Ok(Some(access))
        });
        let answer = answer.await.expect("the same");
        assert!(are_copies(&answer, &other.expect("a grant")), "{slow} s");
        sessions.refresh(&answer.refresh_token).await.expect("it is the current one");
    }
}

#[tokio::test]
async fn the_grace_period_begins_with_the_exchange_not_with_the_reload() {
    let service = Service::new();
    let first = service.login().await;
    let second = service.sessions.refresh_with(&first.refresh_token, async |_, access| {
        service.clock.advance(Duration::from_secs(12));
        Ok(Some(access))
    });
    let second = second.await.expect("a grant");
    assert_eq!(payload(&second.access_token)["iat"], 1_800_000_012);
    service.clock.advance(Duration::from_millis(9_999));
    // It was presented in time, regardless of how long loading the claims takes.
    let again = service.sessions.refresh_with(&first.refresh_token, async |_, access| {
        service.clock.advance(Duration::from_secs(12));
        Ok(Some(access))
    });
    assert!(are_copies(&again.await.expect("the same"), &second));
    assert!(matches!(service.sessions.refresh(&first.refresh_token).await, Err(SessionError::Reused)));
}

#[tokio::test]
async fn a_session_that_ends_during_the_reload_has_ended() {
    let service = Service::new();
    let first = service.login().await;
    let late = service.sessions.refresh_with(&first.refresh_token, async |_, access| {
        service.sessions.logout(&first.session_id).await?;
        Ok(Some(access))
    });
    assert!(matches!(late.await, Err(SessionError::Ended)));
}

#[tokio::test]
async fn an_invalid_token_causes_no_reload() {
    let service = Service::new();
    let first = service.login().await;
    let second = service.sessions.refresh(&first.refresh_token).await.expect("a grant");
    service.sessions.refresh(&second.refresh_token).await.expect("a grant");
    for wanted in ["Err(Reused)", "Err(Ended)"] {
        let rejected =
            service.sessions.refresh_with(&first.refresh_token, async |_, _| panic!("asked")).await;
        assert_eq!(format!("{rejected:?}"), wanted);
    }
}

#[tokio::test]
async fn the_store_receives_no_token() {
    let recorder = Arc::new(Recorder::default());
    let key = SigningKey::generate(Algorithm::Ed25519).expect("a key").with_key_id("one");
    let keys = IssuerKeys::single(key).expect("keys");
    let sessions: Sessions = Sessions::new(
        recorder.clone(),
        keys,
        jotwell_http::IssuerId::new(ISSUER),
        jotwell_http::AudienceId::new(AUDIENCE),
    );
    let grant = sessions
        .begin()
        .await
        .expect("the store")
        .complete("user-42", AccessClaims::new(NoClaims))
        .await
        .expect("a session");
    let next = sessions.refresh(&grant.refresh_token).await.expect("a grant");
    let seen = recorder.seen.lock().expect("a lock").clone();
    let holds = |bytes: &[u8]| seen.windows(bytes.len()).any(|window| window == bytes);
    for grant in [grant, next] {
        let token = jotwell::base64url::decode(grant.refresh_token.as_bytes()).expect("base64url");
        for part in [&token[..16], &token[16..48], &token[48..], grant.refresh_token.as_bytes()] {
            assert!(!holds(part));
        }
        let signature = grant.access_token.rsplit('.').next().expect("a signature");
        assert!(!holds(signature.as_bytes()));
    }
    assert!(holds(b"user-42"), "it records at all");
}

/// Anyone can invent refresh tokens, so they must not cause writes to a disk.
#[tokio::test]
async fn nothing_is_written_for_a_session_that_does_not_exist() {
    let recorder = Arc::new(Recorder::default());
    let key = SigningKey::generate(Algorithm::Ed25519).expect("a key").with_key_id("one");
    let sessions: Sessions = Sessions::new(
        recorder.clone(),
        IssuerKeys::single(key).expect("keys"),
        jotwell_http::IssuerId::new(ISSUER),
        jotwell_http::AudienceId::new(AUDIENCE),
    );
    for byte in 0..100 {
        let made_up = jotwell::base64url::encode([byte; 60]);
        assert!(matches!(sessions.refresh(&made_up).await, Err(SessionError::Ended)));
        assert!(!sessions.logout_with(&made_up).await.expect("the store"));
    }
    assert_eq!(recorder.writes.load(SeqCst), 0);
    let login = sessions.begin().await.expect("the store");
    let grant = login.complete("user-42", AccessClaims::new(NoClaims)).await.expect("a session");
    let next = sessions.refresh(&grant.refresh_token).await.expect("a grant");
    assert_eq!(recorder.writes.load(SeqCst), 1);
    assert!(sessions.logout_with(&next.refresh_token).await.expect("the store"));
    assert_eq!(recorder.writes.load(SeqCst), 2);
}

/// Forwards everything to a store in memory, and records all bytes.
#[derive(Debug, Default)]
struct Recorder {
    store: MemoryStore,
    /// The number of write operations.
    writes: AtomicU64,
    seen: std::sync::Mutex<Vec<u8>>,
}

impl Recorder {
    fn saw(&self, bytes: &[u8]) {
        self.seen.lock().expect("a lock").extend_from_slice(bytes);
    }
}

impl Store for Recorder {
    fn sequence(&self) -> StoreFuture<'_, Sequence> {
        self.store.sequence()
    }
    fn create<'a>(
        &'a self,
        id: StoreId,
        session: &'a SessionRecord,
        start: SessionStart,
        now: Timestamp,
    ) -> StoreFuture<'a, u64> {
        self.saw(id.as_bytes());
        self.saw(session.subject.as_bytes());
        self.saw(session.current.as_bytes());
        self.saw(&session.data);
        self.store.create(id, session, start, now)
    }
    fn session(&self, id: StoreId) -> StoreFuture<'_, Option<SessionRecord>> {
        self.store.session(id)
    }
    fn sessions_of(
        &self,
        subject: StoreId,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<(StoreId, SessionRecord)>> {
        self.store.sessions_of(subject, now)
    }
    fn exchange<'a>(
        &'a self,
        id: StoreId,
        exchange: &'a RefreshRotation,
    ) -> StoreFuture<'a, RotationOutcome> {
        self.writes.fetch_add(1, SeqCst);
        self.saw(exchange.presented.as_bytes());
        self.saw(exchange.copy.as_bytes());
        self.saw(exchange.successor.as_bytes());
        self.saw(&exchange.salt);
        self.store.exchange(id, exchange)
    }
    fn end(&self, id: StoreId) -> StoreFuture<'_, bool> {
        self.writes.fetch_add(1, SeqCst);
        self.store.end(id)
    }
    fn revoke_token(&self, token: StoreId, until: Timestamp, now: Timestamp) -> StoreFuture<'_, ()> {
        self.store.revoke_token(token, until, now)
    }
    fn revoke_subject(
        &self,
        subject: StoreId,
        before: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'_, ()> {
        self.store.revoke_subject(subject, before, until, now)
    }
    fn token_status<'a>(&'a self, question: &'a StatusQuery) -> StoreFuture<'a, TokenStatus> {
        self.store.token_status(question)
    }
    fn consume(&self, token: StoreId, until: Timestamp, now: Timestamp) -> StoreFuture<'_, bool> {
        self.store.consume(token, until, now)
    }
    fn purge(&self, now: Timestamp) -> StoreFuture<'_, u64> {
        self.store.purge(now)
    }
}

#[tokio::test]
async fn claims_that_are_too_long_for_a_store_begin_no_session() {
    let service = Service::new();
    let plan = "x".repeat(SessionRecord::MAX_DATA);
    let rejected = service
        .sessions
        .begin()
        .await
        .expect("the store")
        .complete("user-42", AccessClaims::new(Account { plan }))
        .await;
    assert!(matches!(rejected, Err(SessionError::Store(StoreError::TooLong { .. }))));
    let now = Timestamp::from(service.clock.now().saturating_add(Duration::from_secs(u64::from(u32::MAX))));
    assert_eq!(service.store.purge(now).await.expect("the store"), 0);
}

#[test]
fn each_error_has_its_response() {
    const OUT_OF_ORDER: &str =
        r#"{"error":"server_error","error_description":"the session could not continue"}"#;
    const UNREACHABLE: &str =
        r#"{"error":"temporarily_unavailable","error_description":"sessions are unavailable at the moment"}"#;
    let unreachable = StoreError::unreachable(std::io::Error::other("down"));
    for (error, status, body) in [
        (
            SessionError::Malformed,
            400,
            r#"{"error":"invalid_request","error_description":"the request does not carry exactly one refresh token"}"#,
        ),
        (
            SessionError::Ended,
            400,
            r#"{"error":"invalid_grant","error_description":"the session has ended"}"#,
        ),
        (
            SessionError::Reused,
            400,
            r#"{"error":"invalid_grant","error_description":"the session has ended"}"#,
        ),
        (
            SessionError::CsrfFailed,
            403,
            r#"{"error":"invalid_request","error_description":"the request lacks the anti-forgery token that belongs to its cookie"}"#,
        ),
        (
            SessionError::SubjectRevoked,
            400,
            r#"{"error":"invalid_grant","error_description":"the session has ended"}"#,
        ),
        (SessionError::Store(unreachable), 503, UNREACHABLE),
        (SessionError::Store(StoreError::Format { found: 2, expected: 3 }), 500, OUT_OF_ORDER),
        (SessionError::Store(StoreError::InUse), 503, UNREACHABLE),
        // A retry would not help.
        (SessionError::Store(StoreError::Occupied), 500, OUT_OF_ORDER),
        (SessionError::Store(StoreError::TooLong { length: 2, limit: 1 }), 500, OUT_OF_ORDER),
        (SessionError::Store(StoreError::Corrupt { what: "all" }), 500, OUT_OF_ORDER),
        (SessionError::Store(StoreError::Misconfigured { what: "all" }), 500, OUT_OF_ORDER),
        (SessionError::Claims, 500, OUT_OF_ORDER),
    ] {
        let response = error.response();
        assert_eq!((response.status().as_u16(), response.body().as_str()), (status, body), "{error:?}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["content-type"], "application/json");
        let retry = response.headers().get("retry-after").map(|value| value.to_str().expect("text"));
        assert_eq!(retry, (status == 503).then_some("5"));
        assert!(!response.headers().contains_key("www-authenticate"));
    }
}

#[tokio::test]
async fn a_refresh_token_is_only_for_its_audience_and_client() {
    let service = Service::new();
    let grant = service.login().await;
    let elsewhere = |audience: &str| {
        Sessions::<Account>::new(
            service.store.clone(),
            service.sessions.keys().clone(),
            jotwell_http::IssuerId::new(ISSUER),
            jotwell_http::AudienceId::new(audience),
        )
        .clock(service.clock.clone())
    };
    // One thing differs at a time, and not in length.
    let admin = elsewhere("orders-apj").client_id(AUDIENCE);
    for other in [admin, elsewhere(AUDIENCE).client_id("another-one")] {
        assert!(matches!(other.refresh(&grant.refresh_token).await, Err(SessionError::Ended)));
        assert!(!other.logout_with(&grant.refresh_token).await.expect("the store"));
    }
    // It has ended nothing here.
    elsewhere(AUDIENCE).refresh(&grant.refresh_token).await.expect("a grant");
}

#[tokio::test]
async fn logout_everywhere_is_remembered_longer_than_every_session() {
    let service = Service::with(|sessions| sessions.session_lifetime(Duration::from_secs(500 * 86_400)));
    let grant = service.login().await;
    assert_eq!(grant.session_expires_at, NOW.saturating_add(Duration::from_secs(400 * 86_400)));
    // By a service that knows only short sessions.
    let short = service.sessions.clone().session_lifetime(Duration::from_secs(3600));
    short.logout_everywhere("user-42").await.expect("the store");
    service.clock.advance(Duration::from_secs(400 * 86_400 - 1));
    assert!(matches!(service.sessions.refresh(&grant.refresh_token).await, Err(SessionError::Ended)));
}

#[tokio::test]
async fn logout_everywhere_ends_sessions_from_a_clock_that_is_ahead() {
    let service = Service::new();
    service.clock.advance(Duration::from_secs(1));
    service.sessions.logout_everywhere("user-42").await.expect("the store");
    // Another machine, a second behind.
    service.clock.set(NOW);
    let grant = service.login().await;
    service.authenticate(&grant).await.expect("accepted");
    service.sessions.logout_everywhere("user-42").await.expect("the store");
    assert!(matches!(service.authenticate(&grant).await, Err(AuthErrorKind::Revoked)));
}

#[tokio::test]
async fn logout_everywhere_ends_a_login_from_a_clock_that_is_ahead() {
    let service = Service::new();
    // A machine whose clock is ahead processes the login; then another one ends all sessions.
    for ahead in [900, 2_000, 3_600_000] {
        let (here, there) = (NOW, NOW.saturating_add(Duration::from_millis(ahead)));
        service.clock.set(there);
        let grant = service.login().await;
        service.clock.set(here);
        service.sessions.logout_everywhere("user-42").await.expect("the store");
        service.clock.set(there);
        assert!(
            matches!(service.authenticate(&grant).await, Err(AuthErrorKind::Revoked)),
            "{ahead} ms ahead"
        );
        // A later login is not rejected, by any clock.
        for clock in [here, there] {
            service.clock.set(clock);
            let grant = service.login().await;
            service.authenticate(&grant).await.expect("accepted");
        }
    }
}

#[tokio::test]
async fn a_revoked_session_is_not_accepted_again() {
    let service = Service::new();
    let grant = service.login().await;
    let revocations = service.sessions.revocations();
    let lifetime = Duration::from_secs(900);
    revocations.revoke_subject(ISSUER, "user-42", lifetime).await.expect("the store");
    assert!(matches!(service.authenticate(&grant).await, Err(AuthErrorKind::Revoked)));
    // The refresh token was not presented in the meantime, so the record still exists.
    service.clock.advance(lifetime + jotwell::MAX_LEEWAY);
    assert!(matches!(service.sessions.refresh(&grant.refresh_token).await, Err(SessionError::Ended)));
}
