//! Every route that accepts an access token rejects every known attack on it.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

use http::Response;
use jotwell_http::store::{MemoryStore, SessionStart, Store, StoreId, Timestamp};
use jotwell_http::{AudienceId, Cookies, IssuerId};
use jotwell_test::{AttackSuite, Flaw};
use tower::service_fn;

use super::*;
use crate::sessions_common::{AUDIENCE, ISSUER, NOW};

type Answer = Pin<Box<dyn Future<Output = Result<Response<String>, Infallible>> + Send>>;

/// A service in which each request finds a live session, even if the previous one has ended it.
async fn each_anew(
    world: &World,
    tokens: &TokenResponse,
    cookies: bool,
) -> impl Fn(Request<String>) -> Answer + Clone + use<> {
    let id: StoreId = world.service.sessions.id_of(&tokens.session_id);
    let record = world.service.store.session(id).await.expect("the store").expect("a session");
    let (keys, clock) = (world.service.sessions.keys().clone(), world.service.clock.clone());
    move |request| {
        let (record, keys, clock) = (record.clone(), keys.clone(), clock.clone());
        Box::pin(async move {
            let store = Arc::new(MemoryStore::new());
            store
                .create(id, &record, SessionStart::default(), Timestamp::from(NOW))
                .await
                .expect("a session");
            let sessions: Sessions<Account> =
                Sessions::new(store.clone(), keys, IssuerId::new(ISSUER), AudienceId::new(AUDIENCE))
                    .clock(clock);
            let routes = auth_routes(&sessions, async |_: Credentials| Err(CredentialsError::Invalid));
            let routes = if cookies { routes.cookies(Cookies::new()) } else { routes };
            let response = Server::new().auth(routes).ask(request).await;
            // A rejected request has ended nothing.
            let is_alive = store.session(id).await.expect("the store").is_some();
            assert!(is_alive || response.status().is_success(), "{response:?}");
            Ok(response)
        })
    }
}

#[tokio::test]
async fn every_route_rejects_every_attack() {
    let world = World::new();
    let tokens = session_of(&world, "user-42").await;
    let key = world.service.sessions.keys().signing_key();
    let id = format!("/sessions/{}", world.service.sessions.id_of(&tokens.session_id));
    for cookies in [false, true] {
        for (method, path) in [
            ("POST", "/logout"),
            ("POST", "/logout-everywhere"),
            ("GET", "/sessions"),
            ("DELETE", id.as_str()),
        ] {
            if cookies && path == "/logout" {
                // It accepts the refresh token.
                continue;
            }
            let service = service_fn(each_anew(&world, &tokens, cookies).await);
            let suite = AttackSuite::new(&tokens.access_token, &key);
            // Reading the list needs no anti-forgery token.
            let suite = if cookies && method != "GET" { suite.cookies() } else { suite };
            let rejected = suite.run(service, || empty(ask(method, path))).await;
            let rejected = rejected.unwrap_or_else(|failure| panic!("{method} {path}: {failure}"));
            assert!(rejected.attacks().len() > 40, "{}", rejected.attacks().len());
            assert_eq!(rejected.not_tried(), [""; 0], "{:?}", Flaw::Oversized);
        }
    }
}
