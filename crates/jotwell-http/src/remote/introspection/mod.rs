//! Token introspection (RFC 7662) for an API that accepts opaque tokens.

mod cache;
mod error;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, StatusCode};
use jotwell::{Claims, ClaimsReader, Clock, NoClaims, SystemClock};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use self::cache::Cache;
pub use self::error::IntrospectionError;
use super::address::{Address, AddressError, Transport};
use super::fetch::{DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT, FetchError, FetchFuture};
use crate::access_claims::AccessClaims;

/// An HTTP client that can send a form. `HttpFetch` is one (feature `fetch`). The rules of [`Fetch`](super::Fetch)
/// apply.
pub trait Post: Send + Sync + fmt::Debug + 'static {
    /// Sends a request with a body.
    ///
    /// # Errors
    /// [`FetchError`] if there is no complete response. A response of any status is not an error.
    fn post(&self, request: Request<Vec<u8>>) -> FetchFuture<'_>;
}

/// A client of an issuer's introspection endpoint (RFC 7662).
///
/// It returns [`Introspected`], which is a statement of the issuer rather than a verified signature. Cheap to clone;
/// clones share one cache.
///
/// - **It fails closed.** If the issuer does not respond within 5 seconds with an introspection response of RFC 7662
///   §2.2, the token is rejected.
/// - **Concurrent callers share one request** about the same token.
/// - **Active tokens are cached** for 10 seconds by default, but not beyond their `exp`; a revoked token may be
///   accepted for that long. The cache holds up to 1024 tokens by default. Other responses are not cached.
///
/// ```no_run
/// use jotwell_http::remote::{HttpFetch, Introspected, IntrospectionError, Introspector};
///
/// # async fn example(token: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let introspector: Introspector =
///     Introspector::new("https://auth.example/introspect", "orders-api", "its secret", HttpFetch::with_ring()?)?
///         .audience("orders-api");
/// let introspected = introspector.introspect(token).await?;
/// println!("{:?} may {}", introspected.subject, introspected.custom.scope);
/// # Ok(()) }
/// ```
pub struct Introspector<T = NoClaims>(Arc<Inner<T>>);

struct Inner<T> {
    settings: Settings,
    cache: Cache<T>,
}

#[derive(Clone)]
struct Settings {
    endpoint: Address,
    authorization: HeaderValue,
    post: Arc<dyn Post>,
    clock: Arc<dyn Clock>,
    issuer: Option<String>,
    audience: Option<String>,
    timeout: Duration,
    remember: Duration,
    max_remembered: usize,
}

const REMEMBER: Duration = Duration::from_secs(10);
const MAX_REMEMBERED: usize = 1024;
/// The maximum length of a token that is sent to the issuer, in bytes.
const MAX_TOKEN: usize = 8 * 1024;

/// The claims of an active token, as stated by the issuer. Unlike `Verified`, they are vouched for only by the
/// connection to the issuer.
pub struct Introspected<T = NoClaims>(Arc<Claims<AccessClaims<T>>>);

#[derive(Deserialize)]
struct Reply {
    active: bool,
    #[serde(default)]
    token_type: Option<String>,
}

impl<T> Introspector<T> {
    /// Creates a client of the endpoint at this address, with the identifier and secret of this API (RFC 6749 §2.3.1).
    ///
    /// # Errors
    /// [`AddressError`] if the address is not `https`, or `http` to a numeric loopback address.
    pub fn new(endpoint: &str, client_id: &str, secret: &str, post: impl Post) -> Result<Self, AddressError> {
        let endpoint = Address::parse(endpoint, &Transport::PlainOnLoopback)?;
        Ok(Self::with(Settings {
            endpoint,
            authorization: basic(client_id, secret),
            post: Arc::new(post),
            clock: Arc::new(SystemClock),
            issuer: None,
            audience: None,
            timeout: DEFAULT_TIMEOUT,
            remember: REMEMBER,
            max_remembered: MAX_REMEMBERED,
        }))
    }

    /// Returns an empty cache, since other settings lead to other responses.
    fn with(settings: Settings) -> Self {
        Self(Arc::new(Inner { cache: Cache::new(settings.max_remembered), settings }))
    }

    fn set(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.0.settings.clone();
        change(&mut settings);
        Self::with(settings)
    }

    /// Requires this `iss`. Not checked by default, since issuers may omit it.
    #[must_use]
    pub fn issuer(self, issuer: &str) -> Self {
        self.set(|settings| settings.issuer = Some(issuer.to_owned()))
    }

    /// Requires that `aud` contains this value. Not checked by default, since issuers may omit it; without it, a token
    /// for another API of the same issuer is accepted.
    #[must_use]
    pub fn audience(self, audience: &str) -> Self {
        self.set(|settings| settings.audience = Some(audience.to_owned()))
    }

