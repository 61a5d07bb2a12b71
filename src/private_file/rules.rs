//! The rules for owners and permissions of files with secrets.

use std::borrow::ToOwned;
use std::path::Path;

use super::PrivateFileError;
use super::system::Access;

const GROUP_OR_OTHERS_WRITE: u32 = 0o022;
const OTHERS: u32 = 0o007;
const OTHERS_WRITE: u32 = 0o002;
const STICKY: u32 = 0o1000;
const ROOT: u32 = 0;

/// Checks a file with a secret.
pub(super) fn check_file(path: &Path, file: &Access, world_readable: bool) -> Result<(), PrivateFileError> {
    check_file_as(effective_user(), path, file, world_readable)
}

fn check_file_as(
    user: u32,
    path: &Path,
    file: &Access,
    world_readable: bool,
) -> Result<(), PrivateFileError> {
    check_owner_as(user, path, file)?;
    let (path, mode) = (path.to_owned(), file.mode & 0o777);
    if mode & GROUP_OR_OTHERS_WRITE != 0 {
        return Err(PrivateFileError::WritableByOthers { path, mode });
    }
    if mode & OTHERS != 0 && !world_readable {
        return Err(PrivateFileError::WorldReadable { path, mode });
    }
    Ok(())
}

/// Checks the folder of a file, or of a link to it.
pub(super) fn check_folder(path: &Path, folder: &Access) -> Result<(), PrivateFileError> {
    check_folder_as(effective_user(), path, folder)
}

fn check_folder_as(user: u32, path: &Path, folder: &Access) -> Result<(), PrivateFileError> {
    check_owner_as(user, path, folder)?;
    let of_root_and_sticky = folder.owner == ROOT && folder.mode & STICKY != 0;
    if folder.mode & OTHERS_WRITE != 0 && !of_root_and_sticky {
        return Err(PrivateFileError::WorldWritableFolder {
            path: path.to_owned(),
            mode: folder.mode & 0o7777,
        });
    }
    Ok(())
}

pub(super) fn check_owner(path: &Path, file: &Access) -> Result<(), PrivateFileError> {
    check_owner_as(effective_user(), path, file)
}

fn check_owner_as(user: u32, path: &Path, file: &Access) -> Result<(), PrivateFileError> {
    match file.owner {
        owner if owner == ROOT || owner == user => Ok(()),
        owner => Err(PrivateFileError::ForeignOwner { path: path.to_owned(), owner, user }),
    }
}

fn effective_user() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: u32 = 1000;

    fn file(owner: u32, mode: u32) -> Access {
        Access { owner, group: 50, mode: 0o100_000 | mode }
    }

    #[test]
    fn a_file_must_belong_to_the_user_or_root_and_be_private() {
        let check = |owner, mode, world_readable| {
            check_file_as(USER, Path::new("keys"), &file(owner, mode), world_readable)
        };
        for owner in [0, USER] {
            for mode in [0o600, 0o640, 0o400, 0o440] {
                check(owner, mode, false).expect("private");
            }
            for mode in [0o644, 0o604, 0o444, 0o601] {
                let refused = check(owner, mode, false);
                assert!(
                    matches!(refused, Err(PrivateFileError::WorldReadable { mode: found, .. }) if found == mode)
                );
                check(owner, mode, true).expect("allowed");
            }
            for mode in [0o620, 0o660, 0o602, 0o666, 0o646] {
                for world_readable in [false, true] {
                    let refused = check(owner, mode, world_readable);
                    assert!(
                        matches!(refused, Err(PrivateFileError::WritableByOthers { mode: found, .. }) if found == mode)
                    );
                }
            }
        }
        for owner in [1, 999, 65_534] {
            let refused = check(owner, 0o600, true);
            assert!(
                matches!(refused, Err(PrivateFileError::ForeignOwner { owner: found, user: USER, .. }) if found == owner)
            );
        }
    }

    #[test]
    fn a_world_writable_folder_must_belong_to_root_and_be_sticky() {
        let check = |owner, mode| check_folder_as(USER, Path::new("folder"), &file(owner, mode));
        for (owner, mode) in [(0, 0o755), (0, 0o1777), (0, 0o2775), (USER, 0o700), (USER, 0o775)] {
            check(owner, mode).expect("safe");
        }
        for (owner, mode) in [(0, 0o777), (USER, 0o777), (USER, 0o1777), (USER, 0o702)] {
            let refused = check(owner, mode);
            assert!(
                matches!(refused, Err(PrivateFileError::WorldWritableFolder { mode: found, .. }) if found == mode)
            );
        }
        assert!(matches!(check(1, 0o1777), Err(PrivateFileError::ForeignOwner { owner: 1, .. })));
    }
}
