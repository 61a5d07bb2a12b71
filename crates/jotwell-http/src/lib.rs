//! JSON Web Tokens for HTTP and gRPC APIs: route guards, login routes, sessions, revocation, key rotation, and the keys
//! of identity providers.
//!
//! - [`Authenticator`] verifies the token of a request, from `Authorization: Bearer` or from cookies. Extractors,
//!   layers and middleware for axum, actix-web, tonic and tower use it.
//! - [`Auth`] is the result: subject, scope, roles and your claims. [`RequireScope`], [`RequireRole`] and [`Policy`]
//!   guard routes.
//! - [`Sessions`] log users in, refresh their tokens and log them out. `auth_routes` are the routes for that.
//! - [`Revocations`] and [`ReplayGuard`] reject tokens before they expire, over a [`Store`](store::Store).
//! - [`IssuerKeys`] rotate the keys that sign. `RemoteJwkSet` fetches the keys of another issuer.
//!
//! # Example
//!
//! ```
//! use jotwell::{Audience, Issuer, Validator, VerifyingKey};
//! use jotwell_http::{Auth, AuthError, Authenticator, RequireScope};
//!
//! fn authenticator(key: VerifyingKey) -> Authenticator {
//!     let (issuer, audience) = (Issuer::is("https://auth.example"), Audience::is("orders-api"));
//!     Authenticator::new(Validator::new(key, issuer, audience).typ("at+jwt"))
//! }
//!
//! async fn cancel(auth: Auth) -> Result<&'static str, AuthError> {
//!     auth.require(&RequireScope::new("orders:write").expect("a scope"))?;
//!     Ok("cancelled")
//! }
//!
//! # #[cfg(feature = "axum")]
//! fn router(authenticator: Authenticator) -> axum::Router {
//!     axum::Router::new().route("/cancel", axum::routing::post(cancel)).with_state(authenticator)
//! }
//! ```
//!
//! # Overview
//!
//! | You want to | See |
//! |---|---|
//! | learn by task | the guides in [`guide`] |
//! | protect routes in axum, actix-web, tonic or another framework | [`Authenticator`], [`RouteGuard`] |
//! | log users in | [`Sessions`], `auth_routes` |
//! | keep tokens in cookies | [`Cookies`], `CookieKeys` |
//! | end sessions and revoke tokens | [`Sessions::logout`], [`Revocations`] |
//! | rotate keys | [`IssuerKeys`] |
//! | accept tokens of an identity provider | `provider`, `remote` |
//! | know why a request was rejected | [`AuthErrorKind`], and the log |
//!
//! # What a client sees
//!
//! | A request with | gets |
//! |---|---|
//! | no token | 401 with a challenge |
//! | two tokens, or a malformed one | 400 `invalid_request` |
//! | a forged, expired, revoked or used token, or one for another audience | 401 `invalid_token` |
//! | a valid token without the scope or role | 403 `insufficient_scope` |
//! | a valid token while the store or the keys are unavailable | 503 with `Retry-After` |
//!
//! The client gets one of a few fixed sentences. The reason goes to [`tracing`], without the token. **Serve HTTPS
//! only**: anyone who intercepts a bearer token can use it until it expires.
//!
//! # Features
//!
//! None is on by default; the README of the repository lists them. Features are additive.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

/// The examples of the README, which are tested.
#[cfg(all(doctest, feature = "auth-routes", feature = "axum", feature = "fetch-ring"))]
#[doc = include_str!("../README.md")]
mod readme {}

mod access_claims;
#[cfg(feature = "actix-web")]
mod actix_web;
mod audit;
mod auth;
mod auth_error;
#[cfg(feature = "axum")]
mod axum;
mod bearer;
mod challenge;
mod cookie;
#[cfg(feature = "encrypted-cookies")]
mod cookie_keys;
mod counters;
mod grpc;
#[cfg(doc)]
#[cfg_attr(
    not(all(
        feature = "actix-web",
        feature = "alb",
        feature = "auth-routes",
        feature = "encrypted-cookies",
        feature = "fetch-ring",
        feature = "introspection",
        feature = "redb",
        feature = "redis",
        feature = "tonic",
        feature = "utoipa",
    )),
    allow(rustdoc::broken_intra_doc_links, reason = "links to items whose feature is off")
)]
pub mod guide;
mod jwks;
mod keys;
mod metadata;
mod plain_response;
#[cfg(feature = "remote")]
pub mod provider;
mod reload_keys;
#[cfg(feature = "remote")]
pub mod remote;
mod request_head;
mod response;
mod revocation;
#[cfg(feature = "auth-routes")]
#[cfg_attr(
    not(any(feature = "axum", feature = "actix-web")),
    allow(
        dead_code,
        unused_imports,
        reason = "a framework serves the routes; without one, only their types exist"
    )
)]
mod routes;
mod same_keys;
mod session;
pub mod store;
#[cfg(feature = "remote")]
mod sync;
mod timestamp;
#[cfg(feature = "tonic")]
mod tonic;
#[cfg(feature = "tower")]
mod tower;

#[cfg(feature = "actix-web")]
pub use self::actix_web::{GuardedService, OptionalAuth, jwks_resource};
#[cfg(feature = "axum")]
pub use self::axum::jwks_router;
#[cfg(feature = "auth-routes")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth-routes")))]
pub use self::routes::{
    Attempt, AuthPaths, AuthRoute, AuthRoutes, ClientCredentials, ClientRateLimit, Credentials,
    CredentialsError, IssuerEndpoint, IssuerRoutes, NoRateLimit, RateLimit, RateLimitError, RateLimitFuture,
    auth_routes, client_network, issuer_routes,
};
#[cfg(feature = "tower")]
pub use self::tower::{AuthBody, AuthLayer, AuthService};
pub use access_claims::{AccessClaimError, AccessClaims, Scope, ScopeError};
pub use audit::{AuditEvent, AuditKind};
pub use auth::{
    Auth, Authenticator, Policy, PolicyError, RequireAcr, RequireMaxAge, RequireRole, RequireScope,
    RouteGuard, TokenVerifier,
};
pub use auth_error::{AuthError, AuthErrorKind};
pub use challenge::ChallengeError;
pub use cookie::{Cookies, SameSite};
#[cfg(feature = "encrypted-cookies")]
#[cfg_attr(docsrs, doc(cfg(feature = "encrypted-cookies")))]
pub use cookie_keys::CookieKeys;
pub use keys::{IssuerKeys, KeysError, Secret, SecretVariable, secret_from_env, secret_from_file};
pub use metadata::{IssuerMetadata, MetadataError, ResourceMetadata};
pub use plain_response::PlainResponse;
pub use reload_keys::{ReloadKeys, ReloadOutcome};
pub use request_head::RequestHead;
pub use revocation::{ReplayGuard, Revocations};
pub use session::{AudienceId, IssuerId, LoginAttempt, SessionError, SessionInfo, Sessions, TokenResponse};
