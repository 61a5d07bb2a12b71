//! Collects what a test logs, concurrently with other tests.

use tracing::subscriber::{DefaultGuard, NoSubscriber, set_default};
use tracing::{Dispatch, Subscriber};

/// Ends the collection when it is dropped.
#[must_use]
#[expect(dead_code, reason = "both are held until the end")]
pub(crate) struct Collecting(DefaultGuard, Dispatch);

/// Sends what this thread logs to the subscriber.
///
/// With a single dispatcher, `tracing` asks the first thread that reaches an event whether it is enabled, and that may
/// be the thread of another test. So there are two.
pub(crate) fn collect(subscriber: impl Subscriber + Send + Sync + 'static) -> Collecting {
    let second = Dispatch::new(NoSubscriber::default());
    Collecting(set_default(subscriber), second)
}
