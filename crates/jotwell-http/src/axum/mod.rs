//! What axum needs to know. Its types stand here and nowhere else.

mod answer;
mod extract;
mod jwks;

pub use jwks::jwks_router;
