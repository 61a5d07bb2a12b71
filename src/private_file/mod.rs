//! Files with private keys and other secrets: the rules for their permissions, and their atomic replacement.
//!
//! On Unix a file is read only if these rules hold. They are checked on the opened file and the opened folder, so
//! replacing the path in the meantime has no effect.
//!
//! | What | Rule |
//! |---|---|
//! | Owner of the file | root, or the effective user of the process |
//! | Writable | only by its owner |
//! | Readable | by its owner and its group; by everyone only after [`PrivateFile::allow_world_readable`] |
//! | Owner of the folder | root, or the effective user of the process |
//! | Folder writable by everyone | only if it belongs to root and is sticky, like `/tmp` |
//!
//! Symbolic links are followed, and the rules for folders apply to the folder of each link, too. Parent folders
//! further up are not checked. A folder may be writable by its group, like Kubernetes volumes with an `fsGroup`: such
//! a group can remove a file, but cannot create one that belongs to the owner. A pipe, such as `/dev/stdin`, has no
//! folder; its owner and mode are checked.
//!
//! **Containers.** By default, Kubernetes mounts secrets with mode 0644 and Docker with mode 0444. Either set the mode
//! (`defaultMode: 0400`, `mode: 0400`), or allow it with [`allow_world_readable`](PrivateFile::allow_world_readable):
//! the container has no other users. An `fsGroup` makes files of a volume writable by their group each time it is
//! mounted; `fsGroupChangePolicy: OnRootMismatch` prevents that.
//!
//! **Windows.** Owner and permissions are not checked, and a new file inherits the access control list of its folder.
//! Keep files in a folder that only the service's account and administrators can open.

mod error;
#[cfg(unix)]
mod rules;
mod secret;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

use std::borrow::ToOwned;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::vec::Vec;

pub use error::PrivateFileError;
pub use secret::Secret;
use system::{Access, Folder, Opening};

/// The path of a file with secrets, and whether everyone may read it.
///
/// Nothing is opened until a method is called. See [the module](self) for the rules.
///
/// ```
/// use jotwell::private_file::PrivateFile;
///
/// # let folder = std::env::temp_dir().join(format!("jotwell-private-file-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("secret");
/// # drop(PrivateFile::new(&path).open_or_create()?);
/// # std::fs::write(&path, "correct horse\n")?;
/// let secret = PrivateFile::new(&path).read()?.without_line_end();
/// assert_eq!(secret.as_ref(), b"correct horse");
///
/// // If a container's orchestrator mounts it with mode 0444:
/// let mounted = PrivateFile::new("/run/secrets/token_secret").allow_world_readable();
/// # let _ = mounted;
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateFile {
    path: PathBuf,
    world_readable: bool,
}

/// The longest file that [`PrivateFile::read`] accepts, in bytes: 1 MiB.
pub const MAX_LENGTH: usize = 1 << 20;

