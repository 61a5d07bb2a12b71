//! Metrics and audit events: count and record what happens.
//!
//! # Audit events
//!
//! [`Sessions::audit`] calls a function for each login, refresh, logout and repeated token. It runs within the request, so it must not
//! block: send the event to a channel or a log.
//!
//! ```
//! use jotwell_http::{AuditKind, Sessions};
//!
//! fn audited(sessions: Sessions) -> Sessions {
//!     sessions.audit(|event| {
//!         println!(
//!             "{} {} subject={:?} session={:?} client={:?}",
//!             event.at, event.code(), event.subject, event.session_id, event.client,
//!         );
//!         if let AuditKind::RefreshTokenReused = event.kind {
//!             // a refresh token was stolen, or a client is broken: notify the user
//!         }
//!     })
//! }
//! ```
//!
//! | Code | What happened |
//! |---|---|
//! | `login_succeeded` | a session has begun |
//! | `login_failed` | wrong credentials, or the user was logged out everywhere meanwhile |
//! | `rate_limited` | a client made too many attempts |
//! | `token_refreshed` | a refresh token was exchanged |
//! | `refresh_failed` | the session has ended, or never existed |
//! | `refresh_token_retried` | a token was sent again within the grace period |
//! | `refresh_token_forked` | the same, in another copy than the one that was exchanged |
//! | `refresh_token_forked_again` | that happened twice in a row; the session has ended |
//! | `refresh_token_reused` | an old token was sent; the session has ended |
//! | `session_displaced` | a login ended the oldest sessions above the limit |
//! | `session_ended` | a session was ended |
//! | `all_sessions_ended` | all sessions of a user were ended |
//! | `token_revoked` | an access token was revoked |
//!
//! An event has no token and no password. Codes do not change between versions. Failed logins, the rate limit and client addresses are
//! known to the [login routes](super::login_routes) only.
//!
//! # Metrics (feature `metrics`)
//!
//! Two counters by the crate [`metrics`](https://docs.rs/metrics), each with the label `code`:
//!
//! | Counter | `code` |
//! |---|---|
//! | `jotwell_http_auth_errors_total` | [`AuthErrorKind::code`] |
//! | `jotwell_http_session_events_total` | [`AuditKind::code`] |
//!
//! Install a recorder, such as that of `metrics-exporter-prometheus`; without one nothing is counted.
//!
//! | Alert on | It means |
//! |---|---|
//! | a rise of `keys_unavailable` | the issuer cannot be reached, and its keys have expired |
//! | a rise of `store_unavailable` | the store cannot be reached; requests get 503 |
//! | a rise of `invalid_token` | a wrong audience after a deployment, a missed key rotation, or an attack |
//! | any `refresh_token_reused` | a stolen refresh token, or a client that keeps old ones |
//! | a rise of `login_failed` and `rate_limited` | password guessing |
//!
//! # The reason of a rejection
//!
//! Every rejection is logged by [`tracing`](https://docs.rs/tracing) with its code and reason. A response has the error in its
//! extensions, for your own middleware:
//!
//! ```
//! use axum::{extract::Request, middleware::Next, response::Response};
//! use jotwell_http::AuthError;
//!
//! async fn observe(request: Request, next: Next) -> Response {
//!     let response = next.run(request).await;
//!     if let Some(error) = response.extensions().get::<AuthError>() {
//!         println!("rejected with {}: {}", error.status(), error.code());
//!     }
//!     response
//! }
//! ```
//!
//! | Code of a rejection | Kind |
//! |---|---|
//! | `missing_token`, `malformed_request`, `csrf_failed` | the request |
//! | `token_expired`, `token_not_yet_valid`, `invalid_token`, `token_revoked`, `token_replayed` | the token |
//! | `insufficient_scope`, `policy_denied`, `insufficient_user_authentication`, `invalid_claim` | the permission |
//! | `keys_unavailable`, `store_unavailable` | the service: 503 |
//!
//! # Pitfalls
//!
//! - **Do not label metrics by subject or `kid`**: a client could create any number of labels.
//! - **A missing token is no incident.** `missing_token` rises with every client that asks first and logs in afterwards.

use crate::*;
