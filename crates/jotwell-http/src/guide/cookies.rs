//! Cookies and CSRF: tokens where scripts cannot read them.
//!
//! For pages that the same host serves. With the features `auth-routes` and `axum`:
//!
//! ```
//! use axum::{Router, routing::post};
//! use jotwell_http::{AccessClaims, Auth, AuthPaths, Cookies, Credentials, CredentialsError, Sessions, auth_routes};
//!
//! # async fn user_with(name: &str, password: &str) -> Option<String> { None }
//! fn router(sessions: &Sessions) -> Router {
//!     let login = auth_routes(sessions, async |Credentials { name, password }| {
//!         let user = user_with(&name, &password).await.ok_or(CredentialsError::Invalid)?;
//!         Ok((user, AccessClaims::default()))
//!     });
//!     let order = post(async |_auth: Auth| "ordered");
//!     Router::new()
//!         .route("/orders", order)
//!         .with_state(sessions.authenticator().cookies()) // accepts cookies beside `Authorization`
//!         .merge(login.cookies(Cookies::new()).paths(AuthPaths::under("/page")))
//! }
//! ```
//!
//! | Cookie | Content | Scripts |
//! |---|---|---|
//! | `__Host-access` | the access token | cannot read it |
//! | `__Host-refresh` | the refresh token | cannot read it |
//! | `__Host-csrf` | the anti-forgery token | can read it |
//!
//! All three are `Secure` and `SameSite=Strict`. The prefix `__Host-` binds them to this host over HTTPS.
//!
//! # The anti-forgery token
//!
//! A browser sends cookies with requests that other sites cause (CSRF). So a request by any method other than GET, HEAD, OPTIONS and
//! TRACE, and any request with `Upgrade` such as a WebSocket, must repeat the anti-forgery token in the header `X-CSRF-Token`. Only a page of your host can read it. Without it the response
//! is 403.
//!
//! ```js
//! const csrf = document.cookie.match(/(?:^|; )__Host-csrf=([^;]+)/)?.[1] ?? "";
//! await fetch("/orders", { method: "POST", headers: { "X-CSRF-Token": csrf } });
//! ```
//!
//! `js/session.js` of this crate does that, and refreshes tokens: see [Single-page apps](super::single_page_apps).
//!
//! # Options
//!
//! - **`SameSite=Lax`**, so that someone who follows a link to your site arrives logged in:
//!   [`Cookies::same_site`] with [`SameSite::Lax`].
//! - **Encrypted cookies** (feature `encrypted-cookies`): users, extensions and logs of proxies cannot read the claims.
//!
//! ```
//! # #[cfg(feature = "encrypted-cookies")]
//! # fn example(sessions: &jotwell_http::Sessions) -> Result<(), jotwell::KeyError> {
//! use jotwell_http::{CookieKeys, Cookies};
//!
//! let keys = CookieKeys::generate("2026-11")?; // for several instances: `CookieKeys::new` with one secret
//! let cookies = Cookies::new().encrypted(keys.clone());
//! let authenticator = sessions.authenticator().encrypted_cookies(keys);
//! # Ok(()) }
//! ```
//!
//! # Without the login routes
//!
//! [`TokenResponse::cookies`] returns the values of three `Set-Cookie` headers, and [`Cookies::refresh_token_of`] reads the refresh
//! token of a request after it has checked the anti-forgery token.
//!
//! ```
//! use axum::http::{HeaderMap, StatusCode, header::{CACHE_CONTROL, SET_COOKIE}};
//! use axum::response::{AppendHeaders, IntoResponse};
//! use jotwell_http::{Cookies, SessionError, Sessions};
//!
//! async fn refresh(sessions: &Sessions, headers: HeaderMap) -> Result<impl IntoResponse + use<>, SessionError> {
//!     let refresh_token = Cookies::refresh_token_of(&headers)?;
//!     let tokens = sessions.refresh(refresh_token).await?;
//!     let cookies = tokens.cookies(&Cookies::new())?.map(|cookie| (SET_COOKIE, cookie));
//!     Ok((StatusCode::NO_CONTENT, [(CACHE_CONTROL, "no-store")], AppendHeaders(cookies)))
//! }
//! ```
//!
//! If the refresh fails with [`SessionError::Ended`] or [`SessionError::Reused`], send [`Cookies::clear`]: a request with the cookies of
//! an ended session is rejected, also on routes with an optional token.
//!
//! # Pitfalls
//!
//! - **Nothing may change by GET.** GET needs no anti-forgery token.
//! - **Responses to a request with a cookie are for one user.** A layer adds `Cache-Control: no-store` if the handler sets no
//!   `Cache-Control`. Behind an extractor alone, add it yourself if [`Auth::is_from_cookie`] is true.
//! - **Cookies need HTTPS**, on `localhost` as well in some browsers.
//! - **The names are fixed**, so two services with sessions need a host each.
//! - **Middleware that changes the method** is outside of the layers, not inside of the innermost one.
//! - **Cross-site scripting** defeats this: a script in your page can send what the page can send.

use crate::*;
