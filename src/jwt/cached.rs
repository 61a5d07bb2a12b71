//! Tokens that have verified before.

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

/// A [`Validator`] that remembers which tokens have passed, for clients that send the same token with every
/// request.
///
/// Only the very same text hits, byte for byte, and only a token that passed the complete verification is
/// remembered, so strangers can neither fill nor poison it. The validator is owned and does not change, hence
/// no token is believed on account of another policy.
///
/// What can differ between two verifications of one text is **asked anew on each hit**, in the same order and
/// with the same errors as by the validator:
/// - the key source, with the token's header. It must answer the very same key, not one that is merely equal;
///   with any other the token is verified from the start. So **the tokens of a key that the source no longer
///   has are refused at once**, and after a set of keys has been read anew each token is verified once more;
/// - `exp`, `nbf`, `iat` and the greatest age, by the validator's clock;
/// - the [checks](Validator::check) of the caller's own, with the same registered claims: this is where a
///   revoked token is refused. They run on hits and on full verifications alike, after all others.
///
/// What cannot differ is not: signature, form, `typ`, `iss`, `aud`, `sub`, required claims, and the reading of
/// `T`, which is shared by all who get it.
///
/// No thread waits for another: where two meet, one of them verifies in full. `Arc<CachedValidator<…>>` shares
/// it.
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
/// A slot takes about 20 bytes, allocated when the cache is made; one that is taken, the text of its token, what `T`
/// holds, about 350 bytes, and where there are checks of the caller's own the payload and its registered
/// claims once more. A token has at most [`max_length`](Validator::max_length) bytes. Entries that are no
/// longer believed stay until their slot is wanted or [`clear`](Self::clear) is called.
///
/// A token may stand in any of 8 slots, and takes the place of the one that was verified first. So that few
/// are pushed out before their time, let there be twice as many slots as tokens in use.
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
    /// Where there are checks that want to see them.
    claims: Option<OwnedClaims>,
}

/// How long a verification is believed unless asked otherwise.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);

impl<T, K> CachedValidator<T, K> {
    /// With room for that many tokens, rounded up to a multiple of 8. The slots are allocated here.
    #[must_use]
    pub fn new(validator: Validator<K>, slots: NonZeroUsize) -> Self {
        Self { validator, lifetime: DEFAULT_LIFETIME, cache: TokenCache::new(slots) }
    }

    /// Believes a verification for less than `lifetime`, by the validator's clock: five minutes unless asked
    /// otherwise, and with zero never. A token's own end may come sooner.
    #[must_use]
    pub fn lifetime(self, lifetime: Duration) -> Self {
        Self { lifetime, ..self }
    }

    /// The validator: to verify without the cache, or to [explain](Validator::explain).
    #[must_use]
    pub fn validator(&self) -> &Validator<K> {
        &self.validator
    }

    /// Forgets all tokens. One that is being verified meanwhile may be remembered.
    ///
    /// Nothing has to be forgotten for a key to be retired or a token to be revoked: see above.
    pub fn clear(&self) {
        self.cache.clear();
    }
}

impl<T: for<'de> FromClaims<'de>, K: KeySource> CachedValidator<T, K> {
    /// Verifies `token`, by memory where it is the very same as one before.
    ///
    /// # Errors
    /// Those of [`Validator::verify`], the same for the same token at the same time. A token that is refused
    /// changes nothing in the cache.
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
