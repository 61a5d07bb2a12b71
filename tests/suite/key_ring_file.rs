//! A key ring in a file: created once, changed by one process at a time, replaced in one step.

use std::fs;
use std::path::PathBuf;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jotwell::{
    Algorithm, FileVersion, KeyRing, KeyRingError, KeyRingFile, KeyRingFileError, KeyRotationPolicy,
    NumericDate,
};
use tempfile::TempDir;

const START: NumericDate = NumericDate::from_secs(1_800_000_000);
const ROTATION: KeyRotationPolicy = KeyRotationPolicy::new()
    .publish_ahead(Duration::from_secs(300))
    .token_lifetime(Duration::from_secs(900))
    .leeway(Duration::from_secs(60));

fn after(secs: u64) -> NumericDate {
    START.saturating_add(Duration::from_secs(secs))
}

fn new_ring() -> Result<KeyRing, KeyRingFileError> {
    Ok(KeyRing::generate(Algorithm::EdDSA, ROTATION, START)?)
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    (folder, path)
}

fn active(ring: &KeyRing) -> &str {
    ring.signing_key().key_id().expect("a name")
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

#[test]
fn a_ring_is_created_once_and_loaded_by_all_others() {
    let (_folder, path) = folder();
    let file = KeyRingFile::new(&path);
    assert!(file.load().is_err_and(|error| error.is_not_found()));
    assert!(
        file.rotate(after(300)).is_err_and(|error| error.is_not_found()),
        "no new keys in place of lost ones"
    );
    let start = Barrier::new(8);
    let created = AtomicUsize::new(0);
    let loaded: Vec<(String, FileVersion)> = std::thread::scope(|scope| {
        let open = || {
            start.wait();
            let create = || {
                created.fetch_add(1, Ordering::Relaxed);
                new_ring()
            };
            let (ring, version) = KeyRingFile::new(&path).load_or_create(create).expect("a ring");
            (active(&ring).to_owned(), version)
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a ring")).collect()
    });
    assert_eq!(created.into_inner(), 1);
    assert!(loaded.iter().all(|one| *one == loaded[0]));
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.ends_with("]}\n"), "every writer uses one format");
}

#[test]
fn a_ring_that_exists_is_not_created_again_but_can_be_replaced() {
    let (folder, path) = folder();
    let file = KeyRingFile::new(&path);
    let version = file.create(&new_ring().expect("a ring")).expect("created");
    let again = file.create(&new_ring().expect("a ring"));
    assert!(matches!(again, Err(KeyRingFileError::AlreadyExists { path: found }) if found == path));
    assert!(file.load_if_changed(version).expect("a ring").is_none());
    let version = file.replace(&new_ring().expect("a ring")).expect("replaced");
    assert!(file.load_if_changed(version).expect("a ring").is_none());
    fs::write(&path, "no ring").expect("a file");
    assert!(matches!(file.load(), Err(KeyRingFileError::NotAKeyRing { .. })));
    file.replace(&new_ring().expect("a ring")).expect("replaced");
    file.load().expect("a ring");
    assert_eq!(names(&folder), ["keys.json", "keys.json.lock"]);
}

/// Each change starts from the result of the previous one.
#[test]
fn changes_wait_for_each_other() {
    const EACH: u64 = 5;
    let (_folder, path) = folder();
    KeyRingFile::new(&path).create(&new_ring().expect("a ring")).expect("created");
    let start = Barrier::new(4);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                start.wait();
                for _ in 0..EACH {
                    let change =
                        |ring: &mut KeyRing| Ok::<_, KeyRingFileError>(ring.rotate(ring.ready_at())?);
                    KeyRingFile::new(&path).change(change).expect("rotated");
                }
            });
        }
    });
    let (ring, _) = KeyRingFile::new(&path).load().expect("a ring");
    assert_eq!(ring.ready_at(), after(300 * (4 * EACH + 1)), "a change was lost");
}

#[test]
fn a_change_returns_the_version_that_it_wrote() {
    let (_folder, path) = folder();
    let (one, other) = (KeyRingFile::new(&path), KeyRingFile::new(&path));
    let (_, first) = one.load_or_create(new_ring).expect("a ring");
    let (ring, second) = one.rotate(after(300)).expect("rotated");
    assert_ne!(first, second);
    assert!(one.load_if_changed(second).expect("a ring").is_none(), "it is what was written");
    let (found, version) = other.load_if_changed(first).expect("a ring").expect("another version");
    assert_eq!((active(&found), version), (active(&ring), second));
    assert_eq!(other.load().expect("a ring").1, second);
    assert!(!format!("{second:?}").contains(char::is_numeric));
}

