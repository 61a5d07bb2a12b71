//! The keys of an issuer while it serves.

mod error;
mod file;
mod secret;

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::Duration;

use arc_swap::ArcSwap;
pub use error::KeysError;
use jotwell::{
    Algorithm, Clock, Header, JwkSet, KeyRing, KeyRotationPolicy, KeySource, NumericDate, SigningKey,
    SystemClock, VerifyError, VerifyingKey,
};
pub use secret::{Secret, secret_from_env, secret_from_file};

use self::file::RingFile;
use crate::reload_keys::{ReloadKeys, ReloadOutcome};
use crate::timestamp::Timestamp;

/// The keys with which a service signs, verifies, and which it publishes. They can turn while it serves.
///
/// Cheap to clone; all clones are one. Verification never waits for a turn.
///
/// ```
/// use std::time::Duration;
/// use jotwell::{Algorithm, KeyRotationPolicy};
/// use jotwell_http::IssuerKeys;
///
/// # let folder = std::env::temp_dir().join(format!("jotwell-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let rotation = KeyRotationPolicy {
///     publish_ahead: Duration::from_secs(300),
///     token_lifetime: Duration::from_secs(900),
///     leeway: Duration::from_secs(60),
/// };
/// // Made if it is not there; read by every other process that opens it.
/// let keys = IssuerKeys::open(folder.join("keys.json"), Algorithm::ES256, rotation)?;
/// assert_eq!(keys.published().len(), 2);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct IssuerKeys(Arc<Inner>);

struct Inner {
    current: ArcSwap<Current>,
    /// Where the ring is kept, for other processes that may turn it as well. One without a file ends with the
    /// process.
    file: Option<RingFile>,
    clock: Arc<dyn Clock>,
    /// When the file was looked at, and whether a key had to retire, in milliseconds.
    looked_at: AtomicU64,
    /// Whether it could not be read then.
    unreadable: AtomicBool,
    turning: Mutex<()>,
}

/// What all readers see until it is replaced as a whole.
struct Current {
    /// None where there is one key that does not turn.
    ring: Option<KeyRing>,
    signing_key: SigningKey,
    verifying: JwkSet,
    /// A shared secret, which is in no set.
    shared: Option<VerifyingKey>,
}

/// How often a file is looked at: so much later another process sees that its keys have turned.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Current {
    fn of_ring(ring: KeyRing, now: NumericDate) -> Result<Self, KeysError> {
        let verifying = ring.published(now)?;
        Ok(Self { signing_key: ring.signing_key().clone(), verifying, shared: None, ring: Some(ring) })
    }

    fn of_key(key: SigningKey) -> Result<Self, KeysError> {
        let (verifying, shared) = if key.algorithm().is_symmetric() {
            (JwkSet::default(), Some(key.verifying_key()))
        } else {
            (JwkSet::from_keys([key.verifying_key()])?, None)
        };
        Ok(Self { ring: None, signing_key: key, verifying, shared })
    }
}

impl IssuerKeys {
    /// One key that does not turn: a shared secret where one service issues and verifies, or a key that is
    /// turned elsewhere.
    ///
    /// # Errors
    /// [`KeysError::Key`].
    pub fn single(key: SigningKey) -> Result<Self, KeysError> {
        Ok(Self::with(Current::of_key(key)?, None, Arc::new(SystemClock)))
    }

    /// A ring that ends with the process: for tests, and where [`secret_from_env`] brings one that is turned
    /// elsewhere. `clock` says when keys have retired.
    ///
    /// # Errors
    /// [`KeysError::Key`].
    pub fn in_memory(ring: KeyRing, clock: impl Clock + 'static) -> Result<Self, KeysError> {
        Ok(Self::with(Current::of_ring(ring, clock.now())?, None, Arc::new(clock)))
    }

