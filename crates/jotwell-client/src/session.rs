//! Sessions of `jotwell-http`: a login, then refresh tokens.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::endpoint::{self, AddressError};
use crate::error::TokenError;
use crate::exchange::Exchange;
use crate::grant::{self, Grant, TokenRequest};
use crate::monotonic::MonotonicClock;
use crate::refresh_token::{RefreshToken, StoreRefreshToken};
use crate::source::TokenSource;
use crate::transport::Transport;

/// Logs in to a service with sessions, and resumes a session after a restart.
///
/// It posts JSON to the routes of `auth_routes` of `jotwell-http`: the credentials to `/login`, and `{"refresh_token":"…"}` to
/// `/refresh`. Both respond with the tokens of RFC 6749 §5.1.
///
/// ```
/// # async fn example(transport: impl jotwell_client::Transport) -> Result<(), Box<dyn std::error::Error>> {
/// use jotwell_client::{RefreshToken, SessionClient};
///
/// let sessions = SessionClient::new("https://api.example", transport)?
///     .store(|token: RefreshToken| async move { save(token.as_str()) });
/// let source = sessions.login(&serde_json::json!({"name": "ada", "password": "…"})).await?;
/// // After a restart:
/// let source = sessions.resume(RefreshToken::new("what was saved")?);
/// # fn save(_: &str) -> std::io::Result<()> { Ok(()) }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct SessionClient {
    login: Uri,
    refresh: RefreshGrant,
    exchange: Exchange,
}

#[derive(Clone)]
struct RefreshGrant {
    uri: Uri,
    store: Option<Arc<dyn StoreRefreshToken>>,
}

/// Capacity for the refresh tokens of most servers. A text that is reallocated would leave copies that are not
/// zeroized.
const BODY: usize = 512;

impl SessionClient {
    /// Creates a client for the routes `/login` and `/refresh` below a base URL: `https`, or `http` with a numeric
    /// loopback address.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn new(base: &str, transport: impl Transport) -> Result<Self, AddressError> {
        let base = base.trim_end_matches('/');
        let refresh = RefreshGrant { uri: endpoint::parse(&format!("{base}/refresh"))?, store: None };
        Ok(Self {
            login: endpoint::parse(&format!("{base}/login"))?,
            refresh,
            exchange: Exchange::new(transport),
        })
    }

    /// Sets other URLs for login and refresh.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn endpoints(mut self, login: &str, refresh: &str) -> Result<Self, AddressError> {
        self.login = endpoint::parse(login)?;
        self.refresh.uri = endpoint::parse(refresh)?;
        Ok(self)
    }

    /// Sets the store for refresh tokens, including the first. By default they are kept only in memory, and the
    /// session is lost when the process ends.
    #[must_use]
    pub fn store(mut self, store: impl StoreRefreshToken) -> Self {
        self.refresh.store = Some(Arc::new(store));
        self
    }

    /// Sets how long before its expiry a token is renewed. Defaults to 60 seconds. At most a quarter of the token's
    /// lifetime is used.
    #[must_use]
    pub fn renew_ahead(mut self, ahead: Duration) -> Self {
        self.exchange.renew_ahead = ahead;
        self
    }

    /// Sets the timeout of one request for tokens. Defaults to 3 seconds, so that the three attempts of a refresh end
    /// within the server's grace period of 10 seconds.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.exchange.timeout = timeout;
        self
    }

    /// Sets the clock that measures expiry. Defaults to [`SystemMonotonicClock`](crate::SystemMonotonicClock).
    #[must_use]
    pub fn clock(mut self, clock: impl MonotonicClock) -> Self {
        self.exchange.clock = Arc::new(clock);
        self
    }

    /// Logs in. The request is not repeated if the response is lost, since each login begins a session.
    ///
    /// # Errors
    /// [`TokenError::Refused`] with [`InvalidGrant`](crate::OAuthError::InvalidGrant) for a wrong name or password;
    /// [`TokenError::Credentials`] if they cannot be written as JSON; [`TokenError::Store`] if the refresh token could not
    /// be stored; those of the server and of the connection.
    pub async fn login(&self, credentials: &impl Serialize) -> Result<TokenSource, TokenError> {
        let received = self.exchange.once(json(&self.login, credentials)?).await?;
        let source = TokenSource::new(self.refresh.clone(), self.exchange.clone(), None);
        source.begin(received).await?;
        Ok(source)
    }

    /// Resumes the session of a stored refresh token. Nothing is sent before the first request needs a token.
    ///
    /// Use one source in one process at a time: two with the same refresh token look like a theft to the server.
    #[must_use]
    pub fn resume(&self, refresh_token: RefreshToken) -> TokenSource {
        TokenSource::new(self.refresh.clone(), self.exchange.clone(), Some(refresh_token))
    }
}

#[derive(Serialize)]
struct Body<'a> {
    refresh_token: &'a str,
}

impl Grant for RefreshGrant {
    fn request(&self, refresh: Option<&RefreshToken>) -> Result<TokenRequest, TokenError> {
        // If the server issued no refresh token, the session cannot be continued.
        let refresh = refresh.ok_or(TokenError::SessionEnded)?;
        json(&self.uri, &Body { refresh_token: refresh.as_str() })
    }

    fn store(&self) -> Option<&dyn StoreRefreshToken> {
        self.store.as_deref()
    }
}

fn json(uri: &Uri, body: &impl Serialize) -> Result<TokenRequest, TokenError> {
    let mut text = Zeroizing::new(Vec::with_capacity(BODY));
    serde_json::to_writer(&mut *text, body).map_err(|_| TokenError::Credentials)?;
    Ok(grant::post(uri, "application/json", text))
}

impl fmt::Debug for RefreshGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshGrant")
            .field("uri", &self.uri)
            .field("is_stored", &self.store.is_some())
            .finish()
    }
}
