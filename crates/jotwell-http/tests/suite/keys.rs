//! The keys of an issuer at runtime: stored in a file, rotated, and read by other processes.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::{HeaderMap, Method};
use jotwell::private_file::PrivateFileError;
use jotwell::{
    Algorithm, Clock, Header, KeyRing, KeyRotationPolicy, KeySource, NoClaims, NumericDate, SigningKey,
    UnsignedToken, VerifyError,
};
use jotwell_http::{
    IssuerKeys, KeysError, ReloadKeys, ReloadOutcome, SecretVariable, secret_from_env, secret_from_file,
};
use jotwell_test::TestClock;

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const ROTATION: KeyRotationPolicy = KeyRotationPolicy::new()
    .publish_ahead(Duration::from_secs(300))
    .token_lifetime(Duration::from_secs(900))
    .leeway(Duration::from_secs(60));

fn open(folder: &tempfile::TempDir, clock: &TestClock) -> Result<IssuerKeys, KeysError> {
    IssuerKeys::open_with_clock(folder.path().join("keys.json"), Algorithm::ES256, ROTATION, clock.clone())
}

fn header(keys: &IssuerKeys) -> Header {
    Header::for_key(&keys.signing_key())
}

#[test]
fn a_ring_is_created_once_and_shared() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let one = open(&folder, &clock).expect("keys");
    let two = open(&folder, &clock).expect("keys");
    assert_eq!(one.signing_key().key_id(), two.signing_key().key_id());
    assert_eq!(one.published().to_json().ok(), two.published().to_json().ok());
    assert_eq!(one.published().len(), 2);
    assert_eq!(one.max_age(), Duration::from_secs(300));
    assert_eq!(one.ready_at(), Some(NOW.saturating_add(Duration::from_secs(300))));
    let shown = format!("{one:?}");
    assert!(!shown.contains("\"d\""), "{shown}");
}

#[cfg(unix)]
#[test]
fn the_file_must_be_private() {
    use std::os::unix::fs::PermissionsExt;

    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let keys = open(&folder, &clock).expect("keys");
    let path = folder.path().join("keys.json");
    let mode = || fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    clock.advance(Duration::from_secs(300));
    keys.rotate().expect("a rotation");
    assert_eq!(mode(), 0o600);
    let world_readable =
        |error: KeysError| matches!(error, KeysError::File(PrivateFileError::WorldReadable { .. }));
    let writable =
        |error: KeysError| matches!(error, KeysError::File(PrivateFileError::WritableByOthers { .. }));
    for open_to_others in [0o604, 0o620, 0o601, 0o602, 0o666] {
        fs::set_permissions(&path, fs::Permissions::from_mode(open_to_others)).expect("permissions");
        let rejected =
            |error| if open_to_others & 0o022 == 0 { world_readable(error) } else { writable(error) };
        assert!(open(&folder, &clock).is_err_and(rejected), "{open_to_others:o}");
        assert!(secret_from_file(&path).is_err_and(rejected), "{open_to_others:o}");
        assert!(keys.rotate().is_err_and(rejected), "{open_to_others:o}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("permissions");
    open(&folder, &clock).expect("its group may read it");
}

#[test]
fn another_process_sees_a_rotation_within_a_second() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let one = open(&folder, &clock).expect("keys");
    let two = open(&folder, &clock).expect("keys");
    let before = header(&one);
    match one.rotate() {
        Err(KeysError::TooEarly { ready_at }) => assert_eq!(Some(ready_at), one.ready_at()),
        other => panic!("{other:?}"),
    }
    clock.advance(Duration::from_secs(300));
    // Both check the file now, and find no change.
    assert_eq!((header(&one).key_id(), header(&two).key_id()), (before.key_id(), before.key_id()));
    one.rotate().expect("a rotation");
    let after = header(&one);
    assert_ne!(after.key_id(), before.key_id());
    assert_eq!(header(&two).key_id(), before.key_id(), "not checked yet");
    // The new key was the next one before, so the other already knows it.
    two.key_for(&after).expect("known");
    clock.advance(Duration::from_millis(1_000));
    assert_eq!(header(&two).key_id(), after.key_id());
    assert_eq!(two.published().len(), 3);
    for keys in [&one, &two] {
        keys.key_for(&before).expect("retiring");
        keys.key_for(&after).expect("active");
    }
    // Tokens of the old key have expired: it retires without a further rotation.
    clock.advance(Duration::from_secs(959));
    for keys in [&one, &two] {
        assert_eq!(keys.key_for(&before).map(drop), Err(VerifyError::unknown_key(before.key_id())));
        assert_eq!(keys.published().len(), 2);
    }
}

#[test]
fn a_rotation_starts_from_the_ring_in_the_file() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let one = open(&folder, &clock).expect("keys");
    let two = open(&folder, &clock).expect("keys");
    clock.advance(Duration::from_secs(300));
    one.rotate().expect("a rotation");
    assert!(matches!(two.rotate(), Err(KeysError::TooEarly { .. })), "it was rotated just now");
    clock.advance(Duration::from_secs(300));
    two.rotate().expect("a rotation");
    clock.advance(Duration::from_secs(1));
    assert_eq!(header(&one).key_id(), header(&two).key_id());
    assert_eq!(one.published().len(), 4);
}

