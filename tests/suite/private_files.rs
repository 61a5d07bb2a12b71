//! Files with secrets that other users own, can write or can read, or whose folder they can write.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use jotwell::private_file::{MAX_LENGTH, PrivateFile, PrivateFileError, Secret};
use jotwell::{Algorithm, KeyRing, KeyRingFile, KeyRingFileError, KeyRotationPolicy, NumericDate};
use tempfile::TempDir;

/// A user and a group without processes on this machine.
const STRANGER: u32 = 61_234;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
}

/// Returns a folder with the private file `secret`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("secret");
    fs::write(&path, "s3cret\n").expect("a file");
    set_mode(&path, 0o600);
    folder
}

/// Returns whether this process may change the owner of files, as root may.
fn gives_away(path: &Path) -> bool {
    let may = chown(path, Some(STRANGER), None).is_ok();
    if !may {
        let notice = "\n!!!! NOT TESTED: files of other users, since only root can make them\n\n";
        // Bypasses the test harness, which captures what tests print.
        let _ = std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes());
    }
    may
}

#[test]
fn a_file_that_others_can_write_or_read_is_rejected() {
    let folder = folder();
    let path = folder.path().join("secret");
    let strict = || PrivateFile::new(&path);
    let open = || PrivateFile::new(&path).allow_world_readable();
    for mode in [0o600, 0o400, 0o640, 0o440] {
        set_mode(&path, mode);
        assert_eq!(strict().read().expect("private").as_ref(), b"s3cret\n");
    }
    for mode in [0o644, 0o444, 0o604] {
        set_mode(&path, mode);
        let refused = strict().read();
        assert!(matches!(refused, Err(PrivateFileError::WorldReadable { mode: found, .. }) if found == mode));
        assert_eq!(open().read().expect("allowed").without_line_end().as_ref(), b"s3cret");
    }
    for mode in [0o660, 0o620, 0o666, 0o606] {
        set_mode(&path, mode);
        for refused in
            [strict().read().map(drop), open().read().map(drop), strict().open_or_create().map(drop)]
        {
            assert!(
                matches!(refused, Err(PrivateFileError::WritableByOthers { mode: found, .. }) if found == mode)
            );
        }
    }
}

/// Only a file that does not exist may be created.
#[test]
fn a_ring_in_a_rejected_file_is_not_replaced() {
    let folder = folder();
    let path = folder.path().join("secret");
    set_mode(&path, 0o606);
    let create = || {
        let rotation = KeyRotationPolicy::new().publish_ahead(std::time::Duration::ZERO);
        Ok::<_, KeyRingFileError>(KeyRing::generate(Algorithm::EdDSA, rotation, NumericDate::default())?)
    };
    let refused = KeyRingFile::new(&path).load_or_create(create).expect_err("refused");
    assert!(
        matches!(refused, KeyRingFileError::File(PrivateFileError::WritableByOthers { .. })),
        "{refused:?}"
    );
    assert!(!refused.is_not_found());
    assert_eq!(fs::read(&path).expect("a file"), b"s3cret\n");
}

#[test]
fn one_line_end_is_removed() {
    for (text, without) in [("s", "s"), ("s\n", "s"), ("s\r\n", "s"), ("s\n\n", "s\n"), ("\n", ""), ("", "")]
    {
        let secret = Secret::from(text.as_bytes().to_vec()).without_line_end();
        assert_eq!(secret.as_ref(), without.as_bytes(), "{text:?}");
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }
}

