//! Options of a store in Redis.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::store::StoreError;

/// Options of a [`RedisStore`](super::RedisStore).
///
/// ```
/// use std::time::Duration;
/// use jotwell_http::store::RedisOptions;
///
/// let options = RedisOptions::new().namespace("shop").response_timeout(Duration::from_millis(300));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RedisOptions {
    pub(super) namespace: String,
    pub(super) connect_timeout: Duration,
    pub(super) response_timeout: Duration,
    pub(super) confirmation: Option<Confirmation>,
}

/// How many replicas confirm a write, and how long that may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Confirmation {
    pub(super) replicas: NonZeroU32,
    pub(super) timeout: Duration,
}

impl RedisOptions {
    /// Creates options with the namespace `jotwell`, a second to connect, a second for an answer, and no confirmation by
    /// replicas.
    pub fn new() -> Self {
        Self {
            namespace: "jotwell".to_owned(),
            connect_timeout: Duration::from_secs(1),
            response_timeout: Duration::from_secs(1),
            confirmation: None,
        }
    }

    /// Sets the namespace, with which all keys begin: letters, digits, `-`, `_`, `.` and `:`. It separates two services
    /// with one Redis; those that share sessions have the same. Defaults to `jotwell`.
    pub fn namespace(mut self, namespace: &str) -> Self {
        namespace.clone_into(&mut self.namespace);
        self
    }

    /// Sets how long connecting may take. Operations that come meanwhile wait for that, and share the result. Defaults to
    /// a second.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long an answer may take. Defaults to a second.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// Requires that so many replicas have each write before it is acknowledged (`WAIT`), within that time. A write that is
    /// not confirmed is an error, and may have happened.
    ///
    /// What was acknowledged then survives the loss of the primary if one of the replicas that confirmed it takes over.
    /// With one replica that is the case; with several, require all of them, because nothing makes the one with the last
    /// writes take over. Without enough replicas nothing can be written: no login, no refresh, no logout. Writes go one
    /// after the other over a connection of their own, each by a round trip to the replicas.
    pub fn confirmed_by(mut self, replicas: NonZeroU32, timeout: Duration) -> Self {
        self.confirmation = Some(Confirmation { replicas, timeout });
        self
    }

    /// The namespace is a hash tag, which braces and an empty name would undo.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        if self.namespace.is_empty() || !self.namespace.bytes().all(is_plain) {
            return Err(StoreError::Misconfigured {
                what: "the namespace is empty, or has other characters than letters, digits, '-', '_', '.' and ':'",
            });
        }
        Ok(())
    }
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self::new()
    }
}
