//! Support for actix-web. Its types are used only here.

mod extract;
mod jwks;
mod metadata;
mod middleware;
mod response;
#[cfg(feature = "auth-routes")]
mod routes;

use actix_web::HttpRequest;
pub use extract::OptionalAuth;
pub use jwks::jwks_resource;
pub use middleware::GuardedService;

use crate::request_head::RequestHead;

impl<'a> From<&'a HttpRequest> for RequestHead<'a> {
    fn from(request: &'a HttpRequest) -> Self {
        let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        Self::new(request.method().as_str(), headers)
    }
}
