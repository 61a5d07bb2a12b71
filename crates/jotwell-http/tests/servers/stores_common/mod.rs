//! A Redis server for the tests.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jotwell_http::store::{RedisOptions, RedisStore};
use tempfile::TempDir;

/// A `redis-server` in a temporary directory that writes each command to the disk before it responds. Killed at the
/// end.
pub(crate) struct RedisServer {
    directory: TempDir,
    port: u16,
    options: Vec<String>,
    process: Option<Child>,
}

impl RedisServer {
    pub(crate) async fn start() -> Option<Self> {
        Self::start_with(&["--appendonly", "yes", "--appendfsync", "always"]).await
    }

    /// `None` without `redis-server`, with a warning that is hard to miss. An error if `JOTWELL_TESTS_SKIP_NOTHING` is
    /// set.
    pub(crate) async fn start_with(options: &[&str]) -> Option<Self> {
        if let Err(error) = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status() {
            assert!(std::env::var_os("JOTWELL_TESTS_SKIP_NOTHING").is_none(), "redis-server: {error}");
            let notice =
                "\n!!!! NOT TESTED: there is no `redis-server` here (Debian: apt install redis-server)\n\n";
            // Written directly, because the test harness captures what tests print.
            let _ = std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes());
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let options = options.iter().map(ToString::to_string).collect();
        let mut server = Self { directory: tempfile::tempdir().unwrap(), port, options, process: None };
        server.restart().await;
        Some(server)
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Restarts it on the same port, with the same files, and waits until it responds.
    pub(crate) async fn restart(&mut self) {
        self.kill();
        let process = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--dir"])
            .arg(self.directory.path())
            .args(["--save", "", "--loglevel", "warning"])
            .args(&self.options)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("redis-server: {error}"));
        self.process = Some(process);
        let start = Instant::now();
        while let Err(error) = RedisStore::connect(&self.url(), RedisOptions::new()).await {
            let exited = self.process.as_mut().and_then(|process| process.try_wait().ok().flatten());
            assert!(exited.is_none(), "redis-server exited: {exited:?}");
            assert!(start.elapsed() < Duration::from_secs(20), "redis-server does not respond: {error:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Suspends or resumes it.
    pub(crate) fn pause(&self, pause: bool) {
        let process = self.process.as_ref().unwrap().id().to_string();
        let signal = if pause { "-STOP" } else { "-CONT" };
        assert!(Command::new("kill").args([signal, &process]).status().unwrap().success());
    }

    /// Executes a command. Not for operations of the store.
    pub(crate) async fn ask(&self, command: &[&str]) -> redis::Value {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut whole = redis::cmd(command[0]);
        whole.arg(&command[1..]);
        whole.query_async(&mut connection).await.unwrap()
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}
