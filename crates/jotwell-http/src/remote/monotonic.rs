//! The default clock of a set.

use std::time::Instant;

use jotwell::{Clock, NumericDate, SystemClock};

/// A clock that starts at the system's time and is then monotonic: changes of the system's clock neither end nor extend
/// a set's lifetime.
#[derive(Debug)]
pub(super) struct MonotonicClock {
    date: NumericDate,
    start: Instant,
}

impl MonotonicClock {
    pub(super) fn new() -> Self {
        Self { date: SystemClock.now(), start: Instant::now() }
    }
}

impl Clock for MonotonicClock {
    fn now(&self) -> NumericDate {
        self.date.saturating_add(self.start.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_now_and_never_goes_back() {
        let before = SystemClock.now();
        let clock = MonotonicClock::new();
        let (one, two) = (clock.now(), clock.now());
        assert!(before <= one && one <= two);
    }
}
