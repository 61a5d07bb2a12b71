//! The requirements for every store, as tests. Use them for a custom store.
//!
//! Each test is a function that takes an empty store and panics if the store is wrong. [`run`] runs them all. They
//! pass their own times, in whole milliseconds, and never read a clock. Entries live for at least an hour, so a store
//! may remove expired entries by its own clock.
//!
//! The tests use several threads if the runtime has them.
//!
//! ```
//! use std::sync::Arc;
//! use jotwell_http::store::{MemoryStore, Store};
//! use jotwell_test::store_conformance;
//!
//! #[tokio::main]
//! async fn main() {
//!     store_conformance::run(async || Arc::new(MemoryStore::new()) as Arc<dyn Store>).await;
//! }
//! ```
#![allow(
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "these are tests"
)]
#![allow(clippy::missing_panics_doc, reason = "each of them panics where it fails")]

mod exchanges;
mod listing;
mod revocations;
mod sessions;
mod starts;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

pub use exchanges::*;
pub use listing::*;
pub use revocations::*;
pub use sessions::*;
pub use starts::*;
use tokio::task::JoinSet;

use jotwell_http::store::{
    RefreshRotation, RotationOutcome, Sequence, SessionRecord, SessionStart, StatusQuery, Store, StoreError,
    StoreId, Timestamp, TokenHash, TokenStatus,
};

/// Number of concurrent tasks.
const CROWD: u8 = 64;
const GRACE: Duration = Duration::from_secs(10);
const HOUR: u64 = 60 * 60 * 1000;
/// The copy of each token that is presented by default.
const COPY: TokenHash = TokenHash::from_bytes([200; 32]);

/// Runs all tests, each with an empty store from `make`.
///
/// # Panics
/// If the store does not meet a requirement.
pub async fn run(make: impl AsyncFn() -> Arc<dyn Store>) {
    one_of_a_crowd_rotates_and_the_others_repeat(make().await).await;
    one_of_a_crowd_rotates_and_the_others_end_the_session(make().await).await;
    reuse_ends_the_session(make().await).await;
    grace_applies_only_to_the_previous_token(make().await).await;
    grace_has_exact_limits(make().await).await;
    a_token_counts_from_when_it_was_presented(make().await).await;
    a_repetition_changes_nothing(make().await).await;
    one_copy_may_be_repeated_in_every_generation(make().await).await;
    two_copies_end_the_session_in_the_second_generation_in_a_row(make().await).await;
    copies_are_counted_by_generations_in_a_row(make().await).await;
    a_session_ended_by_copies_stays_ended(make().await).await;
    nothing_is_exchanged_after_the_end(make().await).await;

    a_session_ends_at_its_time(make().await).await;
    a_name_is_taken_once(make().await).await;
    one_of_a_crowd_begins(make().await).await;
    data_are_returned_and_have_a_limit(make().await).await;
    a_session_ends_once(make().await).await;
    a_session_may_begin_in_the_middle(make().await).await;
    a_session_can_be_read(make().await).await;
    expired_entries_are_purged_and_nothing_else(make().await).await;
    many_sessions(make().await).await;

    a_session_replaces_another(make().await).await;
    the_oldest_sessions_of_a_subject_end(make().await).await;
    only_sessions_that_are_alive_count(make().await).await;
    a_session_that_does_not_begin_ends_no_other(make().await).await;
    a_crowd_of_logins_leaves_as_many_as_the_limit(make().await).await;

    the_sessions_of_a_subject_are_listed(make().await).await;
    only_sessions_that_are_alive_are_listed(make().await).await;
    a_listing_has_the_newest_sessions(make().await).await;
    a_crowd_of_logins_is_listed(make().await).await;

    a_token_is_revoked_until_its_end(make().await).await;
    the_later_end_of_two_revocations_applies(make().await).await;
    tokens_are_rejected_by_when_they_were_issued(make().await).await;
    sessions_are_rejected_by_when_their_login_began(make().await).await;
    a_login_in_progress_is_rejected(make().await).await;
    logins_and_revocations_are_ordered_without_clocks(make().await).await;
    the_sequence_never_goes_back(make().await).await;
    one_position_for_each_of_a_crowd_of_revocations(make().await).await;
    what_is_revoked_stays_revoked(make().await).await;
    reasons_have_an_order(make().await).await;
    a_token_is_used_once(make().await).await;
    one_of_a_crowd_uses_a_token(make().await).await;
}

/// Returns a time this many milliseconds after the tests begin, in 2027.
fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + millis)
}

