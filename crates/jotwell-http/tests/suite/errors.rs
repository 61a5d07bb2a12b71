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
fn tells(error: impl Error, facts: &[&str], cause: Option<&dyn Error>, texts: &mut BTreeSet<String>) {
    let text = error.to_string();
    assert!(!text.is_empty() && !text.contains('\n') && !text.ends_with('.'), "{text:?}");
    for fact in facts {
        assert!(text.contains(fact), "{fact} is not told: {text}");
    }
    assert_eq!(error.source().map(ToString::to_string), cause.map(ToString::to_string), "{text}");
    assert!(texts.insert(text.clone()), "two errors say {text:?}");
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionRefused, "nobody listens")
}

#[test]
fn errors_of_keys_say_why() {
    let (path, variable) = (|| "/keys/ring.json".into(), || "TOKEN_SECRET".to_owned());
    let ready_at = NumericDate::from_secs(1_800_000_000);
    let texts = &mut BTreeSet::new();
    let file = KeysError::File(PrivateFileError::Io { path: path(), source: refused() });
    tells(file, &["/keys/ring.json"], Some(&refused()), texts);
    let writable = PrivateFileError::WritableByOthers { path: path(), mode: 0o664 };
    tells(KeysError::File(writable), &["/keys/ring.json", "0664", "chmod 600 /keys/ring.json"], None, texts);
    let not_a_ring = KeysError::NotAKeyRing { path: path(), source: KeyError::Randomness };
    tells(not_a_ring, &["/keys/ring.json"], Some(&KeyError::Randomness), texts);
    tells(KeysError::ConfigMismatch { path: path() }, &["/keys/ring.json"], None, texts);
    tells(
        KeysError::MissingEnv { variable: variable() },
        &["TOKEN_SECRET", "TOKEN_SECRET_FILE"],
        None,
        texts,
    );
    tells(KeysError::Ambiguous { variable: variable() }, &["TOKEN_SECRET", "TOKEN_SECRET_FILE"], None, texts);
    tells(KeysError::NotRotatable, &[], None, texts);
    tells(KeysError::from(KeyRingError::TooEarly { ready_at }), &["1800000000"], None, texts);
    let key = KeyError::Randomness;
    tells(KeysError::from(KeyRingError::Key(key.clone())), &[], Some(&key), texts);
    tells(
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
    tells(RemoteError::NoAlgorithm, &[], None, texts);
    let symmetric = RemoteError::SymmetricAlgorithm { algorithm: Algorithm::HS384 };
    tells(symmetric, &["HS384"], None, texts);
    tells(RemoteError::Address(address), &[], Some(&address), texts);
    let late = FetchError::TimedOut { limit: Duration::from_millis(1700) };
    tells(RemoteError::Fetch(late.clone()), &[], Some(&late), texts);
    tells(RemoteError::Redirected { status: 307 }, &["307", "redirect"], None, texts);
    tells(RemoteError::Status { status: 503 }, &["503"], None, texts);
    tells(RemoteError::NotAKeySet(key.clone()), &[], Some(&key), texts);
    tells(RemoteError::TooManyKeys { found: 18, limit: 17 }, &["18", "17", "max_keys"], None, texts);
    tells(RemoteError::NotMetadata, &[], None, texts);
    tells(RemoteError::NotCertificates, &["certificates"], None, texts);
    let mismatch = |found: &str| RemoteError::IssuerMismatch {
        expected: "https://auth.example".into(),
        found: found.into(),
    };
    tells(mismatch("https://auth.example/"), &["\"https://auth.example/\"", "slashes"], None, texts);
    tells(mismatch("https://other.example"), &["https://auth.example", "https://other.example"], None, texts);
    tells(RemoteError::CredentialsOverHttp, &["https"], None, texts);
    tells(RemoteError::Credentials { source: Arc::new(refused()) }, &["file"], Some(&refused()), texts);
    tells(RemoteError::SetAddress(address), &[], Some(&address), texts);
    tells(RemoteError::Aborted, &[], None, texts);
    tells(RemoteError::NoRuntime, &["tokio"], None, texts);

    let texts = &mut BTreeSet::new();
    tells(FetchError::unreachable(refused()), &[], Some(&refused()), texts);
    tells(FetchError::interrupted(refused()), &[], Some(&refused()), texts);
    tells(late, &["1700 ms"], None, texts);
    tells(FetchError::TooLong { limit: 17 }, &["17"], None, texts);
    tells(FetchError::NotHttps, &["https"], None, texts);
    tells(FetchError::Settings { source: Arc::new(refused()) }, &[], Some(&refused()), texts);

    let texts = &mut BTreeSet::new();
    for error in [
        AddressError::Malformed,
        AddressError::NotHttps,
        AddressError::Credentials,
        AddressError::Fragment,
        AddressError::Query,
    ] {
        tells(error, &["address"], None, texts);
    }
}

#[test]
fn errors_of_sessions_and_stores_say_why() {
    let store = StoreError::unreachable(refused());
    let texts = &mut BTreeSet::new();
    tells(store.clone(), &[], Some(&refused()), texts);
    tells(StoreError::Corrupt { what: "an entry" }, &["an entry"], None, texts);
    tells(StoreError::Occupied, &[], None, texts);
    tells(StoreError::InUse, &[], None, texts);
    tells(StoreError::Misconfigured { what: "no name" }, &["no name"], None, texts);
    tells(StoreError::TooLong { length: 18, limit: 17 }, &["18", "17"], None, texts);

    let sign = SignError::Randomness;
    let texts = &mut BTreeSet::new();
    tells(SessionError::Malformed, &[], None, texts);
    tells(SessionError::Ended, &[], None, texts);
    tells(SessionError::Reused, &[], None, texts);
    tells(SessionError::CsrfFailed, &[], None, texts);
    tells(SessionError::Store(store.clone()), &[], Some(&store), texts);
    tells(SessionError::Sign(sign.clone()), &[], Some(&sign), texts);
    tells(SessionError::Claims, &[], None, texts);
    tells(SessionError::Randomness, &[], None, texts);
}

#[test]
fn errors_of_attack_runs_say_how() {
    let (key, sign) = (KeyError::Randomness, SignError::Serialize);
    let status = StatusCode::IM_A_TEAPOT;
    let texts = &mut BTreeSet::new();
    tells(Inconclusive::NotAToken, &[], None, texts);
    tells(Inconclusive::OtherKey, &[], None, texts);
    tells(Inconclusive::Key(key.clone()), &[], Some(&key), texts);
    tells(Inconclusive::Sign(sign.clone()), &[], Some(&sign), texts);
    tells(Inconclusive::Inapplicable(Flaw::Padded), &[Flaw::Padded.name()], None, texts);
    tells(Inconclusive::NoSuchAttack("a name".into()), &["\"a name\""], None, texts);
    tells(Inconclusive::SafeMethod, &["POST"], None, texts);
    tells(Inconclusive::Elsewhere(refused()), &[], Some(&refused()), texts);
    let control = "the valid token";
    tells(Inconclusive::ControlRefused { control, status: Some(status) }, &[control, "418"], None, texts);
    tells(Inconclusive::ControlRefused { control, status: None }, &[control, "failed"], None, texts);
    tells(Inconclusive::RefusedAfterwards { status: Some(status) }, &["418"], None, texts);
    tells(Inconclusive::RefusedAfterwards { status: None }, &["failed"], None, texts);

    let unproven = AttackError::from(Inconclusive::NotAToken);
    tells(unproven, &["proves nothing", "not a JWT"], Some(&Inconclusive::NotAToken), texts);
}
