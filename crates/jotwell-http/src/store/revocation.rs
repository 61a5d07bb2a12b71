//! The revocation of a subject.

use super::{Sequence, SessionRecord, Timestamp};

/// The revocation of a subject: of its sessions that began earlier, and of its tokens without a session that were
/// issued up to a certain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubjectRevocation {
    /// The position of the revocation. Sessions whose login began earlier are rejected.
    pub sequence: Sequence,
    /// The time up to which tokens without a session are rejected.
    pub before: Timestamp,
    /// How long the revocation is kept. Everything that it rejects has expired by then.
    pub until: Timestamp,
}

impl SubjectRevocation {
    /// Returns whether it rejects a session whose login began at `began`.
    #[must_use]
    pub fn refuses_session(&self, began: Sequence, now: Timestamp) -> bool {
        now < self.until && began < self.sequence
    }

    /// Returns whether it rejects a token that was issued at `issued_at` and belongs to no session.
    #[must_use]
    pub fn refuses_token(&self, issued_at: Timestamp, now: Timestamp) -> bool {
        now < self.until && issued_at <= self.before
    }

    /// Returns the entry that replaces `old`: [`Store::revoke_subject`](super::Store::revoke_subject). It has the
    /// greater sequence, the later time and the later end of both.
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
    /// Returns whether the session is alive, given the revocation of its subject.
    #[must_use]
    pub fn is_alive(&self, revocation: Option<&SubjectRevocation>, now: Timestamp) -> bool {
        now < self.expires_at && !revocation.is_some_and(|it| it.refuses_session(self.began, now))
    }
}
