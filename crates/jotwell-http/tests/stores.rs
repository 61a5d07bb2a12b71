//! Every store does what `conformance` says, and all of them the same.

mod stores_common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jotwell_http::store::{MemoryStore, RedbStore, RedisOptions, RedisStore, Store};
use stores_common::RedisServer;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis() {
    let Some(server) = RedisServer::start_with(&[]).await else { return };
    let number = AtomicU64::new(0);
    jotwell_test::store_conformance::run(async || {
        let namespace = format!("test-{}", number.fetch_add(1, Ordering::Relaxed));
        let options = RedisOptions::new()
            .namespace(&namespace)
            // This machine may be busy with other things.
            .response_timeout(std::time::Duration::from_secs(30));
        Arc::new(RedisStore::connect(&server.url(), options).await.unwrap()) as Arc<dyn Store>
    })
    .await;
}
