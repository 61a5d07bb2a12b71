//! One fetch for all callers that wait for it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue, IF_NONE_MATCH};
use http::{Request, Response};
use jotwell::{Clock, NumericDate};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::address::Address;
use super::credentials::BearerFile;
use super::discovery::Issuer;
use super::error::{Chain, RemoteError};
use super::fetch::{DEFAULT_MAX_BYTES, Fetch, FetchError, FetchLimits};
use super::freshness::MAX_FRESHNESS;
use super::gate::{Entered, Gate};
use super::keys::{Accepted, Answer, Keys, read};
use super::schedule::{End, Engine, Need, Step, View};
use crate::reload_keys::ReloadOutcome;

/// The state that all clones of a set share.
pub(super) struct Shared {
    pub(super) source: Source,
    accepted: Accepted,
    credentials: Option<BearerFile>,
    fetch: Arc<dyn Fetch>,
    pub(super) clock: Box<dyn Clock>,
    timeout: Duration,
    /// The state that readers see. They never wait.
    pub(super) snapshot: ArcSwap<Snapshot>,
    /// Busy during a fetch.
    gate: Gate<State>,
    /// A runtime for callers outside of one.
    runtime: OnceLock<Handle>,
}

/// The source of the keys.
#[derive(Debug)]
pub(super) enum Source {
    Set(Address),
    Issuer(Issuer),
}

impl Source {
    /// The configured address: of the set, or of the issuer's metadata.
    pub(super) fn configured(&self) -> &Address {
        match self {
            Self::Set(address) => address,
            Self::Issuer(issuer) => &issuer.document,
        }
    }
}

/// Keys and their times, as of the last fetch.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    pub(super) keys: Option<Arc<Keys>>,
    pub(super) view: View,
    pub(super) error: Option<Arc<RemoteError>>,
}

struct State {
    engine: Engine<Etag>,
    /// The result of the current fetch, for the callers that wait for it.
    result: watch::Receiver<Option<ReloadOutcome>>,
    located: Option<Located>,
}

/// An `ETag`, with the address that it belongs to.
#[derive(Clone, Debug)]
struct Etag {
    address: Address,
    value: HeaderValue,
}

/// The address that an issuer names.
#[derive(Clone, Debug)]
struct Located {
    address: Address,
    at: NumericDate,
    doubtful: bool,
}

impl Shared {
    pub(super) fn new(
        source: Source,
        accepted: Accepted,
        credentials: Option<BearerFile>,
        fetch: Arc<dyn Fetch>,
        clock: Box<dyn Clock>,
        stale: Duration,
        timeout: Duration,
    ) -> Self {
        let state = State { engine: Engine::new(stale), result: watch::channel(None).1, located: None };
        Self {
            source,
            accepted,
            credentials,
            fetch,
            clock,
            timeout,
            snapshot: ArcSwap::default(),
            gate: Gate::new(state),
            runtime: Handle::try_current().map(OnceLock::from).unwrap_or_default(),
        }
    }

    /// Fetches in the background if that is due. Never waits.
    pub(super) fn refresh(self: &Arc<Self>, now: NumericDate) {
        let Some(runtime) = self.runtime() else { return };
        let Some(mut entered) = self.gate.enter_if_idle() else { return };
        let begun = self.begin(&mut entered, Need::Fresh, now);
        drop(entered);
        if let Begun::Flight(flight) = begun {
            runtime.spawn(flight.run());
        }
    }

    /// Fetches for an unknown key if that is due, and waits for the result.
    pub(super) async fn reload(self: &Arc<Self>) -> ReloadOutcome {
        let Some(runtime) = self.runtime() else {
            tracing::warn!(error = %RemoteError::NoRuntime, "keys not fetched");
            return ReloadOutcome::Failed;
        };
        let now = self.clock.now();
        let (begun, mut result) = {
            let mut entered = self.gate.lock();
            (self.begin(&mut entered, Need::Unknown, now), entered.state.result.clone())
        };
        match begun {
            // After the lock is released: a runtime that has shut down drops the flight at once.
            Begun::Flight(flight) => drop(runtime.spawn(flight.run())),
            Begun::Elsewhere => {}
            Begun::Not(renewal) => return renewal,
        }
        result
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|result| *result)
            .unwrap_or(ReloadOutcome::Failed)
    }

    fn begin(self: &Arc<Self>, entered: &mut Entered<'_, State>, need: Need, now: NumericDate) -> Begun {
        match entered.state.engine.ask(need, now) {
            Step::Fetch { etag } => {
                let (result, receiver) = watch::channel(None);
                entered.state.result = receiver;
                entered.set_busy(true);
                Begun::Flight(Flight { shared: self.clone(), etag, result, landed: false })
            }
            Step::Wait => Begun::Elsewhere,
            Step::Known(renewal) => Begun::Not(renewal),
        }
    }

    fn runtime(&self) -> Option<Handle> {
        match Handle::try_current() {
            Ok(handle) => {
                self.runtime.get_or_init(|| handle.clone());
                Some(handle)
            }
            Err(_) => self.runtime.get().cloned(),
        }
    }
}

/// The result of starting a fetch.
enum Begun {
    /// A new fetch, which has to be spawned.
    Flight(Flight),
    /// A fetch is already in progress.
    Elsewhere,
    /// No fetch is due.
    Not(ReloadOutcome),
}

/// A fetch in progress. If it panics or its runtime shuts down, the waiting callers still get a result.
struct Flight {
    shared: Arc<Shared>,
    etag: Option<Etag>,
    result: watch::Sender<Option<ReloadOutcome>>,
    landed: bool,
}

