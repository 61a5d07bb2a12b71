//! Active tokens, and introspection requests in progress.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jotwell::{Claims, Clock, NumericDate};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::IntrospectionError;
use crate::access_claims::AccessClaims;

type Answer<T> = Result<Arc<Claims<AccessClaims<T>>>, IntrospectionError>;
/// The digest of a token. The cache does not contain tokens.
type Name = [u8; 32];

pub(super) struct Cache<T> {
    lookups: Mutex<HashMap<Name, Arc<Lookup<T>>>>,
    max: usize,
}

/// One introspection request, shared by all callers with the same token. If the caller that sends it is cancelled,
/// another continues.
struct Lookup<T> {
    answer: OnceCell<(Answer<T>, NumericDate)>,
}

impl<T> Lookup<T> {
    /// When the cached response expires. `None` before the first one.
    fn until(&self) -> Option<NumericDate> {
        self.answer.get().map(|(_, until)| *until)
    }
}

impl<T> Cache<T> {
    pub(super) fn new(max: usize) -> Self {
        Self { lookups: Mutex::default(), max }
    }

    fn lookups(&self) -> MutexGuard<'_, HashMap<Name, Arc<Lookup<T>>>> {
        // A poisoned lock is harmless: each change of the table is one step.
        self.lookups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn get<F>(
        &self,
        token: &str,
        clock: &dyn Clock,
        remember: Duration,
        ask: impl FnOnce() -> F,
    ) -> Answer<T>
    where
        F: Future<Output = Answer<T>>,
    {
        let name: Name = Sha256::digest(token).into();
        let now = clock.now();
        let lookup = {
            let mut lookups = self.lookups();
            match lookups.get(&name) {
                Some(lookup) if lookup.until().is_none_or(|until| now < until) => lookup.clone(),
                _ => {
                    let lookup = Arc::new(Lookup { answer: OnceCell::new() });
                    lookups.insert(name, lookup.clone());
                    lookup
                }
            }
        };
        let waiting = Waiting { cache: self, name, lookup };
        let (answer, _) = waiting
            .lookup
            .answer
            .get_or_init(async || {
                let answer = ask().await;
                let now = clock.now();
                let until = match &answer {
                    Ok(claims) => {
                        let last = now.saturating_add(remember);
                        claims.expires_at.map_or(last, |expires_at| last.min(expires_at))
                    }
                    Err(_) => now,
                };
                (answer, until)
            })
            .await;
        let answer = answer.clone();
        self.trim(clock.now());
        answer
    }

    /// Removes expired entries and, above the limit, those that would expire first.
    fn trim(&self, now: NumericDate) {
        let mut lookups = self.lookups();
        if lookups.len() <= self.max {
            return;
        }
        lookups.retain(|_, lookup| lookup.until().is_none_or(|until| now < until));
        while lookups.len() > self.max {
            let first = lookups.iter().filter_map(|(name, lookup)| Some((lookup.until()?, *name))).min();
            // Callers wait for all others.
            let Some((_, name)) = first else { return };
            lookups.remove(&name);
        }
    }
}

/// A caller that waits for a response.
struct Waiting<'a, T> {
    cache: &'a Cache<T>,
    name: Name,
    lookup: Arc<Lookup<T>>,
}

impl<T> Drop for Waiting<'_, T> {
    /// Removes a response that must not be cached, and a request that no caller waits for.
    fn drop(&mut self) {
        let mut lookups = self.cache.lookups();
        let is_kept = match self.lookup.answer.get() {
            Some((answer, _)) => answer.is_ok(),
            // One reference is the table's, one is this.
            None => Arc::strong_count(&self.lookup) > 2,
        };
        let is_there = lookups.get(&self.name).is_some_and(|lookup| Arc::ptr_eq(lookup, &self.lookup));
        if !is_kept && is_there {
            lookups.remove(&self.name);
        }
    }
}
