//! Login routes and the endpoints of an issuer as services.

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::{HttpRequest, Resource, guard, web};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::routes::{
    AuthRoutes, BodyError, Handlers, Incoming, IssuerHandlers, IssuerRoutes, MAX_BODY, PeerAddress,
};

/// A resource with one method, whose requests are passed to a method of `$handlers`.
macro_rules! resource {
    ($config:ident, $path:expr, $guard:expr, $handlers:ident, $method:ident) => {{
        let handlers = $handlers.clone();
        let handler = move |request: HttpRequest, payload: web::Payload| {
            let handlers = handlers.clone();
            async move { handlers.$method(incoming(&request, payload).await).await }
        };
        Resource::new($path).route(web::route().guard($guard).to(handler)).register($config);
    }};
}

impl<T> HttpServiceFactory for AuthRoutes<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    fn register(self, config: &mut AppService) {
        let paths = self.auth_paths().clone();
        let handlers = Handlers::new(self);
        resource!(config, paths.login_path(), guard::Post(), handlers, login);
        resource!(config, paths.refresh_path(), guard::Post(), handlers, refresh);
        resource!(config, paths.logout_path(), guard::Post(), handlers, logout);
        resource!(config, paths.logout_everywhere_path(), guard::Post(), handlers, logout_everywhere);
        let read = guard::Any(guard::Get()).or(guard::Head());
        resource!(config, paths.sessions_path(), read, handlers, list);
        let session = move |id: web::Path<String>, request: HttpRequest, payload: web::Payload| {
            let handlers = handlers.clone();
            async move { handlers.end(&id, incoming(&request, payload).await).await }
        };
        let path = format!("{}/{{id}}", paths.sessions_path());
        Resource::new(path).route(web::delete().to(session)).register(config);
    }
}

impl<T> HttpServiceFactory for IssuerRoutes<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    fn register(self, config: &mut AppService) {
        let [revocation, introspection] = self.issuer_paths().map(str::to_owned);
        let handlers = IssuerHandlers::new(self);
        resource!(config, revocation, guard::Post(), handlers, revoke);
        resource!(config, introspection, guard::Post(), handlers, introspect);
    }
}

/// Returns the same request in the types of `http` 1, without the parts that they cannot represent, which no route
/// reads.
async fn incoming(request: &HttpRequest, payload: web::Payload) -> Incoming {
    let mut parts = Request::new(()).into_parts().0;
    parts.method = Method::from_bytes(request.method().as_str().as_bytes()).unwrap_or_default();
    parts.uri = Uri::try_from(request.uri().to_string()).unwrap_or_default();
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            parts.headers.append(name, value);
        }
    }
    if let Some(address) = request.peer_addr() {
        parts.extensions.insert(PeerAddress(address.ip()));
    }
    let body = match payload.to_bytes_limited(MAX_BODY).await {
        Ok(Ok(bytes)) => Ok(bytes.to_vec()),
        Ok(Err(_)) => Err(BodyError::Incomplete),
        Err(_) => Err(BodyError::TooLong),
    };
    Incoming::new(parts, body)
}
