//! Tests that read what is logged, beside others.

use tracing::subscriber::{DefaultGuard, NoSubscriber, set_default};
use tracing::{Dispatch, Subscriber};

/// Ends the collection when it is dropped.
#[must_use]
#[expect(dead_code, reason = "both are held until the end")]
pub(crate) struct Collecting(DefaultGuard, Dispatch);

/// Gives the subscriber what this thread logs.
///
/// With one dispatcher alone, `tracing` asks the thread that comes to an event first whether it is wanted, which may be
/// the thread of another test. So there are two.
pub(crate) fn collect(subscriber: impl Subscriber + Send + Sync + 'static) -> Collecting {
    let second = Dispatch::new(NoSubscriber::default());
    Collecting(set_default(subscriber), second)
}
