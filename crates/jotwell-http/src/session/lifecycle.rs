//! How a session continues and ends.

use std::error::Error as StdError;
use std::future::{Future, ready};
use std::time::Duration;

use jotwell::{Claims, Header, NumericDate, base64url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::data::Data;
use super::events::subject_of;
use super::refresh_token::{COPY, RefreshToken};
use super::{SessionError, Sessions, TokenResponse};
use crate::access_claims::{AccessClaims, TYP};
use crate::audit::AuditKind;
use crate::cookie::Cookies;
use crate::request_head::RequestHead;
use crate::store::{Kind, RefreshRotation, RotationOutcome, StoreId};
use crate::timestamp::Timestamp;

impl<T: Serialize + DeserializeOwned + Send> Sessions<T> {
    /// Exchanges a refresh token. The new access token has the claims of the login.
    ///
    /// # Errors
    /// [`SessionError::Malformed`], [`SessionError::Ended`], [`SessionError::Reused`],
    /// [`SessionError::Store`], and as [`LoginAttempt::complete`](super::LoginAttempt::complete).
    pub async fn refresh(&self, refresh_token: &str) -> Result<TokenResponse, SessionError> {
        self.refresh_with(refresh_token, |_, access| ready(Ok(Some(access)))).await
    }

    /// Like [`refresh`](Self::refresh), but calls `reload` for the claims of the access token, with the subject and the
    /// claims of the login: roles may have changed, or the account may be closed. If it returns `None`, the session
    /// ends. `auth_time`, `acr` and `amr` remain those of the login.
    ///
    /// `reload` is called before the token is exchanged, so nothing is lost if it fails. Each of several concurrent
    /// requests with one token calls it.
    ///
    /// ```
    /// # use jotwell_http::{AccessClaims, TokenResponse, Sessions, SessionError};
    /// # async fn roles_of(subject: &str) -> Option<Vec<String>> { None }
    /// # async fn example(sessions: Sessions, refresh_token: &str) -> Result<TokenResponse, SessionError> {
    /// sessions.refresh_with(refresh_token, async |subject, mut access| {
    ///     let Some(roles) = roles_of(&subject).await else { return Ok(None) };
    ///     access.roles = roles;
    ///     Ok(Some(access))
    /// }).await
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh), and the error that `reload` returns. The token can then still be exchanged.
    pub async fn refresh_with<F, R>(
        &self,
        refresh_token: &str,
        renew: F,
    ) -> Result<TokenResponse, SessionError>
    where
        F: FnOnce(String, AccessClaims<T>) -> R,
        R: Future<Output = Result<Option<AccessClaims<T>>, SessionError>>,
    {
        logged(self.exchange(refresh_token, renew).await)
    }

    async fn exchange<F, R>(&self, refresh_token: &str, renew: F) -> Result<TokenResponse, SessionError>
    where
        F: FnOnce(String, AccessClaims<T>) -> R,
        R: Future<Output = Result<Option<AccessClaims<T>>, SessionError>>,
    {
        let presented = RefreshToken::parse(refresh_token).ok_or(SessionError::Malformed)?;
        let session_id = self.name(&presented);
        let id = self.session(&session_id);
        let (mut salt, mut copy) = ([0; 32], [0; COPY]);
        getrandom::fill(&mut salt).map_err(|_| SessionError::Randomness)?;
        getrandom::fill(&mut copy).map_err(|_| SessionError::Randomness)?;
        let presented_at = Timestamp::from(self.clock.now());
        let successor = presented.successor(&salt, copy);
        let mut exchange = RefreshRotation {
            presented: presented.hash(),
            copy: presented.copy_hash(),
            successor: successor.hash(),
            salt,
            grace: self.grace,
            presented_at,
            now: presented_at,
        };
        // Everything that can fail comes before the exchange. After it, the client still has the old token, and would
        // be taken for a thief if it presents that again after the grace period because it got only an error.
        let Some(mut session) = self.store.session(id).await? else {
            // Nothing is written for a session that does not exist: anyone can invent names.
            self.event(AuditKind::RefreshFailed, None, Some(&session_id));
            return Err(SessionError::Ended);
        };
        let foreseen = going_on(session.exchange(&exchange, None).0);
        let event = |kind| self.event_of_token(kind, &session.data, &session_id);
        let prepared = match foreseen {
            Some((data, expires_at)) => {
                let (subject, access) = self.ask(&session_id, &data, renew).await?;
                Ok(self.grant(&presented, subject, access, expires_at)?)
            }
            // It apparently cannot be exchanged. The exchange decides, and ends the session if necessary.
            None => Err(renew),
        };
        exchange.now = Timestamp::from(self.clock.now());
        let (successor, data, expires_at) = match self.store.exchange(id, &exchange).await? {
            RotationOutcome::Rotated { data, expires_at } => {
                event(AuditKind::TokenRefreshed);
                (successor, data, expires_at)
            }
            RotationOutcome::Retried { other_copy, salt, data, expires_at } => {
                event(if other_copy {
                    AuditKind::RefreshTokenForked
                } else {
                    AuditKind::RefreshTokenRetried
                });
                (presented.successor(&salt, copy), data, expires_at)
            }
            RotationOutcome::Reused => {
                event(AuditKind::RefreshTokenReused);
                return Err(SessionError::Reused);
            }
            RotationOutcome::Forked => {
                event(AuditKind::RefreshTokenForkedAgain);
                return Err(SessionError::Reused);
            }
            RotationOutcome::Ended => {
                event(AuditKind::RefreshFailed);
                return Err(SessionError::Ended);
            }
        };
        let mut grant = match prepared {
            Ok(grant) => grant,
            Err(renew) => {
                let (subject, access) = self.ask(&session_id, &data, renew).await?;
                self.grant(&presented, subject, access, expires_at)?
            }
        };
        grant.refresh_token = Zeroizing::new(successor.to_text());
        Ok(grant)
    }

    /// The claims of the next access token, and its subject.
    async fn ask<F, R>(
        &self,
        session_id: &str,
        data: &[u8],
        renew: F,
    ) -> Result<(String, AccessClaims<T>), SessionError>
    where
        F: FnOnce(String, AccessClaims<T>) -> R,
        R: Future<Output = Result<Option<AccessClaims<T>>, SessionError>>,
    {
        let data: Data<T> = serde_json::from_slice(data).map_err(|_| SessionError::Claims)?;
        let login = data.login();
        let (subject, access) = data.apart();
        match renew(subject.clone(), access).await? {
            // A refresh is not a login, regardless of the current claims.
            Some(access) => Ok((subject, login.with(access))),
            None => {
                self.store.end(self.session(session_id)).await?;
                self.event(AuditKind::SessionEnded, Some(&subject), Some(session_id));
                Err(SessionError::Ended)
            }
        }
    }

    /// Signs an access token (RFC 9068 §2.2) for this refresh token. It does not outlive its session.
    pub(super) fn grant(
        &self,
        refresh_token: &RefreshToken,
        subject: String,
        mut access: AccessClaims<T>,
        session_expires_at: Timestamp,
    ) -> Result<TokenResponse, SessionError> {
        let now = self.clock.now();
        if !access.can_be_issued() {
            return Err(SessionError::Claims);
        }
        let session_id = self.name(refresh_token);
        access.session_id = Some(session_id.clone());
        access.client_id = Some(self.client_id.to_string());
        let scope = access.scope.clone();
        let issued_at = NumericDate::from_secs(now.as_secs());
        let session_end = NumericDate::from_secs(NumericDate::from(session_expires_at).as_secs());
        let key = self.keys.signing_key();
        let lifetime =
            self.keys.token_lifetime().map_or(self.access_lifetime, |most| self.access_lifetime.min(most));
        let expires_at = issued_at.saturating_add(lifetime).min(session_end);
        let access_token = Claims::new(access)
            .issuer(&*self.issuer)
            .audience(&*self.audience)
            .subject(subject)
            .issued_at(issued_at)
            .expires_at(expires_at)
            .jwt_id(random_name()?)
            .sign_with(&key, &Header::for_key(&key).with_typ(TYP))
            .map_err(SessionError::Sign)?;
        Ok(TokenResponse {
            access_token: Zeroizing::new(access_token),
            token_type: "Bearer",
            expires_in: expires_at.saturating_since(now).as_secs(),
            refresh_token: Zeroizing::new(refresh_token.to_text()),
            scope,
            session_id,
            session_expires_at: session_end,
            session_expires_in: session_end.saturating_since(now).as_secs(),
        })
    }
}

