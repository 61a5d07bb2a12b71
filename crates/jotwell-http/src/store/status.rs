//! Whether a token is refused.

use super::{SessionRecord, StoreId, Timestamp};

/// A token whose status is asked for.
#[derive(Clone, Debug)]
pub struct StatusQuery {
    /// The token, by its `jti`.
    pub token: Option<StoreId>,
    /// The subject, by its `sub`. Without one, the subject of the session counts.
    pub subject: Option<StoreId>,
    /// Its `iat`.
    pub issued_at: Timestamp,
    /// The session that must be alive. When it began then decides in place of `issued_at`, which has whole
    /// seconds only.
    pub session: Option<StoreId>,
    /// The present moment.
    pub now: Timestamp,
}

/// Whether a token is refused, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenStatus {
    /// Nothing speaks against it.
    Active,
    /// It was revoked.
    Revoked,
    /// It was issued, or its session began, before its subject was revoked.
    SubjectRevoked,
    /// Its session has ended.
    SessionEnded,
}

impl StatusQuery {
    /// Returns the status, given what a store has: whether the token is denied, the moment up to which its subject (or
    /// else the session's) is refused, the session.
    #[must_use]
    pub fn answer(
        &self,
        denied: bool,
        forbidden: Option<Timestamp>,
        session: Option<&SessionRecord>,
    ) -> TokenStatus {
        if denied {
            return TokenStatus::Revoked;
        }
        let begun_at = match (self.session, session) {
            (Some(_), Some(session)) if self.now < session.expires_at => session.started_at,
            (Some(_), _) => return TokenStatus::SessionEnded,
            (None, _) => self.issued_at,
        };
        match forbidden {
            Some(before) if begun_at <= before => TokenStatus::SubjectRevoked,
            _ => TokenStatus::Active,
        }
    }
}
