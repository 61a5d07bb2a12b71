//! How often one address may try.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

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
        Self(Arc::new(DefaultKeyedRateLimiter::keyed(Quota::per_minute(times))))
    }
}

/// Middleware: 429 with `Retry-After` (RFC 6585 §4) for who comes too often. Behind a proxy the address would be
/// the proxy's; take what it vouches for then.
pub(crate) async fn limit(
    State(Limit(limiter)): State<Limit>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    // Addresses that have been quiet for long need not be remembered.
    if limiter.len() > 10_000 {
        limiter.retain_recent();
    }
    match limiter.check_key(&peer.ip()) {
        Ok(()) => next.run(request).await,
        Err(not_until) => {
            let seconds = not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            let after = (header::RETRY_AFTER, HeaderValue::from(seconds));
            (StatusCode::TOO_MANY_REQUESTS, [after], "too many requests").into_response()
        }
    }
}
