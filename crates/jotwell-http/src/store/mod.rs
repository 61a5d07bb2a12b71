//! What has to be remembered between requests: live sessions, and what was revoked.
//!
//! A [`Store`] keeps it. [`MemoryStore`] loses it with the process, `RedbStore` keeps it in a file, `RedisStore`
//! shares it among machines. All pass one conformance suite, `store_conformance` of the crate
//! `jotwell-test`, which also tests a custom store.
//!
//! A store sees digests only: no token, no refresh token, no name of a user except inside the data that belongs
//! to a session.

mod error;
mod id;
mod memory;
mod record;
#[cfg(feature = "redb")]
mod redb;
#[cfg(feature = "redis")]
mod redis;
mod revocation;
mod rotation;
mod status;
mod token_hash;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

pub use error::StoreError;
pub(crate) use id::Kind;
pub use id::StoreId;
pub use memory::MemoryStore;
pub use record::{Previous, RecordChange, SessionRecord};
pub use revocation::SubjectRevocation;
pub use rotation::{RefreshRotation, RotationOutcome};
pub use status::{StatusQuery, TokenStatus};
pub use token_hash::TokenHash;

#[cfg(feature = "redb")]
#[cfg_attr(docsrs, doc(cfg(feature = "redb")))]
pub use self::redb::RedbStore;
#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub use self::redis::{RedisOptions, RedisStore};
pub use crate::timestamp::Timestamp;

/// The answer of a store, when it is there.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Sessions and revocations, kept somewhere.
///
/// Each operation is atomic, and what was acknowledged is not forgotten, as far as the store promises. An
/// operation that fails may have happened or not. None answers from a guess: a store that cannot be reached
/// answers [`StoreError`], and whoever asked refuses the token.
///
/// How long an answer may take is for the store to bound: whoever asks waits for it.
///
/// The caller says what time it is, so that one clock decides, and tests can move it. A store may let go of
/// whatever is over at that time, and nothing earlier.
pub trait Store: Send + Sync + fmt::Debug + 'static {
    /// Begins a session. One of that name which is over does not stand in its way. Where nothing of its subject
    /// is believed that began up to some moment, it counts as begun a millisecond after that moment.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Occupied`] where there is one of that name.
    fn create<'a>(&'a self, id: StoreId, session: &'a SessionRecord, now: Timestamp) -> StoreFuture<'a, ()>;

    /// The session of that name, as it is; of one that is over, either answer is right.
    ///
    /// This changes nothing and decides nothing: what is read may be another when it gets there.
    ///
    /// # Errors
    /// [`StoreError`].
    fn session(&self, id: StoreId) -> StoreFuture<'_, Option<SessionRecord>>;

    /// Takes a refresh token and makes its successor the current one: [`SessionRecord::exchange`], in one step. Of any
    /// number of callers with the same token, one gets [`RotationOutcome::Rotated`].
    ///
    /// # Errors
    /// [`StoreError`].
    fn exchange<'a>(&'a self, id: StoreId, exchange: &'a RefreshRotation)
    -> StoreFuture<'a, RotationOutcome>;

    /// Ends a session. Whether it was there; of one that is over, either answer is right.
    ///
    /// # Errors
    /// [`StoreError`].
    fn end(&self, id: StoreId) -> StoreFuture<'_, bool>;

    /// Refuses a token, by its `jti`, until it would have expired.
    ///
    /// # Errors
    /// [`StoreError`].
    fn revoke_token(&self, token: StoreId, until: Timestamp, now: Timestamp) -> StoreFuture<'_, ()>;

    /// Refuses what was issued to a subject, and sessions that it began, at `before` or earlier. Kept until
    /// `until`, when all of that is over anyway. Of two such moments the later holds, and the later end; and
    /// the second counts as a millisecond later than the first at least, so that it reaches what has begun in between
    /// by whatever clock.
    ///
    /// # Errors
    /// [`StoreError`].
    fn revoke_subject(
        &self,
        subject: StoreId,
        before: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'_, ()>;

    /// Whether a token is refused.
    ///
    /// # Errors
    /// [`StoreError`].
    fn token_status<'a>(&'a self, question: &'a StatusQuery) -> StoreFuture<'a, TokenStatus>;

    /// Notes that a one-time token was used. True for the first who says so, false for all others until
    /// `until`, when the token has expired anyway.
    ///
    /// # Errors
    /// [`StoreError`].
    fn consume(&self, token: StoreId, until: Timestamp, now: Timestamp) -> StoreFuture<'_, bool>;

    /// Lets go of what is over. How many entries that were; a store that does so by itself says none.
    ///
    /// # Errors
    /// [`StoreError`].
    fn purge(&self, now: Timestamp) -> StoreFuture<'_, u64>;
}
