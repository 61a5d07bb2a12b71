//! Tests that need internals: a disk that fails, a thread that panics, operations that share a transaction.

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use ::redb::StorageBackend;
use ::redb::backends::InMemoryBackend;
use tokio::sync::oneshot;

use super::tables::Halt;
use super::*;
use crate::store::TokenHash;

const NOW: Timestamp = Timestamp::from_millis(1_000);
const END: Timestamp = Timestamp::from_millis(1_000_000);

fn id(number: u8) -> StoreId {
    StoreId::from_bytes([number; 32])
}

fn session() -> SessionRecord {
    SessionRecord {
        subject: id(200),
        began: Sequence::default(),
        started_at: NOW,
        expires_at: END,
        current: TokenHash::from_bytes([0; 32]),
        previous: None,
        data: Vec::new(),
    }
}

fn exchange() -> RefreshRotation {
    RefreshRotation {
        presented: TokenHash::from_bytes([0; 32]),
        copy: TokenHash::from_bytes([8; 32]),
        successor: TokenHash::from_bytes([1; 32]),
        salt: [1; 32],
        grace: Duration::ZERO,
        presented_at: NOW,
        now: NOW,
    }
}

fn question() -> StatusQuery {
    StatusQuery { token: None, subject: None, issued_at: NOW, session: Some(id(1)), now: NOW }
}

/// A disk that can be broken.
#[derive(Debug)]
struct Disk {
    memory: InMemoryBackend,
    is_broken: Arc<AtomicBool>,
}

impl Disk {
    fn check(&self) -> Result<(), io::Error> {
        if self.is_broken.load(SeqCst) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64, io::Error> {
        self.memory.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        self.memory.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        self.check()?;
        self.memory.set_len(len)
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        self.check()?;
        self.memory.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        self.check()?;
        self.memory.write(offset, data)
    }

    fn close(&self) -> Result<(), io::Error> {
        self.memory.close()
    }
}

/// Asserts that every operation is an error, and none accepts a token.
async fn assert_dead(store: &RedbStore) {
    let is_unreachable = |error| matches!(error, StoreError::Unreachable { .. });
    assert!(is_unreachable(store.create(id(9), &session(), SessionStart::default(), NOW).await.unwrap_err()));
    assert!(is_unreachable(store.exchange(id(1), &exchange()).await.unwrap_err()));
    assert!(is_unreachable(store.end(id(1)).await.unwrap_err()));
    assert!(is_unreachable(store.revoke_token(id(2), END, NOW).await.unwrap_err()));
    assert!(is_unreachable(store.revoke_subject(id(3), NOW, END, NOW).await.unwrap_err()));
    assert!(is_unreachable(store.token_status(&question()).await.unwrap_err()));
    assert!(is_unreachable(store.consume(id(4), END, NOW).await.unwrap_err()));
    assert!(is_unreachable(store.purge(NOW).await.unwrap_err()));
}

#[tokio::test]
async fn every_operation_fails_after_a_disk_error() {
    let is_broken = Arc::new(AtomicBool::new(false));
    let disk = Disk { memory: InMemoryBackend::new(), is_broken: Arc::clone(&is_broken) };
    let store = RedbStore::over(Database::builder().create_with_backend(disk).unwrap()).unwrap();
    store.create(id(1), &session(), SessionStart::default(), NOW).await.unwrap();
    assert_eq!(store.token_status(&question()).await.unwrap(), TokenStatus::Active);
    is_broken.store(true, SeqCst);
    let failed = store.end(id(1)).await.unwrap_err();
    assert!(matches!(failed, StoreError::Unreachable { .. }), "{failed:?}");
    assert_dead(&store).await;
    // There is space again, but the content of the file is unknown, so operations still fail.
    is_broken.store(false, SeqCst);
    assert_dead(&store).await;
}

#[tokio::test]
async fn every_operation_fails_after_the_writer_panicked() {
    let backend = InMemoryBackend::new();
    let store = RedbStore::over(Database::builder().create_with_backend(backend).unwrap()).unwrap();
    store.create(id(1), &session(), SessionStart::default(), NOW).await.unwrap();
    let died = store.writer.run(|_| -> Result<(), Halt> { panic!("this is part of the test") }).await;
    assert!(matches!(died, Err(StoreError::Unreachable { .. })), "{died:?}");
    assert_dead(&store).await;
}

/// A rejected operation does not affect the others in its transaction; a failing one does.
#[tokio::test]
async fn operations_in_one_transaction_fail_separately() {
    let backend = InMemoryBackend::new();
    let store = RedbStore::over(Database::builder().create_with_backend(backend).unwrap()).unwrap();
    for breaks in [false, true] {
        // The writer is blocked until all three have arrived.
        let (open, gate) = oneshot::channel::<()>();
        let held = store.writer.run(move |_| {
            let _ = gate.blocking_recv();
            Ok(())
        });
        let name = id(10 + u8::from(breaks));
        let record = session();
        let create = |name| store.create(name, &record, SessionStart::default(), NOW);
        let spoil = store.writer.run(move |_| {
            if breaks { Err(Halt::Broken(StoreError::Corrupt { what: "a test" })) } else { Ok(()) }
        });
        let all = async {
            tokio::join!(held, create(name), create(name), store.consume(name, END, NOW), spoil, async {
                tokio::task::yield_now().await;
                open.send(()).unwrap();
            })
        };
        let (_, first, second, used, spoiled, ()) = all.await;
        if breaks {
            assert!(first.is_err() && second.is_err() && used.is_err() && spoiled.is_err());
            assert!(store.database.begin_read().is_ok());
            assert_dead(&store).await;
        } else {
            assert_eq!(first.unwrap(), 0);
            assert!(matches!(second, Err(StoreError::Occupied)), "{second:?}");
            assert!(used.unwrap());
            assert_eq!(
                store.exchange(name, &exchange()).await.unwrap(),
                RotationOutcome::Rotated { data: Vec::new(), expires_at: END }
            );
        }
    }
}

#[tokio::test]
async fn dropping_the_store_completes_pending_operations() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let store = RedbStore::open(&path).unwrap();
    for number in 0..100 {
        // A cancelled caller does not undo its operation.
        let mut create = std::pin::pin!(store.consume(id(number), END, NOW));
        let polled =
            std::future::poll_fn(|context| std::task::Poll::Ready(create.as_mut().poll(context).is_ready()));
        polled.await;
    }
    drop(store);
    let store = RedbStore::open(&path).unwrap();
    for number in 0..100 {
        assert!(!store.consume(id(number), END, NOW).await.unwrap(), "{number}");
    }
}

