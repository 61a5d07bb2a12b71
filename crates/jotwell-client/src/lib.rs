#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

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
