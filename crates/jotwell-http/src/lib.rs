#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

mod access;
mod answer;
mod auth;
#[cfg(feature = "axum")]
mod axum;
mod bearer;
mod cookie;
mod disk;
mod keys;
mod moment;
mod refusal;
#[cfg(feature = "remote")]
pub mod remote;
mod renew;
mod revocation;
mod session;
pub mod store;
#[cfg(feature = "test-util")]
pub mod test_util;
#[cfg(feature = "tower")]
mod tower;

#[cfg(feature = "axum")]
pub use self::axum::jwks_router;
#[cfg(feature = "tower")]
pub use self::tower::{AuthLayer, AuthService};
pub use access::{Access, Scope, ScopeError};
pub use auth::{Auth, Authenticator, Denied, Policy, RequireRole, RequireScope, Verify};
pub use cookie::{Cookies, SameSite};
pub use keys::{IssuerKeys, KeysError, Secret, secret_from_env, secret_from_file};
pub use refusal::{Reason, Refusal};
pub use renew::{RenewKeys, Renewal};
pub use revocation::{ReplayGuard, Revocations};
pub use session::{Grant, SessionError, Sessions};
