//! A store in memory.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::ready;
use std::sync::{Mutex, MutexGuard};

use super::{
    RecordChange, RefreshRotation, RotationOutcome, Sequence, SessionRecord, SessionStart, StatusQuery,
    Store, StoreError, StoreFuture, StoreId, SubjectRevocation, Timestamp, TokenStatus,
};

/// Sessions and revocations in memory: for tests, and for a single process whose users may have to log in again after a
/// restart.
///
/// Revocations are lost with the process as well. The tokens of [`Sessions`](crate::Sessions) are then rejected, since
/// their session no longer exists; other revoked tokens are accepted again until they expire.
#[derive(Default)]
pub struct MemoryStore(Mutex<State>);

#[derive(Default)]
struct State {
    sessions: HashMap<StoreId, SessionRecord>,
    /// The names of the sessions of each subject.
    of_subject: HashMap<StoreId, HashSet<StoreId>>,
    /// When each revocation expires.
    denied: HashMap<StoreId, Timestamp>,
    subjects: HashMap<StoreId, SubjectRevocation>,
    sequence: Sequence,
    /// When each use expires.
    used: HashMap<StoreId, Timestamp>,
    writes: usize,
}

impl MemoryStore {
    /// Creates an empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A poisoned lock may protect a partial change, so every further operation fails.
    fn state(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        self.0.lock().map_err(|_| StoreError::Corrupt { what: "a thread died while it held the store" })
    }

    /// Makes a change. Now and then, after as many changes as there are entries, expired entries are removed.
    fn change<T>(
        &self,
        now: Timestamp,
        change: impl FnOnce(&mut State) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut state = self.state()?;
        state.writes = state.writes.saturating_add(1);
        if state.writes > state.len().max(1024) {
            state.purge(now);
        }
        change(&mut state)
    }
}

impl State {
    fn len(&self) -> usize {
        [self.sessions.len(), self.denied.len(), self.subjects.len(), self.used.len()]
            .into_iter()
            .fold(0, usize::saturating_add)
    }

    fn purge(&mut self, now: Timestamp) -> usize {
        let before = self.len();
        let expired = self.sessions.extract_if(|_, session| now >= session.expires_at);
        for (id, session) in expired.collect::<Vec<_>>() {
            self.forget(id, &session);
        }
        self.denied.retain(|_, until| now < *until);
        self.subjects.retain(|_, revocation| now < revocation.until);
        self.used.retain(|_, until| now < *until);
        self.writes = 0;
        before.saturating_sub(self.len())
    }

    fn exchange(&mut self, id: StoreId, exchange: &RefreshRotation) -> RotationOutcome {
        let Some(session) = self.sessions.get_mut(&id) else { return RotationOutcome::Ended };
        let revocation = self.subjects.get(&session.subject);
        let (exchanged, change) = session.exchange(exchange, revocation);
        if change == RecordChange::Remove {
            self.remove(id);
        }
        exchanged
    }

    fn create(
        &mut self,
        id: StoreId,
        session: &SessionRecord,
        start: SessionStart,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let revocation = self.subjects.get(&session.subject);
        session.check_start(revocation, now)?;
        // An expired one counts as absent, whether it was removed or not.
        if self.sessions.get(&id).is_some_and(|there| now < there.expires_at) {
            return Err(StoreError::Occupied);
        }
        self.remove(id);
        if let Some(replaced) = start.replaces {
            self.remove(replaced);
        }
        let names = self.of_subject.get(&session.subject).into_iter().flatten();
        let alive = names.filter_map(|id| Some((*id, self.sessions.get(id)?)));
        let revocation = self.subjects.get(&session.subject);
        let displaced = start.displaced(alive.filter(|(_, session)| session.is_alive(revocation, now)));
        for id in &displaced {
            self.remove(*id);
        }
        self.of_subject.entry(session.subject).or_default().insert(id);
        self.sessions.insert(id, session.clone());
        Ok(u64::try_from(displaced.len()).unwrap_or(u64::MAX))
    }

    fn remove(&mut self, id: StoreId) -> bool {
        let Some(session) = self.sessions.remove(&id) else { return false };
        self.forget(id, &session);
        true
    }

    /// Removes the name of a session that has been removed.
    fn forget(&mut self, id: StoreId, session: &SessionRecord) {
        if let Some(names) = self.of_subject.get_mut(&session.subject) {
            names.remove(&id);
            if names.is_empty() {
                self.of_subject.remove(&session.subject);
            }
        }
    }
}

