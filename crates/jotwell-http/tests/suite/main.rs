//! Tests that run within one process, as one binary, so that it is linked once. Tests that start servers or processes
//! are in `servers`, the exhaustive model of sessions is in `session_model`.
#![forbid(unsafe_code)]

mod adapter;
mod answers;
mod attack_suite;
mod attack_suite_holes;
mod auth_routes;
mod axum_answers;
mod challenge;
mod common;
mod cors;
mod counters;
mod debug;
mod encrypted_cookies;
mod errors;
mod growth;
mod introspection;
mod issuer_routes;
mod keys;
mod layers;
mod log;
mod loopback;
mod metadata;
mod no_leaks;
mod openapi;
mod providers;
mod remote;
mod remote_common;
mod remote_hostile;
mod remote_issuer;
mod remote_log;
mod remote_settings;
mod serving;
mod session_access;
mod sessions;
mod sessions_common;
mod test_jwks;
mod verifiers;
mod ways;
