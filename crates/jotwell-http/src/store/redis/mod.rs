//! A store in Redis.

mod connection;
mod entry;
mod error;
mod options;
mod scripts;

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{Client, FromRedisValue, RedisError, Script, cmd, make_extension_error};

use self::connection::{Link, Repeat};
use self::error::UNCONFIRMED;
use self::options::Confirmation;
pub use self::options::RedisOptions;
use self::scripts::Scripts;
use super::{
    RefreshRotation, RotationOutcome, Sequence, SessionRecord, SessionStart, StatusQuery, Store, StoreError,
    StoreFuture, StoreId, Timestamp, TokenStatus,
};

/// Sessions and revocations in [Redis](https://redis.io) 6.2 or later, or a compatible server: for services with
/// several processes.
///
/// Each operation is one script, which Redis runs atomically. The stored times and the caller's clock decide what has
/// expired; Redis removes it five minutes later, so that it is not too early for a machine whose clock is behind.
/// [`purge`](Store::purge) has nothing to do.
///
/// # Requirements
///
/// - **One primary**, with replicas and Sentinel or another way to move its address. All keys have one hash tag, so in
///   Redis Cluster they would be on one node; its redirections are not followed.
/// - **`maxmemory-policy noeviction`**, as it is by default. A Redis that makes room by evicting keys forgets
///   revocations.
/// - **`appendonly yes` and `appendfsync always`**, where nothing that was acknowledged may be lost when Redis
///   or its machine fails. With `everysec`, up to the last second is lost; without a file, everything since the last
///   snapshot, or everything.
///
/// # Guarantees
///
/// | event | lost | guaranteed |
/// |---|---|---|
/// | a replica lags | nothing | everything |
/// | a connection breaks in the middle of an operation | the response: the operation fails or is retried | the operation happened once or not at all |
/// | a replica takes over, and was up to date | nothing | everything |
/// | a replica that lagged takes over, or the file was written every second | the last acknowledged writes | see below |
/// | the same with [`RedisOptions::confirmed_by`], and the replica confirmed | nothing that was acknowledged | everything |
/// | two primaries at once, each with clients | the writes of the one that is demoted; its responses about tokens are outdated | with `confirmed_by`, no primary without its replicas acknowledges a write |
///
/// If the last writes are lost, sessions that began in them have ended. A session whose token was exchanged in them
/// ends when its client presents the new token, which is unknown. **A session that was ended, and a token or a subject
/// that was revoked in them, is accepted again**, and a single-use token can be used again; a refresh token that was
/// exchanged in them can be exchanged once more, by a thief too. Revocations after the loss take effect: see
/// [`Sequence::next`](super::Sequence::next).
///
/// # When Redis is unavailable
///
/// An operation fails with [`StoreError::Unreachable`] after the timeouts for connecting and for a response, a second
/// each by [default](RedisOptions), and twice that if it is retried. The next operation connects again, so no action is
/// needed when Redis is back. If the connection was lost, an operation is retried once: all except
/// [`consume`](Store::consume), and [`exchange`](Store::exchange) without a grace period, where a retry cannot be
/// distinguished from a second use.
///
/// # The URL
///
/// `redis://user:password@host:port/db`, or `unix:///path`. No error and no `Debug` shows any part of it. TLS
/// (`rediss://`) is not enabled, because it needs a TLS library of your choice: add `redis = { version = "1", features
/// = ["tokio-rustls-comp"] }` to your dependencies, which enables it here too.
pub struct RedisStore {
    link: Link,
    /// The connection for writes if replicas have to confirm them: `WAIT` blocks it.
    confirming: Option<(Link, Confirmation)>,
    namespace: String,
    scripts: Scripts,
}

/// How much longer than necessary a key is kept.
const SPARE: Duration = Duration::from_secs(5 * 60);

/// The largest number that is exact in a Redis script, hundreds of thousands of years after the last `NumericDate`.
const LAST: u64 = (1 << 53) - 1;

impl RedisStore {
    /// Connects, so that a wrong address, a wrong password or another format is detected when a service starts.
    ///
    /// ```no_run
    /// # async fn start() -> Result<(), jotwell_http::store::StoreError> {
    /// use jotwell_http::store::{RedisOptions, RedisStore};
    ///
    /// let store = RedisStore::connect("redis://127.0.0.1/", RedisOptions::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StoreError::Misconfigured`]; [`StoreError::Unreachable`]; [`StoreError::Format`] if another version of this
    /// crate has written to the namespace.
    pub async fn connect(url: &str, options: RedisOptions) -> Result<Self, StoreError> {
        let store = Self::lazy(url, options)?;
        store.read_sequence().await?;
        Ok(store)
    }

