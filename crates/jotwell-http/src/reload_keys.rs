//! Keys that can change while tokens are verified.

use std::future::Future;
use std::pin::Pin;

/// Keys that can be fetched again, for a token whose key is not among them.
///
/// What implements it is a [`KeySource`](jotwell::KeySource) too, as a rule. Whoever verifies a token and is told
/// [`UnknownKey`](jotwell::VerifyError::UnknownKey) or [`Unavailable`](jotwell::VerifyError::Unavailable) asks here, and
/// tries once more where the keys have changed.
/// Strangers choose when that happens, so it must be bounded here how often anything is fetched.
pub trait ReloadKeys: Send + Sync + 'static {
    /// Fetches the keys again, if that is due.
    fn reload(&self) -> Pin<Box<dyn Future<Output = ReloadOutcome> + Send + '_>>;
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReloadOutcome {
    /// There are other keys now.
    Changed,
    /// The keys are known to be those that they were.
    Unchanged,
    /// They could not be got, so nothing can be said of a token whose key is not among them.
    Failed,
}
