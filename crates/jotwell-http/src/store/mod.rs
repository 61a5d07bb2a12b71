//! Storage for live sessions and revocations.
//!
//! [`MemoryStore`] keeps them in memory, `RedbStore` in a file, and `RedisStore` shares them among machines. All pass
//! one conformance suite, `store_conformance` of the crate `jotwell-test`, which also tests a custom [`Store`].
//!
//! A store contains only digests: no access token, no refresh token, and no user name except in the data of a session.

mod error;
mod id;
mod listing;
mod memory;
mod record;
#[cfg(feature = "redb")]
mod redb;
#[cfg(feature = "redis")]
mod redis;
mod revocation;
mod rotation;
mod sequence;
mod start;
mod status;
mod token_hash;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

pub use error::StoreError;
pub(crate) use id::Kind;
pub use id::{InvalidStoreId, StoreId};
pub use memory::MemoryStore;
pub use record::{Previous, RecordChange, SessionRecord};
pub use revocation::SubjectRevocation;
pub use rotation::{RefreshRotation, RotationOutcome};
pub use sequence::Sequence;
pub use start::SessionStart;
pub use status::{StatusQuery, TokenStatus};
pub use token_hash::TokenHash;

#[cfg(feature = "redb")]
#[cfg_attr(docsrs, doc(cfg(feature = "redb")))]
pub use self::redb::RedbStore;
#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub use self::redis::{RedisOptions, RedisStore};
pub use crate::timestamp::Timestamp;

/// The future of a store's response.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Storage for sessions and revocations.
///
/// Each operation is atomic, and acknowledged changes are durable to the degree that the store documents. A failed
/// operation may have taken effect. An unavailable store returns [`StoreError`] instead of guessing, and the caller
/// rejects the token.
///
/// The store limits the time of a response. Callers wait for it.
///
/// The caller passes the current time, so that one clock decides and tests can move it. A store may remove what has
/// expired at that time, and nothing else.
pub trait Store: Send + Sync + fmt::Debug + 'static {
    /// Returns the current position in the order of revocations. A login reads it before credentials are checked, when
    /// its subject is not known yet, and stores it in [`SessionRecord::began`].
    ///
    /// # Errors
    /// [`StoreError`].
    fn sequence(&self) -> StoreFuture<'_, Sequence>;

    /// Begins a session, and ends those that [`SessionStart`] names: the one that it replaces, and then the oldest of
    /// its subject above the limit. Returns how many of the latter ended. An expired session of that name is replaced.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Occupied`] if there is one of that name; [`StoreError::SubjectRevoked`] if the
    /// subject was revoked after the login began ([`SessionRecord::check_start`]).
    fn create<'a>(
        &'a self,
        id: StoreId,
        session: &'a SessionRecord,
        start: SessionStart,
        now: Timestamp,
    ) -> StoreFuture<'a, u64>;

    /// Returns the session of that name. An expired one may be returned or not.
    ///
    /// The result is informative only: the session may have changed since.
    ///
    /// # Errors
    /// [`StoreError`].
    fn session(&self, id: StoreId) -> StoreFuture<'_, Option<SessionRecord>>;

    /// Returns the newest sessions of a subject that are alive at that time, each with its name, by
    /// [`SessionRecord::newest`]. It may read all of the subject's sessions.
    ///
    /// As with [`session`](Self::session), the result is informative only.
    ///
    /// # Errors
    /// [`StoreError`].
    fn sessions_of(&self, subject: StoreId, now: Timestamp)
    -> StoreFuture<'_, Vec<(StoreId, SessionRecord)>>;

    /// Exchanges a refresh token by [`SessionRecord::exchange`], atomically. Of several callers with the same token,
    /// one gets [`RotationOutcome::Rotated`].
    ///
    /// # Errors
    /// [`StoreError`].
    fn exchange<'a>(&'a self, id: StoreId, exchange: &'a RefreshRotation)
    -> StoreFuture<'a, RotationOutcome>;

    /// Ends a session, and returns whether it existed. For an expired one, either result is correct.
    ///
    /// # Errors
    /// [`StoreError`].
    fn end(&self, id: StoreId) -> StoreFuture<'_, bool>;

    /// Revokes a token, by its `jti`, until it would have expired.
    ///
    /// # Errors
    /// [`StoreError`].
    fn revoke_token(&self, token: StoreId, until: Timestamp, now: Timestamp) -> StoreFuture<'_, ()>;

    /// Revokes a subject: its sessions whose login has begun, and its tokens without a session that were issued at
    /// `before` or earlier. Kept until `until`, when all of these have expired. Of two revocations the later `before`
    /// and the later `until` apply.
    ///
    /// The [sequence](Self::sequence) of the store advances to [`Sequence::next`] in the same step, and the revocation
    /// gets that position.
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

    /// Returns the status of a token.
    ///
    /// # Errors
    /// [`StoreError`].
    fn token_status<'a>(&'a self, question: &'a StatusQuery) -> StoreFuture<'a, TokenStatus>;

    /// Marks a single-use token as used. Returns true for the first caller, and false for all others until `until`,
    /// when the token has expired.
    ///
    /// # Errors
    /// [`StoreError`].
    fn consume(&self, token: StoreId, until: Timestamp, now: Timestamp) -> StoreFuture<'_, bool>;

    /// Removes expired entries, and returns their number. A store that does this automatically returns 0.
    ///
    /// # Errors
    /// [`StoreError`].
    fn purge(&self, now: Timestamp) -> StoreFuture<'_, u64>;
}
