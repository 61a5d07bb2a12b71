//! Keys that can change while tokens are verified.

use std::future::Future;
use std::pin::Pin;

/// Keys that can be fetched again, for a token whose key is unknown.
///
/// Implementations are usually a [`KeySource`](jotwell::KeySource) too. If verification fails with
/// [`UnknownKey`](jotwell::VerifyError::UnknownKey) or [`Unavailable`](jotwell::VerifyError::Unavailable), the verifier
/// calls [`reload`](Self::reload) and retries once if the keys have changed. Senders of tokens can cause that at any
/// time, so the implementation must limit how often it fetches.
pub trait ReloadKeys: Send + Sync + 'static {
    /// Fetches the keys again, if that is due.
    fn reload(&self) -> Pin<Box<dyn Future<Output = ReloadOutcome> + Send + '_>>;
}

/// The result of [`ReloadKeys::reload`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReloadOutcome {
    /// The keys have changed.
    Changed,
    /// The keys are known to be unchanged.
    Unchanged,
    /// The keys could not be fetched, so a token with an unknown key cannot be judged.
    Failed,
}
