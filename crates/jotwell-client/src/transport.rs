//! Sending a request for tokens.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use zeroize::Zeroizing;

/// The longest response body that is read, in bytes: 65,536.
pub const MAX_BODY: usize = 64 * 1024;

/// The response to a request for tokens.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Zeroizing<Vec<u8>>>, TransportError>> + Send + 'a>>;

/// An HTTP client that sends requests for tokens. `ReqwestTransport` is one (feature `reqwest`).
///
/// It must send the request unchanged, and return the response. It **must not**
/// - follow a redirect, which would send a refresh token or a client's secret to a URL that was not configured: return
///   the response instead,
/// - repeat a request, or respond from a cache,
/// - accept a certificate that is not valid for the host.
///
/// It should stop reading after [`MAX_BODY`] bytes. The caller sets the timeout.
///
/// ```
/// use http::{Request, Response};
/// use jotwell_client::{Transport, TransportFuture};
/// use zeroize::Zeroizing;
///
/// /// Responds from memory, for tests.
/// #[derive(Debug)]
/// struct Fixed(&'static str);
///
/// impl Transport for Fixed {
///     fn send(&self, _: Request<Zeroizing<Vec<u8>>>) -> TransportFuture<'_> {
///         Box::pin(async { Ok(Response::new(Zeroizing::new(self.0.into()))) })
///     }
/// }
/// ```
pub trait Transport: Send + Sync + fmt::Debug + 'static {
    /// Sends a request.
    ///
    /// # Errors
    /// [`TransportError`] if there is no complete response. A response of any status is not an error.
    fn send(&self, request: Request<Zeroizing<Vec<u8>>>) -> TransportFuture<'_>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: Request<Zeroizing<Vec<u8>>>) -> TransportFuture<'_> {
        (**self).send(request)
    }
}

/// There is no complete response to a request for tokens.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TransportError {
    /// There is no connection, or no response on it: an unknown name, a port without a server, a certificate that is
    /// not trusted.
    Unreachable {
        /// The cause.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// The response ended early.
    Interrupted {
        /// The cause.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// The response exceeded the timeout.
    TimedOut {
        /// The timeout.
        limit: Duration,
    },
    /// The body is too long.
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
}

impl TransportError {
    /// Creates [`TransportError::Unreachable`] with a cause.
    pub fn unreachable(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Unreachable { source: Arc::new(source) }
    }

    /// Creates [`TransportError::Interrupted`] with a cause.
    pub fn interrupted(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Interrupted { source: Arc::new(source) }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { .. } => f.write_str("the server did not respond"),
            Self::Interrupted { .. } => f.write_str("the response ended early"),
            Self::TimedOut { limit } => {
                write!(f, "no complete response within {} ms; see `timeout`", limit.as_millis())
            }
            Self::TooLong { limit } => {
                write!(f, "the response has more than {limit} bytes; is this the right address?")
            }
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unreachable { source } | Self::Interrupted { source } => Some(source),
            Self::TimedOut { .. } | Self::TooLong { .. } => None,
        }
    }
}
