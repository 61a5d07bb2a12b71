//! Routes for logins and sessions.

mod answer;
mod credentials;
mod handlers;
mod incoming;
mod issuer;
mod limit;
mod paths;

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use http::request::Parts;
use jotwell::NoClaims;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::credentials::{Credentials, CredentialsError};
pub(crate) use self::handlers::Handlers;
pub(crate) use self::incoming::{BodyError, Incoming, MAX_BODY, PeerAddress};
pub(crate) use self::issuer::IssuerHandlers;
pub use self::issuer::{ClientCredentials, IssuerEndpoint, IssuerRoutes, issuer_routes};
pub use self::limit::{
    Attempt, AuthRoute, ClientRateLimit, NoRateLimit, RateLimit, RateLimitError, RateLimitFuture,
    client_network,
};
pub use self::paths::AuthPaths;
use crate::access_claims::AccessClaims;
use crate::cookie::Cookies;
use crate::plain_response::PlainResponse;
use crate::session::{SessionError, Sessions};

/// Creates the routes of `sessions`: login, refresh, logout, and the list of the user's sessions.
///
/// `verify_credentials` receives the body of a login, a JSON object that is deserialized into a `C` such as
/// [`Credentials`], and returns the subject with the claims of its access tokens. The login [begins](Sessions::begin)
/// before it is called. It should take as long for an unknown user as for a wrong password.
///
/// ```
/// use axum::{Router, routing::get};
/// use jotwell::NoClaims;
/// use jotwell_http::{AccessClaims, Auth, Credentials, CredentialsError, Sessions, auth_routes};
///
/// # async fn user_with(name: &str, password: &str) -> Option<String> { None }
/// fn router(sessions: Sessions) -> Router {
///     let login = auth_routes(&sessions, async |credentials: Credentials| {
///         let user = user_with(&credentials.name, &credentials.password).await.ok_or(CredentialsError::Invalid)?;
///         Ok((user, AccessClaims::new(NoClaims).role("customer")))
///     });
///     let me = async |auth: Auth| auth.subject().unwrap_or_default().to_owned();
///     Router::new().route("/me", get(me)).with_state(sessions.authenticator()).merge(login)
/// }
/// ```
///
/// See [`AuthRoutes`] for their requests and responses.
pub fn auth_routes<T, C, F, R>(sessions: &Sessions<T>, verify_credentials: F) -> AuthRoutes<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    C: DeserializeOwned + Send + 'static,
    F: FnOnce(C) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<(String, AccessClaims<T>), CredentialsError>> + Send + 'static,
{
    let verify: Arc<Verify<T>> = Arc::new(move |request| {
        let (verify, credentials) = (verify_credentials.clone(), request.json::<C>()?);
        Ok(Box::pin(async move { verify(credentials).await }))
    });
    AuthRoutes {
        sessions: sessions.clone(),
        verify,
        reload: None,
        cookies: None,
        paths: AuthPaths::default(),
        limit: Arc::new(ClientRateLimit::default()),
        client: Arc::new(|parts| parts.extensions.get().map(|PeerAddress(address)| *address)),
    }
}

