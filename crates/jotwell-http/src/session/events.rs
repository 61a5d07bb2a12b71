//! Log and audit events of sessions. Alerts depend on the codes, so they never change; the tables are in the
//! documentation of [`Sessions`] and of [`AuditKind`].

use jotwell::Clock;
use serde::de::IgnoredAny;

use super::Sessions;
use super::data::Data;
use crate::audit::AuditKind;
use crate::counters;

impl<T> Sessions<T> {
    pub(crate) fn event(&self, kind: AuditKind, subject: Option<&str>, session_id: Option<&str>) {
        counters::session_event(kind.code());
        self.audit.event(kind, self.clock.now(), subject, session_id);
    }

    /// Reports the events that presenting a refresh token has caused. `data` are those of its session.
    pub(super) fn event_of_token(&self, kind: AuditKind, data: &[u8], sid: &str) {
        let code = kind.code();
        match kind {
            AuditKind::RefreshTokenRetried => {
                tracing::info!(code, sid, "a refresh token was presented again within the grace period");
            }
            AuditKind::RefreshTokenForked => {
                tracing::warn!(
                    code,
                    sid,
                    "another copy of a refresh token was presented than the one that was exchanged"
                );
            }
            AuditKind::RefreshTokenForkedAgain => {
                tracing::warn!(
                    code,
                    sid,
                    "copies of a refresh token were presented again: the session has ended"
                );
            }
            AuditKind::RefreshTokenReused => {
                tracing::warn!(code, sid, "an old refresh token was presented: the session has ended");
            }
            _ => {}
        }
        // Only an audit needs the subject.
        let subject = if self.audit.is_on() { subject_of(data) } else { None };
        self.event(kind, subject.as_deref(), Some(sid));
    }

    pub(super) fn event_of_displaced(&self, subject: &str, count: u64) {
        let kind = AuditKind::SessionDisplaced { count };
        tracing::info!(code = kind.code(), subject, count, "the oldest sessions above the limit have ended");
        self.event(kind, Some(subject), None);
    }
}

/// Returns the subject of a session with these data.
pub(super) fn subject_of(data: &[u8]) -> Option<String> {
    let data: Data<IgnoredAny> = serde_json::from_slice(data).ok()?;
    Some(data.subject().to_owned())
}
