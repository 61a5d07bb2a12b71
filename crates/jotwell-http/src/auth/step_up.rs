//! Rules about how and when a subject logged in: RFC 9470.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jotwell::{Clock, MAX_LEEWAY, SystemClock};

use super::policy::{Policy, PolicyError};
use crate::auth::Auth;

/// Requires that the login is not older than `max_age`, according to `auth_time`.
///
/// A token without `auth_time` is rejected, and so is one whose login is further in the future than [`MAX_LEEWAY`]. The
/// response is 401 `insufficient_user_authentication` with `max_age` (RFC 9470 §3), after which the client asks its
/// user to log in again. A refreshed token keeps the `auth_time` of its login.
///
/// If a route also has [`RequireAcr`], add that one first: a login that satisfies it is also recent.
///
/// ```
/// use std::time::Duration;
/// use axum::{Router, routing::post};
/// use jotwell_http::{Authenticator, RequireMaxAge};
///
/// fn router(authenticator: &Authenticator) -> Router {
///     Router::new()
///         .route("/password", post(async || "changed"))
///         .route_layer(authenticator.layer().require(RequireMaxAge::new(Duration::from_secs(300))))
/// }
/// ```
#[derive(Clone)]
pub struct RequireMaxAge {
    max_age: Duration,
    clock: Arc<dyn Clock>,
}

impl RequireMaxAge {
    /// Requires a login within the last `max_age`. Fractions of a second are ignored, as the challenge has whole
    /// seconds.
    #[must_use]
    pub fn new(max_age: Duration) -> Self {
        Self { max_age: Duration::from_secs(max_age.as_secs()), clock: Arc::new(SystemClock) }
    }

    /// Sets the clock. Defaults to the system's.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }
}

impl<T> Policy<T> for RequireMaxAge {
    fn check(&self, auth: &Auth<T>) -> Result<(), PolicyError> {
        let now = self.clock.now();
        // A time in milliseconds, for example, would be recent for thousands of years.
        let is_recent = auth.token().custom.auth_time.is_some_and(|login| {
            login <= now.saturating_add(MAX_LEEWAY) && now.saturating_since(login) <= self.max_age
        });
        if is_recent {
            return Ok(());
        }
        Err(PolicyError::Authentication { max_age: Some(self.max_age), acr_values: Vec::new() })
    }
}

impl fmt::Debug for RequireMaxAge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireMaxAge").field("max_age", &self.max_age).finish_non_exhaustive()
    }
}

/// Requires that `acr`, the authentication context class of the login, is one of these values.
///
/// Values are compared exactly; they have no order. The response is 401 `insufficient_user_authentication` with
/// `acr_values` (RFC 9470 §3).
///
/// ```
/// use jotwell_http::{Auth, AuthError, RequireAcr};
///
/// fn transfer(auth: &Auth) -> Result<(), AuthError> {
///     auth.require(&RequireAcr::any_of(["mfa", "phrh"]))?;
///     // …
///     # Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequireAcr(Vec<String>);

impl RequireAcr {
    /// Requires this value.
    pub fn new(acr: impl Into<String>) -> Self {
        Self(vec![acr.into()])
    }

    /// Requires one of these values. The preferred one is first. An empty list rejects every token.
    pub fn any_of<A: Into<String>>(values: impl IntoIterator<Item = A>) -> Self {
        Self(values.into_iter().map(Into::into).collect())
    }
}

impl<T> Policy<T> for RequireAcr {
    fn check(&self, auth: &Auth<T>) -> Result<(), PolicyError> {
        let is_one = auth.token().custom.acr.as_ref().is_some_and(|acr| self.0.contains(acr));
        if is_one {
            return Ok(());
        }
        Err(PolicyError::Authentication { max_age: None, acr_values: self.0.clone() })
    }
}
