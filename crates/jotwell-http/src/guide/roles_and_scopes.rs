//! Roles and scopes: decide what a caller may do.
//!
//! A *scope* is what a token may be used for. A *role* is what its subject is. The examples are for axum (feature `axum`); policies are
//! the same for all [frameworks](super::frameworks).
//!
//! ```
//! use axum::{Router, routing::{get, post}};
//! use jotwell_http::{Auth, AuthError, Authenticator, RequireRole, RequireScope};
//!
//! async fn cancel(auth: Auth) -> Result<&'static str, AuthError> {
//!     auth.require(&RequireScope::new("orders:write").expect("a scope"))?;
//!     Ok("cancelled")
//! }
//!
//! fn router(authenticator: Authenticator) -> Router {
//!     let admin = Router::new()
//!         .route("/users", get(async || "users"))
//!         .route_layer(authenticator.layer().require(RequireRole::new("admin")));
//!     Router::new()
//!         .route("/orders/cancel", post(cancel))
//!         .nest("/admin", admin)
//!         .with_state(authenticator)
//! }
//! ```
//!
//! Use a layer where the rule is the same for a group of routes, and [`Auth::require`] where it depends on more than the route.
//!
//! | Policy | Accepts a token if | Else |
//! |---|---|---|
//! | [`RequireScope`] | `scope` has all of the words | 403 `insufficient_scope`, with `scope` |
//! | [`RequireRole`] | `roles` has the role, or one of [`any_of`](RequireRole::any_of) | 403 `insufficient_scope` |
//! | [`RequireMaxAge`] | the login was at most so long ago (`auth_time`) | 401 `insufficient_user_authentication` (RFC 9470) |
//! | [`RequireAcr`] | the class of the login (`acr`) is one of these | the same |
//! | a closure | it returns `true` | 403 `insufficient_scope` |
//! | your type with [`Policy`] | it returns `Ok` | by its [`PolicyError`] |
//!
//! Several policies of a layer must all accept.
//!
//! # Custom policies
//!
//! ```
//! use jotwell_http::{Auth, Authenticator, AuthLayer, Policy, PolicyError};
//!
//! #[derive(serde::Deserialize)]
//! struct Account { plan: String }
//!
//! struct Paying;
//!
//! impl Policy<Account> for Paying {
//!     fn check(&self, auth: &Auth<Account>) -> Result<(), PolicyError> {
//!         if auth.plan == "free" { Err(PolicyError::Rule("paying")) } else { Ok(()) }
//!     }
//! }
//!
//! fn layer(authenticator: &Authenticator<Account>) -> AuthLayer<Account> {
//!     authenticator.layer().require(Paying)
//! }
//! ```
//!
//! The name `paying` goes to the log; the response does not have it.
//!
//! # Ask for a newer or stronger login
//!
//! A route that changes a password or transfers money requires a recent login. A refresh changes neither `auth_time` nor `acr`, so the
//! client has to log its user in again.
//!
//! ```
//! use std::time::Duration;
//! use axum::{Router, routing::post};
//! use jotwell_http::{Authenticator, RequireAcr, RequireMaxAge};
//!
//! fn router(authenticator: &Authenticator) -> Router {
//!     let recent = authenticator
//!         .layer()
//!         .require(RequireAcr::any_of(["mfa"]))
//!         .require(RequireMaxAge::new(Duration::from_secs(300)));
//!     Router::new().route("/password", post(async || "changed")).route_layer(recent)
//! }
//! ```
//!
//! # Where scopes and roles come from
//!
//! In tokens of your [sessions](super::sessions) they are what the login sets on [`AccessClaims`]. In tokens of others they are
//! `scope` (a string or an array) and `roles` (an array or a string). If they are elsewhere, configure the validator, or use a
//! [preset](super::identity_providers):
//!
//! ```
//! use jotwell::{Audience, Issuer, Validator, VerifyingKey};
//! use jotwell_http::Authenticator;
//!
//! fn authenticator(key: VerifyingKey) -> Authenticator {
//!     let validator = Validator::new(key, Issuer::is("https://sso.example"), Audience::is("orders-api"))
//!         .claim_at("scope", ["scp"])
//!         .claim_at("roles", ["realm_access", "roles"]);
//!     Authenticator::new(validator)
//! }
//! ```
//!
//! # Name the scope to clients
//!
//! [`Authenticator::scope_in_challenge`] names the scope of a route in 401 responses too, so that a client without a token knows what
//! to request. By default only 403 responses name it.
//!
//! # OpenAPI
//!
//! With the feature `utoipa`, [`RouteGuard::document`] writes security schemes and requirements into an OpenAPI document.
//! `AuthLayer::protect` guards a router of axum and documents it in one call, so the document follows the guard:
//!
//! ```
//! # #[cfg(all(feature = "axum", feature = "utoipa"))]
//! # mod example {
//! use axum::Router;
//! use jotwell_http::{Authenticator, RequireScope};
//! use utoipa::openapi::OpenApi;
//!
//! fn guarded(authenticator: &Authenticator, router: Router, api: OpenApi) -> (Router, OpenApi) {
//!     let orders = RequireScope::new("orders:read").expect("a scope");
//!     authenticator.layer().require(orders).protect(router, api)
//! }
//! # }
//! ```
//!
//! # Pitfalls
//!
//! - **A scope is not a permission of the user.** A token with `orders:write` may write what its user may write. Check both.
//! - **A rule that rejects the bearers of a role** reads the roles by [`AccessClaims::try_roles`]: roles that cannot be read are an empty
//!   list in the field.
//! - **Roles live as long as the access token**, 15 minutes by default. To withdraw them at once, end the user's sessions, or look them
//!   up in the handler.

use crate::*;
