//! The authentication of a request, step by step.

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use jotwell::{Claims, NoClaims, Verified, VerifyError};

use crate::access_claims::AccessClaims;
use crate::auth::Auth;
use crate::auth::carrier::Carrier;
use crate::auth::token_verifier::TokenVerifier;
use crate::auth_error::{AuthError, AuthErrorKind};
use crate::bearer;
use crate::challenge::{Challenge, ChallengeError};
use crate::cookie::Cookies;
#[cfg(feature = "encrypted-cookies")]
use crate::cookie_keys::CookieKeys;
use crate::metadata::ResourceMetadata;
use crate::reload_keys::{ReloadKeys, ReloadOutcome};
use crate::request_head::RequestHead;
use crate::revocation::{ReplayGuard, Revocations};

/// Identifies the sender of a request: extracts the token, verifies it, and checks whether it was revoked.
///
/// Cheap to clone. It does not depend on a framework; `AuthLayer` (feature `tower`) and the extractor [`Auth`]
/// (features `axum` and `actix-web`) call it.
///
/// ```
/// use jotwell::{Audience, Issuer, Validator, VerifyingKey};
/// use jotwell_http::{Auth, Authenticator, AuthError};
///
/// # async fn example(key: VerifyingKey, request: http::Request<()>) -> Result<(), AuthError> {
/// let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"))
///     .typ("at+jwt");
/// let authenticator: Authenticator = Authenticator::new(validator);
///
/// let auth: Auth = authenticator.authenticate(request.method(), request.headers()).await?;
/// println!("{:?} may {}", auth.subject(), auth.scope());
/// # Ok(()) }
/// ```
pub struct Authenticator<T = NoClaims>(Arc<Inner<T>>);

struct Inner<T> {
    id: u64,
    verify: Arc<dyn TokenVerifier<T>>,
    reload: Vec<Arc<dyn ReloadKeys>>,
    revocations: Vec<Revocations>,
    replay: Option<ReplayGuard>,
    cookies: bool,
    /// Verifies the tokens in cookies.
    #[cfg(feature = "encrypted-cookies")]
    cookie_keys: Option<CookieKeys>,
    /// The header that contains the token instead of `Authorization`.
    header: Option<Arc<str>>,
    challenge: Arc<Challenge>,
}