/// Returns a name that is unique to a test, so that most tests would also pass with a store that is not empty.
fn id(test: &str, number: u64) -> StoreId {
    let mut bytes = [0; 32];
    for (place, byte) in bytes[8..].iter_mut().zip(test.bytes().rev()) {
        *place = byte;
    }
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    StoreId::from_bytes(bytes)
}

/// Returns the token with that number.
fn token(number: u8) -> TokenHash {
    TokenHash::from_bytes([number; 32])
}

/// Returns a session of an hour that begins with token 0. Its login began before all revocations.
fn session(subject: StoreId) -> SessionRecord {
    SessionRecord {
        subject,
        began: Sequence::default(),
        started_at: at(0),
        expires_at: at(HOUR),
        current: token(0),
        previous: None,
        data: b"data".to_vec(),
    }
}

/// Token `number` is presented, and the next one is its successor.
fn exchange(number: u8, now: Timestamp, grace: Duration) -> RefreshRotation {
    let (presented, successor, salt) = (token(number), token(number + 1), [number + 1; 32]);
    RefreshRotation { presented, copy: COPY, successor, salt, grace, presented_at: now, now }
}

fn rotated() -> RotationOutcome {
    RotationOutcome::Rotated { data: b"data".to_vec(), expires_at: at(HOUR) }
}

/// The result with token `number` as the successor.
fn repeated(number: u8) -> RotationOutcome {
    let (salt, data, expires_at) = ([number; 32], b"data".to_vec(), at(HOUR));
    RotationOutcome::Retried { other_copy: false, salt, data, expires_at }
}

/// The same, if the presented copy is not the one that was exchanged.
fn forked(number: u8) -> RotationOutcome {
    let (salt, data, expires_at) = ([number; 32], b"data".to_vec(), at(HOUR));
    RotationOutcome::Retried { other_copy: true, salt, data, expires_at }
}

fn about_session(session: StoreId, subject: Option<StoreId>, now: Timestamp) -> StatusQuery {
    StatusQuery { token: None, subject, issued_at: at(0), session: Some(session), now }
}

fn about_token(token: StoreId, now: Timestamp) -> StatusQuery {
    StatusQuery { token: Some(token), subject: None, issued_at: at(0), session: None, now }
}

/// A store that is shared by the tests.
struct Asked(Arc<dyn Store>);

impl Asked {
    async fn sequence(&self) -> Sequence {
        succeeded("sequence", self.0.sequence().await)
    }

    /// Creates a session that ends no other.
    async fn create(&self, id: StoreId, session: &SessionRecord, now: Timestamp) {
        assert_eq!(self.start(id, session, SessionStart::default(), now).await, 0, "no limit, no end");
    }

    async fn start(&self, id: StoreId, session: &SessionRecord, start: SessionStart, now: Timestamp) -> u64 {
        succeeded("create", self.0.create(id, session, start, now).await)
    }

    async fn session(&self, id: StoreId) -> Option<SessionRecord> {
        succeeded("session", self.0.session(id).await)
    }

    async fn sessions_of(&self, subject: StoreId, now: Timestamp) -> Vec<(StoreId, SessionRecord)> {
        succeeded("sessions_of", self.0.sessions_of(subject, now).await)
    }

    async fn exchange(&self, id: StoreId, exchange: &RefreshRotation) -> RotationOutcome {
        succeeded("exchange", self.0.exchange(id, exchange).await)
    }

    async fn end(&self, id: StoreId) -> bool {
        succeeded("end", self.0.end(id).await)
    }

    async fn revoke_token(&self, token: StoreId, until: Timestamp, now: Timestamp) {
        succeeded("revoke_token", self.0.revoke_token(token, until, now).await);
    }

    async fn revoke_subject(&self, subject: StoreId, before: Timestamp, until: Timestamp, now: Timestamp) {
        succeeded("revoke_subject", self.0.revoke_subject(subject, before, until, now).await);
    }

    async fn token_status(&self, question: &StatusQuery) -> TokenStatus {
        succeeded("token_status", self.0.token_status(question).await)
    }

    async fn consume(&self, token: StoreId, until: Timestamp, now: Timestamp) -> bool {
        succeeded("consume", self.0.consume(token, until, now).await)
    }

    async fn purge(&self, now: Timestamp) -> u64 {
        succeeded("purge", self.0.purge(now).await)
    }
}

fn succeeded<T>(operation: &str, result: Result<T, StoreError>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{operation} failed: {error} ({error:?})"),
    }
}

/// Calls `one` for each number, all at once, and returns the results.
async fn crowd<T, F>(store: &Arc<dyn Store>, one: impl Fn(Asked, u8) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for number in 0..CROWD {
        tasks.spawn(one(Asked(Arc::clone(store)), number));
    }
    tasks.join_all().await
}
