//! Values by the whole text of a token, in bounded memory. Threads never wait for each other.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::mem;
use core::num::NonZeroUsize;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::RwLock;

use crate::time::NumericDate;

/// Values that are cached by the whole text of a token.
///
/// A hash of a token's end selects the set that can contain it. The end is part of the signature, which an attacker
/// cannot choose for a valid token; the hash has a random key nevertheless. The hash only selects: the text is
/// compared as a whole. A set has few slots, so that finding and replacing examine only these.
///
/// While another thread writes, a look-up finds nothing. While another thread reads, nothing is stored. Either costs
/// one verification. No code of the caller runs while a lock is held, and no value of the caller is dropped then.
pub(super) struct TokenCache<V> {
    sets: Box<[RwLock<Set<V>>]>,
    random: RandomState,
}

/// Number of slots that can contain a given token. With 8 slots, a half-full cache and random requests, fewer than one
/// in a hundred look-ups misses a token that was replaced; with 4 it is one in 27, and with 1 one in five.
const WAYS: usize = 8;

/// How much of a token's end is hashed. No signature is shorter.
const TAIL: usize = 32;

type Set<V> = [Option<Way<V>>; WAYS];

struct Way<V> {
    hash: u64,
    entry: Arc<Entry<V>>,
}

pub(super) struct Entry<V> {
    pub(super) token: Box<str>,
    /// When the token was verified.
    pub(super) since: NumericDate,
    pub(super) value: V,
}

impl<V> TokenCache<V> {
    /// Creates a cache with this number of slots, rounded up to whole sets.
    pub(super) fn new(slots: NonZeroUsize) -> Self {
        let sets = slots.get().div_ceil(WAYS);
        Self { sets: (0..sets).map(|_| RwLock::default()).collect(), random: RandomState::new() }
    }

    #[expect(clippy::arithmetic_side_effects, reason = "all of them are allocated")]
    pub(super) fn slots(&self) -> usize {
        self.sets.len() * WAYS
    }

    pub(super) fn find(&self, token: &str) -> Option<Arc<Entry<V>>> {
        let hash = self.hash(token);
        // A poisoned lock is treated like a lock that is held.
        let set = self.set(hash)?.try_read().ok()?;
        set.iter().flatten().find(|slot| slot.is(hash, token)).map(|slot| slot.entry.clone())
    }

    /// Stores an entry in the slot of the same token, or in a free slot, or else in place of the oldest entry.
    pub(super) fn store(&self, entry: Entry<V>) {
        let hash = self.hash(&entry.token);
        let Some(Ok(mut set)) = self.set(hash).map(RwLock::try_write) else { return };
        let rank = |slot: &Option<Way<V>>| match slot {
            Some(slot) if slot.is(hash, &entry.token) => (0, NumericDate::MIN),
            None => (1, NumericDate::MIN),
            // The clock was set back, and this entry is useless until it reaches that time again.
            Some(slot) if slot.entry.since > entry.since => (1, NumericDate::MIN),
            Some(slot) => (2, slot.entry.since),
        };
        let Some(slot) = set.iter_mut().min_by_key(|slot| rank(slot)) else { return };
        let old = slot.replace(Way { hash, entry: Arc::new(entry) });
        drop(set);
        drop(old);
    }

    /// Drops every entry. Waits for threads that are reading one.
    pub(super) fn clear(&self) {
        for lock in &self.sets {
            let old = match lock.write() {
                Ok(mut set) => mem::take(&mut *set),
                Err(poisoned) => {
                    lock.clear_poison();
                    mem::take(&mut *poisoned.into_inner())
                }
            };
            drop(old);
        }
    }

    fn hash(&self, token: &str) -> u64 {
        let bytes = token.as_bytes();
        let mut hasher = self.random.build_hasher();
        match bytes.last_chunk::<TAIL>() {
            Some(tail) => hasher.write(tail),
            None => hasher.write(bytes),
        }
        hasher.finish()
    }

    /// Returns the set for a hash: an equal share of the range of hashes.
    fn set(&self, hash: u64) -> Option<&RwLock<Set<V>>> {
        // Both factors have 64 bits at most.
        let product = u128::from(hash).wrapping_mul(self.sets.len() as u128);
        self.sets.get(usize::try_from(product >> 64).ok()?)
    }
}

impl<V> Way<V> {
    #[inline]
    fn is(&self, hash: u64, token: &str) -> bool {
        self.hash == hash && *self.entry.token == *token
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;
    use std::panic;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn table(slots: usize) -> TokenCache<usize> {
        TokenCache::new(NonZeroUsize::new(slots).expect("not zero"))
    }

    fn store(table: &TokenCache<usize>, token: &str, since: i64, value: usize) {
        table.store(Entry { token: token.into(), since: NumericDate::from_secs(since), value });
    }

    fn find(table: &TokenCache<usize>, token: &str) -> Option<usize> {
        table.find(token).map(|entry| entry.value)
    }

    fn tokens(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("{number:040}")).collect()
    }

