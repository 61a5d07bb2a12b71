//! The sessions of a subject, and how it ends one of them.

use std::time::Duration;

use jotwell_http::store::StoreId;
use jotwell_http::{AuthErrorKind, TokenResponse};
use serde_json::json;

use crate::sessions_common::{Service, access};

async fn login_as(service: &Service, subject: &str, device: &str) -> TokenResponse {
    let login = service.sessions.begin().await.expect("the store").device(device);
    login.complete(subject, access()).await.expect("a session")
}

#[tokio::test]
async fn a_subject_sees_its_sessions_and_no_others() {
    let service = Service::new();
    assert_eq!(service.sessions.list("user-42").await.expect("a list"), []);
    let phone = login_as(&service, "user-42", "a phone").await;
    let other = login_as(&service, "user-43", "a stranger's phone").await;
    service.clock.advance(Duration::from_secs(60));
    let desk = login_as(&service, "user-42", "").await;
    service.clock.advance(Duration::from_millis(60_500));
    service.sessions.refresh(&phone.refresh_token).await.expect("tokens");

    let listed = service.sessions.list("user-42").await.expect("a list");
    let [desk_id, phone_id] = [&desk, &phone].map(|tokens| service.sessions.id_of(&tokens.session_id));
    assert_eq!(
        serde_json::to_value(&listed).expect("JSON"),
        json!([
            {"id": desk_id.to_string(), "started_at": 1_800_000_060, "expires_at": 1_802_592_060},
            {
                "id": phone_id.to_string(), "device": "a phone", "started_at": 1_800_000_000,
                "refreshed_at": 1_800_000_120, "expires_at": 1_802_592_000,
            },
        ])
    );
    // A listed name ends that session, for its subject only.
    assert!(!service.sessions.logout_of("user-43", phone_id).await.expect("a response"));
    service.authenticate(&phone).await.expect("accepted");
    assert!(service.sessions.logout_of("user-42", phone_id).await.expect("a response"));
    assert!(matches!(service.authenticate(&phone).await, Err(AuthErrorKind::Revoked)));
    assert!(!service.sessions.logout_of("user-42", phone_id).await.expect("a response"), "once");
    assert!(!service.sessions.logout_of("user-42", StoreId::from_bytes([7; 32])).await.expect("a response"));
    for tokens in [&desk, &other] {
        service.authenticate(tokens).await.expect("accepted");
    }
    service.sessions.logout_everywhere("user-42").await.expect("the store");
    assert_eq!(service.sessions.list("user-42").await.expect("a list"), []);
    assert_eq!(service.sessions.list("user-43").await.expect("a list").len(), 1);
}

#[tokio::test]
async fn a_label_is_short_and_has_no_control_characters() {
    let service = Service::new();
    login_as(&service, "user-42", &format!("a\0b\r\n\u{7f}\u{85}{}", "\u{e9}".repeat(200))).await;
    let listed = service.sessions.list("user-42").await.expect("a list");
    assert_eq!(listed[0].device, format!("ab{}", "\u{e9}".repeat(63)));
    assert_eq!(listed[0].device.len(), 128);
}
