//! Remote key sets over sockets: malformed responses, and tokens with addresses.

use std::sync::Arc;
use std::time::Duration;

use crate::remote_common::*;
use jotwell::{Algorithm, KeyError, VerifyError};
use jotwell_http::remote::{AddressError, DEFAULT_MAX_BYTES, FetchError, RemoteError, RemoteJwkSet};
use jotwell_http::{ReloadKeys, ReloadOutcome};

/// Returns the error of a set with valid keys after this response. The keys must still be in use.
async fn after_good(reply: Reply) -> Arc<RemoteError> {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    server.always(ok("", &jwks(&[&one])));
    let keys = server.builder(&clock).build(fetch()).unwrap();
    keys.reload().await;
    clock.pass(30);
    server.always(reply);
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    assert_eq!(check(&keys, &one), Ok(()));
    assert_eq!((keys.reload().await, server.hits()), (ReloadOutcome::Failed, 2));
    keys.status().error.unwrap()
}

fn raw(text: &str) -> Reply {
    Reply::Bytes(text.into())
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::start().await;
    elsewhere.always(ok("", &jwks(&[&key("other")])));
    for line in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let reply = status(line, &format!("location: {}\r\n", elsewhere.url()), "");
        let error = after_good(reply).await;
        assert!(
            matches!(*error, RemoteError::Redirected { status } if line.starts_with(&status.to_string()))
        );
    }
    assert_eq!(elsewhere.hits(), 0);
}

#[tokio::test]
async fn a_status_other_than_success() {
    for (line, expected) in [
        ("500 Internal Server Error", 500),
        ("404 Not Found", 404),
        ("204 No Content", 204),
        ("206 Partial Content", 206),
        // Not a response to a conditional request.
        ("304 Not Modified", 304),
    ] {
        let body = if expected == 206 { jwks(&[&key("other")]) } else { String::new() };
        let error = after_good(status(line, "", &body)).await;
        assert!(matches!(*error, RemoteError::Status { status } if status == expected), "{error:?}");
    }
}

#[tokio::test]
async fn a_document_that_is_not_a_key_set() {
    for body in [
        "",
        "<html>sign in</html>",
        "[]",
        "{}",
        r#"{"keys":{}}"#,
        r#"{"keys":[]} x"#,
        "{\"keys\":[],\"keys\":[]}",
    ] {
        assert!(matches!(*after_good(ok("", body)).await, RemoteError::NotAKeySet(_)), "{body}");
    }
}

