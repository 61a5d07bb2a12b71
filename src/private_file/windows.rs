//! Files and folders on Windows, where the folder's access control list decides who may access a file.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Empty: a new file inherits the access control list of its folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access;

impl Access {
    pub(super) fn of(_: &File) -> io::Result<Self> {
        Ok(Self)
    }

    #[allow(clippy::unused_self, reason = "as on Unix")]
    pub(super) fn give(&self, _: &File) -> io::Result<()> {
        Ok(())
    }
}

/// How a file is opened.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opening {
    /// For reading an existing file.
    Read,
    /// For reading and writing.
    OpenOrCreate,
    /// For writing a new file.
    CreateNew,
}

/// A folder.
pub(super) struct Folder {
    pub(super) path: PathBuf,
}

/// `ERROR_SHARING_VIOLATION`.
const IN_USE: i32 = 32;

/// The interval at which a lock that is held is tried again.
const RETRY: Duration = Duration::from_millis(10);

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        fs::canonicalize(path).map(|path| Self { path })
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.path == other.path
    }

    /// Returns the target of a link. `None` if it is not a link, or does not exist.
    pub(super) fn read_link(&self, name: &OsStr) -> io::Result<Option<PathBuf>> {
        let path = self.path.join(name);
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_symlink() => fs::read_link(path).map(Some),
            _ => Ok(None),
        }
    }

    pub(super) fn has(&self, name: &OsStr) -> io::Result<bool> {
        match self.path.join(name).symlink_metadata() {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) fn open_file(&self, name: &OsStr, opening: Opening) -> io::Result<File> {
        let mut options = OpenOptions::new();
        match opening {
            Opening::Read => options.read(true),
            Opening::OpenOrCreate => options.read(true).write(true).create(true).truncate(false),
            Opening::CreateNew => options.write(true).create_new(true),
        };
        options.open(self.path.join(name))
    }

    /// Waits for the exclusive lock of a file, which it creates if necessary. No other process can open it in the
    /// meantime.
    pub(super) fn lock(&self, name: &OsStr) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).share_mode(0);
        loop {
            match options.open(self.path.join(name)) {
                Err(error) if error.raw_os_error() == Some(IN_USE) => std::thread::sleep(RETRY),
                opened => return opened,
            }
        }
    }

    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    /// Does nothing: the file system writes names by itself.
    #[allow(clippy::unused_self, reason = "as on Unix")]
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
