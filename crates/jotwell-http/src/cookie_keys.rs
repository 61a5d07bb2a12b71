//! The keys of encrypted cookies: JWE (RFC 7516) with `dir` and `A256GCM`.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jotwell::jwe::{ContentEncryption, Decrypter, KeyManagement, KeyRing, SharedKey};
use jotwell::{EncryptError, KeyError, VerifyError};

/// Keys that encrypt access tokens in [cookies](crate::Cookies::encrypted): an active one, and retiring ones that only
/// decrypt.
///
/// The claims of a signed token are readable by anyone who sees the cookie: users of the browser, its extensions, and
/// logs of proxies. Encryption hides them. The token inside is signed and verified as before.
///
/// Clones share the keys, so [`replace`](Self::replace) affects all of them. To rotate, add a new active key, and
/// remove the former key when the tokens that it encrypted have expired. No session ends. Instances of one service need
/// the same keys.
///
/// ```
/// use jotwell::jwe::{ContentEncryption, KeyManagement, KeyRing, SharedKey};
/// use jotwell_http::CookieKeys;
///
/// # fn example(secret: [u8; 32]) -> Result<(), jotwell::KeyError> {
/// let encryptions = &[ContentEncryption::A256GCM];
/// let key = SharedKey::from_secret(KeyManagement::Dir, encryptions, secret)?.with_key_id("2026-11");
/// let keys = CookieKeys::new(KeyRing::new([key])?)?;
///
/// let mut ring = (*keys.ring()).clone();
/// ring.rotate(SharedKey::generate(KeyManagement::Dir, encryptions)?.with_key_id("2026-12"))?;
/// keys.replace(ring)?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct CookieKeys(Arc<ArcSwap<KeyRing<SharedKey>>>);

impl CookieKeys {
    /// Creates cookie keys from keys for `dir` and `A256GCM`.
    ///
    /// # Errors
    /// [`KeyError::UseNotAllowed`] for a key of another algorithm, or one that allows another content encryption.
    pub fn new(ring: KeyRing<SharedKey>) -> Result<Self, KeyError> {
        check(&ring)?;
        Ok(Self(Arc::new(ArcSwap::from_pointee(ring))))
    }

    /// Creates one random key with this `kid`. It is lost when the process ends; pages then refresh their access
    /// tokens.
    ///
    /// # Errors
    /// [`KeyError::Randomness`].
    pub fn generate(key_id: &str) -> Result<Self, KeyError> {
        let key = SharedKey::generate(KeyManagement::Dir, &[ContentEncryption::A256GCM])?;
        Self::new(KeyRing::new([key.with_key_id(key_id)])?)
    }

    /// Replaces the keys in all clones.
    ///
    /// # Errors
    /// As [`new`](Self::new). The keys are then unchanged.
    pub fn replace(&self, ring: KeyRing<SharedKey>) -> Result<(), KeyError> {
        check(&ring)?;
        self.0.store(Arc::new(ring));
        Ok(())
    }

    /// Returns the current keys.
    #[must_use]
    pub fn ring(&self) -> Arc<KeyRing<SharedKey>> {
        self.0.load_full()
    }

    pub(crate) fn seal(&self, token: &str) -> Result<String, EncryptError> {
        self.0.load().encrypt(token)
    }

    /// Returns the content of an encrypted cookie. The caller verifies it like any token.
    pub(crate) fn open(&self, cookie: &str) -> Result<String, VerifyError> {
        let ring = self.0.load();
        let content = Decrypter::new(&**ring).decrypt(cookie)?.into_inner();
        String::from_utf8(content).map_err(|_| VerifyError::DecryptionFailed)
    }
}

fn check(ring: &KeyRing<SharedKey>) -> Result<(), KeyError> {
    let fits = |key: &SharedKey| {
        key.algorithm() == KeyManagement::Dir && key.encryptions() == [ContentEncryption::A256GCM]
    };
    let retiring = ring.retiring().iter();
    if std::iter::once(ring.active()).chain(retiring).all(fits) {
        Ok(())
    } else {
        Err(KeyError::UseNotAllowed { member: "alg" })
    }
}

/// Shows the names of the keys.
impl fmt::Debug for CookieKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ring = self.0.load();
        let retiring: Vec<_> = ring.retiring().iter().map(SharedKey::key_id).collect();
        f.debug_struct("CookieKeys")
            .field("active", &ring.active().key_id())
            .field("retiring", &retiring)
            .finish()
    }
}
