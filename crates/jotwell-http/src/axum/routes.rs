//! Login routes and the endpoints of an issuer as routers.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Path, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::routes::{
    AuthRoutes, BodyError, Handlers, Incoming, IssuerHandlers, IssuerRoutes, MAX_BODY, PeerAddress,
};

/// A handler that passes a request to a method of `$handlers`.
macro_rules! by {
    ($handlers:ident, $method:ident) => {{
        let handlers = $handlers.clone();
        async move |request: Request| handlers.$method(incoming(request).await).await
    }};
}

impl<T, S> From<AuthRoutes<T>> for Router<S>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    S: Clone + Send + Sync + 'static,
{
    fn from(routes: AuthRoutes<T>) -> Self {
        let paths = routes.auth_paths().clone();
        let handlers = Handlers::new(routes);
        let session = {
            let handlers = handlers.clone();
            async move |Path(id): Path<String>, request: Request| {
                handlers.end(&id, incoming(request).await).await
            }
        };
        Self::new()
            .route(paths.login_path(), post(by!(handlers, login)))
            .route(paths.refresh_path(), post(by!(handlers, refresh)))
            .route(paths.logout_path(), post(by!(handlers, logout)))
            .route(paths.logout_everywhere_path(), post(by!(handlers, logout_everywhere)))
            .route(paths.sessions_path(), get(by!(handlers, list)))
            .route(&format!("{}/{{id}}", paths.sessions_path()), delete(session))
            .layer(DefaultBodyLimit::max(MAX_BODY))
    }
}

impl<T, S> From<IssuerRoutes<T>> for Router<S>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    S: Clone + Send + Sync + 'static,
{
    fn from(routes: IssuerRoutes<T>) -> Self {
        let [revocation, introspection] = routes.issuer_paths().map(str::to_owned);
        let handlers = IssuerHandlers::new(routes);
        Self::new()
            .route(&revocation, post(by!(handlers, revoke)))
            .route(&introspection, post(by!(handlers, introspect)))
            .layer(DefaultBodyLimit::max(MAX_BODY))
    }
}

/// Reads the body, up to the limit that the router has set.
async fn incoming(request: Request) -> Incoming {
    let (mut parts, body) = request.into_parts();
    if let Some(ConnectInfo(address)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() {
        let address = PeerAddress(address.ip());
        parts.extensions.insert(address);
    }
    // The limit is in the extensions.
    let mut with_limit = Request::new(body);
    *with_limit.extensions_mut() = parts.extensions.clone();
    let body = Bytes::from_request(with_limit, &()).await.map_err(|rejection| {
        let is_long = rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE;
        if is_long { BodyError::TooLong } else { BodyError::Incomplete }
    });
    Incoming::new(parts, body.map(Vec::from))
}
