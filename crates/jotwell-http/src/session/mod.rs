//! Sessions: short access tokens, and refresh tokens that are exchanged.

mod error;
mod grant;
mod refresh_token;

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, ready};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

pub use error::SessionError;
pub use grant::Grant;
use http::{HeaderMap, Method};
use jotwell::{
    Audience, Claims, Clock, Header, Issuer, NoClaims, NumericDate, SystemClock, Validator, base64url,
};
pub(crate) use refresh_token::RefreshToken;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::auth::Authenticator;
use crate::cookie::Cookies;
use crate::keys::IssuerKeys;
use crate::moment::Moment;
use crate::revocation::Revocations;
use crate::store::{Exchange, Exchanged, Id, Kind, Record, Store};

/// Logs users in, keeps them so, logs them out.
///
/// A login begins a session, and gives an **access token** (a JWT of RFC 9068, 15 minutes) and an opaque
/// **refresh token**. The refresh token is exchanged for the next pair of both, once:
///
/// - The exchange is one step of the store. Of many who come with one token at once, one wins.
/// - An answer can be lost on its way, so the token before the current one can be presented again for 10
///   seconds, and gets the very same successor.
/// - Any older token is in two hands, and nobody knows which are the right ones. So the session ends, for both.
/// - A session ends 30 days after the login, whatever happens.
///
/// The access tokens of a session that has ended are refused at once, by who asks the same store: see
/// [`authenticator`](Self::authenticator). The store has no token, only digests.
///
/// ```
/// use std::sync::Arc;
/// use jotwell::{Algorithm, NoClaims, SigningKey};
/// use jotwell_http::store::MemoryStore;
/// use jotwell_http::{Access, IssuerKeys, Sessions};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = IssuerKeys::fixed(SigningKey::generate(Algorithm::ES256)?.with_key_id("2026-11"))?;
/// let sessions: Sessions =
///     Sessions::new(Arc::new(MemoryStore::new()), keys, "https://auth.example", "orders-api");
///
/// // The password was right.
/// let grant = sessions.login("user-42", Access::new(NoClaims).role("editor")).await?;
/// // Minutes later.
/// let grant = sessions.refresh(&grant.refresh_token).await?;
/// // And at the end.
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
    claims: PhantomData<fn() -> T>,
}

const ACCESS_LIFETIME: Duration = Duration::from_secs(15 * 60);
const SESSION_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const GRACE: Duration = Duration::from_secs(10);
/// No session lives longer. So long it is remembered that a user was logged out everywhere, whatever the lifetime of
/// sessions was or will be.
const MAX_SESSION_LIFETIME: Duration = Duration::from_secs(400 * 24 * 60 * 60);
/// The media type of an access token (RFC 9068 §2.1).
const TYP: &str = "at+jwt";

/// What a session's record says for us.
#[derive(Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: DeserializeOwned"))]
struct Data<T> {
    subject: String,
    access: Access<T>,
}

