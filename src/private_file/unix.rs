//! Files and folders on Unix. They are opened relative to the folder's descriptor, so a path that changes in the
//! meantime has no effect.

use std::borrow::ToOwned;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::vec::Vec;

use rustix::fs::{AtFlags, CWD, FlockOperation, Gid, Mode, OFlags, Stat};
use rustix::io::{Errno, retry_on_intr};

/// Owner, group and mode.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    pub(super) owner: u32,
    pub(super) group: u32,
    /// Including the type of the file.
    pub(super) mode: u32,
}

impl Access {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self { owner: metadata.uid(), group: metadata.gid(), mode: metadata.mode() })
    }

    /// Sets this group and this mode on a file that was just created.
    pub(super) fn give(&self, file: &File) -> io::Result<()> {
        if file.metadata()?.gid() != self.group {
            // Before the mode, so that no other group gets the permissions of this one.
            match rustix::fs::fchown(file, None, Some(Gid::from_raw(self.group))) {
                // A process that is not in that group cannot set it. That is acceptable if the group has no more
                // permissions than everyone.
                Err(Errno::PERM) if self.mode & 0o070 == (self.mode & 0o007) << 3 => {}
                done => done?,
            }
        }
        file.set_permissions(PermissionsExt::from_mode(self.mode & 0o777))
    }
}

/// How a file is opened.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opening {
    /// For reading an existing file.
    Read,
    /// For reading and writing. A new file is accessible only to its owner.
    OpenOrCreate,
    /// For writing a new file, accessible only to its owner.
    CreateNew,
}

/// An open folder.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    folder: File,
    stat: Stat,
}

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        // Opening a file in a folder does not need the permission to list the folder.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let flags = OFlags::PATH;
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let flags = OFlags::RDONLY;
        let folder =
            rustix::fs::openat(CWD, path, flags | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        let stat = rustix::fs::fstat(&folder)?;
        Ok(Self { path: path.to_owned(), folder: folder.into(), stat })
    }

    #[allow(clippy::useless_conversion, reason = "the width of the numbers depends on the system")]
    pub(super) fn owner(&self) -> Access {
        Access { owner: self.stat.st_uid, group: self.stat.st_gid, mode: self.stat.st_mode.into() }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        is_same(&self.stat, &other.stat)
    }

    /// Returns the target of a link. `None` if it is not a link, or does not exist.
    pub(super) fn read_link(&self, name: &OsStr) -> io::Result<Option<PathBuf>> {
        match rustix::fs::readlinkat(&self.folder, name, Vec::new()) {
            Ok(target) => Ok(Some(OsString::from_vec(target.into_bytes()).into())),
            Err(Errno::INVAL | Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn has(&self, name: &OsStr) -> io::Result<bool> {
        match rustix::fs::statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn open_file(&self, name: &OsStr, opening: Opening) -> io::Result<File> {
        let flags = match opening {
            Opening::Read => OFlags::RDONLY,
            Opening::OpenOrCreate => OFlags::RDWR | OFlags::CREATE,
            Opening::CreateNew => OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL,
        };
        self.open_with(name, flags)
    }

    /// Waits for the exclusive lock of a file, which it creates if necessary.
    pub(super) fn lock(&self, name: &OsStr) -> io::Result<File> {
        loop {
            let file = self.open_with(name, OFlags::WRONLY | OFlags::CREATE)?;
            retry_on_intr(|| rustix::fs::flock(&file, FlockOperation::LockExclusive))?;
            // Another process may have removed the file during the wait. Other processes would then lock another file.
            match rustix::fs::statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(named) if is_same(&named, &rustix::fs::fstat(&file)?) => return Ok(file),
                Ok(_) | Err(Errno::NOENT) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn open_with(&self, name: &OsStr, flags: OFlags) -> io::Result<File> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        Ok(retry_on_intr(|| rustix::fs::openat(&self.folder, name, flags, mode))?.into())
    }

    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.folder, from, &self.folder, to)?)
    }

    pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.folder, name, AtFlags::empty())?)
    }

    /// Synchronizes the names in the folder to the disk, if the file system supports it.
    pub(super) fn sync(&self) -> io::Result<()> {
        let folder = self.open_with(OsStr::new("."), OFlags::RDONLY | OFlags::DIRECTORY)?;
        match folder.sync_all() {
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            synced => synced,
        }
    }
}

fn is_same(one: &Stat, other: &Stat) -> bool {
    (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
}
