//! Errors of files with secrets.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A file with secrets cannot be opened, read or written, or other users have access to it.
#[derive(Debug)]
#[non_exhaustive]
pub enum PrivateFileError {
    /// The operating system cannot open, read or write the file.
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The file, or the folder it is in, belongs to neither root nor the effective user of this process.
    ForeignOwner {
        /// The file or the folder.
        path: PathBuf,
        /// The numeric ID of its owner.
        owner: u32,
        /// The numeric ID of the effective user.
        user: u32,
    },
    /// The file is writable by its group or by everyone.
    WritableByOthers {
        /// The file.
        path: PathBuf,
        /// Its permissions, as in `chmod`.
        mode: u32,
    },
    /// The file is readable by everyone, and [`allow_world_readable`](super::PrivateFile::allow_world_readable) was
    /// not called.
    WorldReadable {
        /// The file.
        path: PathBuf,
        /// Its permissions, as in `chmod`.
        mode: u32,
    },
    /// Everyone can replace files in the folder, because it is writable by everyone and is not a sticky folder that
    /// belongs to root.
    WorldWritableFolder {
        /// The folder.
        path: PathBuf,
        /// Its permissions, as in `chmod`.
        mode: u32,
    },
    /// The file is longer than [`MAX_LENGTH`](super::MAX_LENGTH).
    TooLong {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: usize,
    },
    /// The file was replaced, but its new name may not have been synchronized to the disk: a crash of the machine may
    /// restore the former content. All running processes see the new content.
    NotDurable {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
}

impl PrivateFileError {
    /// Returns whether the file, or the folder it is in, does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

impl fmt::Display for PrivateFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, .. } => write!(f, "{} cannot be opened, read or written", Quoted(path)),
            Self::ForeignOwner { path, owner, user } => {
                let path = Quoted(path);
                write!(
                    f,
                    "{path} belongs to user {owner} instead of root or user {user}, who runs this process; if its \
                     content can be trusted, run `chown {user} {path}`"
                )
            }
            Self::WritableByOthers { path, mode } => {
                let path = Quoted(path);
                write!(
                    f,
                    "{path} can be changed by other users (mode {mode:04o}); run `chmod 600 {path}`, or 640 if its group \
                     has to read it"
                )
            }
            Self::WorldReadable { path, mode } => {
                let path = Quoted(path);
                write!(
                    f,
                    "{path} can be read by every user (mode {mode:04o}); run `chmod 600 {path}`, or allow it with \
                     `allow_world_readable` if it is a secret that is mounted into a container"
                )
            }
            Self::WorldWritableFolder { path, mode } => {
                let path = Quoted(path);
                write!(
                    f,
                    "every user can replace the files in {path} (mode {mode:04o}); run `chmod o-w {path}`"
                )
            }
            Self::TooLong { path, limit } => write!(f, "{} is longer than {limit} bytes", Quoted(path)),
            Self::NotDurable { path, .. } => {
                write!(
                    f,
                    "{} was replaced, but a crash of the machine may bring the former one back",
                    Quoted(path)
                )
            }
        }
    }
}

impl StdError for PrivateFileError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Io { source, .. } | Self::NotDurable { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// A path, quoted for a shell. Control characters are escaped, so that a name cannot control a terminal.
struct Quoted<'a>(&'a Path);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string_lossy();
        let plain = |char: char| char.is_ascii_alphanumeric() || "/._-+:@%=,".contains(char);
        if text.chars().any(char::is_control) {
            write!(f, "{text:?}")
        } else if !text.is_empty() && text.chars().all(plain) {
            f.write_str(&text)
        } else {
            write!(f, "'{}'", text.replace('\'', r"'\''"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn a_path_is_quoted_for_a_shell() {
        for (path, quoted) in [
            ("/var/lib/auth/keys.json", "/var/lib/auth/keys.json"),
            ("/my keys/$HOME", "'/my keys/$HOME'"),
            ("it's", r"'it'\''s'"),
            ("a\u{1b}[2Jb", r#""a\u{1b}[2Jb""#),
        ] {
            assert_eq!(Quoted(Path::new(path)).to_string(), quoted);
        }
    }
}
