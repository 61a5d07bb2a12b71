//! A service with sessions in memory, and a fixed clock.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method};
use jotwell::{Algorithm, NumericDate, SigningKey, UnverifiedToken};
use jotwell_http::store::MemoryStore;
use jotwell_http::{
    AccessClaims, Auth, AuthErrorKind, Authenticator, IssuerKeys, Scope, Sessions, TokenResponse,
};
use jotwell_test::TestClock;
use serde::{Deserialize, Serialize};

pub(crate) const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
pub(crate) const ISSUER: &str = "https://auth.example";
pub(crate) const AUDIENCE: &str = "orders-api";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) plan: String,
}

pub(crate) struct Service {
    pub(crate) sessions: Sessions<Account>,
    pub(crate) authenticator: Authenticator<Account>,
    pub(crate) clock: TestClock,
    pub(crate) store: Arc<MemoryStore>,
}

impl Service {
    pub(crate) fn new() -> Self {
        Self::with(|sessions| sessions)
    }

    pub(crate) fn with(options: impl FnOnce(Sessions<Account>) -> Sessions<Account>) -> Self {
        Self::of(SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("one"), options)
    }

    pub(crate) fn of(key: SigningKey, options: impl FnOnce(Sessions<Account>) -> Sessions<Account>) -> Self {
        let clock = TestClock::at(NOW);
        let store = Arc::new(MemoryStore::new());
        let keys = IssuerKeys::single(key).expect("keys");
        let sessions = Sessions::new(
            store.clone(),
            keys,
            jotwell_http::IssuerId::new(ISSUER),
            jotwell_http::AudienceId::new(AUDIENCE),
        )
        .clock(clock.clone());
        let sessions = options(sessions);
        Self { authenticator: sessions.authenticator(), sessions, clock, store }
    }

    pub(crate) async fn login(&self) -> TokenResponse {
        self.sessions
            .begin()
            .await
            .expect("the store")
            .complete("user-42", access())
            .await
            .expect("a session")
    }

    pub(crate) async fn authenticate(&self, grant: &TokenResponse) -> Result<Auth<Account>, AuthErrorKind> {
        let headers = bearer(&grant.access_token);
        let answer = self.authenticator.authenticate(&Method::GET, &headers).await;
        answer.map_err(|rejection| rejection.kind().clone())
    }
}

/// Returns whether the refresh tokens of both are different copies of one token.
pub(crate) fn are_copies(one: &TokenResponse, other: &TokenResponse) -> bool {
    let (one, other) = (&*one.refresh_token, &*other.refresh_token);
    one[..64] == other[..64] && one[64..] != other[64..]
}

pub(crate) fn access() -> AccessClaims<Account> {
    let scope = Scope::of(["orders:read"]).expect("a scope");
    AccessClaims::new(Account { plan: "free".into() }).scope(scope).role("editor")
}

pub(crate) fn bearer(token: &str) -> HeaderMap {
    let value = HeaderValue::try_from(format!("Bearer {token}")).expect("a header");
    HeaderMap::from_iter([(AUTHORIZATION, value)])
}

pub(crate) fn payload(token: &str) -> serde_json::Value {
    let token = UnverifiedToken::parse(token).expect("a token");
    serde_json::from_slice(token.payload_without_verification()).expect("JSON")
}
