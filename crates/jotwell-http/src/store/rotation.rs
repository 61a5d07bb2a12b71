//! The exchange of a refresh token, as stores see it.

use std::fmt;
use std::time::Duration;

use super::{Timestamp, TokenHash};

/// A refresh token that was presented, by its digest, and its successor.
///
/// `Debug` shows times only.
#[derive(Clone)]
pub struct RefreshRotation {
    /// The token that was presented.
    pub presented: TokenHash,
    /// The copy of it that was presented: each response contains another copy of its token.
    pub copy: TokenHash,
    /// The token that follows it, if it is the current one.
    pub successor: TokenHash,
    /// The salt that the successor was computed with. The store keeps it, so that the successor can be computed again.
    pub salt: [u8; 32],
    /// How long after its exchange a token may be presented again.
    pub grace: Duration,
    /// When the token was presented. Earlier than [`now`](Self::now) by the time that it took to compute the claims of
    /// the next access token.
    pub presented_at: Timestamp,
    /// The current time.
    pub now: Timestamp,
}

impl fmt::Debug for RefreshRotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshRotation")
            .field("grace", &self.grace)
            .field("presented_at", &self.presented_at)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// The outcome of presenting a refresh token.
///
/// `Debug` shows neither salts nor data.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RotationOutcome {
    /// It was the current token, and has been replaced by its successor.
    Rotated {
        /// The data of the session.
        data: Vec<u8>,
        /// When the session ends.
        expires_at: Timestamp,
    },
    /// It was exchanged within the grace period, and its successor is still the current token.
    Retried {
        /// Whether another copy was presented than the one that was exchanged. Two clients then have a copy of this
        /// token each; the next generation in which that happens ends the session.
        other_copy: bool,
        /// The salt that the successor was computed with.
        salt: [u8; 32],
        /// The data of the session.
        data: Vec<u8>,
        /// When the session ends.
        expires_at: Timestamp,
    },
    /// It is an old token, which was stolen from one party or by the other. The session has ended.
    Reused,
    /// Different copies of a token were presented in more consecutive generations than
    /// [`Previous::MAX_FORKS`](super::Previous::MAX_FORKS). Two clients share the session without sharing its token, so
    /// one of them may be a thief. The session has ended.
    Forked,
    /// There is no such session. It has ended, or never existed.
    Ended,
}

impl fmt::Debug for RotationOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rotated { expires_at, .. } => {
                f.debug_struct("Rotated").field("expires_at", expires_at).finish_non_exhaustive()
            }
            Self::Retried { other_copy, expires_at, .. } => f
                .debug_struct("Retried")
                .field("other_copy", other_copy)
                .field("expires_at", expires_at)
                .finish_non_exhaustive(),
            Self::Reused => f.write_str("Reused"),
            Self::Forked => f.write_str("Forked"),
            Self::Ended => f.write_str("Ended"),
        }
    }
}
