//! The clock by which tokens expire.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// A clock that never goes back, and that nobody sets.
///
/// A server says how many seconds an access token lives (`expires_in`), so no time of day is needed to know when to renew
/// it. Implement this to move the time in tests.
///
/// ```
/// use std::time::Duration;
/// use jotwell_client::MonotonicClock;
///
/// /// Stands still.
/// #[derive(Debug)]
/// struct Frozen;
///
/// impl MonotonicClock for Frozen {
///     fn elapsed(&self) -> Duration { Duration::ZERO }
/// }
/// ```
pub trait MonotonicClock: Send + Sync + fmt::Debug + 'static {
    /// Returns the time since a moment that stays the same.
    fn elapsed(&self) -> Duration;

    /// Waits before a request is repeated. By default that takes real time.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The monotonic clock of the system.
///
/// Some systems stop it while they are suspended. A token that has expired meanwhile is then noticed by the server's
/// answer, and renewed.
#[derive(Clone, Copy, Debug)]
pub struct SystemMonotonicClock(Instant);

impl SystemMonotonicClock {
    /// Creates a clock that starts now.
    #[must_use]
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Default for SystemMonotonicClock {
    fn default() -> Self {
        Self::new()
    }
}

impl MonotonicClock for SystemMonotonicClock {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
