#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

mod access;
mod auth;
#[cfg(feature = "axum")]
mod axum;
mod bearer;
mod cookie;
mod moment;
mod refusal;
mod renew;
mod revocation;
pub mod store;
#[cfg(feature = "tower")]
mod tower;

#[cfg(feature = "tower")]
pub use self::tower::{AuthLayer, AuthService};
pub use access::{Access, Scope, ScopeError};
pub use auth::{Auth, Authenticator, Denied, Policy, RequireRole, RequireScope, Verify};
pub use cookie::{Cookies, SameSite};
pub use refusal::{Reason, Refusal};
pub use renew::{RenewKeys, Renewal};
pub use revocation::{ReplayGuard, Revocations};
