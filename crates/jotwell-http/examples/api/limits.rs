//! How often one address may try.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
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

/// Addresses that have been quiet for long need not be remembered.
async fn forget(limiter: Arc<DefaultKeyedRateLimiter<IpAddr>>) {
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    loop {
        minutes.tick().await;
        limiter.retain_recent();
    }
}

/// Whoever has one address of IPv6 has 2^64 of them. A socket for both has those of IPv4 in one such network.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        address @ IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

/// Middleware: 429 with `Retry-After` (RFC 6585 §4) for who comes too often. Behind a proxy the address would be
/// the proxy's; take what it vouches for then. A service with many users limits by account as well.
pub(crate) async fn limit(
    State(Limit(limiter)): State<Limit>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    match limiter.check_key(&network(peer.ip())) {
        Ok(()) => next.run(request).await,
        Err(not_until) => {
            let seconds = not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            let after = (header::RETRY_AFTER, HeaderValue::from(seconds));
            (StatusCode::TOO_MANY_REQUESTS, [after], "too many requests").into_response()
        }
    }
}
