//! Tokens for a service that acts on its own behalf (RFC 6749 §4.4).

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use zeroize::Zeroizing;

use crate::client_auth::ClientAuth;
use crate::endpoint::{self, AddressError};
use crate::error::TokenError;
use crate::exchange::Exchange;
use crate::form;
use crate::grant::{self, Grant, TokenRequest};
use crate::monotonic::MonotonicClock;
use crate::refresh_token::{RefreshToken, StoreRefreshToken};
use crate::source::TokenSource;
use crate::transport::Transport;

/// The client credentials grant: a service gets tokens on its own behalf (RFC 6749 §4.4).
///
/// ```
/// # fn example(transport: impl jotwell_client::Transport) -> Result<(), jotwell_client::AddressError> {
/// use jotwell_client::{ClientAuth, ClientCredentials};
///
/// let auth = ClientAuth::secret_basic("orders", "the secret, from a file");
/// let source = ClientCredentials::new("https://auth.example/token", auth, transport)?
///     .scope("stock:read")
///     .into_source();
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct ClientCredentials {
    request: Fields,
    exchange: Exchange,
}

#[derive(Debug)]
struct Fields {
    endpoint: Uri,
    auth: ClientAuth,
    scope: Option<String>,
    resource: Option<String>,
}

impl ClientCredentials {
    /// Creates the grant for a client of a token endpoint. The URL must be `https`, or `http` with a numeric loopback
    /// address.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn new(
        token_endpoint: &str,
        auth: ClientAuth,
        transport: impl Transport,
    ) -> Result<Self, AddressError> {
        let endpoint = endpoint::parse(token_endpoint)?;
        let request = Fields { endpoint, auth, scope: None, resource: None };
        Ok(Self { request, exchange: Exchange::new(transport) })
    }

    /// Requests these scopes, separated by spaces. By default the server chooses.
    #[must_use]
    pub fn scope(mut self, scope: &str) -> Self {
        self.request.scope = Some(scope.to_owned());
        self
    }

    /// Requests a token for this resource (RFC 8707 §2). Not sent by default.
    #[must_use]
    pub fn resource(mut self, resource: &str) -> Self {
        self.request.resource = Some(resource.to_owned());
        self
    }

    /// Sets how long before its expiry a token is renewed. Defaults to 60 seconds. At most a quarter of the token's
    /// lifetime is used.
    #[must_use]
    pub fn renew_ahead(mut self, ahead: Duration) -> Self {
        self.exchange.renew_ahead = ahead;
        self
    }

    /// Sets the timeout of one request for a token. Defaults to 3 seconds. There are at most three attempts.
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

    /// Creates the source of tokens. It requests the first token when the first request needs one.
    #[must_use]
    pub fn into_source(self) -> TokenSource {
        TokenSource::new(self.request, self.exchange, None)
    }
}

impl Grant for Fields {
    fn request(&self, _: Option<&RefreshToken>) -> Result<TokenRequest, TokenError> {
        let mut fields = Zeroizing::default();
        form::append(&mut fields, "grant_type", "client_credentials");
        for (name, value) in [("scope", &self.scope), ("resource", &self.resource)] {
            if let Some(value) = value {
                form::append(&mut fields, name, value);
            }
        }
        self.auth.add_to_form(&mut fields)?;
        let body = Zeroizing::new(fields.as_bytes().to_vec());
        let mut request = grant::post(&self.endpoint, "application/x-www-form-urlencoded", body);
        self.auth.add_to_header(&mut request);
        Ok(request)
    }

    fn store(&self) -> Option<&dyn StoreRefreshToken> {
        None
    }
}
