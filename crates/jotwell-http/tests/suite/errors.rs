//! Error texts: each is unique, contains its facts, and has its cause as the source.

use std::collections::BTreeSet;
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use jotwell::private_file::PrivateFileError;
use jotwell::{Algorithm, KeyError, KeyRingError, KeyRingFileError, NumericDate, SignError};
use jotwell_http::remote::{AddressError, FetchError, RemoteError};
use jotwell_http::store::StoreError;
use jotwell_http::{KeysError, SessionError};
use jotwell_test::{AttackError, Flaw, Inconclusive};

/// A library's error is part of another text, so it is one phrase. It must differ from all others of its type, contain
/// each fact, and return its cause as the source.
fn explains(error: impl Error, facts: &[&str], cause: Option<&dyn Error>, texts: &mut BTreeSet<String>) {
    let text = error.to_string();
    assert!(!text.is_empty() && !text.contains('\n') && !text.ends_with('.'), "{text:?}");
    for fact in facts {
        assert!(text.contains(fact), "{fact} is missing: {text}");
    }
    assert_eq!(error.source().map(ToString::to_string), cause.map(ToString::to_string), "{text}");
    assert!(texts.insert(text.clone()), "two errors say {text:?}");
}

fn rejected() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused")
}

#[test]
fn errors_of_keys_say_why() {
    let (path, variable) = (|| "/keys/ring.json".into(), || "TOKEN_SECRET".to_owned());
    let ready_at = NumericDate::from_secs(1_800_000_000);
    let texts = &mut BTreeSet::new();
    let file = KeysError::File(PrivateFileError::Io { path: path(), source: rejected() });
    explains(file, &["/keys/ring.json"], Some(&rejected()), texts);
    let writable = PrivateFileError::WritableByOthers { path: path(), mode: 0o664 };
    explains(
        KeysError::File(writable),
        &["/keys/ring.json", "0664", "chmod 600 /keys/ring.json"],
        None,
        texts,
    );
    let not_a_ring = KeysError::NotAKeyRing { path: path(), source: KeyError::Randomness };
    explains(not_a_ring, &["/keys/ring.json"], Some(&KeyError::Randomness), texts);
    explains(KeysError::ConfigMismatch { path: path() }, &["/keys/ring.json"], None, texts);
    explains(
        KeysError::MissingEnv { variable: variable() },
        &["TOKEN_SECRET", "TOKEN_SECRET_FILE"],
        None,
        texts,
    );
    explains(
        KeysError::Ambiguous { variable: variable() },
        &["TOKEN_SECRET", "TOKEN_SECRET_FILE"],
        None,
        texts,
    );
    explains(KeysError::NotRotatable, &[], None, texts);
    explains(KeysError::from(KeyRingError::TooEarly { ready_at }), &["1800000000"], None, texts);
    let key = KeyError::Randomness;
    explains(KeysError::from(KeyRingError::Key(key.clone())), &[], Some(&key), texts);
    explains(
        KeysError::Ring(KeyRingFileError::AlreadyExists { path: path() }),
        &["/keys/ring.json"],
        None,
        texts,
    );
}

