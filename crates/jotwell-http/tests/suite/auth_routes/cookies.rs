//! Tokens in cookies: the requests of a browser, and those that other sites can cause.

use jotwell_http::Cookies;

use super::*;

impl World {
    fn page(&self) -> Server {
        Server::new().auth(self.routes().cookies(Cookies::new()))
    }
}

/// The cookies of a browser.
#[derive(Clone, Default)]
struct Jar(Vec<(String, String)>);

impl Jar {
    /// Creates those after a login of that session.
    fn of(tokens: &TokenResponse) -> Self {
        let cookies = tokens.cookies(&Cookies::new()).expect("cookies");
        let mut answer = Seen { status: 204, headers: HeaderMap::new(), body: String::new() };
        for cookie in cookies {
            answer.headers.append(SET_COOKIE, cookie);
        }
        Self(answer.cookies())
    }

    fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn get(&self, name: &str) -> &str {
        &self.0.iter().find(|(own, _)| own == name).expect("a cookie").1
    }

    /// Sends a request of a page of the same host.
    fn own(&self, method: &str, path: &str) -> http::request::Builder {
        self.foreign(method, path).header("x-csrf-token", self.get("__Host-csrf"))
    }

    /// Sends a request that another site causes.
    fn foreign(&self, method: &str, path: &str) -> http::request::Builder {
        ask(method, path).header("cookie", self.header())
    }
}

#[tokio::test]
async fn a_session_in_cookies_from_its_login_to_its_logout() {
    let world = World::new();
    let router = world.page();
    let answer = send(&router, login("ada", "right")).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    let jar = Jar(answer.cookies());
    let names: Vec<_> = jar.0.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["__Host-access", "__Host-refresh", "__Host-csrf"]);

    let answer = send(&router, empty(jar.own("POST", "/refresh"))).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    let next = Jar(answer.cookies());
    for name in names {
        assert_ne!(next.get(name), jar.get(name), "{name}");
    }
    // Reading changes no state, so it needs no anti-forgery token.
    let listed = send(&router, empty(next.foreign("GET", "/sessions"))).await.json();
    assert_eq!(listed["sessions"][0]["current"], true);
    let answer = send(&router, empty(next.own("POST", "/logout"))).await;
    assert_eq!(answer.status, 204);
    assert!(answer.removes_cookies(), "{answer:?}");
    assert_eq!(world.alive("user-42").await, 0);
    // An ended session removes its cookies.
    let answer = send(&router, empty(next.own("POST", "/refresh"))).await;
    assert_eq!(answer.error(), rejected(400, "invalid_grant", OVER));
    assert!(answer.removes_cookies(), "{answer:?}");
}

#[tokio::test]
async fn ending_the_session_of_the_request_removes_its_cookies() {
    let world = World::new();
    let router = world.page();
    let (desk, phone) = (session_of(&world, "user-42").await, session_of(&world, "user-42").await);
    let jar = Jar::of(&desk);
    let path =
        |tokens: &TokenResponse| format!("/sessions/{}", world.service.sessions.id_of(&tokens.session_id));
    let other = send(&router, empty(jar.own("DELETE", &path(&phone)))).await;
    assert_eq!((other.status, other.cookies()), (204, Vec::new()));
    let own = send(&router, empty(jar.own("DELETE", &path(&desk)))).await;
    assert!(own.status == 204 && own.removes_cookies(), "{own:?}");
    let jar = Jar::of(&session_of(&world, "user-42").await);
    let all = send(&router, empty(jar.own("POST", "/logout-everywhere"))).await;
    assert!(all.status == 204 && all.removes_cookies(), "{all:?}");
    assert_eq!(world.alive("user-42").await, 0);
}

/// Requests that another site can cause change nothing.
#[tokio::test]
async fn no_route_changes_anything_without_the_anti_forgery_token() {
    let world = World::new();
    let router = world.page();
    let tokens = session_of(&world, "user-42").await;
    let (jar, stranger) = (Jar::of(&tokens), Jar::of(&session_of(&world, "user-43").await));
    let id = format!("/sessions/{}", world.service.sessions.id_of(&tokens.session_id));
    world.events();
    let forged = rejected(
        403,
        "invalid_request",
        "the request lacks the anti-forgery token that belongs to its cookie",
    );
    let proofs: [Option<&str>; 4] = [None, Some(""), Some("guessed"), Some(stranger.get("__Host-csrf"))];
    for (method, path) in
        [("POST", "/refresh"), ("POST", "/logout"), ("POST", "/logout-everywhere"), ("DELETE", id.as_str())]
    {
        for proof in proofs {
            let mut request = jar.foreign(method, path);
            if let Some(proof) = proof {
                request = request.header("x-csrf-token", proof);
            }
            let answer = send(&router, empty(request)).await;
            assert_eq!(
                (answer.error(), answer.cookies()),
                (forged.clone(), Vec::new()),
                "{method} {path} {proof:?}"
            );
        }
        // Two of them, one of which is right, and a second cookie, as a page of a sibling subdomain may set one.
        let two = jar.own(method, path).header("x-csrf-token", "guessed");
        assert_eq!(send(&router, empty(two)).await.status, 403, "{method} {path}");
        let planted =
            jar.foreign(method, path).header("cookie", "__Host-csrf=mine").header("x-csrf-token", "mine");
        assert_eq!(send(&router, empty(planted)).await.status, 403, "{method} {path}");
    }
    assert_eq!(world.codes(), [""; 0]);
    world.service.authenticate(&tokens).await.expect("accepted");
    world.service.sessions.refresh(&tokens.refresh_token).await.expect("tokens");
}

