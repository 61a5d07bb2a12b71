//! Introspection: opaque tokens of another issuer, and your own endpoint (RFC 7662).
//!
//! # Accept opaque tokens (feature `introspection`)
//!
//! ```no_run
//! use jotwell_http::remote::{HttpFetch, Introspector};
//!
//! # async fn example(token: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let introspector: Introspector =
//!     Introspector::new("https://auth.example/introspect", "orders-api", "its secret", HttpFetch::with_ring()?)?
//!         .audience("orders-api");
//!
//! let claims = introspector.introspect(token).await?;
//! println!("{:?} may {}", claims.subject, claims.custom.scope);
//! # Ok(()) }
//! ```
//!
//! [`Introspector`](remote::Introspector) asks the issuer and returns [`Introspected`](remote::Introspected) claims. That is another type
//! than `Verified`, since no signature was verified. [`IntrospectionError::status`](remote::IntrospectionError::status) returns the
//! status to respond with: 401 if the token is at fault, 503 if the issuer is.
//!
//! | Setting | Default | Set by |
//! |---|---|---|
//! | audience and issuer | not checked | [`audience`](remote::Introspector::audience), [`issuer`](remote::Introspector::issuer) |
//! | active tokens are remembered | 10 seconds, and not beyond `exp` | [`remember`](remote::Introspector::remember) |
//! | number of remembered tokens | 1024 | [`max_remembered`](remote::Introspector::max_remembered) |
//! | time for a response | 5 seconds | [`timeout`](remote::Introspector::timeout) |
//!
//! In axum, for example:
//!
//! ```
//! # #[cfg(all(feature = "introspection", feature = "axum"))]
//! # mod with_the_features {
//! use axum::{extract::State, http::{HeaderMap, StatusCode, header::AUTHORIZATION}};
//! use jotwell_http::remote::Introspector;
//!
//! async fn orders(State(introspector): State<Introspector>, headers: HeaderMap) -> Result<String, StatusCode> {
//!     let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
//!     let token = header.and_then(|text| text.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
//!     let claims = introspector.introspect(token).await.map_err(|error| error.status())?;
//!     if !claims.custom.scope.contains("orders:read") {
//!         return Err(StatusCode::FORBIDDEN);
//!     }
//!     Ok(format!("the orders of {:?}", claims.subject))
//! }
//! # }
//! ```
//!
//! # Offer introspection and revocation (feature `auth-routes`)
//!
//! [`issuer_routes`] lets other parties introspect and revoke the tokens of your [sessions](super::sessions). They authenticate with a
//! client identifier and a secret, by `Authorization: Basic` or in the form.
//!
//! ```
//! use axum::Router;
//! use jotwell_http::{ClientCredentials, CredentialsError, IssuerEndpoint, Sessions, issuer_routes};
//!
//! fn router(sessions: &Sessions, api_secret: String, client_secret: String) -> Router {
//!     let routes = issuer_routes(sessions, async move |client: ClientCredentials| {
//!         let allowed = match client.endpoint() {
//!             IssuerEndpoint::Introspection => client.is("orders-api", &api_secret),
//!             IssuerEndpoint::Revocation => client.is("web-client", &client_secret),
//!             _ => false,
//!         };
//!         if allowed { Ok(()) } else { Err(CredentialsError::Invalid) }
//!     });
//!     Router::new().merge(routes)
//! }
//! ```
//!
//! ```sh
//! curl -u orders-api:SECRET -d "token=$ACCESS_TOKEN" https://auth.example/introspect
//! curl -u web-client:SECRET -d "token=$REFRESH_TOKEN" https://auth.example/revoke
//! ```
//!
//! A refresh token is never active for introspection. Revoking a refresh token ends its session; revoking an access token rejects that
//! token only. The caller of `/revoke` must be the [`client_id`](Sessions::client_id) of the sessions: `web-client` in this example.
//!
//! # Pitfalls
//!
//! - **Set the audience.** Without it a token for another API of the same issuer is accepted.
//! - **A revoked token is accepted for up to 10 seconds.** Lower `remember` if that is too long.
//! - **Every new token costs a request** to the issuer. Prefer signed tokens where you can choose.

use crate::*;
