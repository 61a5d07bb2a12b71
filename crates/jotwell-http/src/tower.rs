//! Middleware for any tower stack.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::request::Parts;
use http::{Request, Response};
use jotwell::NoClaims;
use tower_layer::Layer;
use tower_service::Service;

use crate::auth::{Authenticator, Policy};
use crate::auth_error::AuthError;

/// Lets those requests through whose token is good, and answers the others.
///
/// Behind it the request's extensions hold [`Auth<T>`](crate::Auth); in front of it, those of an answer that it
/// gave hold the [`AuthError`]. The answer's body is made from a `String`, as `axum::body::Body` and
/// `http_body_util::Full<Bytes>` are.
///
/// One may stand inside another: where both have the same [`Authenticator`] or clones of it, the inner one takes
/// the outer one's result and adds its rules. Another authenticator's result is not believed; it is replaced.
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
    /// Middleware that lets those requests through which this authenticates.
    #[must_use]
    pub fn layer(&self) -> AuthLayer<T> {
        AuthLayer::new(self.clone())
    }
}

impl<T: 'static> AuthLayer<T> {
    /// Lets those requests through which that authenticates.
    #[must_use]
    pub fn new(authenticator: Authenticator<T>) -> Self {
        Self { authenticator, policies: Arc::default(), optional: false }
    }

    /// Refuses those that do not satisfy this as well. Of several policies all must be satisfied; they are asked
    /// in the order in which they were given.
    #[must_use]
    pub fn require(self, policy: impl Policy<T> + 'static) -> Self {
        let added: Arc<dyn Policy<T>> = Arc::new(policy);
        Self { policies: self.policies.iter().cloned().chain([added]).collect(), ..self }
    }

    /// Lets requests through that present no token at all, without [`Auth`](crate::Auth). One with a bad token is
    /// refused all the same.
    ///
    /// A policy is about somebody. So beside [`require`](Self::require), in whichever order, this changes
    /// nothing: who presents no token is refused.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

impl<T: Send + Sync + 'static> AuthLayer<T> {
    /// Whether the request may pass. If so, its extensions say whose it is.
    async fn admit(&self, parts: &mut Parts) -> Result<(), AuthError> {
        if self.optional && self.policies.is_empty() {
            return self.authenticator.authenticate_parts_optional(parts).await.map(drop);
        }
        let auth = self.authenticator.authenticate_parts(parts).await?;
        self.policies.iter().try_for_each(|policy| auth.require(&**policy))
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

/// A service behind an [`AuthLayer`].
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
        // The one that was asked whether it is ready is called; its clone need not be.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        let layer = self.layer.clone();
        Box::pin(async move {
            // In parts, so that the body, which may not be `Sync`, is not borrowed while others are waited for.
            let (mut parts, body) = request.into_parts();
            match layer.admit(&mut parts).await {
                Ok(()) => inner.call(Request::from_parts(parts, body)).await,
                Err(refusal) => Ok(refusal.response().map(R::from)),
            }
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
