//! One connection, shared by all requests, and replaced when it is lost.
//!
//! The `ConnectionManager` of the `redis` crate is not used: it never replaces a connection that has stopped
//! responding, or one that was rejected initially (too many clients, a password change in progress).

use std::future::Future;
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, FromRedisValue, RedisError};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::error::{Fault, format_of, is_corrupt};
use crate::store::StoreError;

pub(super) struct Link {
    client: Client,
    connect_timeout: Duration,
    response_timeout: Duration,
    state: Mutex<State>,
}

/// The format that `scripts/format.lua` accepts.
const FORMAT: u64 = 3;

#[derive(Default)]
struct State {
    connection: Option<MultiplexedConnection>,
    /// The number of the connection, so that the failure of an old one does not remove a new one.
    number: u64,
    /// The time and cause of the last failed attempt to connect.
    failed: Option<(Instant, Fault)>,
}

/// Whether a command may be sent twice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// A repetition has the same effect, or the caller can detect the first execution.
    Harmless,
    /// A repetition finds the effect of the first execution, which looks like that of another caller.
    Never,
}

impl Link {
    pub(super) fn new(client: Client, connect_timeout: Duration, response_timeout: Duration) -> Self {
        Self { client, connect_timeout, response_timeout, state: Mutex::default() }
    }

    /// Executes a command, and returns whether it was sent twice: a repeatable command is retried once if the
    /// connection was lost, as after a restart of Redis between two requests.
    pub(super) async fn run<T, F>(
        &self,
        repeat: Repeat,
        command: impl Fn(MultiplexedConnection) -> F,
    ) -> Result<(T, bool), StoreError>
    where
        T: FromRedisValue,
        F: Future<Output = Result<T, RedisError>>,
    {
        let (result, twice) = match self.attempt(&command).await {
            Err(Failure::Fault(fault)) if repeat == Repeat::Harmless && fault.is_lost_connection() => {
                (self.attempt(&command).await, true)
            }
            result => (result, false),
        };
        result.map(|value| (value, twice)).map_err(|failure| match failure {
            Failure::Fault(fault) => fault.into(),
            Failure::Corrupt => StoreError::Corrupt { what: "an entry in Redis" },
            Failure::Format(found) => StoreError::Format { found, expected: FORMAT },
        })
    }

    async fn attempt<T, F>(&self, command: &impl Fn(MultiplexedConnection) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, RedisError>>,
    {
        // The time limit applies to the caller that connects and to those that wait for it. If that caller stops, the
        // others must not wait forever.
        let patience = self.connect_timeout.saturating_mul(2);
        let (connection, number) = timeout(patience, self.connection()).await.unwrap_or(Err(Fault::Late))?;
        let failure = match timeout(self.response_timeout, command(connection)).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) if is_corrupt(&error) => return Err(Failure::Corrupt),
            Ok(Err(error)) => match format_of(&error) {
                Some(found) => return Err(Failure::Format(found)),
                None => Fault::of(&error),
            },
            Err(_) => Fault::Late,
        };
        // For every error: a new connection is cheap, and an old one may lead to a Redis that is no longer the primary.
        let mut state = self.state.lock().await;
        if state.number == number {
            state.connection = None;
        }
        Err(failure.into())
    }

    /// Returns the connection. A caller that needs a new one waits for a caller that is already connecting, and shares
    /// the result: if each tried in turn, the last of many would wait for all of them.
    async fn connection(&self) -> Result<(MultiplexedConnection, u64), Fault> {
        let since = Instant::now();
        let mut state = self.state.lock().await;
        if let Some(connection) = &state.connection {
            return Ok((connection.clone(), state.number));
        }
        if let Some((at, fault)) = &state.failed
            && *at >= since
        {
            return Err(fault.clone());
        }
        // Both limits are enforced here; the client's own limits would only shorten them.
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        let connecting = self.client.get_multiplexed_async_connection_with_config(&config);
        let connection = match timeout(self.connect_timeout, connecting).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Err(state.fail(Fault::of(&error))),
            Err(_) => return Err(state.fail(Fault::Late)),
        };
        state.number = state.number.wrapping_add(1);
        state.connection = Some(connection.clone());
        Ok((connection, state.number))
    }
}

impl State {
    fn fail(&mut self, fault: Fault) -> Fault {
        self.failed = Some((Instant::now(), fault.clone()));
        fault
    }
}

enum Failure {
    Fault(Fault),
    Corrupt,
    Format(u64),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
