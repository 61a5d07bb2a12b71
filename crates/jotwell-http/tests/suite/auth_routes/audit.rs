//! The audit events of the routes.

use std::num::NonZeroU32;

use jotwell_http::ClientRateLimit;

use super::*;

#[tokio::test]
async fn an_audit_receives_every_event_of_a_session() {
    let world = World::with(|sessions| sessions.max_sessions(NonZeroU32::new(1).expect("one")));
    let limit = NonZeroU32::new(4).expect("four");
    let routes = world.routes().rate_limit(ClientRateLimit::per_minute(limit, NonZeroU32::MAX));
    let router = Server::new().auth(routes);
    let refresh = async |token: &str| {
        send(&router, json_body(ask("POST", "/refresh"), &json!({"refresh_token": token}))).await
    };
    let event = |code, subject: Option<&str>, session| {
        (code, subject.map(str::to_owned), session, Some(IpAddr::from(CLIENT)))
    };
    let ada = Some("user-42");

    send(&router, login("ada", "wrong")).await;
    assert_eq!(world.events(), [event("login_failed", None, false)]);
    let first = send(&router, login("ada", "right")).await;
    assert_eq!(world.events(), [event("login_succeeded", ada, true)]);
    let second = send(&router, login("ada", "right")).await;
    assert_eq!(world.events(), [event("login_succeeded", ada, true), event("session_displaced", ada, false)]);
    refresh(&first.text("refresh_token")).await;
    assert_eq!(world.events(), [event("refresh_failed", None, true)]);

    // A refresh, a repeat of it, another copy, and one more generation of two copies.
    let token = second.text("refresh_token");
    let (next, other) = (refresh(&token).await, refresh(&token).await);
    assert_eq!(
        world.events(),
        [event("token_refreshed", ada, true), event("refresh_token_retried", ada, true)]
    );
    let next = refresh(&next.text("refresh_token")).await.text("refresh_token");
    let copy = refresh(&other.text("refresh_token")).await.text("refresh_token");
    assert_eq!(
        world.events(),
        [event("token_refreshed", ada, true), event("refresh_token_forked", ada, true)]
    );
    refresh(&next).await;
    refresh(&copy).await;
    assert_eq!(
        world.events(),
        [event("token_refreshed", ada, true), event("refresh_token_forked_again", ada, true)]
    );

    // An old token.
    let third = send(&router, login("ada", "right")).await;
    refresh(&third.text("refresh_token")).await;
    world.service.clock.advance(Duration::from_secs(11));
    world.events();
    refresh(&third.text("refresh_token")).await;
    assert_eq!(world.events(), [event("refresh_token_reused", ada, true)]);
    send(&router, login("ada", "right")).await;
    assert_eq!(world.events(), [event("rate_limited", None, false)]);

    // The ends.
    let tokens = session_of(&world, "user-42").await;
    world.events();
    send(&router, by(&tokens.access_token, "POST", "/logout")).await;
    assert_eq!(world.events(), [event("session_ended", ada, true)]);
    let tokens = session_of(&world, "user-42").await;
    let path = format!("/sessions/{}", world.service.sessions.id_of(&tokens.session_id));
    world.events();
    send(&router, by(&tokens.access_token, "DELETE", &path)).await;
    assert_eq!(world.events(), [event("session_ended", ada, false)]);
    let tokens = session_of(&world, "user-42").await;
    world.events();
    send(&router, by(&tokens.access_token, "POST", "/logout-everywhere")).await;
    assert_eq!(world.events(), [event("all_sessions_ended", ada, false)]);
}
