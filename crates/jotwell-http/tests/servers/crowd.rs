//! 64 concurrent requests on each route of the example `api`, with every store.

use serde_json::{Value, json};

use crate::example::{Answer, Api, Client, Jar, TokenResponse};
use crate::stores_common::RedisServer;

const CROWD: usize = 64;

/// Sends the same request 64 times concurrently.
async fn crowd(client: &Client, one: impl AsyncFn(Client) -> Answer + Clone + 'static) -> Vec<Answer> {
    let tasks = tokio::task::LocalSet::new();
    let all: Vec<_> = (0..CROWD)
        .map(|_| {
            let (one, client) = (one.clone(), client.clone());
            tasks.spawn_local(async move { one(client).await })
        })
        .collect();
    tasks.await;
    let mut answers = Vec::new();
    for task in all {
        answers.push(task.await.expect("a response"));
    }
    answers
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

fn variables(store: &str) -> [(&'static str, &str); 5] {
    [
        ("STORE", store),
        ("CONNECTIONS_PER_CLIENT", "200"),
        ("REQUEST_SECONDS", "120"),
        ("LOGINS_PER_MINUTE", "10000"),
        ("REFRESHES_PER_MINUTE", "10000"),
    ]
}

async fn each_route(store: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let api = Api::start(folder.path(), &variables(store));
    let client = Client::of(&api);

    // Logins: each creates its own session.
    let logins = crowd(&client, async |client| {
        client.post("/login", None, json!({"name": "user", "password": crate::example::PASSWORD})).await
    })
    .await;
    assert_eq!(count(&logins, 200), CROWD);
    let tokens: Vec<TokenResponse> = logins.into_iter().map(|answer| answer.grant()).collect();
    let mine = tokens[0].clone();

    // The list: the same for all.
    let token = mine.access.clone();
    let lists = crowd(&client, async move |client| client.get("/sessions", Some(&token)).await).await;
    let list = lists[0].json();
    let sessions = list["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.len(), CROWD);
    assert!(lists.iter().all(|other| other.json() == list));

    // A refresh: one exchange, and copies of the same successor for all others.
    let token = mine.refresh.clone();
    let refreshes = crowd(&client, async move |client| client.refresh(&token).await).await;
    let mut next: Vec<_> = refreshes.into_iter().map(|answer| answer.grant()).collect();
    next.dedup_by_key(|tokens| tokens.refresh.split_at(64).0.to_owned());
    assert_eq!(next.len(), 1);
    // An old token: the session ends, once and for all callers.
    let old = client.refresh(&next[0].refresh).await.grant();
    client.refresh(&old.refresh).await.grant();
    let token = mine.refresh.clone();
    let reused = crowd(&client, async move |client| client.refresh(&token).await).await;
    assert_eq!(count(&reused, 400), CROWD);
    assert_eq!(client.get("/me", Some(&next[0].access)).await.status, 401);

    // A user's own session ends once.
    let (other, by) = (tokens[1].clone(), tokens[2].clone());
    let listed = client.get("/sessions", Some(&other.access)).await.json();
    let own = listed["sessions"].as_array().expect("sessions").iter().find(|one| one["current"] == true);
    let path = format!("/sessions/{}", own.expect("its own")["id"].as_str().expect("a name"));
    let token = by.access.clone();
    let ends = crowd(&client, async move |client| client.delete(&path, Some(&token)).await).await;
    assert_eq!((count(&ends, 204), count(&ends, 404)), (1, CROWD - 1));
    assert_eq!(client.get("/me", Some(&other.access)).await.status, 401);
    assert_eq!(client.get("/me", Some(&by.access)).await.status, 200);

    // Logouts by an access token: later ones are rejected. By a refresh token all succeed.
    let token = by.access.clone();
    let logouts =
        crowd(&client, async move |client| client.post("/logout", Some(&token), Value::Null).await).await;
    assert!(count(&logouts, 204) >= 1);
    assert_eq!(count(&logouts, 204) + count(&logouts, 401), CROWD);
    let body = json!({"refresh_token": tokens[3].refresh});
    let logouts = crowd(&client, async move |client| client.post("/logout", None, body.clone()).await).await;
    assert_eq!(count(&logouts, 204), CROWD);
    for ended in [&by, &tokens[3]] {
        assert_eq!(client.get("/me", Some(&ended.access)).await.status, 401);
    }

    // All sessions, during other logins: every login that began before the last of these has ended.
    let token = tokens[4].access.clone();
    let all = crowd(&client, async move |client| {
        client.post("/logout-everywhere", Some(&token), Value::Null).await
    });
    let all = all.await;
    assert!(count(&all, 204) >= 1);
    assert_eq!(count(&all, 204) + count(&all, 401), CROWD);
    for ended in &tokens {
        assert_eq!(client.get("/me", Some(&ended.access)).await.status, 401);
        assert_eq!(client.refresh(&ended.refresh).await.status, 400);
    }
    let new = client.login("user").await;
    let left = client.get("/sessions", Some(&new.access)).await.json();
    assert_eq!(left["sessions"].as_array().expect("sessions").len(), 1);
}

/// The same for the routes of pages, whose tokens are in cookies.
async fn each_route_of_pages(store: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let api = Api::start(folder.path(), &variables(store));
    let client = Client::of(&api);

    let logins = crowd(&client, async |client| {
        client.post("/page/login", None, json!({"name": "user", "password": crate::example::PASSWORD})).await
    })
    .await;
    assert_eq!(count(&logins, 204), CROWD);
    let jars: Vec<_> = logins.iter().map(|answer| answer.jar().expect("cookies")).collect();

    let jar = jars[0].clone();
    let lists = crowd(&client, async move |client| client.page("GET", "/page/sessions", &jar).await).await;
    let list = lists[0].json();
    assert_eq!(list["sessions"].as_array().expect("sessions").len(), CROWD);
    assert!(lists.iter().all(|other| other.json() == list));

    // One exchange, and copies of the same successor for all others. An old token ends the session, and removes its
    // cookies.
    let jar = jars[0].clone();
    let refreshes =
        crowd(&client, async move |client| client.page("POST", "/page/refresh", &jar).await).await;
    let next: Vec<_> = refreshes.iter().map(|answer| answer.jar().expect("cookies")).collect();
    let family = |jar: &Jar| jar.get("__Host-refresh").split_at(64).0.to_owned();
    assert!(next.iter().all(|jar| family(jar) == family(&next[0])));
    let later = client.page("POST", "/page/refresh", &next[0]).await.jar().expect("cookies");
    let later = client.page("POST", "/page/refresh", &later).await.jar().expect("cookies");
    let jar = jars[0].clone();
    let reused = crowd(&client, async move |client| client.page("POST", "/page/refresh", &jar).await).await;
    assert_eq!(count(&reused, 400), CROWD);
    assert!(reused.iter().all(|answer| answer.jar().is_none()));
    assert_eq!(client.page("GET", "/me", &later).await.status, 401);

    // A user's own session ends once.
    let (other, by) = (jars[1].clone(), jars[2].clone());
    let listed = client.page("GET", "/page/sessions", &other).await.json();
    let own = listed["sessions"].as_array().expect("sessions").iter().find(|one| one["current"] == true);
    let path = format!("/page/sessions/{}", own.expect("its own")["id"].as_str().expect("a name"));
    let jar = by.clone();
    let ends = crowd(&client, async move |client| client.page("DELETE", &path, &jar).await).await;
    assert_eq!((count(&ends, 204), count(&ends, 404)), (1, CROWD - 1));
    assert_eq!(client.page("GET", "/me", &other).await.status, 401);

    // A logout has the refresh token, so all succeed.
    let jar = by.clone();
    let logouts = crowd(&client, async move |client| client.page("POST", "/page/logout", &jar).await).await;
    assert_eq!(count(&logouts, 204), CROWD);
    assert_eq!(client.page("GET", "/me", &by).await.status, 401);

    let jar = jars[3].clone();
    let all = crowd(&client, async move |client| client.page("POST", "/page/logout-everywhere", &jar).await);
    let all = all.await;
    assert!(count(&all, 204) >= 1);
    assert_eq!(count(&all, 204) + count(&all, 401), CROWD);
    for jar in &jars {
        assert_eq!(client.page("GET", "/me", jar).await.status, 401);
        assert_eq!(client.page("POST", "/page/refresh", jar).await.status, 400);
    }
}

#[tokio::test]
async fn pages_in_memory() {
    each_route_of_pages("memory").await;
}

#[tokio::test]
async fn pages_on_redb() {
    each_route_of_pages("redb").await;
}

#[tokio::test]
async fn pages_on_redis() {
    let Some(server) = RedisServer::start().await else { return };
    each_route_of_pages(&server.url()).await;
}

#[tokio::test]
async fn in_memory() {
    each_route("memory").await;
}

#[tokio::test]
async fn on_redb() {
    each_route("redb").await;
}

#[tokio::test]
async fn on_redis() {
    let Some(server) = RedisServer::start().await else { return };
    each_route(&server.url()).await;
}
