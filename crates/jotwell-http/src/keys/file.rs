//! The file of an issuer's keys, for one algorithm and one rotation policy.

use jotwell::private_file::PrivateFileError;
use jotwell::{Algorithm, FileVersion, KeyError, KeyRing, KeyRingFile, KeyRotationPolicy};

use super::KeysError;

/// A [`KeyRingFile`] whose ring is for this algorithm and has this policy.
pub(super) struct IssuerFile {
    file: KeyRingFile,
    algorithm: Algorithm,
    rotation: KeyRotationPolicy,
}

impl IssuerFile {
    pub(super) fn new(file: KeyRingFile, algorithm: Algorithm, rotation: KeyRotationPolicy) -> Self {
        Self { file, algorithm, rotation }
    }

    /// Reads the ring, or creates one.
    pub(super) fn load_or_create(
        &self,
        create: impl FnOnce() -> Result<KeyRing, KeyError>,
    ) -> Result<(KeyRing, FileVersion), KeysError> {
        let created = self.file.load_or_create(|| create().map_err(KeysError::Key));
        let (ring, version) = self.despite_weak_disk(created)?;
        self.check(&ring)?;
        Ok((ring, version))
    }

    /// Reads the ring if the content of the file differs from that version.
    pub(super) fn load_if_changed(
        &self,
        version: FileVersion,
    ) -> Result<Option<(KeyRing, FileVersion)>, KeysError> {
        let read = self.file.load_if_changed(version)?;
        if let Some((ring, _)) = &read {
            self.check(ring)?;
        }
        Ok(read)
    }

    /// Changes the ring under the lock of the file, which other processes respect.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut KeyRing) -> Result<(), KeysError>,
    ) -> Result<(KeyRing, FileVersion), KeysError> {
        let changed = self.file.change(|ring| {
            self.check(ring)?;
            change(ring)
        });
        self.despite_weak_disk(changed)
    }

    /// If the new ring is visible to everyone and only its directory entry may not be on the disk, the ring in the file
    /// is the one to use.
    fn despite_weak_disk(
        &self,
        written: Result<(KeyRing, FileVersion), KeysError>,
    ) -> Result<(KeyRing, FileVersion), KeysError> {
        match written {
            Err(KeysError::File(error @ PrivateFileError::NotDurable { .. })) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "key ring replaced, but possibly not synced to disk"
                );
                Ok(self.file.load()?)
            }
            written => written,
        }
    }

    fn check(&self, ring: &KeyRing) -> Result<(), KeysError> {
        if ring.signing_key().algorithm() != self.algorithm || ring.rotation() != self.rotation {
            return Err(KeysError::ConfigMismatch { path: self.file.path().to_owned() });
        }
        Ok(())
    }
}
