//! The status of a token.

use super::{SessionRecord, StoreId, SubjectRevocation, Timestamp};

/// A query for the status of a token.
#[derive(Clone, Debug)]
pub struct StatusQuery {
    /// The token, by its `jti`.
    pub token: Option<StoreId>,
    /// The subject, by its `sub`. Without one, the subject of the session is used.
    pub subject: Option<StoreId>,
    /// Its `iat`.
    pub issued_at: Timestamp,
    /// The session that must be alive. The position of its login is then used instead of `issued_at`.
    pub session: Option<StoreId>,
    /// The current time.
    pub now: Timestamp,
}

/// Whether a token is rejected, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenStatus {
    /// It is not revoked.
    Active,
    /// It was revoked.
    Revoked,
    /// It was issued, or its session began, before its subject was revoked.
    SubjectRevoked,
    /// Its session has ended.
    SessionEnded,
}

impl StatusQuery {
    /// Returns the status, given the content of a store: whether the token is revoked, the revocation of its subject
    /// (or else of the session's), the session.
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
