//! The login routes, in process: their requests and responses.

mod attacks;
mod audit;
mod bearer;
mod cookies;
mod playbook;

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, Request};
use jotwell::{Algorithm, SigningKey};
use jotwell_http::{
    AuditEvent, AuthRoutes, Credentials, CredentialsError, NoRateLimit, Sessions, TokenResponse, auth_routes,
};
use serde_json::{Value, json};

use crate::serving::Server;
use crate::sessions_common::{Account, Service, access};

pub(crate) const CLIENT: [u8; 4] = [192, 0, 2, 7];
const OVER: &str = "the session has ended";

/// Sessions, and their routes.
pub(crate) struct World {
    service: Service,
    /// How often credentials were verified.
    verified: Arc<AtomicUsize>,
    events: Arc<Mutex<Vec<Event>>>,
}

/// Code, subject, whether there is a session, and the client.
type Event = (&'static str, Option<String>, bool, Option<IpAddr>);

impl World {
    fn new() -> Self {
        Self::with(|sessions| sessions)
    }

    fn with(options: impl FnOnce(Sessions<Account>) -> Sessions<Account>) -> Self {
        Self::of(SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("one"), options)
    }

    fn of(key: SigningKey, options: impl FnOnce(Sessions<Account>) -> Sessions<Account>) -> Self {
        let events: Arc<Mutex<Vec<Event>>> = Arc::default();
        let seen = events.clone();
        let hook = move |event: &AuditEvent<'_>| {
            let subject = event.subject.map(str::to_owned);
            let event = (event.code(), subject, event.session_id.is_some(), event.client);
            seen.lock().expect("a lock").push(event);
        };
        let service = Service::of(key, |sessions| options(sessions.audit(hook)));
        Self { service, verified: Arc::default(), events }
    }

    /// Without a rate limit.
    fn routes(&self) -> AuthRoutes<Account> {
        let verified = self.verified.clone();
        auth_routes(&self.service.sessions, async move |credentials: Credentials| {
            verified.fetch_add(1, Ordering::SeqCst);
            match (credentials.name.as_str(), credentials.password.as_str()) {
                ("ada", "right") => Ok(("user-42".to_owned(), access())),
                ("bob", "right") => Ok(("user-43".to_owned(), access())),
                ("down", _) => Err(CredentialsError::Unavailable),
                ("slow", _) => {
                    Err(CredentialsError::TooManyAttempts { retry_after: Duration::from_millis(2_500) })
                }
                _ => Err(CredentialsError::Invalid),
            }
        })
        .rate_limit(NoRateLimit)
    }

    fn router(&self) -> Server {
        Server::new().auth(self.routes())
    }

    fn verified(&self) -> usize {
        self.verified.load(Ordering::SeqCst)
    }

    fn events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().expect("a lock"))
    }

    fn codes(&self) -> Vec<&'static str> {
        self.events().into_iter().map(|(code, ..)| code).collect()
    }

    /// Returns the number of the user's sessions.
    async fn alive(&self, subject: &str) -> usize {
        self.service.sessions.list(subject).await.expect("a list").len()
    }
}

/// A request to be sent.
fn ask(method: &str, path: &str) -> http::request::Builder {
    let client = SocketAddr::from((CLIENT, 4711));
    Request::builder().method(method).uri(path).extension(client)
}

fn json_body(request: http::request::Builder, body: &Value) -> Request<String> {
    let request = request.header(CONTENT_TYPE, "application/json");
    request.body(body.to_string()).expect("a request")
}

fn login(name: &str, password: &str) -> Request<String> {
    json_body(ask("POST", "/login"), &json!({"name": name, "password": password}))
}

fn empty(request: http::request::Builder) -> Request<String> {
    request.body(String::new()).expect("a request")
}

/// With that access token.
fn by(token: &str, method: &str, path: &str) -> Request<String> {
    empty(ask(method, path).header("authorization", format!("Bearer {token}")))
}

#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

pub(crate) async fn send(router: &Server, request: Request<String>) -> Seen {
    let (parts, body) = router.ask(request).await.into_parts();
    let seen = Seen { status: parts.status.as_u16(), headers: parts.headers, body };
    // 405 comes from the framework.
    if seen.status != 405 {
        assert_eq!(seen.headers.get("cache-control").expect("no-store"), "no-store", "{seen:?}");
    }
    seen
}

impl Seen {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("text")
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("{name}: {self:?}")).to_owned()
    }

    /// Status, `error` and `error_description`.
    fn error(&self) -> (u16, String, String) {
        assert_eq!(self.headers[CONTENT_TYPE], "application/json");
        (self.status, self.text("error"), self.text("error_description"))
    }

    /// Returns name and value of each cookie that is set.
    fn cookies(&self) -> Vec<(String, String)> {
        let cookies = self.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("text"));
        cookies
            .map(|cookie| {
                let (name, rest) = cookie.split_once('=').expect("a name");
                (name.to_owned(), rest.split(';').next().unwrap_or_default().to_owned())
            })
            .collect()
    }

    fn removes_cookies(&self) -> bool {
        let cookies = self.headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        cookies.filter(|cookie| cookie.contains("=; ") && cookie.contains("Max-Age=0")).count() == 3
    }
}

fn rejected(status: u16, error: &str, description: &str) -> (u16, String, String) {
    (status, error.to_owned(), description.to_owned())
}

async fn session_of(world: &World, subject: &str) -> TokenResponse {
    let login = world.service.sessions.begin().await.expect("the store");
    login.complete(subject, access()).await.expect("a session")
}
