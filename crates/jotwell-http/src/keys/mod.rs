//! The keys of an issuer while it serves.

mod error;
mod file;
mod secret;

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::Duration;

use arc_swap::ArcSwap;
pub use error::KeysError;
pub use jotwell::private_file::Secret;
use jotwell::{
    Algorithm, Clock, FileVersion, Header, JwkSet, KeyRing, KeyRingFile, KeyRotationPolicy, KeySource,
    NumericDate, SigningKey, SystemClock, VerifyError, VerifyingKey,
};
pub use secret::{SecretVariable, secret_from_env, secret_from_file};

use self::file::IssuerFile;
use crate::reload_keys::{ReloadKeys, ReloadOutcome};
use crate::same_keys::keep_same;
use crate::timestamp::Timestamp;

/// The keys of a service that issues tokens: it signs and verifies with them and publishes them. They can be rotated at
/// runtime.
///
/// Cheap to clone; all clones share the keys. Verification never waits for a rotation.
///
/// ```
/// use std::time::Duration;
/// use jotwell::{Algorithm, KeyRotationPolicy};
/// use jotwell_http::IssuerKeys;
///
/// # let folder = std::env::temp_dir().join(format!("jotwell-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let rotation = KeyRotationPolicy::new().token_lifetime(Duration::from_secs(900));
/// // Created if it does not exist; read by every other process that opens it.
/// let keys = IssuerKeys::open(folder.join("keys.json"), Algorithm::ES256, rotation)?;
/// assert_eq!(keys.published().len(), 2);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct IssuerKeys(Arc<Inner>);

struct Inner {
    current: ArcSwap<Current>,
    /// The file of the ring, which other processes may rotate as well. A ring without a file ends with the process.
    file: Option<IssuerFile>,
    clock: Arc<dyn Clock>,
    /// When the file was last checked, and whether a key had to retire, in milliseconds.
    looked_at: AtomicU64,
    /// Whether the last read of the file failed.
    unreadable: AtomicBool,
    changing: Mutex<()>,
}

/// The state that all readers see. It is replaced as a whole.
struct Current {
    /// `None` if there is one key that cannot be rotated.
    ring: Option<KeyRing>,
    /// The version of the file that the ring was read from or written to.
    version: Option<FileVersion>,
    signing_key: SigningKey,
    verifying: JwkSet,
    /// A shared secret, which is never published.
    shared: Option<VerifyingKey>,
}

/// How often the file is checked, and so the longest delay until a rotation by another process is noticed.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Current {
    fn of_ring(ring: KeyRing, version: Option<FileVersion>, now: NumericDate) -> Result<Self, KeysError> {
        let verifying = ring.published(now)?;
        let signing_key = ring.signing_key().clone();
        Ok(Self { signing_key, verifying, shared: None, ring: Some(ring), version })
    }

    fn of_key(key: SigningKey) -> Result<Self, KeysError> {
        let (verifying, shared) = if key.algorithm().is_symmetric() {
            (JwkSet::default(), Some(key.verifying_key()))
        } else {
            (JwkSet::from_keys([key.verifying_key()])?, None)
        };
        Ok(Self { ring: None, version: None, signing_key: key, verifying, shared })
    }
}

impl Current {
    /// Returns the same keys, in which each key that was there before is the same object, and whether the keys differ.
    fn keeping(self, before: &Self) -> (Self, bool) {
        let (verifying, changed) = keep_same(self.verifying, &before.verifying);
        (Self { verifying, ..self }, changed)
    }
}

impl IssuerKeys {
    /// Creates issuer keys from a single key that is not rotated here: a shared secret if one service issues and
    /// verifies, or a key that is rotated elsewhere.
    ///
    /// # Errors
    /// [`KeysError::Key`].
    pub fn single(key: SigningKey) -> Result<Self, KeysError> {
        Ok(Self::with(Current::of_key(key)?, None, Arc::new(SystemClock)))
    }

    /// Creates issuer keys from a ring in memory: for tests, or if [`secret_from_env`] supplies a ring that is rotated
    /// elsewhere. `clock` decides when keys have retired.
    ///
    /// # Errors
    /// [`KeysError::Key`].
    pub fn in_memory(ring: KeyRing, clock: impl Clock + 'static) -> Result<Self, KeysError> {
        Ok(Self::with(Current::of_ring(ring, None, clock.now())?, None, Arc::new(clock)))
    }