#[test]
fn a_change_that_fails_leaves_the_file_as_it_is() {
    let (folder, path) = folder();
    let file = KeyRingFile::new(&path);
    let (_, version) = file.load_or_create(new_ring).expect("a ring");
    let early = file.rotate(after(299));
    assert!(
        matches!(early, Err(KeyRingFileError::Rotation(KeyRingError::TooEarly { ready_at })) if ready_at == after(300))
    );
    let panicked = std::panic::catch_unwind(|| {
        file.change(|ring| -> Result<(), KeyRingFileError> {
            ring.rotate(after(300))?;
            panic!("a change that panics")
        })
    });
    assert!(panicked.is_err());
    assert!(file.load_if_changed(version).expect("a ring").is_none());
    assert_eq!(names(&folder), ["keys.json", "keys.json.lock"]);
    file.rotate(after(300)).expect("the lock is free");
}

#[test]
fn files_of_a_killed_process_do_not_prevent_changes() {
    let (folder, path) = folder();
    let file = KeyRingFile::new(&path);
    fs::write(folder.path().join("keys.json.new"), "half").expect("a file");
    file.load_or_create(new_ring).expect("a ring");
    fs::write(folder.path().join("keys.json.new"), "half").expect("a file");
    file.rotate(after(300)).expect("rotated");
    assert_eq!(names(&folder), ["keys.json", "keys.json.lock"]);
}

/// Time, length and inode can all be equal to those of the former content.
#[test]
fn content_decides_whether_the_file_has_changed() {
    let (_folder, path) = folder();
    let file = KeyRingFile::new(&path);
    let (ring, version) = file.load_or_create(new_ring).expect("a ring");
    let text = fs::read_to_string(&path).expect("a file");
    let modified = fs::metadata(&path).and_then(|file| file.modified()).expect("a time");
    let other = new_ring().expect("a ring").to_json_with_private_members().expect("JSON") + "\n";
    assert_eq!(other.len(), text.len());
    fs::write(&path, other).expect("a file");
    let times = fs::FileTimes::new().set_modified(modified);
    fs::File::options().write(true).open(&path).and_then(|file| file.set_times(times)).expect("a time");
    let (found, _) = file.load_if_changed(version).expect("a ring").expect("another version");
    assert_ne!(active(&found), active(&ring));
}

/// A read-only file system does not allow a lock, and none is needed.
#[test]
fn a_ring_that_exists_is_loaded_without_the_lock() {
    let (folder, path) = folder();
    KeyRingFile::new(&path).load_or_create(new_ring).expect("a ring");
    fs::remove_file(folder.path().join("keys.json.lock")).expect("removed");
    KeyRingFile::new(&path)
        .load_or_create(|| {
            Err::<KeyRing, KeyRingFileError>(KeyRingError::TooEarly { ready_at: START }.into())
        })
        .expect("a ring");
    assert_eq!(names(&folder), ["keys.json"]);
}

/// Kubernetes mounts `keys.json` as a link to `..data/keys.json`, and changes the target of `..data` when the secret
/// changes.
#[cfg(unix)]
#[test]
fn a_link_is_followed_each_time_and_kept() {
    use std::os::unix::fs::symlink;

    let (folder, path) = folder();
    let at = |name: &str| folder.path().join(name);
    for version in ["v1", "v2"] {
        fs::create_dir(at(version)).expect("a folder");
        KeyRingFile::new(at(version).join("keys.json")).load_or_create(new_ring).expect("a ring");
    }
    symlink("v1", at("..data")).expect("a link");
    symlink("..data/keys.json", &path).expect("a link");
    let file = KeyRingFile::new(&path);
    let (_, first) = file.load().expect("a ring");
    symlink("v2", at("..new")).expect("a link");
    fs::rename(at("..new"), at("..data")).expect("renamed");
    let (_, second) = file.load_if_changed(first).expect("a ring").expect("another version");
    assert_eq!(KeyRingFile::new(at("v2").join("keys.json")).load().expect("a ring").1, second);

    file.rotate(after(300)).expect("rotated");
    assert!(path.symlink_metadata().expect("a link").is_symlink());
    assert!(KeyRingFile::new(at("v2").join("keys.json")).load_if_changed(second).expect("a ring").is_some());
    assert!(!at("keys.json.lock").exists(), "all who come by whatever path find one lock");

    symlink("b", at("a")).expect("a link");
    symlink("a", at("b")).expect("a link");
    assert!(
        matches!(KeyRingFile::new(at("a")).load(), Err(KeyRingFileError::File(_))),
        "links that lead nowhere"
    );
}

