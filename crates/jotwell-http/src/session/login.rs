//! How a session begins.

use std::fmt;

use jotwell::{Clock, NoClaims};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::data::Data;
use super::lifecycle::logged;
use super::refresh_token::RefreshToken;
use super::{SessionError, Sessions, TokenResponse};
use crate::access_claims::AccessClaims;
use crate::audit::AuditKind;
use crate::cookie::Cookies;
use crate::request_head::RequestHead;
use crate::store::{Kind, Sequence, SessionRecord, SessionStart, StoreError, StoreId};
use crate::timestamp::Timestamp;

/// A login in progress, from [`Sessions::begin`] to [`complete`](Self::complete). Check the credentials in between.
///
/// If all sessions of the subject are [ended](Sessions::logout_everywhere) in between, for example because its password
/// was changed, the login fails: it may have checked the old credentials. For the same reason, begin before you read
/// the stored credentials.
///
/// ```
/// # use jotwell::NoClaims;
/// # use jotwell_http::{AccessClaims, TokenResponse, Sessions, SessionError};
/// # async fn user_with(name: &str, password: &str) -> Option<String> { None }
/// # async fn example(sessions: Sessions, name: &str, password: &str) -> Result<Option<TokenResponse>, SessionError> {
/// let login = sessions.begin().await?;
/// let Some(user) = user_with(name, password).await else { return Ok(None) };
/// let response = login.complete(&user, AccessClaims::new(NoClaims).role("customer")).await?;
/// # Ok(Some(response))
/// # }
/// ```
#[must_use = "a session begins when the login is completed"]
pub struct LoginAttempt<T = NoClaims> {
    sessions: Sessions<T>,
    began: Sequence,
    replaces: Option<StoreId>,
    device: String,
}

impl<T> Sessions<T> {
    /// Begins a login. Call it before you check the credentials, and [`LoginAttempt::complete`] afterwards.
    ///
    /// # Errors
    /// [`SessionError::Store`].
    pub async fn begin(&self) -> Result<LoginAttempt<T>, SessionError> {
        let began = logged(self.store.sequence().await.map_err(SessionError::Store))?;
        Ok(LoginAttempt { sessions: self.clone(), began, replaces: None, device: String::new() })
    }
}

/// The maximum length of a label, in bytes.
const MAX_DEVICE: usize = 128;

impl<T> LoginAttempt<T> {
    /// Sets the label by which the subject can recognize the session in a [listing](Sessions::list), such as the
    /// `User-Agent`. Control characters are removed, and text beyond 128 bytes is cut off.
    pub fn device(self, label: &str) -> Self {
        let mut device: String = label.chars().filter(|char| !char.is_control()).take(MAX_DEVICE).collect();
        while device.len() > MAX_DEVICE {
            device.pop();
        }
        Self { device, ..self }
    }

    /// Ends the session of that refresh token, of any subject, when the login completes. Text that is not a refresh
    /// token is ignored.
    pub fn replacing(self, refresh_token: &str) -> Self {
        let replaced = RefreshToken::parse(refresh_token);
        let replaces = replaced.map(|token| self.sessions.session(&self.sessions.name(&token)));
        Self { replaces: replaces.or(self.replaces), ..self }
    }

    /// Ends the session whose [cookies](Cookies) the request has when the login completes: its tokens will be
    /// overwritten in the browser, so its user could not end it any more.
    pub fn replacing_cookies<'a>(self, request: impl Into<RequestHead<'a>>) -> Self {
        match Cookies::refresh_token(&request.into()) {
            Ok(Some(token)) => self.replacing(token),
            _ => self,
        }
    }
}

impl<T: Serialize + DeserializeOwned + Send> LoginAttempt<T> {
    /// Begins the session of `subject`, whose identity you have checked. Its access tokens have the claims `access`.
    ///
    /// # Errors
    /// [`SessionError::SubjectRevoked`] if all sessions of the subject were ended since the login began: check the
    /// credentials again. [`SessionError::Store`], also for claims longer than [`SessionRecord::MAX_DATA`];
    /// [`SessionError::Sign`], [`SessionError::Claims`], [`SessionError::Randomness`].
    pub async fn complete(
        self,
        subject: &str,
        access: AccessClaims<T>,
    ) -> Result<TokenResponse, SessionError> {
        logged(self.start(subject, access).await)
    }

    async fn start(self, subject: &str, access: AccessClaims<T>) -> Result<TokenResponse, SessionError> {
        let Self { sessions, began, replaces, device } = self;
        let token = RefreshToken::random().map_err(|_| SessionError::Randomness)?;
        let date = sessions.clock.now();
        let now = Timestamp::from(date);
        let data = Data::of(subject.to_owned(), access, device, date);
        let expires_at = now.saturating_add(sessions.session_lifetime);
        let session = SessionRecord {
            subject: StoreId::of(Kind::Subject, &sessions.issuer, subject),
            began,
            started_at: now,
            expires_at,
            current: token.hash(),
            previous: None,
            data: serde_json::to_vec(&data).map_err(|_| SessionError::Claims)?,
        };
        // Signed first: otherwise a session could remain whose tokens no client has.
        let (subject, access) = data.apart();
        let response = sessions.grant(&token, subject.clone(), access, expires_at)?;
        let start = SessionStart { replaces, limit: sessions.max_sessions };
        let id = sessions.session(&response.session_id);
        let displaced = match sessions.store.create(id, &session, start, now).await {
            Ok(displaced) => displaced,
            Err(error) => {
                if matches!(error, StoreError::SubjectRevoked) {
                    sessions.event(AuditKind::LoginFailed, Some(&subject), None);
                }
                return Err(error.into());
            }
        };
        sessions.event(AuditKind::LoginSucceeded, Some(&subject), Some(&response.session_id));
        if displaced > 0 {
            sessions.event_of_displaced(&subject, displaced);
        }
        tracing::debug!(sid = response.session_id, "a session has begun");
        Ok(response)
    }
}

impl<T> fmt::Debug for LoginAttempt<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginAttempt").field("began", &self.began).finish_non_exhaustive()
    }
}
