//! Login routes: login, refresh, logout and the list of sessions for axum and actix-web (feature `auth-routes`).
//!
//! ```no_run
//! use std::net::SocketAddr;
//! use std::sync::Arc;
//! use axum::{Router, routing::get};
//! use jotwell::{Algorithm, SigningKey};
//! use jotwell_http::store::MemoryStore;
//! use jotwell_http::{
//!     AccessClaims, AudienceId, Auth, Credentials, CredentialsError, IssuerId, IssuerKeys, Sessions, auth_routes,
//! };
//!
//! async fn user_with(name: &str, password: &str) -> Option<String> {
//!     # let _ = (name, password);
//!     None // ask your database
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let keys = IssuerKeys::single(SigningKey::generate(Algorithm::ES256)?.with_key_id("1"))?;
//!     let (issuer, audience) = (IssuerId::new("https://auth.example"), AudienceId::new("orders-api"));
//!     let sessions: Sessions = Sessions::new(Arc::new(MemoryStore::new()), keys, issuer, audience);
//!
//!     let login = auth_routes(&sessions, async |Credentials { name, password }| {
//!         let user = user_with(&name, &password).await.ok_or(CredentialsError::Invalid)?;
//!         Ok((user, AccessClaims::default().role("customer").amr(["pwd"])))
//!     });
//!     let me = get(async |auth: Auth| auth.subject().unwrap_or_default().to_owned());
//!     let app = Router::new().route("/me", me).with_state(sessions.authenticator()).merge(login);
//!
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//!     axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?;
//!     Ok(())
//! }
//! ```
//!
//! ```sh
//! curl 127.0.0.1:3000/login -H 'content-type: application/json' -d '{"name":"ada","password":"correct horse"}'
//! curl 127.0.0.1:3000/me -H "authorization: Bearer $ACCESS_TOKEN"
//! curl -X POST 127.0.0.1:3000/refresh -H 'content-type: application/json' -d "{\"refresh_token\":\"$REFRESH_TOKEN\"}"
//! curl -X POST 127.0.0.1:3000/logout -H "authorization: Bearer $ACCESS_TOKEN"
//! ```
//!
//! ```toml
//! [dependencies]
//! axum = "0.8"
//! jotwell = "0.1"
//! jotwell-http = { version = "0.1", features = ["auth-routes", "axum"] }
//! tokio = { version = "1", features = ["macros", "net", "rt-multi-thread"] }
//! ```
//!
//! | Route | Takes | Responds with |
//! |---|---|---|
//! | `POST /login` | the credentials as JSON | the tokens (RFC 6749 §5.1) |
//! | `POST /refresh` | `{"refresh_token":"…"}` | the next tokens |
//! | `POST /logout` | an access token, or `{"refresh_token":"…"}` | 204 |
//! | `POST /logout-everywhere` | an access token | 204 |
//! | `GET /sessions` | an access token | `{"sessions":[…]}` |
//! | `DELETE /sessions/{id}` | an access token | 204, or 404 |
//!
//! With [`cookies`](AuthRoutes::cookies), a login and a refresh respond with 204 and no body. A rejected request gets a JSON body
//! with `error` and `error_description`:
//!
//! | Rejected | Status | `error` |
//! |---|---|---|
//! | wrong credentials, a session that has ended | 400 | `invalid_grant` |
//! | a malformed body, no refresh token, two of them | 400 | `invalid_request` |
//! | another `Content-Type` than `application/json` | 415 | `invalid_request` |
//! | a cookie without the anti-forgery token | 403 | `invalid_request` |
//! | too many attempts | 429 with `Retry-After` | `temporarily_unavailable` |
//! | a store or a check of credentials that cannot be reached | 503 with `Retry-After` | `temporarily_unavailable` |
//!
//! A missing or invalid access token gets the [responses of a protected route](super::protect_routes#responses).
//!
//! # Options
//!
//! | Method | Default |
//! |---|---|
//! | [`paths`](AuthRoutes::paths) | the paths of the table |
//! | [`cookies`](AuthRoutes::cookies) | tokens in the body; with it [in cookies](super::cookies) |
//! | [`rate_limit`](AuthRoutes::rate_limit) | 10 logins and 60 refreshes a minute for each client address |
//! | [`client`](AuthRoutes::client) | the address of the connection; see [Behind a proxy](super::behind_a_proxy) |
//! | [`reload`](AuthRoutes::reload) | a refresh repeats the claims of the login |
//!
//! Programs get their tokens in the body, pages in cookies. For both, merge the routes twice:
//!
//! ```
//! use axum::Router;
//! use jotwell_http::{AuthPaths, AuthRoutes, Cookies};
//!
//! fn both(routes: AuthRoutes) -> Router {
//!     let for_pages = routes.clone().cookies(Cookies::new()).paths(AuthPaths::under("/page"));
//!     Router::new().merge(routes).merge(for_pages)
//! }
//! ```
//!
//! # Other credentials
//!
//! Any type that is deserialized from a JSON object replaces [`Credentials`]:
//!
//! ```
//! use jotwell_http::{AccessClaims, AuthRoutes, CredentialsError, Sessions, auth_routes};
//!
//! #[derive(serde::Deserialize)]
//! struct WithCode { email: String, password: String, code: String }
//!
//! # async fn check(_: &WithCode) -> Result<Option<String>, std::io::Error> { Ok(None) }
//! fn routes(sessions: &Sessions) -> AuthRoutes {
//!     auth_routes(sessions, async |sent: WithCode| match check(&sent).await {
//!         Ok(Some(user)) => Ok((user, AccessClaims::default().acr("mfa").amr(["pwd", "otp"]))),
//!         Ok(None) => Err(CredentialsError::Invalid),
//!         Err(_) => Err(CredentialsError::Unavailable), // 503 with `Retry-After`
//!     })
//! }
//! ```
//!
//! # Metadata of your issuer
//!
//! [`jwks_router`] publishes the keys, [`IssuerMetadata`] is `/.well-known/oauth-authorization-server` (RFC 8414), and
//! [`ResourceMetadata`] is `/.well-known/oauth-protected-resource` (RFC 9728).
//!
//! ```
//! use axum::Router;
//! use jotwell_http::{IssuerKeys, IssuerMetadata, MetadataError, jwks_router};
//!
//! fn well_known(keys: IssuerKeys) -> Result<Router, MetadataError> {
//!     Ok(Router::new().merge(jwks_router(keys)).merge(IssuerMetadata::new("https://auth.example")?))
//! }
//! ```
//!
//! # Pitfalls
//!
//! - **Without `into_make_service_with_connect_info`** the address of the client is not known, and logins respond with 500.
//! - **An unknown user must take as long as a wrong password.** Hash a password in both cases.
//! - **Limit by account as well** if you have many users: return [`CredentialsError::TooManyAttempts`].
//! - **Hash passwords** with Argon2 or scrypt on a thread that may block (`tokio::task::spawn_blocking`).

use crate::*;
