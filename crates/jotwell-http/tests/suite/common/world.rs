//! The parts of the server of these tests.

use std::borrow::Cow;
use std::future::{Future, ready};
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jotwell::{
    Audience, Claims, Header, Issuer, KeySource, NoClaims, SigningKey, Validator, Verified, VerifyError,
    VerifyingKey,
};
use jotwell_http::store::{
    RefreshRotation, RotationOutcome, Sequence, SessionRecord, SessionStart, StatusQuery, Store, StoreError,
    StoreFuture, StoreId, Timestamp, TokenStatus,
};
use jotwell_http::{
    AccessClaims, Authenticator, ReloadKeys, ReloadOutcome, ReplayGuard, Revocations, TokenVerifier,
};

use super::tokens::{AUDIENCE, ISSUER, NOW, key};

pub(crate) fn validator<K: KeySource>(keys: K) -> Validator<K> {
    Validator::with_clock(keys, Issuer::is(ISSUER), Audience::is(AUDIENCE), NOW)
        .typ("at+jwt")
        .max_length(2000)
}

pub(crate) fn authenticator_with<K: KeySource + Send + Sync + 'static>(keys: K) -> Authenticator {
    Authenticator::new(validator(keys)).realm("orders")
}

pub(crate) fn authenticator() -> Authenticator {
    authenticator_with(key().verifying_key())
}

pub(crate) fn revocations(store: Arc<dyn Store>) -> Revocations {
    Revocations::new(store).clock(NOW)
}

pub(crate) fn replay_guard(store: Arc<dyn Store>) -> ReplayGuard {
    ReplayGuard::new(store).clock(NOW)
}

/// Counts verifications.
pub(crate) struct Counted {
    validator: Validator<VerifyingKey>,
    count: Arc<AtomicUsize>,
}

impl Counted {
    pub(crate) fn authenticator() -> (Authenticator, impl Fn() -> usize) {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Self { validator: validator(key().verifying_key()), count: count.clone() };
        (Authenticator::new(counted), move || count.load(Ordering::Relaxed))
    }
}

impl TokenVerifier<NoClaims> for Counted {
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims>>>, VerifyError> {
        self.count.fetch_add(1, Ordering::Relaxed);
        TokenVerifier::<NoClaims>::verify(&self.validator, token)
    }
}

/// A key that changes when it is reloaded.
#[derive(Clone)]
pub(crate) struct Renewed {
    key: Arc<Mutex<VerifyingKey>>,
    next: VerifyingKey,
    answer: ReloadOutcome,
}

impl Renewed {
    /// Returns an authenticator with outdated keys.
    pub(crate) fn authenticator(next: &SigningKey, answer: ReloadOutcome) -> Authenticator {
        let yesterday = key().with_key_id("yesterday").verifying_key();
        let keys = Self { key: Arc::new(Mutex::new(yesterday)), next: next.verifying_key(), answer };
        authenticator_with(keys.clone()).reload_keys(keys)
    }
}

impl KeySource for Renewed {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        let key = self.key.lock().expect("a key").clone();
        key.key_for(header).map(|key| Cow::Owned(key.into_owned()))
    }
}

impl ReloadKeys for Renewed {
    fn reload(&self) -> Pin<Box<dyn Future<Output = ReloadOutcome> + Send + '_>> {
        if self.answer == ReloadOutcome::Changed {
            self.next.clone_into(&mut self.key.lock().expect("a key"));
        }
        Box::pin(ready(self.answer))
    }
}

/// A key source without keys.
pub(crate) struct Unavailable;

impl KeySource for Unavailable {
    fn key_for(&self, _: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        Err(VerifyError::Unavailable { reason: "the key set" })
    }
}

/// A store that is unavailable.
#[derive(Debug)]
pub(crate) struct Down;

fn down<'a, T: Send + 'a>() -> StoreFuture<'a, T> {
    Box::pin(ready(Err(StoreError::unreachable(io::Error::other("connection refused")))))
}

impl Store for Down {
    fn sequence(&self) -> StoreFuture<'_, Sequence> {
        down()
    }

    fn create<'a>(
        &'a self,
        _: StoreId,
        _: &'a SessionRecord,
        _: SessionStart,
        _: Timestamp,
    ) -> StoreFuture<'a, u64> {
        down()
    }

    fn session(&self, _: StoreId) -> StoreFuture<'_, Option<SessionRecord>> {
        down()
    }

    fn sessions_of(&self, _: StoreId, _: Timestamp) -> StoreFuture<'_, Vec<(StoreId, SessionRecord)>> {
        down()
    }

    fn exchange<'a>(&'a self, _: StoreId, _: &'a RefreshRotation) -> StoreFuture<'a, RotationOutcome> {
        down()
    }

    fn end(&self, _: StoreId) -> StoreFuture<'_, bool> {
        down()
    }

    fn revoke_token(&self, _: StoreId, _: Timestamp, _: Timestamp) -> StoreFuture<'_, ()> {
        down()
    }

    fn revoke_subject(&self, _: StoreId, _: Timestamp, _: Timestamp, _: Timestamp) -> StoreFuture<'_, ()> {
        down()
    }

    fn token_status<'a>(&'a self, _: &'a StatusQuery) -> StoreFuture<'a, TokenStatus> {
        down()
    }

    fn consume(&self, _: StoreId, _: Timestamp, _: Timestamp) -> StoreFuture<'_, bool> {
        down()
    }

    fn purge(&self, _: Timestamp) -> StoreFuture<'_, u64> {
        down()
    }
}