    /// Opens the ring in that file. If the file does not exist, it is created with new keys and is readable only by its
    /// owner. Times are rounded up to whole seconds. A symbolic link is followed and kept.
    ///
    /// Every process that opens the same file signs with the same key, and detects within a second that another process
    /// has rotated it.
    ///
    /// The file must be private: [`private_file`](jotwell::private_file) describes the rules. A path names such a file;
    /// a [`KeyRingFile`] can also allow a world-readable one, as Kubernetes (mode 0644) and Docker (mode 0444) mount
    /// secrets. The file is written only when the keys are rotated, so it may be on a read-only file system:
    ///
    /// ```no_run
    /// # use jotwell::{Algorithm, KeyRingFile, KeyRotationPolicy};
    /// # use jotwell_http::IssuerKeys;
    /// let file = KeyRingFile::new("/run/secrets/keys.json").allow_world_readable();
    /// let keys = IssuerKeys::open(file, Algorithm::ES256, KeyRotationPolicy::new())?;
    /// # Ok::<(), jotwell_http::KeysError>(())
    /// ```
    ///
    /// The algorithm and the times of a ring in use do not change. To change them, use another file: as with
    /// [`revoke_all`](Self::revoke_all), tokens in use are then rejected, and clients get new ones with their refresh
    /// tokens.
    ///
    /// # Errors
    /// [`KeysError::File`], [`KeysError::NotAKeyRing`], [`KeysError::Key`]; [`KeysError::ConfigMismatch`] if the ring
    /// in the file has another algorithm or other times: every process that shares it must agree on them.
    pub fn open(
        file: impl Into<KeyRingFile>,
        algorithm: Algorithm,
        rotation: KeyRotationPolicy,
    ) -> Result<Self, KeysError> {
        Self::open_with_clock(file, algorithm, rotation, SystemClock)
    }

    /// Opens the ring in that file as [`open`](Self::open) does, with another clock.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with_clock(
        file: impl Into<KeyRingFile>,
        algorithm: Algorithm,
        rotation: KeyRotationPolicy,
        clock: impl Clock + 'static,
    ) -> Result<Self, KeysError> {
        // Rounded as in a file.
        let rotation = KeyRotationPolicy::new()
            .publish_ahead(whole_seconds(rotation.publish_ahead))
            .token_lifetime(whole_seconds(rotation.token_lifetime))
            .leeway(whole_seconds(rotation.leeway));
        let file = IssuerFile::new(file.into(), algorithm, rotation);
        let now = clock.now();
        let (ring, version) = file.load_or_create(|| KeyRing::generate(algorithm, rotation, now))?;
        Ok(Self::with(Current::of_ring(ring, Some(version), now)?, Some(file), Arc::new(clock)))
    }

    fn with(current: Current, file: Option<IssuerFile>, clock: Arc<dyn Clock>) -> Self {
        let looked_at = AtomicU64::new(Timestamp::from(clock.now()).as_millis());
        Self(Arc::new(Inner {
            current: ArcSwap::from_pointee(current),
            file,
            clock,
            looked_at,
            unreadable: AtomicBool::new(false),
            changing: Mutex::new(()),
        }))
    }

    /// Returns the key that currently signs.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        let _ = self.look();
        self.0.current.load().signing_key.clone()
    }

    /// Returns the public keys to publish. A shared secret has none.
    #[must_use]
    pub fn published(&self) -> JwkSet {
        let _ = self.look();
        self.0.current.load().verifying.clone()
    }

    /// Returns how long verifiers may cache the [published](Self::published) keys: the ring's
    /// [`publish_ahead`](KeyRotationPolicy::publish_ahead).
    #[must_use]
    pub fn max_age(&self) -> Duration {
        let current = self.0.current.load();
        current.ring.as_ref().map_or(DEFAULT_MAX_AGE, |ring| ring.rotation().publish_ahead)
    }

    /// Returns the longest lifetime of a token, if there is a ring.
    pub(crate) fn token_lifetime(&self) -> Option<Duration> {
        self.0.current.load().ring.as_ref().map(|ring| ring.rotation().token_lifetime)
    }

    /// Returns how long after its expiry a token may be accepted, if there is a ring. Its key is kept for that long.
    pub(crate) fn leeway(&self) -> Option<Duration> {
        self.0.current.load().ring.as_ref().map(|ring| ring.rotation().leeway)
    }

    /// Returns when the ring may be rotated next, or `None` if there is no ring.
    #[must_use]
    pub fn ready_at(&self) -> Option<NumericDate> {
        self.0.current.load().ring.as_ref().map(KeyRing::ready_at)
    }

    /// Rotates the ring, as [`KeyRing::rotate`] does. The file is written before anything is signed with the new key.
    /// If two processes rotate at once, one waits for the other.
    ///
    /// This blocks on disk I/O. In async code, call it on a thread that may block.
    ///
    /// # Errors
    /// [`KeysError::TooEarly`] if verifiers may not know the next key yet, [`KeysError::NotRotatable`] if there is no
    /// ring, [`KeysError::File`], [`KeysError::NotAKeyRing`], [`KeysError::ConfigMismatch`], [`KeysError::Key`]. The
    /// keys are then unchanged.
    pub fn rotate(&self) -> Result<(), KeysError> {
        self.change(|ring, now| Ok(ring.rotate(now)?))
    }

    /// Replaces all keys, including the next one, in case they have leaked. Every token that was issued is rejected:
    /// here immediately, by other processes with the same file within a second, and by verifiers elsewhere when they
    /// fetch the published set again. Until then they reject the new tokens.
    ///
    /// # Errors
    /// As [`rotate`](Self::rotate), except [`KeysError::TooEarly`].
    pub fn revoke_all(&self) -> Result<(), KeysError> {
        self.change(|ring, now| {
            *ring = KeyRing::generate(ring.signing_key().algorithm(), ring.rotation(), now)?;
            Ok(())
        })
    }

    fn change(
        &self,
        change: impl FnOnce(&mut KeyRing, NumericDate) -> Result<(), KeysError>,
    ) -> Result<(), KeysError> {
        let inner = &*self.0;
        // A poisoned lock is harmless: the ring is replaced in one step, at the end.
        let _changing = inner.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let now = inner.clock.now();
        let before = inner.current.load_full();
        let mut ring = before.ring.clone().ok_or(KeysError::NotRotatable)?;
        let next = match &inner.file {
            // The ring in the file, not that in memory: another process may have rotated it since.
            Some(file) => {
                let (ring, version) = file.change(|ring| change(ring, now))?;
                Current::of_ring(ring, Some(version), now)?
            }
            None => {
                change(&mut ring, now)?;
                Current::of_ring(ring, None, now)?
            }
        };
        let next = next.keeping(&before).0;
        tracing::info!(kid = next.signing_key.key_id(), "keys rotated");
        inner.current.store(Arc::new(next));
        Ok(())
    }

    /// Checks whether the file has changed or a key has to retire, if that is due. Returns whether the keys have
    /// changed. If the file cannot be read, or has another ring than configured, this is logged and the keys stay
    /// unchanged except for retirement.
    fn look(&self) -> Result<bool, KeysError> {
        let inner = &*self.0;
        let now = inner.clock.now();
        let millis = Timestamp::from(now).as_millis();
        let looked_at = inner.looked_at.load(Ordering::Relaxed);
        let every = u64::try_from(LOOK_EVERY.as_millis()).unwrap_or(u64::MAX);
        // After the clock was set back, check now instead of waiting until it has caught up.
        if millis >= looked_at && millis.saturating_sub(looked_at) < every {
            return Ok(false);
        }
        let _changing = match inner.changing.try_lock() {
            Ok(changing) => changing,
            // A poisoned lock is harmless, as in `change`.
            Err(TryLockError::Poisoned(error)) => error.into_inner(),
            // Another thread is changing or reading the keys, and stores the result.
            Err(TryLockError::WouldBlock) => return Ok(false),
        };
        inner.looked_at.store(millis, Ordering::Relaxed);
        let before = inner.current.load_full();
        let Some(ring) = &before.ring else { return Ok(false) };
        let (read, failure) = match self.read_again(&before, now) {
            Ok(read) => (read, None),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "keys not reloaded");
                (None, Some(error))
            }
        };
        inner.unreadable.store(failure.is_some(), Ordering::Relaxed);
        let is_new = read.is_some();
        let next = match read {
            Some(next) => next,
            None => Current::of_ring(ring.clone(), before.version, now)?,
        };
        let (next, changed) = next.keeping(&before);
        // A new ring may have the keys of the former one with other dates.
        if is_new || changed {
            inner.current.store(Arc::new(next));
        }
        failure.map_or(Ok(changed), Err)
    }

    /// Returns the ring in the file if it differs from the previous one.
    fn read_again(&self, before: &Current, now: NumericDate) -> Result<Option<Current>, KeysError> {
        let (Some(file), Some(version)) = (&self.0.file, before.version) else { return Ok(None) };
        let read = file.load_if_changed(version)?;
        read.map(|(ring, version)| Current::of_ring(ring, Some(version), now)).transpose()
    }
}