#[test]
fn leftovers_of_a_crash_do_not_matter() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    fs::write(folder.path().join("keys.json.new"), "half").expect("a file");
    let keys = open(&folder, &clock).expect("keys");
    fs::write(folder.path().join("keys.json.new"), "half").expect("a file");
    clock.advance(Duration::from_secs(300));
    keys.rotate().expect("a rotation");
    let again = open(&folder, &clock).expect("keys");
    assert_eq!(header(&again).key_id(), header(&keys).key_id());
}

#[tokio::test]
async fn a_missing_or_malformed_file_leaves_the_keys_unchanged() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let keys = open(&folder, &clock).expect("keys");
    let before = header(&keys);
    let path = folder.path().join("keys.json");
    fs::write(&path, "{}").expect("a file");
    clock.advance(Duration::from_secs(300));
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    assert_eq!(header(&keys).key_id(), before.key_id());
    assert!(matches!(keys.rotate(), Err(KeysError::NotAKeyRing { .. })));
    fs::remove_file(&path).expect("removed");
    assert!(matches!(keys.rotate(), Err(KeysError::File(_))));
    assert!(!path.exists(), "no new keys in place of lost ones");
    assert_eq!(header(&keys).key_id(), before.key_id());
}

#[tokio::test]
async fn an_unknown_key_causes_a_limited_number_of_file_reads() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let one = open(&folder, &clock).expect("keys");
    let two = open(&folder, &clock).expect("keys");
    for _ in 0..2 {
        clock.advance(Duration::from_secs(300));
        one.rotate().expect("a rotation");
    }
    // Two rotations ahead: a key that the other has never seen.
    let after = header(&one);
    let looks = two.reload().await;
    assert_eq!(looks, ReloadOutcome::Changed);
    two.key_for(&after).expect("known");
    assert_eq!(two.reload().await, ReloadOutcome::Unchanged);
}

#[test]
fn a_single_key_is_not_rotated_and_a_shared_secret_is_not_published() {
    let secret = SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key").with_key_id("shared");
    let keys = IssuerKeys::single(secret.clone()).expect("keys");
    assert!(keys.published().is_empty());
    keys.key_for(&Header::for_key(&secret)).expect("the secret");
    assert!(matches!(keys.rotate(), Err(KeysError::NotRotatable)));
    assert_eq!(keys.ready_at(), None);
    let public =
        IssuerKeys::single(SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("one"));
    let public = public.expect("keys");
    assert_eq!(public.published().len(), 1);
    // A token cannot select the secret's algorithm.
    let confused = Header::new(Algorithm::HS256).with_key_id("one");
    assert!(matches!(public.key_for(&confused), Err(VerifyError::AlgorithmMismatch { .. })));
}

#[test]
fn a_ring_in_memory_is_rotated_and_keys_retire() {
    let clock = TestClock::at(NOW);
    let ring = KeyRing::generate(Algorithm::Ed25519, ROTATION, clock.now()).expect("a ring");
    let keys = IssuerKeys::in_memory(ring, clock.clone()).expect("keys");
    let before = header(&keys);
    clock.advance(Duration::from_secs(300));
    keys.rotate().expect("a rotation");
    assert_ne!(header(&keys).key_id(), before.key_id());
    keys.key_for(&before).expect("retiring");
    clock.advance(Duration::from_secs(960));
    assert!(keys.key_for(&before).is_err());
}

