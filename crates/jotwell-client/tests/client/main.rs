//! Tests of the client with servers on loopback, and with a server in memory that fails at random.
#![forbid(unsafe_code)]

#[path = "../../../jotwell-http/tests/servers/example/mod.rs"]
mod example;

mod credentials;
mod demo;
mod middleware;
mod no_leaks;
mod random_faults;
mod renewal;
mod server;