    /// Connects on first use, so that a service can start before Redis.
    ///
    /// # Errors
    /// [`StoreError::Misconfigured`].
    pub fn lazy(url: &str, options: RedisOptions) -> Result<Self, StoreError> {
        options.check()?;
        // The error of the crate may quote the URL.
        let client = Client::open(url).map_err(|_| StoreError::Misconfigured {
            what: "its URL is not one of Redis, or of a kind that is not built in",
        })?;
        let (connect, response) = (options.connect_timeout, options.response_timeout);
        let confirming = options.confirmation.map(|confirmation| {
            let response = response.saturating_add(confirmation.timeout);
            (Link::new(client.clone(), connect, response), confirmation)
        });
        Ok(Self {
            scripts: Scripts::new(confirming.is_some()),
            link: Link::new(client, connect, response),
            confirming,
            namespace: options.namespace,
        })
    }

    /// Returns the prefix of the keys of a kind.
    fn prefix(&self, kind: char) -> String {
        format!("{{{}}}:{kind}:", self.namespace)
    }

    fn key(&self, kind: char, id: StoreId) -> String {
        format!("{}{}", self.prefix(kind), name(id))
    }

    /// Returns a key of this store that never exists.
    fn no_key(&self) -> String {
        self.prefix('-')
    }