fn answer<'a, T: Send + 'a>(result: Result<T, StoreError>) -> StoreFuture<'a, T> {
    Box::pin(ready(result))
}

impl Store for MemoryStore {
    fn sequence(&self) -> StoreFuture<'_, Sequence> {
        answer(self.state().map(|state| state.sequence))
    }

    fn create<'a>(
        &'a self,
        id: StoreId,
        session: &'a SessionRecord,
        start: SessionStart,
        now: Timestamp,
    ) -> StoreFuture<'a, u64> {
        answer(self.change(now, |state| state.create(id, session, start, now)))
    }

    fn session(&self, id: StoreId) -> StoreFuture<'_, Option<SessionRecord>> {
        answer(self.state().map(|state| state.sessions.get(&id).cloned()))
    }

    fn sessions_of(
        &self,
        subject: StoreId,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<(StoreId, SessionRecord)>> {
        answer(self.state().map(|state| {
            let revocation = state.subjects.get(&subject);
            let names = state.of_subject.get(&subject).into_iter().flatten();
            let sessions = names.filter_map(|id| Some((*id, state.sessions.get(id)?)));
            let alive = sessions.filter(|(_, session)| session.is_alive(revocation, now));
            SessionRecord::newest(alive).into_iter().map(|(id, session)| (id, session.clone())).collect()
        }))
    }

    fn exchange<'a>(
        &'a self,
        id: StoreId,
        exchange: &'a RefreshRotation,
    ) -> StoreFuture<'a, RotationOutcome> {
        answer(self.change(exchange.now, |state| Ok(state.exchange(id, exchange))))
    }

    fn end(&self, id: StoreId) -> StoreFuture<'_, bool> {
        answer(self.state().map(|mut state| state.remove(id)))
    }

    fn revoke_token(&self, token: StoreId, until: Timestamp, now: Timestamp) -> StoreFuture<'_, ()> {
        answer(self.change(now, |state| {
            let entry = state.denied.entry(token).or_default();
            *entry = until.max(*entry);
            Ok(())
        }))
    }

    fn revoke_subject(
        &self,
        subject: StoreId,
        before: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'_, ()> {
        answer(self.change(now, |state| {
            state.sequence = state.sequence.next(now);
            let new = SubjectRevocation { sequence: state.sequence, before, until };
            let old = state.subjects.get(&subject).copied();
            state.subjects.insert(subject, new.following(old, now));
            Ok(())
        }))
    }

    fn token_status<'a>(&'a self, question: &'a StatusQuery) -> StoreFuture<'a, TokenStatus> {
        answer(self.state().map(|state| {
            let denied = question.token.and_then(|token| state.denied.get(&token));
            let denied = denied.is_some_and(|until| question.now < *until);
            let session = question.session.and_then(|session| state.sessions.get(&session));
            let subject = question.subject.or(session.map(|session| session.subject));
            let revocation = subject.and_then(|subject| state.subjects.get(&subject));
            question.answer(denied, revocation, session)
        }))
    }

    fn consume(&self, token: StoreId, until: Timestamp, now: Timestamp) -> StoreFuture<'_, bool> {
        answer(self.change(now, |state| {
            let first = state.used.get(&token).is_none_or(|until| now >= *until);
            if first {
                state.used.insert(token, until);
            }
            Ok(first)
        }))
    }

    fn purge(&self, now: Timestamp) -> StoreFuture<'_, u64> {
        answer(self.state().map(|mut state| u64::try_from(state.purge(now)).unwrap_or(u64::MAX)))
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::TokenHash;

    const NOW: Timestamp = Timestamp::from_millis(1_000);
    const END: Timestamp = Timestamp::from_millis(1_000_000);

    fn id(number: usize) -> StoreId {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        StoreId::from_bytes(bytes)
    }

    /// Also if ended sessions left more changes than entries, which is only checked on a change.
    #[tokio::test]
    async fn expired_entries_are_removed_by_a_change() {
        let store = MemoryStore::new();
        for number in 0..3000 {
            let session = SessionRecord {
                subject: id(number),
                began: Sequence::default(),
                started_at: NOW,
                expires_at: END,
                current: TokenHash::from_bytes([0; 32]),
                previous: None,
                data: Vec::new(),
            };
            store.create(id(number), &session, SessionStart::default(), NOW).await.expect("a session");
        }
        for number in 0..1500 {
            assert!(store.end(id(number)).await.expect("a response"));
        }
        store.revoke_token(id(0), Timestamp::from_millis(2_000_000), END).await.expect("a response");
        assert_eq!(store.purge(END).await.expect("a response"), 0);
    }
}
