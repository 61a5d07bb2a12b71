//! The remote key set: reads and verification.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jotwell::jws::KeySource;
use jotwell::{FromClaims, Header, NumericDate, SkippedKey, Validator, Verified, VerifyError, VerifyingKey};

use super::error::RemoteError;
use super::fetcher::Shared;
use super::schedule::Reading;
use crate::reload_keys::{ReloadKeys, ReloadOutcome};

/// The keys of another issuer, kept up to date over HTTP: see [the module](super).
///
/// It is a [`KeySource`], for a [`Validator`](jotwell::Validator), and [`ReloadKeys`], for the middleware. Clones share
/// the keys. Reads never wait, neither for a fetch nor for a lock.
///
/// Fetches run on the tokio runtime of the caller, which needs a timer. For callers outside a runtime they run on the
/// one in which the set was built or used before.
///
/// ```no_run
/// use jotwell::{Algorithm, Audience, Issuer, Validator};
/// use jotwell_http::remote::RemoteJwkSet;
/// # use jotwell_http::remote::Fetch;
/// # fn set(fetch: impl Fetch) -> Result<(), jotwell_http::remote::RemoteError> {
/// // With the feature `fetch-ring`: `let fetch = HttpFetch::with_ring()?;`
/// let keys = RemoteJwkSet::from_url("https://auth.example/jwks.json", &[Algorithm::ES256]).build(fetch)?;
/// let validator =
///     Validator::new(keys.clone(), Issuer::is("https://auth.example"), Audience::is("orders-api")).typ("at+jwt");
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct RemoteJwkSet(Arc<Shared>);

/// The state of a set: [`RemoteJwkSet::status`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// When the keys were last fetched or found to be unchanged.
    pub fetched_at: Option<NumericDate>,
    /// When their lifetime ends.
    pub fresh_until: Option<NumericDate>,
    /// When they stop being used if no fetch succeeds.
    pub serve_until: Option<NumericDate>,
    /// The skipped keys of the last usable set, with the reasons.
    pub skipped: Vec<SkippedKey>,
    /// The error of the last fetch, if it failed.
    pub error: Option<Arc<RemoteError>>,
}

impl RemoteJwkSet {
    pub(super) fn over(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// Returns the keys in use at the moment. Does not fetch.
    #[must_use]
    pub fn keys(&self) -> Vec<VerifyingKey> {
        let snapshot = self.0.snapshot.load();
        match (snapshot.view.read(self.0.clock.now()), &snapshot.keys) {
            (Reading::Keys, Some(keys)) => keys.set.keys().to_vec(),
            _ => Vec::new(),
        }
    }

    /// Verifies a token, and fetches the keys if they are missing or if the token names an unknown one: for code without
    /// the middleware. A token with an unknown `kid` can cause a fetch, but not more often than
    /// [`MIN_FETCH_INTERVAL`](super::MIN_FETCH_INTERVAL).
    ///
    /// ```
    /// # use jotwell::{NoClaims, Validator, VerifyError};
    /// # use jotwell_http::remote::RemoteJwkSet;
    /// # async fn example(keys: RemoteJwkSet, validator: Validator<RemoteJwkSet>, token: &str) -> Result<(), VerifyError> {
    /// let token = keys.verify::<jotwell::Claims<NoClaims>, _>(&validator, token).await?;
    /// println!("{:?}", token.subject);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of [`Validator::verify`]; [`VerifyError::Unavailable`] also if a fetch that the token needs failed.
    pub async fn verify<T, K>(
        &self,
        validator: &Validator<K>,
        token: &str,
    ) -> Result<Verified<T>, VerifyError>
    where
        T: for<'de> FromClaims<'de>,
        K: KeySource,
    {
        let error = match validator.verify(token) {
            Err(error) if error.is_key_not_found() || matches!(error, VerifyError::Unavailable { .. }) => {
                error
            }
            result => return result,
        };
        match self.reload().await {
            ReloadOutcome::Changed => validator.verify(token),
            ReloadOutcome::Unchanged => Err(error),
            ReloadOutcome::Failed => {
                Err(VerifyError::Unavailable { reason: "the issuer's keys could not be fetched" })
            }
        }
    }

    /// Returns the state of the set, for a health check or a log.
    #[must_use]
    pub fn status(&self) -> Status {
        let snapshot = self.0.snapshot.load();
        let times = snapshot.view.held;
        Status {
            fetched_at: times.map(|times| times.fetched_at),
            fresh_until: times.map(|times| times.fresh_until),
            serve_until: times.map(|times| times.serve_until),
            skipped: snapshot.keys.as_ref().map(|keys| keys.skipped.clone()).unwrap_or_default(),
            error: snapshot.error.clone(),
        }
    }
}

/// Selects among the current keys, as a [`JwkSet`](jotwell::JwkSet) does. A key that did not change between two fetches
/// is the same object, so a `CachedValidator` keeps its tokens.
///
/// Without keys, the result is [`VerifyError::Unavailable`], since no token can be judged. After that error and
/// [`VerifyError::UnknownKey`], call [`reload`](ReloadKeys::reload). In either case a fetch starts in the background if
/// one is due.
impl KeySource for RemoteJwkSet {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        let snapshot = self.0.snapshot.load();
        let now = self.0.clock.now();
        if snapshot.view.is_due(now) {
            self.0.refresh(now);
        }
        match (snapshot.view.read(now), &snapshot.keys) {
            (Reading::Keys, Some(keys)) => keys.set.key_for(header).map(|key| Cow::Owned(key.into_owned())),
            (Reading::Refuse, _) => {
                Err(VerifyError::Unavailable { reason: "the issuer's keys could not be fetched" })
            }
            _ => Err(VerifyError::Unavailable { reason: "the issuer's keys have not been fetched yet" }),
        }
    }
}

/// Concurrent callers share one fetch, which continues if they are cancelled.
impl ReloadKeys for RemoteJwkSet {
    fn reload(&self) -> Pin<Box<dyn Future<Output = ReloadOutcome> + Send + '_>> {
        Box::pin(self.0.reload())
    }
}

impl fmt::Debug for RemoteJwkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteJwkSet")
            .field("source", &self.0.source)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
