//! Sessions: short-lived access tokens, and refresh tokens that are rotated.

mod data;
mod error;
mod events;
mod lifecycle;
mod listing;
mod login;
mod names;
mod refresh_token;
mod token_response;

use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

pub use error::SessionError;
use jotwell::{Audience, Clock, Issuer, NoClaims, RegisteredClaim, SystemClock, Validator};
pub use listing::SessionInfo;
pub use login::LoginAttempt;
pub use names::{AudienceId, IssuerId};
use serde::de::DeserializeOwned;
pub use token_response::TokenResponse;

use crate::access_claims::{CLIENT_ID, TYP};
use crate::audit::{Audit, AuditEvent};
use crate::auth::Authenticator;
use crate::keys::IssuerKeys;
use crate::revocation::{MAX_SESSION_LIFETIME, Revocations};
use crate::store::Store;
use crate::timestamp::SKEW;

/// Logs users in, keeps them logged in, and logs them out.
///
/// A login begins a session, and returns an **access token** (a JWT of RFC 9068, 15 minutes) and an opaque **refresh
/// token**. The refresh token can be exchanged once for the next pair:
///
/// - The exchange is atomic in the store. Of several concurrent requests with one token, one rotates it.
/// - A response can be lost, so the previous token can be presented again for 10 seconds, and gets the same successor,
///   in another copy.
/// - Any older token is known to two parties, and it is unclear which one is the thief. So the session ends for both.
/// - Clients that share a session, such as the tabs of a browser, share the place where its token is stored, so they
///   present the same copy. Two copies of one token also mean two parties: the session ends in the second consecutive
///   generation in which both are presented.
/// - A session ends 30 days after the login at the latest.
///
/// The access tokens of an ended session are rejected immediately by each service that uses the same store: see
/// [`authenticator`](Self::authenticator). The store contains only digests of tokens.
///
/// # Clients
///
/// A client stores the refresh token of the last response in one place, and sends it unchanged. It retries a request
/// without a response with the same token. It refreshes in one place: of two threads or tabs that refresh at once, one
/// should wait for the other, and not refresh again if the stored token has changed in the meantime. Nothing else is
/// needed.
///
/// # Events
///
/// The log reports with a stable `code` what a client cannot see; an [audit](Self::audit) receives every event:
///
/// | code | level | event |
/// |---|---|---|
/// | `refresh_token_retried` | info | a token was presented again within the grace period, and got the same successor |
/// | `refresh_token_forked` | warn | a token was presented again within the grace period, in another copy than the one that was exchanged |
/// | `refresh_token_forked_again` | warn | a forked token was presented in two consecutive generations, and the session has ended |
/// | `refresh_token_reused` | warn | an old token was presented, and the session has ended |
/// | `session_displaced` | info | a login has ended the oldest sessions above [the limit](Self::max_sessions) |
///
/// ```
/// use std::sync::Arc;
/// use jotwell::{Algorithm, NoClaims, SigningKey};
/// use jotwell_http::store::MemoryStore;
/// use jotwell_http::{AccessClaims, AudienceId, IssuerId, IssuerKeys, Sessions};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = IssuerKeys::single(SigningKey::generate(Algorithm::ES256)?.with_key_id("2026-11"))?;
/// let sessions: Sessions =
///     Sessions::new(Arc::new(MemoryStore::new()), keys, IssuerId::new("https://auth.example"), AudienceId::new("orders-api"));
///
/// let login = sessions.begin().await?;
/// // Check the password here.
/// let grant = login.complete("user-42", AccessClaims::new(NoClaims).role("editor")).await?;
/// // Minutes later.
/// let grant = sessions.refresh(&grant.refresh_token).await?;
/// // Finally.
/// sessions.logout(&grant.session_id).await?;
/// # Ok(()) }
/// ```
pub struct Sessions<T = NoClaims> {
    store: Arc<dyn Store>,
    keys: IssuerKeys,
    issuer: Arc<str>,
    audience: Arc<str>,
    client_id: Arc<str>,
    clock: Arc<dyn Clock>,
    access_lifetime: Duration,
    session_lifetime: Duration,
    grace: Duration,
    leeway: Duration,
    max_sessions: Option<NonZeroU32>,
    audit: Audit,
    claims: PhantomData<fn() -> T>,
}

const ACCESS_LIFETIME: Duration = Duration::from_secs(15 * 60);
const SESSION_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const GRACE: Duration = Duration::from_secs(10);