/// Returns whole seconds, rounded up: a shorter time would be too short.
fn whole_seconds(duration: Duration) -> Duration {
    Duration::from_secs(duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0)))
}

/// How long a set without a ring may be cached.
const DEFAULT_MAX_AGE: Duration = Duration::from_secs(300);

impl KeySource for IssuerKeys {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        let _ = self.look();
        let current = self.0.current.load();
        let key = match &current.shared {
            Some(key) => key.key_for(header)?,
            None => current.verifying.key_for(header)?,
        };
        Ok(Cow::Owned(key.into_owned()))
    }
}

/// Reads the file, in case another process has begun to sign with a new key.
impl ReloadKeys for IssuerKeys {
    fn reload(&self) -> Pin<Box<dyn Future<Output = ReloadOutcome> + Send + '_>> {
        let renewal = match self.look() {
            Ok(true) => ReloadOutcome::Changed,
            // Another request has checked a moment ago, possibly for the same token, and could not read the file.
            Ok(false) if !self.0.unreadable.load(Ordering::Relaxed) => ReloadOutcome::Unchanged,
            Ok(false) | Err(_) => ReloadOutcome::Failed,
        };
        Box::pin(std::future::ready(renewal))
    }
}

impl fmt::Debug for IssuerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = self.0.current.load();
        f.debug_struct("IssuerKeys")
            .field("signing_key", &current.signing_key)
            .field("published", &current.verifying.len())
            .finish_non_exhaustive()
    }
}
