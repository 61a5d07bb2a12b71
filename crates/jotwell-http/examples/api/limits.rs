//! Limits of attempts by client.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

#[derive(Clone)]
pub(crate) struct Limit(Arc<DefaultKeyedRateLimiter<IpAddr>>);

impl Limit {
    pub(crate) fn per_minute(times: u32) -> Self {
        let times = NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN);
        let limiter = Arc::new(DefaultKeyedRateLimiter::keyed(Quota::per_minute(times)));
        tokio::spawn(forget(limiter.clone()));
        Self(limiter)
    }
}

/// Forgets addresses that may make all their attempts again.
async fn forget(limiter: Arc<DefaultKeyedRateLimiter<IpAddr>>) {
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    loop {
        minutes.tick().await;
        limiter.retain_recent();
    }
}

/// Returns the network that counts as one client: who has one address of IPv6 has 2^64 of them. A socket for both
/// versions has the addresses of IPv4 in one such network.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        address @ IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

impl Limit {
    /// Counts an attempt of a client. Call it for requests that are well-formed: a page of another origin can make a
    /// browser send others, and would lock its user out.
    ///
    /// Behind a proxy the address would be the proxy's; use the one that it vouches for. A service with many users
    /// limits by account as well.
    ///
    /// # Errors
    /// [`TooMany`].
    pub(crate) fn check(&self, client: SocketAddr) -> Result<(), TooMany> {
        self.0.check_key(&network(client.ip())).map_err(|not_until| TooMany {
            seconds: not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1,
        })
    }
}

/// Too many attempts.
pub(crate) struct TooMany {
    seconds: u64,
}

/// 429 with `Retry-After` (RFC 6585 §4).
impl IntoResponse for TooMany {
    fn into_response(self) -> Response {
        let after = (header::RETRY_AFTER, HeaderValue::from(self.seconds));
        (StatusCode::TOO_MANY_REQUESTS, [after], "too many requests").into_response()
    }
}
