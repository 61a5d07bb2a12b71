//! The state of a token source.

use std::time::Duration;

use tokio::sync::watch;

use crate::access_token::AccessToken;
use crate::error::TokenError;
use crate::exchange::Received;
use crate::refresh_token::RefreshToken;

/// A running renewal, and its result.
pub(super) type Flight = watch::Receiver<Option<Result<AccessToken, TokenError>>>;

/// What a request does next.
pub(super) enum Step {
    Use(AccessToken),
    Wait(Flight),
}

#[derive(Default)]
pub(super) struct State {
    access: Option<Access>,
    /// The refresh token to present next.
    pub(super) refresh: Option<RefreshToken>,
    /// What was issued, as long as its refresh token is not stored.
    pub(super) unstored: Option<Received>,
    flight: Option<Flight>,
    /// Why the last renewal failed, and when the next may begin.
    failure: Option<(TokenError, Duration)>,
}

struct Access {
    token: AccessToken,
    is_rejected: bool,
    /// `None` if the server does not return a lifetime.
    expiry: Option<Expiry>,
}

#[derive(Clone, Copy)]
struct Expiry {
    at: Duration,
    lifetime: Duration,
}

impl State {
    pub(super) fn with_access(token: AccessToken) -> Self {
        Self { access: Some(Access { token, is_rejected: false, expiry: None }), ..Self::default() }
    }

    pub(super) fn with_refresh(refresh: Option<RefreshToken>) -> Self {
        Self { refresh, ..Self::default() }
    }

    /// Returns the access token, unless it has expired or was rejected.
    pub(super) fn usable(&self, now: Duration) -> Option<AccessToken> {
        let access = self.access.as_ref().filter(|access| !access.is_rejected)?;
        access.expiry.is_none_or(|expiry| now < expiry.at).then(|| access.token.clone())
    }

    /// Returns whether the access token should be renewed. A token with a lifetime of a minute is not renewed all the
    /// time.
    pub(super) fn is_due(&self, now: Duration, ahead: Duration) -> bool {
        let expiry = self.access.as_ref().and_then(|access| access.expiry);
        expiry.is_some_and(|expiry| {
            let ahead = ahead.min(expiry.lifetime.checked_div(4).unwrap_or_default());
            now >= expiry.at.saturating_sub(ahead)
        })
    }

    pub(super) fn reject(&mut self, token: &AccessToken) {
        if let Some(access) = self.access.as_mut().filter(|access| access.token.is(token)) {
            access.is_rejected = true;
        }
    }

    /// Makes the access token current. Its lifetime is counted from when its request was sent, since it includes the
    /// time of the response.
    pub(super) fn accept(&mut self, received: Received) {
        let expiry = received.issued.lifetime;
        let expiry =
            expiry.map(|lifetime| Expiry { at: received.sent_at.saturating_add(lifetime), lifetime });
        self.access = Some(Access { token: received.issued.access, is_rejected: false, expiry });
        self.failure = None;
    }

    /// # Errors
    /// The last failure, if a renewal would be too early, or useless.
    pub(super) fn may_renew(&self, now: Duration) -> Result<(), TokenError> {
        match &self.failure {
            Some((error @ TokenError::SessionEnded, _)) => Err(error.clone()),
            Some((error, not_before)) if now < *not_before => Err(error.clone()),
            _ => Ok(()),
        }
    }

    pub(super) fn started(&mut self, flight: Flight) {
        self.flight = Some(flight);
    }

    /// Returns the running renewal. One that has panicked, or whose runtime has stopped, is not running.
    pub(super) fn flight(&self) -> Option<Flight> {
        self.flight.clone().filter(|flight| flight.has_changed().is_ok())
    }

    pub(super) fn landed(&mut self) {
        self.flight = None;
    }

    /// Records why a renewal failed. A refresh token that was rejected is dropped.
    pub(super) fn failed(&mut self, error: TokenError, not_before: Duration) {
        if matches!(error, TokenError::SessionEnded) {
            self.refresh = None;
        }
        self.failure = Some((error, not_before));
    }
}
