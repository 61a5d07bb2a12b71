//! An issuer for tests.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jotwell::{
    Algorithm, Claims, Clock, Header, JwkSet, KeyError, NumericDate, SignError, SigningKey, SystemClock,
    VerifyingKey,
};
use serde::Serialize;

use crate::attack::{Flaw, Inconclusive, Original};
use jotwell_http::AccessClaims;

/// Issues access tokens (RFC 9068) for tests of a service that verifies them: valid ones, and tokens with one
/// [`Flaw`].
///
/// ```
/// use jotwell::{Audience, Issuer, NoClaims, Validator};
/// use jotwell_test::{Flaw, TestIssuer};
/// use jotwell_http::{AccessClaims, Authenticator};
///
/// let issuer = TestIssuer::new("https://auth.example", "orders-api")?;
/// let validator = Validator::new(
///     issuer.verifying_key(), Issuer::is("https://auth.example"), Audience::is("orders-api"),
/// ).typ("at+jwt");
///
/// let token = issuer.token("user-42", AccessClaims::new(NoClaims).role("editor"))?;
/// assert!(validator.verify::<NoClaims>(&token).is_ok());
/// let token = issuer.flawed(Flaw::Expired, &issuer.claims("user-42", AccessClaims::new(NoClaims)))?;
/// assert!(validator.verify::<NoClaims>(&token).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct TestIssuer {
    key: SigningKey,
    issuer: Arc<str>,
    audience: Arc<str>,
    clock: Arc<dyn Clock>,
}

/// The `typ` of access tokens (RFC 9068 §2.1).
const TYP: &str = "at+jwt";

/// The lifetime of its tokens.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

impl TestIssuer {
    /// Creates an issuer with a new key for ES256, whose `kid` is its thumbprint.
    ///
    /// # Errors
    /// [`KeyError::Randomness`].
    pub fn new(issuer: &str, audience: &str) -> Result<Self, KeyError> {
        Ok(Self {
            key: new_key()?,
            issuer: Arc::from(issuer),
            audience: Arc::from(audience),
            clock: Arc::new(SystemClock),
        })
    }

    /// Sets another issuer name, such as that of a [`TestJwks`](super::TestJwks).
    #[must_use]
    pub fn named(self, issuer: &str) -> Self {
        Self { issuer: Arc::from(issuer), ..self }
    }

    /// Sets the clock. Defaults to the system's clock.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Sets the signing key.
    #[must_use]
    pub fn with_key(self, key: SigningKey) -> Self {
        Self { key, ..self }
    }

    /// Returns the same issuer after a key rotation.
    ///
    /// # Errors
    /// [`KeyError::Randomness`].
    pub fn with_new_key(&self) -> Result<Self, KeyError> {
        Ok(self.clone().with_key(new_key()?))
    }

    /// Returns the `iss` of its tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the `aud` of its tokens.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// Returns the signing key.
    #[must_use]
    pub fn signing_key(&self) -> &SigningKey {
        &self.key
    }

    /// Returns the public half of the signing key.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    /// Returns the key set to publish.
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] if [its key](Self::with_key) is a shared secret.
    pub fn jwks(&self) -> Result<JwkSet, KeyError> {
        JwkSet::from_keys([self.verifying_key()])
    }

    /// Returns the claims that RFC 9068 §2.2 requires, together with `access`. The token is valid for 15 minutes. Its
    /// audience is also its client, unless `access` names one.
    pub fn claims<T>(&self, subject: &str, mut access: AccessClaims<T>) -> Claims<AccessClaims<T>> {
        // A `jti` that is unique in the process, for services that accept each one only once.
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        access.client_id.get_or_insert_with(|| self.audience.to_string());
        let now = NumericDate::from_secs(self.clock.now().as_secs());
        Claims::new(access)
            .issuer(&*self.issuer)
            .audience(&*self.audience)
            .subject(subject)
            .issued_at(now)
            .expires_at(now.saturating_add(LIFETIME))
            .jwt_id(format!("{}-{count}", self.key.key_id().unwrap_or_default()))
    }

    /// Issues a valid token about `subject`.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn token<T: Serialize>(&self, subject: &str, access: AccessClaims<T>) -> Result<String, SignError> {
        self.sign(&self.claims(subject, access))
    }

    /// Issues a token with these claims, which are not checked.
    ///
    /// # Errors
    /// Those of [`Claims::sign_with`].
    pub fn sign<T: Serialize>(&self, claims: &Claims<T>) -> Result<String, SignError> {
        claims.sign_with(&self.key, &Header::for_key(&self.key).with_typ(TYP))
    }

    /// Issues a token with these claims and one flaw.
    ///
    /// # Errors
    /// [`Inconclusive::Inapplicable`] if such a token cannot have this flaw; [`Inconclusive::Sign`].
    pub fn flawed<T: Serialize>(&self, flaw: Flaw, claims: &Claims<T>) -> Result<String, Inconclusive> {
        let good = self.sign(claims).map_err(Inconclusive::Sign)?;
        flaw.forge(&Original::read(&good, &self.key)?)?.ok_or(Inconclusive::Inapplicable(flaw))
    }
}

fn new_key() -> Result<SigningKey, KeyError> {
    SigningKey::generate(Algorithm::ES256)?.with_thumbprint_key_id()
}

impl fmt::Debug for TestIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestIssuer")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