    #[test]
    fn finds_only_the_same_text() {
        let table = table(1);
        let tail = "x".repeat(TAIL);
        store(&table, &format!("a{tail}"), 0, 1);
        assert_eq!(find(&table, &format!("a{tail}")), Some(1));
        for other in [format!("b{tail}"), format!("aa{tail}"), tail.clone(), format!("a{tail}x")] {
            assert_eq!(find(&table, &other), None, "{other}");
        }
        store(&table, &format!("b{tail}"), 0, 2);
        assert_eq!(find(&table, &format!("a{tail}")), Some(1));
        assert_eq!(find(&table, &format!("b{tail}")), Some(2));
        store(&table, "short", 0, 3);
        assert_eq!(find(&table, "short"), Some(3));
    }

    #[test]
    fn holds_no_more_than_its_slots() {
        let table = table(20);
        assert_eq!(table.slots(), 24);
        let tokens = tokens(1000);
        tokens.iter().enumerate().for_each(|(number, token)| store(&table, token, 0, number));
        let found = tokens.iter().filter(|token| find(&table, token).is_some()).count();
        assert_eq!(found, 24);
    }

    #[test]
    fn a_token_has_one_entry_which_is_the_latest() {
        let table = table(WAYS);
        for value in 0..100 {
            store(&table, "token", 0, value);
            assert_eq!(find(&table, "token"), Some(value));
        }
        assert_eq!(table.sets[0].read().expect("not poisoned").iter().flatten().count(), 1);
    }

    #[test]
    fn the_oldest_entry_is_replaced() {
        let table = table(WAYS);
        let tokens = tokens(WAYS);
        for (number, token) in tokens.iter().enumerate() {
            store(&table, token, 100 + number as i64, number);
        }
        // The first has been verified again since.
        store(&table, &tokens[0], 150, 0);
        store(&table, "new", 200, 99);
        let gone: Vec<_> = (0..WAYS).filter(|number| find(&table, &tokens[*number]).is_none()).collect();
        assert_eq!((gone.as_slice(), find(&table, "new")), (&[1][..], Some(99)));
    }

    #[test]
    fn after_the_clock_was_set_back_entries_from_the_future_are_replaced() {
        let table = table(WAYS);
        for (number, token) in tokens(WAYS).iter().enumerate() {
            store(&table, token, if number == 3 { 1000 } else { 10 }, number);
        }
        store(&table, "new", 20, 99);
        assert_eq!(find(&table, &tokens(WAYS)[3]), None);
        assert_eq!(find(&table, &tokens(WAYS)[2]), Some(2));
    }

    #[test]
    fn no_thread_waits() {
        let table = table(1);
        store(&table, "token", 0, 1);
        {
            let _writing = table.sets[0].write().expect("not poisoned");
            assert_eq!(find(&table, "token"), None);
            store(&table, "other", 0, 2);
        }
        {
            let _reading = table.sets[0].read().expect("not poisoned");
            assert_eq!(find(&table, "token"), Some(1));
            store(&table, "other", 0, 2);
        }
        assert_eq!(find(&table, "other"), None);
    }

    #[test]
    fn a_poisoned_set_holds_nothing_until_it_is_cleared() {
        let table = table(1);
        store(&table, "token", 0, 1);
        let hook = panic::take_hook();
        panic::set_hook(alloc::boxed::Box::new(|_| {}));
        let poisoning = panic::catch_unwind(panic::AssertUnwindSafe(|| {
            let _writing = table.sets[0].write();
            panic!("on purpose");
        }));
        panic::set_hook(hook);
        assert!(poisoning.is_err());
        assert_eq!(find(&table, "token"), None);
        store(&table, "token", 0, 2);
        table.clear();
        assert_eq!(find(&table, "token"), None);
        store(&table, "token", 0, 3);
        assert_eq!(find(&table, "token"), Some(3));
    }

    #[test]
    fn nothing_is_dropped_under_a_lock() {
        static TABLE: OnceLock<TokenCache<Watching>> = OnceLock::new();
        static FREE: AtomicUsize = AtomicUsize::new(0);
        struct Watching;
        impl Drop for Watching {
            fn drop(&mut self) {
                let free = TABLE.get().is_some_and(|table| table.sets[0].try_write().is_ok());
                FREE.fetch_add(usize::from(free), Ordering::Relaxed);
            }
        }
        let table = TABLE.get_or_init(|| TokenCache::new(NonZeroUsize::MIN));
        for _ in 0..2 {
            table.store(Entry { token: "token".into(), since: NumericDate::MIN, value: Watching });
        }
        assert_eq!(FREE.load(Ordering::Relaxed), 1);
        table.clear();
        assert_eq!(FREE.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn half_full_it_finds_almost_all() {
        let (table, tokens) = (table(2000), tokens(1000));
        tokens.iter().enumerate().for_each(|(number, token)| store(&table, token, 0, number));
        let found = tokens.iter().filter(|token| find(&table, token).is_some()).count();
        assert!(found > 960, "{found}");
    }
}