/// Returns a number that is unique among the authenticators of this process.
fn new_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<T: 'static> Authenticator<T> {
    /// Creates an authenticator for bearer tokens: those in `Authorization: Bearer`.
    ///
    /// Name the type of the custom claims if nothing else does: `let authenticator: Authenticator = …` has none.
    #[must_use]
    pub fn new(verify: impl TokenVerifier<T>) -> Self {
        Self(Arc::new(Inner {
            id: new_id(),
            verify: Arc::new(verify),
            reload: Vec::new(),
            revocations: Vec::new(),
            replay: None,
            cookies: false,
            #[cfg(feature = "encrypted-cookies")]
            cookie_keys: None,
            header: None,
            challenge: Arc::new(Challenge::new()),
        }))
    }

    /// Reloads keys if a token names an unknown key, or if no keys are available, and then verifies the token again. If
    /// there are several sources, as in a
    /// [`MultiIssuerValidator`](jotwell::MultiIssuerValidator), all are reloaded.
    #[must_use]
    pub fn reload_keys(self, keys: impl ReloadKeys) -> Self {
        self.with(|inner| inner.reload.push(Arc::new(keys)))
    }

    /// Also rejects tokens that `revocations` contains. Revocations that were added before remain in effect.
    #[must_use]
    pub fn revocations(self, revocations: Revocations) -> Self {
        self.with(|inner| inner.revocations.push(revocations))
    }

    /// Rejects a token that was used before.
    #[must_use]
    pub fn single_use(self, guard: ReplayGuard) -> Self {
        self.with(|inner| inner.replay = Some(guard))
    }

    /// Also accepts tokens in [`Cookies`]. A request that may change state needs the anti-forgery token.
    #[must_use]
    pub fn cookies(self) -> Self {
        self.with(|inner| inner.cookies = true)
    }

    /// Also accepts tokens in cookies with these settings.
    #[cfg(all(feature = "auth-routes", feature = "encrypted-cookies"))]
    pub(crate) fn with_cookies(self, cookies: &Cookies) -> Self {
        match cookies.keys() {
            Some(keys) => self.encrypted_cookies(keys.clone()),
            None => self.cookies(),
        }
    }

    /// Also accepts tokens in cookies with these settings.
    #[cfg(all(feature = "auth-routes", not(feature = "encrypted-cookies")))]
    pub(crate) fn with_cookies(self, _: &Cookies) -> Self {
        self.cookies()
    }

    /// Also accepts tokens in [`Cookies`] that are [encrypted](Cookies::encrypted) under one of these keys. Tokens in
    /// cookies that are not encrypted are rejected.
    ///
    /// ```
    /// use jotwell_http::{Authenticator, CookieKeys, Cookies};
    ///
    /// # fn example(authenticator: Authenticator) -> Result<(), jotwell::KeyError> {
    /// let keys = CookieKeys::generate("2026-11")?;
    /// let cookies = Cookies::new().encrypted(keys.clone());
    /// let authenticator = authenticator.encrypted_cookies(keys);
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "encrypted-cookies")]
    #[cfg_attr(docsrs, doc(cfg(feature = "encrypted-cookies")))]
    #[must_use]
    pub fn encrypted_cookies(self, keys: CookieKeys) -> Self {
        self.with(|inner| (inner.cookies, inner.cookie_keys) = (true, Some(keys)))
    }

    /// Sets the realm of the challenge (RFC 9110 §11.5). Defaults to `api`. Quotation marks, backslashes and characters
    /// other than visible ASCII and spaces are left out.
    #[must_use]
    pub fn realm(self, realm: &str) -> Self {
        self.with(|inner| Arc::make_mut(&mut inner.challenge).set_realm(realm))
    }

    /// Adds a parameter to the challenge of every response that has one. For `resource_metadata` there is
    /// [`resource_metadata`](Self::resource_metadata).
    ///
    /// # Errors
    /// [`ChallengeError`] if the challenge cannot have such a parameter, or has it already.
    pub fn challenge_parameter(self, name: &str, value: &str) -> Result<Self, ChallengeError> {
        let mut challenge = Challenge::clone(&self.0.challenge);
        challenge.add(name, value)?;
        Ok(self.with(|inner| inner.challenge = Arc::new(challenge)))
    }

    /// Adds the address of this resource's metadata to every challenge (RFC 9728 §5.1), so that a client which knows
    /// only the address of the API can find the authorization server. The last call counts.
    ///
    /// ```
    /// use jotwell_http::{Authenticator, MetadataError, ResourceMetadata};
    ///
    /// fn authenticator(authenticator: Authenticator) -> Result<(Authenticator, ResourceMetadata), MetadataError> {
    ///     let metadata =
    ///         ResourceMetadata::new("https://api.example/mcp")?.authorization_server("https://auth.example")?;
    ///     Ok((authenticator.resource_metadata(&metadata), metadata))
    /// }
    /// ```
    #[must_use]
    pub fn resource_metadata(self, metadata: &ResourceMetadata) -> Self {
        self.with(|inner| Arc::make_mut(&mut inner.challenge).set_resource_metadata(metadata.url()))
    }

    /// Also names the scope that a route requires in responses with status 401, so that a client without a token knows
    /// what to request from the authorization server (RFC 6750 §3). By default only responses with status 403 name it.
    ///
    /// It is the scope of all [`RequireScope`](crate::RequireScope) policies of one `AuthLayer`. Handlers that call
    /// [`Auth::require`] run only with a valid token.
    #[must_use]
    pub fn scope_in_challenge(self) -> Self {
        self.with(|inner| Arc::make_mut(&mut inner.challenge).names_scope = true)
    }

    /// The header that contains the token instead of `Authorization`, and whether cookies are accepted too.
    #[cfg(feature = "utoipa")]
    pub(super) fn carriers(&self) -> (Option<&str>, bool) {
        (self.0.header.as_deref(), self.0.cookies)
    }

    pub(super) fn with_header(self, name: &str) -> Self {
        self.with(|inner| inner.header = Some(Arc::from(name)))
    }

    /// Returns a changed copy. It is a different authenticator, which does not trust results of this one.
    fn with(self, change: impl FnOnce(&mut Inner<T>)) -> Self {
        let Inner {
            id: _,
            verify,
            reload,
            revocations,
            replay,
            cookies,
            #[cfg(feature = "encrypted-cookies")]
            cookie_keys,
            header,
            challenge,
        } = &*self.0;
        let mut inner = Inner {
            id: new_id(),
            verify: verify.clone(),
            reload: reload.clone(),
            revocations: revocations.clone(),
            replay: replay.clone(),
            cookies: *cookies,
            #[cfg(feature = "encrypted-cookies")]
            cookie_keys: cookie_keys.clone(),
            header: header.clone(),
            challenge: challenge.clone(),
        };
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// Authenticates a request of any framework.
    ///
    /// `earlier` is the result that a layer or an extractor has stored for the same request, if any. If this
    /// authenticator or a clone of it created it, it is returned, so a token is verified once for all layers and
    /// extractors of a request, and a [single-use](Self::single_use) token is consumed once. The result of another
    /// authenticator is not trusted; the request is authenticated again. **Remove it from the request first**: if
    /// authentication fails or is cancelled, no inner service may mistake it for this authenticator's result.
    ///
    /// The result records the method for which the anti-forgery token of a cookie was checked. If middleware has
    /// changed the method since, it is checked again.
    ///
    /// # Errors
    /// An [`AuthError`] of any [`AuthErrorKind`] except those of a [`Policy`](crate::Policy). It is already logged.
    pub async fn authenticate_head(
        &self,
        head: RequestHead<'_>,
        earlier: Option<Auth<T>>,
    ) -> Result<Auth<T>, AuthError> {
        self.check(&head, earlier).await.map_err(|reason| self.refuse(reason))
    }

    /// Authenticates like [`authenticate_head`](Self::authenticate_head), but returns `None` for a request without a
    /// token. A request with an invalid token is still rejected.
    ///
    /// # Errors
    /// As [`authenticate_head`](Self::authenticate_head), except [`AuthErrorKind::Missing`].
    pub async fn authenticate_head_optional(
        &self,
        head: RequestHead<'_>,
        earlier: Option<Auth<T>>,
    ) -> Result<Option<Auth<T>>, AuthError> {
        match self.check(&head, earlier).await {
            Ok(auth) => Ok(Some(auth)),
            Err(AuthErrorKind::Missing) => Ok(None),
            Err(reason) => Err(self.refuse(reason)),
        }
    }

    async fn check(
        &self,
        head: &RequestHead<'_>,
        earlier: Option<Auth<T>>,
    ) -> Result<Auth<T>, AuthErrorKind> {
        let inner = &*self.0;
        if let Some(mut auth) = earlier.filter(|auth| auth.by == inner.id) {
            auth.carrier.recheck(head).map_err(|_| AuthErrorKind::CsrfFailed)?;
            return Ok(auth);
        }
        let (token, carrier) = inner.token(head)?;
        let token = inner.verify(&token).await?;
        for revocations in &inner.revocations {
            revocations.check(&token).await?;
        }
        if let Some(replay) = &inner.replay {
            replay.check(&token).await?;
        }
        Ok(Auth { token, challenge: inner.challenge.clone(), carrier, by: inner.id })
    }

    fn refuse(&self, reason: AuthErrorKind) -> AuthError {
        AuthError::logged(reason, &self.0.challenge)
    }
}

