//! The published keys: RFC 7517 §5.

use actix_web::http::header::IF_NONE_MATCH;
use actix_web::{HttpRequest, Resource, guard, web};

use crate::jwks::PATH;
use crate::keys::IssuerKeys;

/// `GET /.well-known/jwks.json`: the public keys of an issuer, as in [`IssuerKeys::jwks_response`].
///
/// ```
/// use actix_web::web::ServiceConfig;
/// use jotwell_http::{IssuerKeys, jwks_resource};
///
/// fn configure(keys: &IssuerKeys, app: &mut ServiceConfig) {
///     app.service(jwks_resource(keys.clone()));
/// }
/// ```
pub fn jwks_resource(keys: IssuerKeys) -> Resource {
    let handler = move |request: HttpRequest| {
        let known = request.headers().get_all(IF_NONE_MATCH).map(|value| value.as_bytes());
        std::future::ready(keys.jwks_response(known))
    };
    let read = guard::Any(guard::Get()).or(guard::Head());
    web::resource(PATH).route(web::route().guard(read).to(handler))
}
