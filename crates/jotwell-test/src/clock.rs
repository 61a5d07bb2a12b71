//! A clock that tests move.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jotwell::{Clock, NumericDate};

use jotwell_http::store::Timestamp;

/// A clock that does not move by itself. Its clones are one clock.
///
/// ```
/// use std::time::Duration;
/// use jotwell::{Clock, NumericDate};
/// use jotwell_test::TestClock;
///
/// let clock = TestClock::at(NumericDate::from_secs(1_800_000_000));
/// let in_service = clock.clone();
/// clock.advance(Duration::from_secs(900));
/// assert_eq!(in_service.now().as_secs(), 1_800_000_900);
/// ```
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicU64>);

impl TestClock {
    /// Stands at that moment, to the millisecond.
    #[must_use]
    pub fn at(now: NumericDate) -> Self {
        Self(Arc::new(AtomicU64::new(Timestamp::from(now).as_millis())))
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        self.set(Timestamp::from_millis(self.0.load(Ordering::SeqCst)).saturating_add(by).into());
    }

    /// Puts it to another moment, which may be an earlier one.
    pub fn set(&self, now: NumericDate) {
        self.0.store(Timestamp::from(now).as_millis(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> NumericDate {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst)).into()
    }
}
