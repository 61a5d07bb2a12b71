//! Requests of every kind, the expected responses, and the ways to send them.
#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod cases;
pub(crate) mod drive;
pub(crate) mod rows;
pub(crate) mod tokens;
pub(crate) mod world;
