//! Revocation and introspection of the tokens of sessions: RFC 7009 and RFC 7662.

use std::sync::Arc;
use std::time::Duration;

use http::Request;
use jotwell_http::{
    AudienceId, ClientCredentials, CredentialsError, IssuerEndpoint, IssuerId, Sessions, issuer_routes,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::auth_routes::send;
use crate::serving::Server;
use crate::sessions_common::{AUDIENCE, Account, ISSUER, Service, access, payload};

const API_SECRET: &str = "secret of the API: 100% & more=+";
const APP_SECRET: &str = "secret of the app";

fn router(sessions: &Sessions<Account>) -> Server {
    let routes = issuer_routes(sessions, async |client: ClientCredentials| match client.endpoint() {
        _ if client.client_id() == "down" => Err(CredentialsError::Unavailable),
        _ if client.client_id() == "slow" => {
            Err(CredentialsError::TooManyAttempts { retry_after: Duration::from_secs(9) })
        }
        IssuerEndpoint::Introspection if client.is("api:1", API_SECRET) => Ok(()),
        IssuerEndpoint::Revocation if client.is(AUDIENCE, APP_SECRET) => Ok(()),
        IssuerEndpoint::Revocation if client.is("other-app", APP_SECRET) => Ok(()),
        _ => Err(CredentialsError::Invalid),
    });
    Server::new().issuer(routes)
}

fn encoded(text: &str) -> String {
    form_of(&[("", text)])[1..].to_owned()
}

fn form_of(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| {
        let bytes = text.bytes().map(|byte| match byte {
            b' ' => "+".to_owned(),
            byte if byte.is_ascii_alphanumeric() || b"-._*".contains(&byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        });
        bytes.collect::<String>()
    };
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// RFC 4648 §4.
fn base64(text: &str) -> String {
    let text = jotwell::base64url::encode(text).replace('-', "+").replace('_', "/");
    let padding = "=".repeat((4 - text.len() % 4) % 4);
    text + &padding
}

fn basic(client: &str, secret: &str) -> String {
    format!("Basic {}", base64(&format!("{}:{}", encoded(client), encoded(secret))))
}

fn form(path: &str, pairs: &[(&str, &str)]) -> Request<String> {
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    request.body(form_of(pairs)).expect("a request")
}

fn with(mut request: Request<String>, authorization: &str) -> Request<String> {
    request.headers_mut().append("authorization", authorization.parse().expect("text"));
    request
}

fn introspection(token: &str) -> Request<String> {
    with(form("/introspect", &[("token", token)]), &basic("api:1", API_SECRET))
}

fn revocation(token: &str) -> Request<String> {
    with(form("/revoke", &[("token", token)]), &basic(AUDIENCE, APP_SECRET))
}

async fn introspected(router: &Server, token: &str) -> Value {
    let seen = send(router, introspection(token)).await;
    assert_eq!(
        (seen.status, seen.headers["content-type"].to_str().expect("text")),
        (200, "application/json")
    );
    serde_json::from_str(&seen.body).expect("JSON")
}

async fn error_of(router: &Server, request: Request<String>) -> (u16, String) {
    let seen = send(router, request).await;
    let body: Value = serde_json::from_str(&seen.body).unwrap_or_else(|_| panic!("{seen:?}"));
    assert_eq!(seen.headers.contains_key("www-authenticate"), seen.status == 401, "{seen:?}");
    (seen.status, body["error"].as_str().expect("text").to_owned())
}

#[tokio::test]
async fn an_active_token_is_reported_with_its_claims() {
    let service = Service::new();
    let router = router(&service.sessions);
    let tokens = service.login().await;
    let mut wanted = payload(&tokens.access_token);
    wanted["active"] = json!(true);
    wanted["token_type"] = json!("Bearer");
    assert_eq!(introspected(&router, &tokens.access_token).await, wanted);
    assert_eq!((&wanted["sub"], &wanted["plan"]), (&json!("user-42"), &json!("free")));
}

/// Nothing else is reported for a token that is not active (RFC 7662 §2.2).
#[tokio::test]
async fn an_inactive_token_is_reported_without_details() {
    let service = Service::new();
    let router = router(&service.sessions);
    let inactive = json!({"active": false});
    let tokens = service.login().await;
    let (head, signature) = tokens.access_token.rsplit_once('.').expect("a signature");
    let elsewhere = Sessions::<Account>::new(
        service.store.clone(),
        service.sessions.keys().clone(),
        IssuerId::new(ISSUER),
        AudienceId::new("another-api"),
    )
    .clock(service.clock.clone());
    let elsewhere =
        elsewhere.begin().await.expect("the store").complete("user-42", access()).await.expect("tokens");
    let reversed: String = signature.chars().rev().collect();
    for token in [
        "x",
        "a.b.c",
        "a b",
        "\u{e9}",
        "a\nb",
        &format!("{head}."),
        &format!("{head}.{reversed}"),
        &elsewhere.access_token,
        // APIs must not accept it as an access token.
        &tokens.refresh_token,
    ] {
        assert_eq!(introspected(&router, token).await, inactive, "{token}");
    }
    service.sessions.logout(&tokens.session_id).await.expect("the store");
    assert_eq!(introspected(&router, &tokens.access_token).await, inactive);
    let tokens = service.login().await;
    service.sessions.logout_everywhere("user-42").await.expect("the store");
    assert_eq!(introspected(&router, &tokens.access_token).await, inactive);
    let tokens = service.login().await;
    service.clock.advance(Duration::from_secs(1_000));
    assert_eq!(introspected(&router, &tokens.access_token).await, inactive);
}

#[tokio::test]
async fn a_refresh_token_is_revoked_with_its_session() {
    let service = Service::new();
    let router = router(&service.sessions);
    let (tokens, other) = (service.login().await, service.login().await);
    let next = service.sessions.refresh(&tokens.refresh_token).await.expect("tokens");
    for _ in 0..2 {
        // An old token too, and a second time: it is no longer valid (RFC 7009 §2.2).
        let seen = send(&router, revocation(&tokens.refresh_token)).await;
        assert_eq!((seen.status, seen.body.as_str()), (200, ""));
        service.authenticate(&next).await.expect_err("ended");
        service.sessions.refresh(&next.refresh_token).await.expect_err("ended");
    }
    service.authenticate(&other).await.expect("accepted");
}

#[tokio::test]
async fn revoking_an_access_token_keeps_its_session() {
    let service = Service::new();
    let router = router(&service.sessions);
    let tokens = service.login().await;
    let next = service.sessions.refresh(&tokens.refresh_token).await.expect("tokens");
    for _ in 0..2 {
        assert_eq!(send(&router, revocation(&tokens.access_token)).await.status, 200);
        service.authenticate(&tokens).await.expect_err("revoked");
        service.authenticate(&next).await.expect("accepted");
    }
    service.sessions.refresh(&next.refresh_token).await.expect("tokens");
    for token in ["x", "a.b.c", "\u{e9}", &"A".repeat(80)] {
        assert_eq!(send(&router, revocation(token)).await.status, 200, "{token}");
    }
}

/// The client authenticates in exactly one way, and is the one that the tokens are for.
#[tokio::test]
async fn callers_authenticate() {
    let service = Service::new();
    let router = router(&service.sessions);
    let tokens = service.login().await;
    let token = tokens.access_token.as_str();
    let id_and_secret = |id, secret| [("token", token), ("client_id", id), ("client_secret", secret)];
    let posted = send(&router, form("/introspect", &id_and_secret("api:1", API_SECRET))).await;
    assert_eq!(posted.status, 200);

    let unauthorized = (401, "invalid_client".to_owned());
    let malformed = (400, "invalid_request".to_owned());
    for path in ["/introspect", "/revoke"] {
        let bare = || form(path, &[("token", token)]);
        assert_eq!(error_of(&router, bare()).await, unauthorized, "nobody");
        for authorization in [
            basic("api:1", "wrong"),
            basic("api:1", ""),
            basic("nobody", API_SECRET),
            // Each secret is valid for its own endpoint only.
            if path == "/revoke" { basic("api:1", API_SECRET) } else { basic(AUDIENCE, APP_SECRET) },
            format!("Bearer {token}"),
            "Basic".to_owned(),
            "Basic !".to_owned(),
            format!("Basic {}", base64("api")),
            format!("Basic {}", jotwell::base64url::encode(b"\xff:\xff")),
        ] {
            assert_eq!(
                error_of(&router, with(bare(), &authorization)).await,
                unauthorized,
                "{authorization}"
            );
        }
        for pairs in [id_and_secret("api:1", ""), id_and_secret("api:1", "wrong")] {
            assert_eq!(error_of(&router, form(path, &pairs)).await, unauthorized);
        }
        let both = with(form(path, &id_and_secret("api:1", API_SECRET)), &basic("api:1", API_SECRET));
        assert_eq!(error_of(&router, both).await, malformed);
        let two = with(with(bare(), &basic("api:1", API_SECRET)), &basic("api:1", API_SECRET));
        assert_eq!(error_of(&router, two).await, malformed);
        let named = form(path, &[("token", token), ("client_id", "else")]);
        assert_eq!(error_of(&router, with(named, &basic("api:1", API_SECRET))).await, malformed);
        let twice = form(path, &[("token", token), ("token", token)]);
        assert_eq!(error_of(&router, with(twice, &basic("api:1", API_SECRET))).await, malformed);
        let mut json = bare();
        json.headers_mut().insert("content-type", "application/json".parse().expect("text"));
        assert_eq!(error_of(&router, json).await.0, 415);
        assert_eq!(error_of(&router, with(bare(), &basic("down", "x"))).await.0, 503);
        assert_eq!(error_of(&router, with(bare(), &basic("slow", "x"))).await.0, 429);
    }
    let none = with(form("/introspect", &[("token", "")]), &basic("api:1", API_SECRET));
    assert_eq!(error_of(&router, none).await, malformed);
    let none = with(form("/revoke", &[]), &basic(AUDIENCE, APP_SECRET));
    assert_eq!(error_of(&router, none).await, malformed);
    let other = with(form("/revoke", &[("token", token)]), &basic("other-app", APP_SECRET));
    assert_eq!(error_of(&router, other).await, (400, "unauthorized_client".to_owned()));
    service.authenticate(&tokens).await.expect("accepted");
}

/// An unknown status is neither active nor inactive.
#[tokio::test]
async fn without_the_store_both_endpoints_respond_with_503() {
    let service = Service::new();
    let tokens = service.login().await;
    let sessions = Sessions::<Account>::new(
        Arc::new(crate::common::world::Down),
        service.sessions.keys().clone(),
        IssuerId::new(ISSUER),
        AudienceId::new(AUDIENCE),
    );
    let router = router(&sessions.clock(service.clock.clone()));
    let unavailable = (503, "temporarily_unavailable".to_owned());
    assert_eq!(error_of(&router, introspection(&tokens.access_token)).await, unavailable);
    assert_eq!(error_of(&router, revocation(&tokens.access_token)).await, unavailable);
    assert_eq!(error_of(&router, revocation(&tokens.refresh_token)).await, unavailable);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_callers_at_once() {
    let service = Service::new();
    let router = router(&service.sessions);
    let tokens = service.login().await;
    let crowd = async |request: fn(&str) -> Request<String>, token: &str| {
        let mut tasks = JoinSet::new();
        for _ in 0..64 {
            let (router, request) = (router.clone(), request(token));
            tasks.spawn(async move { send(&router, request).await });
        }
        tasks.join_all().await
    };
    let answers = crowd(introspection, &tokens.access_token).await;
    assert!(answers.iter().all(|seen| seen.status == 200 && seen.body.contains(r#""active":true"#)));
    let answers = crowd(revocation, &tokens.refresh_token).await;
    assert!(answers.iter().all(|seen| seen.status == 200));
    let answers = crowd(introspection, &tokens.access_token).await;
    assert!(answers.iter().all(|seen| seen.body == r#"{"active":false}"#));
}
