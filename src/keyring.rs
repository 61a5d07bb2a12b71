//! The signing keys of an issuer, and their rotation without an outage.
//!
//! A key has three states, and is published in all of them:
//!
//! ```text
//! next      published but does not sign yet, until every verifier has fetched it
//! ```
//!
//! A verifier may cache a fetched key set for `publish_ahead`, so a key becomes active at the earliest that long after
//! it was published. A token lives for `token_lifetime`, and verifiers accept it for `leeway` longer, so a key is
//! published for that long after it has stopped signing.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use zeroize::Zeroizing;

#[cfg(feature = "std")]
use crate::algorithm::Algorithm;
use crate::backend::Backend;
use crate::error::KeyError;
use crate::json::{self, Member, Value};
use crate::jwk::Jwk;
use crate::key::SigningKey;
use crate::key_type::KeyFormat;
use crate::keyset::JwkSet;
use crate::time::NumericDate;

/// The durations that key rotation observes. In the JSON of a ring they are whole seconds, rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyRotationPolicy {
    /// How long a verifier may cache a key set before it fetches it again: the `max-age` that the set is served with.
    /// A set of exactly that age is stale (RFC 9111 §4.2).
    pub publish_ahead: Duration,
    /// The longest lifetime of a token.
    pub token_lifetime: Duration,
    /// The largest leeway of a verifier.
    pub leeway: Duration,
}

impl KeyRotationPolicy {
    /// Creates a policy with the defaults: keys are published 5 minutes ahead, tokens live for at most 15 minutes, and
    /// verifiers have a leeway of at most one minute.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            publish_ahead: Duration::from_secs(300),
            token_lifetime: Duration::from_secs(900),
            leeway: Duration::from_secs(60),
        }
    }

    /// Sets how long a key is published before it signs. Defaults to 5 minutes.
    #[must_use]
    pub const fn publish_ahead(self, publish_ahead: Duration) -> Self {
        Self { publish_ahead, ..self }
    }

    /// Sets the longest lifetime of a token. Defaults to 15 minutes.
    #[must_use]
    pub const fn token_lifetime(self, token_lifetime: Duration) -> Self {
        Self { token_lifetime, ..self }
    }

    /// Sets the largest leeway of a verifier. Defaults to one minute.
    #[must_use]
    pub const fn leeway(self, leeway: Duration) -> Self {
        Self { leeway, ..self }
    }
}

impl Default for KeyRotationPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// Why a key ring was not rotated or read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyRingError {
    /// The next key has not been published for long enough, so verifiers may not know it yet.
    TooEarly {
        /// The earliest time for the rotation.
        ready_at: NumericDate,
    },
    /// A key cannot be created or read.
    Key(KeyError),
}

impl fmt::Display for KeyRingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooEarly { ready_at } => {
                write!(f, "the next key is not known to all verifiers before {ready_at}; rotate then")
            }
            Self::Key(_) => f.write_str("a key of the ring cannot be created or read"),
        }
    }
}

impl core::error::Error for KeyRingError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Key(error) => Some(error),
            Self::TooEarly { .. } => None,
        }
    }
}

impl From<KeyError> for KeyRingError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

/// The keys of an issuer: the active one, the next one, and those that are retiring.
///
/// ```
/// use std::time::Duration;
/// use jotwell::{Algorithm, KeyRing, NumericDate, KeyRotationPolicy};
///
/// let rotation = KeyRotationPolicy::new().token_lifetime(Duration::from_secs(900));
/// let start = NumericDate::from_secs(1_800_000_000);
/// let mut ring = KeyRing::generate(Algorithm::ES256, rotation, start)?;
/// assert_eq!(ring.published(start)?.len(), 2);
///
/// let later = start.saturating_add(Duration::from_secs(86_400));
/// ring.rotate(later)?;
/// assert_eq!(ring.published(later)?.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyRing {
    rotation: KeyRotationPolicy,
    next: Published,
    active: Published,
    retiring: Vec<Retiring>,
}

/// The state of a key in a [`KeyRing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyState {
    /// Published, but does not sign yet.
    Next {
        /// When it was published.
        published_at: NumericDate,
    },
    /// Signs.
    Active {
        /// When it was published.
        published_at: NumericDate,
    },
    /// Does not sign any more. It is published until the last token that it signed has expired.
    Retiring {
        /// The end of its publication.
        published_until: NumericDate,
    },
}

