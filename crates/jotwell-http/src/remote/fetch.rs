//! Getting a document over HTTP.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};

/// The longest document that is read, in bytes, unless [`max_bytes`](super::RemoteJwkSetBuilder::max_bytes) is set. A hundred
/// keys need less.
pub const DEFAULT_MAX_BYTES: usize = 64 * 1024;
/// How long one document may take from the request to its last byte, unless another time is asked for.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// The answer to a request, when it is there.
pub type FetchFuture<'a> = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, FetchError>> + Send + 'a>>;

/// An HTTP client, as far as it is needed here. `HttpFetch` is one (feature `fetch`).
///
/// It sends the request as it is given, and hands over what comes back. It **must not**
/// - follow a redirect, which would lead to an address that nobody has looked at: hand over the answer,
/// - add cookies or credentials,
/// - accept a certificate that is not valid for the host.
///
/// It should stop reading after [`FetchLimits::max_bytes`]; a longer body is rejected in any case. How long it takes is
/// bounded by who asks, and an answer that is too late is dropped.
///
/// ```
/// use http::{Request, Response};
/// use jotwell_http::remote::{Fetch, FetchFuture};
///
/// /// Answers from memory, for tests.
/// #[derive(Debug)]
/// struct Fixed(&'static str);
///
/// impl Fetch for Fixed {
///     fn fetch(&self, _: Request<()>) -> FetchFuture<'_> {
///         Box::pin(async { Ok(Response::new(self.0.into())) })
///     }
/// }
/// ```
pub trait Fetch: Send + Sync + fmt::Debug + 'static {
    /// Sends a request without a body.
    ///
    /// # Errors
    /// [`FetchError`], where there is no complete answer. An answer of any status is not an error.
    fn fetch(&self, request: Request<()>) -> FetchFuture<'_>;
}

impl<F: Fetch + ?Sized> Fetch for Arc<F> {
    fn fetch(&self, request: Request<()>) -> FetchFuture<'_> {
        (**self).fetch(request)
    }
}

/// What a request of a [`RemoteJwkSet`](super::RemoteJwkSet) is limited to: an extension of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchLimits {
    max_bytes: usize,
    allows_http: bool,
}

impl FetchLimits {
    pub(crate) fn new(max_bytes: usize, allows_http: bool) -> Self {
        Self { max_bytes, allows_http }
    }

    /// Returns the limits of a request, or the defaults for one that has none.
    #[must_use]
    pub fn of<B>(request: &Request<B>) -> Self {
        request.extensions().get().copied().unwrap_or(Self::new(DEFAULT_MAX_BYTES, false))
    }

    /// Returns the longest body to read, in bytes.
    #[must_use]
    pub fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// Returns whether the set was configured to ask this address over `http`.
    #[must_use]
    pub fn allows_http(&self) -> bool {
        self.allows_http
    }
}

/// There is no complete answer, or no client that could get one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FetchError {
    /// No connection, or no answer on it: a name that is not known, a port that nobody listens to, a
    /// certificate that is not trusted.
    Unreachable {
        /// What happened.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// The answer broke off.
    Interrupted {
        /// What happened.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// It took too long.
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// The document is too long.
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The client does not go to such an address.
    NotHttps,
    /// There is no client with these settings.
    Settings {
        /// What is wrong with them.
        source: Arc<dyn StdError + Send + Sync>,
    },
}

impl FetchError {
    /// [`FetchError::Unreachable`], for this reason.
    pub fn unreachable(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Unreachable { source: Arc::new(source) }
    }

    /// [`FetchError::Interrupted`], for this reason.
    pub fn interrupted(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Interrupted { source: Arc::new(source) }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { .. } => f.write_str("no answer"),
            Self::Interrupted { .. } => f.write_str("the answer broke off"),
            Self::TimedOut { limit } => write!(f, "no complete answer within {} ms", limit.as_millis()),
            Self::TooLong { limit } => write!(f, "the document has more than {limit} bytes"),
            Self::NotHttps => f.write_str("the address is not https"),
            Self::Settings { .. } => f.write_str("no HTTP client can be made with these settings"),
        }
    }
}

impl StdError for FetchError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unreachable { source } | Self::Interrupted { source } | Self::Settings { source } => {
                Some(source)
            }
            _ => None,
        }
    }
}
