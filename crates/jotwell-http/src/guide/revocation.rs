//! Logout and revocation: reject tokens before they expire.
//!
//! ```
//! use jotwell_http::{SessionError, Sessions};
//!
//! # async fn example(sessions: &Sessions, session_id: &str) -> Result<(), SessionError> {
//! sessions.logout(session_id).await?;          // one session; `Auth::session_id` has its name
//! sessions.logout_everywhere("user-42").await?; // all sessions of a user, such as after a changed password
//! # Ok(()) }
//! ```
//!
//! This needs no feature. [`Sessions::authenticator`] asks the store on each request, so the access tokens of an ended session are
//! rejected at once.
//!
//! | You want to end | Call |
//! |---|---|
//! | the session of a request | [`Sessions::logout`] with [`Auth::session_id`] |
//! | the session of a refresh token | [`Sessions::logout_with`] |
//! | one session out of the user's list | [`Sessions::logout_of`] with an `id` of [`Sessions::list`] |
//! | all sessions of a user | [`Sessions::logout_everywhere`] |
//! | one access token, by `jti` | [`Revocations::revoke`] |
//! | all tokens of a subject that were issued until now | [`Revocations::revoke_subject`] |
//! | every token of the issuer, after a key leaked | [`IssuerKeys::revoke_all`] |
//!
//! # In another service
//!
//! A service that only verifies asks the same store. [`Revocations::of_sessions`] also rejects tokens that belong to no session.
//!
//! ```
//! use std::sync::Arc;
//! use jotwell::{Audience, Issuer, JwkSet, Validator};
//! use jotwell_http::{Authenticator, Revocations, store::Store};
//!
//! fn authenticator(keys: JwkSet, store: Arc<dyn Store>) -> Authenticator {
//!     let validator =
//!         Validator::new(keys, Issuer::is("https://auth.example"), Audience::is("orders-api")).typ("at+jwt");
//!     Authenticator::new(validator).revocations(Revocations::of_sessions(store))
//! }
//! ```
//!
//! # Tokens without a session
//!
//! ```
//! use std::time::Duration;
//! use jotwell::NumericDate;
//! use jotwell_http::{Revocations, store::StoreError};
//!
//! async fn revoke(revocations: &Revocations, jti: &str, exp: NumericDate) -> Result<(), StoreError> {
//!     revocations.revoke("https://auth.example", jti, exp).await?; // kept until the token expires
//!     let longest_lifetime = Duration::from_secs(900);
//!     revocations.revoke_subject("https://auth.example", "user-42", longest_lifetime).await
//! }
//! ```
//!
//! A token without `jti` cannot be revoked, so an authenticator with revocations rejects it.
//!
//! # Tokens for one use
//!
//! A link to confirm an address or to reset a password works once:
//!
//! ```
//! use std::sync::Arc;
//! use jotwell_http::{Authenticator, ReplayGuard, store::Store};
//!
//! fn for_one_use(authenticator: Authenticator, store: Arc<dyn Store>) -> Authenticator {
//!     authenticator.single_use(ReplayGuard::new(store))
//! }
//! ```
//!
//! A token is used up when it verifies, whatever the handler does afterwards. It needs `jti` and `exp`.
//!
//! # Revocation by clients (RFC 7009)
//!
//! [`issuer_routes`] has `POST /revoke` for clients with a secret: see [Introspection](super::introspection).
//!
//! # Pitfalls
//!
//! - **A store that cannot be reached** makes requests fail with 503. None is accepted meanwhile.
//! - **Revoke by `jti`, not by the token's text or its hash**: an ECDSA signature can be changed into another valid one.
//! - **An ended session stays ended** in another service only if it asks the store. Services with a validator alone accept its access
//!   tokens for up to 15 minutes.
//! - **An error of `logout` means "unknown".** The session may have ended. Call it again.

use crate::*;