    /// Runs a script that writes nothing.
    async fn read<T: FromRedisValue>(
        &self,
        script: &Script,
        fill: impl FnOnce(&mut ::redis::ScriptInvocation<'_>),
    ) -> Result<T, StoreError> {
        let mut invocation = script.key(self.prefix(STORE));
        fill(&mut invocation);
        let invocation = &invocation;
        let run = |mut connection| async move { invocation.invoke_async(&mut connection).await };
        self.link.run(Repeat::Harmless, run).await.map(|(value, _)| value)
    }

    async fn write<T: FromRedisValue>(
        &self,
        repeat: Repeat,
        script: &Script,
        fill: impl FnOnce(&mut ::redis::ScriptInvocation<'_>),
    ) -> Result<T, StoreError> {
        self.write_and_tell(repeat, script, fill).await.map(|(value, _)| value)
    }

    /// Runs a script that may write, and returns whether it was sent twice. If replicas have to confirm it, it is
    /// acknowledged only then.
    async fn write_and_tell<T: FromRedisValue>(
        &self,
        repeat: Repeat,
        script: &Script,
        fill: impl FnOnce(&mut ::redis::ScriptInvocation<'_>),
    ) -> Result<(T, bool), StoreError> {
        let mut invocation = script.key(self.prefix(STORE));
        fill(&mut invocation);
        let invocation = &invocation;
        let Some((link, confirmation)) = &self.confirming else {
            let run = |mut connection| async move { invocation.invoke_async(&mut connection).await };
            return self.link.run(repeat, run).await;
        };
        let run = |mut connection| async move {
            let value = invocation.invoke_async(&mut connection).await?;
            confirm(*confirmation, &mut connection).await.map(|()| value)
        };
        link.run(repeat, run).await
    }

    async fn read_sequence(&self) -> Result<Sequence, StoreError> {
        self.read(&self.scripts.sequence, |_| ()).await.map(Sequence::from_number)
    }

    async fn create_session(
        &self,
        id: StoreId,
        session: &SessionRecord,
        start: SessionStart,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        // Checks the length of the data. The script checks the revocation.
        session.check_start(None, now)?;
        let ((created, displaced), twice): ((u8, u64), bool) = self
            .write_and_tell(Repeat::Harmless, &self.scripts.create, |script| {
                script.key(self.key(SESSION, id)).key(self.key(SUBJECT, session.subject));
                script.key(self.key(INDEX, session.subject));
                script.arg(number(now)).arg(time_to_live(session.expires_at, now));
                script.arg(self.prefix(SESSION)).arg(self.prefix(INDEX)).arg(name(id));
                script.arg(start.replaces.map(name).unwrap_or_default());
                script.arg(start.limit.map_or(0, NonZeroU32::get));
                script.arg(name(session.subject)).arg(session.began.as_number());
                script.arg(number(session.started_at)).arg(number(session.expires_at));
                script.arg(session.current.as_bytes()).arg(&session.data);
                match &session.previous {
                    Some(before) => {
                        script.arg(before.token.as_bytes()).arg(before.copy.as_bytes()).arg(&before.salt);
                        script.arg(number(before.exchanged_at));
                        script.arg(u8::from(before.is_forked)).arg(before.forks_before);
                    }
                    None => {
                        script.arg("");
                    }
                }
            })
            .await?;
        match created {
            1 => Ok(displaced),
            2 => Err(StoreError::SubjectRevoked),
            // The existing session may be this one: the first attempt arrived, and its response was lost.
            0 if twice
                && self.read_session(id).await?.is_some_and(|there| there.current == session.current) =>
            {
                Ok(0)
            }
            0 => Err(StoreError::Occupied),
            _ => Err(CORRUPT),
        }
    }

    async fn read_session(&self, id: StoreId) -> Result<Option<SessionRecord>, StoreError> {
        let fields: Vec<Option<Vec<u8>>> = self
            .read(&self.scripts.session, |script| {
                script.key(self.key(SESSION, id)).arg(&entry::FIELDS);
            })
            .await?;
        if fields.iter().all(Option::is_none) {
            return Ok(None);
        }
        entry::record(fields).map(Some).ok_or(StoreError::Corrupt { what: "a session in Redis" })
    }

    async fn list_sessions(
        &self,
        subject: StoreId,
        now: Timestamp,
    ) -> Result<Vec<(StoreId, SessionRecord)>, StoreError> {
        let listed: Vec<(String, Vec<Option<Vec<u8>>>)> = self
            .read(&self.scripts.sessions_of, |script| {
                script.key(self.key(SUBJECT, subject)).key(self.key(INDEX, subject));
                script.arg(number(now)).arg(self.prefix(SESSION)).arg(SessionRecord::MAX_LISTED);
                script.arg(&entry::FIELDS);
            })
            .await?;
        let listed =
            listed.into_iter().map(|(name, fields)| Some((entry::id(&name)?, entry::record(fields)?)));
        listed.collect::<Option<_>>().ok_or(StoreError::Corrupt { what: "a session in Redis" })
    }

    async fn exchange_token(
        &self,
        id: StoreId,
        exchange: &RefreshRotation,
    ) -> Result<RotationOutcome, StoreError> {
        // Times are whole milliseconds, so a limit between two of them is rounded up.
        // If the script is sent twice, the second run finds that the first has exchanged this copy, and returns the
        // same successor again. Without a grace period that would count as reuse.
        let repeat = if exchange.grace.is_zero() { Repeat::Never } else { Repeat::Harmless };
        let grace = exchange.grace.as_nanos().div_ceil(1_000_000).min(u128::from(LAST));
        let (what, salt, data, expires_at): (u8, Vec<u8>, Vec<u8>, u64) = self
            .write(repeat, &self.scripts.exchange, |script| {
                script.key(self.key(SESSION, id)).arg(number(exchange.now)).arg(grace.to_string());
                script.arg(self.prefix(SUBJECT)).arg(exchange.presented.as_bytes());
                script.arg(exchange.copy.as_bytes());
                script.arg(exchange.successor.as_bytes()).arg(&exchange.salt);
                script.arg(number(exchange.presented_at)).arg(name(id)).arg(self.prefix(INDEX));
            })
            .await?;
        let expires_at = Timestamp::from_millis(expires_at);
        match what {
            1 => Ok(RotationOutcome::Rotated { data, expires_at }),
            2 | 3 => Ok(RotationOutcome::Retried {
                other_copy: what == 3,
                salt: salt.try_into().map_err(|_| CORRUPT)?,
                data,
                expires_at,
            }),
            4 => Ok(RotationOutcome::Reused),
            5 => Ok(RotationOutcome::Forked),
            6 => Ok(RotationOutcome::Ended),
            _ => Err(CORRUPT),
        }
    }

    async fn ask(&self, question: &StatusQuery) -> Result<TokenStatus, StoreError> {
        let key = |kind, id: Option<StoreId>| id.map_or_else(|| self.no_key(), |id| self.key(kind, id));
        let status: u8 = self
            .read(&self.scripts.token_status, |script| {
                script.key(key(TOKEN, question.token)).key(key(SESSION, question.session));
                script.arg(number(question.now)).arg(number(question.issued_at));
                script.arg(u8::from(question.session.is_some())).arg(self.prefix(SUBJECT));
                script.arg(question.subject.map(name).unwrap_or_default());
            })
            .await?;
        match status {
            0 => Ok(TokenStatus::Active),
            1 => Ok(TokenStatus::Revoked),
            2 => Ok(TokenStatus::SubjectRevoked),
            3 => Ok(TokenStatus::SessionEnded),
            _ => Err(CORRUPT),
        }
    }
}

/// Waits for the replicas, on the connection that has written.
async fn confirm(
    confirmation: Confirmation,
    connection: &mut MultiplexedConnection,
) -> Result<(), RedisError> {
    let Confirmation { replicas, timeout } = confirmation;
    // Zero would wait forever.
    let millis = timeout.as_millis().clamp(1, u128::from(u32::MAX));
    let mut command = cmd("WAIT");
    command.arg(replicas.get()).arg(millis.to_string());
    let confirmed: u32 = command.query_async(connection).await?;
    if confirmed < replicas.get() {
        return Err(make_extension_error(UNCONFIRMED.to_owned(), None));
    }
    Ok(())
}

const STORE: char = 'm';
const SESSION: char = 's';
const INDEX: char = 'i';
const TOKEN: char = 'd';
const SUBJECT: char = 'f';
const USED: char = 'u';
const CORRUPT: StoreError = StoreError::Corrupt { what: "a response of Redis" };

fn name(id: StoreId) -> String {
    jotwell::base64url::encode(id.as_bytes())
}

fn number(moment: Timestamp) -> u64 {
    moment.as_millis().min(LAST)
}

/// Returns a duration in milliseconds, which starts now by the clock of Redis.
fn time_to_live(until: Timestamp, now: Timestamp) -> u64 {
    number(Timestamp::default().saturating_add(until.saturating_since(now)).saturating_add(SPARE))
}

impl Store for RedisStore {
    fn sequence(&self) -> StoreFuture<'_, Sequence> {
        Box::pin(self.read_sequence())
    }

    fn create<'a>(
        &'a self,
        id: StoreId,
        session: &'a SessionRecord,
        start: SessionStart,
        now: Timestamp,
    ) -> StoreFuture<'a, u64> {
        Box::pin(self.create_session(id, session, start, now))
    }

