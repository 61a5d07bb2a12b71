//! The decision about a request to a route.

use std::fmt;
use std::sync::Arc;

use jotwell::NoClaims;

use crate::access_claims::Scope;
use crate::auth::{Auth, Authenticator, Policy};
use crate::auth_error::AuthError;
use crate::request_head::RequestHead;

/// An [`Authenticator`] and the policies of some routes: decides which requests may proceed.
///
/// Middleware is built on it: that of actix-web is a `RouteGuard`, and `AuthLayer` contains one. Middleware for another
/// framework calls [`check`](Self::check).
pub struct RouteGuard<T = NoClaims> {
    pub(super) authenticator: Authenticator<T>,
    pub(super) policies: Arc<[Arc<dyn Policy<T>>]>,
    optional: bool,
}

impl<T: 'static> Authenticator<T> {
    /// Creates a guard that accepts the requests that this authenticator accepts.
    #[must_use]
    pub fn guard(&self) -> RouteGuard<T> {
        RouteGuard::new(self.clone())
    }
}

impl<T: 'static> RouteGuard<T> {
    /// Creates a guard that accepts the requests that `authenticator` accepts.
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

    /// Accepts requests without a token. A request with an invalid token is still rejected.
    ///
    /// Together with [`require`](Self::require), in any order, this has no effect: a policy needs a token.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

impl<T: Send + Sync + 'static> RouteGuard<T> {
    /// Authenticates a request and checks the policies. Returns `None` for a request without a token that may
    /// proceed.
    ///
    /// `earlier` is the result that a layer or extractor has stored for the same request, as in
    /// [`Authenticator::authenticate_head`]. Remove it from the request before this call, and insert the result before
    /// you forward the request. If the token came in a cookie ([`Auth::is_from_cookie`]), add `Cache-Control: no-store`
    /// to a response that has no `Cache-Control`.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use jotwell_http::{Auth, RouteGuard};
    ///
    /// async fn middleware(guard: &RouteGuard, request: &mut Request<()>) -> Result<(), Response<String>> {
    ///     let earlier = request.extensions_mut().remove::<Auth>();
    ///     let auth = guard.check((&*request).into(), earlier).await.map_err(|error| error.response())?;
    ///     if let Some(auth) = auth {
    ///         request.extensions_mut().insert(auth);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// An [`AuthError`] of any kind.
    pub async fn check(
        &self,
        head: RequestHead<'_>,
        earlier: Option<Auth<T>>,
    ) -> Result<Option<Auth<T>>, AuthError> {
        if self.is_optional() {
            return self.authenticator.authenticate_head_optional(head, earlier).await;
        }
        let auth = self.authenticator.authenticate_head(head, earlier).await;
        let auth = auth.map_err(|error| error.requiring(|| self.required_scope()))?;
        self.policies.iter().try_for_each(|policy| auth.require(&**policy))?;
        Ok(Some(auth))
    }

    /// The scopes of all policies together.
    fn required_scope(&self) -> Option<Scope> {
        let scopes = self.policies.iter().filter_map(|policy| policy.required_scope());
        Scope::of(scopes.flat_map(Scope::words)).ok().filter(|scope| !scope.is_empty())
    }
}

impl<T> RouteGuard<T> {
    /// Whether a request without a token may proceed.
    pub(super) fn is_optional(&self) -> bool {
        self.optional && self.policies.is_empty()
    }
}

impl<T> Clone for RouteGuard<T> {
    fn clone(&self) -> Self {
        Self {
            authenticator: self.authenticator.clone(),
            policies: self.policies.clone(),
            optional: self.optional,
        }
    }
}

impl<T> fmt::Debug for RouteGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteGuard")
            .field("authenticator", &self.authenticator)
            .field("policies", &self.policies.len())
            .field("optional", &self.optional)
            .finish()
    }
}
