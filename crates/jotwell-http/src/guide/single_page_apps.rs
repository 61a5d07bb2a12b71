//! Single-page apps and CORS. The login routes need the feature `auth-routes`; the examples need the feature `axum`, and that of CORS the
//! crate `tower-http` with its feature `cors`.
//!
//! # A page on the same host
//!
//! Keep the tokens in [cookies](super::cookies), where scripts cannot read them. `js/session.js` of this crate is a `fetch` that adds
//! the anti-forgery token, refreshes the access token after a 401 (in one tab at a time), and repeats the request once. It is one module
//! without dependencies, with types in `js/session.d.ts`. Serve it by `include_str!`:
//!
//! ```
//! use axum::http::header::CONTENT_TYPE;
//! use axum::{Router, routing::get};
//! # mod path { pub const SESSION_JS: &str = include_str!("../../js/session.js"); }
//! # use path::SESSION_JS;
//!
//! // const SESSION_JS: &str = include_str!("session.js"); // a copy of `js/session.js`
//! fn router() -> Router {
//!     Router::new().route("/session.js", get(async || ([(CONTENT_TYPE, "text/javascript")], SESSION_JS)))
//! }
//! ```
//!
//! ```js
//! import { Session } from "/session.js";
//!
//! const session = new Session({ refresh: "/page/refresh" });
//! session.addEventListener("ended", () => { location.href = "/login"; });
//!
//! const response = await session.fetch("/orders", {
//!   method: "POST",
//!   headers: { "Content-Type": "application/json" },
//!   body: JSON.stringify({ pens: 2 }),
//! });
//! if (response.ok) console.log("ordered");
//! ```
//!
//! | Option | Default | Meaning |
//! |---|---|---|
//! | `refresh` | `/page/refresh` | the route that refreshes the cookies |
//! | `cookie` | `__Host-csrf` | the cookie with the anti-forgery token |
//! | `lock` | `jotwell-session` | the Web Lock that tabs share |
//!
//! The routes are those of [`auth_routes`] with [`AuthRoutes::cookies`]: see [Login routes](super::login_routes).
//!
//! # A page on another origin
//!
//! Cookies of this crate are for one host. A page on another origin sends `Authorization: Bearer`. The browser asks first (a preflight
//! request), and shows the page only the response headers that you expose. Put the CORS layer around the authenticator's layer:
//!
//! ```
//! use axum::http::{HeaderValue, Method, header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE}};
//! use axum::{Router, routing::get};
//! use jotwell_http::Authenticator;
//! use tower_http::cors::CorsLayer;
//!
//! fn router(authenticator: &Authenticator) -> Router {
//!     let cors = CorsLayer::new()
//!         .allow_origin(HeaderValue::from_static("https://shop.example"))
//!         .allow_methods([Method::GET, Method::POST])
//!         .allow_headers([AUTHORIZATION, CONTENT_TYPE])
//!         .expose_headers([WWW_AUTHENTICATE]); // says why a token was rejected
//!     Router::new()
//!         .route("/orders", get(async || "orders"))
//!         .layer(authenticator.layer())
//!         .layer(cors) // added last, so it is the outermost
//! }
//! ```
//!
//! # Where a page keeps tokens
//!
//! | Place | A script of a stranger in your page | A request by another site |
//! |---|---|---|
//! | cookies of this crate | cannot read the tokens, but can send requests | rejected without the anti-forgery token |
//! | a variable in memory | can read the access token | has no token |
//! | `localStorage` | can read all tokens and keep them | has no token |
//!
//! # A backend for the page
//!
//! If the tokens are those of an identity provider, let your backend get and keep them, and give the page a session of `jotwell-http` (a
//! "backend for frontend"). After the ID token is verified, complete a login with [`Sessions::begin`] and send the cookies.
//!
//! # Pitfalls
//!
//! - **`allow_credentials` is not needed** for `Authorization`. Do not enable it with a wildcard origin.
//! - **Do not put the CORS layer inside of the authenticator's layer**: preflight requests have no token and would get 401.
//! - **Two tabs must not refresh at once**: `session.js` uses a Web Lock. If you write your own, do so too.
//! - **After the event `ended`** ask the user to log in again. The cookies are gone.

use crate::*;
