//! Support for axum. Its types are used only here.

mod extract;
mod jwks;
mod metadata;
#[cfg(feature = "utoipa")]
mod openapi;
mod response;
#[cfg(feature = "auth-routes")]
mod routes;

pub use jwks::jwks_router;
