//! Counters, with the feature `metrics`. Dashboards depend on the names, so they never change.

/// Rejected requests, by [`AuthErrorKind::code`](crate::AuthErrorKind::code).
#[cfg(feature = "metrics")]
const AUTH_ERRORS: &str = "jotwell_http_auth_errors_total";
/// Events of logins and sessions, by [`AuditKind::code`](crate::AuditKind::code).
#[cfg(feature = "metrics")]
const SESSION_EVENTS: &str = "jotwell_http_session_events_total";

#[cfg_attr(not(feature = "metrics"), expect(unused_variables, reason = "nothing is counted"))]
pub(crate) fn auth_error(code: &'static str) {
    #[cfg(feature = "metrics")]
    metrics::counter!(AUTH_ERRORS, "code" => code).increment(1);
}

#[cfg_attr(not(feature = "metrics"), expect(unused_variables, reason = "nothing is counted"))]
pub(crate) fn session_event(code: &'static str) {
    #[cfg(feature = "metrics")]
    metrics::counter!(SESSION_EVENTS, "code" => code).increment(1);
}
