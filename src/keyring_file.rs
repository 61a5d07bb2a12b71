//! A key ring in a file that several processes share.

use std::borrow::ToOwned;
use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::vec::Vec;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::KeyError;
use crate::keyring::{KeyRing, KeyRingError};
use crate::private_file::{LockedFile, PrivateFile, PrivateFileError, Secret};
use crate::time::NumericDate;

/// A [`KeyRing`] in a file that several processes share.
///
/// Readers need no lock: a change replaces the file in one step, so they see either the former ring or the new one,
/// even if the process that changes it is killed. Writers wait for each other, by locking a file next to it
/// (`NAME.lock`), so each change starts from the result of the previous one. The new content is synchronized to the
/// disk before the file is renamed.
///
/// Symbolic links are followed and kept; the file that they lead to is replaced. The new file has the mode and group
/// of the former one (on Unix; access control lists are not copied). [The rules of private files](crate::private_file)
/// are checked each time the file is read.
///
/// ```
/// use std::time::Duration;
/// use jotwell::{Algorithm, KeyRing, KeyRingFile, KeyRingFileError, KeyRotationPolicy, NumericDate};
///
/// # let folder = std::env::temp_dir().join(format!("jotwell-key-ring-file-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let rotation = KeyRotationPolicy::new().publish_ahead(Duration::from_secs(300)).token_lifetime(Duration::from_secs(900)).leeway(Duration::from_secs(60));
/// let now = NumericDate::from_secs(1_800_000_000);
/// let file = KeyRingFile::new(folder.join("keys.json"));
/// let (ring, version) = file.load_or_create(|| {
///     KeyRing::generate(Algorithm::ES256, rotation, now).map_err(KeyRingFileError::from)
/// })?;
///
/// // Another process rotates the keys.
/// let later = now.saturating_add(Duration::from_secs(300));
/// file.rotate(later)?;
///
/// let (new, _) = file.load_if_changed(version)?.expect("another version");
/// assert_ne!(new.signing_key().key_id(), ring.signing_key().key_id());
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRingFile(PrivateFile);

/// Identifies the content of a file that was read or written. Equal content has equal versions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FileVersion([u8; 32]);

impl FileVersion {
    /// Derives the version from the content and not from time, length and inode, which can be equal if a file is
    /// written twice within one tick of the file system's clock.
    fn of(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }
}

impl fmt::Debug for FileVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileVersion(..)")
    }
}

impl KeyRingFile {
    /// Creates a handle for the file. Nothing is opened until another method is called.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(PrivateFile::new(path))
    }

    /// Accepts a file that every user of the machine can read: [`PrivateFile::allow_world_readable`].
    #[must_use]
    pub fn allow_world_readable(self) -> Self {
        Self(self.0.allow_world_readable())
    }

    /// Returns the path that was passed.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Reads the ring.
    ///
    /// # Errors
    /// [`KeyRingFileError::File`], for which [`is_not_found`](KeyRingFileError::is_not_found) returns true if there is
    /// no such file; [`KeyRingFileError::NotAKeyRing`].
    pub fn load(&self) -> Result<(KeyRing, FileVersion), KeyRingFileError> {
        let content = self.0.read()?;
        Ok((self.parse(&content)?, FileVersion::of(content.as_ref())))
    }

    /// Reads the ring, or returns `None` if the content of the file is that of `version`.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_if_changed(
        &self,
        version: FileVersion,
    ) -> Result<Option<(KeyRing, FileVersion)>, KeyRingFileError> {
        let content = self.0.read()?;
        let found = FileVersion::of(content.as_ref());
        if found == version {
            return Ok(None);
        }
        Ok(Some((self.parse(&content)?, found)))
    }

    /// Reads the ring, or creates the file with the ring that `create` returns. If several processes do so at once,
    /// one creates it and the others read it. Only the owner can read the new file (mode 0600). An existing file is
    /// read without the lock, so it may be on a read-only file system.
    ///
    /// # Errors
    /// Those of `create`; [`KeyRingFileError::File`], [`KeyRingFileError::NotAKeyRing`].
    pub fn load_or_create<E: From<KeyRingFileError>>(
        &self,
        create: impl FnOnce() -> Result<KeyRing, E>,
    ) -> Result<(KeyRing, FileVersion), E> {
        match self.load() {
            Err(error) if error.is_not_found() => {}
            loaded => return Ok(loaded?),
        }
        let file = self.lock()?;
        if let Some((content, _)) = file.read().map_err(KeyRingFileError::File)? {
            return Ok((self.parse(&content)?, FileVersion::of(content.as_ref())));
        }
        let ring = create()?;
        let version = write(&file, &ring, |file, content| file.write(content, None))?;
        Ok((ring, version))
    }

    /// Creates the file with this ring. Only its owner can read it (mode 0600).
    ///
    /// # Errors
    /// [`KeyRingFileError::AlreadyExists`], [`KeyRingFileError::File`].
    pub fn create(&self, ring: &KeyRing) -> Result<FileVersion, KeyRingFileError> {
        let file = self.lock()?;
        if file.exists()? {
            return Err(KeyRingFileError::AlreadyExists { path: self.path().to_owned() });
        }
        write(&file, ring, |file, content| file.write(content, None))
    }

    /// Creates the file with this ring, readable only by its owner (mode 0600), **or replaces an existing file with
    /// any content**: its keys are lost.
    ///
    /// # Errors
    /// [`KeyRingFileError::File`].
    pub fn replace(&self, ring: &KeyRing) -> Result<FileVersion, KeyRingFileError> {
        write(&self.lock()?, ring, |file, content| file.write(content, None))
    }

    /// Changes the ring under the lock: reads it, calls `change`, and replaces the file unless `change` returns an
    /// error. Returns the changed ring.
    ///
    /// # Errors
    /// Those of `change`; [`KeyRingFileError::File`], [`KeyRingFileError::NotAKeyRing`]. The file is then unchanged,
    /// except after [`PrivateFileError::NotDurable`].
    pub fn change<E: From<KeyRingFileError>>(
        &self,
        change: impl FnOnce(&mut KeyRing) -> Result<(), E>,
    ) -> Result<(KeyRing, FileVersion), E> {
        let file = self.lock()?;
        let (content, access) = file.read_existing().map_err(KeyRingFileError::File)?;
        let mut ring = self.parse(&content)?;
        change(&mut ring)?;
        let version = write(&file, &ring, |file, content| file.write(content, Some(&access)))?;
        Ok((ring, version))
    }

    /// Rotates the keys: [`KeyRing::rotate`].
    ///
    /// # Errors
    /// [`KeyRingFileError::Rotation`] with [`KeyRingError::TooEarly`] if verifiers may not know the next key yet; those of
    /// [`change`](Self::change).
    pub fn rotate(&self, now: NumericDate) -> Result<(KeyRing, FileVersion), KeyRingFileError> {
        self.change(|ring| Ok(ring.rotate(now)?))
    }

    fn lock(&self) -> Result<LockedFile<'_>, KeyRingFileError> {
        Ok(self.0.lock()?)
    }

    fn parse(&self, content: &Secret) -> Result<KeyRing, KeyRingFileError> {
        KeyRing::from_json(content)
            .map_err(|source| KeyRingFileError::NotAKeyRing { path: self.path().to_owned(), source })
    }
}

