//! Whether a token is refused.

use super::{SessionRecord, StoreId, SubjectRevocation, Timestamp};

/// A token whose status is asked for.
#[derive(Clone, Debug)]
pub struct StatusQuery {
    /// The token, by its `jti`.
    pub token: Option<StoreId>,
    /// The subject, by its `sub`. Without one, the subject of the session counts.
    pub subject: Option<StoreId>,
    /// Its `iat`.
    pub issued_at: Timestamp,
    /// The session that must be alive. The position of its login then decides in place of `issued_at`.
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
    /// Returns the status, given what a store has: whether the token is revoked, the revocation of its subject (or else
    /// of the session's), the session.
    #[must_use]
    pub fn answer(
        &self,
        is_revoked: bool,
        subject: Option<&SubjectRevocation>,
        session: Option<&SessionRecord>,
    ) -> TokenStatus {
        if is_revoked {
            return TokenStatus::Revoked;
        }
        let is_refused = match (self.session, session) {
            (Some(_), Some(session)) if self.now < session.expires_at => {
                subject.is_some_and(|subject| subject.refuses_session(session.began, self.now))
            }
            (Some(_), _) => return TokenStatus::SessionEnded,
            (None, _) => subject.is_some_and(|subject| subject.refuses_token(self.issued_at, self.now)),
        };
        if is_refused { TokenStatus::SubjectRevoked } else { TokenStatus::Active }
    }
}