impl<T> Sessions<T> {
    /// Kept in `store`, signed with `keys`, in the name of `issuer`, for the API `audience`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, keys: IssuerKeys, issuer: &str, audience: &str) -> Self {
        Self {
            store,
            keys,
            issuer: Arc::from(issuer),
            audience: Arc::from(audience),
            client_id: Arc::from(audience),
            clock: Arc::new(SystemClock),
            access_lifetime: ACCESS_LIFETIME,
            session_lifetime: SESSION_LIFETIME,
            grace: GRACE,
            claims: PhantomData,
        }
    }

    /// Reads the time elsewhere.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// What `client_id` says (RFC 9068 §2.2): as the audience, unless it is said.
    #[must_use]
    pub fn client_id(self, client_id: &str) -> Self {
        Self { client_id: Arc::from(client_id), ..self }
    }

    /// How long an access token lives: 15 minutes, unless it is said. Where keys turn it is not longer than their
    /// [`token_lifetime`](jotwell::Rotation::token_lifetime), whatever is said.
    #[must_use]
    pub fn access_lifetime(self, lifetime: Duration) -> Self {
        Self { access_lifetime: lifetime, ..self }
    }

    /// How long a session lives, whatever happens: 30 days, unless it is said, and 400 at most.
    #[must_use]
    pub fn session_lifetime(self, lifetime: Duration) -> Self {
        Self { session_lifetime: lifetime.min(MAX_SESSION_LIFETIME), ..self }
    }

    /// How long after it was exchanged a refresh token may be presented again: 10 seconds, unless it is said.
    /// With zero, an answer that is lost on its way ends the session.
    #[must_use]
    pub fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &IssuerKeys {
        &self.keys
    }

    /// The revocations in the same store: of a single access token, and of sessions that have ended.
    #[must_use]
    pub fn revocations(&self) -> Revocations {
        Revocations::of_sessions(self.store.clone()).clock(self.clock.clone())
    }

    /// `sid` of the session that the token names here.
    fn name(&self, token: &RefreshToken) -> String {
        token.session_id(&self.audience, &self.client_id)
    }

    fn session(&self, session_id: &str) -> Id {
        Id::of(Kind::Session, &self.issuer, session_id)
    }

    fn subject(&self, subject: &str) -> Id {
        Id::of(Kind::Subject, &self.issuer, subject)
    }

    /// Ends a session, by its `sid`. Whether there was one.
    ///
    /// # Errors
    /// [`SessionError::Store`]: it may have ended, or may not.
    pub async fn logout(&self, session_id: &str) -> Result<bool, SessionError> {
        let ended = logged(self.store.end(self.session(session_id)).await.map_err(SessionError::Store))?;
        tracing::debug!(sid = session_id, ended, "a session was to end");
        Ok(ended)
    }

    /// Ends the session of a refresh token, be it current or old. Whether there was one.
    ///
    /// # Errors
    /// [`SessionError::Malformed`], and as [`logout`](Self::logout).
    pub async fn logout_with(&self, refresh_token: &str) -> Result<bool, SessionError> {
        let token = RefreshToken::parse(refresh_token).ok_or(SessionError::Malformed)?;
        self.logout(&self.name(&token)).await
    }

    /// Ends all sessions of a subject that have begun up to now, on all machines.
    ///
    /// # Errors
    /// [`SessionError::Store`]: they may have ended, or may not.
    pub async fn logout_everywhere(&self, subject: &str) -> Result<(), SessionError> {
        let now = Moment::from(self.clock.now());
        let until = now.saturating_add(MAX_SESSION_LIFETIME);
        logged(self.store.forbid(self.subject(subject), now, until, now).await.map_err(SessionError::Store))?;
        tracing::debug!(subject, "all sessions were ended");
        Ok(())
    }

    /// The refresh token of a request in [`Cookies`], which must prove that a page of one's own sent it.
    ///
    /// # Errors
    /// [`SessionError::Malformed`] where there is not one, [`SessionError::Forged`].
    pub fn refresh_token_of<'a>(
        &self,
        method: &Method,
        headers: &'a HeaderMap,
    ) -> Result<&'a str, SessionError> {
        let token = Cookies::refresh_token(headers).ok().flatten().ok_or(SessionError::Malformed)?;
        // By any method: an exchange changes something.
        let method = if method.is_safe() { &Method::POST } else { method };
        Cookies::check_origin(method, headers).map_err(|_| SessionError::Forged)?;
        Ok(token)
    }
}

impl<T: Serialize + DeserializeOwned + Send> Sessions<T> {
    /// Begins a session of `subject`, whose access tokens will say what `access` says. Whoever calls this has
    /// found out that it is them: by a password, say.
    ///
    /// # Errors
    /// [`SessionError::Store`], also for claims beyond [`Record::MAX_DATA`]; [`SessionError::Sign`],
    /// [`SessionError::Claims`], [`SessionError::Randomness`].
    pub async fn login(&self, subject: &str, access: Access<T>) -> Result<Grant, SessionError> {
        logged(self.begin(subject, access).await)
    }

    async fn begin(&self, subject: &str, access: Access<T>) -> Result<Grant, SessionError> {
        let token = RefreshToken::random().map_err(|_| SessionError::Randomness)?;
        let now = self.clock.now();
        let data = Data { subject: subject.to_owned(), access };
        let expires_at = Moment::from(now).saturating_add(self.session_lifetime);
        let session = Record {
            subject: self.subject(subject),
            started_at: Moment::from(now),
            expires_at,
            current: token.hash(),
            previous: None,
            data: serde_json::to_vec(&data).map_err(|_| SessionError::Claims)?,
        };
        // Signed first: a session that nobody has a token of would stay behind otherwise.
        let grant = self.grant(&token, data, now, expires_at)?;
        self.store.create(self.session(&grant.session_id), &session, Moment::from(now)).await?;
        tracing::debug!(sid = grant.session_id, "a session has begun");
        Ok(grant)
    }

    /// Exchanges a refresh token. The access token says what it said at login.
    ///
    /// # Errors
    /// [`SessionError::Malformed`], [`SessionError::Ended`], [`SessionError::Reused`],
    /// [`SessionError::Store`], and as [`login`](Self::login).
    pub async fn refresh(&self, refresh_token: &str) -> Result<Grant, SessionError> {
        self.refresh_with(refresh_token, |_, access| ready(Ok(Some(access)))).await
    }

