//! An active key and its predecessors.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{DecryptingKey, DecryptingKeySource, RecipientKey, SharedKey};
use crate::error::{EncryptError, KeyError, VerifyError};
use crate::jwe::header::Header;

/// An active key and retiring ones, which only decrypt. A token's `kid` chooses among them.
///
/// Rotation invalidates no token: the new key is active, and tokens of the former ones are accepted until those are
/// removed. The active [`SharedKey`] encrypts; of an active [`DecryptingKey`], publish the [encrypting
/// half](DecryptingKey::encrypting_key).
///
/// ```
/// use jotwell::jwe::{ContentEncryption, Decrypter, KeyManagement, KeyRing, SharedKey};
///
/// let new = |name: &str| -> Result<SharedKey, jotwell::KeyError> {
///     Ok(SharedKey::generate(KeyManagement::Dir, &[ContentEncryption::A256GCM])?.with_key_id(name))
/// };
/// let mut ring = KeyRing::new([new("2026-11")?])?;
/// let token = ring.encrypt(b"content")?;
/// ring.rotate(new("2026-12")?)?;
/// assert_eq!(ring.active().key_id(), Some("2026-12"));
/// assert_eq!(**Decrypter::new(&ring).verify(&token)?, *b"content");
/// ring.remove("2026-11");
/// assert!(Decrypter::new(&ring).verify(&token).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyRing<K> {
    active: K,
    retiring: Vec<K>,
}

impl<K: RecipientKey> KeyRing<K> {
    /// Creates a ring of these keys: the first is active, the others only decrypt.
    ///
    /// # Errors
    /// [`KeyError::DuplicateKeyId`] if two keys of one algorithm have the same `kid`, or both have none;
    /// [`KeyError::MissingMember`] for `kid` if there is no key at all.
    pub fn new(keys: impl IntoIterator<Item = K>) -> Result<Self, KeyError> {
        let mut keys = keys.into_iter();
        let active = keys.next().ok_or(KeyError::MissingMember { member: "keys" })?;
        let mut ring = Self { active, retiring: Vec::new() };
        for key in keys {
            ring.check_new(&key)?;
            ring.retiring.push(key);
        }
        Ok(ring)
    }

    /// Makes `key` the active one. The former active key retires.
    ///
    /// # Errors
    /// [`KeyError::DuplicateKeyId`]; the ring is then unchanged.
    pub fn rotate(&mut self, key: K) -> Result<(), KeyError> {
        self.check_new(&key)?;
        let former = core::mem::replace(&mut self.active, key);
        self.retiring.insert(0, former);
        Ok(())
    }

    /// Removes the retiring keys of that name, so that their tokens are rejected. The active key remains.
    pub fn remove(&mut self, key_id: &str) {
        self.retiring.retain(|key| key.decrypting().key_id() != Some(key_id));
    }

    /// Returns the active key.
    #[must_use]
    pub fn active(&self) -> &K {
        &self.active
    }

    /// Returns the keys that only decrypt, the newest first.
    #[must_use]
    pub fn retiring(&self) -> &[K] {
        &self.retiring
    }

    fn keys(&self) -> impl Iterator<Item = &K> {
        core::iter::once(&self.active).chain(&self.retiring)
    }

    /// Two keys that a token cannot distinguish cannot be in one ring.
    fn check_new(&self, new: &K) -> Result<(), KeyError> {
        let names = |key: &DecryptingKey| (key.algorithm(), key.key_id().map(String::from));
        let new = names(new.decrypting());
        if self.keys().any(|key| names(key.decrypting()) == new) {
            return Err(KeyError::DuplicateKeyId);
        }
        Ok(())
    }
}

impl KeyRing<SharedKey> {
    /// Encrypts `content` with the active key.
    ///
    /// # Errors
    /// Those of [`SharedKey::encrypt`].
    pub fn encrypt(&self, content: impl AsRef<[u8]>) -> Result<String, EncryptError> {
        self.active.encrypt(content)
    }
}

/// A token with a `kid` is for the key with that `kid` and its algorithm; one without, for the only key of its
/// algorithm, if there is exactly one.
impl<K: RecipientKey> DecryptingKeySource for KeyRing<K> {
    type Key = K;

    fn key_for(&self, header: &Header) -> Result<Cow<'_, K>, VerifyError> {
        let found = header.algorithm();
        let is_named = |key: &&K| match header.key_id() {
            Some(name) => key.decrypting().key_id() == Some(name),
            None => key.decrypting().algorithm() == found,
        };
        let unknown = || VerifyError::unknown_key(header.key_id());
        let first = self.keys().find(is_named).ok_or_else(unknown)?;
        let mut fitting = self.keys().filter(is_named).filter(|key| key.decrypting().algorithm() == found);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(Cow::Borrowed(key)),
            (Some(_), Some(_)) => Err(unknown()),
            (None, _) => {
                let expected = first.decrypting().algorithm();
                Err(VerifyError::KeyManagementMismatch { expected, found })
            }
        }
    }
}
