//! What the log says about sessions. Alerts depend on the codes, so they never change; the
//! table is in the documentation of [`Sessions`](super::Sessions).

pub(super) fn retried(sid: &str, other_copy: bool) {
    if other_copy {
        let code = "refresh_token_forked";
        tracing::warn!(
            code,
            sid,
            "another copy of a refresh token was presented than the one that was exchanged"
        );
    } else {
        let code = "refresh_token_retried";
        tracing::info!(code, sid, "a refresh token was presented again within the grace period");
    }
}

pub(super) fn displaced(subject: &str, count: u64) {
    let code = "session_displaced";
    tracing::info!(code, subject, count, "the oldest sessions above the limit have ended");
}

pub(super) fn forked(sid: &str) {
    let code = "refresh_token_forked_again";
    tracing::warn!(code, sid, "copies of a refresh token were presented again: the session has ended");
}

pub(super) fn reused(sid: &str) {
    let code = "refresh_token_reused";
    tracing::warn!(code, sid, "an old refresh token was presented: the session has ended");
}
