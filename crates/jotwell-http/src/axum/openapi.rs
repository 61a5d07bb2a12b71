//! Routes that are protected and documented at once.

use axum::Router;
use utoipa::openapi::OpenApi;

use crate::tower::AuthLayer;

#[cfg_attr(docsrs, doc(cfg(all(feature = "axum", feature = "utoipa"))))]
impl<T: Send + Sync + 'static> AuthLayer<T> {
    /// Adds this layer to the routes of `router`, and its requirements to `api`, the document of the same routes, as
    /// [`RouteGuard::document`](crate::RouteGuard::document) does. Both come from one value, so they cannot disagree.
    ///
    /// `OpenApiRouter::split_for_parts` of the crate `utoipa-axum` returns the two.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use jotwell_http::{Authenticator, RequireRole};
    /// use utoipa::openapi::path::{Operation, Paths};
    /// use utoipa::openapi::{HttpMethod, Info, OpenApi};
    ///
    /// fn admin(authenticator: &Authenticator) -> (Router, OpenApi) {
    ///     let router = Router::new().route("/users", get(async || "everybody"));
    ///     let mut paths = Paths::new();
    ///     paths.add_path_operation("/users", vec![HttpMethod::Get], Operation::new());
    ///     let api = OpenApi::new(Info::new("Orders", "1"), paths);
    ///     authenticator.layer().require(RequireRole::new("admin")).protect(router, api)
    /// }
    /// ```
    pub fn protect<S>(self, router: Router<S>, mut api: OpenApi) -> (Router<S>, OpenApi)
    where
        S: Clone + Send + Sync + 'static,
    {
        self.document(&mut api);
        // axum panics if there is no route to protect.
        let router = if router.has_routes() { router.route_layer(self) } else { router };
        (router, api)
    }
}