#[test]
fn a_file_of_another_user_is_refused() {
    let folder = folder();
    let path = folder.path().join("secret");
    if !gives_away(&path) {
        return;
    }
    let user = fs::metadata(folder.path()).expect("a folder").uid();
    for refused in
        [PrivateFile::new(&path).read().map(drop), PrivateFile::new(&path).open_or_create().map(drop)]
    {
        let Err(PrivateFileError::ForeignOwner { path: found, owner, user: expected }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!((found, owner, expected), (path.clone(), STRANGER, user));
    }
    chown(&path, Some(user), None).expect("given back");
    PrivateFile::new(&path).read().expect("private");
    chown(folder.path(), Some(STRANGER), None).expect("given away");
    let refused = PrivateFile::new(&path).read();
    assert!(
        matches!(refused, Err(PrivateFileError::ForeignOwner { path: found, .. }) if found == folder.path())
    );
}

#[test]
fn a_world_writable_folder_is_rejected_unless_it_is_sticky_and_belongs_to_root() {
    let folder = folder();
    let path = folder.path().join("secret");
    let root = fs::metadata(folder.path()).expect("a folder").uid() == 0;
    for (mode, safe) in [(0o777, false), (0o702, false), (0o1777, root), (0o775, true), (0o755, true)] {
        set_mode(folder.path(), mode);
        for read in
            [PrivateFile::new(&path).read().map(drop), PrivateFile::new(&path).open_or_create().map(drop)]
        {
            match read {
                Ok(()) => assert!(safe, "{mode:o}"),
                Err(PrivateFileError::WorldWritableFolder { path, mode: found }) => {
                    assert_eq!((safe, path.as_path(), found), (false, folder.path(), mode));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// A user who can write the folder of a link can change its target.
#[test]
fn the_folder_of_a_link_is_checked_like_that_of_the_file() {
    let (there, here) = (folder(), folder());
    let link = here.path().join("link");
    symlink(there.path().join("secret"), &link).expect("a link");
    PrivateFile::new(&link).read().expect("private");
    for open in [&here, &there] {
        set_mode(open.path(), 0o777);
        let refused = PrivateFile::new(&link).read();
        assert!(
            matches!(refused, Err(PrivateFileError::WorldWritableFolder { path, .. }) if path == open.path())
        );
        set_mode(open.path(), 0o700);
    }
}

#[test]
fn a_lock_file_of_another_user_is_rejected() {
    let folder = folder();
    let path = folder.path().join("keys.json");
    let rotation = KeyRotationPolicy::new()
        .publish_ahead(std::time::Duration::ZERO)
        .token_lifetime(std::time::Duration::ZERO)
        .leeway(std::time::Duration::ZERO);
    let file = KeyRingFile::new(&path);
    let ring = KeyRing::generate(Algorithm::EdDSA, rotation, NumericDate::default()).expect("a ring");
    file.create(&ring).expect("created");
    let lock = folder.path().join("keys.json.lock");
    if gives_away(&lock) {
        let refused = file.rotate(NumericDate::default()).map(drop);
        assert!(
            matches!(&refused, Err(KeyRingFileError::File(PrivateFileError::ForeignOwner { path, .. })) if *path == lock),
            "{refused:?}"
        );
    }
    fs::remove_file(&lock).expect("removed");
    symlink("secret", &lock).expect("a link");
    assert!(matches!(
        file.rotate(NumericDate::default()),
        Err(KeyRingFileError::File(PrivateFileError::Io { .. }))
    ));
}

#[test]
fn the_length_of_a_file_is_limited() {
    let folder = folder();
    let path = folder.path().join("secret");
    fs::write(&path, vec![b'x'; MAX_LENGTH]).expect("a file");
    assert_eq!(PrivateFile::new(&path).read().expect("private").as_ref().len(), MAX_LENGTH);
    fs::write(&path, vec![b'x'; MAX_LENGTH + 1]).expect("a file");
    assert!(matches!(
        PrivateFile::new(&path).read(),
        Err(PrivateFileError::TooLong { limit: MAX_LENGTH, .. })
    ));
    // A file without an end, in a folder of devices.
    let endless = PrivateFile::new("/dev/zero").allow_world_readable().read();
    assert!(endless.is_err(), "everyone can write it");
}

#[test]
fn a_new_file_is_accessible_only_to_its_owner() {
    let folder = folder();
    let path = folder.path().join("new");
    drop(PrivateFile::new(&path).open_or_create().expect("created"));
    assert_eq!(fs::metadata(&path).expect("a file").mode() & 0o777, 0o600);
    let nowhere = PrivateFile::new(folder.path().join("no").join("where"));
    assert!(nowhere.open_or_create().is_err_and(|error| error.is_not_found()));
    assert!(matches!(PrivateFile::new("").read(), Err(PrivateFileError::Io { .. })));
}

/// A shell's `<(command)`, or what a supervisor passes: a pipe has an owner and a mode, and no folder.
#[test]
fn a_pipe_of_this_user_is_read() {
    use std::os::fd::AsRawFd;

    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    std::io::Write::write_all(&mut writer, b"s3cret").expect("written");
    drop(writer);
    let path = format!("/dev/fd/{}", reader.as_raw_fd());
    assert_eq!(PrivateFile::new(path).read().expect("private").as_ref(), b"s3cret");
}
