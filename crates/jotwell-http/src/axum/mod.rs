//! What axum needs to know. Its types stand here and nowhere else.

mod extract;
mod jwks;
mod metadata;
mod response;
#[cfg(feature = "auth-routes")]
mod routes;

pub use jwks::jwks_router;
pub use metadata::{IssuerMetadata, MetadataError, ResourceMetadata};
#[cfg(feature = "auth-routes")]
pub use routes::{
    Attempt, AuthPaths, AuthRoute, AuthRoutes, ClientCredentials, ClientRateLimit, Credentials,
    CredentialsError, IssuerEndpoint, IssuerRoutes, NoRateLimit, RateLimit, RateLimitError, RateLimitFuture,
    auth_routes, client_network, issuer_routes,
};
