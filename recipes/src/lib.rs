//! How to use `jotwell-http` with frameworks for which it has no feature, and in a gRPC server with a streaming call.
//! Each module is one recipe, with tests; copy the part that you need.

pub mod grpc;
pub mod hyper;
pub mod poem;
pub mod warp;

#[cfg(test)]
mod issuer;