impl<T> Sessions<T> {
    /// Ends a session by its `sid`, and returns whether it existed.
    ///
    /// # Errors
    /// [`SessionError::Store`]: the session may have ended, or may not.
    pub async fn logout(&self, session_id: &str) -> Result<bool, SessionError> {
        self.end(session_id, None).await
    }

    /// Like [`logout`](Self::logout), for a session whose subject may be known.
    pub(crate) async fn end(&self, session_id: &str, subject: Option<&str>) -> Result<bool, SessionError> {
        let ended = logged(self.store.end(self.session(session_id)).await.map_err(SessionError::Store))?;
        tracing::debug!(sid = session_id, ended, "a session was to end");
        if ended {
            self.event(AuditKind::SessionEnded, subject, Some(session_id));
        }
        Ok(ended)
    }

    /// Ends the session of a refresh token, current or old, and returns whether it existed.
    ///
    /// # Errors
    /// [`SessionError::Malformed`], and as [`logout`](Self::logout).
    pub async fn logout_with(&self, refresh_token: &str) -> Result<bool, SessionError> {
        let token = logged(RefreshToken::parse(refresh_token).ok_or(SessionError::Malformed))?;
        let session_id = self.name(&token);
        // Nothing is written for a session that does not exist: anyone can invent names.
        let there = self.store.session(self.session(&session_id)).await.map_err(SessionError::Store);
        let Some(session) = logged(there)? else { return Ok(false) };
        self.end(&session_id, subject_of(&session.data).as_deref()).await
    }

