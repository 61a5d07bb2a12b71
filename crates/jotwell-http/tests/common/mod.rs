//! Requests of every kind, the answers that they deserve, and the ways to ask.
#![allow(dead_code, reason = "each test uses a part")]

pub mod cases;
pub mod drive;
pub mod rows;
pub mod tokens;
pub mod world;
