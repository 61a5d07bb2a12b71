//! The paths of the routes.

/// The paths of `auth_routes`, for `AuthRoutes::paths`.
///
/// ```
/// use jotwell_http::AuthPaths;
///
/// let paths = AuthPaths::under("/page").login("/sign-in");
/// assert_eq!((paths.login_path(), paths.refresh_path()), ("/sign-in", "/page/refresh"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthPaths {
    login: String,
    refresh: String,
    logout: String,
    logout_everywhere: String,
    sessions: String,
}

impl AuthPaths {
    /// Creates `/login`, `/refresh`, `/logout`, `/logout-everywhere` and `/sessions` below a prefix such as `/auth`.
    /// With an empty prefix they are at the root, which is the default.
    #[must_use]
    pub fn under(prefix: &str) -> Self {
        let path = |name: &str| rooted(&format!("{}/{name}", prefix.trim_end_matches('/')));
        Self {
            login: path("login"),
            refresh: path("refresh"),
            logout: path("logout"),
            logout_everywhere: path("logout-everywhere"),
            sessions: path("sessions"),
        }
    }

    /// Sets the path of logins.
    #[must_use]
    pub fn login(self, path: &str) -> Self {
        Self { login: rooted(path), ..self }
    }

    /// Sets the path of refreshes.
    #[must_use]
    pub fn refresh(self, path: &str) -> Self {
        Self { refresh: rooted(path), ..self }
    }

    /// Sets the path that ends the session of the request.
    #[must_use]
    pub fn logout(self, path: &str) -> Self {
        Self { logout: rooted(path), ..self }
    }

    /// Sets the path that ends all sessions of the user.
    #[must_use]
    pub fn logout_everywhere(self, path: &str) -> Self {
        Self { logout_everywhere: rooted(path), ..self }
    }

    /// Sets the path of the list of sessions. Each session is one segment below it.
    #[must_use]
    pub fn sessions(self, path: &str) -> Self {
        Self { sessions: rooted(path.trim_end_matches('/')), ..self }
    }

    /// Returns the path of logins.
    #[must_use]
    pub fn login_path(&self) -> &str {
        &self.login
    }

    /// Returns the path of refreshes.
    #[must_use]
    pub fn refresh_path(&self) -> &str {
        &self.refresh
    }

    /// Returns the path that ends the session of the request.
    #[must_use]
    pub fn logout_path(&self) -> &str {
        &self.logout
    }

    /// Returns the path that ends all sessions of the user.
    #[must_use]
    pub fn logout_everywhere_path(&self) -> &str {
        &self.logout_everywhere
    }

    /// Returns the path of the list of sessions.
    #[must_use]
    pub fn sessions_path(&self) -> &str {
        &self.sessions
    }
}

impl Default for AuthPaths {
    fn default() -> Self {
        Self::under("")
    }
}

/// The only form that a router accepts.
pub(super) fn rooted(path: &str) -> String {
    format!("/{}", path.trim_start_matches('/'))
}
