//! How and when a subject logged in, over the lifetime of a session.

use std::time::Duration;

use jotwell::NumericDate;
use jotwell_http::{AccessClaims, SessionError, TokenResponse};
use serde_json::{Value, json};

use crate::sessions_common::{Account, NOW, Service, access, payload};

/// Returns `auth_time`, `acr` and `amr` of the access token.
fn login_of(tokens: &TokenResponse) -> [Value; 3] {
    let claims = payload(&tokens.access_token);
    ["auth_time", "acr", "amr"].map(|name| claims.get(name).cloned().unwrap_or_default())
}

async fn login_with(service: &Service, access: AccessClaims<Account>) -> TokenResponse {
    let login = service.sessions.begin().await.expect("the store");
    login.complete("user-42", access).await.expect("a session")
}

#[tokio::test]
async fn a_refresh_changes_neither_when_nor_how_the_subject_logged_in() {
    let service = Service::new();
    let mut tokens = login_with(&service, access().acr("pwd").amr(["pwd"])).await;
    let wanted = [json!(1_800_000_000), json!("pwd"), json!(["pwd"])];
    assert_eq!(login_of(&tokens), wanted);
    for _ in 0..3 {
        service.clock.advance(Duration::from_secs(600));
        // Regardless of the current claims.
        let reload = async |_, _| {
            let now = NOW.saturating_add(Duration::from_secs(9_999));
            Ok(Some(access().acr("mfa").amr(["pwd", "otp"]).auth_time(now)))
        };
        tokens = service.sessions.refresh_with(&tokens.refresh_token, reload).await.expect("tokens");
        assert_eq!(login_of(&tokens), wanted);
        // A repetition of a token within the grace period as well.
        tokens = service.sessions.refresh(&tokens.refresh_token).await.expect("tokens");
        assert_eq!(login_of(&tokens), wanted);
    }
    // The same if the claims have none of these.
    let reload = async |_, _| Ok(Some(access()));
    tokens = service.sessions.refresh_with(&tokens.refresh_token, reload).await.expect("tokens");
    assert_eq!(login_of(&tokens), wanted);
    // Another login changes them.
    let tokens = login_with(&service, access().acr("mfa").amr(["pwd", "otp"])).await;
    assert_eq!(login_of(&tokens), [json!(1_800_001_800), json!("mfa"), json!(["pwd", "otp"])]);
}

#[tokio::test]
async fn an_external_login_can_be_earlier_but_not_later() {
    let service = Service::new();
    let hour_ago = NOW.saturating_sub(Duration::from_secs(3600));
    let tokens = login_with(&service, access().auth_time(hour_ago)).await;
    assert_eq!(login_of(&tokens), [json!(1_799_996_400), Value::Null, Value::Null]);
    let tokens = service.sessions.refresh(&tokens.refresh_token).await.expect("tokens");
    assert_eq!(login_of(&tokens)[0], json!(1_799_996_400));
    let tokens = login_with(&service, access().auth_time(NumericDate::from_secs(1_900_000_000))).await;
    assert_eq!(login_of(&tokens)[0], json!(1_800_000_000));
}

/// Custom claims cannot imitate another login, with any type.
#[tokio::test]
async fn custom_claims_cannot_use_the_names_of_the_login() {
    let sessions = service_of_any_claims();
    for custom in
        [json!({"auth_time": 1_800_000_000}), json!({"acr": "mfa"}), json!({"acr": 1}), json!({"amr": ["a"]})]
    {
        let login = sessions.begin().await.expect("the store");
        let rejected = login.complete("user-42", AccessClaims::new(custom.clone())).await;
        assert!(matches!(rejected, Err(SessionError::Claims)), "{custom}: {rejected:?}");
    }
    let login = sessions.begin().await.expect("the store");
    login.complete("user-42", AccessClaims::new(json!({"acr_": 1}))).await.expect("a session");
}

fn service_of_any_claims() -> jotwell_http::Sessions<Value> {
    let key = jotwell::SigningKey::generate(jotwell::Algorithm::ES256).expect("a key").with_key_id("one");
    jotwell_http::Sessions::new(
        std::sync::Arc::new(jotwell_http::store::MemoryStore::new()),
        jotwell_http::IssuerKeys::single(key).expect("keys"),
        jotwell_http::IssuerId::new("https://auth.example"),
        jotwell_http::AudienceId::new("orders-api"),
    )
}
