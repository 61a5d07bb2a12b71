//! What axum needs to know. Its types stand here and nowhere else.

mod extract;
mod jwks;
mod response;
#[cfg(feature = "auth-routes")]
mod routes;

pub use jwks::jwks_router;
#[cfg(feature = "auth-routes")]
pub use routes::{
    Attempt, AuthPaths, AuthRoute, AuthRoutes, ClientRateLimit, Credentials, CredentialsError, NoRateLimit,
    RateLimit, RateLimitError, RateLimitFuture, auth_routes, client_network,
};
