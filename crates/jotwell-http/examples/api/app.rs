//! What all routes share.

use axum::Json;
use axum::extract::FromRef;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jotwell_http::{Authenticator, SessionError, Sessions, TokenResponse};
use serde::{Deserialize, Serialize};

use crate::users::{Account, Users};

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) sessions: Sessions<Account>,
    pub(crate) authenticator: Authenticator<Account>,
    pub(crate) users: Users,
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
    ) -> Result<Option<TokenResponse>, SessionError> {
        match self.users.log_in(&credentials.name, credentials.password).await {
            Some((id, access)) => self.sessions.login(id, access).await.map(Some),
            None => Ok(None),
        }
    }

    /// With the roles that the user has by now, or no session where the account is closed.
    pub(crate) async fn refresh(&self, refresh_token: &str) -> Result<TokenResponse, SessionError> {
        self.sessions.refresh_with(refresh_token, async |id, _| Ok(self.users.access(&id))).await
    }
}

#[derive(Deserialize)]
pub(crate) struct Credentials {
    name: String,
    password: String,
}

/// The password was wrong, or there is no such user. Which of the two is nobody's business. As RFC 6749 §5.2 has it: a
/// 401 would have to say by what scheme to come instead.
pub(crate) fn wrong_password() -> Response {
    let told = Told { error: "invalid_grant", error_description: "wrong name or password" };
    (StatusCode::BAD_REQUEST, [(header::CACHE_CONTROL, "no-store")], Json(told)).into_response()
}

#[derive(Serialize)]
struct Told {
    error: &'static str,
    error_description: &'static str,
}
