#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

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
mod jwks;
mod keys;
mod plain_response;
#[cfg(feature = "remote")]
pub mod provider;
mod reload_keys;
#[cfg(feature = "remote")]
pub mod remote;
mod request_head;
mod response;
mod revocation;
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
#[cfg(feature = "auth-routes")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth-routes")))]
pub use self::axum::{
    Attempt, AuthPaths, AuthRoute, AuthRoutes, ClientCredentials, ClientRateLimit, Credentials,
    CredentialsError, IssuerEndpoint, IssuerRoutes, NoRateLimit, RateLimit, RateLimitError, RateLimitFuture,
    auth_routes, client_network, issuer_routes,
};
#[cfg(feature = "axum")]
pub use self::axum::{IssuerMetadata, MetadataError, ResourceMetadata, jwks_router};
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
pub use plain_response::PlainResponse;
pub use reload_keys::{ReloadKeys, ReloadOutcome};
pub use request_head::RequestHead;
pub use revocation::{ReplayGuard, Revocations};
pub use session::{AudienceId, IssuerId, LoginAttempt, SessionError, SessionInfo, Sessions, TokenResponse};
