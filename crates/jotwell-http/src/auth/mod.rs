//! From a request to who sent it.

mod authenticator;
#[cfg(feature = "tower")]
mod identify;
mod policy;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

pub use authenticator::{Authenticator, Verify};
use jotwell::{Claims, NoClaims, NumericDate, Verified};
pub use policy::{Denied, Policy, RequireRole, RequireScope};

use crate::access::{Access, Scope};
use crate::refusal::{Reason, Refusal};

/// The claims of a request's token, verified, unexpired and not revoked. Nothing but an [`Authenticator`] makes
/// one.
///
/// It derefs to the caller's own claims.
pub struct Auth<T = NoClaims> {
    token: Arc<Verified<Claims<Access<T>>>>,
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
    pub fn token(&self) -> &Verified<Claims<Access<T>>> {
        &self.token
    }

    /// Whether `policy` lets it pass. For rules that depend on more than the route.
    ///
    /// ```
    /// use jotwell_http::{Auth, Refusal, RequireScope};
    ///
    /// fn delete_order(auth: &Auth) -> Result<(), Refusal> {
    ///     auth.require(&RequireScope::new("orders:write"))?;
    ///     // …
    ///     # Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// A [`Refusal`] for [`Reason::Scope`] or [`Reason::Forbidden`].
    pub fn require<P: Policy<T> + ?Sized>(&self, policy: &P) -> Result<(), Refusal> {
        policy.check(self).map_err(|denied| {
            let reason = match denied {
                Denied::Scope(required) => Reason::Scope { required },
                Denied::Rule(rule) => Reason::Forbidden { rule },
            };
            Refusal::logged(reason, &self.realm)
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
