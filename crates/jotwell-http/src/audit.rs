//! Audit events of logins and sessions.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use jotwell::NumericDate;

/// A login or session event for an audit log: [`Sessions::audit`](crate::Sessions::audit).
///
/// It contains no token and no credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEvent<'a> {
    /// What happened.
    pub kind: AuditKind,
    /// When it happened.
    pub at: NumericDate,
    /// The subject of the login or session, if known.
    pub subject: Option<&'a str>,
    /// `sid` of the session, if there is one.
    pub session_id: Option<&'a str>,
    /// The address of the client, if the event comes from a route that knows it.
    pub client: Option<IpAddr>,
}

impl AuditEvent<'_> {
    /// Returns a stable code: see [`AuditKind::code`].
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }
}

/// The kind of an [`AuditEvent`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuditKind {
    /// A login was completed, and its session has begun.
    LoginSucceeded,
    /// Credentials were wrong, or the subject was revoked while they were checked.
    LoginFailed,
    /// A client made too many attempts. Nothing was checked.
    RateLimited,
    /// A refresh token was exchanged.
    TokenRefreshed,
    /// A refresh token belongs to no session, or to one that has ended.
    RefreshFailed,
    /// A refresh token was presented again within the grace period.
    RefreshTokenRetried,
    /// A refresh token was presented again within the grace period, in another copy than the one that was exchanged.
    RefreshTokenForked,
    /// A forked refresh token was presented in two consecutive generations, and the session has ended.
    RefreshTokenForkedAgain,
    /// An old refresh token was presented, and the session has ended.
    RefreshTokenReused,
    /// A login has ended the oldest sessions above the limit.
    SessionDisplaced {
        /// The number of sessions that ended.
        count: u64,
    },
    /// A session was ended: by a logout, by its subject, or because the account was closed.
    SessionEnded,
    /// All sessions of a subject were ended.
    AllSessionsEnded,
    /// An access token was revoked. Its session continues.
    TokenRevoked,
}

impl AuditKind {
    /// Returns a stable, machine-readable code. It does not change between versions.
    ///
    /// | kind | code |
    /// |---|---|
    /// | `LoginSucceeded` | `login_succeeded` |
    /// | `LoginFailed` | `login_failed` |
    /// | `RateLimited` | `rate_limited` |
    /// | `TokenRefreshed` | `token_refreshed` |
    /// | `RefreshFailed` | `refresh_failed` |
    /// | `RefreshTokenRetried` | `refresh_token_retried` |
    /// | `RefreshTokenForked` | `refresh_token_forked` |
    /// | `RefreshTokenForkedAgain` | `refresh_token_forked_again` |
    /// | `RefreshTokenReused` | `refresh_token_reused` |
    /// | `SessionDisplaced` | `session_displaced` |
    /// | `SessionEnded` | `session_ended` |
    /// | `AllSessionsEnded` | `all_sessions_ended` |
    /// | `TokenRevoked` | `token_revoked` |
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::LoginSucceeded => "login_succeeded",
            Self::LoginFailed => "login_failed",
            Self::RateLimited => "rate_limited",
            Self::TokenRefreshed => "token_refreshed",
            Self::RefreshFailed => "refresh_failed",
            Self::RefreshTokenRetried => "refresh_token_retried",
            Self::RefreshTokenForked => "refresh_token_forked",
            Self::RefreshTokenForkedAgain => "refresh_token_forked_again",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::SessionDisplaced { .. } => "session_displaced",
            Self::SessionEnded => "session_ended",
            Self::AllSessionsEnded => "all_sessions_ended",
            Self::TokenRevoked => "token_revoked",
        }
    }
}

/// The function that receives events, and the client that causes them.
#[derive(Clone, Default)]
pub(crate) struct Audit {
    hook: Option<Arc<Hook>>,
    client: Option<IpAddr>,
}

type Hook = dyn Fn(&AuditEvent<'_>) + Send + Sync;

impl Audit {
    pub(crate) fn to(hook: impl Fn(&AuditEvent<'_>) + Send + Sync + 'static) -> Self {
        Self { hook: Some(Arc::new(hook)), client: None }
    }

    /// Returns the same hook for events that this client causes.
    #[cfg(feature = "auth-routes")]
    pub(crate) fn from(&self, client: Option<IpAddr>) -> Self {
        Self { client, ..self.clone() }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.hook.is_some()
    }

    pub(crate) fn event(
        &self,
        kind: AuditKind,
        at: NumericDate,
        subject: Option<&str>,
        session_id: Option<&str>,
    ) {
        if let Some(hook) = &self.hook {
            hook(&AuditEvent { kind, at, subject, session_id, client: self.client });
        }
    }
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audit").field("hook", &self.hook.is_some()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Alerts depend on these: a code is never changed or reused for something else.
    #[test]
    fn codes_are_stable() {
        let codes = [
            (AuditKind::LoginSucceeded, "login_succeeded"),
            (AuditKind::LoginFailed, "login_failed"),
            (AuditKind::RateLimited, "rate_limited"),
            (AuditKind::TokenRefreshed, "token_refreshed"),
            (AuditKind::RefreshFailed, "refresh_failed"),
            (AuditKind::RefreshTokenRetried, "refresh_token_retried"),
            (AuditKind::RefreshTokenForked, "refresh_token_forked"),
            (AuditKind::RefreshTokenForkedAgain, "refresh_token_forked_again"),
            (AuditKind::RefreshTokenReused, "refresh_token_reused"),
            (AuditKind::SessionDisplaced { count: 1 }, "session_displaced"),
            (AuditKind::SessionEnded, "session_ended"),
            (AuditKind::AllSessionsEnded, "all_sessions_ended"),
            (AuditKind::TokenRevoked, "token_revoked"),
        ];
        for (kind, code) in codes {
            assert_eq!(kind.code(), code, "{kind:?}");
        }
    }
}
