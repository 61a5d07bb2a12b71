//! Tokens in bodies and in `Authorization`.

use std::num::NonZeroU32;

use jotwell_http::{AuthPaths, ClientRateLimit};

use super::*;

#[tokio::test]
async fn a_session_from_its_login_to_its_logout() {
    let (world, mut request) = (World::new(), login("ada", "right"));
    let router = world.router();
    request
        .headers_mut()
        .insert("user-agent", "a\u{7f} phone".parse().unwrap_or("a phone".parse().expect("text")));
    let answer = send(&router, request).await;
    assert_eq!((answer.status, answer.header("pragma")), (200, "no-cache"));
    assert_eq!(answer.cookies(), []);
    let body = answer.json();
    assert_eq!(
        body.as_object().expect("an object").keys().collect::<Vec<_>>(),
        ["access_token", "expires_in", "refresh_token", "scope", "token_type"]
    );
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(900)));

    let next = json!({"refresh_token": answer.text("refresh_token")});
    let next = send(&router, json_body(ask("POST", "/refresh"), &next)).await;
    assert_eq!(next.status, 200);
    let access = next.text("access_token");
    let listed = send(&router, by(&access, "GET", "/sessions")).await.json();
    let id = listed["sessions"][0]["id"].as_str().expect("a name").to_owned();
    assert_eq!(
        listed,
        json!({"sessions": [{
            "id": id, "device": "a phone", "started_at": 1_800_000_000, "refreshed_at": 1_800_000_000,
            "expires_at": 1_802_592_000, "current": true,
        }]})
    );
    let answer = send(&router, by(&access, "POST", "/logout")).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    let answer = send(&router, by(&access, "GET", "/sessions")).await;
    assert_eq!(answer.error(), rejected(401, "invalid_token", "the token has been revoked"));
}

#[tokio::test]
async fn a_logout_accepts_the_refresh_token_instead() {
    let world = World::new();
    let router = world.router();
    let tokens = session_of(&world, "user-42").await;
    let body = json!({"refresh_token": *tokens.refresh_token});
    for _ in 0..2 {
        // A repeated logout has the same response: there is no session.
        assert_eq!(send(&router, json_body(ask("POST", "/logout"), &body)).await.status, 204);
        assert_eq!(world.alive("user-42").await, 0);
    }
    let body = json!({"refresh_token": "not one"});
    let answer = send(&router, json_body(ask("POST", "/logout"), &body)).await;
    assert_eq!(answer.error().0, 400);
    // Neither of them.
    let answer = send(&router, empty(ask("POST", "/logout"))).await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, r#"Bearer realm="api""#));
}

#[tokio::test]
async fn all_sessions_of_a_user_end_and_no_others() {
    let world = World::new();
    let router = world.router();
    let (one, _two) = (session_of(&world, "user-42").await, session_of(&world, "user-42").await);
    let other = session_of(&world, "user-43").await;
    assert_eq!(send(&router, by(&one.access_token, "POST", "/logout-everywhere")).await.status, 204);
    assert_eq!((world.alive("user-42").await, world.alive("user-43").await), (0, 1));
    world.service.authenticate(&other).await.expect("accepted");
}

#[tokio::test]
async fn a_user_can_end_only_its_own_sessions() {
    let world = World::new();
    let router = world.router();
    let (desk, phone) = (session_of(&world, "user-42").await, session_of(&world, "user-42").await);
    let other = session_of(&world, "user-43").await;
    let path =
        |tokens: &TokenResponse| format!("/sessions/{}", world.service.sessions.id_of(&tokens.session_id));
    let unknown = rejected(404, "invalid_request", "there is no such session");
    let theirs = send(&router, by(&desk.access_token, "DELETE", &path(&other))).await;
    assert_eq!(theirs.error(), unknown);
    world.service.authenticate(&other).await.expect("accepted");
    // A text that is not a name, such as `sid`, ends nothing and gets the same response.
    for id in ["x", &phone.session_id, &"A".repeat(43), &"A".repeat(44), "%2e%2e", "%00"] {
        let answer = send(&router, by(&desk.access_token, "DELETE", &format!("/sessions/{id}"))).await;
        assert_eq!(answer.error(), unknown, "{id}");
    }
    assert_eq!(send(&router, by(&desk.access_token, "DELETE", &path(&phone))).await.status, 204);
    world.service.authenticate(&phone).await.expect_err("ended");
    world.service.authenticate(&desk).await.expect("accepted");
    assert_eq!(send(&router, by(&desk.access_token, "DELETE", &path(&phone))).await.error(), unknown);
    assert_eq!(send(&router, by(&desk.access_token, "DELETE", &path(&desk))).await.status, 204);
    assert_eq!(world.alive("user-42").await, 0);
}

