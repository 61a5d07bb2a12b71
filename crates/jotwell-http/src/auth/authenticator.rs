//! The checks of a request, one after the other.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use http::{HeaderMap, Method};
#[cfg(feature = "cache")]
use jotwell::{CachedValidator, FromClaims};
use jotwell::{Claims, KeySource, MultiIssuerValidator, NoClaims, Validator, Verified, VerifyError};
use serde::de::DeserializeOwned;

use crate::access_claims::AccessClaims;
use crate::auth::Auth;
use crate::auth::carrier::Carrier;
use crate::auth_error::{AuthError, AuthErrorKind};
use crate::bearer;
use crate::cookie::Cookies;
use crate::reload_keys::{ReloadKeys, ReloadOutcome};
use crate::revocation::{ReplayGuard, Revocations};

/// What verifies the tokens: a [`Validator`], several of them as [`MultiIssuerValidator`], or a `CachedValidator` (feature
/// `cache`).
pub trait TokenVerifier<T>: Send + Sync + 'static {
    /// Verifies a token.
    ///
    /// # Errors
    /// Those of [`Validator::verify`].
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<T>>>>, VerifyError>;
}

impl<T, K> TokenVerifier<T> for Validator<K>
where
    T: DeserializeOwned,
    K: KeySource + Send + Sync + 'static,
{
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<T>>>>, VerifyError> {
        Self::verify(self, token).map(Arc::new)
    }
}

impl<T, K> TokenVerifier<T> for MultiIssuerValidator<K>
where
    T: DeserializeOwned,
    K: KeySource + Clone + Send + Sync + 'static,
{
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<T>>>>, VerifyError> {
        Self::verify(self, token).map(Arc::new)
    }
}

#[cfg(feature = "cache")]
impl<T, K> TokenVerifier<T> for CachedValidator<Claims<AccessClaims<T>>, K>
where
    Claims<AccessClaims<T>>: for<'de> FromClaims<'de>,
    T: Send + Sync + 'static,
    K: KeySource + Send + Sync + 'static,
{
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<T>>>>, VerifyError> {
        Self::verify(self, token)
    }
}

/// Finds out who sent a request: takes the token out of it, verifies it, asks whether it was revoked.
///
/// Cheap to clone. It knows no framework; `AuthLayer` (feature `tower`) and the extractor [`Auth`] (feature
/// `axum`) call it.
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
    renew: Vec<Arc<dyn ReloadKeys>>,
    revocations: Vec<Revocations>,
    replay: Option<ReplayGuard>,
    cookies: bool,
    realm: Arc<str>,
}

