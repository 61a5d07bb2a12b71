//! A ring in a file that several processes may open.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use jotwell::{Algorithm, KeyError, KeyRing, KeyRotationPolicy};
use zeroize::Zeroizing;

use super::KeysError;
use crate::private_file;

/// The file, and a lock beside it that whoever writes holds. Readers need none: the file is replaced in one
/// step.
pub(super) struct RingFile {
    path: PathBuf,
    /// What all who share it have agreed on.
    algorithm: Algorithm,
    rotation: KeyRotationPolicy,
    /// What the file looked like when it was read.
    seen: Mutex<Option<Stamp>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    /// Each writing makes a new file.
    #[cfg(unix)]
    inode: u64,
}

impl Stamp {
    fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            #[cfg(unix)]
            inode: std::os::unix::fs::MetadataExt::ino(&metadata),
        })
    }
}

impl RingFile {
    pub(super) fn new(path: &Path, algorithm: Algorithm, rotation: KeyRotationPolicy) -> Self {
        Self { path: resolved(path), algorithm, rotation, seen: Mutex::new(None) }
    }

    /// The ring that is there, or a new one that is there from now on.
    pub(super) fn read_or_make(
        &self,
        make: impl FnOnce() -> Result<KeyRing, KeyError>,
    ) -> Result<KeyRing, KeysError> {
        let _lock = self.lock()?;
        match self.read()? {
            Some(ring) => Ok(ring),
            None => {
                let ring = make()?;
                self.write(&ring)?;
                Ok(ring)
            }
        }
    }

    /// Replaces the ring by another that is made of it. Nobody else does so at the same time.
    pub(super) fn change(
        &self,
        change: impl FnOnce(KeyRing) -> Result<KeyRing, KeysError>,
    ) -> Result<KeyRing, KeysError> {
        let _lock = self.lock()?;
        let ring = self.read()?.ok_or_else(|| self.failed(io::ErrorKind::NotFound.into()))?;
        let ring = change(ring)?;
        self.write(&ring)?;
        Ok(ring)
    }

    /// The ring, where the file is not the one that was read last.
    pub(super) fn read_if_changed(&self) -> Result<Option<KeyRing>, KeysError> {
        let file = File::open(&self.path).map_err(|error| self.failed(error))?;
        let stamp = Stamp::of(&file).map_err(|error| self.failed(error))?;
        if self.seen.lock().is_ok_and(|seen| *seen == Some(stamp)) {
            return Ok(None);
        }
        self.parse(file, stamp).map(Some)
    }

    fn read(&self) -> Result<Option<KeyRing>, KeysError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(error)),
        };
        let stamp = Stamp::of(&file).map_err(|error| self.failed(error))?;
        self.parse(file, stamp).map(Some)
    }

    fn parse(&self, mut file: File, stamp: Stamp) -> Result<KeyRing, KeysError> {
        super::secret::check_mode(&file, &self.path)?;
        let mut text = Zeroizing::new(Vec::new());
        file.read_to_end(&mut text).map_err(|error| self.failed(error))?;
        let ring = KeyRing::from_json(&*text)?;
        if ring.signing_key().algorithm() != self.algorithm || ring.rotation() != self.rotation {
            return Err(KeysError::ConfigMismatch { path: self.path.clone() });
        }
        self.saw(stamp);
        Ok(ring)
    }

    /// Into a new file beside it, which reaches the disk before it gets the name: nobody sees half of it, also
    /// after a crash.
    fn write(&self, ring: &KeyRing) -> Result<(), KeysError> {
        let text = Zeroizing::new(ring.to_json_with_private_members()?);
        let new = self.beside("new");
        let write = || {
            // One that a crash left behind; where it cannot go, no other can be made. Whoever writes holds the lock.
            let _ = fs::remove_file(&new);
            let mut file = private_file::private().create_new(true).open(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            let stamp = Stamp::of(&file)?;
            fs::rename(&new, &self.path)?;
            Ok(stamp)
        };
        let stamp = write().map_err(|error| self.failed(error))?;
        self.saw(stamp);
        // From here on everybody sees the new ring, so this is no failure; a crash of the machine may bring back the
        // old one.
        if let Err(error) = private_file::sync_folder(&self.path) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the name of the keys' file may not be on the disk"
            );
        }
        Ok(())
    }

    fn lock(&self) -> Result<File, KeysError> {
        let lock = || {
            let file = private_file::private().create(true).open(self.beside("lock"))?;
            file.lock()?;
            Ok(file)
        };
        lock().map_err(|error| self.failed(error))
    }

    fn beside(&self, extension: &str) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".");
        name.push(extension);
        self.path.with_file_name(name)
    }

    fn saw(&self, stamp: Stamp) {
        if let Ok(mut seen) = self.seen.lock() {
            *seen = Some(stamp);
        }
    }

    /// Reads it anew the next time, whether it has changed or not: what was read is of no use.
    pub(super) fn forget(&self) {
        if let Ok(mut seen) = self.seen.lock() {
            *seen = None;
        }
    }

    fn failed(&self, source: io::Error) -> KeysError {
        KeysError::File { path: self.path.clone(), source }
    }
}

/// Where the links lead that the path is made of: what is written there replaces the file and no link to it, and all
/// who come by whatever way find one lock. Where that cannot be told, opening the path will tell why.
fn resolved(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let (Ok(folder), Some(name)) = (fs::canonicalize(private_file::folder(&path)), path.file_name())
        else {
            return path;
        };
        path = folder.join(name);
        // One by one, since the last of them may lead to what is yet to be made.
        let Ok(target) = fs::read_link(&path) else { return path };
        path = folder.join(target);
    }
    path
}

/// As Linux has it (`ELOOP`).
const MAX_LINKS: u32 = 40;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jotwell::NumericDate;

    use super::*;

    #[test]
    fn a_file_is_read_again_once_it_is_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let rotation = KeyRotationPolicy {
            publish_ahead: Duration::from_secs(300),
            token_lifetime: Duration::from_secs(900),
            leeway: Duration::ZERO,
        };
        let file = || RingFile::new(&folder.path().join("keys"), Algorithm::ES256, rotation);
        let (one, other) = (file(), file());
        let make = || KeyRing::generate(Algorithm::ES256, rotation, NumericDate::default());
        one.read_or_make(make).expect("a ring");
        assert!(one.read_if_changed().expect("a file").is_none());
        assert!(other.read_if_changed().expect("a file").is_some());
        assert!(other.read_if_changed().expect("a file").is_none());
        other.change(|_| Ok(make()?)).expect("a ring");
        assert!(other.read_if_changed().expect("a file").is_none());
        assert!(one.read_if_changed().expect("a file").is_some());
        one.forget();
        assert!(one.read_if_changed().expect("a file").is_some());
    }
}