/// A wrong password and an unknown user get the same response.
#[tokio::test]
async fn rejected_credentials() {
    let world = World::new();
    let router = world.router();
    for (name, password) in [("ada", "wrong"), ("nobody", "right")] {
        let answer = send(&router, login(name, password)).await;
        assert_eq!(answer.error(), rejected(400, "invalid_grant", "the credentials are wrong"));
        assert!(!answer.headers.contains_key("www-authenticate"));
    }
    let down = send(&router, login("down", "right")).await;
    assert_eq!(down.error().0, 503);
    assert_eq!((down.text("error").as_str(), down.header("retry-after")), ("temporarily_unavailable", "5"));
    let slow = send(&router, login("slow", "right")).await;
    assert_eq!(slow.error(), rejected(429, "temporarily_unavailable", "there were too many attempts"));
    assert_eq!(slow.headers["retry-after"], "3", "rounded up");
}

#[tokio::test]
async fn a_body_is_one_json_object() {
    let world = World::new();
    let router = world.router();
    let body = r#"{"name":"ada","password":"right"}"#;
    let of = |kind: &str, body: &str| {
        let request = ask("POST", "/login").header("content-type", kind);
        request.body(body.to_owned()).expect("a request")
    };
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""]
    {
        assert_eq!(
            send(&router, of(kind, body)).await.error(),
            rejected(415, "invalid_request", "send application/json")
        );
    }
    let mut two = of("application/json", body);
    two.headers_mut().append("content-type", "text/plain".parse().expect("text"));
    assert_eq!(send(&router, two).await.status, 415);
    let bodies = [
        "",
        "null",
        r#"["ada","right"]"#,
        r#""ada""#,
        r#"{"name":"ada"}"#,
        r#"{"name":"ada","password":1}"#,
        r#"{"name":"ada","password":"right","password":"right"}"#,
        r#"{"name":"ada","password":"right"}x"#,
        "{",
    ];
    for body in bodies {
        assert_eq!(send(&router, of("application/json", body)).await.error().0, 400, "{body}");
    }
    let long = format!(r#"{{"name":"ada","password":"{}"}}"#, "x".repeat(16 * 1024));
    assert_eq!(send(&router, of("application/json", &long)).await.error().0, 413);
    assert_eq!(world.verified(), 0);
    assert_eq!(send(&router, of("Application/JSON; charset=utf-8", &format!(" {body}"))).await.status, 200);
    for (method, path) in [("GET", "/login"), ("GET", "/refresh"), ("GET", "/logout"), ("POST", "/sessions")]
    {
        assert_eq!(send(&router, empty(ask(method, path))).await.status, 405, "{method} {path}");
    }
}

/// An attacker logs in with a stolen password while the user ends all sessions: the login begins before the password is
/// verified.
#[tokio::test]
async fn a_login_begins_before_its_credentials_are_verified() {
    let world = World::new();
    let sessions = world.service.sessions.clone();
    let routes = auth_routes(&world.service.sessions, async move |_: Credentials| {
        sessions.logout_everywhere("user-42").await.expect("the store");
        Ok(("user-42".to_owned(), access()))
    });
    let answer = send(&Server::new().auth(routes), login("ada", "right")).await;
    assert_eq!(answer.error(), rejected(400, "invalid_grant", OVER));
    assert_eq!(world.alive("user-42").await, 0);
    assert_eq!(world.codes(), ["all_sessions_ended", "login_failed"]);
}

#[tokio::test]
async fn a_refresh_has_the_current_claims_and_ends_with_the_account() {
    let world = World::new();
    let routes = world
        .routes()
        .reload(async |subject: String, _| Ok((subject == "user-42").then(|| access().role("auditor"))));
    let router = Server::new().auth(routes);
    let refresh = |tokens: &TokenResponse| {
        json_body(ask("POST", "/refresh"), &json!({"refresh_token": *tokens.refresh_token}))
    };
    let (kept, closed) = (session_of(&world, "user-42").await, session_of(&world, "user-43").await);
    let answer = send(&router, refresh(&kept)).await;
    let claims = crate::sessions_common::payload(&answer.text("access_token"));
    assert_eq!(claims["roles"], json!(["editor", "auditor"]));
    assert_eq!(send(&router, refresh(&closed)).await.error(), rejected(400, "invalid_grant", OVER));
    assert_eq!(world.alive("user-43").await, 0);
    // An old token ends the session of the next one.
    world.service.clock.advance(Duration::from_secs(11));
    assert_eq!(send(&router, refresh(&kept)).await.error(), rejected(400, "invalid_grant", OVER));
    assert_eq!(world.alive("user-42").await, 0);
    let body = json!({"refresh_token": "x"});
    assert_eq!(send(&router, json_body(ask("POST", "/refresh"), &body)).await.error().0, 400);
}