/// The routes of a service's logins and sessions, from [`auth_routes`].
///
/// It can be passed to `Router::merge` of axum and to `App::service` of actix-web. Clone it for each worker of
/// actix-web, so that they share one rate limit.
///
/// | route | request | response |
/// |---|---|---|
/// | `POST /login` | the credentials as JSON | the tokens (RFC 6749 §5.1) |
/// | `POST /refresh` | `{"refresh_token":"…"}` | the next tokens |
/// | `POST /logout` | an access token, or `{"refresh_token":"…"}` | 204; the session has ended |
/// | `POST /logout-everywhere` | an access token | 204; all sessions of the user have ended |
/// | `GET /sessions` | an access token | `{"sessions":[…]}`: each a [`SessionInfo`](crate::SessionInfo) with `current` |
/// | `DELETE /sessions/{id}` | an access token | 204; that session has ended, and 404 if it is not one of the user's |
///
/// With [`cookies`](Self::cookies) the tokens are only in cookies: login and refresh respond with 204, refresh and
/// logout need no body, and a request that ends its own session removes the cookies. All routes except the list need
/// the anti-forgery token. A login is rejected if the browser says that another site caused it (`Sec-Fetch-Site`), and
/// ends the session whose cookies it replaces. To offer both, merge two of these with different paths:
///
/// ```
/// use axum::Router;
/// use jotwell_http::{AuthPaths, AuthRoutes, Cookies};
///
/// fn router(routes: AuthRoutes) -> Router {
///     let for_page = routes.clone().cookies(Cookies::new()).paths(AuthPaths::under("/page"));
///     Router::new().merge(routes).merge(for_page)
/// }
/// ```
///
/// A rejected request gets a response in the format of RFC 6749 §5.2, `{"error":"…","error_description":"…"}`, although
/// a login is not an OAuth grant: `invalid_grant` for wrong credentials and ended sessions, `invalid_request` for
/// malformed requests, 429 for too many attempts. A missing or invalid access token gets the response of
/// [`AuthError`](crate::AuthError). No response may be cached.
///
/// Attempts are limited by the address of the client ([`ClientRateLimit`]). actix-web provides it, and axum does if the
/// router is served by `into_make_service_with_connect_info::<SocketAddr>()`. Without an address, logins and refreshes
/// get a 500.
pub struct AuthRoutes<T = NoClaims> {
    sessions: Sessions<T>,
    verify: Arc<Verify<T>>,
    reload: Option<Arc<Reload<T>>>,
    cookies: Option<Cookies>,
    paths: AuthPaths,
    limit: Arc<dyn RateLimit>,
    client: Arc<Client>,
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Verification<T> = Boxed<Result<(String, AccessClaims<T>), CredentialsError>>;
/// Reads the credentials, and returns the future that verifies them.
type Verify<T> = dyn Fn(&Incoming) -> Result<Verification<T>, PlainResponse> + Send + Sync;
type Reload<T> =
    dyn Fn(String, AccessClaims<T>) -> Boxed<Result<Option<AccessClaims<T>>, SessionError>> + Send + Sync;
type Client = dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync;

impl<T> AuthRoutes<T> {
    /// Sends the tokens in cookies, for pages of the same host.
    #[must_use]
    pub fn cookies(self, cookies: Cookies) -> Self {
        Self { cookies: Some(cookies), ..self }
    }

    /// Returns the paths of the routes.
    pub(crate) fn auth_paths(&self) -> &AuthPaths {
        &self.paths
    }

    /// Sets the paths. Defaults to those of the table.
    #[must_use]
    pub fn paths(self, paths: AuthPaths) -> Self {
        Self { paths, ..self }
    }

    /// Sets the limit of logins and refreshes. Defaults to [`ClientRateLimit::default`].
    #[must_use]
    pub fn rate_limit(self, limit: impl RateLimit) -> Self {
        Self { limit: Arc::new(limit), ..self }
    }

    /// Sets how the address of a client is found, for the rate limit and for audit events: behind a proxy, in a header
    /// that the proxy sets and clients cannot. Defaults to the address of the connection.
    #[must_use]
    pub fn client(self, address: impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        Self { client: Arc::new(address), ..self }
    }

    /// Calls `reload` at each refresh for the current claims, as [`Sessions::refresh_with`] does. By default they
    /// remain those of the login.
    #[must_use]
    pub fn reload<F, R>(self, reload: F) -> Self
    where
        F: FnOnce(String, AccessClaims<T>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<Option<AccessClaims<T>>, SessionError>> + Send + 'static,
    {
        let reload: Arc<Reload<T>> =
            Arc::new(move |subject, access| Box::pin(reload.clone()(subject, access)));
        Self { reload: Some(reload), ..self }
    }
}

impl<T> Clone for AuthRoutes<T> {
    fn clone(&self) -> Self {
        Self {
            sessions: self.sessions.clone(),
            verify: self.verify.clone(),
            reload: self.reload.clone(),
            cookies: self.cookies.clone(),
            paths: self.paths.clone(),
            limit: self.limit.clone(),
            client: self.client.clone(),
        }
    }
}

impl<T> fmt::Debug for AuthRoutes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthRoutes")
            .field("sessions", &self.sessions)
            .field("cookies", &self.cookies)
            .field("paths", &self.paths)
            .finish_non_exhaustive()
    }
}