/// Writes the JSON of the ring and a line end.
fn write(
    file: &LockedFile<'_>,
    ring: &KeyRing,
    write: impl FnOnce(&LockedFile<'_>, &[u8]) -> Result<(), PrivateFileError>,
) -> Result<FileVersion, KeyRingFileError> {
    let json = Zeroizing::new(ring.to_json_with_private_members()?);
    // A buffer that is reallocated would leave a copy of the keys in memory.
    let mut content = Zeroizing::new(Vec::with_capacity(json.len().saturating_add(1)));
    content.extend_from_slice(json.as_bytes());
    content.push(b'\n');
    write(file, &content)?;
    Ok(FileVersion::of(&content))
}

impl<P: AsRef<Path>> From<P> for KeyRingFile {
    fn from(path: P) -> Self {
        Self::new(path.as_ref())
    }
}

/// A key ring cannot be read from a file or written to it.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyRingFileError {
    /// The file cannot be opened, read or written, or other users have access to it.
    File(PrivateFileError),
    /// The file already exists.
    AlreadyExists {
        /// The file.
        path: PathBuf,
    },
    /// The content of the file is not a key ring.
    NotAKeyRing {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: KeyError,
    },
    /// The keys were not rotated.
    Rotation(KeyRingError),
    /// A key cannot be created or written.
    Key(KeyError),
}

impl KeyRingFileError {
    /// Returns whether the file, or the folder it is in, does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::File(error) if error.is_not_found())
    }
}

impl From<PrivateFileError> for KeyRingFileError {
    fn from(error: PrivateFileError) -> Self {
        Self::File(error)
    }
}

impl From<KeyRingError> for KeyRingFileError {
    fn from(error: KeyRingError) -> Self {
        Self::Rotation(error)
    }
}

impl From<KeyError> for KeyRingFileError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl fmt::Display for KeyRingFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::AlreadyExists { path } => {
                write!(f, "{} exists; choose another name, or replace the ring in it", path.display())
            }
            Self::NotAKeyRing { path, .. } => write!(f, "{} does not hold a key ring", path.display()),
            Self::Rotation(error) => error.fmt(f),
            Self::Key(error) => error.fmt(f),
        }
    }
}

impl StdError for KeyRingFileError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::File(error) => error.source(),
            Self::AlreadyExists { .. } => None,
            Self::NotAKeyRing { source, .. } => Some(source),
            Self::Rotation(error) => error.source(),
            Self::Key(error) => error.source(),
        }
    }
}