#[tokio::test]
async fn a_malformed_record_is_corrupt() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    drop(RedbStore::open(&path).unwrap());
    let database = Database::open(&path).unwrap();
    let write = database.begin_write().unwrap();
    let table = ::redb::TableDefinition::<&[u8; 32], &[u8]>::new("sessions");
    write.open_table(table).unwrap().insert(&[1; 32], &b"not a session"[..]).unwrap();
    write.commit().unwrap();
    drop(database);
    let store = RedbStore::open(&path).unwrap();
    let is_corrupt = |error| matches!(error, StoreError::Corrupt { .. });
    assert!(is_corrupt(store.token_status(&question()).await.unwrap_err()));
    assert!(is_corrupt(store.exchange(id(1), &exchange()).await.unwrap_err()));
    assert!(is_corrupt(store.end(id(1)).await.unwrap_err()));
    assert!(is_corrupt(store.create(id(1), &session(), SessionStart::default(), NOW).await.unwrap_err()));
    store.create(id(2), &session(), SessionStart::default(), NOW).await.unwrap();
    drop(store);

    let database = Database::open(&path).unwrap();
    let write = database.begin_write().unwrap();
    let file = ::redb::TableDefinition::<&str, u64>::new("file");
    write.open_table(file).unwrap().insert("version", 4).unwrap();
    write.commit().unwrap();
    drop(database);
    let future = RedbStore::open(&path).unwrap_err();
    assert!(matches!(future, StoreError::Format { found: 4, expected: 3 }), "{future:?}");

    std::fs::write(&path, [b'x'; 10_000]).unwrap();
    assert!(is_corrupt(RedbStore::open(&path).unwrap_err()), "no database");
}

#[test]
fn only_one_process_can_open_it_and_only_its_owner_can_read_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let store = RedbStore::open(&path).unwrap();
    assert!(matches!(RedbStore::open(&path), Err(StoreError::InUse)));
    drop(store);
    RedbStore::open(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    #[cfg(unix)]
    for mode in [0o660, 0o644, 0o604] {
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        let error = RedbStore::open(&path).unwrap_err();
        assert!(matches!(error, StoreError::InsecureFile { .. }), "{mode:o}");
        assert!(error.to_string().contains("run `chmod 600 "), "{error}");
    }
    let nowhere = directory.path().join("no").join("store");
    assert!(matches!(RedbStore::open(nowhere), Err(StoreError::Unreachable { .. })));
}
