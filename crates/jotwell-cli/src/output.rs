//! Writes results: to standard output, and to files, which are written completely or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::printable::printable;

/// Writes text and one line end to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    bytes(text.strip_suffix('\n').unwrap_or(text).as_bytes()).and_then(|()| bytes(b"\n"))
}

/// Writes bytes to standard output.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::unread()),
        Err(error) => Err(Failure::misuse(format!("standard output cannot be written: {error}"))),
    }
}

/// Writes a line to standard error, safe to show: it may contain the name of a file. If standard error is closed, it
/// is dropped.
pub(crate) fn note(text: &str) {
    note_styled(&printable(text));
}

/// Writes a line to standard error, unchanged. Untrusted text must be [`printable`] already.
pub(crate) fn note_styled(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrecy {
    /// Its owner: mode 0600.
    Private,
    /// Everyone whom the umask allows.
    Public,
}

/// What happens if a file exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It stays, and the command fails.
    Keep,
    /// It is replaced.
    Replace,
}

impl Existing {
    pub(crate) fn unless(force: bool) -> Self {
        if force { Self::Replace } else { Self::Keep }
    }
}

/// Writes a file so that no reader sees it incomplete, even after a crash: a new file next to it is written and
/// synchronized to the disk, and then renamed.
pub(crate) fn file(path: &Path, content: &[u8], secrecy: Secrecy, existing: Existing) -> Result<(), Failure> {
    // A link remains a link; its target is replaced.
    let target = match existing {
        Existing::Replace => fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
        Existing::Keep => path.to_owned(),
    };
    match write_beside(&target, content, secrecy, existing) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Failure::misuse(format!("{} exists already and was not changed", path.display()))
                .hint("choose another name, or replace it with --force"))
        }
        Err(error) => Err(Failure::misuse(format!("{} cannot be written: {error}", path.display()))),
    }
}

fn write_beside(target: &Path, content: &[u8], secrecy: Secrecy, existing: Existing) -> io::Result<()> {
    // Fails early, before anything is written. The link below decides.
    if existing == Existing::Keep && target.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.tmp", std::process::id()));
    let temporary = Temporary(target.with_file_name(beside));

    match create(&temporary.0, content, secrecy) {
        // Left by a killed process with the same process ID.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(&temporary.0)?;
            create(&temporary.0, content, secrecy)?;
        }
        created => created?,
    }
    match existing {
        Existing::Replace => fs::rename(&temporary.0, target)?,
        // Unlike a rename, a link does not replace a file that was created in the meantime.
        Existing::Keep => match fs::hard_link(&temporary.0, target) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                // Some file systems do not support links. A new file may then be incomplete after a crash.
                create(target, content, secrecy)?;
            }
            linked => linked?,
        },
    }
    sync_folder(target);
    Ok(())
}

/// Writes a file that does not exist yet.
fn create(path: &Path, content: &[u8], secrecy: Secrecy) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secrecy == Secrecy::Private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = secrecy;
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Synchronizes the folder, so that the name is on the disk. Not every system can open a folder for that.
fn sync_folder(file: &Path) {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// A file that is removed when writing ends, with or without an error.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename it does not exist any more.
        let _ = fs::remove_file(&self.0);
    }
}