#[test]
fn errors_of_fetches_say_why() {
    let (address, key) = (AddressError::Fragment, KeyError::InvalidMember { member: "keys" });
    let texts = &mut BTreeSet::new();
    explains(RemoteError::NoAlgorithm, &[], None, texts);
    let symmetric = RemoteError::SymmetricAlgorithm { algorithm: Algorithm::HS384 };
    explains(symmetric, &["HS384"], None, texts);
    explains(RemoteError::Address(address), &[], Some(&address), texts);
    let late = FetchError::TimedOut { limit: Duration::from_millis(1700) };
    explains(RemoteError::Fetch(late.clone()), &[], Some(&late), texts);
    explains(RemoteError::Redirected { status: 307 }, &["307", "redirect"], None, texts);
    explains(RemoteError::Status { status: 503 }, &["503"], None, texts);
    explains(RemoteError::NotAKeySet(key.clone()), &[], Some(&key), texts);
    explains(RemoteError::TooManyKeys { found: 18, limit: 17 }, &["18", "17", "max_keys"], None, texts);
    explains(RemoteError::NotMetadata, &[], None, texts);
    explains(RemoteError::NotCertificates, &["certificates"], None, texts);
    let mismatch = |found: &str| RemoteError::IssuerMismatch {
        expected: "https://auth.example".into(),
        found: found.into(),
    };
    explains(mismatch("https://auth.example/"), &["\"https://auth.example/\"", "slashes"], None, texts);
    explains(
        mismatch("https://other.example"),
        &["https://auth.example", "https://other.example"],
        None,
        texts,
    );
    explains(RemoteError::CredentialsOverHttp, &["https"], None, texts);
    explains(RemoteError::Credentials { source: Arc::new(rejected()) }, &["file"], Some(&rejected()), texts);
    explains(RemoteError::SetAddress(address), &[], Some(&address), texts);
    explains(RemoteError::Aborted, &[], None, texts);
    explains(RemoteError::NoRuntime, &["tokio"], None, texts);

    let texts = &mut BTreeSet::new();
    explains(FetchError::unreachable(rejected()), &[], Some(&rejected()), texts);
    explains(FetchError::interrupted(rejected()), &[], Some(&rejected()), texts);
    explains(late, &["1700 ms"], None, texts);
    explains(FetchError::TooLong { limit: 17 }, &["17"], None, texts);
    explains(FetchError::NotHttps, &["https"], None, texts);
    explains(FetchError::Settings { source: Arc::new(rejected()) }, &[], Some(&rejected()), texts);

    let texts = &mut BTreeSet::new();
    for error in [
        AddressError::Malformed,
        AddressError::NotHttps,
        AddressError::Credentials,
        AddressError::Fragment,
        AddressError::Query,
    ] {
        explains(error, &["address"], None, texts);
    }
}

#[test]
fn errors_of_sessions_and_stores_say_why() {
    let store = StoreError::unreachable(rejected());
    let texts = &mut BTreeSet::new();
    explains(store.clone(), &[], Some(&rejected()), texts);
    explains(StoreError::Corrupt { what: "an entry" }, &["an entry"], None, texts);
    explains(StoreError::Occupied, &[], None, texts);
    explains(StoreError::InUse, &[], None, texts);
    explains(StoreError::Misconfigured { what: "no name" }, &["no name"], None, texts);
    explains(StoreError::TooLong { length: 18, limit: 17 }, &["18", "17"], None, texts);

    let sign = SignError::Randomness;
    let texts = &mut BTreeSet::new();
    explains(SessionError::Malformed, &[], None, texts);
    explains(SessionError::Ended, &[], None, texts);
    explains(SessionError::Reused, &[], None, texts);
    explains(SessionError::CsrfFailed, &[], None, texts);
    explains(SessionError::Store(store.clone()), &[], Some(&store), texts);
    explains(SessionError::Sign(sign.clone()), &[], Some(&sign), texts);
    explains(SessionError::Claims, &[], None, texts);
    explains(SessionError::Randomness, &[], None, texts);
}

#[test]
fn errors_of_attack_runs_say_how() {
    let (key, sign) = (KeyError::Randomness, SignError::Serialize);
    let status = StatusCode::IM_A_TEAPOT;
    let texts = &mut BTreeSet::new();
    explains(Inconclusive::NotAToken, &[], None, texts);
    explains(Inconclusive::OtherKey, &[], None, texts);
    explains(Inconclusive::Key(key.clone()), &[], Some(&key), texts);
    explains(Inconclusive::Sign(sign.clone()), &[], Some(&sign), texts);
    explains(Inconclusive::Inapplicable(Flaw::Padded), &[Flaw::Padded.name()], None, texts);
    explains(Inconclusive::NoSuchAttack("a name".into()), &["\"a name\""], None, texts);
    explains(Inconclusive::SafeMethod, &["POST"], None, texts);
    explains(Inconclusive::Elsewhere(rejected()), &[], Some(&rejected()), texts);
    let control = "the valid token";
    explains(Inconclusive::ControlRefused { control, status: Some(status) }, &[control, "418"], None, texts);
    explains(Inconclusive::ControlRefused { control, status: None }, &[control, "failed"], None, texts);
    explains(Inconclusive::RefusedAfterwards { status: Some(status) }, &["418"], None, texts);
    explains(Inconclusive::RefusedAfterwards { status: None }, &["failed"], None, texts);

    let unproven = AttackError::from(Inconclusive::NotAToken);
    explains(unproven, &["proves nothing", "not a JWT"], Some(&Inconclusive::NotAToken), texts);
}
