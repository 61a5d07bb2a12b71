//! The sessions of a subject.

use jotwell::NumericDate;
use serde::Serialize;
use serde::de::IgnoredAny;

use super::data::Data;
use super::lifecycle::logged;
use super::{SessionError, Sessions};
use crate::audit::AuditKind;
use crate::store::{Kind, SessionRecord, StoreId};
use crate::timestamp::Timestamp;

/// One of the sessions of a subject, for that subject to recognize.
///
/// Serializes to an object with the members `id`, `device`, `started_at`, `refreshed_at` and `expires_at`, the dates in
/// seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SessionInfo {
    /// The session's name in the store. It can only be used to end the session by [`Sessions::logout_of`].
    pub id: StoreId,
    /// The label of the device, as [`LoginAttempt::device`](super::LoginAttempt::device) set it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub device: String,
    /// When the session began.
    pub started_at: NumericDate,
    /// When it was last refreshed, if ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refreshed_at: Option<NumericDate>,
    /// When it ends at the latest.
    pub expires_at: NumericDate,
}

impl SessionInfo {
    fn of(id: StoreId, record: &SessionRecord) -> Result<Self, SessionError> {
        let data: Data<IgnoredAny> =
            serde_json::from_slice(&record.data).map_err(|_| SessionError::Claims)?;
        let secs = |moment: Timestamp| NumericDate::from_secs(NumericDate::from(moment).as_secs());
        Ok(Self {
            id,
            device: data.device,
            started_at: secs(record.started_at),
            refreshed_at: record.previous.map(|previous| secs(previous.exchanged_at)),
            expires_at: secs(record.expires_at),
        })
    }
}

impl<T> Sessions<T> {
    /// Returns the sessions of a subject, the newest first, at most [`SessionRecord::MAX_LISTED`] of them.
    ///
    /// # Errors
    /// [`SessionError::Store`]; [`SessionError::Claims`] if the data of a session are malformed.
    pub async fn list(&self, subject: &str) -> Result<Vec<SessionInfo>, SessionError> {
        let now = Timestamp::from(self.clock.now());
        let subject = StoreId::of(Kind::Subject, &self.issuer, subject);
        let listed = self.store.sessions_of(subject, now).await.map_err(SessionError::Store);
        logged(listed.and_then(|all| all.iter().map(|(id, record)| SessionInfo::of(*id, record)).collect()))
    }

    /// Returns the name of the session `sid` in a [listing](Self::list).
    #[must_use]
    pub fn id_of(&self, session_id: &str) -> StoreId {
        self.session(session_id)
    }

    /// Ends one of the sessions of a subject, by its name in a [listing](Self::list), and returns whether it existed. A
    /// session of another subject is not affected.
    ///
    /// # Errors
    /// [`SessionError::Store`]: the session may have ended, or may not.
    pub async fn logout_of(&self, subject: &str, id: StoreId) -> Result<bool, SessionError> {
        let owner = StoreId::of(Kind::Subject, &self.issuer, subject);
        let there = logged(self.store.session(id).await.map_err(SessionError::Store))?;
        // A name is never reused for the session of another subject.
        if there.is_none_or(|session| session.subject != owner) {
            return Ok(false);
        }
        let ended = logged(self.store.end(id).await.map_err(SessionError::Store))?;
        tracing::debug!(subject, ended, "a session of a subject was to end");
        if ended {
            self.event(AuditKind::SessionEnded, Some(subject), None);
        }
        Ok(ended)
    }
}
