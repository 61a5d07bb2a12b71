//! The revocation of all that a subject has.

use std::time::Duration;

use super::Timestamp;

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
