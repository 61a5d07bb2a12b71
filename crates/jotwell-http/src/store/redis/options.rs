//! How a store in Redis is set up.

use std::time::Duration;

use crate::store::StoreError;

/// How a [`RedisStore`](super::RedisStore) is set up.
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
}

impl RedisOptions {
    /// The namespace `jotwell`, a second to connect, a second for an answer.
    pub fn new() -> Self {
        Self {
            namespace: "jotwell".to_owned(),
            connect_timeout: Duration::from_secs(1),
            response_timeout: Duration::from_secs(1),
        }
    }

    /// What all keys begin with: letters, digits, `-`, `_`, `.` and `:`. Two services with one Redis are kept
    /// apart by it; those that share sessions have the same.
    pub fn namespace(mut self, namespace: &str) -> Self {
        namespace.clone_into(&mut self.namespace);
        self
    }

    /// How long connecting may take. Who comes meanwhile waits for that, and shares what comes of it.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long an answer may take.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// The namespace is a hash tag, which braces and an empty name would undo.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        if self.namespace.is_empty() || !self.namespace.bytes().all(is_plain) {
            return Err(StoreError::Misconfigured {
                what: "the namespace has other characters than letters, digits, '-', '_', '.' and ':', or none",
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
