//! OAuth endpoints of an issuer: revocation and introspection.

mod client;
mod form;
mod handlers;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jotwell::NoClaims;

pub use self::client::{ClientCredentials, IssuerEndpoint};
pub(crate) use self::handlers::IssuerHandlers;
use super::CredentialsError;
use crate::session::Sessions;

/// Creates the endpoints for token revocation (RFC 7009) and token introspection (RFC 7662) of `sessions`.
///
/// Callers authenticate with a client identifier and a secret, which `verify_client` checks. It also decides which
/// clients may use which endpoint: introspection is for the APIs that accept these tokens, revocation for the client
/// that they are issued to.
///
/// ```
/// use axum::Router;
/// use jotwell_http::{ClientCredentials, CredentialsError, IssuerEndpoint, Sessions, issuer_routes};
///
/// fn router(sessions: &Sessions, secret_of_api: String) -> Router {
///     let routes = issuer_routes(sessions, async move |client: ClientCredentials| match client.endpoint() {
///         IssuerEndpoint::Introspection if client.is("orders-api", &secret_of_api) => Ok(()),
///         _ => Err(CredentialsError::Invalid),
///     });
///     Router::new().merge(routes)
/// }
/// ```
///
/// See [`IssuerRoutes`] for their requests and responses.
pub fn issuer_routes<T, F, R>(sessions: &Sessions<T>, verify_client: F) -> IssuerRoutes<T>
where
    F: FnOnce(ClientCredentials) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<(), CredentialsError>> + Send + 'static,
{
    let verify: Arc<Verify> = Arc::new(move |client| Box::pin(verify_client.clone()(client)));
    IssuerRoutes {
        sessions: sessions.clone(),
        verify,
        revocation: "/revoke".to_owned(),
        introspection: "/introspect".to_owned(),
    }
}

/// The endpoints of an issuer, from [`issuer_routes`].
///
/// It can be passed to `Router::merge` of axum and to `App::service` of actix-web.
///
/// | route | request, as a form | response |
/// |---|---|---|
/// | `POST /revoke` | `token` | 200, also for a token that is not valid |
/// | `POST /introspect` | `token` | the claims of an access token with `"active":true`, or `{"active":false}` |
///
/// The caller authenticates by `Authorization: Basic` or by `client_id` and `client_secret` in the form (RFC 6749
/// §2.3.1), not by both. Otherwise the response is 401 `invalid_client`.
///
/// Revoking a refresh token ends its session; a revoked access token is rejected from then on, and its session
/// continues. The caller must be the client of the sessions ([`client_id`](Sessions::client_id)); others get
/// `unauthorized_client`.
///
/// Introspection reports a refresh token as not active, so no API accepts it as an access token. The same applies to a
/// token of another issuer or audience. `token_type_hint` is ignored.
///
/// If the store is unavailable, both respond with 503. No response may be cached.
pub struct IssuerRoutes<T = NoClaims> {
    sessions: Sessions<T>,
    verify: Arc<Verify>,
    revocation: String,
    introspection: String,
}

type Verify = dyn Fn(ClientCredentials) -> Pin<Box<dyn Future<Output = Result<(), CredentialsError>> + Send>>
    + Send
    + Sync;

impl<T> IssuerRoutes<T> {
    /// Returns the paths of revocation and introspection.
    pub(crate) fn issuer_paths(&self) -> [&str; 2] {
        [&self.revocation, &self.introspection]
    }

    /// Sets the path of revocation. Defaults to `/revoke`.
    #[must_use]
    pub fn revocation_path(self, path: &str) -> Self {
        Self { revocation: super::paths::rooted(path), ..self }
    }

    /// Sets the path of introspection. Defaults to `/introspect`.
    #[must_use]
    pub fn introspection_path(self, path: &str) -> Self {
        Self { introspection: super::paths::rooted(path), ..self }
    }
}

impl<T> Clone for IssuerRoutes<T> {
    fn clone(&self) -> Self {
        Self {
            sessions: self.sessions.clone(),
            verify: self.verify.clone(),
            revocation: self.revocation.clone(),
            introspection: self.introspection.clone(),
        }
    }
}

impl<T> fmt::Debug for IssuerRoutes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerRoutes")
            .field("sessions", &self.sessions)
            .field("revocation", &self.revocation)
            .field("introspection", &self.introspection)
            .finish_non_exhaustive()
    }
}