#[test]
fn many_threads_verify_during_rotations() {
    let clock = TestClock::at(NOW);
    // No key that signs during this test has retired at its end.
    let rotation = ROTATION.token_lifetime(Duration::from_secs(1_000_000));
    let ring = KeyRing::generate(Algorithm::Ed25519, rotation, clock.now()).expect("a ring");
    let keys = IssuerKeys::in_memory(ring, clock.clone()).expect("keys");
    let turned = AtomicBool::new(false);
    let names = std::thread::scope(|scope| {
        let read = || {
            let mut names = BTreeSet::new();
            while !turned.load(Ordering::Relaxed) {
                let key = keys.signing_key();
                let header = Header::for_key(&key);
                let token = UnsignedToken::new(&header, b"{}").sign(&key).expect("a token");
                let found = keys.key_for(&header).expect("the key that has just signed");
                let (signed, signature) = token.rsplit_once('.').expect("a token");
                let signature = jotwell::base64url::decode(signature).expect("base64url");
                found.verify(signed.as_bytes(), &signature).expect("it holds");
                names.insert(key.key_id().map(str::to_owned));
            }
            names
        };
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(read)).collect();
        for _ in 0..100 {
            clock.advance(Duration::from_secs(300));
            keys.rotate().expect("a rotation");
            std::thread::yield_now();
        }
        turned.store(true, Ordering::Relaxed);
        readers.into_iter().flat_map(|reader| reader.join().expect("a reader")).collect::<BTreeSet<_>>()
    });
    assert!(names.len() > 1, "no thread saw a rotation");
}

#[test]
fn a_secret_is_read_from_a_file_without_its_line_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("secret");
    for (content, secret) in
        [("abc\n", "abc"), ("abc\r\n", "abc"), ("abc", "abc"), ("abc\n\n", "abc\n"), ("", "")]
    {
        fs::write(&path, content).expect("a file");
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("permissions");
        assert_eq!(secret_from_file(&path).expect("a secret").as_ref(), secret.as_bytes(), "{content:?}");
    }
    assert_eq!(format!("{:?}", secret_from_file(&path).expect("a secret")), "Secret(..)");
    match secret_from_file(folder.path().join("none")) {
        Err(KeysError::File(error)) if error.is_not_found() => assert!(error.to_string().contains("none")),
        other => panic!("{other:?}"),
    }
}

/// The environment cannot be changed safely in a process with threads, so a child process gets it.
#[test]
fn a_secret_is_read_from_the_environment_or_the_file_that_it_names() {
    const NAME: &str = "JOTWELL_TEST_SECRET";
    if let Some(child) = std::env::var_os("JOTWELL_TEST_CHILD") {
        let variable = SecretVariable::new(NAME);
        let variable = if child == "open" { variable.allow_world_readable() } else { variable };
        match secret_from_env(variable) {
            Ok(secret) => println!("secret={}", String::from_utf8_lossy(secret.as_ref())),
            Err(error) => println!("error={error}"),
        }
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("secret");
    fs::write(&path, "from a file\n").expect("a file");
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("permissions");
    let child = |variables: &[(&str, &str)]| {
        let mut command = std::process::Command::new(std::env::current_exe().expect("this test"));
        command.args([
            "--exact",
            "--nocapture",
            "keys::a_secret_is_read_from_the_environment_or_the_file_that_it_names",
        ]);
        command.env_remove(NAME).env("JOTWELL_TEST_CHILD", "1").envs(variables.iter().copied());
        String::from_utf8(command.output().expect("a child").stdout).expect("text")
    };
    let file = path.to_str().expect("a path");
    assert!(child(&[(NAME, "direct")]).contains("secret=direct"));
    assert!(child(&[("JOTWELL_TEST_SECRET_FILE", file)]).contains("secret=from a file\n"));
    let both = child(&[(NAME, "direct"), ("JOTWELL_TEST_SECRET_FILE", file)]);
    assert!(both.contains("error=both JOTWELL_TEST_SECRET and JOTWELL_TEST_SECRET_FILE are set"), "{both}");
    #[cfg(unix)]
    {
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o444)).expect("permissions");
        assert!(child(&[("JOTWELL_TEST_SECRET_FILE", file)]).contains("mode 0444); run `chmod 600"));
        let open = child(&[("JOTWELL_TEST_SECRET_FILE", file), ("JOTWELL_TEST_CHILD", "open")]);
        assert!(open.contains("secret=from a file\n"), "{open}");
    }
    assert!(child(&[]).contains("error=neither JOTWELL_TEST_SECRET nor JOTWELL_TEST_SECRET_FILE is set"));
}

