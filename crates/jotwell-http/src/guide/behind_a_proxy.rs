//! Behind a proxy: client addresses, HTTPS, and tokens that a proxy adds.
//!
//! The login routes need the feature `auth-routes`, and the examples `axum`.
//!
//! # The client's address
//!
//! [`auth_routes`] limit attempts by the client's address. Behind a proxy, every connection comes from the proxy. Read the address from
//! the header that the proxy sets:
//!
//! ```
//! use std::net::IpAddr;
//! use axum::http::request::Parts;
//! use jotwell_http::AuthRoutes;
//!
//! fn behind_nginx(routes: AuthRoutes) -> AuthRoutes {
//!     // proxy_set_header X-Real-IP $remote_addr;
//!     routes.client(|request: &Parts| -> Option<IpAddr> {
//!         request.headers.get("x-real-ip")?.to_str().ok()?.parse().ok()
//!     })
//! }
//! ```
//!
//! The proxy must **replace** the header. A header that it only appends to, such as `X-Forwarded-For`, begins with what the client wrote:
//! take the last element, or as many from the end as you have proxies.
//!
//! ```
//! use std::net::IpAddr;
//! use axum::http::request::Parts;
//! use jotwell_http::AuthRoutes;
//!
//! fn behind_one_proxy(routes: AuthRoutes) -> AuthRoutes {
//!     routes.client(|request: &Parts| -> Option<IpAddr> {
//!         let header = request.headers.get_all("x-forwarded-for").iter().next_back()?;
//!         header.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
//!     })
//! }
//! ```
//!
//! If the function returns `None`, logins respond with 500, so that no client avoids the limit. If the proxy limits attempts itself, use
//! [`NoRateLimit`].
//!
//! # HTTPS
//!
//! The proxy ends TLS and forwards plain HTTP. Forward only over a network that you trust, and redirect `http` to `https` in the proxy.
//! Cookies are always `Secure`, whatever the inner connection is. No address in a response comes from a request: the issuer's name and
//! the metadata are what you configured.
//!
//! # Headers that must pass
//!
//! | Header | Direction |
//! |---|---|
//! | `Authorization`, `Cookie`, `X-CSRF-Token`, `Sec-Fetch-Site` | to the service |
//! | `WWW-Authenticate`, `Set-Cookie`, `Retry-After`, `Cache-Control` | to the client |
//!
//! Allow headers of 16 KiB. Access tokens are usually below 2 KiB.
//!
//! # Caches
//!
//! A shared cache keeps no response to a request with `Authorization` unless the response allows it (RFC 9111 §3.5). For cookies and
//! other headers it does not know; the layers add `Cache-Control: no-store` if the handler sets no `Cache-Control`.
//!
//! # A proxy that authenticates
//!
//! Cloudflare Access and load balancers of AWS log users in and add a signed token in a special header. There are
//! [presets](super::identity_providers) for both. For another proxy:
//!
//! ```
//! use http::HeaderName;
//! use jotwell::{Audience, Issuer, JwkSet, Validator};
//! use jotwell_http::Authenticator;
//!
//! fn authenticator(keys: JwkSet) -> Authenticator {
//!     let validator = Validator::new(keys, Issuer::is("https://proxy.example"), Audience::is("orders"));
//!     Authenticator::new(validator).token_header(HeaderName::from_static("x-proxy-token"))
//! }
//! ```
//!
//! The proxy adds that header to every request of a logged-in browser, whichever page caused it. If the service changes something for
//! such requests, check `Origin` or `Sec-Fetch-Site`: there is no anti-forgery token. Never trust a header with a user name that is not
//! signed.
//!
//! # gRPC
//!
//! The proxy must speak HTTP/2 to the service and forward trailers. Rejections are trailers-only responses with status 200 and
//! `grpc-status`.
//!
//! # Pitfalls
//!
//! - **Several instances** behind a load balancer need one store and one key ring: see [Key rotation](super::key_rotation).
//! - **The limit counts in one process.** With five instances a client has five times as many attempts, unless
//!   [`rate_limit`](AuthRoutes::rate_limit) uses a shared counter.
//! - **Access logs** must not record `Authorization`, `Cookie` and `Set-Cookie`.

use crate::*;
