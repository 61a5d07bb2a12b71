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

/// How many replicas must confirm a write, and how long that may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Confirmation {
    pub(super) replicas: NonZeroU32,
    pub(super) timeout: Duration,
}

impl RedisOptions {
    /// Creates options with the namespace `jotwell`, one second to connect, one second for a response, and no
    /// confirmation by replicas.
    pub fn new() -> Self {
        Self {
            namespace: "jotwell".to_owned(),
            connect_timeout: Duration::from_secs(1),
            response_timeout: Duration::from_secs(1),
            confirmation: None,
        }
    }

    /// Sets the namespace, which is the prefix of all keys: letters, digits, `-`, `_`, `.` and `:`. It separates two
    /// services in one Redis; services that share sessions use the same. Defaults to `jotwell`.
    pub fn namespace(mut self, namespace: &str) -> Self {
        namespace.clone_into(&mut self.namespace);
        self
    }

    /// Sets the time limit for connecting. Concurrent operations wait for one attempt and share its result. Defaults to
    /// one second.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the time limit for a response. Defaults to one second.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// Requires that this many replicas have each write before it is acknowledged (`WAIT`), within that time. A write
    /// that is not confirmed is an error, and may have taken effect.
    ///
    /// An acknowledged write then survives the loss of the primary if one of the replicas that confirmed it takes over.
    /// With one replica that is the case; with several, require all of them, because the one with the last writes need
    /// not be chosen. Without enough replicas all writes fail: logins, refreshes, logouts. Writes are serialized on a
    /// separate connection, each with a round trip to the replicas.
    pub fn confirmed_by(mut self, replicas: NonZeroU32, timeout: Duration) -> Self {
        self.confirmation = Some(Confirmation { replicas, timeout });
        self
    }

    /// The namespace is part of a hash tag, which braces or an empty name would break.
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
