//! Middleware for the tower stack of a client.

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::authorization::{AuthorizationError, BearerAuth, Verdict, has_credentials, verdict};
use crate::origin::Origin;
use crate::source::TokenSource;

/// Middleware that adds an access token to requests for one origin.
///
/// If the server rejects the token (401 `invalid_token`), it is renewed, and the request is repeated once. The
/// response to that is returned, whatever its status. `insufficient_scope` and `insufficient_user_authentication`
/// become [`AuthorizationError`]s.
///
/// Requests for other origins, and requests that already have an `Authorization` header, are not changed. Put
/// middleware that follows redirects **outside** of this one: inside, it could send the token elsewhere.
///
/// ```
/// use std::convert::Infallible;
/// use http::{Request, Response};
/// use jotwell_client::{BearerLayer, Origin, TokenSource};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let layer = BearerLayer::new(TokenSource::fixed("abc")?, Origin::new("https://api.example")?);
/// let client = layer.layer(service_fn(async |request: Request<String>| {
///     Ok::<_, Infallible>(Response::new(request.headers().contains_key("authorization")))
/// }));
///
/// let request = Request::get("https://api.example/me").body(String::new())?;
/// assert!(client.oneshot(request).await?.into_body());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct BearerLayer<R = CloneBody> {
    auth: BearerAuth,
    resend: R,
}

impl BearerLayer {
    /// Creates middleware that adds the tokens of `source` to requests for `origin`. Bodies are cloned so that they
    /// can be sent again: see [`resend_with`](Self::resend_with) for bodies that cannot be cloned.
    #[must_use]
    pub fn new(source: TokenSource, origin: Origin) -> Self {
        Self { auth: BearerAuth::new(source, origin), resend: CloneBody }
    }
}

impl<R> BearerLayer<R> {
    /// Also adds tokens to requests for this origin.
    #[must_use]
    pub fn and_origin(self, origin: Origin) -> Self {
        Self { auth: self.auth.and(origin), ..self }
    }

    /// Sets how a body is copied so that it can be sent again. With `|_| None` no request is repeated: the 401 is
    /// returned, and the next request gets a new token.
    #[must_use]
    pub fn resend_with<S>(self, resend: S) -> BearerLayer<S> {
        BearerLayer { auth: self.auth, resend }
    }
}

/// Copies the body of a request, so that it can be sent again.
pub trait ResendBody<B>: Send + Sync {
    /// Returns a copy of the body. `None` if that is not possible.
    fn resend(&self, body: &B) -> Option<B>;
}

/// Clones bodies: `Full<Bytes>`, `String`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CloneBody;

impl<B: Clone> ResendBody<B> for CloneBody {
    fn resend(&self, body: &B) -> Option<B> {
        Some(body.clone())
    }
}

impl<B, F: Fn(&B) -> Option<B> + Send + Sync> ResendBody<B> for F {
    fn resend(&self, body: &B) -> Option<B> {
        self(body)
    }
}

impl<S, R: Clone> Layer<S> for BearerLayer<R> {
    type Service = BearerService<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        BearerService { inner, layer: self.clone() }
    }
}

/// The service that a [`BearerLayer`] creates.
#[derive(Clone, Debug)]
pub struct BearerService<S, R = CloneBody> {
    inner: S,
    layer: BearerLayer<R>,
}

impl<S, R, B, A> Service<Request<B>> for BearerService<S, R>
where
    S: Service<Request<B>, Response = Response<A>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    R: ResendBody<B> + Clone + 'static,
    B: Send + 'static,
    A: Send,
{
    type Response = Response<A>;
    type Error = CallError<S::Error>;
    type Future = Pin<Box<dyn Future<Output = Result<Response<A>, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context).map_err(CallError::Inner)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that reported readiness must be called; its clone may not be ready.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        let layer = self.layer.clone();
        let origin = Origin::of(request.uri());
        let is_relative = request.uri().authority().is_none();
        let (mut parts, body) = request.into_parts();
        let again = layer.resend.resend(&body).map(|body| (parts.clone(), body));
        Box::pin(async move {
            let auth = &layer.auth;
            if has_credentials(&parts.headers) || !(auth.allows(origin.as_ref()) || is_relative) {
                return inner.call(Request::from_parts(parts, body)).await.map_err(CallError::Inner);
            }
            if is_relative {
                return Err(AuthorizationError::RelativeAddress.into());
            }
            let token = auth.source.token().await.map_err(AuthorizationError::Token)?;
            parts.headers.insert(AUTHORIZATION, token.to_header());
            let response = inner.call(Request::from_parts(parts, body)).await.map_err(CallError::Inner)?;
            let (mut parts, body) = match (verdict(response.status(), response.headers()), again) {
                (Verdict::Pass, _) => return Ok(response),
                (Verdict::Refused(error), _) => return Err(error.into()),
                (Verdict::Rejected, Some(again)) => again,
                (Verdict::Rejected, None) => {
                    auth.source.reject(&token);
                    return Ok(response);
                }
            };
            // Frees its connection before the next request needs one.
            drop(response);
            let token = auth.source.renew(&token).await.map_err(AuthorizationError::Token)?;
            parts.headers.insert(AUTHORIZATION, token.to_header());
            poll_fn(|context| inner.poll_ready(context)).await.map_err(CallError::Inner)?;
            let response = inner.call(Request::from_parts(parts, body)).await.map_err(CallError::Inner)?;
            match verdict(response.status(), response.headers()) {
                Verdict::Refused(error) => Err(error.into()),
                Verdict::Pass | Verdict::Rejected => Ok(response),
            }
        })
    }
}

/// A request with a token failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CallError<E> {
    /// There is no token, or it does not allow the request.
    Authorization(AuthorizationError),
    /// The inner service failed.
    Inner(E),
}

impl<E> From<AuthorizationError> for CallError<E> {
    fn from(error: AuthorizationError) -> Self {
        Self::Authorization(error)
    }
}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authorization(error) => error.fmt(f),
            Self::Inner(error) => error.fmt(f),
        }
    }
}

/// The source is that of the error that this one displays.
impl<E: Error> Error for CallError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Authorization(error) => error.source(),
            Self::Inner(error) => error.source(),
        }
    }
}