impl<T: 'static> Inner<T> {
    /// Returns the only token of a request, and its carrier.
    fn token<'a>(&self, head: &RequestHead<'a>) -> Result<(Cow<'a, str>, Carrier), AuthErrorKind> {
        let malformed = |bearer::Malformed| AuthErrorKind::Malformed;
        let (header, carrier) = match &self.header {
            None => (bearer::token(head.authorization()), Carrier::Authorization),
            Some(name) => (bearer::token_alone(head.field(name)), Carrier::TokenHeader),
        };
        let header = header.map_err(malformed)?;
        let cookie = if self.cookies { Cookies::access_token(head).map_err(malformed)? } else { None };
        match (header, cookie) {
            (Some(_), Some(_)) => Err(AuthErrorKind::Malformed),
            (Some(token), None) => Ok((Cow::Borrowed(token), carrier)),
            (None, Some(token)) => {
                let carrier = Carrier::cookie(head).map_err(|_| AuthErrorKind::CsrfFailed)?;
                Ok((self.opened(token)?, carrier))
            }
            (None, None) => Err(AuthErrorKind::Missing),
        }
    }

    /// Returns the token that is in a cookie.
    #[cfg(feature = "encrypted-cookies")]
    fn opened<'a>(&self, cookie: &'a str) -> Result<Cow<'a, str>, AuthErrorKind> {
        match &self.cookie_keys {
            Some(keys) => keys.open(cookie).map(Cow::Owned).map_err(AuthErrorKind::Token),
            None => Ok(Cow::Borrowed(cookie)),
        }
    }

    #[cfg(not(feature = "encrypted-cookies"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the feature needs both")]
    fn opened<'a>(&self, cookie: &'a str) -> Result<Cow<'a, str>, AuthErrorKind> {
        Ok(Cow::Borrowed(cookie))
    }

    async fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<T>>>>, AuthErrorKind> {
        let error = match self.verify.verify(token) {
            Err(error) if error.is_key_not_found() || matches!(error, VerifyError::Unavailable { .. }) => {
                error
            }
            result => return result.map_err(AuthErrorKind::Token),
        };
        match self.reload_keys().await {
            ReloadOutcome::Changed => self.verify.verify(token).map_err(AuthErrorKind::Token),
            ReloadOutcome::Unchanged => Err(AuthErrorKind::Token(error)),
            ReloadOutcome::Failed => Err(AuthErrorKind::Keys),
        }
    }

    /// Reloads all sources at the same time: it is not known which one has the key, and one that hangs must not delay
    /// the others. The outcome is `Changed` if one has changed, otherwise `Failed` if one failed.
    async fn reload_keys(&self) -> ReloadOutcome {
        let mut asked: Vec<_> = self.reload.iter().map(|keys| keys.reload()).collect();
        let mut outcome = ReloadOutcome::Unchanged;
        poll_fn(|context| {
            asked.retain_mut(|answer| {
                let Poll::Ready(answer) = answer.as_mut().poll(context) else { return true };
                outcome = match (outcome, answer) {
                    (ReloadOutcome::Changed, _) | (_, ReloadOutcome::Changed) => ReloadOutcome::Changed,
                    (ReloadOutcome::Failed, _) | (_, ReloadOutcome::Failed) => ReloadOutcome::Failed,
                    (ReloadOutcome::Unchanged, ReloadOutcome::Unchanged) => ReloadOutcome::Unchanged,
                };
                false
            });
            if asked.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        outcome
    }
}

impl<T> Clone for Authenticator<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for Authenticator<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("challenge", &self.0.challenge)
            .field("revocations", &self.0.revocations)
            .field("cookies", &self.0.cookies)
            .field("header", &self.0.header)
            .finish_non_exhaustive()
    }
}
