//! No token, no part of one, no secret and no anti-forgery token appears in the log, in a response, or in anything that
//! can be printed.

use std::error::Error;
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::common::cases::{Case, missing, passes, unavailable};
use crate::common::drive::{Drive, Seen, Way};
use crate::common::rows;
use crate::common::tokens::{EVIL, SECRET, good};
use crate::common::world::Down;
use crate::log::{Collecting, collect};
use crate::ways;
use http::Request;
use jotwell::base64url;
use jotwell_http::store::{MemoryStore, Store};
use jotwell_http::{Cookies, RequireRole, RequireScope};
use tower::Layer;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Records everything that is logged, at every level, with every field.
#[derive(Clone, Default)]
struct Log {
    text: Arc<Mutex<String>>,
    spans: Arc<AtomicU64>,
}

impl Log {
    fn begin() -> (Self, Collecting) {
        let log = Self::default();
        let guard = collect(log.clone());
        (log, guard)
    }

    fn take(&self) -> String {
        std::mem::take(&mut self.text.lock().expect("a log"))
    }

    fn note(&self, head: &str, record: impl FnOnce(&mut dyn Visit)) {
        let mut line = Line(head.to_owned());
        record(&mut line);
        let mut text = self.text.lock().expect("a log");
        text.push_str(&line.0.replace('\n', " "));
        text.push('\n');
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").expect("a string");
    }

