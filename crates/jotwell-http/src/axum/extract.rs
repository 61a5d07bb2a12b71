//! [`Auth`] as an argument of a handler, and [`AuthError`] as its response.

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use crate::auth::{Auth, Authenticator};
use crate::auth_error::AuthError;

/// The sender of the request. Without a valid token the handler does not run.
///
/// The [`Authenticator`] comes from the router's state. A token that it has verified for a layer or another extractor
/// of the same request is not verified again. `Option<Auth<T>>` is `None` for a request without a token; an invalid
/// token is rejected there too.
///
/// ```
/// use axum::extract::FromRef;
/// use axum::{Router, routing::get};
/// use jotwell_http::{Auth, Authenticator, AuthError, RequireRole, RequireScope};
///
/// #[derive(Clone)]
/// struct App {
///     authenticator: Authenticator,
/// }
///
/// // The derive macro of axum's feature `macros` generates this.
/// impl FromRef<App> for Authenticator {
///     fn from_ref(app: &App) -> Self {
///         app.authenticator.clone()
///     }
/// }
///
/// async fn orders(auth: Auth) -> Result<String, AuthError> {
///     auth.require(&RequireScope::new("orders:read").expect("a scope"))?;
///     Ok(format!("the orders of {:?}", auth.subject()))
/// }
///
/// async fn greeting(auth: Option<Auth>) -> String {
///     format!("hello {:?}", auth.as_ref().and_then(Auth::subject))
/// }
///
/// fn router(app: App) -> Router {
///     let admin = Router::new()
///         .route("/users", get(async || "everybody"))
///         .route_layer(app.authenticator.layer().require(RequireRole::new("admin")));
///     Router::new().route("/orders", get(orders)).route("/", get(greeting)).nest("/admin", admin).with_state(app)
/// }
/// ```
///
/// A handler in a router whose state has no authenticator does not compile. axum's error says only that the function is
/// not a handler; with `#[axum::debug_handler(state = App)]` (feature `macros` of axum) the error is "the trait
/// `FromRef<App>` is not implemented for `Authenticator`".
///
/// ```compile_fail,E0277
/// use axum::{Router, routing::get};
/// use jotwell_http::Auth;
///
/// #[derive(Clone)]
/// struct App;
///
/// async fn orders(auth: Auth) {}
///
/// let router: Router = Router::new().route("/orders", get(orders)).with_state(App);
/// ```
impl<S, T> FromRequestParts<S> for Auth<T>
where
    S: Send + Sync,
    T: Send + Sync + 'static,
    Authenticator<T>: FromRef<S>,
{
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthError> {
        Authenticator::from_ref(state).authenticate_parts(parts).await
    }
}

impl<S, T> OptionalFromRequestParts<S> for Auth<T>
where
    S: Send + Sync,
    T: Send + Sync + 'static,
    Authenticator<T>: FromRef<S>,
{
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, AuthError> {
        Authenticator::from_ref(state).authenticate_parts_optional(parts).await
    }
}
