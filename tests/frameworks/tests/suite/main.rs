//! The tests of `jotwell-http` that are the same for every framework, for actix-web and tonic; and tests of the
//! particular behavior of each.
#![forbid(unsafe_code)]

mod actix;
mod documented;
mod grpc;
mod particular;
mod server;
mod serving;
mod ways;

#[path = "../../../../crates/jotwell-http/tests/suite/answers.rs"]
mod answers;
#[path = "../../../../crates/jotwell-http/tests/suite/auth_routes/mod.rs"]
mod auth_routes;
#[path = "../../../../crates/jotwell-http/tests/suite/common/mod.rs"]
mod common;
#[path = "../../../../crates/jotwell-http/tests/suite/issuer_routes.rs"]
mod issuer_routes;
#[path = "../../../../crates/jotwell-http/tests/suite/log.rs"]
mod log;
#[path = "../../../../crates/jotwell-http/tests/suite/metadata.rs"]
mod metadata;
#[path = "../../../../crates/jotwell-http/tests/suite/no_leaks.rs"]
mod no_leaks;
#[path = "../../../../crates/jotwell-http/tests/suite/sessions_common/mod.rs"]
mod sessions_common;
