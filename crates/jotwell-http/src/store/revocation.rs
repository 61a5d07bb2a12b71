//! The revocation of all that a subject has.

use super::{Sequence, SessionRecord, Timestamp};

/// The revocation of a subject: of its sessions that began before it, and of its tokens without a session that were
/// issued up to a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubjectRevocation {
    /// The position of the revocation. Sessions whose login began before it are refused.
    pub sequence: Sequence,
    /// The moment up to which tokens without a session are refused.
    pub before: Timestamp,
    /// Until when the revocation is kept. All that it refuses has expired by then.
    pub until: Timestamp,
}

impl SubjectRevocation {
    /// Returns whether it refuses a session whose login began at `began`.
    #[must_use]
    pub fn refuses_session(&self, began: Sequence, now: Timestamp) -> bool {
        now < self.until && began < self.sequence
    }

    /// Returns whether it refuses a token that was issued at `issued_at` and belongs to no session.
    #[must_use]
    pub fn refuses_token(&self, issued_at: Timestamp, now: Timestamp) -> bool {
        now < self.until && issued_at <= self.before
    }

    /// Returns what a store keeps where it kept `old`: [`Store::revoke_subject`](super::Store::revoke_subject). Of both,
    /// the greater sequence, the later moment and the later end count.
    #[must_use]
    pub fn following(self, old: Option<Self>, now: Timestamp) -> Self {
        match old.filter(|old| now < old.until) {
            Some(old) => Self {
                sequence: self.sequence.max(old.sequence),
                before: self.before.max(old.before),
                until: self.until.max(old.until),
            },
            None => self,
        }
    }
}

impl SessionRecord {
    /// Returns whether the session is alive, where its subject was revoked like that.
    #[must_use]
    pub fn is_alive(&self, revocation: Option<&SubjectRevocation>, now: Timestamp) -> bool {
        now < self.expires_at && !revocation.is_some_and(|it| it.refuses_session(self.began, now))
    }
}