    /// Ends all sessions of a subject, on all machines. A login that has [begun](Self::begin) and is not complete yet
    /// will fail. This does not depend on clocks.
    ///
    /// # Errors
    /// [`SessionError::Store`]: the sessions may have ended, or may not.
    pub async fn logout_everywhere(&self, subject: &str) -> Result<(), SessionError> {
        let ended = self.revocations().revoke_subject(&self.issuer, subject, Duration::ZERO).await;
        logged(ended.map_err(SessionError::Store))?;
        tracing::debug!(subject, "all sessions were ended");
        self.event(AuditKind::AllSessionsEnded, Some(subject), None);
        Ok(())
    }

    /// Returns the name in this store of the session to which the token belongs.
    pub(super) fn name(&self, token: &RefreshToken) -> String {
        token.session_id(&self.audience, &self.client_id)
    }

    pub(super) fn session(&self, session_id: &str) -> StoreId {
        StoreId::of(Kind::Session, &self.issuer, session_id)
    }
}

impl Cookies {
    /// Returns the refresh token of a request. For all methods, the request must prove that your own page sent it: an
    /// exchange changes state.
    ///
    /// # Errors
    /// [`SessionError::Malformed`] unless there is exactly one, [`SessionError::CsrfFailed`].
    pub fn refresh_token_of<'a>(request: impl Into<RequestHead<'a>>) -> Result<&'a str, SessionError> {
        let head = request.into();
        let token = Self::refresh_token(&head).ok().flatten().ok_or(SessionError::Malformed);
        let proven = |token| Self::check_proof(&head).map(|()| token).map_err(|_| SessionError::CsrfFailed);
        logged(token.and_then(proven))
    }
}

/// The data of a session that continues, and its end.
fn going_on(exchanged: RotationOutcome) -> Option<(Vec<u8>, Timestamp)> {
    match exchanged {
        RotationOutcome::Rotated { data, expires_at } | RotationOutcome::Retried { data, expires_at, .. } => {
            Some((data, expires_at))
        }
        RotationOutcome::Reused | RotationOutcome::Forked | RotationOutcome::Ended => None,
    }
}

/// Logs an error without the token. Errors that only the client can cause have a lower level.
pub(super) fn logged<T>(result: Result<T, SessionError>) -> Result<T, SessionError> {
    if let Err(error) = &result {
        let is_ours = error.status().is_server_error();
        // With its sources, such as the error of the store.
        let error = error as &(dyn StdError + 'static);
        match is_ours {
            true => tracing::error!(error, "a session could not begin, continue or end"),
            false => tracing::debug!(error, "a session could not begin or continue"),
        }
    }
    result
}

/// Returns 128 random bits: a unique `jti`.
fn random_name() -> Result<String, SessionError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| SessionError::Randomness)?;
    Ok(base64url::encode(bytes))
}
