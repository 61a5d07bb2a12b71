//! Middleware for any tower stack.

mod body;

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

pub use body::AuthBody;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, Request, Response};
use jotwell::NoClaims;
use tower_layer::Layer;
use tower_service::Service;

use crate::auth::{Auth, Authenticator, Policy, RouteGuard};
use crate::auth_error::AuthError;

/// Middleware that forwards requests with a valid token, and rejects the others.
///
/// It puts [`Auth<T>`](crate::Auth) into the extensions of the request, and [`AuthError`] into those of a response that
/// rejects one. The inner service may have any body: see [`AuthBody`]. If the token came in a cookie or a custom
/// header, and the response of the inner service has no `Cache-Control`, the layer adds `Cache-Control: no-store`. For
/// gRPC services, call [`grpc`](Self::grpc).
///
/// Layers can be nested: if both have the same [`Authenticator`] or clones of it, the inner one uses the outer one's
/// result and adds its policies. If middleware between them changed the method, the inner one checks the anti-forgery
/// token of a cookie again. The result of another authenticator is not trusted; it is replaced.
///
/// ```
/// use std::convert::Infallible;
/// use http::{Request, Response};
/// use jotwell_http::{Auth, AuthBody, Authenticator, RequireRole};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// # async fn example(authenticator: Authenticator) -> Result<(), Infallible> {
/// let service = authenticator.layer().require(RequireRole::new("admin")).layer(service_fn(
///     async |request: Request<()>| {
///         let auth = request.extensions().get::<Auth>();
///         Ok::<_, Infallible>(Response::new(format!("hello {:?}", auth.and_then(Auth::subject))))
///     },
/// ));
///
/// let response: Response<AuthBody<String>> = service.oneshot(Request::new(())).await?;
/// assert_eq!(response.status(), 401);
/// # Ok(()) }
/// ```
pub struct AuthLayer<T = NoClaims> {
    guard: RouteGuard<T>,
    grpc: bool,
}

impl<T: 'static> Authenticator<T> {
    /// Creates middleware that forwards the requests that this authenticator accepts.
    #[must_use]
    pub fn layer(&self) -> AuthLayer<T> {
        AuthLayer::new(self.clone())
    }
}

impl<T: 'static> AuthLayer<T> {
    /// Creates middleware that forwards the requests that `authenticator` accepts.
    #[must_use]
    pub fn new(authenticator: Authenticator<T>) -> Self {
        Self { guard: RouteGuard::new(authenticator), grpc: false }
    }

    /// Also rejects requests that do not satisfy `policy`. All policies must be satisfied; they are checked in the
    /// order in which they were added.
    #[must_use]
    pub fn require(self, policy: impl Policy<T> + 'static) -> Self {
        Self { guard: self.guard.require(policy), ..self }
    }

    /// Forwards requests without a token, without [`Auth`] in their extensions. A request with an invalid token is
    /// still rejected.
    ///
    /// Together with [`require`](Self::require), in any order, this has no effect: a policy needs a token.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { guard: self.guard.optional(), ..self }
    }
}

impl<T> AuthLayer<T> {
    /// Rejects requests as gRPC does: with `grpc-status` 16 or 7, or 14 if the token cannot be checked, in the format
    /// that gRPC calls Trailers-Only. See [`AuthError::grpc_response`].
    #[must_use]
    pub fn grpc(self) -> Self {
        Self { grpc: true, ..self }
    }

    /// Adds to `api` what this layer requires of each operation, as [`RouteGuard::document`] does.
    #[cfg(feature = "utoipa")]
    #[cfg_attr(docsrs, doc(cfg(feature = "utoipa")))]
    pub fn document(&self, api: &mut utoipa::openapi::OpenApi)
    where
        T: 'static,
    {
        self.guard.document(api);
    }

    fn reject<R>(&self, error: AuthError) -> Response<AuthBody<R>> {
        let plain = if self.grpc { error.grpc_response() } else { error.plain_response() };
        let mut response = Response::<String>::from(plain).map(AuthBody::rejection);
        response.extensions_mut().insert(error);
        response
    }
}

impl<T> Clone for AuthLayer<T> {
    fn clone(&self) -> Self {
        Self { guard: self.guard.clone(), grpc: self.grpc }
    }
}

impl<T> fmt::Debug for AuthLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthLayer").field("guard", &self.guard).field("grpc", &self.grpc).finish()
    }
}

impl<S, T> Layer<S> for AuthLayer<T> {
    type Service = AuthService<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        AuthService { inner, layer: self.clone() }
    }
}

/// The service that an [`AuthLayer`] creates.
pub struct AuthService<S, T = NoClaims> {
    inner: S,
    layer: AuthLayer<T>,
}

impl<S, T, B, R> Service<Request<B>> for AuthService<S, T>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    T: Send + Sync + 'static,
    B: Send + 'static,
{
    type Response = Response<AuthBody<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that reported to be ready must be called; its clone may not be ready.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        let layer = self.layer.clone();
        Box::pin(async move {
            // A separate function, so that the body, which may not be `Sync`, is not borrowed across an await.
            let (mut parts, body) = request.into_parts();
            // Removed first: no inner service can mistake another authenticator's result for this one's.
            let earlier = parts.extensions.remove::<Auth<T>>();
            let auth = match layer.guard.check((&parts).into(), earlier).await {
                Ok(auth) => auth,
                Err(error) => return Ok(layer.reject(error)),
            };
            let hidden_from_caches = auth.as_ref().is_some_and(Auth::is_hidden_from_caches);
            if let Some(auth) = auth {
                parts.extensions.insert(auth);
            }
            let mut response = inner.call(Request::from_parts(parts, body)).await?;
            // RFC 9111 §3.5 keeps shared caches from storing responses to `Authorization`. It does not cover cookies or
            // other headers.
            if hidden_from_caches {
                let headers = response.headers_mut();
                headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
            }
            Ok(response.map(AuthBody::inner))
        })
    }
}

impl<S: Clone, T> Clone for AuthService<S, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), layer: self.layer.clone() }
    }
}

impl<S: fmt::Debug, T> fmt::Debug for AuthService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthService").field("inner", &self.inner).field("layer", &self.layer).finish()
    }
}
