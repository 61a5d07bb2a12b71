//! Models of lock-free code. See the README of this crate.
#![cfg(test)]

mod sync;

#[path = "../../../crates/jotwell-http/src/remote/gate.rs"]
mod gate;
#[path = "../../../src/jws/once_slots.rs"]
mod once_slots;
#[path = "../../../src/key/slot.rs"]
mod slot;

mod fetches;
mod planted;
mod slots;
mod tables;