/// The result of a successful fetch.
struct Brought {
    /// `None` if the set has not changed.
    keys: Option<Keys>,
    end: End<Etag>,
}

impl Flight {
    async fn run(mut self) {
        let result = self.get().await;
        self.land(result);
    }

    async fn get(&self) -> Result<Brought, RemoteError> {
        let shared = &*self.shared;
        let address = match &shared.source {
            Source::Set(address) => address.clone(),
            Source::Issuer(issuer) => self.locate(issuer).await?,
        };
        let etag = self.etag.as_ref().filter(|etag| etag.address == address).map(|etag| &etag.value);
        let answer = self.fetch(&address, etag, shared.accepted.max_bytes).await?;
        let answer = read(answer, etag.is_some(), &shared.accepted)?;
        Ok(match answer {
            Answer::NotModified { life } => Brought { keys: None, end: End::Same { life } },
            Answer::Set { keys, life, etag } => {
                let (keys, changed) = keys.keeping(shared.snapshot.load().keys.as_deref());
                let etag = etag.map(|value| Etag { address, value });
                Brought { keys: Some(keys), end: End::Keys { life, etag, changed } }
            }
        })
    }

    /// Returns the address of the issuer's keys. Looks it up again after a day, or if a fetch from it failed.
    async fn locate(&self, issuer: &Issuer) -> Result<Address, RemoteError> {
        let now = self.shared.clock.now();
        let known = self.shared.gate.lock().state.located.clone();
        if let Some(known) = &known {
            let recent = known.at <= now && now.saturating_since(known.at) < MAX_FRESHNESS;
            if recent && !known.doubtful {
                return Ok(known.address.clone());
            }
        }
        let document = self.fetch(&issuer.document, None, DEFAULT_MAX_BYTES).await;
        match (document.and_then(|document| issuer.read(document)), known) {
            (Ok(address), _) => {
                let located = Located { address: address.clone(), at: now, doubtful: false };
                self.shared.gate.lock().state.located = Some(located);
                Ok(address)
            }
            (Err(error), Some(known)) => {
                let document = &issuer.document;
                tracing::warn!(%document, error = %Chain(&error), "metadata not read; the known address is used");
                Ok(known.address)
            }
            (Err(error), None) => Err(error),
        }
    }

    async fn fetch(
        &self,
        address: &Address,
        etag: Option<&HeaderValue>,
        max_bytes: usize,
    ) -> Result<Response<Vec<u8>>, RemoteError> {
        let mut request = Request::new(());
        *request.uri_mut() = address.uri().clone();
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, application/jwk-set+json"));
        if let Some(etag) = etag {
            headers.insert(IF_NONE_MATCH, etag.clone());
        }
        if let Some(credentials) = &self.shared.credentials
            && let Some(header) = credentials.header_for(address).await?
        {
            headers.insert(AUTHORIZATION, header);
        }
        request.extensions_mut().insert(FetchLimits::new(max_bytes, !address.is_https()));
        let limit = self.shared.timeout;
        match tokio::time::timeout(limit, self.shared.fetch.fetch(request)).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(FetchError::TimedOut { limit }.into()),
        }
    }

    fn land(&mut self, result: Result<Brought, RemoteError>) {
        self.landed = true;
        let shared = &*self.shared;
        let before = shared.snapshot.load_full();
        let now = shared.clock.now();
        let (keys, end, error) = match result {
            Ok(Brought { keys, end }) => (keys.map(Arc::new).or_else(|| before.keys.clone()), end, None),
            Err(error) => (before.keys.clone(), End::Failed, Some(Arc::new(error))),
        };
        log(&shared.source, &before, keys.as_deref(), error.as_deref());
        let renewal = {
            let mut entered = shared.gate.lock();
            if let Some(located) = &mut entered.state.located {
                located.doubtful = error.is_some();
            }
            let renewal = entered.state.engine.ended(end, now);
            let view = entered.state.engine.view();
            // Keys first: a thread that sees the end of a fetch must see its result.
            shared.snapshot.store(Arc::new(Snapshot { keys, view, error }));
            entered.set_busy(false);
            renewal
        };
        self.result.send_replace(Some(renewal));
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if !self.landed {
            self.land(Err(RemoteError::Aborted));
        }
    }
}

/// Logs every failure. Logs skipped keys when they change, and a set without a usable key when it replaces another.
/// Each is one line for any number of keys, because the issuer chooses their number;
/// [`Status::skipped`](super::Status::skipped) has all of them.
fn log(source: &Source, before: &Snapshot, keys: Option<&Keys>, error: Option<&RemoteError>) {
    let address = source.configured();
    if let Some(error) = error {
        let serve_until = before.view.held.map(|times| times.serve_until.as_secs());
        tracing::warn!(%address, error = %Chain(error), serve_until, "keys not fetched");
    }
    let Some(keys) = keys else { return };
    let before = before.keys.as_deref();
    if let Some(first) = keys.skipped.first()
        && before.is_none_or(|before| before.skipped != keys.skipped)
    {
        let (count, index, key_id) = (keys.skipped.len(), first.index, first.key_id.as_deref());
        tracing::warn!(%address, count, index, ?key_id, reason = %first.reason, "keys skipped; the first is shown");
    }
    if keys.set.is_empty() && before.is_none_or(|before| !before.set.is_empty()) {
        tracing::warn!(%address, skipped = keys.skipped.len(), "the set has no usable key, so all its tokens are rejected");
    }
}
