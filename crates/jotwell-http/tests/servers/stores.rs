//! Every store passes the conformance suite.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::stores_common::RedisServer;
use jotwell_http::store::{MemoryStore, RedbStore, RedisOptions, RedisStore, Store, StoreError};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory() {
    jotwell_test::store_conformance::run(async || Arc::new(MemoryStore::new()) as Arc<dyn Store>).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redb() {
    let directory = tempfile::tempdir().unwrap();
    let number = AtomicU64::new(0);
    jotwell_test::store_conformance::run(async || {
        let path = directory.path().join(number.fetch_add(1, Ordering::Relaxed).to_string());
        Arc::new(RedbStore::open(path).unwrap()) as Arc<dyn Store>
    })
    .await;
}

/// Files from the stores of earlier formats, as runs of bytes: the count, and the content in hexadecimal.
#[test]
fn a_file_of_an_earlier_format_is_rejected_with_its_number() {
    rejects(1, include_str!("stores_format_1/redb.txt"));
    rejects(2, include_str!("stores_format_2/redb.txt"));
}

fn rejects(format: u64, runs: &str) {
    let mut file = Vec::new();
    for run in runs.lines() {
        let (count, hex) = run.split_once(' ').unwrap();
        let bytes: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|place| u8::from_str_radix(&hex[place..place + 2], 16).unwrap())
            .collect();
        file.extend(bytes.repeat(count.parse().unwrap()));
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    std::fs::write(&path, file).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let rejected = RedbStore::open(&path).unwrap_err();
    assert!(
        matches!(rejected, StoreError::Format { found, expected: 3 } if found == format),
        "{format}: {rejected:?}"
    );
    let remedy = "use the version that wrote it, or begin with an empty store, which ends all sessions";
    assert!(rejected.to_string().ends_with(remedy), "{rejected}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis() {
    let Some(server) = RedisServer::start_with(&[]).await else { return };
    let number = AtomicU64::new(0);
    jotwell_test::store_conformance::run(async || {
        let namespace = format!("test-{}", number.fetch_add(1, Ordering::Relaxed));
        let options = RedisOptions::new()
            .namespace(&namespace)
            // The machine may be busy.
            .response_timeout(std::time::Duration::from_secs(30));
        Arc::new(RedisStore::connect(&server.url(), options).await.unwrap()) as Arc<dyn Store>
    })
    .await;
}
