//! From a request to who sent it.

mod authenticator;
mod parts;
mod policy;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

pub use authenticator::{Authenticator, TokenVerifier};
use jotwell::{Claims, NoClaims, NumericDate, Verified};
pub use policy::{Policy, PolicyError, RequireRole, RequireScope};

use crate::access_claims::{AccessClaims, Scope};
use crate::auth_error::{AuthError, AuthErrorKind};

/// The claims of a request's token, verified, unexpired and not revoked. Nothing but an [`Authenticator`] makes
/// one.
///
/// It derefs to the caller's own claims.
pub struct Auth<T = NoClaims> {
    token: Arc<Verified<Claims<AccessClaims<T>>>>,
    realm: Arc<str>,
    /// The authenticator that made it.
    by: u64,
}

impl<T> Auth<T> {
    /// `sub`: whom the token is about.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.token.subject.as_deref()
    }

    /// `scope`.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.token.custom.scope
    }

    /// `roles`.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.token.custom.roles
    }

    /// `sid`: the session that the token belongs to.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.token.custom.session_id.as_deref()
    }

    /// `exp`.
    #[must_use]
    pub fn expires_at(&self) -> Option<NumericDate> {
        self.token.expires_at
    }

    /// All claims, and the header.
    #[must_use]
    pub fn token(&self) -> &Verified<Claims<AccessClaims<T>>> {
        &self.token
    }

    /// Whether `policy` lets it pass. For rules that depend on more than the route.
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
    /// A [`AuthError`] for [`AuthErrorKind::Scope`] or [`AuthErrorKind::Forbidden`].
    pub fn require<P: Policy<T> + ?Sized>(&self, policy: &P) -> Result<(), AuthError> {
        policy.check(self).map_err(|denied| {
            let reason = match denied {
                PolicyError::Scope(required) => AuthErrorKind::Scope { required },
                PolicyError::Rule(rule) => AuthErrorKind::Forbidden { rule },
            };
            AuthError::logged(reason, &self.realm)
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
        Self { token: self.token.clone(), realm: self.realm.clone(), by: self.by }
    }
}

impl<T> fmt::Debug for Auth<T> {
    /// Who, and nothing else of the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("subject", &self.subject()).finish_non_exhaustive()
    }
}
