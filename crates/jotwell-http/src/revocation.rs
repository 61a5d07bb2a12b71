//! Tokens that are refused though they have not expired.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jotwell::{Claims, Clock, NumericDate, RegisteredClaim, SystemClock, VerifyError};

use crate::access_claims::{AccessClaims, SESSION_ID};
use crate::auth_error::AuthErrorKind;
use crate::store::{Kind, StatusQuery, Store, StoreError, StoreId, Timestamp, TokenStatus};

/// Revoked tokens, by their `jti`, and subjects of whom nothing is believed that was issued before some moment.
///
/// An [`Authenticator`](crate::Authenticator) that was given one asks it on every request, after the token has
/// been verified. A token without `jti` cannot be revoked, so it is refused.
///
/// ```
/// use std::sync::Arc;
/// use jotwell::NumericDate;
/// use jotwell_http::{Revocations, store::MemoryStore};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let revocations = Revocations::new(Arc::new(MemoryStore::new()));
/// let expires_at = NumericDate::from_secs(1_800_000_000);
/// revocations.revoke("https://auth.example", "the token's jti", expires_at).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Revocations {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// Whether a token must belong to a session, and the session be alive.
    sessions: bool,
}

/// No session lives longer. So long it is remembered that a user was logged out everywhere, whatever the lifetime of
/// sessions was or will be.
pub(crate) const MAX_SESSION_LIFETIME: Duration = Duration::from_secs(400 * 24 * 60 * 60);

impl Revocations {
    /// Kept in that store, by the system's clock. To which session a token belongs is not looked at.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, clock: Arc::new(SystemClock), sessions: false }
    }

    /// As [`new`](Self::new), and refuses tokens that belong to no session of that store, or to one that has ended:
    /// for a service that verifies what the [`Sessions`](crate::Sessions) of another one issue. Those have it in
    /// their own [`authenticator`](crate::Sessions::authenticator).
    #[must_use]
    pub fn of_sessions(store: Arc<dyn Store>) -> Self {
        Self { sessions: true, ..Self::new(store) }
    }

    /// Reads the time elsewhere.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Refuses the token of that issuer and `jti` until it has expired.
    ///
    /// # Errors
    /// [`StoreError`]: the token may be refused from now on, or may not.
    pub async fn revoke(
        &self,
        issuer: &str,
        jwt_id: &str,
        expires_at: NumericDate,
    ) -> Result<(), StoreError> {
        // A verifier that gives leeway would believe it a little longer.
        let until = expires_at.saturating_add(jotwell::MAX_LEEWAY);
        self.store
            .revoke_token(StoreId::of(Kind::Token, issuer, jwt_id), Timestamp::from(until), self.now())
            .await
    }

    /// Refuses all tokens of that issuer about that subject which were issued up to now, as far as the clocks of
    /// the two agree. `iat` has whole seconds only, so tokens of the present second are refused as well. `lifetime` is
    /// the longest life of a token: the entry is kept for so long.
    ///
    /// Sessions do not depend on clocks: each whose login has begun is refused, and so is a login that is still on its
    /// way. [Of sessions](Self::of_sessions) this ends them, as
    /// [`logout_everywhere`](crate::Sessions::logout_everywhere) does, and is remembered for as long as a session can
    /// live, whatever `lifetime` says. [`new`](Self::new) over the same store does not end them: its entry is
    /// forgotten after `lifetime`, and a session that still is there is accepted again.
    ///
    /// # Errors
    /// [`StoreError`]: the tokens may be refused from now on, or may not.
    pub async fn revoke_subject(
        &self,
        issuer: &str,
        subject: &str,
        lifetime: Duration,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let lifetime = if self.sessions { lifetime.max(MAX_SESSION_LIFETIME) } else { lifetime };
        let until = now.saturating_add(lifetime).saturating_add(jotwell::MAX_LEEWAY);
        self.store.revoke_subject(StoreId::of(Kind::Subject, issuer, subject), now, until, now).await
    }

    /// Whether a token that has verified is still accepted.
    pub(crate) async fn check<T>(&self, claims: &Claims<AccessClaims<T>>) -> Result<(), AuthErrorKind> {
        let issuer = claims.issuer.as_deref().unwrap_or_default();
        let jwt_id = claims.jwt_id.as_deref().ok_or(missing(RegisteredClaim::JwtId.name()))?;
        let session = if self.sessions {
            let session = claims.custom.try_session_id().map_err(AuthErrorKind::Claim)?;
            Some(StoreId::of(Kind::Session, issuer, session.ok_or(missing(SESSION_ID))?))
        } else {
            None
        };
        let question = StatusQuery {
            token: Some(StoreId::of(Kind::Token, issuer, jwt_id)),
            subject: claims.subject.as_deref().map(|subject| StoreId::of(Kind::Subject, issuer, subject)),
            // One that does not say when it was issued was issued before anything.
            issued_at: claims.issued_at.map_or_else(Timestamp::default, Timestamp::from),
            session,
            now: self.now(),
        };
        match self.store.token_status(&question).await {
            Ok(TokenStatus::Active) => Ok(()),
            Ok(_) => Err(AuthErrorKind::Revoked),
            Err(error) => Err(AuthErrorKind::Store(error)),
        }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from(self.clock.now())
    }
}

fn missing(claim: &'static str) -> AuthErrorKind {
    AuthErrorKind::Token(VerifyError::MissingClaim { claim: claim.into() })
}

impl fmt::Debug for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocations")
            .field("store", &self.store)
            .field("sessions", &self.sessions)
            .finish_non_exhaustive()
    }
}

/// Tokens that may be used once: links to confirm an address, to reset a password.
///
/// The first use of a `jti` is noted until the token expires; every further one is refused. So a token without
/// `jti` or `exp` is refused too, and one that expired more than [`MAX_LEEWAY`](jotwell::MAX_LEEWAY) ago, whatever the
/// validator says of it.
#[derive(Clone)]
pub struct ReplayGuard {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl ReplayGuard {
    /// Noted in that store, by the system's clock.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, clock: Arc::new(SystemClock) }
    }

    /// Reads the time elsewhere.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    pub(crate) async fn check<T>(&self, claims: &Claims<AccessClaims<T>>) -> Result<(), AuthErrorKind> {
        let issuer = claims.issuer.as_deref().unwrap_or_default();
        let jwt_id = claims.jwt_id.as_deref().ok_or(missing(RegisteredClaim::JwtId.name()))?;
        let expires_at = claims.expires_at.ok_or(missing(RegisteredClaim::ExpirationTime.name()))?;
        let until = Timestamp::from(expires_at.saturating_add(jotwell::MAX_LEEWAY));
        let now = self.clock.now();
        // Nothing is noted of what is over, so each use would be the first.
        if Timestamp::from(now) >= until {
            return Err(AuthErrorKind::Token(VerifyError::Expired { expired_at: expires_at, now }));
        }
        let first = self.store.consume(StoreId::of(Kind::Token, issuer, jwt_id), until, Timestamp::from(now));
        match first.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(AuthErrorKind::Replayed),
            Err(error) => Err(AuthErrorKind::Store(error)),
        }
    }
}

impl fmt::Debug for ReplayGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayGuard").field("store", &self.store).finish_non_exhaustive()
    }
}
