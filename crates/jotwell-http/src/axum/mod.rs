//! What axum needs to know. Its types stand here and nowhere else.

mod extract;
mod jwks;
mod response;

pub use jwks::jwks_router;
