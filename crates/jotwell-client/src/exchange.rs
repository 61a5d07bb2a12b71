//! One request for tokens, with its repetitions.

use std::sync::Arc;
use std::time::Duration;

use crate::error::TokenError;
use crate::grant::TokenRequest;
use crate::monotonic::{MonotonicClock, SystemMonotonicClock};
use crate::response::{self, Issued};
use crate::transport::{Transport, TransportError};

/// How tokens are requested.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn MonotonicClock>,
    pub(crate) timeout: Duration,
    pub(crate) renew_ahead: Duration,
}

/// Three attempts with this timeout, and the pauses, end within the grace period of 10 seconds in which a server with
/// `jotwell-http` accepts a refresh token again.
const TIMEOUT: Duration = Duration::from_secs(3);
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];
/// The longest time that a server may ask to wait before the same renewal continues.
const MAX_WAIT: Duration = Duration::from_secs(5);
const RENEW_AHEAD: Duration = Duration::from_secs(60);

/// Tokens, and when their request was sent.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) issued: Issued,
    pub(crate) sent_at: Duration,
}

impl Exchange {
    pub(crate) fn new(transport: impl Transport) -> Self {
        Self {
            transport: Arc::new(transport),
            clock: Arc::new(SystemMonotonicClock::new()),
            timeout: TIMEOUT,
            renew_ahead: RENEW_AHEAD,
        }
    }

    /// Sends a request once.
    pub(crate) async fn once(&self, request: TokenRequest) -> Result<Received, TokenError> {
        let sent_at = self.clock.elapsed();
        let response = tokio::time::timeout(self.timeout, self.transport.send(request)).await;
        let response = response.unwrap_or(Err(TransportError::TimedOut { limit: self.timeout }));
        let issued = response::read(&response.map_err(TokenError::Transport)?)?;
        Ok(Received { issued, sent_at })
    }

    /// Sends a request, and repeats it if the response was lost or the server was busy: three attempts in all. Each
    /// has the same, unchanged refresh token, since the server may have exchanged it in the first attempt.
    pub(crate) async fn repeat(
        &self,
        request: impl Fn() -> Result<TokenRequest, TokenError>,
    ) -> Result<Received, TokenError> {
        let mut waited = Duration::ZERO;
        for pause in PAUSES {
            let error = match self.once(request()?).await {
                Err(error) if error.is_transient() => error,
                decided => return decided,
            };
            let asked = match error {
                TokenError::Unavailable { retry_after, .. } => retry_after.unwrap_or_default(),
                _ => Duration::ZERO,
            };
            let pause = pause.max(asked);
            waited = waited.saturating_add(pause);
            if waited > MAX_WAIT {
                return Err(error);
            }
            tracing::info!(
                code = "token_request_repeated",
                reason = error.code(),
                "a request for tokens is repeated"
            );
            self.clock.sleep(pause).await;
        }
        self.once(request()?).await
    }
}
