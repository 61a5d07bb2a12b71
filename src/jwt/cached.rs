//! A cache of verified tokens.

use alloc::sync::Arc;
use core::fmt;
use core::num::NonZeroUsize;
use core::time::Duration;

use super::check::Check;
use super::token_cache::{Entry, TokenCache};
use super::validator::{Progress, Validator};
use crate::claims::{Dates, FromClaims, OwnedClaims};
use crate::error::VerifyError;
use crate::jws::{KeySource, Verified};
use crate::key::KeyIdentity;

/// A [`Validator`] that caches accepted tokens, for clients that send the same token with every request.
///
/// Only the same text is a cache hit, byte for byte, and only a token that passed the complete verification is cached.
/// So a client without a valid token can neither fill nor poison the cache. The cache owns its validator, which cannot
/// be changed, so no token is accepted because of another policy.
///
/// Whatever can differ between two verifications of the same text is **checked again on each hit**, in the same order
/// and with the same errors as in the validator:
/// - The key source returns the key for the token's header. It must be the same key, not merely an equal one; with any
///   other key the token is verified in full. So **tokens of a key that was removed from the source are rejected at
///   once**, and after a key set has been fetched again each token is verified once more.
/// - `exp`, `nbf`, `iat` and the maximum age are compared with the validator's clock.
/// - [Custom checks](Validator::check) run, with the same registered claims. Revoked tokens are rejected here.
///
/// Signature, form, `typ`, `iss`, `aud`, `sub` and required claims cannot differ and are not checked again. `T` is
/// read once and shared.
///
/// Threads never wait for each other: if two use the same entry at once, one of them verifies in full. Share the cache
/// as `Arc<CachedValidator<…>>`.
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::sync::Arc;
/// use jotwell::{Algorithm, Audience, CachedValidator, Claims, Issuer, NoClaims, SigningKey, Validator};
///
/// let key = SigningKey::generate(Algorithm::ES256)?;
/// let validator =
///     Validator::new(key.verifying_key(), Issuer::is("https://auth.example"), Audience::is("orders-api"));
/// let validator = CachedValidator::<Claims, _>::new(validator, NonZeroUsize::new(10_000).unwrap());
///
/// let token = Claims::new(NoClaims)
///     .issuer("https://auth.example")
///     .audience("orders-api")
///     .expires_in(std::time::Duration::from_secs(900))
///     .sign(&key)?;
/// let first = validator.verify(&token)?;
/// let again = validator.verify(&token)?;
/// assert!(Arc::ptr_eq(&first, &again));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Memory
/// A slot takes about 20 bytes, allocated when the cache is created. A used slot also takes the text of its token, the
/// size of `T`, about 350 bytes, and with custom checks the payload and its registered claims. A token has at most
/// [`max_length`](Validator::max_length) bytes. Expired entries stay until their slot is reused or
/// [`clear`](Self::clear) is called.
///
/// A token can be in any of 8 slots, and replaces the entry that was verified first. Create twice as many slots as
/// there are tokens in use, so that few are replaced early.
pub struct CachedValidator<T, K> {
    validator: Validator<K>,
    lifetime: Duration,
    cache: TokenCache<Known<T>>,
}

/// A cached token.
struct Known<T> {
    verified: Arc<Verified<T>>,
    key: KeyIdentity,
    dates: Dates,
    /// Present if there are custom checks.
    claims: Option<OwnedClaims>,
}

/// The default time for which a verification is cached.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);

impl<T, K> CachedValidator<T, K> {
    /// Creates a cache with this number of slots, rounded up to a multiple of 8, and allocates them.
    #[must_use]
    pub fn new(validator: Validator<K>, slots: NonZeroUsize) -> Self {
        Self { validator, lifetime: DEFAULT_LIFETIME, cache: TokenCache::new(slots) }
    }

    /// Sets how long a verification is cached, by the validator's clock. Defaults to five minutes; zero disables the
    /// cache. A token may expire earlier.
    #[must_use]
    pub fn lifetime(self, lifetime: Duration) -> Self {
        Self { lifetime, ..self }
    }

    /// Returns the validator, for verification without the cache or to [explain](Validator::explain).
    #[must_use]
    pub fn validator(&self) -> &Validator<K> {
        &self.validator
    }

    /// Removes all tokens. A token that is being verified at the same time may be added afterwards.
    ///
    /// You do not need this to retire a key or to revoke a token: see above.
    pub fn clear(&self) {
        self.cache.clear();
    }
}

impl<T: for<'de> FromClaims<'de>, K: KeySource> CachedValidator<T, K> {
    /// Verifies `token`, from the cache if the same token was accepted before.
    ///
    /// # Errors
    /// Those of [`Validator::verify`], the same as for the same token at the same time. A rejected token does not
    /// change the cache.
    pub fn verify(&self, token: &str) -> Result<Arc<Verified<T>>, VerifyError> {
        match self.recall(token)? {
            Some(verified) => Ok(verified),
            None => self.learn(token),
        }
    }

    /// Returns a cached token, or `None` if it must be verified in full.
    fn recall(&self, token: &str) -> Result<Option<Arc<Verified<T>>>, VerifyError> {
        let Some(entry) = self.cache.find(token) else { return Ok(None) };
        let known = &entry.value;
        let key = self.validator.verifier.key_for(known.verified.header())?;
        let now = self.validator.clock.now();
        // After the clock was set back, the age of an entry is unknown.
        let fresh = entry.since <= now && now.saturating_since(entry.since) < self.lifetime;
        if !fresh || !known.key.is_of(&key) {
            return Ok(None);
        }
        self.validator.check_times(now, known.dates, &mut Check::Expiry)?;
        if let Some(claims) = &known.claims {
            self.validator.check_custom(&claims.lend())?;
        }
        Ok(Some(known.verified.clone()))
    }

    /// Verifies in full, and caches an accepted token.
    fn learn(&self, token: &str) -> Result<Arc<Verified<T>>, VerifyError> {
        let mut payload = alloc::vec::Vec::new();
        let mut progress = Progress::default();
        let verified = Arc::new(self.validator.verify_reaching::<T>(token, &mut payload, &mut progress)?);
        // A successful verification has set both.
        let Progress { key: Some(key), now: Some(now), claims, .. } = progress else { return Ok(verified) };
        let known = Known {
            verified: verified.clone(),
            key: key.identity(),
            dates: claims.registered().dates(),
            claims: (!self.validator.checks.is_empty()).then(|| OwnedClaims::new(claims.registered())),
        };
        self.cache.store(Entry { token: token.into(), since: now, value: known });
        Ok(verified)
    }
}

/// Shows no tokens.
impl<T, K: fmt::Debug> fmt::Debug for CachedValidator<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedValidator")
            .field("validator", &self.validator)
            .field("lifetime", &self.lifetime)
            .field("slots", &self.cache.slots())
            .finish_non_exhaustive()
    }
}
