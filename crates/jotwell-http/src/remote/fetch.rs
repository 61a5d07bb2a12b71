//! Fetching a document over HTTP.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};

/// The default maximum length of a document, in bytes: see [`max_bytes`](super::RemoteJwkSetBuilder::max_bytes). A
/// hundred keys need less.
pub const DEFAULT_MAX_BYTES: usize = 64 * 1024;
/// The default time limit for one document, from the request to its last byte.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// The future of a response.
pub type FetchFuture<'a> = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, FetchError>> + Send + 'a>>;

/// The HTTP client of a [`RemoteJwkSet`](super::RemoteJwkSet). `HttpFetch` is one (feature `fetch`).
///
/// It sends the request unchanged and returns the response. It **must not**
/// - follow a redirect, whose address has not been checked: return the redirect itself,
/// - add cookies or credentials,
/// - accept a certificate that is not valid for the host.
///
/// It should stop reading after [`FetchLimits::max_bytes`]; a longer body is rejected in any case. The caller enforces
/// the time limit and drops a late response.
///
/// ```
/// use http::{Request, Response};
/// use jotwell_http::remote::{Fetch, FetchFuture};
///
/// /// Responds from memory, for tests.
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
    /// [`FetchError`] if there is no complete response. A response of any status is not an error.
    fn fetch(&self, request: Request<()>) -> FetchFuture<'_>;
}

impl<F: Fetch + ?Sized> Fetch for Arc<F> {
    fn fetch(&self, request: Request<()>) -> FetchFuture<'_> {
        (**self).fetch(request)
    }
}

/// The limits of a request of a [`RemoteJwkSet`](super::RemoteJwkSet): an extension of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchLimits {
    max_bytes: usize,
    allows_http: bool,
}

impl FetchLimits {
    pub(crate) fn new(max_bytes: usize, allows_http: bool) -> Self {
        Self { max_bytes, allows_http }
    }

    /// Returns the limits of a request, or the defaults if it has none.
    #[must_use]
    pub fn of<B>(request: &Request<B>) -> Self {
        request.extensions().get().copied().unwrap_or(Self::new(DEFAULT_MAX_BYTES, false))
    }

    /// Returns the maximum length of the body, in bytes.
    #[must_use]
    pub fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// Returns whether the set is configured to fetch this address over `http`.
    #[must_use]
    pub fn allows_http(&self) -> bool {
        self.allows_http
    }
}

/// The reason why there is no complete response, or no client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FetchError {
    /// There is no connection, or no response: an unknown name, a closed port, or an untrusted certificate.
    Unreachable {
        /// The cause.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// The response ended early.
    Interrupted {
        /// The cause.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// The response took too long.
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// The document is too long.
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The client rejects such an address.
    NotHttps,
    /// A client with these settings cannot be created.
    Settings {
        /// The cause.
        source: Arc<dyn StdError + Send + Sync>,
    },
}

impl FetchError {
    /// Creates a [`FetchError::Unreachable`] with this cause.
    pub fn unreachable(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Unreachable { source: Arc::new(source) }
    }

    /// Creates a [`FetchError::Interrupted`] with this cause.
    pub fn interrupted(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Interrupted { source: Arc::new(source) }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { .. } => f.write_str("no response"),
            Self::Interrupted { .. } => f.write_str("the response ended early"),
            Self::TimedOut { limit } => write!(f, "no complete response within {} ms", limit.as_millis()),
            Self::TooLong { limit } => write!(f, "the document has more than {limit} bytes"),
            Self::NotHttps => f.write_str("the address is not https"),
            Self::Settings { .. } => f.write_str("an HTTP client with these settings cannot be created"),
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
