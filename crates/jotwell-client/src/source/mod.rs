//! The source of access tokens for the requests of a client.

mod state;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use state::{Flight, State, Step};
use tokio::sync::watch;

use crate::access_token::{AccessToken, MalformedToken};
use crate::error::{OAuthError, StoreTokenError, TokenError};
use crate::exchange::{Exchange, Received};
use crate::grant::Grant;
use crate::refresh_token::RefreshToken;

/// A source of access tokens. Its clones share one state.
///
/// - It renews a token before it expires, by a monotonic clock, so a wrong time of day has no effect. Until the
///   renewal ends, requests use the current token.
/// - One renewal runs at a time, and every request that needs a token waits for it. The renewal continues when such a
///   request is cancelled.
/// - A new refresh token is stored before the access token that was issued with it is returned.
/// - If the response to a renewal is lost, the same refresh token is presented again, unchanged: three attempts in
///   all. A refresh token whose response has arrived is never presented again.
/// - If the session has ended, each call returns [`TokenError::SessionEnded`] without asking the server again. After
///   any other failure there is one attempt per second, or fewer if the server sends `Retry-After`.
///
/// # Events
///
/// The log has a stable `code` for each event, and never contains a token:
///
/// | code | level | meaning |
/// |---|---|---|
/// | `token_renewed` | debug | there is a new access token |
/// | `token_request_repeated` | info | a response was lost, or the server was busy, and the request is repeated |
/// | `token_renewal_failed` | warn | there is no new access token; `reason` is [`TokenError::code`] |
#[derive(Clone)]
pub struct TokenSource(Arc<Shared>);

struct Shared {
    /// Without a renewal, the token is fixed.
    renewal: Option<(Box<dyn Grant>, Exchange)>,
    state: Mutex<State>,
}

/// How long to wait after a failed renewal.
const SPACING: Duration = Duration::from_secs(1);
/// The longest wait that a server may request.
const MAX_SPACING: Duration = Duration::from_secs(60);

impl TokenSource {
    /// Creates a source of one access token, which cannot be renewed.
    ///
    /// # Errors
    /// [`MalformedToken`].
    pub fn fixed(access_token: impl Into<String>) -> Result<Self, MalformedToken> {
        let state = State::with_access(AccessToken::new(access_token)?);
        Ok(Self(Arc::new(Shared { renewal: None, state: Mutex::new(state) })))
    }

    pub(crate) fn new(
        grant: impl Grant + 'static,
        exchange: Exchange,
        refresh: Option<RefreshToken>,
    ) -> Self {
        let state = Mutex::new(State::with_refresh(refresh));
        Self(Arc::new(Shared { renewal: Some((Box::new(grant), exchange)), state }))
    }

    /// Keeps the tokens of a login.
    pub(crate) async fn begin(&self, received: Received) -> Result<(), TokenError> {
        let (grant, _) = self.0.renewal.as_ref().ok_or(TokenError::NotRenewable)?;
        self.0.receive(received);
        self.0.keep(&**grant).await.map(drop)
    }