impl PrivateFile {
    /// Creates a handle for a file that only its owner and its group may read.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), world_readable: false }
    }

    /// Accepts a file that is readable by everyone, as Kubernetes (mode 0644) and Docker (mode 0444) mount secrets by
    /// default. All other rules are still checked.
    #[must_use]
    pub fn allow_world_readable(mut self) -> Self {
        self.world_readable = true;
        self
    }

    /// Returns the path that was passed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the whole file.
    ///
    /// # Errors
    /// [`PrivateFileError::Io`]; [`PrivateFileError::TooLong`] beyond [`MAX_LENGTH`]; on Unix
    /// [`PrivateFileError::ForeignOwner`], [`PrivateFileError::WritableByOthers`], [`PrivateFileError::WorldReadable`]
    /// and [`PrivateFileError::WorldWritableFolder`].
    pub fn read(&self) -> Result<Secret, PrivateFileError> {
        // A pipe that a shell or a supervisor has opened for this process.
        if std::fs::metadata(&self.path).is_ok_and(|file| !file.is_file() && !file.is_dir()) {
            let file = File::open(&self.path).map_err(|error| self.failed(error))?;
            self.check(&file)?;
            return self.read_all(file);
        }
        let (folder, name) = self.locate()?;
        self.read_in(&folder, &name).map(|(secret, _)| secret)
    }

    /// Opens the file for reading and writing. If it does not exist, it is created with access only for its owner
    /// (mode 0600), and its name is synchronized to the disk.
    ///
    /// # Errors
    /// As [`read`](Self::read), except for [`PrivateFileError::TooLong`].
    pub fn open_or_create(&self) -> Result<File, PrivateFileError> {
        let (folder, name) = self.locate()?;
        let file = folder.open_file(&name, Opening::OpenOrCreate).map_err(|error| self.failed(error))?;
        self.check(&file)?;
        folder.sync().map_err(|error| self.failed(error))?;
        Ok(file)
    }

    /// Locks the file until the value is dropped. The lock is on a second file next to it, `NAME.lock`, which is kept,
    /// because each change replaces the file itself.
    pub(crate) fn lock(&self) -> Result<LockedFile<'_>, PrivateFileError> {
        loop {
            let (folder, name) = self.locate()?;
            let lock = folder.lock(&beside(&name, "lock")).map_err(|error| self.failed(error))?;
            self.check_owner(&lock, &folder.path.join(beside(&name, "lock")))?;
            // The target of a link may have changed while this waited for the lock.
            let (now, name_now) = self.locate()?;
            if now.is(&folder) && name_now == name {
                return Ok(LockedFile { file: self, folder, name, _lock: lock });
            }
        }
    }

    /// Returns the folder that contains the file, and its name there.
    fn locate(&self) -> Result<(Folder, OsString), PrivateFileError> {
        let mut path = self.path.clone();
        for _ in 0..MAX_LINKS {
            let name = path.file_name().ok_or_else(|| self.failed(io::ErrorKind::InvalidInput.into()))?;
            let folder = Folder::open(parent(&path)).map_err(|error| self.failed(error))?;
            #[cfg(unix)]
            rules::check_folder(&folder.path, &folder.owner())?;
            match folder.read_link(name).map_err(|error| self.failed(error))? {
                Some(target) => path = folder.path.join(target),
                None => return Ok((folder, name.to_owned())),
            }
        }
        Err(self.failed(io::Error::other("too many links")))
    }

    fn read_in(&self, folder: &Folder, name: &OsStr) -> Result<(Secret, Access), PrivateFileError> {
        let file = folder.open_file(name, Opening::Read).map_err(|error| self.failed(error))?;
        let access = self.check(&file)?;
        self.read_all(file).map(|secret| (secret, access))
    }

    fn read_all(&self, file: File) -> Result<Secret, PrivateFileError> {
        let metadata = file.metadata().map_err(|error| self.failed(error))?;
        // A buffer that is reallocated would leave copies in memory.
        let length = usize::try_from(metadata.len()).unwrap_or(MAX_LENGTH).min(MAX_LENGTH);
        let room = if metadata.is_file() { length } else { MAX_LENGTH }.saturating_add(1);
        let mut bytes = Secret::from(Vec::with_capacity(room));
        let limit = u64::try_from(MAX_LENGTH).unwrap_or(u64::MAX).saturating_add(1);
        file.take(limit).read_to_end(&mut bytes.0).map_err(|error| self.failed(error))?;
        if bytes.0.len() > MAX_LENGTH {
            return Err(PrivateFileError::TooLong { path: self.path.clone(), limit: MAX_LENGTH });
        }
        Ok(bytes)
    }

    fn check(&self, file: &File) -> Result<Access, PrivateFileError> {
        let access = Access::of(file).map_err(|error| self.failed(error))?;
        #[cfg(unix)]
        rules::check_file(&self.path, &access, self.world_readable)?;
        Ok(access)
    }

    fn check_owner(&self, file: &File, path: &Path) -> Result<(), PrivateFileError> {
        let access = Access::of(file).map_err(|error| self.failed(error))?;
        #[cfg(unix)]
        rules::check_owner(path, &access)?;
        let _ = (path, access);
        Ok(())
    }

    fn failed(&self, source: io::Error) -> PrivateFileError {
        PrivateFileError::Io { path: self.path.clone(), source }
    }
}

impl<P: AsRef<Path>> From<P> for PrivateFile {
    fn from(path: P) -> Self {
        Self::new(path.as_ref())
    }
}

/// A locked file. No other process that uses the lock changes it.
pub(crate) struct LockedFile<'a> {
    file: &'a PrivateFile,
    folder: Folder,
    name: OsString,
    _lock: File,
}

impl LockedFile<'_> {
    /// Returns the content, and the permissions. `None` if there is no such file.
    pub(crate) fn read(&self) -> Result<Option<(Secret, Access)>, PrivateFileError> {
        match self.read_existing() {
            Ok(read) => Ok(Some(read)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the content, and the permissions.
    pub(crate) fn read_existing(&self) -> Result<(Secret, Access), PrivateFileError> {
        self.file.read_in(&self.folder, &self.name)
    }

    /// Returns whether there is such a file, or anything else with that name.
    pub(crate) fn exists(&self) -> Result<bool, PrivateFileError> {
        self.folder.has(&self.name).map_err(|error| self.file.failed(error))
    }

    /// Replaces the file in one step, even if the process is killed in the meantime: the content is written to a new
    /// file next to it, and synchronized to the disk before that file is renamed. The new file has the mode and group
    /// of `access`; by default only its owner may read it.
    pub(crate) fn write(&self, content: &[u8], access: Option<&Access>) -> Result<(), PrivateFileError> {
        let new = beside(&self.name, "new");
        let write = || {
            // A file that a killed process has left. No other process writes it now, because of the lock.
            match self.folder.remove(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = self.folder.open_file(&new, Opening::CreateNew)?;
            let written = file
                .write_all(content)
                .and_then(|()| access.map_or(Ok(()), |access| access.give(&file)))
                .and_then(|()| file.sync_all())
                .and_then(|()| self.folder.rename(&new, &self.name));
            if written.is_err() {
                let _ = self.folder.remove(&new);
            }
            written
        };
        write().map_err(|error| self.file.failed(error))?;
        self.folder
            .sync()
            .map_err(|source| PrivateFileError::NotDurable { path: self.file.path.clone(), source })
    }
}

/// As on Linux (`ELOOP`).
const MAX_LINKS: u32 = 40;

fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(name: &OsStr, extension: &str) -> OsString {
    let mut name = name.to_owned();
    name.push(".");
    name.push(extension);
    name
}
