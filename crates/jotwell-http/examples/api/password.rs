//! Password hashes with argon2id (RFC 9106).

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Hashes passwords, a few at a time.
///
/// A hash takes 19 MiB and a core. The buffers are reused: an allocator that gets them from a new thread each time does
/// not return them, and the process grows with the number of logins.
#[derive(Clone)]
pub(crate) struct Hasher(Arc<Inner>);

struct Inner {
    free: Arc<Semaphore>,
    /// As many as the semaphore has permits.
    buffers: Mutex<Vec<Vec<Block>>>,
}

/// How many hashes are computed at once. The others wait.
const PARALLEL: usize = 2;

impl Hasher {
    pub(crate) fn new() -> Self {
        let buffers = (0..PARALLEL).map(|_| vec![Block::new(); Params::DEFAULT.block_count()]).collect();
        Self(Arc::new(Inner { free: Arc::new(Semaphore::new(PARALLEL)), buffers: Mutex::new(buffers) }))
    }

    /// Hashes a new password, as a PHC string: `$argon2id$…`.
    pub(crate) fn hash(password: &str) -> Result<String, Box<dyn Error>> {
        let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| error.to_string())?;
        Ok(hash.to_string())
    }

    /// Returns whether the hash is that of the password.
    pub(crate) async fn verify(&self, password: Zeroizing<String>, hash: String) -> bool {
        let Ok(permit) = self.0.free.clone().acquire_owned().await else { return false };
        let inner = self.0.clone();
        let verified = tokio::task::spawn_blocking(move || {
            // Held here: a client that disconnects does not end the hashing.
            let _permit = permit;
            let mut buffer = inner.take();
            let matches = matches(password.as_bytes(), &hash, &mut buffer).unwrap_or(false);
            inner.put_back(buffer);
            matches
        });
        verified.await.unwrap_or(false)
    }
}

impl Inner {
    fn take(&self) -> Vec<Block> {
        let buffer = self.buffers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        buffer.unwrap_or_default()
    }

    fn put_back(&self, mut buffer: Vec<Block>) {
        // It contains data derived from a password.
        buffer.fill(Block::new());
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}

/// Returns `None` for a malformed hash.
fn matches(password: &[u8], hash: &str, buffer: &mut Vec<Block>) -> Option<bool> {
    let hash = PasswordHash::new(hash).ok()?;
    let (salt, expected) = (hash.salt.as_ref()?, hash.hash.as_ref()?);
    let params = Params::try_from(&hash).ok()?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = Version::try_from(hash.version?).ok()?;
    // Hashes with other parameters may need more.
    buffer.resize(buffer.len().max(params.block_count()), Block::new());
    let blocks = buffer.get_mut(..params.block_count())?;
    let mut found = vec![0; expected.as_bytes().len()];
    let argon2 = Argon2::new(algorithm, version, params);
    argon2.hash_password_into_with_memory(password, salt, &mut found, blocks).ok()?;
    // Compares in constant time.
    Some(Output::new(&found).ok()? == *expected)
}