#[derive(Clone, Debug)]
struct Published {
    key: SigningKey,
    since: NumericDate,
}

#[derive(Clone, Debug)]
struct Retiring {
    key: SigningKey,
    until: NumericDate,
}

impl KeyRing {
    /// Creates a ring of two new keys, one of which can sign at once. Each `kid` is the thumbprint of its key.
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] for a symmetric algorithm, since secrets cannot be published, and
    /// those of [`SigningKey::generate`].
    #[cfg(feature = "std")]
    pub fn generate(
        algorithm: Algorithm,
        rotation: KeyRotationPolicy,
        now: NumericDate,
    ) -> Result<Self, KeyError> {
        Ok(Self {
            rotation,
            next: Published { key: new_key(algorithm)?, since: now },
            active: Published { key: new_key(algorithm)?, since: now },
            retiring: Vec::new(),
        })
    }

    /// Returns the same ring with all of its keys, and the keys of later rotations, [on that
    /// backend](SigningKey::with_backend). If one of them cannot be moved, the result is an error. The JSON of a ring
    /// does not contain its backend, so a ring that was read uses the default one.
    ///
    /// # Errors
    /// Those of [`SigningKey::with_backend`].
    pub fn with_backend(self, backend: Backend) -> Result<Self, KeyError> {
        let published = |Published { key, since }| -> Result<_, KeyError> {
            Ok(Published { key: key.with_backend(backend)?, since })
        };
        let retiring = |Retiring { key, until }| -> Result<_, KeyError> {
            Ok(Retiring { key: key.with_backend(backend)?, until })
        };
        Ok(Self {
            rotation: self.rotation,
            next: published(self.next)?,
            active: published(self.active)?,
            retiring: self.retiring.into_iter().map(retiring).collect::<Result<_, _>>()?,
        })
    }

    /// Returns the key that signs.
    #[must_use]
    pub fn signing_key(&self) -> &SigningKey {
        &self.active.key
    }

    /// Returns every key with its state: the next one, the active one, then the retiring ones, oldest first. Expired
    /// keys are included until [`retire`](Self::retire) removes them.
    ///
    /// ```
    /// use std::time::Duration;
    /// use jotwell::{Algorithm, KeyRing, KeyRotationPolicy, KeyState, NumericDate};
    ///
    /// let rotation = KeyRotationPolicy::new();
    /// let start = NumericDate::from_secs(1_800_000_000);
    /// let ring = KeyRing::generate(Algorithm::ES256, rotation, start)?;
    /// let states: Vec<_> = ring.keys().map(|(_, state)| state).collect();
    /// assert_eq!(states, [KeyState::Next { published_at: start }, KeyState::Active { published_at: start }]);
    /// # Ok::<(), jotwell::KeyError>(())
    /// ```
    pub fn keys(&self) -> impl Iterator<Item = (&SigningKey, KeyState)> {
        let next = (&self.next.key, KeyState::Next { published_at: self.next.since });
        let active = (&self.active.key, KeyState::Active { published_at: self.active.since });
        let retiring = self
            .retiring
            .iter()
            .map(|retiring| (&retiring.key, KeyState::Retiring { published_until: retiring.until }));
        [next, active].into_iter().chain(retiring)
    }

    /// Returns the durations that rotation observes.
    #[must_use]
    pub fn rotation(&self) -> KeyRotationPolicy {
        self.rotation
    }

    /// Returns the earliest time for the next rotation.
    #[must_use]
    pub fn ready_at(&self) -> NumericDate {
        self.next.since.saturating_add(self.rotation.publish_ahead)
    }

    /// Rotates the ring: the active key starts to retire, the next key becomes active, and a new next key is
    /// published. Expired keys are removed.
    ///
    /// # Errors
    /// [`KeyRingError::TooEarly`], and [`KeyRingError::Key`] if no key can be created. The ring is then unchanged.
    #[cfg(feature = "std")]
    pub fn rotate(&mut self, now: NumericDate) -> Result<(), KeyRingError> {
        let ready_at = self.ready_at();
        if now < ready_at {
            return Err(KeyRingError::TooEarly { ready_at });
        }
        let key = new_key(self.next.key.algorithm())?.with_backend(self.next.key.backend())?;
        let new = Published { key, since: now };
        let next = core::mem::replace(&mut self.next, new);
        let Published { key, .. } = core::mem::replace(&mut self.active, next);
        let KeyRotationPolicy { token_lifetime, leeway, .. } = self.rotation;
        self.retiring
            .push(Retiring { key, until: now.saturating_add(token_lifetime).saturating_add(leeway) });
        self.retire(now);
        Ok(())
    }

    /// Removes retiring keys whose publication has ended.
    pub fn retire(&mut self, now: NumericDate) {
        self.retiring.retain(|retiring| now < retiring.until);
    }

    /// Returns the key set to publish, and to verify with.
    ///
    /// # Errors
    /// [`KeyError::DuplicateKeyId`] if a ring that was read contains one key twice.
    pub fn published(&self, now: NumericDate) -> Result<JwkSet, KeyError> {
        let retiring =
            self.retiring.iter().filter(|retiring| now < retiring.until).map(|retiring| &retiring.key);
        let keys = [&self.active.key, &self.next.key].into_iter().chain(retiring);
        JwkSet::from_keys(keys.map(SigningKey::verifying_key))
    }

    /// Returns the whole ring as JSON, **private keys included**. Keep it in a file that no other user can read.
    ///
    /// # Errors
    /// None for a ring that this crate created. The type is that of [`Jwk::to_json_with_private_members`].
    pub fn to_json_with_private_members(&self) -> Result<String, KeyError> {
        let states = [(NEXT, &self.next), (ACTIVE, &self.active)]
            .map(|(state, key)| (state, &key.key, SINCE, key.since));
        let retiring = self.retiring.iter().map(|retiring| (RETIRING, &retiring.key, UNTIL, retiring.until));
        let keys = states.into_iter().chain(retiring).map(|(state, key, when, date)| {
            Ok((state, when, date, Zeroizing::new(key.to_jwk().to_json_with_private_members()?)))
        });
        let keys = keys.collect::<Result<Vec<_>, KeyError>>()?;
        // A buffer that is reallocated would leave a copy of the keys in memory.
        let room = keys.iter().map(|(_, _, _, jwk)| jwk.len().saturating_add(ROOM));
        let mut text = String::with_capacity(room.fold(ROOM, usize::saturating_add));
        for (member, duration) in [
            (PUBLISH_AHEAD, self.rotation.publish_ahead),
            (TOKEN_LIFETIME, self.rotation.token_lifetime),
            (LEEWAY, self.rotation.leeway),
        ] {
            json::write_name(member, &mut text);
            let _ = core::fmt::write(&mut text, format_args!("{}", whole_seconds(duration)));
        }
        json::write_name(KEYS, &mut text);
        text.push('[');
        for (index, (state, when, date, jwk)) in keys.iter().enumerate() {
            text.push_str(if index > 0 { ",{" } else { "{" });
            let _ = core::fmt::write(
                &mut text,
                format_args!(r#""{STATE}":"{state}","{when}":{date},"{JWK}":{}}}"#, **jwk),
            );
        }
        text.push_str("]}");
        Ok(text)
    }

    /// Reads a ring that was written by [`to_json_with_private_members`](Self::to_json_with_private_members).
    ///
    /// # Errors
    /// [`KeyError::Json`], [`KeyError::MissingMember`], [`KeyError::InvalidMember`],
    /// [`KeyError::NotPublic`] for a shared secret, and those of [`SigningKey::from_jwk`].
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let mut durations = [(PUBLISH_AHEAD, None), (TOKEN_LIFETIME, None), (LEEWAY, None)];
        let (mut next, mut active, mut retiring) = (None, None, Vec::new());
        json::read_object::<KeyError>(json.as_ref(), |member| {
            if let Some((name, duration)) = durations.iter_mut().find(|(name, _)| member.name == **name) {
                *duration = Some(seconds(name, &member)?);
            }
            match member.value {
                _ if member.name != *KEYS => Ok(()),
                Value::Array(text) => json::read_array::<KeyError>(text, |value| {
                    let Value::Object(text) = value else {
                        return Err(KeyError::InvalidMember { member: KEYS });
                    };
                    match entry(text)? {
                        Entry::Next(key) if next.is_none() => next = Some(key),
                        Entry::Active(key) if active.is_none() => active = Some(key),
                        Entry::Retiring(key) => retiring.push(key),
                        Entry::Next(_) | Entry::Active(_) => {
                            return Err(KeyError::InvalidMember { member: STATE });
                        }
                    }
                    Ok(())
                }),
                _ => Err(KeyError::InvalidMember { member: KEYS }),
            }
        })?;
        let [publish_ahead, token_lifetime, leeway] =
            durations.map(|(member, duration)| duration.ok_or(KeyError::MissingMember { member }));
        let missing = |member| KeyError::MissingMember { member };
        Ok(Self {
            rotation: KeyRotationPolicy {
                publish_ahead: publish_ahead?,
                token_lifetime: token_lifetime?,
                leeway: leeway?,
            },
            next: next.ok_or(missing(NEXT))?,
            active: active.ok_or(missing(ACTIVE))?,
            retiring,
        })
    }
}

