//! Up to when nothing of a subject is believed.

use std::time::Duration;

use super::Moment;

/// What was issued to a subject, and sessions that it began, at `before` or earlier are refused; noted until
/// `until`, when all of that is over anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forbidden {
    /// Up to when.
    pub before: Moment,
    /// Until when that has to be known.
    pub until: Moment,
}

impl Forbidden {
    /// Up to when all is refused at `now`.
    #[must_use]
    pub fn in_force(self, now: Moment) -> Option<Moment> {
        (now < self.until).then_some(self.before)
    }

    /// What holds where this is said and `old` was said before: [`Store::forbid`](super::Store::forbid).
    #[must_use]
    pub fn following(self, old: Option<Self>, now: Moment) -> Self {
        match old.and_then(|old| Some((old.in_force(now)?, old.until))) {
            Some((before, until)) => Self {
                before: self.before.max(before.saturating_add(Duration::from_millis(1))),
                until: self.until.max(until),
            },
            None => self,
        }
    }
}
