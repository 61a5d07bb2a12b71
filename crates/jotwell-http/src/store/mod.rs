//! What has to be remembered between requests: live sessions, and what was revoked.
//!
//! A [`Store`] keeps it. [`MemoryStore`] loses it with the process, `RedbStore` keeps it in a file, `RedisStore`
//! shares it among machines. All pass one conformance suite, `store_conformance` of the crate
//! `jotwell-test`, which also tests a custom store.
//!
//! A store sees digests only: no token, no refresh token, no name of a user except inside the data that belongs
//! to a session.

mod id;
mod memory;
mod record;
#[cfg(feature = "redb")]
mod redb;
#[cfg(feature = "redis")]
mod redis;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use id::Kind;
pub use id::StoreId;
pub use memory::MemoryStore;
pub use record::{Previous, RecordChange, SessionRecord, SubjectRevocation, TokenHash};

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

/// A refresh token that was presented, by its digest, and what is to come after it.
#[derive(Clone, Debug)]
pub struct RefreshRotation {
    /// The token that was presented.
    pub presented: TokenHash,
    /// Its successor, should it be the current one.
    pub successor: TokenHash,
    /// What the successor was made with. Kept, so that the successor can be made again.
    pub salt: [u8; 32],
    /// How long after it was exchanged a token may be presented again.
    pub grace: Duration,
    /// When the token was presented: at [`now`](Self::now), or earlier by as long as it took to find out what the
    /// next access token is to say.
    pub presented_at: Timestamp,
    /// The present moment.
    pub now: Timestamp,
}

/// What became of a refresh token that was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RotationOutcome {
    /// It was the current one; now its successor is.
    Rotated {
        /// The data of the session.
        data: Vec<u8>,
        /// When the session ends.
        expires_at: Timestamp,
    },
    /// It was the current one until a moment ago; its successor still is the current one.
    Retried {
        /// What the successor was made with.
        salt: [u8; 32],
        /// The data of the session.
        data: Vec<u8>,
        /// When the session ends.
        expires_at: Timestamp,
    },
    /// It is an old one. Someone has it who should not, so the session has ended.
    Reused,
    /// There is no such session: it has ended, or never was.
    Ended,
}

/// A token whose standing is asked for.
#[derive(Clone, Debug)]
pub struct StatusQuery {
    /// The token, by its `jti`.
    pub token: Option<StoreId>,
    /// The subject, by its `sub`. Where there is none, it is the one of the session.
    pub subject: Option<StoreId>,
    /// Its `iat`.
    pub issued_at: Timestamp,
    /// The session that must be alive. When it began then decides in place of `issued_at`, which knows only
    /// whole seconds.
    pub session: Option<StoreId>,
    /// The present moment.
    pub now: Timestamp,
}

/// Whether a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenStatus {
    /// Nothing speaks against it.
    Active,
    /// It was revoked.
    Revoked,
    /// It was issued, or its session begun, before a moment until which all of its subject is refused.
    SubjectRevoked,
    /// Its session has ended.
    SessionEnded,
}

impl StatusQuery {
    /// The answer, from what a store has: whether the token is denied, the moment up to which its subject (or
    /// else the session's) is refused, the session.
    #[must_use]
    pub fn answer(
        &self,
        denied: bool,
        forbidden: Option<Timestamp>,
        session: Option<&SessionRecord>,
    ) -> TokenStatus {
        if denied {
            return TokenStatus::Revoked;
        }
        let begun_at = match (self.session, session) {
            (Some(_), Some(session)) if self.now < session.expires_at => session.started_at,
            (Some(_), _) => return TokenStatus::SessionEnded,
            (None, _) => self.issued_at,
        };
        match forbidden {
            Some(before) if begun_at <= before => TokenStatus::SubjectRevoked,
            _ => TokenStatus::Active,
        }
    }
}

/// A store did not do what it was asked, or may have done it and could not say so.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// It cannot be reached, or did not answer in time.
    Unreachable {
        /// What happened.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// What it keeps is not what was put there.
    Corrupt {
        /// Where.
        what: &'static str,
    },
    /// A session of that name is there already.
    Occupied,
    /// Another process has it open.
    InUse,
    /// It was not told rightly where it is, or what it is called.
    Misconfigured {
        /// What is wrong.
        what: &'static str,
    },
    /// The data of a session are longer than a store takes.
    TooLong {
        /// Their length in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
}

impl StoreError {
    /// [`StoreError::Unreachable`], for this reason.
    pub fn unreachable(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Unreachable { source: Arc::new(source) }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { .. } => f.write_str("the store cannot be reached"),
            Self::Corrupt { what } => write!(f, "the store holds something else than was put there: {what}"),
            Self::Occupied => f.write_str("a session of that name is there already"),
            Self::InUse => f.write_str("another process has the store open"),
            Self::Misconfigured { what } => write!(f, "the store is not set up: {what}"),
            Self::TooLong { length, limit } => {
                write!(f, "the data of a session have {length} bytes, the limit is {limit}")
            }
        }
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unreachable { source } => Some(source),
            _ => None,
        }
    }
}
