//! What a token must allow.

use crate::access::Scope;
use crate::auth::Auth;

/// A rule about who may do something.
///
/// [`RequireScope`] and [`RequireRole`] are two, a closure is one that has no name, and a type of your own is
/// one that has:
///
/// ```
/// use jotwell_http::{Auth, Denied, Policy};
///
/// #[derive(serde::Deserialize)]
/// struct Account { plan: String }
///
/// struct Paying;
///
/// impl Policy<Account> for Paying {
///     fn check(&self, auth: &Auth<Account>) -> Result<(), Denied> {
///         if auth.plan == "free" { Err(Denied::Rule("paying")) } else { Ok(()) }
///     }
/// }
/// ```
pub trait Policy<T>: Send + Sync {
    /// Whether a request with this token passes.
    ///
    /// # Errors
    /// [`Denied`] where it does not.
    fn check(&self, auth: &Auth<T>) -> Result<(), Denied>;
}

/// A rule does not let a request pass.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Denied {
    /// A token with this scope would pass. The answer says so.
    Scope(Scope),
    /// The rule of this name. The answer does not tell it; the log does.
    Rule(&'static str),
}

/// Whoever the closure answers true for.
impl<T, F: Fn(&Auth<T>) -> bool + Send + Sync> Policy<T> for F {
    fn check(&self, auth: &Auth<T>) -> Result<(), Denied> {
        if self(auth) { Ok(()) } else { Err(Denied::Rule("closure")) }
    }
}

/// All these words must be in `scope`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequireScope(Option<Scope>);

impl RequireScope {
    /// These words, with spaces between them. Where there is none, or one that no token can have
    /// (RFC 6749 §3.3), nobody passes.
    #[must_use]
    pub fn new(scope: &str) -> Self {
        let scope = Scope::of(scope.split(' ').filter(|word| !word.is_empty())).ok();
        Self(scope.filter(|scope| !scope.is_empty()))
    }
}

impl<T> Policy<T> for RequireScope {
    fn check(&self, auth: &Auth<T>) -> Result<(), Denied> {
        match &self.0 {
            Some(required) if required.words().all(|word| auth.scope().contains(word)) => Ok(()),
            Some(required) => Err(Denied::Scope(required.clone())),
            None => Err(Denied::Rule("a scope that no token can have")),
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
    fn check(&self, auth: &Auth<T>) -> Result<(), Denied> {
        if self.0.iter().any(|role| auth.roles().contains(role)) { Ok(()) } else { Err(Denied::Rule("role")) }
    }
}
