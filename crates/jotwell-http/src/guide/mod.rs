//! The guide: one page for each task, with code that compiles and the default values.
//!
//! | You want to | Page |
//! |---|---|
//! | reject requests without a valid token | [Protect routes](protect_routes) |
//! | decide what a caller may do | [Roles and scopes](roles_and_scopes) |
//! | use axum, actix-web, tonic, tower or another framework | [Frameworks](frameworks) |
//! | log users in and keep them logged in | [Sessions](sessions) |
//! | have the routes for login, refresh and logout | [Login routes](login_routes) |
//! | keep tokens in cookies, safe from cross-site requests | [Cookies and CSRF](cookies) |
//! | log users out, and revoke tokens | [Logout and revocation](revocation) |
//! | rotate signing keys, also over several instances | [Key rotation](key_rotation) |
//! | serve a single-page app, from the same or another origin | [Single-page apps and CORS](single_page_apps) |
//! | accept tokens of another issuer | [Remote key sets](remote_keys) |
//! | accept tokens of Keycloak, Entra ID, Auth0, Google and others | [Identity providers](identity_providers) |
//! | accept opaque tokens, or let others introspect yours | [Introspection](introspection) |
//! | run behind a reverse proxy or load balancer | [Behind a proxy](behind_a_proxy) |
//! | count and record what happens | [Metrics and audit events](metrics_and_audit) |
//! | test all of that | [Testing](testing) |
//!
//! Keys, validation, errors and performance are in
//! [the guide of `jotwell`](https://docs.rs/jotwell/latest/jotwell/guide/).
//!
//! # Features
//!
//! No feature is on by default. Each page names the features that it needs. Before the first release, write a path into your checkout
//! instead of each version "0.1": `jotwell = { path = "../jotwell" }` and
//! `jotwell-http = { path = "../jotwell/crates/jotwell-http", features = ["auth-routes", "axum"] }`.
//!
//! ```toml
//! [dependencies]
//! jotwell = "0.1"
//! jotwell-http = { version = "0.1", features = ["auth-routes", "axum"] }
//! ```

pub mod behind_a_proxy;
pub mod cookies;
pub mod frameworks;
pub mod identity_providers;
pub mod introspection;
pub mod key_rotation;
pub mod login_routes;
pub mod metrics_and_audit;
pub mod protect_routes;
pub mod remote_keys;
pub mod revocation;
pub mod roles_and_scopes;
pub mod sessions;
pub mod single_page_apps;
pub mod testing;