impl<T> Sessions<T> {
    /// Creates sessions that are stored in `store`, with access tokens of `issuer` for the API `audience` that are
    /// signed with `keys`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, keys: IssuerKeys, issuer: IssuerId, audience: AudienceId) -> Self {
        Self {
            store,
            keys,
            issuer: issuer.0,
            client_id: audience.0.clone(),
            audience: audience.0,
            clock: Arc::new(SystemClock),
            access_lifetime: ACCESS_LIFETIME,
            session_lifetime: SESSION_LIFETIME,
            grace: GRACE,
            leeway: SKEW,
            max_sessions: None,
            audit: Audit::default(),
            claims: PhantomData,
        }
    }

    /// Sets the clock. Defaults to the system's.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Sets `client_id` of access tokens (RFC 9068 §2.2). Defaults to the audience.
    #[must_use]
    pub fn client_id(self, client_id: &str) -> Self {
        Self { client_id: Arc::from(client_id), ..self }
    }

    /// Sets the lifetime of access tokens. Defaults to 15 minutes and is capped by the rotation policy's
    /// [`token_lifetime`](jotwell::KeyRotationPolicy::token_lifetime).
    #[must_use]
    pub fn access_lifetime(self, lifetime: Duration) -> Self {
        Self { access_lifetime: lifetime, ..self }
    }

    /// Sets the lifetime of sessions. Defaults to 30 days and is capped at 400 days.
    #[must_use]
    pub fn session_lifetime(self, lifetime: Duration) -> Self {
        Self { session_lifetime: lifetime.min(MAX_SESSION_LIFETIME), ..self }
    }

    /// Sets the grace period: how long after its exchange a refresh token may be presented again. Defaults to 10
    /// seconds. With zero, a lost response ends the session.
    #[must_use]
    pub fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// Limits how many sessions a subject has at once. A login beyond that ends the oldest, with an event of the code
    /// `session_displaced`. Defaults to no limit.
    #[must_use]
    pub fn max_sessions(self, max: NonZeroU32) -> Self {
        Self { max_sessions: Some(max), ..self }
    }

    /// Sets the tolerated clock difference of the machines that issue and verify access tokens. Defaults to 2 seconds.
    /// A machine whose clock is behind accepts a token that another has just issued, and an expired token is accepted
    /// for that long. Sessions and their end do not depend on it. Capped by the rotation policy's
    /// [`leeway`](jotwell::KeyRotationPolicy::leeway) and by [`MAX_LEEWAY`](jotwell::MAX_LEEWAY).
    #[must_use]
    pub fn leeway(self, leeway: Duration) -> Self {
        Self { leeway, ..self }
    }

    /// Calls `hook` for each [`AuditEvent`]: logins, refreshes, tokens that are presented again, sessions that end. It
    /// runs within the request that causes the event, so it must not block: queue the event, for example.
    ///
    /// Only the login routes (`auth_routes`) report failed logins, rate limits and the client's address.
    #[must_use]
    pub fn audit(self, hook: impl Fn(&AuditEvent<'_>) + Send + Sync + 'static) -> Self {
        Self { audit: Audit::to(hook), ..self }
    }

    /// Returns the same sessions, for a request of that client.
    #[cfg(feature = "auth-routes")]
    pub(crate) fn for_client(&self, client: Option<std::net::IpAddr>) -> Self {
        Self { audit: self.audit.from(client), ..self.clone() }
    }

    /// Returns the client that access tokens are issued to.
    #[cfg(feature = "auth-routes")]
    pub(crate) fn own_client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns the keys.
    #[must_use]
    pub fn keys(&self) -> &IssuerKeys {
        &self.keys
    }

    /// Returns the revocations in the same store: of single access tokens, and of ended sessions.
    #[must_use]
    pub fn revocations(&self) -> Revocations {
        Revocations::of_sessions(self.store.clone()).clock(self.clock.clone())
    }
}

impl<T: DeserializeOwned + Send + Sync + 'static> Sessions<T> {
    /// Creates an authenticator for the access tokens of these sessions. It checks signature, issuer, audience, times,
    /// `typ` (RFC 9068 §4), and whether the session is alive.
    #[must_use]
    pub fn authenticator(&self) -> Authenticator<T> {
        let validator = Validator::with_clock(
            self.keys.clone(),
            Issuer::is(&*self.issuer),
            Audience::is(&*self.audience),
            self.clock.clone(),
        );
        let leeway = self.keys.leeway().map_or(self.leeway, |most| self.leeway.min(most));
        let validator = validator
            .leeway(leeway)
            .typ(TYP)
            .require(RegisteredClaim::Subject.name())
            .require(RegisteredClaim::IssuedAt.name())
            .require(CLIENT_ID);
        Authenticator::new(validator).reload_keys(self.keys.clone()).revocations(self.revocations())
    }
}

impl<T> Clone for Sessions<T> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            keys: self.keys.clone(),
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            client_id: self.client_id.clone(),
            clock: self.clock.clone(),
            audit: self.audit.clone(),
            ..*self
        }
    }
}

impl<T> fmt::Debug for Sessions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("store", &self.store)
            .field("access_lifetime", &self.access_lifetime)
            .field("session_lifetime", &self.session_lifetime)
            .field("grace", &self.grace)
            .field("leeway", &self.leeway)
            .field("max_sessions", &self.max_sessions)
            .finish_non_exhaustive()
    }
}
