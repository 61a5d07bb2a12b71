//! When to fetch, and what to believe: a machine that knows no clock, no task and no socket.
//!
//! A clock that was set back makes what lies in its future unbelievable: keys fetched then are not served, and a
//! fetch made then keeps nobody from fetching again. So it costs a fetch, and never lengthens anything.

use std::time::Duration;

use jotwell::NumericDate;

use crate::reload_keys::ReloadOutcome;

/// Between the end of one fetch and the begin of the next at least this passes, whatever either is for.
pub const MIN_FETCH_INTERVAL: Duration = Duration::from_secs(30);

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Keys that are not about to end.
    Fresh,
    /// A key that is not among those that are there.
    Unknown,
}

/// What is to be done for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step<E> {
    /// Fetch now, unless it has not changed since the answer that had this `ETag`. Then call
    /// [`Engine::ended`].
    Fetch {
        /// For `If-None-Match` (RFC 9110 §13.1.2).
        etag: Option<E>,
    },
    /// Wait for the fetch that is under way.
    Wait,
    /// Nothing: this is what is known from the last fetch.
    Known(ReloadOutcome),
}

/// How a fetch ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End<E> {
    /// With a set that is of use.
    Keys {
        /// How long it lives.
        life: Duration,
        /// Its `ETag`.
        etag: Option<E>,
        /// Whether its keys are others than those that were there.
        changed: bool,
    },
    /// With word that the set is the same as before.
    Same {
        /// How long it lives from now on; as long as it did, where nothing is said.
        life: Option<Duration>,
    },
    /// With anything else, or not at all.
    Failed,
}

/// What a reader has to know, in one value: it is copied out, and read without the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    pub(super) held: Option<Times>,
    /// When the last fetch ended, if it failed.
    pub(super) failed_at: Option<NumericDate>,
}

/// The times of keys that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) fetched_at: NumericDate,
    /// From here on they are fetched again when somebody reads them.
    pub(super) refresh_at: NumericDate,
    pub(super) fresh_until: NumericDate,
    /// From here on they are served no more.
    pub(super) serve_until: NumericDate,
}

/// What a reader gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// The keys that are there.
    Keys,
    /// None. A fetch might bring some.
    Ask,
    /// None, and it has just been tried in vain.
    Refuse,
}

impl View {
    pub(super) fn read(&self, now: NumericDate) -> Reading {
        match self.held {
            Some(times) if times.fetched_at <= now && now < times.fresh_until => Reading::Keys,
            // After their life only where it has been tried in vain to get newer ones.
            Some(times) if times.fetched_at <= now && now < times.serve_until && self.failed_at.is_some() => {
                Reading::Keys
            }
            _ if is_recent(self.failed_at, now) => Reading::Refuse,
            _ => Reading::Ask,
        }
    }

    /// Whether it is time to fetch, for want of fresh keys.
    pub(super) fn is_due(&self, now: NumericDate) -> bool {
        let good = self.held.is_some_and(|times| times.fetched_at <= now && now < times.refresh_at);
        !good && !is_recent(self.failed_at, now)
    }
}

fn is_recent(ended_at: Option<NumericDate>, now: NumericDate) -> bool {
    ended_at.is_some_and(|ended_at| ended_at <= now && now.saturating_since(ended_at) < MIN_FETCH_INTERVAL)
}

#[derive(Debug)]
pub(super) struct Engine<E> {
    /// How long keys are served after their life.
    stale: Duration,
    view: View,
    etag: Option<E>,
    changed: bool,
    in_flight: bool,
}

impl<E: Clone> Engine<E> {
    pub(super) fn new(stale: Duration) -> Self {
        Self { stale, view: View::default(), etag: None, changed: false, in_flight: false }
    }

    pub(super) fn view(&self) -> View {
        self.view
    }

    /// Somebody wants something.
    pub(super) fn ask(&mut self, need: Need, now: NumericDate) -> Step<E> {
        if self.in_flight {
            return Step::Wait;
        }
        if is_recent(self.view.failed_at, now) {
            return Step::Known(ReloadOutcome::Failed);
        }
        if self.view.failed_at.is_none() && is_recent(self.view.held.map(|times| times.fetched_at), now) {
            return Step::Known(self.renewal());
        }
        if need == Need::Fresh && !self.view.is_due(now) {
            return Step::Known(ReloadOutcome::Unchanged);
        }
        self.in_flight = true;
        Step::Fetch { etag: self.etag.clone() }
    }

    /// The fetch that was asked for has ended. What that is to those who waited for it.
    pub(super) fn ended(&mut self, end: End<E>, now: NumericDate) -> ReloadOutcome {
        self.in_flight = false;
        // For readers, keys that were served no more are others when they are back.
        let served = self.view.read(now) == Reading::Keys;
        let (life, changed) = match (end, self.view.held) {
            (End::Keys { life, etag, changed }, _) => {
                self.etag = etag;
                (life, changed)
            }
            // What was not there cannot be the same.
            (End::Same { life }, Some(held)) => {
                (life.unwrap_or_else(|| held.fresh_until.saturating_since(held.fetched_at)), false)
            }
            (End::Same { .. } | End::Failed, _) => {
                self.view.failed_at = Some(now);
                // Keys whose life is over are served from here on, so whoever asked has some to look at.
                let revived = !served && self.view.read(now) == Reading::Keys;
                return if revived { ReloadOutcome::Changed } else { ReloadOutcome::Failed };
            }
        };
        self.changed = changed || !served;
        let fresh_until = now.saturating_add(life);
        let ahead = life.saturating_sub(life.checked_div(4).unwrap_or_default()).max(MIN_FETCH_INTERVAL);
        self.view = View {
            held: Some(Times {
                fetched_at: now,
                refresh_at: now.saturating_add(ahead),
                fresh_until,
                serve_until: fresh_until.saturating_add(self.stale),
            }),
            failed_at: None,
        };
        self.renewal()
    }

    /// What the last fetch, a good one, is to those who ask for a key.
    fn renewal(&self) -> ReloadOutcome {
        if self.changed { ReloadOutcome::Changed } else { ReloadOutcome::Unchanged }
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