    /// As [`refresh`](Self::refresh), but asks `renew` what the access token shall say from now on, given the
    /// subject and what was said at login: whether roles have changed, or the account was closed. With `None` the
    /// session ends.
    ///
    /// ```
    /// # use jotwell_http::{Access, Grant, Sessions, SessionError};
    /// # async fn roles_of(subject: &str) -> Option<Vec<String>> { None }
    /// # async fn example(sessions: Sessions, refresh_token: &str) -> Result<Grant, SessionError> {
    /// sessions.refresh_with(refresh_token, async |subject, mut access| {
    ///     let Some(roles) = roles_of(&subject).await else { return Ok(None) };
    ///     access.roles = roles;
    ///     Ok(Some(access))
    /// }).await
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh), and what `renew` answers. After that the same token can be presented again
    /// within the time of grace.
    pub async fn refresh_with<F, R>(&self, refresh_token: &str, renew: F) -> Result<Grant, SessionError>
    where
        F: FnOnce(String, Access<T>) -> R,
        R: Future<Output = Result<Option<Access<T>>, SessionError>>,
    {
        logged(self.exchange(refresh_token, renew).await)
    }

    async fn exchange<F, R>(&self, refresh_token: &str, renew: F) -> Result<Grant, SessionError>
    where
        F: FnOnce(String, Access<T>) -> R,
        R: Future<Output = Result<Option<Access<T>>, SessionError>>,
    {
        let presented = RefreshToken::parse(refresh_token).ok_or(SessionError::Malformed)?;
        let session_id = self.name(&presented);
        let id = self.session(&session_id);
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).map_err(|_| SessionError::Randomness)?;
        let now = self.clock.now();
        let exchange = Exchange {
            presented: presented.hash(),
            successor: presented.successor(&salt).hash(),
            salt,
            grace: self.grace,
            now: Moment::from(now),
        };
        let (salt, data, expires_at) = match self.store.exchange(id, &exchange).await? {
            Exchanged::Rotated { data, expires_at } => (salt, data, expires_at),
            Exchanged::Repeated { salt, data, expires_at } => (salt, data, expires_at),
            Exchanged::Reused => {
                tracing::warn!(sid = session_id, "an old refresh token was presented: the session has ended");
                return Err(SessionError::Reused);
            }
            Exchanged::Ended => return Err(SessionError::Ended),
        };
        let Data { subject, access } = serde_json::from_slice(&data).map_err(|_| SessionError::Claims)?;
        let Some(access) = renew(subject.clone(), access).await? else {
            self.store.end(id).await?;
            return Err(SessionError::Ended);
        };
        self.grant(&presented.successor(&salt), Data { subject, access }, now, expires_at)
    }

    /// Signs an access token (RFC 9068 §2.2), beside that refresh token. It does not outlive its session.
    fn grant(
        &self,
        refresh_token: &RefreshToken,
        data: Data<T>,
        now: NumericDate,
        session_expires_at: Moment,
    ) -> Result<Grant, SessionError> {
        let Data { subject, mut access } = data;
        access.check_private().map_err(|_| SessionError::Claims)?;
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
        let refresh_token = refresh_token.to_text();
        Ok(Grant::new(access_token, refresh_token, session_id, scope, now, expires_at, session_end))
    }
}

impl<T: DeserializeOwned + Send + Sync + 'static> Sessions<T> {
    /// Who verifies the access tokens that come from here: signature, issuer, audience, times, `typ`
    /// (RFC 9068 §4), and whether the session is alive.
    #[must_use]
    pub fn authenticator(&self) -> Authenticator<T> {
        let validator = Validator::with_clock(
            self.keys.clone(),
            Issuer::is(&*self.issuer),
            Audience::is(&*self.audience),
            self.clock.clone(),
        );
        let validator = validator.typ(TYP).require("sub").require("iat").require("client_id");
        Authenticator::new(validator).renew_keys(self.keys.clone()).revocations(self.revocations())
    }
}

/// What went wrong, for the log: without the token. What a client alone can be blamed for is not worth much there.
fn logged<T>(result: Result<T, SessionError>) -> Result<T, SessionError> {
    if let Err(error) = &result {
        let source = StdError::source(error).map(|source| tracing::field::display(source.to_string()));
        match error.status().is_server_error() {
            true => tracing::error!(%error, source, "a session could not begin, go on or end"),
            false => tracing::debug!(%error, "a session could not begin or go on"),
        }
    }
    result
}

/// 128 random bits: a `jti` that no other token has.
fn random_name() -> Result<String, SessionError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| SessionError::Randomness)?;
    Ok(base64url::encode(bytes))
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
            .finish_non_exhaustive()
    }
}
