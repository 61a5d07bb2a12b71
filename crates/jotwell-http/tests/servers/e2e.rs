//! The example `api`, used by a client over real sockets, with every store.

use std::time::Duration;

use crate::example::{Api, Client};
use crate::stores_common::RedisServer;
use serde_json::{Value, json};

const SESSION_OVER: &str = r#"{"error":"invalid_grant","error_description":"the session has ended"}"#;
const REVOKED: &str = r#"{"error":"invalid_token","error_description":"the token has been revoked"}"#;

/// Returns `kid` of a token.
fn kid(token: &str) -> String {
    let token = jotwell::UnverifiedToken::parse(token).expect("a token");
    token.header().key_id().expect("a kid").to_owned()
}

async fn the_whole_story(store: &str, outlives_the_process: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    // It restarts on another port, which is part of its default issuer.
    let issuer = ("ISSUER", "https://auth.example");
    let variables = [("STORE", store), issuer, ("GRACE_SECONDS", "0"), ("PUBLISH_SECONDS", "0")];
    let mut api = Api::start(folder.path(), &variables);
    let client = Client::of(&api);

    // No token, and a wrong password.
    let nobody = client.get("/me", None).await;
    assert_eq!((nobody.status, nobody.challenge(), nobody.body.as_str()), (401, r#"Bearer realm="api""#, ""));
    let wrong = client.post("/login", None, json!({"name": "user", "password": "guess"})).await;
    let no = r#"{"error":"invalid_grant","error_description":"the credentials are wrong"}"#;
    assert_eq!(
        (wrong.status, wrong.header("cache-control"), wrong.body.as_str()),
        (400, Some("no-store"), no)
    );
    let unknown = client.post("/login", None, json!({"name": "root", "password": "guess"})).await;
    assert_eq!((unknown.status, &unknown.body), (400, &wrong.body));

    // Login, /me, 403 at /admin, the administrator.
    let user = client.login("user").await;
    let me = client.get("/me", Some(&user.access)).await.json();
    assert_eq!(
        (&me["id"], &me["roles"], &me["scope"]),
        (&json!("user-1"), &json!(["customer"]), &json!("orders:read"))
    );
    assert_eq!(client.get("/orders", Some(&user.access)).await.status, 200);
    let order = client.post("/orders", Some(&user.access), Value::Null).await;
    assert_eq!(order.status, 403);
    assert_eq!(
        order.challenge(),
        r#"Bearer realm="api", error="insufficient_scope", error_description="the token lacks the required scope", scope="orders:write""#
    );
    assert_eq!(client.get("/admin", Some(&user.access)).await.status, 403);
    let admin = client.login("admin").await;
    let welcome = client.get("/admin", Some(&admin.access)).await;
    assert_eq!((welcome.status, welcome.body.as_str()), (200, "welcome, admin"));
    assert_eq!(client.post("/orders", Some(&admin.access), Value::Null).await.status, 201);

    // Refresh; presenting the old refresh token again ends the session.
    let next = client.refresh(&user.refresh).await.grant();
    assert_eq!(client.get("/me", Some(&next.access)).await.status, 200);
    for token in [&user.refresh, &next.refresh, &user.refresh] {
        let rejected = client.refresh(token).await;
        assert_eq!((rejected.status, rejected.body.as_str()), (400, SESSION_OVER));
    }
    for token in [&user.access, &next.access] {
        let rejected = client.get("/me", Some(token)).await;
        assert_eq!((rejected.status, rejected.body.as_str()), (401, REVOKED));
    }

    // Logout, from one session and from all.
    let again = client.login("user").await;
    assert_eq!(client.post("/logout", Some(&again.access), Value::Null).await.status, 204);
    assert_eq!(client.get("/me", Some(&again.access)).await.status, 401);
    let (one, two) = (client.login("user").await, client.login("user").await);
    assert_eq!(client.post("/logout-everywhere", Some(&one.access), Value::Null).await.status, 204);
    for ended in [&one, &two] {
        assert_eq!(client.get("/me", Some(&ended.access)).await.body, REVOKED);
        assert_eq!(client.refresh(&ended.refresh).await.body, SESSION_OVER);
    }
    let user = client.login("user").await;

    // The list of a user's own sessions, and the end of another one of them; a logout by the refresh token alone.
    let (phone, desk) = (client.login("user").await, client.login("user").await);
    let listed = client.get("/sessions", Some(&desk.access)).await;
    assert_eq!(listed.header("cache-control"), Some("no-store"));
    let listed = listed.json()["sessions"].as_array().expect("sessions").clone();
    assert_eq!(listed.len(), 3, "{listed:?}");
    let current = |listed: &[Value]| -> Vec<_> { listed.iter().map(|one| one["current"] == true).collect() };
    assert_eq!(current(&listed).iter().filter(|current| **current).count(), 1);
    let by_phone = client.get("/sessions", Some(&phone.access)).await.json();
    let by_phone = by_phone["sessions"].as_array().expect("sessions").clone();
    let own = by_phone.iter().find(|one| one["current"] == true).expect("its own")["id"].clone();
    let path = format!("/sessions/{}", own.as_str().expect("a name"));
    assert_eq!(client.delete(&path, Some(&admin.access)).await.status, 404, "of another user");
    assert_eq!(client.get("/me", Some(&phone.access)).await.status, 200);
    assert_eq!(client.delete(&path, Some(&desk.access)).await.status, 204);
    assert_eq!(client.get("/me", Some(&phone.access)).await.body, REVOKED);
    assert_eq!(client.delete(&path, Some(&desk.access)).await.status, 404);
    assert_eq!(client.post("/logout", None, json!({"refresh_token": desk.refresh})).await.status, 204);
    assert_eq!(client.get("/me", Some(&desk.access)).await.body, REVOKED);

    // Killed and restarted: revocations are still in effect.
    api.kill();
    api = Api::start(folder.path(), &variables);
    let client = Client::of(&api);
    for ended in [&next, &again, &one, &two, &phone, &desk] {
        assert_eq!(client.get("/me", Some(&ended.access)).await.body, REVOKED);
        assert_eq!(client.refresh(&ended.refresh).await.body, SESSION_OVER);
    }
    let (user, admin) = if outlives_the_process {
        assert_eq!(client.get("/me", Some(&admin.access)).await.status, 200);
        (client.refresh(&user.refresh).await.grant(), admin)
    } else {
        assert_eq!(client.get("/me", Some(&admin.access)).await.body, REVOKED);
        (client.login("user").await, client.login("admin").await)
    };

    // Key rotation; old tokens are still valid, new ones have the new `kid`.
    assert_eq!(client.post("/admin/keys/rotate", Some(&user.access), Value::Null).await.status, 403);
    let turned = client.post("/admin/keys/rotate", Some(&admin.access), Value::Null).await.json();
    let new = client.login("user").await;
    assert_eq!(turned["kid"], kid(&new.access));
    assert_ne!(kid(&user.access), kid(&new.access));
    for token in [&user.access, &admin.access, &new.access] {
        assert_eq!(client.get("/me", Some(token)).await.status, 200);
    }
    let set = client.get("/.well-known/jwks.json", None).await.json();
    let names: Vec<_> = set["keys"].as_array().expect("keys").iter().map(|key| key["kid"].clone()).collect();
    assert_eq!(names.len(), 3);
    assert!(names.contains(&json!(kid(&user.access))) && names.contains(&json!(kid(&new.access))));
    assert!(set["keys"].as_array().expect("keys").iter().all(|key| key.get("d").is_none()));
}

#[tokio::test]
async fn in_memory() {
    the_whole_story("memory", false).await;
}

#[tokio::test]
async fn on_redb() {
    the_whole_story("redb", true).await;
}

#[tokio::test]
async fn on_redis() {
    let Some(server) = RedisServer::start().await else { return };
    the_whole_story(&server.url(), true).await;
}

#[tokio::test]
async fn two_instances_share_sessions_and_keys() {
    let Some(server) = RedisServer::start().await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let url = server.url();
    let variables = [
        ("STORE", url.as_str()),
        ("ISSUER", "https://auth.example"),
        ("GRACE_SECONDS", "10"),
        ("PUBLISH_SECONDS", "0"),
    ];
    let (one, two) = (Api::start(folder.path(), &variables), Api::start(folder.path(), &variables));
    let (one, two) = (Client::of(&one).keeping(one), Client::of(&two).keeping(two));

    let grant = one.login("user").await;
    assert_eq!(two.get("/me", Some(&grant.access)).await.status, 200);
    // A lost response: the other instance returns the same successor.
    let next = one.refresh(&grant.refresh).await.grant();
    let again = two.refresh(&grant.refresh).await.grant().refresh;
    // Copies of one token differ in their last 16 characters.
    assert_eq!(again.split_at(64).0, next.refresh.split_at(64).0);
    // A logout on one instance takes effect on the other at once.
    assert_eq!(one.post("/logout", Some(&next.access), Value::Null).await.status, 204);
    assert_eq!(two.get("/me", Some(&next.access)).await.body, REVOKED);
    assert_eq!(two.get("/me", Some(&grant.access)).await.body, REVOKED);
    let (here, there) = (one.login("user").await, two.login("user").await);
    assert_eq!(two.post("/logout-everywhere", Some(&there.access), Value::Null).await.status, 204);
    assert_eq!(one.get("/me", Some(&here.access)).await.body, REVOKED);

    // Keys that are rotated on one instance are known to the other, even if it has never seen them before.
    let admin = one.login("admin").await;
    for _ in 0..2 {
        assert_eq!(one.post("/admin/keys/rotate", Some(&admin.access), Value::Null).await.status, 200);
    }
    let new = one.login("user").await;
    let mut answer = two.get("/me", Some(&new.access)).await;
    // It checks the file once a second at most.
    if answer.status == 401 {
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        answer = two.get("/me", Some(&new.access)).await;
    }
    assert_eq!(answer.status, 200);
    assert_eq!(kid(&two.login("user").await.access), kid(&new.access));
}

#[tokio::test]
async fn a_redis_that_was_killed_gives_503_and_recovers() {
    let Some(mut server) = RedisServer::start().await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let api = Api::start(folder.path(), &[("STORE", &server.url())]);
    let client = Client::of(&api);
    let grant = client.login("user").await;
    server.kill();
    for path in ["/me", "/orders"] {
        let answer = client.get(path, Some(&grant.access)).await;
        assert_eq!(
            (answer.status, answer.header("retry-after"), answer.header("www-authenticate")),
            (503, Some("5"), None)
        );
        let body = r#"{"error":"temporarily_unavailable","error_description":"the token cannot be checked at the moment"}"#;
        assert_eq!(answer.body, body);
    }
    assert_eq!(client.refresh(&grant.refresh).await.status, 503);
    assert_eq!(client.post("/logout", Some(&grant.access), Value::Null).await.status, 503);
    // Routes that need no store continue to work.
    assert_eq!(client.get("/.well-known/jwks.json", None).await.status, 200);
    server.restart().await;
    assert_eq!(client.get("/me", Some(&grant.access)).await.status, 200);
    client.refresh(&grant.refresh).await.grant();
}

#[tokio::test]
async fn too_many_attempts_are_limited() {
    let folder = tempfile::tempdir().expect("a folder");
    let limits = [("STORE", "memory"), ("LOGINS_PER_MINUTE", "2"), ("REFRESHES_PER_MINUTE", "3")];
    let api = Api::start(folder.path(), &limits);
    let client = Client::of(&api);
    let mut grant = client.login("user").await;
    for _ in 0..3 {
        grant = client.refresh(&grant.refresh).await.grant();
    }
    let rejected = client.refresh(&grant.refresh).await;
    assert_eq!(rejected.status, 429);
    assert!(
        rejected.header("retry-after").is_some_and(|after| after.parse::<u64>().is_ok_and(|after| after > 0))
    );
    // It was rejected before the token was checked, so the session continues.
    assert_eq!(client.get("/me", Some(&grant.access)).await.status, 200);
    client.login("user").await;
    assert_eq!(client.post("/login", None, json!({"name": "user", "password": "guess"})).await.status, 429);
}

#[test]
fn insecure_settings_do_not_start() {
    let folder = tempfile::tempdir().expect("a folder");
    for (variables, shown) in [
        (&[("LISTEN", "0.0.0.0:0")][..], "without --tls"),
        (&[("STORE", "mysql://x")], "STORE is neither"),
        (&[("ALGORITHM", "HS256")], "MissingEnv"),
        (&[("ALGORITHM", "HS256"), ("TOKEN_SECRET", "short")], "ShortSecret"),
        (&[("ALGORITHM", "none")], "UnknownAlgorithm"),
    ] {
        let error = Api::fails_to_start(folder.path(), variables);
        assert!(error.contains(shown), "{variables:?}: {error}");
    }
}

/// Neither the log nor standard output has a token or password of these requests, except that the operator gets the
/// passwords of a run.
#[tokio::test]
async fn no_secret_is_logged() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = Api::start(folder.path(), &[("GRACE_SECONDS", "0")]);
    let client = Client::of(&api);
    let user = client.login("user").await;
    let next = client.refresh(&user.refresh).await.grant();
    client.refresh(&user.refresh).await;
    client.get("/me", Some(&next.access)).await;
    client.get("/me", Some("e30.e30.e30")).await;
    client.get(&format!("/me?access_token={}", user.access), None).await;
    let log = api.into_log();
    assert!(log.contains("an old refresh token was presented"), "{log}");
    for grant in [&user, &next] {
        for secret in grant.access.split('.').skip(1).chain([grant.refresh.as_str()]) {
            assert!(!log.contains(secret));
        }
    }
    assert!(!log.contains(crate::example::PASSWORD));
}

/// Cookies of an ended session would lock their owner out of open pages too.
#[tokio::test]
async fn an_ended_session_removes_its_cookies() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = Api::start(folder.path(), &[("STORE", "memory")]);
    let client = Client::of(&api);
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let shown = |answer: &reqwest::Response| {
        let cookies = answer.headers().get_all("set-cookie");
        cookies.iter().map(|cookie| cookie.to_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    let body = json!({"name": "user", "password": crate::example::PASSWORD}).to_string();
    let login = http.post(format!("{}/page/login", api.address)).header("content-type", "application/json");
    let login = shown(&login.body(body).send().await.expect("a response"));
    let pairs: Vec<_> =
        login.iter().map(|cookie| cookie.split(';').next().expect("a pair").to_owned()).collect();
    let value = |name: &str| {
        let pair = pairs.iter().find(|pair| pair.starts_with(&format!("__Host-{name}="))).expect("a cookie");
        pair.split_once('=').expect("a value").1.to_owned()
    };
    let refresh = || {
        let request = http.post(format!("{}/page/refresh", api.address)).header("cookie", pairs.join("; "));
        request.header("x-csrf-token", value("csrf")).send()
    };
    assert_eq!(client.post("/logout", Some(&value("access")), Value::Null).await.status, 204);
    let ended = refresh().await.expect("a response");
    assert_eq!(ended.status(), 400);
    let gone = shown(&ended);
    assert_eq!(gone.len(), 3, "{gone:?}");
    assert!(gone.iter().all(|cookie| cookie.contains("=; ") && cookie.contains("Max-Age=0")), "{gone:?}");
}
