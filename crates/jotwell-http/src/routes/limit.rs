//! Rate limits of login attempts.

use std::fmt;
use std::future::{Future, ready};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use http::HeaderMap;

/// Limits how often a client may try: [`AuthRoutes::rate_limit`](super::AuthRoutes::rate_limit).
pub trait RateLimit: Send + Sync + 'static {
    /// Counts an attempt, and decides whether it may proceed. Only well-formed requests are counted: a page of another
    /// origin can make a browser send others, and would lock its user out.
    ///
    /// # Errors
    /// [`RateLimitError`].
    fn check<'a>(&'a self, attempt: Attempt<'a>) -> RateLimitFuture<'a>;
}

/// The future of a rate limit's decision.
pub type RateLimitFuture<'a> = Pin<Box<dyn Future<Output = Result<(), RateLimitError>> + Send + 'a>>;

/// A login or a refresh that is about to be attempted.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The kind of attempt.
    pub route: AuthRoute,
    /// The address of the client, if known.
    pub client: Option<IpAddr>,
    /// The headers of the request.
    pub headers: &'a HeaderMap,
}

/// A route whose attempts are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthRoute {
    /// A login.
    Login,
    /// The exchange of a refresh token.
    Refresh,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(route: AuthRoute, client: Option<IpAddr>, headers: &'a HeaderMap) -> Self {
        Self { route, client, headers }
    }
}

/// The reason why an attempt may not proceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateLimitError {
    /// There were too many attempts. The response is 429 with `Retry-After`.
    TooMany {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The address of the client is unknown, so attempts cannot be counted. The response is 500.
    UnknownClient,
}

impl fmt::Display for RateLimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany { retry_after } => {
                write!(f, "there were too many attempts; wait {} seconds", retry_after.as_secs())
            }
            Self::UnknownClient => f.write_str(
                "the address of the client is not known; serve the router by \
                 `into_make_service_with_connect_info::<SocketAddr>()`, or set `AuthRoutes::client`",
            ),
        }
    }
}

impl std::error::Error for RateLimitError {}

/// Limits attempts by the address of the client, in this process: by default 10 logins and 60 refreshes a minute.
///
/// An IPv6 address counts with its whole /64 network, since its owner usually has all of it. Behind a proxy every
/// client has the proxy's address, unless [`AuthRoutes::client`](super::AuthRoutes::client) reads the one from the
/// proxy's header. A service with many users should also limit by account:
/// [`CredentialsError::TooManyAttempts`](super::CredentialsError).
pub struct ClientRateLimit {
    logins: Limiter,
    refreshes: Limiter,
}

impl ClientRateLimit {
    /// Allows this many logins and refreshes per minute.
    #[must_use]
    pub fn per_minute(logins: NonZeroU32, refreshes: NonZeroU32) -> Self {
        Self { logins: Limiter::new(logins), refreshes: Limiter::new(refreshes) }
    }
}

impl Default for ClientRateLimit {
    fn default() -> Self {
        const LOGINS: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
        const REFRESHES: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);
        Self::per_minute(LOGINS, REFRESHES)
    }
}

impl fmt::Debug for ClientRateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientRateLimit").finish_non_exhaustive()
    }
}

impl RateLimit for ClientRateLimit {
    fn check<'a>(&'a self, attempt: Attempt<'a>) -> RateLimitFuture<'a> {
        let limiter = match attempt.route {
            AuthRoute::Login => &self.logins,
            AuthRoute::Refresh => &self.refreshes,
        };
        let client = attempt.client.ok_or(RateLimitError::UnknownClient);
        Box::pin(ready(client.and_then(|client| limiter.check(client))))
    }
}

/// Disables the limit: for services behind a proxy that limits attempts.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRateLimit;

impl RateLimit for NoRateLimit {
    fn check<'a>(&'a self, _: Attempt<'a>) -> RateLimitFuture<'a> {
        Box::pin(ready(Ok(())))
    }
}

struct Limiter {
    clients: DefaultKeyedRateLimiter<IpAddr>,
    /// The number of clients at which those that may make all their attempts again are removed.
    full: AtomicUsize,
}

/// The minimum number of clients at which entries are removed.
const FEW: usize = 1024;

impl Limiter {
    fn new(times: NonZeroU32) -> Self {
        let clients = DefaultKeyedRateLimiter::keyed(Quota::per_minute(times));
        Self { clients, full: AtomicUsize::new(FEW) }
    }

    fn check(&self, client: IpAddr) -> Result<(), RateLimitError> {
        // At twice the number that remained the last time, so that the table does not grow without limit and each
        // attempt is cheap.
        if self.clients.len() >= self.full.load(Ordering::Relaxed) {
            self.clients.retain_recent();
            self.clients.shrink_to_fit();
            self.full.store(self.clients.len().saturating_mul(2).max(FEW), Ordering::Relaxed);
        }
        self.clients.check_key(&client_network(client)).map_err(|not_until| RateLimitError::TooMany {
            retry_after: not_until.wait_time_from(DefaultClock::default().now()),
        })
    }
}

/// Returns the unit that is limited: an IPv4 address, or the /64 network of an IPv6 address, since its owner usually
/// has all of it. A dual-stack socket maps all IPv4 addresses into one such network; each still counts separately.
#[must_use]
pub fn client_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        address @ IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv4_address_or_an_ipv6_network_is_one_client() {
        let network = |address: &str| client_network(address.parse().expect("an address"));
        // As a dual-stack socket sees IPv4 clients (RFC 4291 §2.5.5.2).
        assert_ne!(network("::ffff:192.0.2.1"), network("::ffff:192.0.2.2"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:3:4:5:6"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }

    /// Each client and each kind of attempt has a separate count.
    #[test]
    fn attempts_are_counted_by_client_and_by_route() {
        let limit = ClientRateLimit::per_minute(NonZeroU32::MIN, NonZeroU32::MIN.saturating_add(1));
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        limit.logins.check(one).expect("the first");
        let Err(RateLimitError::TooMany { retry_after }) = limit.logins.check(one) else { panic!("two") };
        assert!(retry_after > Duration::from_secs(50) && retry_after <= Duration::from_secs(60));
        limit.logins.check(other).expect("another");
        for _ in 0..2 {
            limit.refreshes.check(one).expect("two refreshes");
        }
        limit.refreshes.check(one).expect_err("the third");
    }

    /// Clients that may make all their attempts again are removed.
    #[test]
    fn the_table_of_clients_does_not_grow_without_limit() {
        // A client whose last attempt is a microsecond ago may make its only attempt again.
        let quota = Quota::with_period(Duration::from_micros(1)).expect("a period");
        let limiter =
            Limiter { clients: DefaultKeyedRateLimiter::keyed(quota), ..Limiter::new(NonZeroU32::MIN) };
        for client in 0..20_000_u32 {
            limiter.check(IpAddr::from(client.to_be_bytes())).expect("the first");
        }
        assert!(limiter.clients.len() <= 2 * FEW, "{}", limiter.clients.len());
    }
}
