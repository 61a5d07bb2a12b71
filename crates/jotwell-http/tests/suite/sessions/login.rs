//! How sessions begin, and the sessions that end when another begins. A login starts before the credentials are
//! checked, and is completed afterwards.

use std::num::NonZeroU32;
use std::time::Duration;

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use jotwell_http::{AuthErrorKind, SessionError};

use crate::sessions_common::{ISSUER, NOW, Service, access};

/// An attacker logs in with a stolen password. While the password is checked (argon2 takes time), the user changes it
/// and ends all sessions.
#[tokio::test]
async fn a_login_in_progress_does_not_survive_logout_everywhere() {
    let service = Service::new();
    for (login_clock, logout_clock, end_clock) in [(0, 0, 0), (0, 5, 9), (9, 5, 9), (9, 0, 9), (0, 0, 3_000)]
    {
        let set = |millis| service.clock.set(NOW.saturating_add(Duration::from_millis(millis)));
        set(login_clock);
        let login = service.sessions.begin().await.expect("the store");
        set(logout_clock);
        service.sessions.logout_everywhere("user-42").await.expect("the store");
        set(end_clock);
        let rejected = login.complete("user-42", access()).await;
        assert!(matches!(rejected, Err(SessionError::SubjectRevoked)), "{rejected:?}");
        // With the new password.
        let grant = service.login().await;
        service.authenticate(&grant).await.expect("accepted");
    }
}

#[tokio::test]
async fn a_login_in_progress_survives_the_logout_of_others_and_of_one_session() {
    let service = Service::new();
    let before = service.login().await;
    let login = service.sessions.begin().await.expect("the store");
    service.sessions.logout_everywhere("user-43").await.expect("the store");
    service.sessions.logout(&before.session_id).await.expect("the store");
    let grant = login.complete("user-42", access()).await.expect("a session");
    service.authenticate(&grant).await.expect("accepted");
    service.sessions.refresh(&grant.refresh_token).await.expect("a grant");
}

/// A session whose record was written before the logout, and whose response comes after it.
#[tokio::test]
async fn a_login_that_was_completed_is_ended() {
    let service = Service::new();
    let login = service.sessions.begin().await.expect("the store");
    let grant = login.complete("user-42", access()).await.expect("a session");
    service.sessions.logout_everywhere("user-42").await.expect("the store");
    assert!(matches!(service.authenticate(&grant).await, Err(AuthErrorKind::Revoked)));
    assert!(matches!(service.sessions.refresh(&grant.refresh_token).await, Err(SessionError::Ended)));
}

/// Also by the revocations of a service without sessions, for as long as its entry is kept.
#[tokio::test]
async fn a_login_in_progress_does_not_survive_the_revocation_of_its_subject() {
    let service = Service::new();
    let login = service.sessions.begin().await.expect("the store");
    let revocations = jotwell_http::Revocations::new(service.store.clone()).clock(service.clock.clone());
    revocations.revoke_subject(ISSUER, "user-42", Duration::from_secs(900)).await.expect("the store");
    let rejected = login.complete("user-42", access()).await;
    assert!(matches!(rejected, Err(SessionError::SubjectRevoked)), "{rejected:?}");
}

#[tokio::test]
async fn above_the_limit_the_oldest_session_ends() {
    let service = Service::with(|sessions| sessions.max_sessions(NonZeroU32::new(2).expect("not zero")));
    let mut grants = Vec::new();
    for _ in 0..4 {
        service.clock.advance(Duration::from_millis(1));
        grants.push(service.login().await);
    }
    let other = service.sessions.begin().await.expect("the store");
    let other = other.complete("user-43", access()).await.expect("a session");
    for (grant, is_alive) in grants.iter().zip([false, false, true, true]) {
        assert_eq!(service.authenticate(grant).await.is_ok(), is_alive);
        assert_eq!(service.sessions.refresh(&grant.refresh_token).await.is_ok(), is_alive);
    }
    service.authenticate(&other).await.expect("accepted");
}

#[tokio::test]
async fn a_login_over_the_cookies_of_a_session_ends_that_session() {
    let service = Service::new();
    let (old, other) = (service.login().await, service.login().await);
    let mut headers = HeaderMap::new();
    let cookies = format!("a=b; __Host-refresh={}; __Host-access={}", *old.refresh_token, *old.access_token);
    headers.insert(COOKIE, HeaderValue::try_from(cookies).expect("a header"));
    // A failed login ends nothing.
    drop(service.sessions.begin().await.expect("the store").replacing_cookies(&headers));
    service.authenticate(&old).await.expect("accepted");
    // Another user in the same browser.
    let login = service.sessions.begin().await.expect("the store").replacing_cookies(&headers);
    let new = login.complete("user-43", access()).await.expect("a session");
    assert!(matches!(service.authenticate(&old).await, Err(AuthErrorKind::Revoked)));
    assert!(matches!(service.sessions.refresh(&old.refresh_token).await, Err(SessionError::Ended)));
    service.authenticate(&other).await.expect("accepted");
    service.authenticate(&new).await.expect("accepted");
    // Cookies of other software, or duplicates, change nothing.
    for cookies in ["__Host-refresh=abc", "a=b", "__Host-refresh=a; __Host-refresh=b"] {
        headers.insert(COOKIE, HeaderValue::from_static(cookies));
        let login = service.sessions.begin().await.expect("the store").replacing_cookies(&headers);
        login.complete("user-43", access()).await.expect("a session");
    }
    service.authenticate(&new).await.expect("accepted");
}
