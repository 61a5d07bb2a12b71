//! What a token must allow.

use crate::access_claims::{Scope, ScopeError};
use crate::auth::Auth;

/// A rule about who may do something.
///
/// [`RequireScope`] and [`RequireRole`] are two, a closure is one that has no name, and a type of your own is
/// one that has:
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
    /// Whether a request with this token passes.
    ///
    /// # Errors
    /// [`PolicyError`] where it does not.
    fn check(&self, auth: &Auth<T>) -> Result<(), PolicyError>;
}

/// A rule does not let a request pass.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// A token with this scope would pass. The answer says so.
    Scope(Scope),
    /// The rule of this name. The answer does not tell it; the log does.
    Rule(&'static str),
}

/// Whoever the closure answers true for.
impl<T, F: Fn(&Auth<T>) -> bool + Send + Sync> Policy<T> for F {
    fn check(&self, auth: &Auth<T>) -> Result<(), PolicyError> {
        if self(auth) { Ok(()) } else { Err(PolicyError::Rule("closure")) }
    }
}

/// Requires that `scope` has all of these words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequireScope(Scope);

impl RequireScope {
    /// Creates the policy from words with spaces between them.
    ///
    /// # Errors
    /// [`ScopeError`] if there is no word, or one that no token can have (RFC 6749 §3.3).
    pub fn new(scope: &str) -> Result<Self, ScopeError> {
        let scope = Scope::of(scope.split(' ').filter(|word| !word.is_empty()))?;
        if scope.is_empty() { Err(ScopeError) } else { Ok(Self(scope)) }
    }
}

impl<T> Policy<T> for RequireScope {
    fn check(&self, auth: &Auth<T>) -> Result<(), PolicyError> {
        if self.0.words().all(|word| auth.scope().contains(word)) {
            Ok(())
        } else {
            Err(PolicyError::Scope(self.0.clone()))
        }
    }
}

/// One of these must be among `roles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequireRole(Vec<String>);

impl RequireRole {
    /// This role.
    pub fn new(role: impl Into<String>) -> Self {
        Self(vec![role.into()])
    }

    /// One of these; of none, nobody passes.
    pub fn any_of<R: Into<String>>(roles: impl IntoIterator<Item = R>) -> Self {
        Self(roles.into_iter().map(Into::into).collect())
    }
}

impl<T> Policy<T> for RequireRole {
    fn check(&self, auth: &Auth<T>) -> Result<(), PolicyError> {
        if self.0.iter().any(|role| auth.roles().contains(role)) {
            Ok(())
        } else {
            Err(PolicyError::Rule("role"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_a_malformed_or_empty_scope() {
        for scope in ["", " ", "a\"b", "a\\b", "a\tb", "\u{e9}"] {
            assert_eq!(RequireScope::new(scope), Err(ScopeError), "{scope:?}");
        }
        assert!(RequireScope::new("orders:read  orders:write").is_ok());
    }
}
