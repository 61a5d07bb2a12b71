//! Active tokens, and questions that are on their way.

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
/// The digest of a token. The cache has no token.
type Name = [u8; 32];

pub(super) struct Cache<T> {
    lookups: Mutex<HashMap<Name, Arc<Lookup<T>>>>,
    max: usize,
}

/// One question. All that ask it wait for one answer; if the one who asks gives up, another of them goes on.
struct Lookup<T> {
    answer: OnceCell<(Answer<T>, NumericDate)>,
}

impl<T> Lookup<T> {
    /// Until when the answer is remembered. `None` while there is none.
    fn until(&self) -> Option<NumericDate> {
        self.answer.get().map(|(_, until)| *until)
    }
}

impl<T> Cache<T> {
    pub(super) fn new(max: usize) -> Self {
        Self { lookups: Mutex::default(), max }
    }

    fn lookups(&self) -> MutexGuard<'_, HashMap<Name, Arc<Lookup<T>>>> {
        // Each change of the table is one step.
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

    /// Lets go of what is over, and of the answers that would be forgotten first where there are too many.
    fn trim(&self, now: NumericDate) {
        let mut lookups = self.lookups();
        if lookups.len() <= self.max {
            return;
        }
        lookups.retain(|_, lookup| lookup.until().is_none_or(|until| now < until));
        while lookups.len() > self.max {
            let first = lookups.iter().filter_map(|(name, lookup)| Some((lookup.until()?, *name))).min();
            // All others are waited for.
            let Some((_, name)) = first else { return };
            lookups.remove(&name);
        }
    }
}

/// Someone who waits for an answer.
struct Waiting<'a, T> {
    cache: &'a Cache<T>,
    name: Name,
    lookup: Arc<Lookup<T>>,
}

impl<T> Drop for Waiting<'_, T> {
    /// Removes an answer that is not to be remembered, and a request that no caller waits for any more.
    fn drop(&mut self) {
        let mut lookups = self.cache.lookups();
        let is_kept = match self.lookup.answer.get() {
            Some((answer, _)) => answer.is_ok(),
            // The table has one, and this has one.
            None => Arc::strong_count(&self.lookup) > 2,
        };
        let is_there = lookups.get(&self.name).is_some_and(|lookup| Arc::ptr_eq(lookup, &self.lookup));
        if !is_kept && is_there {
            lookups.remove(&self.name);
        }
    }
}
