//! A login has a beginning, before the credentials are checked, and an end.

use std::time::Duration;

use jotwell_http::{AuthErrorKind, SessionError};

use crate::sessions_common::{ISSUER, NOW, Service, access};

/// An attacker logs in with a stolen password. While the password is being checked (argon2 takes its time), the victim
/// changes it and ends all sessions.
#[tokio::test]
async fn a_login_on_its_way_does_not_survive_logout_everywhere() {
    let service = Service::new();
    for (login_clock, logout_clock, end_clock) in [(0, 0, 0), (0, 5, 9), (9, 5, 9), (9, 0, 9), (0, 0, 3_000)]
    {
        let set = |millis| service.clock.set(NOW.saturating_add(Duration::from_millis(millis)));
        set(login_clock);
        let login = service.sessions.begin().await.expect("the store");
        set(logout_clock);
        service.sessions.logout_everywhere("user-42").await.expect("the store");
        set(end_clock);
        let refused = login.complete("user-42", access()).await;
        assert!(matches!(refused, Err(SessionError::SubjectRevoked)), "{refused:?}");
        // With the new password.
        let grant = service.login().await;
        service.knock(&grant).await.expect("in");
    }
}

#[tokio::test]
async fn a_login_on_its_way_survives_the_logout_of_others_and_of_one_session() {
    let service = Service::new();
    let before = service.login().await;
    let login = service.sessions.begin().await.expect("the store");
    service.sessions.logout_everywhere("user-43").await.expect("the store");
    service.sessions.logout(&before.session_id).await.expect("the store");
    let grant = login.complete("user-42", access()).await.expect("a session");
    service.knock(&grant).await.expect("in");
    service.sessions.refresh(&grant.refresh_token).await.expect("a grant");
}

/// A session whose record was written before the logout, and whose answer comes after it.
#[tokio::test]
async fn a_login_that_was_completed_is_ended() {
    let service = Service::new();
    let login = service.sessions.begin().await.expect("the store");
    let grant = login.complete("user-42", access()).await.expect("a session");
    service.sessions.logout_everywhere("user-42").await.expect("the store");
    assert!(matches!(service.knock(&grant).await, Err(AuthErrorKind::Revoked)));
    assert!(matches!(service.sessions.refresh(&grant.refresh_token).await, Err(SessionError::Ended)));
}

/// Also by the revocations of a service that knows no sessions, for as long as its entry is kept.
#[tokio::test]
async fn a_login_on_its_way_does_not_survive_the_revocation_of_its_subject() {
    let service = Service::new();
    let login = service.sessions.begin().await.expect("the store");
    let revocations = jotwell_http::Revocations::new(service.store.clone()).clock(service.clock.clone());
    revocations.revoke_subject(ISSUER, "user-42", Duration::from_secs(900)).await.expect("the store");
    let refused = login.complete("user-42", access()).await;
    assert!(matches!(refused, Err(SessionError::SubjectRevoked)), "{refused:?}");
}