/// More than the length of the text around one key, and around all of them.
const ROOM: usize = 128;

const PUBLISH_AHEAD: &str = "publish_ahead";
const TOKEN_LIFETIME: &str = "token_lifetime";
const LEEWAY: &str = "leeway";
const KEYS: &str = "keys";
const STATE: &str = "state";
const NEXT: &str = "next";
const ACTIVE: &str = "active";
const RETIRING: &str = "retiring";
const SINCE: &str = "since";
const UNTIL: &str = "until";
const JWK: &str = "jwk";

/// Rounds up: a shorter duration in the JSON would be too short.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

#[cfg(feature = "std")]
fn new_key(algorithm: Algorithm) -> Result<SigningKey, KeyError> {
    if algorithm.is_symmetric() {
        return Err(KeyError::NotPublic { found: KeyFormat::Bytes });
    }
    SigningKey::generate(algorithm)?.with_thumbprint_key_id()
}

enum Entry {
    Next(Published),
    Active(Published),
    Retiring(Retiring),
}

fn entry(text: &str) -> Result<Entry, KeyError> {
    let (mut state, mut since, mut until, mut key) = (None, None, None, None);
    json::read_object::<KeyError>(text.as_bytes(), |member| {
        match &*member.name {
            STATE => state = Some(member.value),
            SINCE => since = Some(date(SINCE, member.value)?),
            UNTIL => until = Some(date(UNTIL, member.value)?),
            JWK => key = Some(private_key(member.raw)?),
            _ => {}
        }
        Ok(())
    })?;
    let missing = |member| KeyError::MissingMember { member };
    let key = key.ok_or(missing(JWK))?;
    match state.ok_or(missing(STATE))? {
        Value::String(state) if state == *NEXT => {
            Ok(Entry::Next(Published { key, since: since.ok_or(missing(SINCE))? }))
        }
        Value::String(state) if state == *ACTIVE => {
            Ok(Entry::Active(Published { key, since: since.ok_or(missing(SINCE))? }))
        }
        Value::String(state) if state == *RETIRING => {
            Ok(Entry::Retiring(Retiring { key, until: until.ok_or(missing(UNTIL))? }))
        }
        _ => Err(KeyError::InvalidMember { member: STATE }),
    }
}

