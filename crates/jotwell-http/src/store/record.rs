//! What a store keeps: sessions, with the rule by which their refresh tokens are rotated, and revocations of subjects.

use std::fmt;
use std::time::Duration;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{RefreshRotation, RotationOutcome, StoreError, Timestamp};
use crate::store::StoreId;

/// The SHA-256 digest of the secret in a refresh token: all that a store ever has of one.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// A digest that was [taken apart](Self::as_bytes).
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn of(secret: &[u8; 32]) -> Self {
        Self(Sha256::digest(secret).into())
    }
}

/// In constant time, though the digest of 256 random bits gives nothing away.
impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

/// A session: a family of refresh tokens, of which one is current.
///
/// `Debug` shows neither its data nor a digest of a token.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Whose it is.
    pub subject: StoreId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
    /// The token that can be exchanged.
    pub current: TokenHash,
    /// The one before it, once there is one.
    pub previous: Option<Previous>,
    /// What belongs to it, for who began it: at most [`SessionRecord::MAX_DATA`] bytes.
    pub data: Vec<u8>,
}

/// The refresh token before the current one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Previous {
    /// The token.
    pub token: TokenHash,
    /// What the current one was made of it with.
    pub salt: [u8; 32],
    /// When that was.
    pub exchanged_at: Timestamp,
}

impl fmt::Debug for Previous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Previous").field("exchanged_at", &self.exchanged_at).finish_non_exhaustive()
    }
}

impl fmt::Debug for SessionRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRecord")
            .field("subject", &self.subject)
            .field("started_at", &self.started_at)
            .field("expires_at", &self.expires_at)
            .field("previous", &self.previous)
            .finish_non_exhaustive()
    }
}

/// What an exchange does to the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum RecordChange {
    /// Nothing.
    None,
    /// It has changed, and is to be kept.
    Write,
    /// It is to be removed.
    Remove,
}

impl SessionRecord {
    /// The greatest length of [`data`](Self::data), in bytes.
    pub const MAX_DATA: usize = 8 * 1024;

    /// What a store does with a session that is to begin: [`Store::create`](super::Store::create).
    ///
    /// # Errors
    /// [`StoreError::TooLong`].
    pub fn begin(&self, forbidden: Option<Timestamp>) -> Result<Self, StoreError> {
        if self.data.len() > Self::MAX_DATA {
            return Err(StoreError::TooLong { length: self.data.len(), limit: Self::MAX_DATA });
        }
        let mut session = self.clone();
        if let Some(before) = forbidden {
            let after = before.saturating_add(Duration::from_millis(1));
            session.started_at = session.started_at.max(after);
        }
        Ok(session)
    }

    /// Whether it is alive, where what its subject began up to `forbidden` is refused.
    #[must_use]
    pub fn is_alive(&self, forbidden: Option<Timestamp>, now: Timestamp) -> bool {
        now < self.expires_at && forbidden.is_none_or(|before| self.started_at > before)
    }

    /// The exchange of a refresh token. A store does what the answer says, in one step with the reading of the
    /// record.
    ///
    /// - The current token is followed by the successor.
    /// - The one before it, within the time of grace: the same successor once more, so that an answer that was
    ///   lost on the way logs nobody out.
    /// - Any other that names this session was current once: the name is in no token but those of the session.
    ///   One of two people should not have it, and nobody can tell which. The session ends.
    pub fn exchange(
        &mut self,
        exchange: &RefreshRotation,
        forbidden: Option<Timestamp>,
    ) -> (RotationOutcome, RecordChange) {
        let RefreshRotation { presented, successor, salt, grace, presented_at, now } = exchange;
        if !self.is_alive(forbidden, *now) {
            return (RotationOutcome::Ended, RecordChange::Remove);
        }
        let expires_at = self.expires_at;
        if *presented == self.current {
            self.previous = Some(Previous { token: self.current, salt: *salt, exchanged_at: *now });
            self.current = *successor;
            return (RotationOutcome::Rotated { data: self.data.clone(), expires_at }, RecordChange::Write);
        }
        // One that was exchanged after it was presented was overtaken, if that is not in the future: a clock that was
        // set back does not make the time of grace longer.
        let in_time = |exchanged_at: Timestamp| {
            presented_at.saturating_since(exchanged_at) < *grace
                && exchanged_at.saturating_since(*now) < *grace
        };
        match self.previous {
            Some(previous) if previous.token == *presented && in_time(previous.exchanged_at) => {
                let salt = previous.salt;
                (RotationOutcome::Retried { salt, data: self.data.clone(), expires_at }, RecordChange::None)
            }
            _ => (RotationOutcome::Reused, RecordChange::Remove),
        }
    }
}

/// What was issued to a subject, and sessions that it began, at `before` or earlier are refused; noted until
/// `until`, when all of that is over anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubjectRevocation {
    /// Up to when.
    pub before: Timestamp,
    /// Until when that has to be known.
    pub until: Timestamp,
}

impl SubjectRevocation {
    /// Up to when all is refused at `now`.
    #[must_use]
    pub fn in_force(self, now: Timestamp) -> Option<Timestamp> {
        (now < self.until).then_some(self.before)
    }

    /// What holds where this is said and `old` was said before: [`Store::revoke_subject`](super::Store::revoke_subject).
    #[must_use]
    pub fn following(self, old: Option<Self>, now: Timestamp) -> Self {
        match old.and_then(|old| Some((old.in_force(now)?, old.until))) {
            Some((before, until)) => Self {
                before: self.before.max(before.saturating_add(Duration::from_millis(1))),
                until: self.until.max(until),
            },
            None => self,
        }
    }
}
