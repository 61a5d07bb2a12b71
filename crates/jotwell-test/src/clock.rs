//! A clock that tests control.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jotwell::{Clock, NumericDate};

use jotwell_http::store::Timestamp;

/// A clock that advances only when the test says so. Its clones are one clock.
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
    /// Creates a clock that shows this time, to the millisecond.
    #[must_use]
    pub fn at(now: NumericDate) -> Self {
        Self(Arc::new(AtomicU64::new(Timestamp::from(now).as_millis())))
    }

    /// Advances the clock.
    pub fn advance(&self, by: Duration) {
        self.set(Timestamp::from_millis(self.0.load(Ordering::SeqCst)).saturating_add(by).into());
    }

    /// Sets the clock to another time, which may be earlier.
    pub fn set(&self, now: NumericDate) {
        self.0.store(Timestamp::from(now).as_millis(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> NumericDate {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst)).into()
    }
}
