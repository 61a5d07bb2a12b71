//! The metadata of an issuer and of a protected resource as services: RFC 8414, RFC 9728.

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::{guard, web};

use crate::metadata::{IssuerMetadata, ResourceMetadata};
use crate::plain_response::PlainResponse;

impl HttpServiceFactory for IssuerMetadata {
    fn register(self, config: &mut AppService) {
        document(self.path(), self.response()).register(config);
    }
}

impl HttpServiceFactory for ResourceMetadata {
    fn register(self, config: &mut AppService) {
        document(self.path(), self.response()).register(config);
    }
}

fn document(path: &str, response: PlainResponse) -> actix_web::Resource {
    let read = guard::Any(guard::Get()).or(guard::Head());
    let handler = move || std::future::ready(response.clone());
    web::resource(path).route(web::route().guard(read).to(handler))
}
