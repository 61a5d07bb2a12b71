//! Protect routes: reject requests without a valid token.
//!
//! With the feature `axum`:
//!
//! ```
//! use axum::{Router, routing::get};
//! use jotwell::{Audience, Issuer, Validator, VerifyingKey};
//! use jotwell_http::{Auth, Authenticator};
//!
//! async fn me(auth: Auth) -> String {
//!     format!("hello {}", auth.subject().unwrap_or("unknown"))
//! }
//!
//! fn router(key: VerifyingKey) -> Router {
//!     let validator =
//!         Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api")).typ("at+jwt");
//!     let authenticator = Authenticator::new(validator);
//!     Router::new().route("/me", get(me)).with_state(authenticator)
//! }
//! ```
//!
//! A handler with an argument [`Auth`] runs only if the request has a valid token. It does not compile in a router without an
//! [`Authenticator`] as state. Other frameworks work alike: see [Frameworks](super::frameworks).
//!
//! An [`Authenticator`] has a type parameter for [custom claims](#custom-claims). If the compiler cannot infer it ("type annotations
//! needed for `Authenticator<_>`"), write `let authenticator: Authenticator = …`, which has no custom claims.
//!
//! | You have | Create the authenticator by |
//! |---|---|
//! | a key, or a key set in memory | [`Authenticator::new`] with a [`Validator`](jotwell::Validator) |
//! | an issuer that publishes keys | [Remote key sets](super::remote_keys) |
//! | a well-known identity provider | [Identity providers](super::identity_providers) |
//! | your own logins | [`Sessions::authenticator`] |
//! | several issuers | [`Authenticator::new`] with a [`MultiIssuerValidator`](jotwell::MultiIssuerValidator) |
//!
//! # A group of routes
//!
//! A layer protects every route of a router, whatever its handlers take:
//!
//! ```
//! use axum::{Router, routing::get};
//! use jotwell_http::Authenticator;
//!
//! fn router(authenticator: &Authenticator) -> Router {
//!     let private = Router::new()
//!         .route("/orders", get(async || "orders"))
//!         .route_layer(authenticator.layer());
//!     Router::new().route("/health", get(async || "ok")).merge(private)
//! }
//! ```
//!
//! # Optional tokens
//!
//! `Option<Auth>` accepts requests without a token. A request with an invalid token is still rejected. For a layer call
//! [`optional`](AuthLayer::optional). In actix-web use [`OptionalAuth`].
//!
//! ```
//! use jotwell_http::Auth;
//!
//! async fn greeting(auth: Option<Auth>) -> String {
//!     match auth {
//!         Some(auth) => format!("hello {:?}", auth.subject()),
//!         None => "hello".to_owned(),
//!     }
//! }
//! ```
//!
//! # Custom claims
//!
//! Registered claims, scope and roles are there in any case. For yours, name a type in both places:
//!
//! ```
//! use axum::{Router, routing::get};
//! use jotwell_http::{Auth, Authenticator};
//!
//! #[derive(serde::Deserialize)]
//! struct Account { plan: String }
//!
//! async fn plan(auth: Auth<Account>) -> String {
//!     auth.plan.clone() // `Auth` derefs to the custom claims
//! }
//!
//! fn router(authenticator: Authenticator<Account>) -> Router {
//!     Router::new().route("/plan", get(plan)).with_state(authenticator)
//! }
//! ```
//!
//! # With your own state
//!
//! ```
//! use axum::extract::{FromRef, State};
//! use axum::{Router, routing::get};
//! use jotwell_http::{Auth, Authenticator};
//!
//! #[derive(Clone)]
//! struct App { authenticator: Authenticator, greeting: &'static str }
//!
//! impl FromRef<App> for Authenticator {
//!     fn from_ref(app: &App) -> Self { app.authenticator.clone() }
//! }
//!
//! async fn me(auth: Auth, State(app): State<App>) -> String {
//!     format!("{} {:?}", app.greeting, auth.subject())
//! }
//!
//! fn router(app: App) -> Router {
//!     Router::new().route("/me", get(me)).with_state(app)
//! }
//! ```
//!
//! # Responses
//!
//! | A request with | gets |
//! |---|---|
//! | no token | 401 with a bare challenge |
//! | two tokens, or something malformed | 400 `invalid_request` |
//! | an invalid, expired, revoked or used token, or one for another audience | 401 `invalid_token` |
//! | a valid token without the scope or role | 403 `insufficient_scope` |
//! | a valid token, while the store or the keys cannot be reached | 503 with `Retry-After` |
//!
//! The body has the same `error` and one of a few fixed sentences. The reason goes to [`tracing`](https://docs.rs/tracing) with a
//! [stable code](AuthErrorKind::code), without the token.
//!
//! # An API for clients of others
//!
//! A client that knows only the address of your API, such as one of the Model Context Protocol, finds the issuer of its tokens in
//! the metadata of the resource (RFC 9728). Publish them, and name them in every challenge:
//!
//! ```
//! # #[cfg(feature = "axum")]
//! # mod example {
//! use axum::Router;
//! use jotwell_http::{Authenticator, MetadataError, ResourceMetadata};
//!
//! fn published(authenticator: Authenticator, api: Router) -> Result<Router, MetadataError> {
//!     let metadata = ResourceMetadata::new("https://api.example/mcp")?.authorization_server("https://auth.example")?;
//!     let authenticator = authenticator.resource_metadata(&metadata);
//!     Ok(api.layer(authenticator.layer()).merge(metadata))
//! }
//! # }
//! ```
//!
//! Its addresses come from this configuration, never from the request. The example `mcp` of the repository is such a server.
//!
//! # Pitfalls
//!
//! - **Serve HTTPS only.** Anyone who intercepts a bearer token can use it until it expires.
//! - **Set `typ`** if your issuer writes it, as above: otherwise an ID token for the same audience is accepted as an access token.
//! - **A CORS layer goes around the authenticator's layer**: preflight requests have no token.

use crate::*;
