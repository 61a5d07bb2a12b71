//! What axum needs to know. Its types are here and nowhere else.

mod extract;
mod jwks;
mod metadata;
#[cfg(feature = "utoipa")]
mod openapi;
mod response;
#[cfg(feature = "auth-routes")]
mod routes;

pub use jwks::jwks_router;
