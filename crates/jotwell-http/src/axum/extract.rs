//! [`Auth`] as an argument of a handler, and a [`AuthError`] as its answer.

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use crate::auth::{Auth, Authenticator};
use crate::auth_error::AuthError;

/// The state of a router that has an [`Authenticator`], as [`Auth`] needs it in axum: every type that an authenticator
/// implements [`FromRef`] for.
#[diagnostic::on_unimplemented(
    message = "the router's state `{Self}` has no `Authenticator<{T}>`, which the extractor `Auth<{T}>` needs",
    label = "this state has no authenticator",
    note = "call `.with_state(authenticator)`, or implement `FromRef<{Self}>` for `Authenticator<{T}>`",
    note = "in axum a handler is checked with the state of its router: `Router::new().route(…).with_state(authenticator)`"
)]
pub trait HasAuthenticator<T>: Send + Sync {
    /// Returns the authenticator.
    fn authenticator(&self) -> Authenticator<T>;
}

impl<S, T> HasAuthenticator<T> for S
where
    S: Send + Sync,
    Authenticator<T>: FromRef<S>,
{
    fn authenticator(&self) -> Authenticator<T> {
        Authenticator::from_ref(self)
    }
}

/// Who sent the request. Where nobody with a good token did, the handler does not run.
///
/// The [`Authenticator`] comes out of the router's state. A token that it has verified for a layer or another
/// extractor of the same request is not verified again. `Option<Auth<T>>` is nobody for a request that presents
/// no token; one that presents a bad token is refused there too.
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
/// // The derive macro of axum's feature `macros` writes this.
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
/// A router whose state has no authenticator does not compile, and the error says so:
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
    S: HasAuthenticator<T>,
    T: Send + Sync + 'static,
{
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthError> {
        state.authenticator().authenticate_parts(parts).await
    }
}

impl<S, T> OptionalFromRequestParts<S> for Auth<T>
where
    S: HasAuthenticator<T>,
    T: Send + Sync + 'static,
{
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, AuthError> {
        state.authenticator().authenticate_parts_optional(parts).await
    }
}