/// Tokens of a retired key are rejected by the whole chain, not only by the key source.
#[tokio::test]
async fn a_token_of_a_rotated_key_is_valid_until_it_expires() {
    use std::sync::Arc;

    use jotwell_http::store::MemoryStore;
    use jotwell_http::{AccessClaims, Sessions};

    let clock = TestClock::at(NOW);
    let ring = KeyRing::generate(Algorithm::ES256, ROTATION, clock.now()).expect("a ring");
    let keys = IssuerKeys::in_memory(ring, clock.clone()).expect("keys");
    let store = Arc::new(MemoryStore::new());
    let sessions: Sessions = Sessions::new(
        store,
        keys.clone(),
        jotwell_http::IssuerId::new("https://auth.example"),
        jotwell_http::AudienceId::new("api"),
    )
    .clock(clock.clone());
    clock.advance(Duration::from_secs(300));
    let old = sessions
        .begin()
        .await
        .expect("the store")
        .complete("user-42", AccessClaims::new(NoClaims))
        .await
        .expect("a session");
    keys.rotate().expect("a rotation");
    let new = sessions.refresh(&old.refresh_token).await.expect("a grant");
    let authenticator = sessions.authenticator();
    let kid = |token: &str| {
        let token = jotwell::UnverifiedToken::parse(token).expect("a token");
        token.header().key_id().map(str::to_owned)
    };
    assert_ne!(kid(&old.access_token), kid(&new.access_token));
    for grant in [&old, &new] {
        let value = format!("Bearer {}", *grant.access_token).parse().expect("a header");
        let headers = HeaderMap::from_iter([(http::header::AUTHORIZATION, value)]);
        authenticator.authenticate(&Method::GET, &headers).await.expect("accepted");
    }
}

#[tokio::test]
async fn leaked_keys_are_all_replaced_at_once() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let one = open(&folder, &clock).expect("keys");
    let two = open(&folder, &clock).expect("keys");
    clock.advance(Duration::from_secs(300));
    one.rotate().expect("a rotation");
    let lost: Vec<_> = one.published().keys().iter().map(|key| key.key_id().map(str::to_owned)).collect();
    // Immediately: unlike a rotation, this does not require that the next key is known.
    one.revoke_all().expect("new keys");
    clock.advance(Duration::from_secs(1));
    for keys in [&one, &two] {
        let there = keys.published();
        assert_eq!(there.len(), 2);
        assert!(there.keys().iter().all(|key| !lost.contains(&key.key_id().map(str::to_owned))));
        assert!(!lost.contains(&keys.signing_key().key_id().map(str::to_owned)));
    }
    let text = fs::read_to_string(folder.path().join("keys.json")).expect("a file");
    assert!(lost.iter().flatten().all(|name| !text.contains(name.as_str())));
    let fixed = SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key").with_key_id("shared");
    assert!(matches!(IssuerKeys::single(fixed).expect("keys").revoke_all(), Err(KeysError::NotRotatable)));
}

#[test]
fn a_ring_with_other_settings_is_rejected() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    open(&folder, &clock).expect("keys");
    let open = |algorithm, rotation| {
        IssuerKeys::open_with_clock(folder.path().join("keys.json"), algorithm, rotation, clock.clone())
    };
    let longer = ROTATION.token_lifetime(Duration::from_secs(3600));
    for (algorithm, rotation) in [(Algorithm::ES384, ROTATION), (Algorithm::ES256, longer)] {
        assert!(matches!(open(algorithm, rotation), Err(KeysError::ConfigMismatch { .. })));
    }
    open(Algorithm::ES256, ROTATION).expect("the same");
}

/// The caller that looked for the key has already checked the file within this second.
#[tokio::test]
async fn a_recent_read_error_is_reported() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let keys = open(&folder, &clock).expect("keys");
    fs::write(folder.path().join("keys.json"), "{}").expect("a file");
    clock.advance(Duration::from_secs(1));
    let unknown = Header::new(Algorithm::ES256).with_key_id("unknown");
    assert_eq!(keys.key_for(&unknown).map(drop), Err(VerifyError::unknown_key(Some("unknown"))));
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
}

#[test]
fn a_clock_that_was_set_back_does_not_stop_reloading() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let one = open(&folder, &clock).expect("keys");
    let two = open(&folder, &clock).expect("keys");
    clock.set(NOW.saturating_sub(Duration::from_secs(3600)));
    one.revoke_all().expect("new keys");
    assert_eq!(header(&two).key_id(), header(&one).key_id());
}

