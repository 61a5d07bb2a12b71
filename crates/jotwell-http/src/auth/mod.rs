//! Identifies the sender of a request.

mod authenticator;
mod carrier;
mod guard;
mod http1;
#[cfg(feature = "utoipa")]
mod openapi;
mod policy;
mod step_up;
mod token_verifier;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

pub use authenticator::Authenticator;
pub use guard::RouteGuard;
use jotwell::{Claims, NoClaims, NumericDate, Verified};
pub use policy::{Policy, PolicyError, RequireRole, RequireScope};
pub use step_up::{RequireAcr, RequireMaxAge};
pub use token_verifier::TokenVerifier;

use self::carrier::Carrier;
use crate::access_claims::{AccessClaims, Scope};
use crate::auth_error::{AuthError, AuthErrorKind};
use crate::challenge::Challenge;

/// The claims of a request's token, verified, unexpired and not revoked. Only an [`Authenticator`] creates it.
///
/// It derefs to the custom claims.
pub struct Auth<T = NoClaims> {
    token: Arc<Verified<Claims<AccessClaims<T>>>>,
    challenge: Arc<Challenge>,
    carrier: Carrier,
    /// The authenticator that created it.
    by: u64,
}

impl<T> Auth<T> {
    /// Returns `sub`: the user or the service that the token is about.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.token.subject.as_deref()
    }

    /// Returns `scope`. Empty if the claim is malformed: see [`AccessClaims::try_scope`].
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.token.custom.scope
    }

    /// Returns `roles`. Empty if the claim is malformed: see [`AccessClaims::try_roles`].
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.token.custom.roles
    }

    /// Returns `sid`: the session that the token belongs to.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.token.custom.session_id.as_deref()
    }

    /// Returns `exp`.
    #[must_use]
    pub fn expires_at(&self) -> Option<NumericDate> {
        self.token.expires_at
    }

    /// Returns whether the token came in a [cookie](crate::Cookies). The response is then for this user only, but
    /// caches do not treat it as they treat responses to `Authorization` (RFC 9111 §3.5). `AuthLayer` adds
    /// `Cache-Control: no-store` to responses without `Cache-Control`; if you use only an extractor, add it yourself.
    #[must_use]
    pub fn is_from_cookie(&self) -> bool {
        matches!(self.carrier, Carrier::Cookie { .. })
    }

    /// Returns whether a cache that follows RFC 9111 could send a response to this request to another user: whether the
    /// token came in anything but `Authorization`.
    #[cfg(any(feature = "actix-web", feature = "tower"))]
    pub(crate) fn is_hidden_from_caches(&self) -> bool {
        !matches!(self.carrier, Carrier::Authorization)
    }

    /// Returns all claims, and the header.
    #[must_use]
    pub fn token(&self) -> &Verified<Claims<AccessClaims<T>>> {
        &self.token
    }

    /// Checks `policy`. For rules that depend on more than the route.
    ///
    /// ```
    /// use jotwell_http::{Auth, AuthError, RequireScope};
    ///
    /// fn delete_order(auth: &Auth) -> Result<(), AuthError> {
    ///     auth.require(&RequireScope::new("orders:write").expect("a scope"))?;
    ///     // …
    ///     # Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// An [`AuthError`] of kind [`AuthErrorKind::Scope`], [`AuthErrorKind::Forbidden`],
    /// [`AuthErrorKind::Authentication`] or [`AuthErrorKind::Claim`].
    pub fn require<P: Policy<T> + ?Sized>(&self, policy: &P) -> Result<(), AuthError> {
        policy.check(self).map_err(|denied| {
            let reason = match denied {
                PolicyError::Scope(required) => AuthErrorKind::Scope { required },
                PolicyError::Rule(rule) => AuthErrorKind::Forbidden { rule },
                PolicyError::Authentication { max_age, acr_values } => {
                    AuthErrorKind::Authentication { max_age, acr_values }
                }
                PolicyError::Claim(error) => AuthErrorKind::Claim(error),
            };
            AuthError::logged(reason, &self.challenge)
        })
    }
}

impl<T> Deref for Auth<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.token.custom.custom
    }
}

impl<T> Clone for Auth<T> {
    fn clone(&self) -> Self {
        Self {
            token: self.token.clone(),
            challenge: self.challenge.clone(),
            carrier: self.carrier.clone(),
            by: self.by,
        }
    }
}

impl<T> fmt::Debug for Auth<T> {
    /// Shows only the subject.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("subject", &self.subject()).finish_non_exhaustive()
    }
}