/// Before anything else, and only for well-formed requests.
#[tokio::test]
async fn attempts_are_limited_by_client() {
    let world = World::new();
    let (logins, refreshes) = (NonZeroU32::new(2).expect("two"), NonZeroU32::new(1).expect("one"));
    let routes = world.routes().rate_limit(ClientRateLimit::per_minute(logins, refreshes));
    // Both kinds of routes share the limit.
    let page = routes.clone().cookies(jotwell_http::Cookies::new()).paths(AuthPaths::under("/page"));
    let router = Server::new().auth(routes).auth(page);
    for _ in 0..9 {
        let broken = ask("POST", "/login").header("content-type", "text/plain");
        assert_eq!(send(&router, empty(broken)).await.status, 415);
    }
    assert_eq!(send(&router, login("ada", "wrong")).await.status, 400);
    let mut by_page = login("ada", "wrong");
    *by_page.uri_mut() = "/page/login".parse().expect("a path");
    assert_eq!(send(&router, by_page).await.status, 400);
    let limited = send(&router, login("ada", "right")).await;
    assert_eq!(limited.error(), rejected(429, "temporarily_unavailable", "there were too many attempts"));
    let seconds: u64 = limited.header("retry-after").parse().expect("a number");
    assert!((1..=30).contains(&seconds), "{seconds}");
    assert_eq!(world.verified(), 2);
    let mut other = login("ada", "right");
    other.extensions_mut().insert(SocketAddr::from(([192, 0, 2, 8], 1)));
    assert_eq!(send(&router, other).await.status, 200);

    let tokens = session_of(&world, "user-42").await;
    let refresh = || json_body(ask("POST", "/refresh"), &json!({"refresh_token": *tokens.refresh_token}));
    assert_eq!(send(&router, refresh()).await.status, 200);
    assert_eq!(send(&router, refresh()).await.status, 429);
    world.service.authenticate(&tokens).await.expect("accepted");
}

/// Without an address attempts cannot be counted, so all are rejected.
#[tokio::test]
async fn an_unknown_client_cannot_log_in_where_attempts_are_limited() {
    let world = World::new();
    let routes = world.routes().rate_limit(ClientRateLimit::default());
    let unknown = |mut request: Request<String>| {
        request.extensions_mut().clear();
        request
    };
    let router = Server::new().auth(routes.clone());
    let answer = send(&router, unknown(login("ada", "right"))).await;
    assert_eq!(answer.error(), rejected(500, "server_error", "the attempt could not be counted"));
    assert_eq!(world.verified(), 0);
    // A proxy sends the client's address.
    let routes = routes.client(|parts| parts.headers.get("x-real-ip")?.to_str().ok()?.parse().ok());
    let mut request = unknown(login("ada", "right"));
    request.headers_mut().insert("x-real-ip", "192.0.2.9".parse().expect("text"));
    assert_eq!(send(&Server::new().auth(routes), request).await.status, 200);
    assert_eq!(world.events().last().expect("an event").3, Some([192, 0, 2, 9].into()));
}

#[tokio::test]
async fn paths_are_configurable() {
    let world = World::new();
    let paths = AuthPaths::under("auth/").login("sign-in").sessions("/devices/").refresh("/token");
    let paths = paths.logout("/bye").logout_everywhere("/bye/all");
    let router = Server::new().auth(world.routes().paths(paths));
    let mut request = login("ada", "right");
    *request.uri_mut() = "/sign-in".parse().expect("a path");
    let tokens = send(&router, request).await;
    let body = json!({"refresh_token": tokens.text("refresh_token")});
    assert_eq!(send(&router, json_body(ask("POST", "/token"), &body)).await.status, 200);
    let access = tokens.text("access_token");
    assert_eq!(send(&router, by(&access, "GET", "/devices")).await.status, 200);
    assert_eq!(send(&router, by(&access, "DELETE", "/devices/x")).await.status, 404);
    assert_eq!(send(&router, by(&access, "POST", "/bye/all")).await.status, 204);
    assert_eq!(send(&router, by(&access, "POST", "/bye")).await.status, 401);
    for path in AuthPaths::default().login("/x").sessions("/y").sessions_path().split('|') {
        assert_eq!(path, "/y");
    }
}