/// Reads a private key from a JWK that has its algorithm and its name.
fn private_key(text: &str) -> Result<SigningKey, KeyError> {
    let jwk = Jwk::from_json(text)?;
    let algorithm = jwk.algorithm().ok_or(KeyError::MissingMember { member: "alg" })?;
    let algorithm = algorithm.parse().map_err(|_| KeyError::InvalidMember { member: "alg" })?;
    let key = SigningKey::from_jwk(algorithm, &jwk)?;
    match key.key_id() {
        Some(_) if !algorithm.is_symmetric() => Ok(key),
        Some(_) => Err(KeyError::NotPublic { found: KeyFormat::Jwk }),
        None => Err(KeyError::MissingMember { member: "kid" }),
    }
}

fn date(member: &'static str, value: Value<'_>) -> Result<NumericDate, KeyError> {
    match value {
        Value::Number(text) => NumericDate::from_json_number(text).ok_or(KeyError::InvalidMember { member }),
        _ => Err(KeyError::InvalidMember { member }),
    }
}

fn seconds(name: &'static str, member: &Member<'_>) -> Result<Duration, KeyError> {
    match member.value {
        Value::Number(text) => {
            text.parse().map(Duration::from_secs).map_err(|_| KeyError::InvalidMember { member: name })
        }
        _ => Err(KeyError::InvalidMember { member: name }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rounded_up_in_the_file() {
        for (wait, seconds) in [((5, 0), 5), ((5, 1), 6), ((0, 999_999_999), 1), ((0, 0), 0)] {
            assert_eq!(whole_seconds(Duration::new(wait.0, wait.1)), seconds);
        }
    }
}