#[cfg(unix)]
#[test]
fn a_change_keeps_mode_and_group() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    let (_folder, path) = folder();
    let file = KeyRingFile::new(&path);
    file.load_or_create(new_ring).expect("a ring");
    let mode = || fs::metadata(&path).expect("a file").mode() & 0o777;
    assert_eq!(mode(), 0o600);
    // Root can set any group. Other users have no second group that certainly exists.
    let group = if chown(&path, None, Some(4321)).is_ok() {
        4321
    } else {
        fs::metadata(&path).expect("a file").gid()
    };
    for (index, wanted) in [0o640, 0o600, 0o440].into_iter().enumerate() {
        fs::set_permissions(&path, fs::Permissions::from_mode(wanted)).expect("permissions");
        file.rotate(after(300 * (index as u64 + 1))).expect("rotated");
        assert_eq!((mode(), fs::metadata(&path).expect("a file").gid()), (wanted, group));
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("permissions");
    let open = KeyRingFile::new(&path).allow_world_readable();
    open.rotate(after(1200)).expect("rotated");
    assert_eq!(mode(), 0o444);
    open.replace(&new_ring().expect("a ring")).expect("replaced");
    assert_eq!(mode(), 0o600, "what is created is for its owner alone");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_not_a_ring_is_reported_without_the_lock() {
    use std::os::unix::fs::PermissionsExt;

    let (folder, path) = folder();
    fs::write(&path, "{}").expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("permissions");
    let error = KeyRingFile::new(&path).load_or_create(new_ring).expect_err("not a ring");
    assert!(matches!(error, KeyRingFileError::NotAKeyRing { .. }) && !error.is_not_found(), "{error:?}");
    assert_eq!(names(&folder), ["keys.json"]);
}

/// Lets another thread wait for the lock while `meanwhile` runs, and returns that thread's result.
fn waiting(
    path: &std::path::Path,
    meanwhile: impl FnOnce() -> Result<KeyRing, KeyRingFileError>,
) -> Result<(KeyRing, FileVersion), KeyRingFileError> {
    let waits = |path: PathBuf| move || KeyRingFile::new(path).load_or_create(new_ring);
    let mut thread = None;
    let created = KeyRingFile::new(path).load_or_create(|| {
        thread = Some(std::thread::spawn(waits(path.to_owned())));
        std::thread::sleep(Duration::from_millis(200));
        meanwhile()
    });
    drop(created);
    thread.expect("a thread").join().expect("no panic")
}

#[cfg(unix)]
#[test]
fn a_link_that_changes_during_the_wait_for_the_lock_is_followed_again() {
    use std::os::unix::fs::symlink;

    let (folder, path) = folder();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("v1")).expect("a folder");
    fs::create_dir(at("v2")).expect("a folder");
    symlink("v1", at("..data")).expect("a link");
    symlink("..data/keys.json", &path).expect("a link");
    let (_, version) = waiting(&path, || {
        symlink("v2", at("..new")).expect("a link");
        fs::rename(at("..new"), at("..data")).expect("renamed");
        new_ring()
    })
    .expect("a ring");
    let load = |name: &str| KeyRingFile::new(at(name).join("keys.json")).load().expect("a ring").1;
    assert_eq!(load("v2"), version);
    assert_ne!(load("v1"), version);
}

#[cfg(unix)]
#[test]
fn a_rejected_file_that_appears_during_the_wait_for_the_lock_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt;

    let (_folder, path) = folder();
    let error = waiting(&path, || {
        fs::write(&path, "secret").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o606)).expect("permissions");
        Err(KeyRingFileError::Rotation(KeyRingError::TooEarly { ready_at: START }))
    })
    .expect_err("refused");
    assert!(matches!(error, KeyRingFileError::File(_)) && !error.is_not_found(), "{error:?}");
    assert_eq!(fs::read(&path).expect("a file"), b"secret");
}
