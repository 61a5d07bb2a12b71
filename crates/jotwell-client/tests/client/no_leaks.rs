//! Log lines at every level, of this crate and of those below it, contain no token and no secret.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jotwell::base64url;
use jotwell_client::{ClientAuth, ClientCredentials, RefreshToken, SessionClient};
use tracing::Dispatch;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::{NoSubscriber, set_default};

use crate::server::{ClientClock, EXPIRED, Server, credentials, transport};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a lock").write(text)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn pass(server: &Server, clock: &ClientClock, time: Duration) {
    server.service.clock.advance(time);
    clock.advance(time);
}

#[tokio::test]
async fn no_token_and_no_secret_is_logged() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    // With only one dispatcher, `tracing` asks the first thread that reaches an event whether it is enabled, which may
    // be the thread of another test.
    let _second = Dispatch::new(NoSubscriber::default());
    let _here = set_default(subscriber);

    let mut secrets: Vec<String> = Vec::new();
    let stored = Arc::new(Mutex::new(Vec::new()));
    let keep = stored.clone();
    let (server, clock) = (Server::start().await, ClientClock::default());
    let sessions: SessionClient = server.sessions(&clock).store(move |token: RefreshToken| {
        keep.lock().expect("a lock").push(token.as_str().to_owned());
        async { Ok::<(), std::io::Error>(()) }
    });
    // A login, and renewals that succeed, lose their response, fail, and are rejected.
    let source = sessions.login(&credentials()).await.expect("a session");
    secrets.push(source.token().await.expect("a token").as_str().to_owned());
    pass(&server, &clock, EXPIRED);
    secrets.push(source.token().await.expect("a token").as_str().to_owned());
    pass(&server, &clock, EXPIRED);
    server.service.lost.store(3, Ordering::SeqCst);
    source.token().await.expect_err("all answers are lost");
    pass(&server, &clock, Duration::from_secs(1));
    secrets.push(source.token().await.expect("a token").as_str().to_owned());
    server.service.sessions.logout_everywhere("user-42").await.expect("logged out");
    pass(&server, &clock, EXPIRED);
    source.token().await.expect_err("the session has ended");
    let wrong = BTreeMap::from([("name", "user"), ("password", "a-wrong-password")]);
    server.sessions(&clock).login(&wrong).await.expect_err("refused");
    // A client with its own secret, whose endpoint returns a malformed response.
    let client = ClientCredentials::new(
        &server.url("/me"),
        ClientAuth::secret_basic("orders", "a-client-secret"),
        transport(),
    )
    .expect("an address");
    client.into_source().token().await.expect_err("not a token endpoint");

    let text = String::from_utf8(std::mem::take(&mut *log.0.lock().expect("a lock"))).expect("text");
    for code in ["token_renewed", "token_renewal_failed"] {
        assert!(text.contains(code), "{code} is not logged");
    }
    secrets.extend(stored.lock().expect("a lock").iter().cloned());
    secrets.extend(["a-wrong-password".into(), "a-client-secret".into()]);
    assert_eq!(secrets.len(), 8, "three access tokens, three refresh tokens, two secrets");
    for secret in &secrets {
        // The end of a token is its signature, or its random part.
        let end = secret.get(secret.len().saturating_sub(16)..).expect("ASCII");
        for spelling in [end.to_owned(), base64url::encode(secret), format!("{:?}", secret.as_bytes())] {
            assert!(!text.contains(&spelling), "a secret is logged");
        }
    }
}
