//! Sessions: log users in, keep them logged in, and log them out.
//!
//! ```
//! use std::sync::Arc;
//! use jotwell::{Algorithm, KeyRotationPolicy, NoClaims};
//! use jotwell_http::store::MemoryStore;
//! use jotwell_http::{AccessClaims, AudienceId, IssuerId, IssuerKeys, Scope, Sessions};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = IssuerKeys::open("/var/lib/auth/keys.json", Algorithm::ES256, KeyRotationPolicy::new())?;
//! let store = Arc::new(MemoryStore::new());
//! let sessions: Sessions =
//!     Sessions::new(store, keys, IssuerId::new("https://auth.example"), AudienceId::new("orders-api"));
//!
//! let login = sessions.begin().await?; // before you read the user's record
//! // Check the password here, then:
//! let access = AccessClaims::new(NoClaims).scope(Scope::of(["orders:read"])?).role("customer");
//! let tokens = login.complete("user-42", access).await?;
//!
//! let tokens = sessions.refresh(&tokens.refresh_token).await?; // minutes later
//! sessions.logout(&tokens.session_id).await?; // access tokens of the session are rejected from now on
//!
//! let authenticator = sessions.authenticator(); // protects routes with these access tokens
//! # Ok(()) }
//! ```
//!
//! This needs no feature. With axum, [`auth_routes`] are these calls as routes: see [Login routes](super::login_routes).
//!
//! # Access tokens and refresh tokens
//!
//! A login creates an **access token**, a JWT (RFC 9068) that expires after 15 minutes, and a **refresh token**, an opaque text that is
//! exchanged once for the next pair. The store has no token, only digests.
//!
//! - Of many exchanges with one refresh token at once, one succeeds.
//! - A client whose response got lost sends the same token again within 10 seconds, and gets the same successor.
//! - An older refresh token is in two hands. Its session ends, for both.
//!
//! # Settings
//!
//! | Method | Default | Meaning |
//! |---|---|---|
//! | [`access_lifetime`](Sessions::access_lifetime) | 15 minutes | lifetime of access tokens; at most the rotation policy's `token_lifetime` |
//! | [`session_lifetime`](Sessions::session_lifetime) | 30 days | a session ends so long after its login; at most 400 days |
//! | [`grace`](Sessions::grace) | 10 seconds | how long an exchanged refresh token may be sent again |
//! | [`max_sessions`](Sessions::max_sessions) | no limit | a login beyond it ends the oldest session |
//! | [`leeway`](Sessions::leeway) | 2 seconds | how far clocks of machines may differ |
//! | [`client_id`](Sessions::client_id) | the audience | `client_id` of access tokens |
//!
//! # Roles that change
//!
//! [`Sessions::refresh`] repeats the claims of the login. [`Sessions::refresh_with`] asks your database at each refresh. If it returns
//! `None`, the session ends. If it fails, nothing was exchanged, and the client can try again.
//!
//! ```
//! use jotwell_http::{SessionError, Sessions, TokenResponse};
//!
//! # async fn roles_of(subject: &str) -> Option<Vec<String>> { None }
//! async fn refresh(sessions: &Sessions, refresh_token: &str) -> Result<TokenResponse, SessionError> {
//!     sessions.refresh_with(refresh_token, async |subject, mut access| {
//!         let Some(roles) = roles_of(&subject).await else { return Ok(None) };
//!         access.roles = roles;
//!         Ok(Some(access))
//!     }).await
//! }
//! ```
//!
//! # Stores
//!
//! | Store | Feature | Data survives | Shared by processes |
//! |---|---|---|---|
//! | [`MemoryStore`](store::MemoryStore) | | no restart | no |
//! | [`RedbStore`](store::RedbStore) | `redb` | a crash: every acknowledged write is on disk | no |
//! | [`RedisStore`](store::RedisStore) | `redis` | as Redis is configured | yes |
//! | yours, with [`Store`](store::Store) | | | |
//!
//! [`store_conformance` of `jotwell-test`](super::testing) checks your own store. Call [`purge`](store::Store::purge) of a `RedbStore`
//! once an hour. While a store cannot be reached, requests get 503 and none is accepted.
//!
//! # What a client does
//!
//! - It keeps the refresh token of the latest response in one place, and sends it unchanged.
//! - It retries a request without a response with the same token, within 10 seconds.
//! - Two threads or tabs do not refresh at once: one waits for the other.
//!
//! In Rust, `SessionClient` of `jotwell-client` does that. In a page, `js/session.js` does: see
//! [Single-page apps](super::single_page_apps).
//!
//! # Pitfalls
//!
//! - **Begin before you check the password.** [`LoginAttempt::complete`] fails if the user was logged out everywhere in between, such as
//!   by a changed password.
//! - **Handlers that must be up to date** about a ban use [`Sessions::authenticator`], which asks the store on each request. A
//!   service with its own [`Validator`](jotwell::Validator) accepts tokens until they expire.
//! - **Shorten `access_lifetime` rather than `session_lifetime`** to limit the damage of a stolen access token.

use crate::*;