/// A custom clock that panics on demand.
#[derive(Clone)]
struct Brittle(TestClock, std::sync::Arc<AtomicBool>);

impl Clock for Brittle {
    fn now(&self) -> NumericDate {
        assert!(!self.1.load(Ordering::SeqCst), "a clock that panics");
        self.0.now()
    }
}

#[test]
fn a_panic_during_a_rotation_does_not_stop_reloading() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let brittle = Brittle(clock.clone(), std::sync::Arc::default());
    let path = folder.path().join("keys.json");
    let keys = IssuerKeys::open_with_clock(&path, Algorithm::ES256, ROTATION, brittle.clone()).expect("keys");
    let other = open(&folder, &clock).expect("keys");
    let before = header(&other);
    brittle.1.store(true, Ordering::SeqCst);
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| keys.rotate())).expect_err("it panics");
    brittle.1.store(false, Ordering::SeqCst);
    other.revoke_all().expect("new keys");
    clock.advance(Duration::from_secs(1));
    assert_eq!(keys.key_for(&before).map(drop), Err(VerifyError::unknown_key(before.key_id())));
    assert_eq!(header(&keys).key_id(), header(&other).key_id());
}

#[tokio::test]
async fn a_ring_that_cannot_be_published_counts_as_unread() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let keys = open(&folder, &clock).expect("keys");
    let path = folder.path().join("keys.json");
    let mut ring: serde_json::Value =
        serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
    // Two keys with one name.
    let kid = ring["keys"][0]["jwk"]["kid"].clone();
    ring["keys"][1]["jwk"]["kid"] = kid;
    assert!(KeyRing::from_json(ring.to_string()).is_ok(), "it is a ring");
    fs::write(&path, ring.to_string()).expect("a file");
    let stranger = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("another");
    for _ in 0..3 {
        clock.advance(Duration::from_secs(1));
        // It is unknown whether the key is in the file.
        assert_eq!(
            keys.key_for(&Header::for_key(&stranger)).map(drop),
            Err(VerifyError::unknown_key(Some("another")))
        );
        assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    }
}

#[tokio::test]
async fn a_ring_of_another_kind_is_not_loaded() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let keys = open(&folder, &clock).expect("keys");
    let path = folder.path().join("keys.json");
    let before = header(&keys);
    let longer = ROTATION.token_lifetime(Duration::from_secs(901));
    for (algorithm, rotation) in [(Algorithm::Ed25519, ROTATION), (Algorithm::ES256, longer)] {
        let other = KeyRing::generate(algorithm, rotation, NOW).expect("a ring");
        fs::write(&path, other.to_json_with_private_members().expect("JSON")).expect("a file");
        for _ in 0..2 {
            clock.advance(Duration::from_secs(1));
            assert_eq!(header(&keys).key_id(), before.key_id(), "{algorithm}");
            assert_eq!(keys.reload().await, ReloadOutcome::Failed);
        }
        assert!(matches!(keys.rotate(), Err(KeysError::ConfigMismatch { .. })), "{algorithm}");
        assert!(matches!(keys.revoke_all(), Err(KeysError::ConfigMismatch { .. })), "{algorithm}");
    }
}

/// A ring that was created elsewhere may have keys with other numbers under known names.
#[tokio::test]
async fn keys_replaced_under_the_same_names_are_noticed() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let keys = open(&folder, &clock).expect("keys");
    let path = folder.path().join("keys.json");
    let before = keys.published().to_json().expect("JSON");
    let stranger = tempfile::tempdir().expect("a folder");
    open(&stranger, &clock).expect("keys");
    let read = |folder: &tempfile::TempDir| -> serde_json::Value {
        serde_json::from_slice(&fs::read(folder.path().join("keys.json")).expect("a file")).expect("JSON")
    };
    let (mut other, ours) = (read(&stranger), read(&folder));
    for index in 0..2 {
        other["keys"][index]["jwk"]["kid"] = ours["keys"][index]["jwk"]["kid"].clone();
    }
    fs::write(&path, other.to_string()).expect("a file");
    clock.advance(Duration::from_secs(1));
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    let new = open(&folder, &clock).expect("keys");
    let header = header(&new);
    let token = UnsignedToken::new(&header, b"{}").sign(&new.signing_key()).expect("a token");
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    let signature = jotwell::base64url::decode(signature).expect("base64url");
    let found = keys.key_for(&header).expect("a key of that name");
    found.verify(signed.as_bytes(), &signature).expect("the key that is in the file now");
    assert_eq!(keys.published().to_json().expect("JSON"), new.published().to_json().expect("JSON"));
    assert_ne!(keys.published().to_json().expect("JSON"), before);
}

