//! Settings of a set.

use std::sync::Arc;
use std::time::Duration;

use jotwell::{Algorithm, Clock};

use super::address::{Address, Transport};
use super::discovery::Issuer;
use super::error::RemoteError;
use super::fetch::{DEFAULT_TIMEOUT, Fetch};
use super::fetcher::{Shared, Source};
use super::freshness::DEFAULT_STALE_IF_ERROR;
use super::monotonic::MonotonicClock;
use super::set::RemoteJwkSet;

/// What a [`RemoteJwkSet`] is to be like: [`RemoteJwkSet::from_url`], [`RemoteJwkSet::discover`].
#[must_use]
pub struct RemoteJwkSetBuilder {
    place: Place,
    algorithms: Box<[Algorithm]>,
    transport: Transport,
    stale: Duration,
    timeout: Duration,
    clock: Box<dyn Clock>,
}

pub(super) enum Place {
    Address(String),
    Issuer(String),
}

impl RemoteJwkSet {
    /// The set at an address.
    ///
    /// Keys are accepted for these algorithms alone, as by [`JwkSet::from_json`](jotwell::JwkSet::from_json).
    pub fn from_url(address: impl Into<String>, algorithms: &[Algorithm]) -> RemoteJwkSetBuilder {
        RemoteJwkSetBuilder::new(Place::Address(address.into()), algorithms)
    }

    /// The set of an issuer, which names its address in `{issuer}/.well-known/openid-configuration` (OpenID
    /// Connect Discovery 1.0 §4). The document must be that of exactly this issuer, and the address is held to
    /// the same rules as one that is given to [`from_url`](Self::from_url).
    ///
    /// The address is looked up before the first set is fetched, and again a day later or when a fetch from it
    /// failed. Should the issuer not tell it then, the one that is known is used.
    ///
    /// Whether `iss` of a token is that issuer is for the [`Validator`](jotwell::Validator) to say.
    pub fn discover(issuer: impl Into<String>, algorithms: &[Algorithm]) -> RemoteJwkSetBuilder {
        RemoteJwkSetBuilder::new(Place::Issuer(issuer.into()), algorithms)
    }
}

impl RemoteJwkSetBuilder {
    pub(super) fn new(place: Place, algorithms: &[Algorithm]) -> Self {
        Self {
            place,
            algorithms: algorithms.into(),
            transport: Transport::Https,
            stale: DEFAULT_STALE_IF_ERROR,
            timeout: DEFAULT_TIMEOUT,
            clock: Box::new(MonotonicClock::new()),
        }
    }

    /// Takes `http://` addresses too, where they are loopback addresses in digits, as in `http://127.0.0.1:8080`.
    /// **Whoever can open that port on this machine is believed**: for tests, and for an issuer at one's side.
    pub fn allow_http_on_loopback(self) -> Self {
        Self { transport: Transport::PlainOnLoopback, ..self }
    }

    /// How long keys are served after their life while no others can be had:
    /// [an hour](super::DEFAULT_STALE_IF_ERROR), by default. Keys that the issuer withdraws may be believed for so
    /// much longer by a verifier that cannot reach it.
    pub fn stale_if_error(self, stale: Duration) -> Self {
        Self { stale, ..self }
    }

    /// How long one document may take: [five seconds](super::DEFAULT_TIMEOUT), by default.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Reads the time there. Otherwise it begins at the system's time when the builder is made, and goes on by
    /// itself, so that setting the system's clock changes nothing. While a machine sleeps that one may stand still, as it
    /// does on Linux, and keys are kept for as much longer: where machines sleep, give
    /// [`SystemClock`](jotwell::SystemClock).
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Box::new(clock), ..self }
    }

    /// The set, without keys as yet: the first read or [`reload`](crate::ReloadKeys::reload) fetches them.
    ///
    /// # Errors
    /// [`RemoteError::Address`], [`RemoteError::NoAlgorithm`], [`RemoteError::SymmetricAlgorithm`].
    pub fn build(self, fetch: impl Fetch) -> Result<RemoteJwkSet, RemoteError> {
        if let Some(algorithm) = self.algorithms.iter().copied().find(|found| found.is_symmetric()) {
            return Err(RemoteError::SymmetricAlgorithm { algorithm });
        }
        if self.algorithms.is_empty() {
            return Err(RemoteError::NoAlgorithm);
        }
        let source = match &self.place {
            Place::Address(address) => Source::Set(Address::parse(address, self.transport)?),
            Place::Issuer(issuer) => Source::Issuer(Issuer::new(issuer, self.transport)?),
        };
        let Self { algorithms, clock, stale, timeout, .. } = self;
        Ok(RemoteJwkSet::over(Shared::new(source, algorithms, Arc::new(fetch), clock, stale, timeout)))
    }
}

impl std::fmt::Debug for RemoteJwkSetBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RemoteJwkSetBuilder")
            .field("algorithms", &self.algorithms)
            .field("transport", &self.transport)
            .field("stale", &self.stale)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
