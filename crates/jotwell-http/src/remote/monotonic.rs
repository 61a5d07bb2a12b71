//! The clock of a set, unless another is asked for.

use std::time::Instant;

use jotwell::{Clock, NumericDate, SystemClock};

/// Begins at the system's time and goes on by itself: setting the system's clock neither ends a set's life nor
/// lengthens it.
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
