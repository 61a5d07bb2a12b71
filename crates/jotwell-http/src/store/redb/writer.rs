//! The thread that writes. Operations that arrive during a write share the next transaction and one `fsync`; callers
//! get a response only after that.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};

use ::redb::Database;
use tokio::sync::{mpsc, oneshot};

use super::fault;
use super::tables::{Halt, Tables};
use crate::store::StoreError;

/// The maximum number of waiting operations, and of operations in one transaction.
const WAITING: usize = 1024;

pub(super) struct Writer {
    /// `None` once the thread has to stop.
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    failed: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(database: Arc<Database>) -> Result<Self, StoreError> {
        let (jobs, arriving) = mpsc::channel(WAITING);
        let failed = Arc::new(AtomicBool::new(false));
        let tell = Arc::clone(&failed);
        let thread = Builder::new()
            .name("jotwell-store".to_owned())
            .spawn(move || write(&database, arriving, &tell))
            .map_err(StoreError::unreachable)?;
        Ok(Self { jobs: Some(jobs), failed, thread: Some(thread) })
    }

    /// The error, once a write has failed. The content of the file is then unknown.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let stopped = self.jobs.as_ref().is_none_or(mpsc::Sender::is_closed);
        if stopped || self.failed.load(Ordering::Acquire) {
            return Err(StoreError::unreachable(Stopped));
        }
        Ok(())
    }

    /// Sends the operation, and waits until it is on the disk. Cancelling the caller does not undo it.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tables<'_>) -> Result<T, Halt> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.check()?;
        let (answer, answered) = oneshot::channel();
        let task = Task { work: Some(work), result: None, answer };
        let stopped = || StoreError::unreachable(Stopped);
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        jobs.send(Box::new(task)).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

/// Operations that have arrived are completed first.
impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // Its clients have received the reason.
            let _ = thread.join();
        }
    }
}

fn write(database: &Database, mut arriving: mpsc::Receiver<Box<dyn Job>>, failed: &AtomicBool) {
    let mut batch = Vec::new();
    while let Some(first) = arriving.blocking_recv() {
        batch.push(first);
        while batch.len() < WAITING
            && let Ok(next) = arriving.try_recv()
        {
            batch.push(next);
        }
        let outcome = commit(database, &mut batch);
        if outcome.is_err() {
            failed.store(true, Ordering::Release);
        }
        for job in batch.drain(..) {
            job.answer(outcome.clone());
        }
    }
}

fn commit(database: &Database, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let transaction = database.begin_write().map_err(fault)?;
    let mut tables = Tables::open(&transaction)?;
    for job in batch {
        job.apply(&mut tables)?;
    }
    let changed = tables.changed;
    drop(tables);
    // Nothing was written, so the results follow from what is already on the disk.
    if changed { transaction.commit().map_err(fault) } else { transaction.abort().map_err(fault) }
}

trait Job: Send {
    /// An error aborts the transaction.
    fn apply(&mut self, tables: &mut Tables<'_>) -> Result<(), StoreError>;

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

struct Task<W, T> {
    work: Option<W>,
    result: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<W, T> Job for Task<W, T>
where
    W: FnOnce(&mut Tables<'_>) -> Result<T, Halt> + Send,
    T: Send,
{
    fn apply(&mut self, tables: &mut Tables<'_>) -> Result<(), StoreError> {
        let Some(work) = self.work.take() else { return Ok(()) };
        self.result = Some(match work(tables) {
            Ok(value) => Ok(value),
            Err(Halt::Refused(error)) => Err(error),
            Err(Halt::Broken(error)) => return Err(error),
        });
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let result = match (outcome, self.result) {
            (Err(error), _) => Err(error),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StoreError::unreachable(Stopped)),
        };
        // The caller may have been cancelled.
        let _ = self.answer.send(result);
    }
}

#[derive(Debug)]
struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("writing failed before, and the store accepts nothing until it is opened again")
    }
}

impl std::error::Error for Stopped {}