    fn record_error(&mut self, field: &Field, error: &(dyn Error + 'static)) {
        write!(self.0, " {field}={}", printed_error(error)).expect("a string");
    }
}

fn head(metadata: &Metadata<'_>) -> String {
    format!("{} {} {}", metadata.level(), metadata.target(), metadata.name())
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.note(&head(span.metadata()), |line| span.record(line));
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.note("", |line| values.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.note(&head(event.metadata()), |line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn printed_error(error: &(dyn Error + 'static)) -> String {
    let sources = std::iter::successors(error.source(), |error| (*error).source());
    let sources: Vec<_> = sources.map(|source| format!("{source} {source:?} {source:#?}")).collect();
    format!("{error} {error:#} {error:?} {error:#?} {}", sources.join(" "))
}

fn printed(value: &impl Debug) -> String {
    format!("{value:?} {value:#?}")
}

fn printed_answer(seen: &Seen) -> String {
    let rejection = seen.rejection.as_ref().map(|rejection| {
        let response = rejection.response();
        format!("{} {} {}", printed_error(rejection), printed(rejection.kind()), printed(&response))
    });
    format!("{} {:?} {} {rejection:?}", seen.status, seen.headers, seen.body)
}

/// This many equal characters in a row are not a coincidence.
const WINDOW: usize = 12;

/// Secrets that must not be printed: the secret as text, base64url, hexadecimal and as a list of numbers, the text that
/// only the client sends, and every credential of the request. Headers of tokens are included: nothing here prints
/// base64url, so common ones need no exception.
fn secrets(request: &Request<()>) -> Vec<String> {
    let hex: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
    let numbers: Vec<_> = SECRET.bytes().map(|byte| byte.to_string()).collect();
    let mut secrets = vec![
        SECRET.to_owned(),
        base64url::encode(SECRET.as_bytes()),
        hex,
        numbers.join(", "),
        EVIL.to_owned(),
        "a-name-of-the-token".to_owned(),
        "a-revoked-name".to_owned(),
        "a-used-name".to_owned(),
    ];
    let values = request.headers().values().map(|value| value.to_str().expect("text"));
    for value in values.chain(request.uri().query()) {
        let parts = value.split([' ', '\t', ';', '=', ',', '"', '.']);
        // Names of cookies are not secret, and neither are shorter ones.
        secrets.extend(
            parts.filter(|part| part.len() >= WINDOW && !part.starts_with("__Host-")).map(str::to_owned),
        );
    }
    secrets
}

/// Returns the secrets, or parts of them, that the text contains.
fn leaks<'a>(text: &str, secrets: &'a [String]) -> Vec<&'a str> {
    let windows = secrets.iter().flat_map(|secret| {
        let last = secret.len().saturating_sub(WINDOW);
        (0..=last).filter_map(move |at| secret.get(at..at + WINDOW))
    });
    windows.filter(|window| text.contains(window)).collect()
}

async fn everything_printed(drive: &dyn Way, case: &Case, log: &Log) -> String {
    let seen = drive.send(case).await;
    let request = case.request();
    let mut text = printed_answer(&seen);
    text.push_str(&printed(&case.authenticator));
    let layer = case
        .layer()
        .require(RequireRole::new("admin"))
        .require(RequireScope::new("orders:read").expect("a scope"));
    text.push_str(&printed(&layer));
    text.push_str(&printed(&layer.layer(())));
    text.push_str(&match case.authenticator.authenticate(request.method(), request.headers()).await {
        Ok(auth) => printed(&auth),
        Err(rejection) => printed_error(&rejection),
    });
    text + &log.take()
}

#[tokio::test]
async fn no_part_of_a_request_is_printed() {
    let (log, _guard) = Log::begin();
    for drive in ways::all() {
        for case in rows::all().await {
            let text = everything_printed(&*drive, &case, &log).await;
            let mut secrets = secrets(&case.request());
            // An operator needs to see which issuer, audience, type, algorithm or `kid` a token has. A client does not:
            // the response is the same for each of them.
            if ["wrong issuer", "wrong audience", "wrong type", "another new key"].contains(&case.name) {
                let seen = drive.send(&case).await;
                log.take();
                let response = format!("{:?} {}", seen.headers, seen.body);
                assert!(!response.contains(EVIL), "{}, by {drive:?}: {response}", case.name);
                secrets.retain(|secret| !secret.contains(EVIL));
            }
            let found = leaks(&text, &secrets);
            assert!(found.is_empty(), "{}, by {drive:?}: {found:?} in {text}", case.name);
        }
    }
}

#[tokio::test]
async fn stores_and_settings_do_not_print_secrets() {
    let case =
        rows::all().await.into_iter().find(|case| case.name == "a cookie that writes").expect("a case");
    let secrets = secrets(&case.request());
    for store in [Arc::new(MemoryStore::new()) as Arc<dyn Store>, Arc::new(Down)] {
        let (revocations, guard) =
            (crate::common::world::revocations(store.clone()), crate::common::world::replay_guard(store));
        let _ =
            revocations.revoke("https://auth.example", "a-revoked-name", crate::common::tokens::NOW).await;
        for text in [printed(&revocations), printed(&guard)] {
            assert!(leaks(&text, &secrets).is_empty(), "{text}");
        }
    }
    let cookies = Cookies::new();
    let text = format!("{} {:?}", printed(&cookies), cookies.clear());
    assert!(leaks(&text, &secrets).is_empty(), "{text}");
}

/// Each rejected request is one line, at a level that depends on whether the operator has to act.
#[tokio::test]
async fn a_rejected_request_is_logged_once_with_the_reason() {
    let (log, _guard) = Log::begin();
    for drive in [Drive::Tower, Drive::AxumLayer, Drive::AxumExtractor] {
        for case in rows::all().await {
            log.take();
            drive.send(&case).await;
            let text = log.take();
            let what = format!("{}, by {drive:?}: {text}", case.name);
            if case.answer.status == passes().status {
                assert_eq!(text, "", "{what}");
                continue;
            }
            let level = match case.answer.status {
                status if status == unavailable("").status => "ERROR",
                _ if case.answer.why == missing().why => "DEBUG",
                _ => "INFO",
            };
            assert_eq!(text.lines().count(), 1, "{what}");
            assert!(text.starts_with(level), "{what}");
            assert!(text.contains(&case.answer.why), "{what}");
            assert!(text.contains(&format!("status={}", case.answer.status)), "{what}");
        }
    }
}

/// The detection itself is tested: planted leaks are found everywhere.
#[tokio::test]
async fn a_planted_leak_is_found() {
    struct Chain(Option<Box<Self>>, String);

    impl Debug for Chain {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            // The outer error does not show its source.
            f.write_str(&self.1)
        }
    }

    impl std::fmt::Display for Chain {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("it failed")
        }
    }

    impl Error for Chain {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.0.as_deref().map(|source| source as _)
        }
    }

