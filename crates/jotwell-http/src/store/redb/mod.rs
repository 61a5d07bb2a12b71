//! A store in one file.

mod encoding;
mod tables;
#[cfg(test)]
mod tests;
mod writer;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use ::redb::backends::FileBackend;
use ::redb::{Database, Error, ReadTransaction, ReadableDatabase};

use jotwell::private_file::{PrivateFile, PrivateFileError};

use self::writer::Writer;
use super::{
    RefreshRotation, RotationOutcome, Sequence, SessionRecord, SessionStart, StatusQuery, Store, StoreError,
    StoreFuture, StoreId, Timestamp, TokenStatus,
};

/// Sessions and revocations in one file, by the embedded database [redb](https://docs.rs/redb): for services that run
/// as one process and keep their sessions over a restart.
///
/// Acknowledged changes are on the disk (`fsync`), and survive if the process is killed. One thread writes; operations
/// that arrive during an `fsync` share the next transaction, so many concurrent clients do not need as many `fsync`s.
/// [`token_status`](Store::token_status) and [`session`](Store::session) read without waiting for it.
///
/// After an error of the disk every operation fails until the store is opened again, because the content of the file is
/// unknown. Dropping the store completes pending operations.
///
/// Expired entries remain in the file until you call [`purge`](Store::purge), which should happen now and then. It
/// finds them by an index, and works in steps, between which others can write.
///
/// After a crash, opening checks the whole file once.
///
/// ```
/// use jotwell_http::store::{StoreId, Timestamp, RedbStore, Store};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("sessions.redb");
/// let (code, now) = (StoreId::from_bytes([7; 32]), Timestamp::from_millis(1_800_000_000_000));
/// let until = Timestamp::from_millis(1_800_000_060_000);
///
/// let store = RedbStore::open(&path)?;
/// assert!(store.consume(code, until, now).await?);
/// drop(store);
///
/// let store = RedbStore::open(&path)?;
/// assert!(!store.consume(code, until, now).await?);
/// # Ok(())
/// # }
/// ```
pub struct RedbStore {
    writer: Writer,
    database: Arc<Database>,
}

/// The number of entries in one step of a purge, which takes some milliseconds.
const STEP: usize = 512;

impl RedbStore {
    /// Opens the file, or creates it with access only for its owner (mode 0600). The file must be private:
    /// [`private_file`](jotwell::private_file) describes the rules, and how a Kubernetes `fsGroup` affects them.
    ///
    /// This blocks on disk I/O.
    ///
    /// # Errors
    /// [`StoreError::InsecureFile`] if other users can access or replace the file; [`StoreError::InUse`] if it is
    /// already open, here or in another process; [`StoreError::Format`] if another version of this crate wrote it;
    /// [`StoreError::Corrupt`] if it is not a store; [`StoreError::Unreachable`] if the operating system reports an
    /// error.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let file = PrivateFile::new(path.as_ref()).open_or_create().map_err(|error| match error {
            error @ (PrivateFileError::Io { .. } | PrivateFileError::NotDurable { .. }) => {
                StoreError::unreachable(error)
            }
            error => StoreError::InsecureFile { source: Arc::new(error) },
        })?;
        let database =
            Database::builder().create_with_backend(FileBackend::new(file).map_err(fault)?).map_err(fault)?;
        Self::over(database)
    }

    fn over(database: Database) -> Result<Self, StoreError> {
        let transaction = database.begin_write().map_err(fault)?;
        tables::prepare(&transaction)?;
        transaction.commit().map_err(fault)?;
        let database = Arc::new(database);
        Ok(Self { writer: Writer::start(Arc::clone(&database))?, database })
    }

    /// Reads what was written, unless writing has failed.
    fn read(&self) -> Result<ReadTransaction, StoreError> {
        self.writer.check()?;
        self.database.begin_read().map_err(fault)
    }
}

fn fault(error: impl Into<Error>) -> StoreError {
    match error.into() {
        Error::DatabaseAlreadyOpen => StoreError::InUse,
        Error::Corrupted(_) | Error::UpgradeRequired(_) => StoreError::Corrupt { what: "the file" },
        // The errors of redb for a file that is not a redb database.
        Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            StoreError::Corrupt { what: "the file" }
        }
        Error::TableDoesNotExist(_) | Error::TableTypeMismatch { .. } => {
            StoreError::Corrupt { what: "the tables of the file" }
        }
        error => StoreError::unreachable(error),
    }
}

impl Store for RedbStore {
    fn sequence(&self) -> StoreFuture<'_, Sequence> {
        Box::pin(async move { tables::sequence(&self.read()?) })
    }

    fn create<'a>(
        &'a self,
        id: StoreId,
        session: &'a SessionRecord,
        start: SessionStart,
        now: Timestamp,
    ) -> StoreFuture<'a, u64> {
        Box::pin(async move {
            let session = session.clone();
            self.writer.run(move |tables| tables.create(id, &session, start, now)).await
        })
    }

    fn session(&self, id: StoreId) -> StoreFuture<'_, Option<SessionRecord>> {
        Box::pin(async move { tables::session(&self.read()?, id) })
    }

    fn sessions_of(
        &self,
        subject: StoreId,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<(StoreId, SessionRecord)>> {
        Box::pin(async move { tables::sessions_of(&self.read()?, subject, now) })
    }

    fn exchange<'a>(
        &'a self,
        id: StoreId,
        exchange: &'a RefreshRotation,
    ) -> StoreFuture<'a, RotationOutcome> {
        Box::pin(async move {
            let exchange = exchange.clone();
            self.writer.run(move |tables| tables.exchange(id, &exchange)).await
        })
    }

    fn end(&self, id: StoreId) -> StoreFuture<'_, bool> {
        Box::pin(self.writer.run(move |tables| tables.end(id)))
    }

    fn revoke_token(&self, token: StoreId, until: Timestamp, _: Timestamp) -> StoreFuture<'_, ()> {
        Box::pin(self.writer.run(move |tables| tables.revoke_token(token, until)))
    }

    fn revoke_subject(
        &self,
        subject: StoreId,
        before: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'_, ()> {
        Box::pin(self.writer.run(move |tables| tables.revoke_subject(subject, before, until, now)))
    }

    fn token_status<'a>(&'a self, question: &'a StatusQuery) -> StoreFuture<'a, TokenStatus> {
        Box::pin(async move { tables::token_status(&self.read()?, question) })
    }

    fn consume(&self, token: StoreId, until: Timestamp, now: Timestamp) -> StoreFuture<'_, bool> {
        Box::pin(self.writer.run(move |tables| tables.consume(token, until, now)))
    }

    fn purge(&self, now: Timestamp) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let mut removed = 0_usize;
            loop {
                let step = self.writer.run(move |tables| tables.purge(now, STEP)).await?;
                removed = removed.saturating_add(step);
                if step < STEP {
                    return Ok(u64::try_from(removed).unwrap_or(u64::MAX));
                }
            }
        })
    }
}

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbStore").finish_non_exhaustive()
    }
}
