//! Log entries of remote key sets.

use std::io::Write;
use std::sync::{Arc, Mutex};

use crate::remote_common::*;
use jotwell::SigningKey;
use jotwell_http::{ReloadKeys, ReloadOutcome};

#[tokio::test]
async fn a_failure_is_logged_each_time_and_skipped_keys_once() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
    let _here = crate::log::collect(subscriber);
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    let public = |key: &SigningKey| key.verifying_key().to_jwk().to_json().unwrap();
    let with = |other: &str| ok("", &format!(r#"{{"keys":[{},{other}]}}"#, public(&one)));
    server.always(with("7"));
    let keys = server.set(&clock);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    let said = log.take();
    assert_eq!(said.matches("keys skipped").count(), 1, "{said}");
    assert!(
        said.contains("WARN")
            && said.contains("count=1")
            && said.contains("index=1")
            && said.contains("/keys"),
        "{said}"
    );
    clock.pass(30);
    assert_eq!((keys.reload().await, log.take()), (ReloadOutcome::Unchanged, String::new()));
    // The same position, with another reason.
    server.always(with(r#"{"kty":"unknown"}"#));
    clock.pass(30);
    keys.reload().await;
    assert_eq!(log.take().matches("keys skipped").count(), 1);
    for (reply, reason) in [
        (status("503 Service Unavailable", "", ""), "the response has the status 503"),
        (ok("", "{"), "the document is not a JWK Set: "),
    ] {
        server.always(reply);
        for _ in 0..2 {
            clock.pass(30);
            assert_eq!(keys.reload().await, ReloadOutcome::Failed);
            let said = log.take();
            assert!(said.contains("keys not fetched") && said.contains(reason), "{said}");
            assert!(!said.contains("keys skipped"), "{said}");
        }
    }
    // Any number of skipped keys is one line; so is a set that withdraws all keys, each time it does.
    server.always(ok("", &format!(r#"{{"keys":[7{}]}}"#, ",7".repeat(199))));
    clock.pass(30);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    let said = log.take();
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(said.contains("count=200") && said.contains("the set has no usable key"), "{said}");
    clock.pass(30);
    assert_eq!((keys.reload().await, log.take()), (ReloadOutcome::Unchanged, String::new()));
    server.always(with("7"));
    clock.pass(30);
    keys.reload().await;
    log.take();
    server.always(ok("", r#"{"keys":[]}"#));
    clock.pass(30);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    let said = log.take();
    assert_eq!((said.lines().count(), said.matches("no usable key").count()), (1, 1), "{said}");
}

/// Collects what this thread logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
