//! Tokens that are rejected before they expire.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jotwell::{Claims, Clock, NumericDate, RegisteredClaim, SystemClock, VerifyError};

use crate::access_claims::{AccessClaims, SESSION_ID};
use crate::auth_error::AuthErrorKind;
use crate::store::{Kind, StatusQuery, Store, StoreError, StoreId, Timestamp, TokenStatus};

/// Revoked tokens, by their `jti`, and subjects whose tokens are rejected if issued up to a certain time.
///
/// An [`Authenticator`](crate::Authenticator) with revocations checks them on every request, after it has verified the
/// token. A token without `jti` cannot be revoked, so it is rejected.
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
    /// Whether a token must belong to a live session.
    sessions: bool,
}

/// The longest lifetime of a session. A logout from all sessions is remembered for this long, regardless of the
/// configured lifetime.
pub(crate) const MAX_SESSION_LIFETIME: Duration = Duration::from_secs(400 * 24 * 60 * 60);

impl Revocations {
    /// Creates revocations in this store, with the system's clock. Sessions of tokens are not checked.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, clock: Arc::new(SystemClock), sessions: false }
    }

    /// Creates revocations as [`new`](Self::new) does that also reject tokens which belong to no live session of that
    /// store: for a service that verifies tokens from the [`Sessions`](crate::Sessions) of another one. `Sessions`
    /// themselves have an [`authenticator`](crate::Sessions::authenticator) that does this.
    #[must_use]
    pub fn of_sessions(store: Arc<dyn Store>) -> Self {
        Self { sessions: true, ..Self::new(store) }
    }

    /// Sets the clock. Defaults to the system's.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Rejects the token with this issuer and `jti` until it has expired.
    ///
    /// # Errors
    /// [`StoreError`]: the token may be rejected from now on, or may not.
    pub async fn revoke(
        &self,
        issuer: &str,
        jwt_id: &str,
        expires_at: NumericDate,
    ) -> Result<(), StoreError> {
        // A verifier with leeway would accept it a little longer.
        let until = expires_at.saturating_add(jotwell::MAX_LEEWAY);
        self.store
            .revoke_token(StoreId::of(Kind::Token, issuer, jwt_id), Timestamp::from(until), self.now())
            .await
    }

    /// Rejects all tokens of that issuer and subject which were issued up to now, as far as the clocks of the two
    /// agree. `iat` has whole seconds only, so tokens of the current second are rejected as well. `lifetime` is the
    /// longest lifetime of a token: the entry is kept for that long.
    ///
    /// Sessions do not depend on clocks: each session whose login has begun is rejected, and so is a login in progress.
    /// With [`of_sessions`](Self::of_sessions) this ends them, as
    /// [`logout_everywhere`](crate::Sessions::logout_everywhere) does, and is remembered for as long as a session can
    /// live, regardless of `lifetime`. [`new`](Self::new) over the same store does not end them: its entry is removed
    /// after `lifetime`, and a session that still exists is accepted again.
    ///
    /// # Errors
    /// [`StoreError`]: the tokens may be rejected from now on, or may not.
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

    /// Checks whether a verified token is still accepted.
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
            // A token without `iat` counts as issued before any revocation.
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

/// Single-use tokens: links that confirm an address or reset a password.
///
/// The first use of a `jti` is recorded until the token expires; every further use is rejected. So a token without
/// `jti` or `exp` is rejected too, and one that expired more than [`MAX_LEEWAY`](jotwell::MAX_LEEWAY) ago, even if the
/// validator accepts it.
#[derive(Clone)]
pub struct ReplayGuard {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl ReplayGuard {
    /// Records uses in this store, with the system's clock.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, clock: Arc::new(SystemClock) }
    }

    /// Sets the clock. Defaults to the system's.
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
        // Nothing is recorded about expired tokens, so each use would be the first.
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