    /// The ring in that file, which is made with new keys where it is not there, for its owner alone. Times are rounded
    /// up to whole seconds; a link is followed, and stays one.
    ///
    /// Every process that opens the same file signs with the same key, and sees within a second that another
    /// one has turned it.
    ///
    /// Algorithm and times of a ring that is in use do not change. Others are had with another file, which is what
    /// [`revoke_all`](Self::revoke_all) is to those who hold tokens: they are refused, and get new ones by their refresh tokens.
    ///
    /// # Errors
    /// [`KeysError::File`], [`KeysError::InsecurePermissions`], [`KeysError::Key`]; [`KeysError::ConfigMismatch`] where the ring in
    /// the file is for another algorithm or keeps other times, which every process that shares it must agree on.
    pub fn open(
        path: impl AsRef<Path>,
        algorithm: Algorithm,
        rotation: KeyRotationPolicy,
    ) -> Result<Self, KeysError> {
        Self::open_with_clock(path, algorithm, rotation, SystemClock)
    }

    /// As [`open`](Self::open), by another clock.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with_clock(
        path: impl AsRef<Path>,
        algorithm: Algorithm,
        rotation: KeyRotationPolicy,
        clock: impl Clock + 'static,
    ) -> Result<Self, KeysError> {
        // As a file has them.
        let rotation = KeyRotationPolicy {
            publish_ahead: whole_seconds(rotation.publish_ahead),
            token_lifetime: whole_seconds(rotation.token_lifetime),
            leeway: whole_seconds(rotation.leeway),
        };
        let file = RingFile::new(path.as_ref(), algorithm, rotation);
        let now = clock.now();
        let ring = file.read_or_make(|| KeyRing::generate(algorithm, rotation, now))?;
        Ok(Self::with(Current::of_ring(ring, now)?, Some(file), Arc::new(clock)))
    }

    fn with(current: Current, file: Option<RingFile>, clock: Arc<dyn Clock>) -> Self {
        let looked_at = AtomicU64::new(Timestamp::from(clock.now()).as_millis());
        Self(Arc::new(Inner {
            current: ArcSwap::from_pointee(current),
            file,
            clock,
            looked_at,
            unreadable: AtomicBool::new(false),
            turning: Mutex::new(()),
        }))
    }

    /// The key that signs now.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        let _ = self.look();
        self.0.current.load().signing_key.clone()
    }

    /// The public keys, as others get to see them: none of a shared secret.
    #[must_use]
    pub fn published(&self) -> JwkSet {
        let _ = self.look();
        self.0.current.load().verifying.clone()
    }

    /// How long others may keep what is [published](Self::published): the ring's
    /// [`publish_ahead`](KeyRotationPolicy::publish_ahead).
    #[must_use]
    pub fn max_age(&self) -> Duration {
        let current = self.0.current.load();
        current.ring.as_ref().map_or(DEFAULT_MAX_AGE, |ring| ring.rotation().publish_ahead)
    }

    /// The longest life of a token, where there is a ring.
    pub(crate) fn token_lifetime(&self) -> Option<Duration> {
        self.0.current.load().ring.as_ref().map(|ring| ring.rotation().token_lifetime)
    }

    /// How long after its end a token may be believed, where there is a ring: so long its key is kept.
    pub(crate) fn leeway(&self) -> Option<Duration> {
        self.0.current.load().ring.as_ref().map(|ring| ring.rotation().leeway)
    }

    /// When the ring may turn next; `None` where there is no ring.
    #[must_use]
    pub fn ready_at(&self) -> Option<NumericDate> {
        self.0.current.load().ring.as_ref().map(KeyRing::ready_at)
    }

    /// Turns the ring: [`KeyRing::rotate`]. The file is written before anything is signed with the new key,
    /// and of two processes that turn it one waits for the other.
    ///
    /// This waits for a disk; in async code call it on a thread that may.
    ///
    /// # Errors
    /// [`KeysError::TooEarly`] where verifiers may not know the next key yet, [`KeysError::NotRotatable`] where there
    /// is no ring, [`KeysError::File`], [`KeysError::InsecurePermissions`], [`KeysError::ConfigMismatch`], [`KeysError::Key`]. Then the
    /// keys are what they were.
    pub fn rotate(&self) -> Result<(), KeysError> {
        self.turn(|mut ring, now| {
            ring.rotate(now)?;
            Ok(ring)
        })
    }

    /// Puts new keys in the place of all that are there, since they may have got out: the file has those to come as
    /// well. Every token that was issued is refused from now on, here at once, by other processes with the same file
    /// within a second, and by verifiers elsewhere when they get the published set anew. Until they do they
    /// refuse the new tokens.
    ///
    /// # Errors
    /// As [`rotate`](Self::rotate), but for [`KeysError::TooEarly`].
    pub fn revoke_all(&self) -> Result<(), KeysError> {
        self.turn(|ring, now| Ok(KeyRing::generate(ring.signing_key().algorithm(), ring.rotation(), now)?))
    }

    fn turn(
        &self,
        change: impl FnOnce(KeyRing, NumericDate) -> Result<KeyRing, KeysError>,
    ) -> Result<(), KeysError> {
        let inner = &*self.0;
        // Nothing is half-done under this lock: the ring is replaced in one step, at the end.
        let _turning = inner.turning.lock().unwrap_or_else(PoisonError::into_inner);
        let now = inner.clock.now();
        let ring = inner.current.load().ring.clone().ok_or(KeysError::NotRotatable)?;
        let ring = match &inner.file {
            // Not the one that is at hand: another process may have turned it since.
            Some(file) => file.change(|ring| change(ring, now))?,
            None => change(ring, now)?,
        };
        inner.current.store(Arc::new(Current::of_ring(ring, now)?));
        tracing::info!(kid = self.0.current.load().signing_key.key_id(), "the keys have turned");
        Ok(())
    }

    /// Looks whether the file has changed or a key has to retire, if that is due. Whether the keys are others
    /// now. A file that cannot be read, or has another ring than was asked for, leaves them as they are, but for
    /// retirement, and the log tells.
    fn look(&self) -> Result<bool, KeysError> {
        let inner = &*self.0;
        let now = inner.clock.now();
        let millis = Timestamp::from(now).as_millis();
        let looked_at = inner.looked_at.load(Ordering::Relaxed);
        let every = u64::try_from(LOOK_EVERY.as_millis()).unwrap_or(u64::MAX);
        // A clock that was set back is no reason to look away until it has caught up.
        if millis >= looked_at && millis.saturating_sub(looked_at) < every {
            return Ok(false);
        }
        let _turning = match inner.turning.try_lock() {
            Ok(turning) => turning,
            // As in `turn`: nothing is half-done.
            Err(TryLockError::Poisoned(error)) => error.into_inner(),
            // Whoever turns the keys at the moment brings news of its own.
            Err(TryLockError::WouldBlock) => return Ok(false),
        };
        inner.looked_at.store(millis, Ordering::Relaxed);
        let current = inner.current.load_full();
        let Some(ring) = &current.ring else { return Ok(false) };
        let read = inner.file.as_ref().map_or(Ok(None), RingFile::read_if_changed);
        let read = read.and_then(|read| read.map(|ring| Current::of_ring(ring, now)).transpose());
        let (read, failure) = read.map_or_else(|error| (None, Some(error)), |read| (read, None));
        inner.unreadable.store(failure.is_some(), Ordering::Relaxed);
        if let Some(error) = &failure {
            tracing::warn!(error = error as &dyn std::error::Error, "the keys could not be read anew");
            inner.file.iter().for_each(RingFile::forget);
        }
        let next = read.map_or_else(|| Current::of_ring(ring.clone(), now), Ok)?;
        // The key that signs is the first of them.
        let same = names(&next.verifying).eq(names(&current.verifying));
        if !same {
            inner.current.store(Arc::new(next));
        }
        failure.map_or(Ok(!same), Err)
    }
}

/// Rounded up: what shrank would be too short.
fn whole_seconds(duration: Duration) -> Duration {
    Duration::from_secs(duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0)))
}

/// What a set without a ring may be kept for.
const DEFAULT_MAX_AGE: Duration = Duration::from_secs(300);

fn names(set: &JwkSet) -> impl Iterator<Item = Option<&str>> {
    set.keys().iter().map(VerifyingKey::key_id)
}

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

/// A key that another process has begun to sign with is read from the file.
impl ReloadKeys for IssuerKeys {
    fn reload(&self) -> Pin<Box<dyn Future<Output = ReloadOutcome> + Send + '_>> {
        let renewal = match self.look() {
            Ok(true) => ReloadOutcome::Changed,
            // Somebody has looked a moment ago, perhaps for this very token, and could not see.
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