/// The ring of the file applies even if the keys are the same: here a key is published for longer.
#[tokio::test]
async fn dates_that_have_changed_in_the_file_are_noticed() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let keys = open(&folder, &clock).expect("keys");
    clock.advance(Duration::from_secs(300));
    let before = header(&keys);
    keys.rotate().expect("rotated");
    let path = folder.path().join("keys.json");
    let text = fs::read_to_string(&path).expect("a file");
    let until = NOW.as_secs() + 300 + 960;
    let longer = text.replace(&until.to_string(), &(until + 1000).to_string());
    assert_ne!(longer, text);
    fs::write(&path, longer).expect("a file");
    clock.advance(Duration::from_secs(1));
    assert_eq!(keys.reload().await, ReloadOutcome::Unchanged, "the keys are the same");
    clock.advance(Duration::from_secs(960));
    keys.key_for(&before).expect("still published");
}

#[cfg(unix)]
#[test]
fn world_readable_mounts_must_be_allowed_explicitly() {
    use std::os::unix::fs::PermissionsExt;

    use jotwell::KeyRingFile;
    use jotwell::private_file::PrivateFile;

    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let path = folder.path().join("keys.json");
    open(&folder, &clock).expect("keys");
    fs::remove_file(folder.path().join("keys.json.lock")).expect("removed");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("permissions");
    assert!(matches!(
        open(&folder, &clock),
        Err(KeysError::File(PrivateFileError::WorldReadable { mode: 0o444, .. }))
    ));
    let file = KeyRingFile::new(&path).allow_world_readable();
    IssuerKeys::open_with_clock(file, Algorithm::ES256, ROTATION, clock.clone()).expect("keys");
    assert!(!folder.path().join("keys.json.lock").exists(), "nothing is written where keys are only read");
    secret_from_file(PrivateFile::new(&path).allow_world_readable()).expect("a secret");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_followed_and_kept() {
    use std::os::unix::fs::symlink;

    let (there, here) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let clock = TestClock::at(NOW);
    // A link to a file that does not exist yet, by a path relative to the link.
    symlink(there.path(), here.path().join("folder")).expect("a link");
    symlink("folder/keys.json", here.path().join("keys.json")).expect("a link");
    for round in 0..2 {
        let one = open(&here, &clock).expect("keys");
        let two = open(&there, &clock).expect("keys");
        assert_eq!(header(&one).key_id(), header(&two).key_id(), "{round}");
        clock.advance(Duration::from_secs(300));
        one.rotate().expect("a rotation");
        clock.advance(Duration::from_secs(1));
        assert_eq!(header(&one).key_id(), header(&two).key_id(), "{round}");
        two.revoke_all().expect("new keys");
        clock.advance(Duration::from_secs(1));
        assert_eq!(header(&one).key_id(), header(&two).key_id(), "{round}");
    }
    let names =
        fs::read_dir(here.path()).expect("a folder").map(|entry| entry.expect("an entry").file_type());
    assert!(
        names.map(|kind| kind.expect("a kind").is_symlink()).eq([true, true]),
        "no file next to the link"
    );

    // Links that lead nowhere are an error, not an endless loop.
    symlink("b", here.path().join("a")).expect("a link");
    symlink("a", here.path().join("b")).expect("a link");
    let path = here.path().join("a");
    let rejected = IssuerKeys::open_with_clock(path, Algorithm::ES256, ROTATION, clock.clone());
    assert!(matches!(rejected, Err(KeysError::File(_))), "{rejected:?}");
}

#[test]
fn times_below_a_second_are_rounded_up_and_opened_again() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), TestClock::at(NOW));
    let path = folder.path().join("keys.json");
    let rotation = ROTATION.publish_ahead(Duration::from_millis(1_500));
    for _ in 0..2 {
        let keys =
            IssuerKeys::open_with_clock(&path, Algorithm::ES256, rotation, clock.clone()).expect("keys");
        assert_eq!(keys.max_age(), Duration::from_secs(2));
    }
}
