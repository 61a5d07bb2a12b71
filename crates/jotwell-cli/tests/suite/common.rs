//! Runs the program.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) const ISSUER: &str = "https://auth.example";
pub(crate) const AUDIENCE: &str = "orders-api";

pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("standard output is text")
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).expect("standard output is JSON")
    }

    /// Returns the run if it ended with this exit code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.text(), self.stderr);
        self
    }

    /// Returns the run if standard error contains this text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "not said: {text}\nstderr: {}", self.stderr);
        self
    }
}

/// A working folder, with a program that reads the same standard input each time.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, b"", &[])
    }

    pub(crate) fn run_with(&self, args: &[&str], stdin: &[u8], env: &[(&str, &str)]) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_jotwell"))
            .args(args)
            .envs(env.iter().copied())
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        // A program that does not read it may have ended already.
        let _ = child.stdin.take().expect("a pipe").write_all(stdin);
        let output = child.wait_with_output().expect("the program ends");
        Run {
            code: output.status.code().expect("an exit code"),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).expect("standard error is text"),
        }
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file")
    }

    /// Creates a key, its public half and a token: `private.jwk`, `public.jwk`, `token`.
    pub(crate) fn with_token() -> Self {
        let desk = Self::new();
        desk.run(&["keygen", "--alg", "ES256", "--kid", "2026-11", "--out", "private.jwk"]).ends(0);
        desk.run(&["key", "public", "private.jwk", "--out", "public.jwk"]).ends(0);
        desk.sign(&[]);
        desk
    }

    /// Writes a token signed with `private.jwk` to `token`.
    pub(crate) fn sign(&self, more: &[&str]) {
        let args = ["sign", "--key", "private.jwk", "--iss", ISSUER, "--aud", AUDIENCE, "--sub", "user-42"];
        let run = self.run(&[&args, more].concat()).ends(0);
        self.write("token", run.stdout);
    }

    /// Verifies `token` with `public.jwk` and the usual policy.
    pub(crate) fn verify(&self, more: &[&str]) -> Run {
        let args = ["verify", "token", "--key", "public.jwk", "--issuer", ISSUER, "--audience", AUDIENCE];
        self.run(&[&args, more].concat())
    }
}

/// A stored key for the tests of the whole workspace.
pub(crate) fn kept(name: &str) -> String {
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/interop/keys");
    keys.join(name).to_str().expect("a path in UTF-8").to_owned()
}

pub(crate) fn kept_text(name: &str) -> String {
    std::fs::read_to_string(kept(name)).expect("a kept key")
}

#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
}