/// No site can log a visitor in as another user: not by a form, and not with a CORS layer that allows too much.
#[tokio::test]
async fn another_site_cannot_log_a_visitor_in() {
    let world = World::new();
    let router = world.page();
    for site in ["cross-site", "same-site", "", "none, cross-site", "SAME-ORIGIN"] {
        let mut request = login("ada", "right");
        request.headers_mut().insert("sec-fetch-site", site.parse().expect("text"));
        assert_eq!(send(&router, request).await.error().0, 403, "{site}");
    }
    let mut two = login("ada", "right");
    for site in ["same-origin", "cross-site"] {
        two.headers_mut().append("sec-fetch-site", site.parse().expect("text"));
    }
    assert_eq!(send(&router, two).await.status, 403);
    let form = ask("POST", "/login").header("content-type", "text/plain");
    let form = form.body(r#"{"name":"ada","password":"right","a":"="}"#.to_owned()).expect("a request");
    assert_eq!(send(&router, form).await.status, 415);
    assert_eq!(world.verified(), 0);
    for site in ["same-origin", "none"] {
        let mut request = login("ada", "right");
        request.headers_mut().insert("sec-fetch-site", site.parse().expect("text"));
        assert_eq!(send(&router, request).await.status, 204, "{site}");
    }
}

/// After a login, cookies that were planted before are not valid for the user's session.
#[tokio::test]
async fn a_login_does_not_take_over_an_existing_session() {
    let world = World::new();
    let router = world.page();
    let planted = session_of(&world, "user-43").await;
    let jar = Jar::of(&planted);
    let mut request = login("ada", "right");
    request.headers_mut().insert("cookie", jar.header().parse().expect("text"));
    // A failed login ends nothing, and sets nothing.
    let mut wrong = login("ada", "wrong");
    wrong.headers_mut().insert("cookie", jar.header().parse().expect("text"));
    let wrong = send(&router, wrong).await;
    assert_eq!((wrong.status, wrong.cookies()), (400, Vec::new()));
    world.service.authenticate(&planted).await.expect("accepted");

    let answer = send(&router, request).await;
    assert_eq!(answer.status, 204);
    let own = Jar(answer.cookies());
    for (name, value) in &jar.0 {
        assert_ne!(own.get(name), value, "{name}");
    }
    let sid = |jar: &Jar| crate::sessions_common::payload(jar.get("__Host-access"))["sid"].clone();
    assert_ne!(sid(&own), sid(&jar));
    // The former session of the browser has ended, and its tokens are invalid.
    world.service.authenticate(&planted).await.expect_err("ended");
    assert_eq!((world.alive("user-42").await, world.alive("user-43").await), (1, 0));
    let answer = send(&router, empty(jar.own("POST", "/refresh"))).await;
    assert_eq!(answer.status, 400);
    // The planted anti-forgery token does not match the new session's cookies.
    let mixed = own.foreign("POST", "/logout").header("x-csrf-token", jar.get("__Host-csrf"));
    assert_eq!(send(&router, empty(mixed)).await.status, 403);
    // Cookies of other software do not matter.
    let mut request = login("ada", "right");
    request.headers_mut().insert("cookie", "__Host-refresh=x; __Host-refresh=y; a=b".parse().expect("text"));
    assert_eq!(send(&router, request).await.status, 204);
    assert_eq!(world.alive("user-42").await, 2);
}

/// A bearer login does not affect the browser's session: it replaces nothing there.
#[tokio::test]
async fn bearer_routes_ignore_cookies() {
    let world = World::new();
    let router = world.router();
    let tokens = session_of(&world, "user-42").await;
    let jar = Jar::of(&tokens);
    let mut request = login("bob", "right");
    request.headers_mut().insert("cookie", jar.header().parse().expect("text"));
    assert_eq!(send(&router, request).await.status, 200);
    for (method, path) in [("POST", "/logout"), ("POST", "/logout-everywhere"), ("GET", "/sessions")] {
        assert_eq!(send(&router, empty(jar.own(method, path))).await.status, 401, "{path}");
    }
    assert_eq!(send(&router, empty(jar.own("POST", "/refresh"))).await.status, 415);
    world.service.authenticate(&tokens).await.expect("accepted");
}

/// A token that browsers would drop does not leave a session that no client can end.
#[tokio::test]
async fn a_session_whose_cookies_are_too_long_is_ended() {
    let world = World::new();
    let routes = auth_routes(&world.service.sessions, async |_: Credentials| {
        let plan = "x".repeat(4000);
        Ok(("user-42".to_owned(), jotwell_http::AccessClaims::new(Account { plan })))
    });
    let answer = send(&Server::new().auth(routes.cookies(Cookies::new())), login("ada", "right")).await;
    assert_eq!((answer.error().0, answer.cookies()), (500, Vec::new()));
    assert_eq!(world.alive("user-42").await, 0);
    assert_eq!(world.codes(), ["login_succeeded", "session_ended"]);
}