    /// Returns an access token. If none is valid, it is requested first.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn token(&self) -> Result<AccessToken, TokenError> {
        self.take().await
    }

    /// Returns a different access token than this one, which the server has rejected. If another request has already
    /// renewed it, that token is returned.
    ///
    /// Call it once per request: if the server rejects that token too, another one will not help.
    ///
    /// # Errors
    /// [`TokenError`], with [`TokenError::NotRenewable`] for a fixed token.
    pub async fn renew(&self, rejected: &AccessToken) -> Result<AccessToken, TokenError> {
        self.reject(rejected);
        self.take().await
    }

    /// Reports that the server has rejected this token, so that the next request gets another one.
    pub fn reject(&self, token: &AccessToken) {
        self.0.state().reject(token);
    }

    async fn take(&self) -> Result<AccessToken, TokenError> {
        let mut flight = match self.step()? {
            Step::Use(token) => return Ok(token),
            Step::Wait(flight) => flight,
        };
        let landed = flight.wait_for(Option::is_some).await.map_err(|_| TokenError::Aborted)?;
        landed.clone().unwrap_or(Err(TokenError::Aborted))
    }

    /// Returns the current token, or the one renewal to wait for, which is started unless it is running.
    fn step(&self) -> Result<Step, TokenError> {
        let mut state = self.0.state();
        let Some((_, exchange)) = &self.0.renewal else {
            return state.usable(Duration::ZERO).map(Step::Use).ok_or(TokenError::NotRenewable);
        };
        let now = exchange.clock.elapsed();
        let usable = state.usable(now);
        if let Some(token) = usable.as_ref().filter(|_| !state.is_due(now, exchange.renew_ahead)) {
            return Ok(Step::Use(token.clone()));
        }
        let flight = state.may_renew(now).and_then(|()| match state.flight() {
            Some(flight) => Ok(flight),
            None => self.start().inspect(|flight| state.started(flight.clone())),
        });
        match (usable, flight) {
            (Some(token), _) => Ok(Step::Use(token)),
            (None, flight) => flight.map(Step::Wait),
        }
    }

    /// Starts a renewal. It is a separate task, so it continues when the request that started it is cancelled. If an
    /// exchange were cancelled, it would be unknown whether its refresh token had been exchanged.
    fn start(&self) -> Result<Flight, TokenError> {
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| TokenError::NoRuntime)?;
        let (landed, flight) = watch::channel(None);
        let shared = self.0.clone();
        runtime.spawn(async move {
            let result = shared.renew().await;
            shared.land(&result);
            landed.send_replace(Some(result));
        });
        Ok(flight)
    }
}

impl Shared {
    /// Locks the state. The lock must never be held across an `await`.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn renew(&self) -> Result<AccessToken, TokenError> {
        let (grant, exchange) = self.renewal.as_ref().ok_or(TokenError::NotRenewable)?;
        // From the previous renewal, whose refresh token could not be stored. The access token may have expired since.
        if let Some(token) = self.keep(&**grant).await?
            && self.state().usable(exchange.clock.elapsed()).is_some()
        {
            return Ok(token);
        }
        let refresh = self.state().refresh.clone();
        let received =
            exchange.repeat(|| grant.request(refresh.as_ref())).await.map_err(|error| match error {
                TokenError::Refused { error: OAuthError::InvalidGrant, .. } if refresh.is_some() => {
                    TokenError::SessionEnded
                }
                error => error,
            })?;
        self.receive(received);
        self.keep(&**grant).await?.ok_or(TokenError::Aborted)
    }

    /// Keeps what was issued. The refresh token that was presented is dropped here: its successor is known.
    fn receive(&self, received: Received) {
        let mut state = self.state();
        if let Some(refresh) = &received.issued.refresh {
            state.refresh = Some(refresh.clone());
        }
        state.unstored = Some(received);
    }

    /// Stores the refresh token of what was issued, and then makes the access token current. Returns `None` if nothing
    /// is left to store.
    async fn keep(&self, grant: &dyn Grant) -> Result<Option<AccessToken>, TokenError> {
        let Some(received) = self.state().unstored.clone() else { return Ok(None) };
        if let (Some(store), Some(refresh)) = (grant.store(), &received.issued.refresh) {
            let stored = store.store(refresh.clone()).await;
            stored.map_err(|error| TokenError::Store(StoreTokenError(Arc::from(error))))?;
        }
        let token = received.issued.access.clone();
        let mut state = self.state();
        state.unstored = None;
        state.accept(received);
        Ok(Some(token))
    }

    /// Records the end of a renewal.
    fn land(&self, result: &Result<AccessToken, TokenError>) {
        let mut state = self.state();
        state.landed();
        match result {
            Ok(_) => tracing::debug!(code = "token_renewed", "there is a new access token"),
            Err(error) => {
                tracing::warn!(code = "token_renewal_failed", reason = error.code(), %error, "there is no new access token");
                let spacing = match error {
                    TokenError::Unavailable { retry_after: Some(after), .. } => {
                        (*after).clamp(SPACING, MAX_SPACING)
                    }
                    _ => SPACING,
                };
                let now =
                    self.renewal.as_ref().map_or(Duration::ZERO, |(_, exchange)| exchange.clock.elapsed());
                state.failed(error.clone(), now.saturating_add(spacing));
            }
        }
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grant: &dyn fmt::Debug = match &self.0.renewal {
            Some((grant, _)) => grant,
            None => &"fixed",
        };
        f.debug_struct("TokenSource").field("grant", grant).finish_non_exhaustive()
    }
}