    let (log, _guard) = Log::begin();
    let cases = rows::all().await;
    let find = |name: &str| cases.iter().find(|case| case.name == name).expect("a case");
    let request = find("a cookie that writes").request();
    let secrets = secrets(&request);
    let token = good();
    let parts: Vec<_> = token.split('.').collect();
    let found = |text: &str| !leaks(text, &secrets).is_empty();

    // Any twelve characters of any part of the token, and of every other secret.
    let csrf = request.headers().get("x-csrf-token").expect("a value").to_str().expect("text");
    for whole in [parts[0], parts[1], parts[2], csrf, SECRET, &base64url::encode(SECRET.as_bytes()), EVIL] {
        for at in 0..=whole.len() - WINDOW {
            assert!(found(&format!("<{}>", &whole[at..at + WINDOW])), "{at} of {whole}");
        }
    }
    assert!(found(&format!("{:?}", SECRET.as_bytes())));
    assert!(!found(&log.take()) && !found("") && !found("a request was rejected"));

    // Everywhere in the log.
    let piece = &parts[2][7..7 + WINDOW];
    tracing::trace!("it is {piece}");
    assert!(found(&log.take()));
    tracing::trace!(piece, "a field");
    assert!(found(&log.take()));
    tracing::trace!(piece = piece.as_bytes().escape_ascii().to_string(), "another field");
    assert!(found(&log.take()));
    let span = tracing::trace_span!("a span", piece, later = tracing::field::Empty);
    assert!(found(&log.take()));
    span.record("later", piece);
    assert!(found(&log.take()));
    let error = Chain(Some(Box::new(Chain(None, piece.to_owned()))), String::new());
    tracing::trace!(error = &error as &dyn Error);
    assert!(found(&log.take()));

    // An answer.
    let mut seen = Drive::Tower.send(find("expired")).await;
    assert!(!found(&printed_answer(&seen)));
    seen.headers.push(("x-debug".into(), piece.into()));
    assert!(found(&printed_answer(&seen)));

    // The credentials of a request are searched for.
    for name in ["in the query", "good", "a cookie that reads", "two tokens", "a bad cookie"] {
        let secrets = self::secrets(&find(name).request());
        assert!(!leaks(parts[1], &secrets).is_empty(), "{name}");
    }
}

/// The operator needs the store's error, including its cause.
#[tokio::test]
async fn the_log_says_why_a_session_could_not_begin_continue_or_end() {
    use jotwell_http::{AccessClaims, IssuerKeys, Sessions};

    let key = jotwell::SigningKey::generate(jotwell::Algorithm::Ed25519).expect("a key").with_key_id("one");
    let keys = IssuerKeys::single(key).expect("keys");
    let working: Sessions = Sessions::new(
        Arc::new(MemoryStore::new()),
        keys.clone(),
        jotwell_http::IssuerId::new("https://auth.example"),
        jotwell_http::AudienceId::new("api"),
    );
    let grant = working
        .begin()
        .await
        .expect("the store")
        .complete("user-42", AccessClaims::new(jotwell::NoClaims))
        .await
        .expect("a session");
    let sessions: Sessions = Sessions::new(
        Arc::new(Down),
        keys,
        jotwell_http::IssuerId::new("https://auth.example"),
        jotwell_http::AudienceId::new("api"),
    );
    let (log, _guard) = Log::begin();
    let check = |what: &str| {
        let text = log.take();
        assert_eq!(text.lines().filter(|line| line.starts_with("ERROR")).count(), 1, "{what}: {text}");
        assert!(text.contains("connection refused"), "{what}: {text}");
        assert!(leaks(&text, std::slice::from_ref(&*grant.refresh_token)).is_empty(), "{what}: {text}");
    };
    sessions.begin().await.expect_err("down");
    check("login");
    sessions.refresh(&grant.refresh_token).await.expect_err("down");
    check("refresh");
    sessions.logout(&grant.session_id).await.expect_err("down");
    check("logout");
    sessions.logout_everywhere("user-42").await.expect_err("down");
    check("logout everywhere");
}