/// A number that no other authenticator of this process has.
fn new_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<T: 'static> Authenticator<T> {
    /// By what verifies the tokens alone, which come as `Authorization: Bearer`.
    #[must_use]
    pub fn new(verify: impl TokenVerifier<T>) -> Self {
        Self(Arc::new(Inner {
            id: new_id(),
            verify: Arc::new(verify),
            renew: Vec::new(),
            revocations: Vec::new(),
            replay: None,
            cookies: false,
            realm: Arc::from("api"),
        }))
    }

    /// Gets keys anew where a token names one that is not known, or none are there, and verifies it once more then.
    /// Several sources, as of [`MultiIssuerValidator`], are all asked.
    #[must_use]
    pub fn reload_keys(self, keys: impl ReloadKeys) -> Self {
        self.with(|inner| inner.renew.push(Arc::new(keys)))
    }

    /// Refuses what was revoked there as well; this takes away none that was there before.
    #[must_use]
    pub fn revocations(self, revocations: Revocations) -> Self {
        self.with(|inner| inner.revocations.push(revocations))
    }

    /// Refuses a token that was used before.
    #[must_use]
    pub fn single_use(self, guard: ReplayGuard) -> Self {
        self.with(|inner| inner.replay = Some(guard))
    }

    /// Looks for the token in [`Cookies`] as well. One from a cookie is refused without the proof that a page
    /// of one's own sent the request.
    #[must_use]
    pub fn cookies(self) -> Self {
        self.with(|inner| inner.cookies = true)
    }

    /// What the challenge calls the protected space (RFC 9110 §11.5): `api`, unless it is said. Quotation
    /// marks, backslashes and what is no visible ASCII are left out.
    #[must_use]
    pub fn realm(self, realm: &str) -> Self {
        let realm: String =
            realm.chars().filter(|c| matches!(c, ' '..='~') && !r#""\"#.contains(*c)).collect();
        self.with(|inner| inner.realm = Arc::from(realm))
    }

    /// The same with a change, and so another: what the one let pass the other has not seen.
    fn with(self, change: impl FnOnce(&mut Inner<T>)) -> Self {
        let Inner { id: _, verify, renew, revocations, replay, cookies, realm } = &*self.0;
        let mut inner = Inner {
            id: new_id(),
            verify: verify.clone(),
            renew: renew.clone(),
            revocations: revocations.clone(),
            replay: replay.clone(),
            cookies: *cookies,
            realm: realm.clone(),
        };
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// Who sent a request with this method and these headers.
    ///
    /// # Errors
    /// A [`AuthError`], for any [`AuthErrorKind`] but those of a [`Policy`](crate::Policy). It has been logged.
    pub async fn authenticate(&self, method: &Method, headers: &HeaderMap) -> Result<Auth<T>, AuthError> {
        self.check(method, headers).await.map_err(|reason| self.refuse(reason))
    }

    /// As [`authenticate`](Self::authenticate), with nobody for a request that presents no token. One that
    /// presents a bad token is refused all the same.
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate), but for [`AuthErrorKind::Missing`].
    pub async fn authenticate_optional(
        &self,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Option<Auth<T>>, AuthError> {
        match self.check(method, headers).await {
            Ok(auth) => Ok(Some(auth)),
            Err(AuthErrorKind::Missing) => Ok(None),
            Err(reason) => Err(self.refuse(reason)),
        }
    }

    async fn check(&self, method: &Method, headers: &HeaderMap) -> Result<Auth<T>, AuthErrorKind> {
        let inner = &*self.0;
        let (token, carrier) = inner.token(method, headers)?;
        let token = inner.verify(token).await?;
        for revocations in &inner.revocations {
            revocations.check(&token).await?;
        }
        if let Some(replay) = &inner.replay {
            replay.check(&token).await?;
        }
        Ok(Auth { token, realm: inner.realm.clone(), carrier, by: inner.id })
    }

    pub(super) fn refuse(&self, reason: AuthErrorKind) -> AuthError {
        AuthError::logged(reason, &self.0.realm)
    }

    /// Whether this authenticator made `auth`.
    pub(super) fn made(&self, auth: &Auth<T>) -> bool {
        auth.by == self.0.id
    }
}

impl<T: 'static> Inner<T> {
    /// Returns the only token of a request, and where it was.
    fn token<'a>(
        &self,
        method: &Method,
        headers: &'a HeaderMap,
    ) -> Result<(&'a str, Carrier), AuthErrorKind> {
        let malformed = |bearer::Malformed| AuthErrorKind::Malformed;
        let header = bearer::token(headers).map_err(malformed)?;
        let cookie = if self.cookies { Cookies::access_token(headers).map_err(malformed)? } else { None };
        match (header, cookie) {
            (Some(_), Some(_)) => Err(AuthErrorKind::Malformed),
            (Some(token), None) => Ok((token, Carrier::Header)),
            (None, Some(token)) => {
                let carrier = Carrier::cookie(method, headers).map_err(|_| AuthErrorKind::CsrfFailed)?;
                Ok((token, carrier))
            }
            (None, None) => Err(AuthErrorKind::Missing),
        }
    }

    async fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<T>>>>, AuthErrorKind> {
        let error = match self.verify.verify(token) {
            Err(error @ (VerifyError::UnknownKey | VerifyError::Unavailable { .. })) => error,
            result => return result.map_err(AuthErrorKind::Token),
        };
        match self.reload_keys().await {
            ReloadOutcome::Changed => self.verify.verify(token).map_err(AuthErrorKind::Token),
            ReloadOutcome::Unchanged => Err(AuthErrorKind::Token(error)),
            ReloadOutcome::Failed => Err(AuthErrorKind::Keys),
        }
    }

    /// Which source the key would come from is not known, so all are asked, at once: one that hangs keeps nobody
    /// longer than it takes itself. One that has changed decides, then one that failed.
    async fn reload_keys(&self) -> ReloadOutcome {
        let mut asked: Vec<_> = self.renew.iter().map(|keys| keys.reload()).collect();
        let mut renewal = ReloadOutcome::Unchanged;
        poll_fn(|context| {
            asked.retain_mut(|answer| {
                let Poll::Ready(answer) = answer.as_mut().poll(context) else { return true };
                renewal = match (renewal, answer) {
                    (ReloadOutcome::Changed, _) | (_, ReloadOutcome::Changed) => ReloadOutcome::Changed,
                    (ReloadOutcome::Failed, _) | (_, ReloadOutcome::Failed) => ReloadOutcome::Failed,
                    (ReloadOutcome::Unchanged, ReloadOutcome::Unchanged) => ReloadOutcome::Unchanged,
                };
                false
            });
            if asked.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        renewal
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
            .field("realm", &self.0.realm)
            .field("revocations", &self.0.revocations)
            .field("cookies", &self.0.cookies)
            .finish_non_exhaustive()
    }
}
