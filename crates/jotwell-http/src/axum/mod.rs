//! What axum needs to know. Its types stand here and nowhere else.

mod extract;
