//! Reads keys and tokens from files, standard input or the environment, never from the command line, which shells
//! record and every process of the machine can list.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::{output, pasted};

/// Longer than any key, set or token: a limit for reading a wrong file.
pub(crate) const LIMIT: usize = 1 << 20;

/// What was read, and where.
pub(crate) struct Text {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// The name for messages.
    pub(crate) name: String,
    /// The file, if it was one.
    pub(crate) path: Option<PathBuf>,
}

impl Text {
    /// Prints a warning and does not fail: this program cannot know whether the machine has other users.
    #[cfg(unix)]
    pub(crate) fn warn_if_others_may_read(&self) {
        use std::os::unix::fs::PermissionsExt;

        let Some(path) = &self.path else { return };
        if std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
            let name = path.display();
            output::note(&format!("warning: {name} is private and others may read it: chmod 600 {name}"));
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn warn_if_others_may_read(&self) {}

    /// Returns the text in UTF-8 without the surrounding white space, which an editor or `echo` adds.
    pub(crate) fn trimmed(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok().map(str::trim_ascii)
    }
}

/// Reads a file; `-` is standard input.
pub(crate) fn file(path: &Path) -> Result<Text, Failure> {
    if path == Path::new("-") {
        return stdin();
    }
    let opened = std::fs::File::open(path);
    match opened.and_then(read) {
        Ok(bytes) => bytes.checked(path.display().to_string(), Some(path.to_owned())),
        Err(error) => Err(not_a_file(path, &error)),
    }
}

/// Reads an environment variable.
pub(crate) fn env(name: &OsStr) -> Result<Text, Failure> {
    // An invalid name may be the secret itself, so it is not repeated.
    let name = name
        .to_str()
        .filter(|name| name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric()))
        .filter(|name| !name.is_empty() && name.len() <= 100)
        .ok_or_else(|| {
            Failure::misuse("the option is not the name of an environment variable")
                .hint("give the name, not the value: --key-env SIGNING_KEY")
        })?;
    match std::env::var_os(name) {
        Some(value) => Bytes(Zeroizing::new(value.into_encoded_bytes()))
            .checked(format!("the environment variable {name}"), None),
        // A valid name is not repeated either: a secret may look like a name.
        None => Err(Failure::misuse("there is no environment variable with that name")
            .hint("give the name, not the value, and export it, so that this program sees it")),
    }
}

fn stdin() -> Result<Text, Failure> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    if TAKEN.swap(true, Ordering::Relaxed) {
        return Err(Failure::misuse("standard input is used twice")
            .hint("pass one of the two as a file or an environment variable"));
    }
    if io::stdin().is_terminal() {
        output::note("reading standard input; end it with Ctrl-D");
    }
    match read(io::stdin().lock()) {
        Ok(bytes) => bytes.checked("standard input".to_owned(), None),
        Err(error) => Err(Failure::misuse(format!("standard input cannot be read: {error}"))),
    }
}

struct Bytes(Zeroizing<Vec<u8>>);

fn read(from: impl Read) -> io::Result<Bytes> {
    // Allocated at once: a buffer that is reallocated would leave copies that are not zeroized.
    let room = LIMIT.saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    from.take(room as u64).read_to_end(&mut bytes)?;
    Ok(Bytes(bytes))
}

impl Bytes {
    fn checked(self, name: String, path: Option<PathBuf>) -> Result<Text, Failure> {
        if self.0.len() > LIMIT {
            return Err(Failure::misuse(format!("{name} is longer than {LIMIT} bytes")));
        }
        Ok(Text { bytes: self.0, name, path })
    }
}

/// Returns the error for a file that cannot be read. The user may have passed something else than a file.
fn not_a_file(path: &Path, error: &io::Error) -> Failure {
    let text = path.to_string_lossy();
    if pasted::looks_like_token(pasted::without_wrapping(&text).0) {
        return Failure::misuse("a token is not accepted on the command line")
            .hint("there it stays in the shell's history, and every process of the machine can read it")
            .hint("pass it in a file, on standard input (`-`), or with --token-env NAME");
    }
    if text.contains("-----BEGIN") || text.trim_start().starts_with('{') {
        return Failure::misuse("a key is not accepted on the command line")
            .hint("there it stays in the shell's history, and every process of the machine can read it")
            .hint("pass it in a file, on standard input (`-`), or with --key-env NAME");
    }
    let failure = Failure::misuse(format!("{} cannot be read: {error}", path.display()));
    if is_address(path) { failure.hint("an address is for --jwks of `jotwell verify`") } else { failure }
}

/// Returns whether it is a URL, and not a file.
pub(crate) fn is_address(path: &Path) -> bool {
    path.to_str().is_some_and(|text| text.starts_with("https://") || text.starts_with("http://"))
}
