//! [`RouteGuard`] as middleware.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{Error, HttpMessage, ResponseError};
use jotwell::NoClaims;

use crate::auth::{Auth, RouteGuard};

/// Middleware for a scope, a resource or an application. It forwards the requests that the guard accepts.
///
/// It puts [`Auth<T>`](Auth) into the extensions of the request, and [`AuthError`](crate::AuthError) into those of a
/// response that rejects one. If the token came in a cookie and the response of the inner service has no
/// `Cache-Control`, it adds `Cache-Control: no-store`. Guards can be nested, as `AuthLayer`s can.
///
/// ```
/// use actix_web::{Scope, web};
/// use jotwell_http::{Authenticator, RequireRole};
///
/// fn admin(authenticator: &Authenticator) -> impl actix_web::dev::HttpServiceFactory {
///     web::scope("/admin")
///         .wrap(authenticator.guard().require(RequireRole::new("admin")))
///         .route("/users", web::get().to(async || "everybody"))
/// }
/// ```
impl<S, B, T> Transform<S, ServiceRequest> for RouteGuard<T>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
    T: Send + Sync + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = GuardedService<S, T>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(GuardedService { inner: Rc::new(inner), guard: self.clone() }))
    }
}

/// The service that a [`RouteGuard`] creates as middleware of actix-web.
pub struct GuardedService<S, T = NoClaims> {
    inner: Rc<S>,
    guard: RouteGuard<T>,
}

impl<S, B, T> Service<ServiceRequest> for GuardedService<S, T>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
    T: Send + Sync + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (inner, guard) = (self.inner.clone(), self.guard.clone());
        Box::pin(async move {
            // Removed first: no inner service can mistake another authenticator's result for this one's.
            let earlier = request.extensions_mut().remove::<Auth<T>>();
            let auth = match guard.check(request.request().into(), earlier).await {
                Ok(auth) => auth,
                // A response rather than an error, so that outer middleware sees it like any other response.
                Err(error) => return Ok(request.into_response(error.error_response()).map_into_right_body()),
            };
            let hidden_from_caches = auth.as_ref().is_some_and(Auth::is_hidden_from_caches);
            if let Some(auth) = auth {
                request.extensions_mut().insert(auth);
            }
            let mut response = inner.call(request).await?;
            // RFC 9111 §3.5 keeps shared caches from storing responses to `Authorization`. It does not cover cookies.
            if hidden_from_caches && !response.headers().contains_key(CACHE_CONTROL) {
                response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            }
            Ok(response.map_into_left_body())
        })
    }
}

impl<S, T> fmt::Debug for GuardedService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedService").field("guard", &self.guard).finish_non_exhaustive()
    }
}
