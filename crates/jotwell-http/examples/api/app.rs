//! What the routes share.

use axum::Json;
use axum::extract::FromRef;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jotwell_http::{Authenticator, SessionError, Sessions, TokenResponse};
use serde::{Deserialize, Serialize};

use crate::limits::Limit;
use crate::users::{Account, Users};

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) sessions: Sessions<Account>,
    pub(crate) authenticator: Authenticator<Account>,
    pub(crate) users: Users,
    pub(crate) logins: Limit,
    pub(crate) refreshes: Limit,
}

/// So that a handler can ask for `Auth<Account>`.
impl FromRef<App> for Authenticator<Account> {
    fn from_ref(app: &App) -> Self {
        app.authenticator.clone()
    }
}

impl App {
    pub(crate) async fn log_in(
        &self,
        credentials: Credentials,
        headers: &HeaderMap,
    ) -> Result<Option<TokenResponse>, SessionError> {
        // Before the password is read: a login fails if the user was logged out everywhere in between.
        let login = self.sessions.begin().await?.replacing_cookies(headers);
        match self.users.log_in(&credentials.name, credentials.password).await {
            Some((id, access)) => login.complete(id, access).await.map(Some),
            None => Ok(None),
        }
    }

    /// Refreshes with the current roles of the user. If the account was closed, the session ends.
    pub(crate) async fn refresh(&self, refresh_token: &str) -> Result<TokenResponse, SessionError> {
        self.sessions.refresh_with(refresh_token, async |id, _| Ok(self.users.access(&id))).await
    }
}

#[derive(Deserialize)]
pub(crate) struct Credentials {
    name: String,
    password: String,
}

/// The response to a wrong password or an unknown name; it does not say which. RFC 6749 §5.2: with 401 it would have to
/// name an authentication scheme.
pub(crate) fn wrong_password() -> Response {
    error(StatusCode::BAD_REQUEST, "invalid_grant", "wrong name or password")
}

/// A response of the form of RFC 6749 §5.2.
pub(crate) fn error(status: StatusCode, error: &'static str, error_description: &'static str) -> Response {
    let body = ErrorBody { error, error_description };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

#[derive(Serialize)]
struct ErrorBody {
    error: &'static str,
    error_description: &'static str,
}
