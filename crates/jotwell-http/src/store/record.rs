//! The record of a session, and the rule by which its refresh tokens are rotated.

use std::fmt;

use super::{
    RefreshRotation, RotationOutcome, Sequence, StoreError, SubjectRevocation, Timestamp, TokenHash,
};
use crate::store::StoreId;

/// A session: a family of refresh tokens, of which one is current.
///
/// `Debug` shows neither its data nor a digest of a token.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// The subject that the session belongs to.
    pub subject: StoreId,
    /// The position of the store when the login began.
    pub began: Sequence,
    /// When the session began, for display and to order the sessions of its subject.
    pub started_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// The token that can be exchanged.
    pub current: TokenHash,
    /// The previous token, if there was one.
    pub previous: Option<Previous>,
    /// Data of the application: at most [`SessionRecord::MAX_DATA`] bytes.
    pub data: Vec<u8>,
}

/// The refresh token before the current one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Previous {
    /// The token.
    pub token: TokenHash,
    /// The copy of it that was exchanged.
    pub copy: TokenHash,
    /// The salt that the current token was computed with.
    pub salt: [u8; 32],
    /// When it was exchanged.
    pub exchanged_at: Timestamp,
    /// Whether another copy of it was presented after the exchange.
    pub is_forked: bool,
    /// The number of consecutive generations directly before this one in which that happened.
    pub forks_before: u8,
}

impl Previous {
    /// The maximum number of consecutive generations that may be presented in different copies: 1. The next one ends
    /// the session.
    ///
    /// Tabs that share a cookie present the same copy, unless responses of one generation are still in transit while
    /// the next one is exchanged. That is tolerated once.
    pub const MAX_FORKS: u8 = 1;
}

impl fmt::Debug for Previous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Previous")
            .field("exchanged_at", &self.exchanged_at)
            .field("is_forked", &self.is_forked)
            .field("forks_before", &self.forks_before)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SessionRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRecord")
            .field("subject", &self.subject)
            .field("began", &self.began)
            .field("started_at", &self.started_at)
            .field("expires_at", &self.expires_at)
            .field("previous", &self.previous)
            .finish_non_exhaustive()
    }
}

/// The effect of an exchange on the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum RecordChange {
    /// Unchanged.
    None,
    /// The record has changed and must be written.
    Write,
    /// The record must be removed.
    Remove,
}

impl SessionRecord {
    /// The maximum length of [`data`](Self::data), in bytes.
    pub const MAX_DATA: usize = 8 * 1024;

    /// Checks whether the session may begin, given the revocation of its subject:
    /// [`Store::create`](super::Store::create).
    ///
    /// # Errors
    /// [`StoreError::TooLong`]; [`StoreError::SubjectRevoked`] if the subject was revoked after the login began.
    pub fn check_start(
        &self,
        revocation: Option<&SubjectRevocation>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if self.data.len() > Self::MAX_DATA {
            return Err(StoreError::TooLong { length: self.data.len(), limit: Self::MAX_DATA });
        }
        if revocation.is_some_and(|revocation| revocation.refuses_session(self.began, now)) {
            return Err(StoreError::SubjectRevoked);
        }
        Ok(())
    }

    /// Exchanges a refresh token. A store reads the record and applies the result in one step.
    ///
    /// - The current token is replaced by its successor.
    /// - The previous token, within the grace period, gets the same successor again, so that a lost response does not
    ///   log the user out. If it comes in another copy than the one that was exchanged, this is recorded: the session
    ///   ends in the second consecutive generation in which it happens.
    /// - Any other token that names this session was current once, because only its tokens contain the name. One of two
    ///   parties has stolen it, and it is unclear which. The session ends.
    pub fn exchange(
        &mut self,
        exchange: &RefreshRotation,
        revocation: Option<&SubjectRevocation>,
    ) -> (RotationOutcome, RecordChange) {
        let RefreshRotation { presented, copy, successor, salt, now, .. } = exchange;
        if !self.is_alive(revocation, *now) {
            return (RotationOutcome::Ended, RecordChange::Remove);
        }
        let expires_at = self.expires_at;
        if *presented == self.current {
            self.previous = Some(Previous {
                token: self.current,
                copy: *copy,
                salt: *salt,
                exchanged_at: *now,
                is_forked: false,
                forks_before: self.previous.map_or(0, Previous::forks),
            });
            self.current = *successor;
            return (RotationOutcome::Rotated { data: self.data.clone(), expires_at }, RecordChange::Write);
        }
        let Some(previous) = self.previous.as_mut().filter(|previous| previous.is_retried_by(exchange))
        else {
            return (RotationOutcome::Reused, RecordChange::Remove);
        };
        let other_copy = previous.copy != *copy;
        let mut change = RecordChange::None;
        if other_copy && !previous.is_forked {
            if previous.forks_before >= Previous::MAX_FORKS {
                return (RotationOutcome::Forked, RecordChange::Remove);
            }
            previous.is_forked = true;
            change = RecordChange::Write;
        }
        let (salt, data) = (previous.salt, self.data.clone());
        (RotationOutcome::Retried { other_copy, salt, data, expires_at }, change)
    }
}

impl Previous {
    /// Returns the number of consecutive generations, up to this one, in which different copies were presented.
    fn forks(self) -> u8 {
        if self.is_forked { self.forks_before.saturating_add(1) } else { 0 }
    }

    /// Returns whether this token is presented again within the grace period.
    fn is_retried_by(&self, exchange: &RefreshRotation) -> bool {
        let RefreshRotation { presented, grace, presented_at, now, .. } = exchange;
        // A request that arrived before another one exchanged its token counts as in time. An exchange in the future
        // means that a clock was set back, which does not extend the grace period.
        self.token == *presented
            && presented_at.saturating_since(self.exchanged_at) < *grace
            && self.exchanged_at.saturating_since(*now) < *grace
    }
}
