//! Tests that start Redis servers, the example `api`, or processes that are killed. One binary, so that it is linked
//! once.
#![forbid(unsafe_code)]

mod crowd;
mod e2e;
mod example;
mod network;
mod printed_requests;
mod quick_start;
mod store_crash;
mod store_failover;
mod store_redis;
mod stores;
mod stores_agree;
mod stores_common;