#[tokio::test]
async fn a_set_without_a_usable_key_withdraws_the_keys() {
    let ec = jotwell::SigningKey::generate(Algorithm::ES256).unwrap();
    let secret = r#"{"keys":[{"kty":"oct","kid":"1","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"#;
    for (body, skipped) in [(r#"{"keys":[]}"#.to_owned(), 0), (jwks(&[&ec]), 1), (secret.to_owned(), 1)] {
        let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
        server.always(ok("cache-control: max-age=86400\r\n", &jwks(&[&one])));
        let keys = server.set(&clock);
        keys.reload().await;
        assert_eq!(check(&keys, &one), Ok(()));
        clock.pass(30);
        server.always(ok("", &body));
        assert_eq!(keys.reload().await, ReloadOutcome::Changed, "{body}");
        assert_eq!(check(&keys, &one), Err(VerifyError::unknown_key(Some("1"))), "{body}");
        assert!(keys.keys().is_empty());
        let status = keys.status();
        assert!(status.error.is_none() && status.skipped.len() == skipped, "{status:?}");
        // They are restored as they were.
        clock.pass(30);
        server.always(ok("", &jwks(&[&one])));
        assert_eq!(keys.reload().await, ReloadOutcome::Changed);
        assert_eq!(check(&keys, &one), Ok(()));
    }
}

#[tokio::test]
async fn a_set_of_too_many_keys_is_not_read() {
    let good = key("1").verifying_key().to_jwk().to_json().unwrap();
    let set = |keys: usize| format!(r#"{{"keys":[{good}{}]}}"#, ",{}".repeat(keys - 1));
    for found in [257, 21_000] {
        let error = after_good(ok("", &set(found))).await;
        assert!(
            matches!(*error, RemoteError::TooManyKeys { found: f, limit: 256 } if f == found),
            "{error:?}"
        );
    }
    let (server, clock) = (Server::start().await, TestClock::new());
    server.always(ok("", &set(256)));
    let keys = server.set(&clock);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!((keys.keys().len(), keys.status().skipped.len()), (1, 255));
    // The limit is configurable.
    for (limit, outcome) in [(255, ReloadOutcome::Failed), (1000, ReloadOutcome::Changed)] {
        let keys = server.builder(&clock).max_keys(limit).build(fetch()).unwrap();
        assert_eq!(keys.reload().await, outcome, "{limit}");
    }
}

#[tokio::test]
async fn a_document_that_is_too_long() {
    let padded = |length: usize| {
        let set = jwks(&[&key("1")]);
        format!("{set}{}", " ".repeat(length - set.len()))
    };
    let too_long = |error: &RemoteError| {
        matches!(error, RemoteError::Fetch(FetchError::TooLong { limit: DEFAULT_MAX_BYTES }))
    };
    assert!(too_long(&*after_good(ok("", &padded(64 * 1024 + 1))).await));
    // Without a length, and endless.
    assert!(too_long(&*after_good(Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".into())).await));
    let (server, clock) = (Server::start().await, TestClock::new());
    server.always(ok("", &padded(64 * 1024)));
    assert_eq!(server.set(&clock).reload().await, ReloadOutcome::Changed);
}

#[tokio::test]
async fn a_response_that_ends_early() {
    let cut = raw("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"keys\":[");
    assert!(matches!(*after_good(cut).await, RemoteError::Fetch(FetchError::Interrupted { .. })));
    for nothing in ["", "SSH-2.0-OpenSSH_9.6\r\n"] {
        let error = after_good(raw(nothing)).await;
        assert!(matches!(*error, RemoteError::Fetch(FetchError::Unreachable { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn a_response_that_times_out() {
    let (server, clock) = (Server::start().await, TestClock::new());
    let limit = Duration::from_millis(50);
    // Before the head, and within the body.
    for reply in
        [Reply::Silence, Reply::Endless(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0".into())]
    {
        server.always(reply);
        let keys = server.builder(&clock).timeout(limit).build(fetch()).unwrap();
        assert_eq!(keys.reload().await, ReloadOutcome::Failed);
        if server.hits() == 1 {
            let error = keys.status().error.unwrap();
            assert!(matches!(*error, RemoteError::Fetch(FetchError::TimedOut { limit: l }) if l == limit));
        }
    }
}

#[tokio::test]
async fn an_unusable_key_is_skipped() {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    let good = one.verifying_key().to_jwk().to_json().unwrap();
    let oct = r#"{"kty":"oct","kid":"s","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
    let broken = r#"{"kty":"OKP","crv":"Ed25519","kid":"b","x":"AAAA"}"#;
    let two_of_one_name =
        [key("2"), key("2")].map(|key| key.verifying_key().to_jwk().to_json().unwrap()).join(",");
    server.always(ok("", &format!(r#"{{"keys":[{oct},{broken},7,{good},{two_of_one_name}]}}"#)));
    let keys = server.set(&clock);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!((check(&keys, &one), keys.keys().len()), (Ok(()), 1));
    let skipped = keys.status().skipped;
    assert_eq!(skipped.iter().map(|key| key.index).collect::<Vec<_>>(), [0, 1, 2, 4, 5]);
    assert!(matches!(skipped[0].reason, KeyError::NotPublic { .. }));
    assert_eq!([&skipped[3].reason, &skipped[4].reason], [&KeyError::DuplicateKeyId; 2]);
    // Stored with the keys, even if the set has not changed.
    clock.pass(30);
    assert_eq!(keys.reload().await, ReloadOutcome::Unchanged);
    assert_eq!(keys.status().skipped, skipped);
}

#[tokio::test]
async fn a_token_causes_no_fetch_from_its_addresses() {
    let (server, elsewhere, clock) = (Server::start().await, Server::start().await, TestClock::new());
    let stranger = key("stranger");
    elsewhere.always(ok("", &jwks(&[&stranger])));
    server.always(ok("", &jwks(&[&key("1")])));
    let keys = server.set(&clock);
    let url = elsewhere.url();
    let header = format!(r#"{{"alg":"Ed25519","kid":"stranger","jku":"{url}","x5u":"{url}"}}"#);
    let payload = token(&stranger).split('.').nth(1).unwrap().to_owned();
    let signed = format!("{}.{payload}", jotwell::base64url::encode(&header));
    let signature = stranger.sign(signed.as_bytes()).unwrap();
    let token = format!("{signed}.{}", jotwell::base64url::encode(&signature));
    for _ in 0..3 {
        assert!(validator(&keys).verify::<jotwell::Claims>(&token).is_err());
        keys.reload().await;
        clock.pass(30);
    }
    assert_eq!((elsewhere.hits(), server.hits()), (0, 3));
}

#[test]
fn a_set_that_cannot_be_created() {
    let at = |url: &str, algorithms: &[Algorithm]| {
        RemoteJwkSet::from_url(url, algorithms).build(fetch()).unwrap_err()
    };
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        let error = at("https://auth.example", &[Algorithm::ES256, algorithm]);
        assert!(matches!(error, RemoteError::SymmetricAlgorithm { algorithm: found } if found == algorithm));
    }
    assert!(matches!(at("https://auth.example", &[]), RemoteError::NoAlgorithm));
    let plain = at("http://127.0.0.1/keys", ALGORITHMS);
    assert!(matches!(plain, RemoteError::Address(AddressError::NotHttps)));
    let issuer = RemoteJwkSet::discover("http://127.0.0.1", ALGORITHMS).build(fetch()).unwrap_err();
    assert!(matches!(issuer, RemoteError::Address(AddressError::NotHttps)));
}
