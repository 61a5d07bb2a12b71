//! Middleware for any tower stack.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::CACHE_CONTROL;
use http::request::Parts;
use http::{HeaderValue, Request, Response};
use jotwell::NoClaims;
use tower_layer::Layer;
use tower_service::Service;

use crate::auth::{Auth, Authenticator, Policy};
use crate::auth_error::AuthError;

/// Middleware that passes on requests with a valid token, and answers the others.
///
/// It puts [`Auth<T>`](crate::Auth) into the extensions of the request, and [`AuthError`] into those of a response that
/// rejects one. The body of such a response is made from a `String`, as `axum::body::Body` and
/// `http_body_util::Full<Bytes>` can be. If the token came in a cookie and the response of the inner service has no
/// `Cache-Control`, the layer adds `Cache-Control: no-store`.
///
/// Layers can be nested: if both have the same [`Authenticator`] or clones of it, the inner one uses the outer one's
/// result and adds its policies. If middleware between them changed the method, the inner one checks the anti-forgery
/// token of a cookie again. The result of another authenticator is not trusted; it is replaced.
///
/// ```
/// use std::convert::Infallible;
/// use http::{Request, Response};
/// use jotwell_http::{Auth, Authenticator, RequireRole};
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
/// let response: Response<String> = service.oneshot(Request::new(())).await?;
/// assert_eq!(response.status(), 401);
/// # Ok(()) }
/// ```
pub struct AuthLayer<T = NoClaims> {
    authenticator: Authenticator<T>,
    policies: Arc<[Arc<dyn Policy<T>>]>,
    optional: bool,
}

impl<T: 'static> Authenticator<T> {
    /// Creates middleware that passes on the requests that this authenticates.
    #[must_use]
    pub fn layer(&self) -> AuthLayer<T> {
        AuthLayer::new(self.clone())
    }
}

impl<T: 'static> AuthLayer<T> {
    /// Creates middleware that passes on the requests that `authenticator` authenticates.
    #[must_use]
    pub fn new(authenticator: Authenticator<T>) -> Self {
        Self { authenticator, policies: Arc::default(), optional: false }
    }

    /// Also rejects requests that do not satisfy `policy`. All policies must be satisfied; they are checked in the
    /// order in which they were added.
    #[must_use]
    pub fn require(self, policy: impl Policy<T> + 'static) -> Self {
        let added: Arc<dyn Policy<T>> = Arc::new(policy);
        Self { policies: self.policies.iter().cloned().chain([added]).collect(), ..self }
    }

    /// Passes on requests without a token, without [`Auth`] in their extensions. A request with an invalid token is
    /// still rejected.
    ///
    /// Together with [`require`](Self::require), in whichever order, this has no effect: a policy needs a token.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

impl<T: Send + Sync + 'static> AuthLayer<T> {
    /// Authenticates a request, puts the result into its extensions and checks the policies. Returns `None` for a
    /// request without a token that may proceed.
    async fn admit(&self, parts: &mut Parts) -> Result<Option<Auth<T>>, AuthError> {
        if self.optional && self.policies.is_empty() {
            return self.authenticator.authenticate_parts_optional(parts).await;
        }
        let auth = self.authenticator.authenticate_parts(parts).await?;
        self.policies.iter().try_for_each(|policy| auth.require(&**policy))?;
        Ok(Some(auth))
    }
}

impl<T> Clone for AuthLayer<T> {
    fn clone(&self) -> Self {
        Self {
            authenticator: self.authenticator.clone(),
            policies: self.policies.clone(),
            optional: self.optional,
        }
    }
}

impl<T> fmt::Debug for AuthLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthLayer")
            .field("authenticator", &self.authenticator)
            .field("policies", &self.policies.len())
            .field("optional", &self.optional)
            .finish()
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
    R: From<String>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that reported to be ready is the one to call; its clone may not be ready.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        let layer = self.layer.clone();
        Box::pin(async move {
            // Apart, so that the body, which may not be `Sync`, is not borrowed across an await.
            let (mut parts, body) = request.into_parts();
            let auth = match layer.admit(&mut parts).await {
                Ok(auth) => auth,
                Err(error) => return Ok(error.response().map(R::from)),
            };
            let mut response = inner.call(Request::from_parts(parts, body)).await?;
            // RFC 9111 §3.5 keeps shared caches off responses to `Authorization`. It says nothing of cookies.
            if auth.is_some_and(|auth| auth.is_from_cookie()) {
                let headers = response.headers_mut();
                headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
            }
            Ok(response)
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