    fn session(&self, id: StoreId) -> StoreFuture<'_, Option<SessionRecord>> {
        Box::pin(self.read_session(id))
    }

    fn sessions_of(
        &self,
        subject: StoreId,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<(StoreId, SessionRecord)>> {
        Box::pin(self.list_sessions(subject, now))
    }

    fn exchange<'a>(
        &'a self,
        id: StoreId,
        exchange: &'a RefreshRotation,
    ) -> StoreFuture<'a, RotationOutcome> {
        Box::pin(self.exchange_token(id, exchange))
    }

    fn end(&self, id: StoreId) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let script = &self.scripts.end;
            let key = self.key(SESSION, id);
            let fill = |script: &mut ::redis::ScriptInvocation<'_>| {
                script.key(key).arg(name(id)).arg(self.prefix(INDEX));
            };
            self.write(Repeat::Harmless, script, fill).await
        })
    }

    fn revoke_token(&self, token: StoreId, until: Timestamp, now: Timestamp) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let script = &self.scripts.revoke_token;
            self.write(Repeat::Harmless, script, |script| {
                script.key(self.key(TOKEN, token)).arg(number(until)).arg(time_to_live(until, now));
            })
            .await
        })
    }

    fn revoke_subject(
        &self,
        subject: StoreId,
        before: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let script = &self.scripts.revoke_subject;
            self.write(Repeat::Harmless, script, |script| {
                script.key(self.key(SUBJECT, subject)).arg(number(now)).arg(number(before));
                script.arg(number(until)).arg(time_to_live(now, now));
                script.arg(Sequence::LAST_MOMENT).arg(Sequence::LAST);
            })
            .await
        })
    }

    fn token_status<'a>(&'a self, question: &'a StatusQuery) -> StoreFuture<'a, TokenStatus> {
        Box::pin(self.ask(question))
    }

    fn consume(&self, token: StoreId, until: Timestamp, now: Timestamp) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let script = &self.scripts.consume;
            self.write(Repeat::Never, script, |script| {
                script.key(self.key(USED, token)).arg(number(now)).arg(number(until));
                script.arg(time_to_live(until, now));
            })
            .await
        })
    }

    /// Redis removes what has expired by itself.
    fn purge(&self, _: Timestamp) -> StoreFuture<'_, u64> {
        Box::pin(std::future::ready(Ok(0)))
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("namespace", &self.namespace).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A script in a Redis Cluster accepts only keys of one slot, which the braces determine.
    #[test]
    fn all_keys_have_one_hash_tag() {
        let store = RedisStore::lazy("redis://127.0.0.1/", RedisOptions::new()).expect("a store");
        for key in [store.no_key(), store.prefix('s'), store.key('d', StoreId::from_bytes([7; 32]))] {
            assert!(key.starts_with("{jotwell}:"), "{key}");
        }
    }
}
