//! Limits of open connections.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Limits connections in total and per client. Without the second limit one client takes all of the first.
#[derive(Clone)]
pub(crate) struct Connections {
    all: Arc<Semaphore>,
    clients: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_client: usize,
}

/// Room for one more connection.
pub(crate) struct Room(OwnedSemaphorePermit);

/// One open connection. It counts until this is dropped.
pub(crate) struct Connection {
    _room: OwnedSemaphorePermit,
    clients: Arc<Mutex<HashMap<IpAddr, usize>>>,
    client: IpAddr,
}

impl Connections {
    pub(crate) fn new(total: usize, per_client: usize) -> Self {
        let total = total.clamp(1, Semaphore::MAX_PERMITS);
        Self { all: Arc::new(Semaphore::new(total)), clients: Arc::default(), per_client }
    }

    /// Waits until a connection may be accepted. Others wait in the backlog of the operating system.
    pub(crate) async fn room(&self) -> Room {
        Room(self.all.clone().acquire_owned().await.expect("the semaphore is never closed"))
    }

    /// Counts a connection of `client`. Returns `None` if that client has too many.
    pub(crate) fn open(&self, room: Room, client: IpAddr) -> Option<Connection> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let count = clients.entry(client).or_default();
        if *count >= self.per_client {
            return None;
        }
        *count += 1;
        Some(Connection { _room: room.0, clients: self.clients.clone(), client })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = clients.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                clients.remove(&self.client);
            }
        }
    }
}
