//! Support for the HTTP client reqwest.

#[cfg(feature = "reqwest-middleware")]
mod middleware;
mod transport;

#[cfg(feature = "reqwest-middleware")]
pub use middleware::BearerMiddleware;
pub use transport::ReqwestTransport;
