//! Authorization policies.

use std::time::Duration;

use crate::access_claims::{AccessClaimError, Scope, ScopeError};
use crate::auth::Auth;

/// An authorization rule for a route.
///
/// [`RequireScope`], [`RequireRole`], [`RequireMaxAge`](crate::RequireMaxAge) and [`RequireAcr`](crate::RequireAcr) are
/// policies. A closure is a policy without a name. For a policy with a name,
/// implement this trait:
///
/// ```
/// use jotwell_http::{Auth, PolicyError, Policy};
///
/// #[derive(serde::Deserialize)]
/// struct Account { plan: String }
///
/// struct Paying;
///
/// impl Policy<Account> for Paying {
///     fn check(&self, auth: &Auth<Account>) -> Result<(), PolicyError> {
///         if auth.plan == "free" { Err(PolicyError::Rule("paying")) } else { Ok(()) }
///     }
/// }
/// ```
pub trait Policy<T>: Send + Sync {
    /// Checks whether a request with this token may proceed.
    ///
    /// # Errors
    /// [`PolicyError`] if it may not.
    fn check(&self, auth: &Auth<T>) -> Result<(), PolicyError>;

    /// Returns the required scope, if the rule has one: for the [challenge](crate::Authenticator::scope_in_challenge)
    /// to requests without a token, and for OpenAPI documents (feature `utoipa`).
    fn required_scope(&self) -> Option<&Scope> {
        None
    }

    /// Returns the roles of which a token needs one, if the rule has any: for OpenAPI documents (feature `utoipa`).
    fn required_roles(&self) -> &[String] {
        &[]
    }
}

/// The reason why a rule rejects a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// The token lacks this scope. The response names it.
    Scope(Scope),
    /// The rule of this name rejects the token. The log has the name; the response does not.
    Rule(&'static str),
    /// The login is too old, or of another authentication context class (RFC 9470). The response names the requirement.
    Authentication {
        /// The maximum age of the login.
        max_age: Option<Duration>,
        /// The accepted values of `acr`; empty if any value is accepted.
        acr_values: Vec<String>,
    },
    /// A claim that the rule needs is malformed.
    Claim(AccessClaimError),
}

impl From<AccessClaimError> for PolicyError {
    fn from(error: AccessClaimError) -> Self {
        Self::Claim(error)
    }
}

/// Accepts tokens for which the closure returns `true`.
impl<T, F: Fn(&Auth<T>) -> bool + Send + Sync> Policy<T> for F {
    fn check(&self, auth: &Auth<T>) -> Result<(), PolicyError> {
        if self(auth) { Ok(()) } else { Err(PolicyError::Rule("closure")) }
    }
}

/// Requires that `scope` has all of these words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequireScope(Scope);

impl RequireScope {
    /// Creates the policy from words separated by single spaces.
    ///
    /// # Errors
    /// [`ScopeError::Empty`], [`ScopeError::InvalidWord`], [`ScopeError::TooManyWords`].
    pub fn new(scope: &str) -> Result<Self, ScopeError> {
        let scope = Scope::of(scope.split(' ').filter(|word| !word.is_empty()))?;
        if scope.is_empty() { Err(ScopeError::Empty) } else { Ok(Self(scope)) }
    }
}

impl<T> Policy<T> for RequireScope {
    fn check(&self, auth: &Auth<T>) -> Result<(), PolicyError> {
        let scope = auth.token().custom.try_scope()?;
        if self.0.words().all(|word| scope.contains(word)) {
            Ok(())
        } else {
            Err(PolicyError::Scope(self.0.clone()))
        }
    }

    fn required_scope(&self) -> Option<&Scope> {
        Some(&self.0)
    }
}

/// Requires that `roles` has one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequireRole(Vec<String>);

impl RequireRole {
    /// Requires this role.
    pub fn new(role: impl Into<String>) -> Self {
        Self(vec![role.into()])
    }

    /// Requires at least one of these roles. An empty list rejects every token.
    pub fn any_of<R: Into<String>>(roles: impl IntoIterator<Item = R>) -> Self {
        Self(roles.into_iter().map(Into::into).collect())
    }
}

impl<T> Policy<T> for RequireRole {
    fn check(&self, auth: &Auth<T>) -> Result<(), PolicyError> {
        let roles = auth.token().custom.try_roles()?;
        if self.0.iter().any(|role| roles.contains(role)) { Ok(()) } else { Err(PolicyError::Rule("role")) }
    }

    fn required_roles(&self) -> &[String] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_a_malformed_or_empty_scope() {
        for scope in ["", " "] {
            assert_eq!(RequireScope::new(scope), Err(ScopeError::Empty), "{scope:?}");
        }
        for scope in ["a\"b", "a\\b", "a\tb", "\u{e9}"] {
            assert_eq!(RequireScope::new(scope), Err(ScopeError::InvalidWord), "{scope:?}");
        }
        assert!(RequireScope::new("orders:read  orders:write").is_ok());
    }
}
