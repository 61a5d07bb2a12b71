//! Access tokens for HTTP clients: attaches them, renews them before they expire, and retries once when a server rejects one.
//!
//! - [`TokenSource`] contains the current token and renews it. Create one for each session or client, and use clones
//!   of it.
//! - [`ClientCredentials`] creates a source for a service that acts on its own behalf (RFC 6749 §4.4), with a secret
//!   or a key ([`ClientAuth`]).
//! - [`SessionClient`] creates a source for a user's session with a service that uses `jotwell-http`.
//! - `BearerMiddleware` (feature `reqwest-middleware`) and `BearerLayer` (feature `tower`) attach the token to
//!   requests for one [`Origin`].
//!
//! # Example
//!
#![cfg_attr(feature = "reqwest-middleware", doc = "```no_run")]
#![cfg_attr(not(feature = "reqwest-middleware"), doc = "```ignore")]
//! use jotwell_client::{BearerMiddleware, ClientAuth, ClientCredentials, Origin, ReqwestTransport};
//!
//! # async fn stock() -> Result<String, Box<dyn std::error::Error>> {
//! let auth = ClientAuth::secret_basic("orders", std::env::var("CLIENT_SECRET")?);
//! let transport = ReqwestTransport::new(reqwest::Client::builder())?;
//! let source = ClientCredentials::new("https://auth.example/token", auth, transport)?
//!     .scope("stock:read")
//!     .into_source();
//! let client = reqwest_middleware::ClientBuilder::new(reqwest::Client::new())
//!     .with(BearerMiddleware::new(source, Origin::new("https://stock.example")?))
//!     .build();
//! Ok(client.get("https://stock.example/pens").send().await?.text().await?)
//! # }
//! ```
//!
//! # Behavior
//!
//! | Situation | What the client does |
//! |---|---|
//! | the token expires in less than 60 seconds, or in a quarter of its lifetime | renews it once, in the background; requests use the current token |
//! | the token has expired | all requests wait for one renewal |
//! | 401 `invalid_token` | renews the token once, and repeats the request once if its body can be sent again |
//! | 401 again | returns the response |
//! | the response to a refresh is lost, or the server responds with 429 or 5xx | sends the same refresh token, unchanged, at most three times |
//! | the refresh is rejected | returns [`TokenError::SessionEnded`], immediately from then on; log in again |
//! | 403 `insufficient_scope` | returns `AuthorizationError::InsufficientScope` with the scope |
//! | 401 `insufficient_user_authentication` (RFC 9470) | returns `AuthorizationError::InsufficientUserAuthentication` |
//! | a request for another origin, or a redirect to one | attaches no token |
//! | the machine's clock is wrong | works: `expires_in` is measured by a monotonic clock. Only the assertion of `private_key_jwt` uses the time of day |
//!
//! [`TokenSource`] describes the details and the codes of the log. Tokens and secrets are zeroized in the memory of
//! this crate when they are dropped; the HTTP client's buffers are not. `http` is allowed only for numeric loopback
//! addresses.
//!
//! Use a refresh token in one process only: two processes with the same one look like a theft to the server.
//!
//! # Features
//!
//! `reqwest`, `reqwest-middleware` (which includes it) and `tower` are off by default. Without `reqwest`, implement
//! [`Transport`] for your HTTP client. No feature selects a TLS library. The crate needs a tokio runtime with time.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

/// The examples of the README, compiled as documentation tests.
#[cfg(all(doctest, feature = "reqwest-middleware"))]
#[doc = include_str!("../README.md")]
mod readme {}

mod access_token;
#[cfg(any(feature = "reqwest-middleware", feature = "tower"))]
mod authorization;
#[cfg(any(feature = "reqwest-middleware", feature = "tower"))]
mod challenge;
mod client_auth;
mod client_credentials;
mod endpoint;
mod error;
mod exchange;
mod form;
mod grant;
mod monotonic;
mod origin;
mod refresh_token;
#[cfg(feature = "reqwest")]
mod reqwest;
mod response;
mod session;
mod source;
#[cfg(feature = "tower")]
mod tower;
mod transport;

#[cfg(feature = "reqwest-middleware")]
pub use self::reqwest::BearerMiddleware;
#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;
#[cfg(feature = "tower")]
pub use self::tower::{BearerLayer, BearerService, CallError, CloneBody, ResendBody};
pub use access_token::{AccessToken, MalformedToken};
#[cfg(any(feature = "reqwest-middleware", feature = "tower"))]
pub use authorization::AuthorizationError;
pub use client_auth::{ClientAuth, SymmetricKey};
pub use client_credentials::ClientCredentials;
pub use endpoint::AddressError;
pub use error::{OAuthError, StoreTokenError, TokenError};
pub use monotonic::{MonotonicClock, SystemMonotonicClock};
pub use origin::Origin;
pub use refresh_token::{RefreshToken, StoreFuture, StoreRefreshToken};
pub use session::SessionClient;
pub use source::TokenSource;
pub use transport::{MAX_BODY, Transport, TransportError, TransportFuture};