    /// Sets how long an active token is cached. Defaults to 10 seconds. With zero every call sends a request.
    #[must_use]
    pub fn remember(self, time: Duration) -> Self {
        self.set(|settings| settings.remember = time)
    }

    /// Sets how many active tokens are cached. Defaults to 1024.
    #[must_use]
    pub fn max_remembered(self, tokens: usize) -> Self {
        self.set(|settings| settings.max_remembered = tokens)
    }

    /// Sets the time limit of a response. Defaults to 5 seconds.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.timeout = timeout)
    }

    /// Sets the clock. Defaults to the system's.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        self.set(|settings| settings.clock = Arc::new(clock))
    }
}

impl<T: DeserializeOwned + Send + Sync> Introspector<T> {
    /// Introspects a token, unless the response is cached.
    ///
    /// # Errors
    /// [`IntrospectionError`] if the token is not accepted.
    pub async fn introspect(&self, token: &str) -> Result<Introspected<T>, IntrospectionError> {
        // RFC 6750 §2.1. Any other text is not a token, so no request is sent.
        let is_token = |byte: u8| byte.is_ascii_graphic() && !b"\",\\".contains(&byte);
        if token.is_empty() || token.len() > MAX_TOKEN || !token.bytes().all(is_token) {
            return Err(IntrospectionError::Inactive);
        }
        let Inner { settings, cache } = &*self.0;
        let claims = cache.get(token, &*settings.clock, settings.remember, || settings.ask(token)).await;
        claims.map(Introspected)
    }
}

impl Settings {
    async fn ask<T: DeserializeOwned>(
        &self,
        token: &str,
    ) -> Result<Arc<Claims<AccessClaims<T>>>, IntrospectionError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", token)
            .append_pair("token_type_hint", "access_token")
            .finish();
        let mut request = Request::new(form.into_bytes());
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.endpoint.uri().clone();
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let response = match tokio::time::timeout(self.timeout, self.post.post(request)).await {
            Ok(response) => response.map_err(IntrospectionError::Fetch)?,
            Err(_) => return Err(IntrospectionError::Fetch(FetchError::TimedOut { limit: self.timeout })),
        };
        if response.status() != StatusCode::OK {
            return Err(IntrospectionError::Status { status: response.status().as_u16() });
        }
        self.accept(response.body())
    }

    fn accept<T: DeserializeOwned>(
        &self,
        body: &[u8],
    ) -> Result<Arc<Claims<AccessClaims<T>>>, IntrospectionError> {
        if body.len() > DEFAULT_MAX_BYTES {
            return Err(IntrospectionError::Fetch(FetchError::TooLong { limit: DEFAULT_MAX_BYTES }));
        }
        let reply: Reply = ClaimsReader::read_unverified(body).map_err(|_| IntrospectionError::Malformed)?;
        // Another type, such as a refresh token, does not authorize requests.
        let is_bearer = reply.token_type.is_none_or(|kind| kind.eq_ignore_ascii_case("Bearer"));
        if !reply.active || !is_bearer {
            return Err(IntrospectionError::Inactive);
        }
        let claims: Claims<AccessClaims<T>> =
            ClaimsReader::read_unverified(body).map_err(|_| IntrospectionError::Malformed)?;
        let now = self.clock.now();
        let is_early =
            claims.not_before.is_some_and(|date| now.saturating_add(jotwell::DEFAULT_LEEWAY) < date);
        if claims.expires_at.is_some_and(|date| now >= date) || is_early {
            return Err(IntrospectionError::Inactive);
        }
        if self.issuer.is_some() && claims.issuer != self.issuer {
            return Err(IntrospectionError::IssuerMismatch);
        }
        if let Some(audience) = &self.audience
            && !claims.audience.0.iter().any(|one| one == audience)
        {
            return Err(IntrospectionError::AudienceMismatch);
        }
        Ok(Arc::new(claims))
    }
}

/// Each part is first encoded as in a form.
fn basic(client_id: &str, secret: &str) -> HeaderValue {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = jotwell::base64url::encode(format!("{}:{}", encoded(client_id), encoded(secret)));
    // Base64 of RFC 4648 §4.
    let padding = "=".repeat(pair.len().next_multiple_of(4).saturating_sub(pair.len()));
    let text = format!("Basic {}{padding}", pair.replace('-', "+").replace('_', "/"));
    // All of it is visible ASCII.
    let mut value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("Basic Og=="));
    value.set_sensitive(true);
    value
}

impl<T> Deref for Introspected<T> {
    type Target = Claims<AccessClaims<T>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> Clone for Introspected<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for Introspected<T> {
    /// Shows only the subject.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspected").field("subject", &self.0.subject).finish_non_exhaustive()
    }
}

impl<T> Clone for Introspector<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for Introspector<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspector")
            .field("endpoint", &self.0.settings.endpoint.to_string())
            .finish_non_exhaustive()
    }
}
