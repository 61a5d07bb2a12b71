//! Frameworks: axum, actix-web, tonic, tower and others.
//!
//! Every framework verifies a token once for all layers and extractors of a request, and responds alike.
//!
//! # axum (feature `axum`)
//!
//! [`Auth`] is an extractor, [`AuthLayer`] a layer, [`AuthError`], [`SessionError`] and [`TokenResponse`] are responses. See
//! [Protect routes](super::protect_routes).
//!
//! # actix-web (feature `actix-web`)
//!
//! ```toml
//! [dependencies]
//! actix-web = "4"
//! jotwell = "0.1"
//! jotwell-http = { version = "0.1", features = ["actix-web"] }
//! ```
//!
//! ```ignore
//! use actix_web::{App, HttpServer, web};
//! use jotwell_http::{Auth, Authenticator, RequireRole};
//!
//! async fn me(auth: Auth) -> String {
//!     format!("hello {:?}", auth.subject())
//! }
//!
//! async fn serve(authenticator: Authenticator) -> std::io::Result<()> {
//!     let app = move || {
//!         let admin = web::scope("/admin").wrap(authenticator.guard().require(RequireRole::new("admin")));
//!         App::new().app_data(web::Data::new(authenticator.clone())).service(admin).route("/me", web::get().to(me))
//!     };
//!     HttpServer::new(app).bind("127.0.0.1:8080")?.run().await
//! }
//! ```
//!
//! A [`RouteGuard`] is middleware. [`jwks_resource`] publishes keys, and `App::service` takes [`auth_routes`]. **Use [`OptionalAuth`]
//! instead of `Option<Auth>`**: actix-web converts every error of an optional extractor to `None`, also that of an invalid token.
//!
//! # tonic (feature `tonic`)
//!
//! ```toml
//! [dependencies]
//! jotwell = "0.1"
//! jotwell-http = { version = "0.1", features = ["tonic"] }
//! prost = "0.14"
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! tonic = "0.14"
//! tonic-prost = "0.14"
//!
//! [build-dependencies]
//! tonic-prost-build = "0.14" # generates your services; needs `protoc`, or the crate `protox` as in `recipes/build.rs`
//! ```
//!
//! ```ignore
//! use jotwell_http::{Auth, Authenticator, RequireScope};
//! use tonic::{Request, Response, Status, service::Routes, transport};
//!
//! async fn cancel(request: Request<u64>) -> Result<Response<()>, Status> {
//!     let auth: &Auth = Auth::of_request(&request)?;
//!     auth.require(&RequireScope::new("orders:write").expect("a scope"))?;
//!     Ok(Response::new(()))
//! }
//!
//! async fn serve(authenticator: Authenticator, services: Routes) -> Result<(), transport::Error> {
//!     let mut server = transport::Server::builder().layer(authenticator.layer().grpc());
//!     server.add_routes(services).serve(([127, 0, 0, 1], 50051).into()).await
//! }
//! ```
//!
//! `cancel` is like a method of your generated service. `Routes::new(OrdersServer::new(service))` makes `services` from it.
//!
//! [`AuthLayer::grpc`] responds with `grpc-status`: 16 (`UNAUTHENTICATED`), 7 (`PERMISSION_DENIED`) or 14 (`UNAVAILABLE`). The token is
//! checked when a call begins. **A stream continues after its token has expired** unless you end it at [`Auth::expires_at`];
//! `recipes/src/grpc.rs` in the repository shows how.
//!
//! # Any tower stack (feature `tower`)
//!
//! ```
//! use std::convert::Infallible;
//! use http::{Request, Response};
//! use jotwell_http::{Auth, AuthBody, Authenticator};
//! use tower::{Layer, Service, service_fn};
//!
//! async fn hello(request: Request<()>) -> Result<Response<String>, Infallible> {
//!     Ok(Response::new(format!("hello {:?}", request.extensions().get::<Auth>().and_then(Auth::subject))))
//! }
//!
//! fn service(authenticator: &Authenticator) -> impl Service<Request<()>, Response = Response<AuthBody<String>>> {
//!     authenticator.layer().layer(service_fn(hello))
//! }
//! ```
//!
//! The response body becomes an [`AuthBody`]: the inner body, or the text of a rejection.
//!
//! # Another framework
//!
//! If it has the types of `http` 1, convert the request by `into`. If not, [`RequestHead::new`] takes the method and pairs of header
//! names and values, and [`AuthError::plain_response`] is a status, headers and a text.
//!
//! ```
//! use jotwell_http::{Auth, Authenticator, PlainResponse, RequestHead};
//!
//! async fn authenticate(
//!     authenticator: &Authenticator, method: &str, headers: &[(String, Vec<u8>)],
//! ) -> Result<Auth, PlainResponse> {
//!     let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
//!     let head = RequestHead::new(method, pairs);
//!     authenticator.authenticate_head(head, None).await.map_err(|error| error.plain_response())
//! }
//! ```
//!
//! The folder `recipes/` in the repository has tested adapters for plain hyper, poem and warp, and text for Rocket and Salvo.
//!
//! # Pitfalls
//!
//! - **Adapters take the earlier result out of the request** before they authenticate, and put the new one in afterwards:
//!   [`RouteGuard::check`] shows the order.
//! - **Routes without `Auth` and without a layer are public.** Prefer a layer around a whole router.

use crate::*;
