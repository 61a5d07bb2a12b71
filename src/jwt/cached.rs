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

/// A [`Validator`] that remembers which tokens have passed, for clients that send the same token with every request.
///
/// Only the same text hits, byte for byte, and only a token that passed the complete verification is remembered, so a client without
/// a valid token can neither fill nor poison the cache. The cache owns its validator, which does not change, so no token is accepted
/// because of another policy.
///
/// What can differ between two verifications of one text is **checked again on each hit**, in the same order and with the same errors
/// as by the validator:
/// - The key source is asked for the key, with the token's header. It must return the same key, not one that is merely equal; with
///   any other key the token is verified in full. So **tokens of a key that the source no longer has are rejected at once**, and after
///   a key set was fetched again each token is verified once more.
/// - `exp`, `nbf`, `iat` and the maximum age are compared with the validator's clock.
/// - [Custom checks](Validator::check) run, with the same registered claims. This is where a revoked token is rejected.
///
/// What cannot differ is not checked again: signature, form, `typ`, `iss`, `aud`, `sub` and required claims. `T` is read once and
/// shared.
///
/// No thread waits for another: if two meet, one of them verifies in full. `Arc<CachedValidator<…>>` shares the cache.
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
/// A slot takes about 20 bytes, allocated when the cache is created. A slot in use also takes the text of its token, what `T` holds,
/// about 350 bytes, and with custom checks the payload and its registered claims. A token has at most
/// [`max_length`](Validator::max_length) bytes. Entries that have expired stay until their slot is reused or
/// [`clear`](Self::clear) is called.
///
/// A token can be in any of 8 slots, and replaces the one that was verified first. Use twice as many slots as there are tokens in
/// use, so that few are replaced early.
pub struct CachedValidator<T, K> {
    validator: Validator<K>,
    lifetime: Duration,
    cache: TokenCache<Known<T>>,
}

/// What a hit needs.
struct Known<T> {
    verified: Arc<Verified<T>>,
    key: KeyIdentity,
    dates: Dates,
    /// Present if there are custom checks.
    claims: Option<OwnedClaims>,
}

/// How long a verification counts by default.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);

impl<T, K> CachedValidator<T, K> {
    /// Creates a cache with that many slots, rounded up to a multiple of 8, and allocates them.
    #[must_use]
    pub fn new(validator: Validator<K>, slots: NonZeroUsize) -> Self {
        Self { validator, lifetime: DEFAULT_LIFETIME, cache: TokenCache::new(slots) }
    }

    /// Sets how long a verification counts, by the validator's clock. Defaults to five minutes; zero disables the cache. A token's
    /// own expiry may come sooner.
    #[must_use]
    pub fn lifetime(self, lifetime: Duration) -> Self {
        Self { lifetime, ..self }
    }

    /// Returns the validator, to verify without the cache or to [explain](Validator::explain).
    #[must_use]
    pub fn validator(&self) -> &Validator<K> {
        &self.validator
    }

    /// Removes all tokens. One that is being verified meanwhile may be added.
    ///
    /// This is not needed to retire a key or to revoke a token: see above.
    pub fn clear(&self) {
        self.cache.clear();
    }
}

impl<T: for<'de> FromClaims<'de>, K: KeySource> CachedValidator<T, K> {
    /// Verifies `token`, with the cache if the same token has passed before.
    ///
    /// # Errors
    /// Those of [`Validator::verify`], the same for the same token at the same time. A rejected token does not change the cache.
    pub fn verify(&self, token: &str) -> Result<Arc<Verified<T>>, VerifyError> {
        match self.recall(token)? {
            Some(verified) => Ok(verified),
            None => self.learn(token),
        }
    }

    /// A token that is remembered, or `None` where it has to be verified in full.
    fn recall(&self, token: &str) -> Result<Option<Arc<Verified<T>>>, VerifyError> {
        let Some(entry) = self.cache.find(token) else { return Ok(None) };
        let known = &entry.value;
        let key = self.validator.verifier.key_for(known.verified.header())?;
        let now = self.validator.clock.now();
        // A clock that was set back says nothing of how long ago that was.
        let believed = entry.since <= now && now.saturating_since(entry.since) < self.lifetime;
        if !believed || !known.key.is_of(&key) {
            return Ok(None);
        }
        self.validator.check_times(now, known.dates, &mut Check::Expiry)?;
        if let Some(claims) = &known.claims {
            self.validator.check_custom(&claims.lend())?;
        }
        Ok(Some(known.verified.clone()))
    }

    /// Verifies in full, and remembers what passed.
    fn learn(&self, token: &str) -> Result<Arc<Verified<T>>, VerifyError> {
        let mut payload = alloc::vec::Vec::new();
        let mut progress = Progress::default();
        let verified = Arc::new(self.validator.verify_reaching::<T>(token, &mut payload, &mut progress)?);
        // Whoever came to the end has both.
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

/// Without the tokens.
impl<T, K: fmt::Debug> fmt::Debug for CachedValidator<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedValidator")
            .field("validator", &self.validator)
            .field("lifetime", &self.lifetime)
            .field("slots", &self.cache.slots())
            .finish_non_exhaustive()
    }
}
