//! When to fetch and which keys to trust: a state machine without clock, task or socket.
//!
//! After a clock was set back, times in its future are not trusted: keys fetched then are not used, and a fetch made
//! then does not delay another one. So it costs a fetch, and never extends a lifetime.

use std::time::Duration;

use jotwell::NumericDate;

use crate::reload_keys::ReloadOutcome;

/// The minimum time between the end of one fetch and the start of the next, for any reason.
pub const MIN_FETCH_INTERVAL: Duration = Duration::from_secs(30);

/// What a caller needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Keys that do not expire soon.
    Fresh,
    /// A key that is not among the known ones.
    Unknown,
}

/// What to do for a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step<E> {
    /// Fetch now, conditionally if the last response had this `ETag`. Then call [`Engine::ended`].
    Fetch {
        /// For `If-None-Match` (RFC 9110 §13.1.2).
        etag: Option<E>,
    },
    /// Wait for the fetch in progress.
    Wait,
    /// Do nothing: this is known from the last fetch.
    Known(ReloadOutcome),
}

/// The result of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End<E> {
    /// A usable set.
    Keys {
        /// Its lifetime.
        life: Duration,
        /// Its `ETag`.
        etag: Option<E>,
        /// Whether its keys differ from the previous ones.
        changed: bool,
    },
    /// The set has not changed.
    Same {
        /// Its new lifetime; unchanged if the response does not specify one.
        life: Option<Duration>,
    },
    /// Anything else, or no response.
    Failed,
}

/// All that a reader needs, in one value: it is copied out and read without the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    pub(super) held: Option<Times>,
    /// When the last fetch ended, if it failed.
    pub(super) failed_at: Option<NumericDate>,
}

/// The times of the current keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) fetched_at: NumericDate,
    /// From then on a read causes another fetch.
    pub(super) refresh_at: NumericDate,
    pub(super) fresh_until: NumericDate,
    /// From then on the keys are not used.
    pub(super) serve_until: NumericDate,
}

/// What a reader gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// The current keys.
    Keys,
    /// No keys. A fetch may succeed.
    Ask,
    /// No keys, and a fetch has just failed.
    Refuse,
}

impl View {
    pub(super) fn read(&self, now: NumericDate) -> Reading {
        match self.held {
            Some(times) if times.fetched_at <= now && now < times.fresh_until => Reading::Keys,
            // After their lifetime only if a fetch of newer keys has failed.
            Some(times) if times.fetched_at <= now && now < times.serve_until && self.failed_at.is_some() => {
                Reading::Keys
            }
            _ if is_recent(self.failed_at, now) => Reading::Refuse,
            _ => Reading::Ask,
        }
    }

    /// Returns whether a fetch is due to renew the keys.
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
    /// How long keys are used after their lifetime.
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

    /// Handles the request of a caller.
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

    /// Records the end of a fetch, and returns the outcome for the waiting callers.
    pub(super) fn ended(&mut self, end: End<E>, now: NumericDate) -> ReloadOutcome {
        self.in_flight = false;
        // For readers, keys that had expired count as changed when they are usable again.
        let served = self.view.read(now) == Reading::Keys;
        let (life, changed) = match (end, self.view.held) {
            (End::Keys { life, etag, changed }, _) => {
                self.etag = etag;
                (life, changed)
            }
            // Without keys nothing can be unchanged.
            (End::Same { life }, Some(held)) => {
                (life.unwrap_or_else(|| held.fresh_until.saturating_since(held.fetched_at)), false)
            }
            (End::Same { .. } | End::Failed, _) => {
                self.view.failed_at = Some(now);
                // Expired keys are used from here on, so the caller can verify with them.
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

    /// Returns the outcome of the last fetch, which succeeded, for callers that need a key.
    fn renewal(&self) -> ReloadOutcome {
        if self.changed { ReloadOutcome::Changed } else { ReloadOutcome::Unchanged }
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
