//! The clock that measures the expiry of tokens.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// A clock that never goes back and cannot be set.
///
/// A server returns the lifetime of an access token in seconds (`expires_in`), so the time of day is not needed to
/// renew it. Implement this trait to control the time in tests.
///
/// ```
/// use std::time::Duration;
/// use jotwell_client::MonotonicClock;
///
/// /// A stopped clock.
/// #[derive(Debug)]
/// struct Frozen;
///
/// impl MonotonicClock for Frozen {
///     fn elapsed(&self) -> Duration { Duration::ZERO }
/// }
/// ```
pub trait MonotonicClock: Send + Sync + fmt::Debug + 'static {
    /// Returns the time since a fixed moment.
    fn elapsed(&self) -> Duration;

    /// Waits before a request is repeated. By default it waits in real time.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The monotonic clock of the system.
///
/// Some systems stop it while they are suspended. A token that has expired in the meantime is then rejected by the
/// server, and renewed.
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
